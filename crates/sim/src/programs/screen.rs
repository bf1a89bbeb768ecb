//! What full-screen programs share: a terminal in raw mode, put back at the end; and `top`, `less`.

use std::time::Duration;

use super::applet::{Applet, parse_duration, user_name};
use super::processes::{command, meminfo};
use crate::kernel::{Fd, OpenFlags, Sys, Tty, WinSize};
use crate::shell::editor::{Key, Keys};
use crate::shell::stream::Input;

/// A terminal in raw mode.
pub(super) struct Screen {
    sys: Sys,
    fd: Fd,
    before: Tty,
    /// Its keys.
    pub(super) keys: Keys,
}

impl Screen {
    /// Takes the terminal of a descriptor; `None` when it is none.
    pub(super) fn open(sys: &Sys, fd: Fd) -> Option<Self> {
        let before = sys.tty(fd).ok()?;
        let raw = Tty {
            canonical: false,
            echo: false,
            signals: false,
            output_crlf: true,
        };
        sys.set_tty(fd, raw).ok()?;
        Some(Self {
            sys: sys.clone(),
            fd,
            before,
            keys: Keys::new(sys, fd),
        })
    }

    pub(super) fn size(&self) -> WinSize {
        self.sys
            .win_size(self.fd)
            .unwrap_or(WinSize { rows: 24, cols: 80 })
    }

    pub(super) async fn write(&self, text: &str) {
        // A terminal that went away is noticed when it is read.
        let _ = self.sys.write(1, text.as_bytes()).await;
    }

    /// Puts the terminal back as it was.
    pub(super) fn close(&self) {
        let _ = self.sys.set_tty(self.fd, self.before);
    }
}

/// `top [-b] [-n COUNT] [-d SECONDS]`
pub(super) async fn top(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("bHmn:d:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    let pause = options
        .value('d')
        .and_then(parse_duration)
        .unwrap_or(Duration::from_secs(5));
    let count = options.value('n').and_then(|it| it.parse::<u32>().ok());
    let screen = if options.has('b') {
        None
    } else {
        Screen::open(sys, 0)
    };
    let mut shown = 0;
    let mut before: Vec<(u32, Duration)> = Vec::new();
    let status = loop {
        let size = screen.as_ref().map(Screen::size);
        let text = picture(sys, size, &mut before, pause);
        let text = if screen.is_some() {
            format!(
                "\x1b[H{}\x1b[J",
                text.replace('\n', "\x1b[K\n").trim_end_matches('\n')
            )
        } else {
            text
        };
        if applet.print(text).await != 0 {
            break 1;
        }
        shown += 1;
        if count.is_some_and(|count| shown >= count) {
            break 0;
        }
        let key = async {
            match &screen {
                Some(screen) => screen.keys.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = sys.sleep(pause) => {}
            key = key => if matches!(key, None | Some(Key::Char('q') | Key::Ctrl('c'))) {
                break 0;
            },
        }
    };
    if let Some(screen) = screen {
        screen.write("\n").await;
        screen.close();
    }
    status
}

fn picture(
    sys: &Sys,
    size: Option<WinSize>,
    before: &mut Vec<(u32, Duration)>,
    pause: Duration,
) -> String {
    let total = meminfo(sys, "MemTotal").unwrap_or(sys.kernel().options().memory >> 10);
    let free = meminfo(sys, "MemFree").unwrap_or(total);
    let cached = meminfo(sys, "Cached").unwrap_or(0);
    let load = sys.read_file("/proc/loadavg").unwrap_or_default();
    let load = String::from_utf8_lossy(&load).into_owned();
    let mut processes = sys.processes();
    processes.sort_by_key(|it| it.pid);
    let cpus = f64::from(sys.kernel().options().cpus.max(1));
    let share = |pid: u32, now: Duration| {
        let old = before.iter().find(|it| it.0 == pid).map_or(now, |it| it.1);
        now.saturating_sub(old).as_secs_f64() / pause.as_secs_f64().max(0.1) / cpus * 100.0
    };
    let shares: Vec<f64> = processes.iter().map(|it| share(it.pid.0, it.cpu)).collect();
    let busy = shares.iter().sum::<f64>().min(100.0);
    let (on, off) = if size.is_some() {
        ("\x1b[7m", "\x1b[m")
    } else {
        ("", "")
    };
    let mut text = format!(
        "Mem: {}K used, {free}K free, 0K shrd, 0K buff, {cached}K cached\n\
         CPU: {busy:3.0}% usr   0% sys   0% nic {:3.0}% idle   0% io   0% irq   0% sirq\n\
         Load average: {}\n{on}  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND{off}\n",
        total.saturating_sub(free),
        100.0 - busy,
        load.trim_end(),
    );
    let mut order: Vec<usize> = (0..processes.len()).collect();
    order.sort_by(|a, b| shares[*b].total_cmp(&shares[*a]));
    let (rows, cols) = size.map_or((usize::MAX, usize::MAX), |it| {
        (usize::from(it.rows), usize::from(it.cols))
    });
    for index in order.into_iter().take(rows.saturating_sub(5)) {
        let process = &processes[index];
        let memory = process.memory >> 10;
        let shown = if memory > 99_999 {
            format!("{}m", memory >> 10)
        } else {
            memory.to_string()
        };
        let user: String = user_name(sys, process.uid).chars().take(8).collect();
        let line = format!(
            "{:5} {:5} {user:<8} {:<4} {shown:>5} {:3}%   0 {:3.0}% {}",
            process.pid.0,
            process.ppid.0,
            process.state,
            memory * 100 / total.max(1),
            shares[index],
            command(process),
        );
        text.extend(line.chars().take(cols));
        text.push('\n');
    }
    *before = processes.iter().map(|it| (it.pid.0, it.cpu)).collect();
    text
}

/// `less`, `more`: `[FILE]…`
pub(super) async fn less(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let files: Vec<String> = applet
        .args
        .iter()
        .filter(|it| !it.starts_with('-'))
        .cloned()
        .collect();
    let mut status = 0;
    let sys = &applet.sys;
    if files.is_empty() && sys.is_tty(0) {
        return applet.fail("missing filename").await;
    }
    let mut lines = Vec::new();
    for path in super::cat::or_stdin(&files) {
        match super::cat::open(sys, &path) {
            Ok(fd) => {
                let mut input = Input::new(sys, fd);
                while let Ok(Some(line)) = input.text_line().await {
                    lines.push(line.replace('\t', "        "));
                }
                super::cat::close(sys, fd);
            }
            Err(error) => status = applet.fail(format!("can't open '{path}': {error}")).await,
        }
    }
    // The text may come from a pipe: keys come from the terminal itself.
    let keys = if sys.is_tty(0) {
        Some(0)
    } else {
        sys.open(
            "/dev/tty",
            OpenFlags {
                read: true,
                ..OpenFlags::default()
            },
            0,
        )
        .ok()
    };
    let screen = keys
        .filter(|_| sys.is_tty(1))
        .and_then(|fd| Screen::open(sys, fd));
    let Some(screen) = screen else {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        return applet.print(text).await.max(status);
    };
    let name = files.first().cloned().unwrap_or_default();
    browse(&screen, &lines, &name).await;
    screen.write("\r\x1b[K").await;
    screen.close();
    status
}

async fn browse(screen: &Screen, lines: &[String], name: &str) {
    let (mut top, mut sought) = (0usize, String::new());
    loop {
        let size = screen.size();
        let (page, cols) = (
            usize::from(size.rows).saturating_sub(1).max(1),
            usize::from(size.cols),
        );
        let last = lines.len().saturating_sub(page);
        top = top.min(last);
        let mut text = "\x1b[H".to_owned();
        for row in 0..page {
            let line = lines.get(top + row).map_or("~", String::as_str);
            text.extend(line.chars().take(cols));
            text.push_str("\x1b[K\n");
        }
        let status = if top >= last {
            format!("{name} (END)")
        } else {
            format!("{name} {}%", (top + page) * 100 / lines.len().max(1))
        };
        text.push_str(&format!("\x1b[7m{}\x1b[m\x1b[K", status.trim_start()));
        screen.write(&text).await;
        match screen.keys.next().await {
            None | Some(Key::Char('q' | 'Q') | Key::Ctrl('c')) => return,
            Some(Key::Char('j' | 'e') | Key::Down | Key::Enter) => top += 1,
            Some(Key::Char('k' | 'y') | Key::Up) => top = top.saturating_sub(1),
            Some(Key::Char(' ' | 'f') | Key::PageDown | Key::Ctrl('f')) => top += page,
            Some(Key::Char('b') | Key::PageUp | Key::Ctrl('b')) => top = top.saturating_sub(page),
            Some(Key::Char('g' | '<') | Key::Home) => top = 0,
            Some(Key::Char('G' | '>') | Key::End) => top = last,
            Some(Key::Char(c @ ('/' | 'n'))) => {
                if c == '/' {
                    sought = ask(screen, '/').await.unwrap_or_default();
                }
                let found = lines
                    .iter()
                    .skip(top + 1)
                    .position(|it| it.contains(&sought));
                if let Some(at) = found.filter(|_| !sought.is_empty()) {
                    top += at + 1;
                }
            }
            _ => {}
        }
    }
}

/// Reads a line at the bottom of the screen, after a mark; `None` when it was given up.
pub(super) async fn ask(screen: &Screen, mark: char) -> Option<String> {
    let mut text = String::new();
    loop {
        screen
            .write(&format!("\x1b[{};1H{mark}{text}\x1b[K", screen.size().rows))
            .await;
        match screen.keys.next().await? {
            Key::Enter => return Some(text),
            Key::Escape | Key::Ctrl('c') => return None,
            Key::Backspace => {
                text.pop()?;
            }
            Key::Char(c) => text.push(c),
            _ => {}
        }
    }
}
