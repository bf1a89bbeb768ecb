//! The loop: the only part of the screen that waits, spawns and does I/O.
//!
//! Everything comes by one channel. The loop sleeps until something comes, applies all that is
//! there, then draws once if something visible changed, at most sixty times a second. While nothing
//! comes it does not run at all: no timer ticks.

mod connect;
mod effects;
mod input;
mod library;
mod lines;
mod measure;
mod ready;
mod screen;
mod shell;
mod suspend;
mod tape;
mod typing;

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write, stderr, stdin, stdout};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use color_eyre::eyre::{Result, eyre};
use ratatui::style::Style;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

use self::connect::Engine;
use self::library::Library;
use self::lines::Lines;
use self::measure::Measures;
use self::screen::Screen;
use self::shell::Shell;
use self::tape::Tape;
use self::typing::Awaited;
use super::layout;
use super::message::{Message, Signal};
use super::model::{Model, Quit};
use super::panels::terminal::ShellView;
use super::settings::{Look, Settings};
use super::speaker;
use super::update::{start, update};
use super::view;
use crate::cast::Version;
use crate::demo::Sheet;
use crate::domain::Occurrence;
use crate::inside::Need;
use crate::lesson::progress::Store;
use crate::sim::machine::Snapshot;
use crate::text::calendar::day_number;

/// The shortest time between two frames.
const FRAME: Duration = Duration::from_micros(16_667);
/// The same when all that is new is API calls: a script makes hundreds in a second, each of which
/// would wait for the drawing of the one before.
const CALLS_FRAME: Duration = Duration::from_millis(100);

/// How long what is still running may take to stop when the program ends.
const FAREWELL: Duration = Duration::from_secs(1);

/// What the command line says.
#[derive(Debug, Clone)]
pub struct Options {
    /// `--moteur`: `auto`, `simule` or an address.
    pub engine: String,
    /// State of the simulated machine at the start; `None` is a new machine.
    pub start: Option<Snapshot>,
    /// Folder or archive of somebody else's lessons, in place of the program's.
    pub lessons: Option<PathBuf>,
    /// `--lineaire`: plain lines, without a screen.
    pub linear: bool,
    /// Let nothing be changed in the engine.
    pub read_only: bool,
    /// Guard the simulated engine too.
    pub guarded: bool,
    /// The lesson (identifier) to show to a room; `None` opens the tutorial.
    pub demo: Option<String>,
    /// Where to record the session.
    pub record: Option<Record>,
    /// What the command line asks of the look.
    pub look: Look,
    /// When the program began, for the measurements.
    pub began: Instant,
}

/// A session to be recorded as an asciicast.
#[derive(Debug, Clone)]
pub struct Record {
    /// The file; one that is there is written over.
    pub file: PathBuf,
    /// The version of the format.
    pub version: Version,
}

/// What the channel carries: messages for the model, and what only the loop can keep.
enum Incoming {
    /// For the model.
    Message(Box<Message>),
    /// The shell has something to show.
    ShellWoken,
    /// An engine was found: it is kept as long as the program runs.
    Engine(Box<Engine>),
    /// Where the progress is kept.
    Library(Box<Store>),
    /// What waits for the shell's prompt has waited too long.
    PromptOverdue,
    /// A line was typed, in the linear mode.
    Line(String),
    /// No more will be.
    LinesEnded,
    /// The system asks the program to end, or the learner by Ctrl-C.
    Signal(Signal),
}

impl From<Message> for Incoming {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

/// Opens the tutorial until the learner leaves it, and gives the exit code: 128 and the signal's
/// number when one ended it.
pub fn run(options: &Options) -> Result<ExitCode> {
    if options.linear {
        return lines::run(options);
    }
    if !stdin().is_terminal() || !stdout().is_terminal() {
        return Err(eyre!(
            "le tutoriel a besoin d’un terminal\u{a0}: lancez «\u{a0}moussaillon\u{a0}» dans un \
             terminal, sans redirection, ou «\u{a0}moussaillon --lineaire\u{a0}», qui n’affiche \
             que des lignes."
        ));
    }
    // Another part of the program may have installed it already.
    let _ = color_eyre::install();
    let (sender, receiver) = unbounded_channel();
    let settings = Settings::read(&options.look);
    let tape = options.record.as_ref().map(tape::begin).transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    // From before the terminal is taken: no signal may end the program without giving it back.
    runtime.block_on(async { input::signals(&sender) })?;
    let mut screen = Screen::take(sender.clone(), settings.mouse, tape.clone())?;
    let mut measures = Measures::from_environment(options.began);
    let size = screen.terminal.size()?;
    let mut model = Model::new(size, settings.theme);
    model.keymap = Arc::new(settings.keymap);
    model.projector = options.look.projector;
    model.wanted.clone_from(&options.demo);
    if !settings.notices.is_empty() {
        model.notice = Some(settings.notices.join(" ").into());
    }
    // The first frame comes before anything else is even begun.
    draw(&mut screen, &mut model, None, measures.as_mut())?;

    let ended = runtime.block_on(async {
        let mut looped = Loop {
            screen: Some(screen),
            tape: tape.clone(),
            measures,
            ..Loop::new(options, model, sender, receiver)
        };
        let ended = looped.run().await;
        if let Some(tape) = &looped.tape {
            tape.close(&looped.model);
        }
        Box::pin(looped.close()).await;
        ended
    });
    // A thread that still waits for a key or a name must not hold the prompt back.
    runtime.shutdown_timeout(Duration::from_millis(100));
    if let Some(why) = tape.and_then(|tape| tape.end()) {
        let _ = writeln!(
            stderr(),
            "moussaillon\u{a0}: l’enregistrement n’est pas entier\u{a0}: {why}"
        );
    }
    Ok(exit(ended?))
}

/// The exit code; 128 and the signal's number when one ended the program, which is said.
fn exit(ended: Quit) -> ExitCode {
    let Quit::Signal(signal) = ended else {
        return ExitCode::SUCCESS;
    };
    // The terminal may be gone: nothing to say then.
    let _ = writeln!(
        stderr(),
        "moussaillon\u{a0}: arrêté par {}. Votre progression est enregistrée.",
        signal.name
    );
    ExitCode::from(128 + signal.number)
}

struct Loop {
    options: Options,
    model: Model,
    /// `None` in the linear mode.
    screen: Option<Screen>,
    /// The linear mode.
    lines: Option<Lines>,
    tape: Option<Tape>,
    /// What the speaker reads in another terminal.
    sheets: Option<watch::Sender<Sheet>>,
    measures: Option<Measures>,
    sender: UnboundedSender<Incoming>,
    receiver: UnboundedReceiver<Incoming>,
    engine: Option<Engine>,
    shell: Option<Shell>,
    /// What is typed once the shell shows its prompt.
    awaited: Option<Awaited>,
    library: Library,
    drawn: Instant,
    /// Whether nothing but API calls has come since.
    only_calls: bool,
    /// The readings asked for after the last command.
    reread: Option<tokio::task::JoinHandle<()>>,
    /// What panes have followed.
    followed: BTreeMap<Need, tokio::task::JoinHandle<()>>,
    /// Whether nobody looks: what is followed is then read less often.
    away: watch::Sender<bool>,
}

impl Loop {
    fn new(
        options: &Options,
        model: Model,
        sender: UnboundedSender<Incoming>,
        receiver: UnboundedReceiver<Incoming>,
    ) -> Self {
        Self {
            options: options.clone(),
            model,
            screen: None,
            lines: None,
            tape: None,
            sheets: None,
            measures: None,
            sender,
            receiver,
            engine: None,
            shell: None,
            awaited: None,
            library: Library::default(),
            drawn: Instant::now(),
            only_calls: false,
            reread: None,
            followed: BTreeMap::new(),
            away: watch::Sender::new(false),
        }
    }

    /// Runs until the end, and gives the signal that asked for it.
    async fn run(&mut self) -> Result<Quit> {
        input::listen(self.sender.clone());
        for effect in start() {
            self.perform(effect);
        }
        loop {
            if self.model.quit.is_none() {
                self.wait().await;
            }
            // Under a flood there is always more: what is due is drawn all the same.
            while let Ok(incoming) = self.receiver.try_recv() {
                self.take(incoming);
                if self.is_due() {
                    break;
                }
            }
            if let Some(quit) = self.model.quit {
                return Ok(quit);
            }
            if self.is_due() {
                self.tell_speaker();
                let shell = self.shell.as_ref();
                if let Some(screen) = &mut self.screen {
                    draw(screen, &mut self.model, shell, self.measures.as_mut())?;
                }
                self.drawn = Instant::now();
                self.only_calls = true;
            }
        }
    }

    /// The shortest time from the last frame to the next.
    const fn pace(&self) -> Duration {
        if self.only_calls { CALLS_FRAME } else { FRAME }
    }

    /// Whether a frame is to be drawn now.
    fn is_due(&self) -> bool {
        self.model.dirty && self.drawn.elapsed() >= self.pace()
    }

    /// Waits for something to come, or for the moment of the next frame when one is due.
    async fn wait(&mut self) {
        let incoming = if self.model.dirty {
            let due = tokio::time::Instant::from_std(self.drawn + self.pace());
            tokio::select! {
                biased;
                incoming = self.receiver.recv() => incoming,
                () = tokio::time::sleep_until(due) => None,
            }
        } else {
            self.receiver.recv().await
        };
        if let Some(incoming) = incoming {
            self.take(incoming);
        }
    }

    fn take(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Message(message) => {
                if matches!(*message, Message::Occurrence(_)) {
                    // A command's mark is written before its first call, and before what the call
                    // changes: it must be read before, for both to be in its step.
                    self.poll_shell();
                }
                self.apply(*message);
            }
            Incoming::Library(store) => self.library.keep_in(*store),
            Incoming::ShellWoken => self.poll_shell(),
            Incoming::PromptOverdue => self.prompt_overdue(),
            Incoming::Engine(engine) => {
                let choice = engine.choice.clone();
                self.engine = Some(*engine);
                self.apply(Message::Engine(choice));
            }
            Incoming::Signal(signal) => self.signal(signal),
            Incoming::Line(line) => {
                if let Some(lines) = &mut self.lines {
                    lines.typed(line);
                }
            }
            Incoming::LinesEnded => {
                if let Some(lines) = &mut self.lines {
                    lines.no_more();
                }
            }
        }
    }

    /// Draws what the shell wrote, and applies what it did.
    fn poll_shell(&mut self) {
        let messages = self.shell.as_mut().map(Shell::poll).unwrap_or_default();
        for message in messages {
            if !matches!(message, Message::Prompt) || !self.prompted() {
                self.apply(message);
            }
        }
        if let (Some(tape), Some(shell)) = (&self.tape, &mut self.shell) {
            tape.wrote(&shell.take_output());
        }
    }

    fn apply(&mut self, message: Message) {
        let state = matches!(message, Message::Occurrence(Occurrence::State(_)));
        if let Some(lines) = &mut self.lines {
            lines.heard(&message);
        }
        if let (Some(measures), Message::Occurrence(occurrence)) = (&mut self.measures, &message) {
            measures.occurrence(occurrence);
        }
        self.model.clock = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        self.model.today = day_number(self.model.clock);
        if let Some(tape) = &self.tape {
            tape.hear(&message, &self.model);
        }
        let call = matches!(message, Message::Occurrence(Occurrence::Call(_)));
        let waiting = std::mem::take(&mut self.model.dirty);
        let effects = update(&mut self.model, message);
        if let Some(measures) = &mut self.measures {
            measures.applied(state, waiting || self.model.dirty);
        }
        for effect in effects {
            self.perform(effect);
        }
        self.only_calls &= call || !self.model.dirty;
        self.model.dirty |= waiting;
    }

    /// Tells the speaker's view where the demo is, once there is one.
    fn tell_speaker(&mut self) {
        let (Some(demo), Some(study)) = (&self.model.demo, &self.model.study) else {
            return;
        };
        let sheet = demo.sheet(&study.lesson);
        if let Some(sheets) = &self.sheets {
            sheets.send_if_modified(|told| {
                let changed = *told != sheet;
                *told = sheet;
                changed
            });
            return;
        }
        let (sheets, seen) = watch::channel(sheet);
        self.sheets = Some(sheets);
        let sender = self.sender.clone();
        let asked = move |remote| {
            let _ = sender.send(Message::Remote(remote).into());
        };
        if let Err(error) = speaker::serve(seen, asked) {
            self.apply(Message::NoSpeaker(error.to_string()));
        }
    }

    /// Stops what runs, within a bound.
    async fn close(self) {
        let Self {
            screen,
            engine,
            shell,
            reread,
            followed,
            sheets,
            ..
        } = self;
        drop(sheets);
        // The learner's prompt first.
        drop(screen);
        drop(shell);
        if let Some(reread) = reread {
            reread.abort();
        }
        for task in followed.into_values() {
            task.abort();
        }
        if let Some(engine) = engine {
            let _ = tokio::time::timeout(FAREWELL, engine.close()).await;
        }
    }
}

/// Draws the model.
fn draw(
    screen: &mut Screen,
    model: &mut Model,
    shell: Option<&Shell>,
    measures: Option<&mut Measures>,
) -> Result<()> {
    let begun = Instant::now();
    model.dirty = false;
    let selected = |row, col| shell.is_some_and(|shell| shell.is_selected(row, col));
    let theme = model.theme;
    let found = |row, col| {
        let here = shell.and_then(|shell| shell.is_found(row, col));
        here.map_or_else(Style::new, |shown| theme.found(shown))
    };
    let shell_view = shell.map(|shell| ShellView {
        screen: shell.screen(),
        selected: &selected,
        found: &found,
    });
    screen.terminal.draw(|frame| {
        // The window may be of another size than the last one heard of.
        if layout::too_small(frame.area().as_size()) {
            model.size = frame.area().as_size();
        }
        view::draw(frame, model, shell_view.as_ref());
    })?;
    if let Some(measures) = measures {
        measures.frame(begun.elapsed());
    }
    Ok(())
}
