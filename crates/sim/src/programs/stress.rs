//! `stress`: workers that use processor, memory and disk until they are told to end.

use std::time::Duration;

use super::applet::{Applet, parse_duration, parse_size};
use crate::kernel::{ForkOptions, Pid, Signal, Sys, WaitStatus};

const VERSION: &str = "stress 1.0.4\n";

const USAGE: &str = "`stress' imposes certain types of compute stress on your system

Usage: stress [OPTION [ARG]] ...
 -?, --help         show this help statement
     --version      show version statement
 -v, --verbose      be verbose
 -q, --quiet        be quiet
 -n, --dry-run      show what would have been done
 -t, --timeout N    timeout after N seconds
     --backoff N    wait factor of N microseconds before work starts
 -c, --cpu N        spawn N workers spinning on sqrt()
 -i, --io N         spawn N workers spinning on sync()
 -m, --vm N         spawn N workers spinning on malloc()/free()
     --vm-bytes B   malloc B bytes per vm worker (default is 256MB)
     --vm-stride B  touch a byte every B bytes (default is 4096)
     --vm-hang N    sleep N secs before free (default none, 0 is inf)
     --vm-keep      redirty memory instead of freeing and reallocating
 -d, --hdd N        spawn N workers spinning on write()/unlink()
     --hdd-bytes B  write B bytes per hdd worker (default is 1GB)

Example: stress --cpu 8 --io 4 --vm 2 --vm-bytes 128M --timeout 10s

Note: Numbers may be suffixed with s,m,h,d,y (time) or B,K,M,G (size).
";

/// What a worker does.
#[derive(Debug, Clone, Copy)]
enum Hog {
    Cpu,
    Io,
    Memory {
        bytes: u64,
        keeps: bool,
        hang: Option<Duration>,
    },
    Disk(u64),
}

/// `stress [--cpu N] [--io N] [--vm N] [--vm-bytes B] [--hdd N] [--timeout T]…`
pub(super) async fn main(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = applet.options(
        "?vqnt:c:i:m:d:B:S:H:kD:Vb:",
        &[
            ("help", '?'),
            ("version", 'V'),
            ("verbose", 'v'),
            ("quiet", 'q'),
            ("dry-run", 'n'),
            ("timeout", 't'),
            ("backoff", 'b'),
            ("cpu", 'c'),
            ("io", 'i'),
            ("vm", 'm'),
            ("vm-bytes", 'B'),
            ("vm-stride", 'S'),
            ("vm-hang", 'H'),
            ("vm-keep", 'k'),
            ("hdd", 'd'),
            ("hdd-bytes", 'D'),
        ],
    );
    let options = match options.await {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.has('V') {
        return applet.print(VERSION).await;
    }
    let number = |letter: char| options.value(letter).and_then(|it| it.parse::<u32>().ok());
    let count = |letter: char| number(letter).unwrap_or(0);
    let (cpu, io, vm, hdd) = (count('c'), count('i'), count('m'), count('d'));
    if options.has('?') || cpu + io + vm + hdd == 0 {
        return applet.print(USAGE).await;
    }
    let size = |letter: char, usual: u64| {
        let text = options.value(letter).map(|it| it.trim_end_matches('B'));
        text.and_then(parse_size).unwrap_or(usual)
    };
    let memory = Hog::Memory {
        bytes: size('B', 256 << 20),
        keeps: options.has('k'),
        hang: options.value('H').and_then(parse_duration),
    };
    let hogs = [
        (Hog::Cpu, cpu),
        (Hog::Io, io),
        (memory, vm),
        (Hog::Disk(size('D', 1 << 30)), hdd),
    ];
    let report = Report {
        sys: applet.sys.clone(),
        quiet: options.has('q'),
    };
    report
        .say(
            "info",
            &format!("dispatching hogs: {cpu} cpu, {io} io, {vm} vm, {hdd} hdd"),
        )
        .await;
    if options.has('n') {
        return 0;
    }
    let mut workers = Vec::new();
    for (hog, count) in hogs {
        for _ in 0..count {
            match applet
                .sys
                .fork(ForkOptions::default(), move |sys| Box::pin(work(sys, hog)))
            {
                Ok(pid) => {
                    if options.has('v') {
                        let text =
                            format!("--> hog{} worker {} [{}] forked", name(hog), count, pid.0);
                        report.say("dbug", &text).await;
                    }
                    workers.push(pid);
                }
                Err(error) => {
                    report
                        .say("FAIL", &format!("(398) fork failed: {error}"))
                        .await;
                    return fail(&report, &workers, Duration::ZERO).await;
                }
            }
        }
    }
    wait(
        &report,
        workers,
        options.value('t').and_then(parse_duration),
    )
    .await
}

struct Report {
    sys: Sys,
    quiet: bool,
}

impl Report {
    async fn say(&self, level: &str, text: &str) {
        if self.quiet && level != "FAIL" {
            return;
        }
        let fd = if matches!(level, "info" | "dbug") {
            1
        } else {
            2
        };
        let line = format!("stress: {level}: [{}] {text}\n", self.sys.pid().0);
        // Nobody reads it: the work goes on.
        let _ = self.sys.write(fd, line.as_bytes()).await;
    }
}

fn name(hog: Hog) -> &'static str {
    match hog {
        Hog::Cpu => "cpu",
        Hog::Io => "io",
        Hog::Memory { .. } => "vm",
        Hog::Disk(_) => "hdd",
    }
}

/// Waits for the workers to the timeout, or until one of them ends.
async fn wait(report: &Report, mut workers: Vec<Pid>, limit: Option<Duration>) -> u8 {
    let sys = &report.sys;
    for signal in [Signal::TERM, Signal::INT] {
        sys.catch(signal);
    }
    let began = sys.uptime();
    let over = async {
        match limit {
            Some(limit) => sys.sleep(limit).await,
            None => std::future::pending().await,
        }
    };
    let ended = tokio::select! {
        ended = sys.wait(None) => ended.ok(),
        () = over => None,
        _ = sys.next_signal() => {
            report.say("FAIL", "(416) <-- worker got signal 15").await;
            return fail(report, &workers, sys.uptime().saturating_sub(began)).await;
        }
    };
    let lasted = || sys.uptime().saturating_sub(began);
    let Some((pid, status)) = ended else {
        for worker in workers {
            // It may have ended meanwhile.
            let _ = sys.kill(worker, Signal::KILL);
            let _ = sys.wait(Some(worker)).await;
        }
        let text = format!("successful run completed in {}s", lasted().as_secs());
        report.say("info", &text).await;
        return 0;
    };
    workers.retain(|it| *it != pid);
    let text = match status {
        WaitStatus::Signaled(signal) => {
            format!("(416) <-- worker {} got signal {}", pid.0, signal.0)
        }
        WaitStatus::Exited(code) => {
            format!("(416) <-- worker {} returned error {code}", pid.0)
        }
    };
    report.say("FAIL", &text).await;
    report
        .say("WARN", "(418) now reaping child worker processes")
        .await;
    fail(report, &workers, lasted()).await
}

async fn fail(report: &Report, workers: &[Pid], lasted: Duration) -> u8 {
    for worker in workers {
        // It may have ended meanwhile.
        let _ = report.sys.kill(*worker, Signal::KILL);
    }
    let text = format!("(452) failed run completed in {}s", lasted.as_secs());
    report.say("FAIL", &text).await;
    1
}

async fn work(sys: Sys, hog: Hog) -> u8 {
    match hog {
        Hog::Cpu => loop {
            sys.set_cpu(1.0);
            sys.sleep(Duration::from_secs(1)).await;
        },
        Hog::Io => loop {
            sys.set_cpu(0.3);
            sys.sleep(Duration::from_secs(1)).await;
        },
        Hog::Memory { bytes, keeps, hang } => {
            sys.set_cpu(1.0);
            loop {
                // Touched page by page: the limit is met on the way.
                let step = (bytes / 8).max(1);
                let mut held = 0;
                while held < bytes {
                    held = (held + step).min(bytes);
                    sys.set_memory((1 << 20) + held);
                    sys.sleep(Duration::from_millis(20)).await;
                }
                match hang {
                    Some(time) if time.is_zero() => std::future::pending().await,
                    Some(time) => {
                        sys.set_cpu(0.0);
                        sys.sleep(time).await;
                        sys.set_cpu(1.0);
                    }
                    None => sys.sleep(Duration::from_millis(100)).await,
                }
                if keeps {
                    loop {
                        sys.sleep(Duration::from_secs(1)).await;
                    }
                }
                sys.set_memory(1 << 20);
            }
        }
        Hog::Disk(bytes) => {
            sys.set_cpu(0.5);
            loop {
                let path = format!("./stress.{}", sys.pid().0);
                if sys.write_file(&path, b"stress").is_err() {
                    return 1;
                }
                let time = Duration::from_millis((bytes >> 20).clamp(50, 2000));
                sys.sleep(time).await;
                if sys.unlink(&path).is_err() {
                    return 1;
                }
            }
        }
    }
}
