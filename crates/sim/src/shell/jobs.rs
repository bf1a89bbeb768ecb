//! Children of the shell: which belong to which job, and how they ended.

use std::collections::{BTreeMap, BTreeSet};

use super::state::{Run, Shell, Stop};
use crate::kernel::{ChildState, Pid, Signal, WaitStatus};

/// A pipeline run in the background.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    /// Its number, from 1.
    pub(super) number: usize,
    /// Its processes; the last one's status is the job's.
    pub(super) pids: Vec<Pid>,
    /// What was typed.
    pub(super) text: String,
}

/// The background jobs.
#[derive(Debug, Clone, Default)]
pub(super) struct Jobs {
    list: Vec<Job>,
    /// How children ended that nobody has asked about yet.
    ended: BTreeMap<Pid, WaitStatus>,
    /// Those that a signal has stopped.
    stopped: BTreeSet<Pid>,
    /// The processes of the pipeline that is waited for.
    foreground: Vec<Pid>,
    /// The jobs that `wait` has told about: the next one takes their place.
    waited: Vec<usize>,
}

impl Jobs {
    pub(super) fn add(&mut self, pids: Vec<Pid>, text: String) -> usize {
        for number in std::mem::take(&mut self.waited) {
            self.remove(number);
        }
        let number = self.list.iter().map(|job| job.number).max().unwrap_or(0) + 1;
        self.list.push(Job { number, pids, text });
        number
    }

    pub(super) fn list(&self) -> &[Job] {
        &self.list
    }

    /// Finds `%1`, `%%`, `%+`, `%-`, `%name` or a process number.
    pub(super) fn find(&self, name: &str) -> Option<&Job> {
        match name.strip_prefix('%') {
            Some("" | "%" | "+") => self.list.last(),
            Some("-") => self
                .list
                .len()
                .checked_sub(2)
                .and_then(|at| self.list.get(at)),
            Some(rest) => match rest.parse::<usize>() {
                Ok(number) => self.list.iter().find(|job| job.number == number),
                Err(_) => self.list.iter().find(|job| job.text.starts_with(rest)),
            },
            None => {
                let pid = Pid(name.parse().ok()?);
                self.list.iter().find(|job| job.pids.contains(&pid))
            }
        }
    }

    /// How the job ended; `None` while a process of it runs.
    pub(super) fn outcome(&self, job: &Job) -> Option<WaitStatus> {
        job.pids
            .iter()
            .try_fold(None, |_, pid| self.ended.get(pid).map(|it| Some(*it)))
            .flatten()
    }

    /// Whether Ctrl-Z, say, has stopped a process of it.
    pub(super) fn is_stopped(&self, job: &Job) -> bool {
        job.pids.iter().any(|pid| self.stopped.contains(pid))
    }

    /// Notes that it runs again.
    pub(super) fn resumed(&mut self, job: &Job) {
        self.stopped.retain(|pid| !job.pids.contains(pid));
    }

    pub(super) fn record(&mut self, pid: Pid, status: WaitStatus) {
        self.stopped.remove(&pid);
        self.ended.insert(pid, status);
    }

    pub(super) fn take(&mut self, pid: Pid) -> Option<WaitStatus> {
        self.ended.remove(&pid)
    }

    fn is_known(&self, pid: Pid) -> bool {
        self.foreground.contains(&pid) || self.list.iter().any(|job| job.pids.contains(&pid))
    }

    /// Notes that the learner knows how it ended.
    pub(super) fn told(&mut self, number: usize) {
        self.waited.push(number);
    }

    pub(super) fn remove(&mut self, number: usize) {
        if let Some(at) = self.list.iter().position(|job| job.number == number) {
            for pid in self.list.remove(at).pids {
                self.ended.remove(&pid);
                self.stopped.remove(&pid);
            }
        }
    }

    /// The line of `jobs` for one of them.
    pub(super) fn describe(&self, job: &Job) -> String {
        let mark = match self.list.iter().rev().position(|it| it == job) {
            Some(0) => '+',
            Some(1) => '-',
            _ => ' ',
        };
        let state = match self.outcome(job) {
            None if self.is_stopped(job) => "Stopped".to_owned(),
            None => "Running".to_owned(),
            Some(WaitStatus::Exited(0)) => "Done".to_owned(),
            Some(WaitStatus::Exited(code)) => format!("Done({code})"),
            Some(WaitStatus::Signaled(signal)) => signal_text(signal),
        };
        format!("[{}]{mark}  {state:<26} {}", job.number, job.text)
            .trim_end_matches('\0')
            .to_owned()
    }
}

/// strsignal(3).
pub(super) fn signal_text(signal: Signal) -> String {
    match signal.0 {
        1 => "Hangup".into(),
        2 => "Interrupt".into(),
        3 => "Quit".into(),
        4 => "Illegal instruction".into(),
        5 => "Trace/breakpoint trap".into(),
        6 => "Aborted".into(),
        7 => "Bus error".into(),
        8 => "Floating point exception".into(),
        9 => "Killed".into(),
        10 => "User defined signal 1".into(),
        11 => "Segmentation fault".into(),
        12 => "User defined signal 2".into(),
        13 => "Broken pipe".into(),
        14 => "Alarm clock".into(),
        15 => "Terminated".into(),
        number => format!("Signal {number}"),
    }
}

impl Shell {
    /// Whether jobs have groups of their own and the terminal is handed to them.
    pub(super) fn controls_jobs(&self) -> bool {
        self.options.is_on("monitor") && !self.subshell
    }

    /// Waits for these children, which have the terminal; the status of the last one, or with
    /// `pipefail` of the last that failed. A job that is stopped, which `text` names, is left.
    pub(super) async fn wait_foreground(&mut self, pids: &[Pid], text: String) -> Run {
        self.jobs.foreground = pids.to_vec();
        let mut statuses = Vec::with_capacity(pids.len());
        for pid in pids {
            match self.wait_member(*pid).await {
                ChildState::Ended(status) => statuses.push(status),
                ChildState::Stopped(signal) => {
                    for (pid, status) in pids.iter().zip(statuses) {
                        self.jobs.record(*pid, status);
                    }
                    return self.leave_stopped(pids, text, signal).await;
                }
            }
        }
        self.jobs.foreground.clear();
        if self.controls_jobs() {
            // Not a terminal any more: hung up.
            let _ = self.sys.set_foreground(0, self.sys.pid());
        }
        let last = statuses.last().copied().unwrap_or(WaitStatus::Exited(0));
        if let WaitStatus::Signaled(signal) = last {
            if self.controls_jobs() && signal == Signal::INT {
                self.error_text("\n").await;
                self.status = 130;
                return Err(Stop::Error(130));
            }
            if signal != Signal::INT && signal != Signal::PIPE {
                self.error_text(&format!("{}\n", signal_text(signal))).await;
            }
        }
        let failed = statuses.iter().rev().find(|it| it.code() != 0);
        Ok(match failed {
            Some(status) if self.options.is_on("pipefail") => status.code(),
            _ => last.code(),
        })
    }

    /// Waits for a process of the foreground; when it controls jobs, also until it is stopped.
    async fn wait_member(&mut self, pid: Pid) -> ChildState {
        if !self.controls_jobs() {
            return ChildState::Ended(self.wait_child(pid).await);
        }
        loop {
            if let Some(status) = self.jobs.take(pid) {
                return ChildState::Ended(status);
            }
            match self.sys.wait_state(None).await {
                Ok((child, state)) if child == pid => return state,
                Ok((child, ChildState::Ended(status))) => self.note(child, status),
                Ok((child, ChildState::Stopped(_))) => {
                    self.jobs.stopped.insert(child);
                }
                Err(_) => return ChildState::Ended(WaitStatus::Exited(127)),
            }
        }
    }

    /// Takes the terminal back from a stopped job, which `fg` and `bg` find.
    async fn leave_stopped(&mut self, pids: &[Pid], text: String, signal: Signal) -> Run {
        self.jobs.foreground.clear();
        self.jobs.stopped.extend(pids);
        // Not a terminal any more: hung up.
        let _ = self.sys.set_foreground(0, self.sys.pid());
        let known = self.jobs.list().iter().find(|job| job.pids == pids);
        let number = match known.map(|job| job.number) {
            Some(number) => number,
            None => self.jobs.add(pids.to_vec(), text),
        };
        if let Some(job) = self.jobs.list().iter().find(|job| job.number == number) {
            let line = self.jobs.describe(job);
            self.error_text(&format!("\n{line}\n")).await;
        }
        Ok(128 + signal.0)
    }

    /// Waits for one child, remembering how others ended meanwhile.
    pub(super) async fn wait_child(&mut self, pid: Pid) -> WaitStatus {
        loop {
            if let Some(status) = self.jobs.take(pid) {
                return status;
            }
            match self.sys.wait(None).await {
                Ok((child, status)) if child == pid => return status,
                Ok((child, status)) => self.note(child, status),
                Err(_) => return WaitStatus::Exited(127),
            }
        }
    }

    fn note(&mut self, child: Pid, status: WaitStatus) {
        // An orphan that a shell running as PID 1 inherits is of interest to nobody.
        if self.jobs.is_known(child) || self.last_background == Some(child) {
            self.jobs.record(child, status);
        }
    }

    /// Takes note of the children that ended.
    pub(super) fn reap(&mut self) {
        while let Ok(Some((child, status))) = self.sys.try_wait(None) {
            self.note(child, status);
        }
    }

    /// Waits until a child ends or a trapped signal arrives, which the second case gives.
    pub(super) async fn wait_any(&mut self) -> Result<(), Option<Signal>> {
        let sys = self.sys.clone();
        tokio::select! {
            ended = sys.wait(None) => match ended {
                Ok((child, status)) => {
                    self.note(child, status);
                    Ok(())
                }
                Err(_) => Err(None),
            },
            signal = sys.next_signal() => Err(Some(signal)),
        }
    }

    /// Says which background jobs ended, before a prompt.
    pub(super) async fn announce_jobs(&mut self) {
        self.reap();
        for job in self.jobs.list().to_vec() {
            if self.jobs.outcome(&job).is_some() {
                let line = self.jobs.describe(&job);
                self.error_text(&format!("{line}\n")).await;
                self.jobs.remove(job.number);
            }
        }
    }
}
