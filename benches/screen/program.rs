//! A program in a pseudo-terminal: what it shows, and what it costs.

use std::fmt;
use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::Outcome;

const SIZE: PtySize = PtySize {
    rows: 40,
    cols: 120,
    pixel_width: 0,
    pixel_height: 0,
};

/// The longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

pub(super) struct Program {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
    /// The terminal ends when this is dropped.
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Program {
    pub(super) fn open(
        binary: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Outcome<Self> {
        let pair = native_pty_system().openpty(SIZE)?;
        let mut command = CommandBuilder::new(binary);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command)?;
        let mut reader = pair.master.try_clone_reader()?;
        let screen = Arc::new(Mutex::new(vt100::Parser::new(SIZE.rows, SIZE.cols, 0)));
        let shown = Arc::clone(&screen);
        thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let mut screen = shown.lock().unwrap_or_else(PoisonError::into_inner);
                screen.process(&buffer[..count]);
            }
        });
        let writer = pair.master.take_writer()?;
        Ok(Self {
            child,
            writer,
            screen,
            _master: pair.master,
        })
    }

    pub(super) fn keys(&mut self, keys: &str) -> Outcome<()> {
        self.writer.write_all(keys.as_bytes())?;
        Ok(self.writer.flush()?)
    }

    /// Whether these words are on its screen.
    pub(super) fn shows(&self, words: &str) -> bool {
        let screen = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        screen.screen().contents().contains(words)
    }

    /// What follows these words on the last line that has them.
    pub(super) fn last_after(&self, words: &str) -> Option<String> {
        let screen = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, cols) = screen.screen().size();
        let rows: Vec<String> = screen.screen().rows(0, cols).collect();
        let mut after = rows
            .iter()
            .rev()
            .filter_map(|row| Some(row.split_once(words)?.1));
        after.next().map(|it| it.trim_end().to_owned())
    }

    fn proc(&self, file: &str) -> Outcome<PathBuf> {
        let pid = self.child.process_id().ok_or("the program has ended")?;
        Ok(PathBuf::from(format!("/proc/{pid}")).join(file))
    }

    /// Processor time of its threads so far, as the scheduler counts it.
    fn time(&self) -> Outcome<Duration> {
        let mut nanos = 0;
        for thread in fs::read_dir(self.proc("task")?)? {
            // A thread may have just ended.
            let Ok(told) = fs::read_to_string(thread?.path().join("schedstat")) else {
                continue;
            };
            nanos += told
                .split(' ')
                .next()
                .ok_or("no schedstat")?
                .parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// A figure of `/proc/PID/status`, kB.
    fn status(&self, name: &str) -> Outcome<u64> {
        let status = fs::read_to_string(self.proc("status")?)?;
        let mut lines = status.lines();
        let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let figure = line.and_then(|it| it.split_whitespace().next());
        Ok(figure.ok_or("no such figure")?.parse()?)
    }

    pub(super) fn close(&mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// What a program costs while nothing happens.
pub(super) struct Cost {
    /// Of one core, in percent.
    pub(super) processor: f64,
    /// All that is in memory, kB: the pages of the executable that were read too, which are the
    /// kernel's to take back and are there once for all who run it.
    pub(super) resident: u64,
    /// What it takes for itself alone, which no file holds, kB.
    pub(super) anonymous: u64,
}

impl Cost {
    pub(super) fn at_rest(program: &Program, rest: Duration) -> Outcome<Self> {
        let (began, before) = (Instant::now(), program.time()?);
        thread::sleep(rest);
        let used = program.time()?.saturating_sub(before);
        Ok(Self {
            processor: used.as_secs_f64() / began.elapsed().as_secs_f64() * 100.0,
            resident: program.status("VmRSS")?,
            anonymous: program.status("RssAnon")?,
        })
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            processor,
            resident,
            anonymous,
        } = self;
        write!(
            formatter,
            "{processor:.3} % of a core, {resident} kB resident, {anonymous} of them anonymous"
        )
    }
}

/// Asks again until there is an answer.
pub(super) fn wait_for<T>(mut attempt: impl FnMut() -> Option<T>) -> Outcome<T> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(value) = attempt() {
            return Ok(value);
        }
        thread::sleep(Duration::from_millis(2));
    }
    Err("nothing came in time".into())
}
