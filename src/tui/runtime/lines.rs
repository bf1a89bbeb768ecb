//! The loop of the linear mode: lines in, lines out, the same model, messages and effects.
//!
//! What changes is said once it has stayed as it is for a moment: a command and all that it did are
//! told together. From a pipe, the next line is read once all of that is said.

use std::collections::VecDeque;
use std::io::{BufRead, IsTerminal, Write, stdin, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use color_eyre::eyre::Result;
use ratatui::layout::Size;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{Incoming, Loop, Options, exit, input};
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::linear::{self, Asked, Command, Outcome, Paper, Telling};
use crate::tui::message::{Message, Signal};
use crate::tui::model::{Link, Model, Quit, ShellState};
use crate::tui::settings::Settings;
use crate::tui::update::start;

/// Nothing must have changed for so long before it is said.
const QUIET: Duration = Duration::from_millis(300);
/// How often it is looked whether the next line of a pipe can be taken.
const LOOK: Duration = Duration::from_millis(100);
/// A shell that shows its prompt for so long has ended what it was given, even if it ran nothing.
const IDLE: Duration = Duration::from_millis(900);
/// How long a program has to end, once its typist is gone.
const LAST: Duration = Duration::from_secs(5);

/// The size that the model believes in: every panel is there.
const SIZE: Size = Size {
    width: 120,
    height: 40,
};

const WELCOME: &str = "moussaillon, mode linéaire. Tapez :aide pour la liste des mots, :quitter pour \
                       sortir.";

/// The keys that a terminal sends for Ctrl-C and Ctrl-D.
const CONTROL_C: &[u8] = b"\x03";
const CONTROL_D: &[u8] = b"\x04";

/// What is typed, and what was said.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are true and false apart from each other"
)]
pub(super) struct Lines {
    telling: Telling,
    paper: Paper,
    waiting: VecDeque<String>,
    /// Whether nothing more will be typed, and since when what runs was told so.
    ended: bool,
    told_end: Option<Instant>,
    /// Whether somebody types, on a terminal that shows what they type.
    typist: bool,
    /// Since when something is to be said.
    changed: Option<Instant>,
    /// Since when the shell has been given a line that has not ended.
    busy: Option<Instant>,
    /// The line being given is on the learner's screen already.
    seen: bool,
    /// The last thing printed is our prompt.
    prompted: bool,
    /// It is the unfinished line of a program.
    unfinished: bool,
    /// Ctrl-C was pressed for nothing.
    interrupted: bool,
    /// Nobody reads any more.
    gone: bool,
}

/// Opens the tutorial in lines until the learner leaves it.
pub(super) fn run(options: &Options) -> Result<ExitCode> {
    // Another part of the program may have installed it already.
    let _ = color_eyre::install();
    let (sender, receiver) = unbounded_channel();
    let settings = Settings::read(&options.look);
    let mut model = Model::new(SIZE, settings.theme);
    model.linear = true;
    if !settings.notices.is_empty() {
        model.notice = Some(settings.notices.join(" ").into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(async {
        let mut looped = Loop {
            lines: Some(Lines::new()),
            ..Loop::new(options, model, sender.clone(), receiver)
        };
        let ended = looped.run_lines().await;
        Box::pin(looped.close()).await;
        ended
    });
    // A thread that still waits for a line must not hold the prompt back.
    runtime.shutdown_timeout(Duration::from_millis(100));
    Ok(exit(ended?))
}

/// Sends each line typed, then that there are no more.
fn listen(sender: UnboundedSender<Incoming>) {
    std::thread::spawn(move || {
        for line in stdin().lock().split(b'\n') {
            let Ok(line) = line else { break };
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if sender.send(Incoming::Line(line)).is_err() {
                return;
            }
        }
        let _ = sender.send(Incoming::LinesEnded);
    });
}

impl Lines {
    fn new() -> Self {
        Self {
            telling: Telling::default(),
            paper: Paper::new(false),
            waiting: VecDeque::new(),
            ended: false,
            told_end: None,
            typist: stdin().is_terminal(),
            changed: Some(Instant::now()),
            busy: None,
            seen: false,
            prompted: false,
            unfinished: false,
            interrupted: false,
            gone: false,
        }
    }

    /// A line was typed.
    pub(super) fn typed(&mut self, line: String) {
        // Enter ended the line on a terminal.
        self.prompted = false;
        self.unfinished &= !self.typist;
        self.interrupted = false;
        self.waiting.push_back(line);
    }

    /// None will be any more.
    pub(super) fn no_more(&mut self) {
        self.ended = true;
    }

    /// Something happens to the model.
    pub(super) fn heard(&mut self, message: &Message) {
        match message {
            Message::ShellOpened { .. } => self.busy = Some(Instant::now()),
            Message::Prompt | Message::ShellEnded(_) | Message::ShellFailed(_) => self.busy = None,
            _ => {}
        }
    }

    /// Prints text as it is.
    fn print(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let before = if std::mem::take(&mut self.prompted) {
            "\n"
        } else {
            ""
        };
        self.unfinished = !text.ends_with('\n');
        let mut out = stdout();
        let printed = write!(out, "{before}{text}").and_then(|()| out.flush());
        self.gone |= printed.is_err();
    }

    /// Prints lines of ours.
    fn say(&mut self, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        let before = if std::mem::take(&mut self.unfinished) {
            "\n"
        } else {
            ""
        };
        self.print(&format!("{before}{}\n", lines.join("\n")));
    }

    fn prompt(&mut self) {
        if !self.prompted && !self.gone {
            if self.unfinished {
                self.print("\n");
            }
            self.print("> ");
            (self.prompted, self.unfinished) = (true, false);
        }
    }
}

impl Loop {
    /// Runs until the end.
    async fn run_lines(&mut self) -> Result<Quit> {
        input::signals(&self.sender)?;
        listen(self.sender.clone());
        for effect in start() {
            self.perform(effect);
        }
        self.with_lines(|lines| lines.say(&[WELCOME.to_owned()]));
        loop {
            if let Some(quit) = self.model.quit {
                // What the last line did is said.
                self.speak();
                return Ok(quit);
            }
            let Some(lines) = &self.lines else {
                return Ok(Quit::Asked);
            };
            if lines.gone {
                return Ok(Quit::Asked);
            }
            let looks = !lines.waiting.is_empty() || lines.ended || lines.busy.is_some();
            let due = match lines.changed {
                Some(since) => Some(since + QUIET),
                None => looks.then(|| Instant::now() + LOOK),
            };
            let incoming = match due {
                None => self.receiver.recv().await,
                Some(due) => {
                    let due = tokio::time::Instant::from_std(due);
                    tokio::select! {
                        biased;
                        incoming = self.receiver.recv() => incoming,
                        () = tokio::time::sleep_until(due) => None,
                    }
                }
            };
            match incoming {
                Some(incoming) => self.hear(incoming),
                None => self.speak(),
            }
            self.next_line();
        }
    }

    fn with_lines(&mut self, act: impl FnOnce(&mut Lines)) {
        if let Some(lines) = &mut self.lines {
            act(lines);
        }
    }

    /// Applies what came, and prints what a program wrote as far as it will not be drawn again.
    fn hear(&mut self, incoming: Incoming) {
        self.take(incoming);
        let written = self.shell.as_mut().map(super::Shell::take_output);
        let dirty = std::mem::take(&mut self.model.dirty);
        self.with_lines(|lines| {
            let written = written.unwrap_or_default();
            if dirty || !written.is_empty() {
                lines.changed = Some(Instant::now());
            }
            let text = lines.paper.feed(&written);
            lines.print(&text);
        });
    }

    /// Says what is new, once nothing has changed for a moment.
    fn speak(&mut self) {
        let over = !self.model.timeline.is_running();
        let idle = self.shell.as_ref().is_none_or(super::Shell::waits)
            || matches!(self.model.shell, ShellState::Open { marked: false });
        let model = &mut self.model;
        let Some(lines) = &mut self.lines else { return };
        if over && idle && lines.busy.is_some_and(|since| since.elapsed() > IDLE) {
            lines.busy = None;
        }
        if lines.changed.take().is_none() {
            return;
        }
        let ended = over && lines.busy.is_none();
        let text = lines.paper.flush(ended);
        lines.print(&text);
        if ended {
            lines.paper = Paper::new(false);
        }
        let news = lines.telling.news(model);
        model.dirty = false;
        lines.say(&news);
    }

    /// Whether all that the last line did is done and said.
    fn is_settled(&self) -> bool {
        let model = &self.model;
        let lines = self.lines.as_ref();
        let quiet = lines.is_some_and(|it| it.changed.is_none() && it.busy.is_none());
        let opening = model.study.is_some()
            && matches!(model.shell, ShellState::Absent | ShellState::Opening)
            && !matches!(model.link, Link::None(_));
        let attempt = model.study.as_ref().and_then(|it| it.attempt.as_ref());
        quiet
            && model.course.is_some()
            && model.link != Link::Connecting
            && !opening
            && !model.timeline.is_running()
            && model.queue.is_empty()
            && attempt.is_none_or(|it| it.settling.is_none())
            && self
                .reread
                .as_ref()
                .is_none_or(tokio::task::JoinHandle::is_finished)
    }

    /// Takes the lines that can be, and shows the prompt when one is waited for.
    fn next_line(&mut self) {
        loop {
            let settled = self.is_settled();
            let running = self.model.timeline.is_running();
            let read = self.model.course.is_some();
            let Some(lines) = &mut self.lines else { return };
            let typist = lines.typist;
            let Some(line) = lines.waiting.front().cloned() else {
                if typist && settled && !lines.ended {
                    lines.prompt();
                }
                break;
            };
            let word = linear::parse(&line);
            // Some words are for the program that runs.
            let at_once = matches!(
                word,
                Some(Ok(Command::Type(_) | Command::Interrupt | Command::Quit))
            ) && running
                && lines.changed.is_none();
            let taken = settled || at_once || (typist && read && (word.is_some() || running));
            if !taken {
                return;
            }
            lines.waiting.pop_front();
            if !typist {
                lines.print(&format!("> {line}\n"));
            }
            match word {
                Some(Ok(command)) => {
                    let outcome = linear::act(&self.model, command);
                    self.obey(outcome);
                }
                Some(Err(words)) => lines.say(&[words]),
                None if running => self.give(&line),
                None => self.command(line),
            }
        }
        self.end_of_lines();
    }

    /// Does what a word asks.
    fn obey(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Say(text) => self.with_lines(|lines| {
                let text: Vec<String> = text.iter().map(|it| linear::spoken(it)).collect();
                lines.say(&text);
            }),
            Outcome::Ask(asked) => self.ask(asked),
            Outcome::Read => self.with_lines(|lines| {
                lines.telling.forget_place();
                lines.changed = Some(Instant::now());
            }),
            Outcome::Type(line) => self.give(&line),
            Outcome::Interrupt => self.send(CONTROL_C),
            Outcome::Quit => self.ask(Asked::Act(Action::Quit)),
        }
    }

    fn ask(&mut self, asked: Asked) {
        self.apply(Message::Asked(asked));
        self.with_lines(|lines| lines.changed = Some(Instant::now()));
    }

    /// A command line for the shell.
    fn command(&mut self, line: String) {
        let why = match (&self.model.study, &self.model.shell) {
            (None, _) => "Ouvrez d’abord une leçon\u{a0}: :leçons les liste, :ouvrir en ouvre une.",
            (_, ShellState::Open { .. }) => "",
            _ => "Le terminal est fermé\u{a0}: :terminal en ouvre un autre.",
        };
        if !why.is_empty() {
            self.with_lines(|lines| lines.say(&[why.to_owned()]));
        } else if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            self.with_lines(|lines| lines.seen = true);
            self.perform(Effect::ShellType { line, force: false });
        }
    }

    /// A line for the program that runs.
    fn give(&mut self, line: &str) {
        self.with_lines(|lines| {
            if lines.typist {
                lines.paper.saw(line);
            }
        });
        self.send(format!("{line}\r").as_bytes());
    }

    fn send(&mut self, bytes: &[u8]) {
        if let Some(shell) = &self.shell {
            shell.send(bytes);
        }
    }

    /// The shell is given a line: it is shown, and what it writes is printed on a new page.
    pub(super) fn announce(&mut self, line: &str) {
        let echoes = self.shell.as_ref().is_some_and(super::Shell::echoes);
        let written = self.shell.as_mut().map(super::Shell::take_output);
        self.with_lines(|lines| {
            let rest = lines.paper.feed(&written.unwrap_or_default());
            if !echoes {
                lines.print(&rest);
            }
            if !std::mem::take(&mut lines.seen) {
                lines.say(&[format!("$ {line}")]);
            }
            lines.paper = Paper::new(echoes);
            lines.busy = Some(Instant::now());
            lines.changed = Some(Instant::now());
        });
    }

    /// Ctrl-C stops what runs; pressed twice while nothing does, it ends the program.
    pub(super) fn signal(&mut self, signal: Signal) {
        const INTERRUPT: u8 = 2;
        let running = self.model.timeline.is_running();
        let Some(lines) = &mut self.lines else {
            return self.apply(Message::Signal(signal));
        };
        if signal.number != INTERRUPT || (!running && lines.interrupted) {
            return self.apply(Message::Signal(signal));
        }
        if running {
            return self.send(CONTROL_C);
        }
        lines.interrupted = true;
        lines.say(&["Pour quitter\u{a0}: :quitter, ou Ctrl-C encore.".to_owned()]);
        if lines.typist {
            lines.prompt();
        }
    }

    /// Nothing more will be typed: what runs is told so, then the program ends. What a pipe asked for
    /// takes the time it takes, as in any shell.
    fn end_of_lines(&mut self) {
        let (settled, running) = (self.is_settled(), self.model.timeline.is_running());
        let Some(lines) = self.lines.as_mut().filter(|it| it.ended) else {
            return;
        };
        let told = lines.told_end.filter(|_| lines.typist);
        let late = told.is_some_and(|since| since.elapsed() > LAST);
        if settled || late {
            self.ask(Asked::Act(Action::Quit));
        } else if running && lines.told_end.is_none() && lines.changed.is_none() {
            lines.told_end = Some(Instant::now());
            self.send(CONTROL_D);
        }
    }
}
