//! The loop: the only part of the screen that waits, spawns and does I/O.
//!
//! Everything comes by one channel. The loop sleeps until something comes, applies all that is
//! there, then draws once if something visible changed, at most sixty times a second. While nothing
//! comes it does not run at all: no timer ticks.

mod connect;
mod effects;
mod input;
mod library;
mod measure;
mod screen;
mod shell;

use std::io::{IsTerminal, Write, stderr, stdin, stdout};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use color_eyre::eyre::{Result, eyre};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use self::connect::Engine;
use self::library::Library;
use self::measure::Measures;
use self::screen::Screen;
use self::shell::Shell;
use super::layout;
use super::message::Message;
use super::model::{Model, Quit};
use super::panels::terminal::ShellView;
use super::theme::Theme;
use super::update::{start, update};
use super::view;
use crate::domain::Occurrence;
use crate::lesson::progress::Store;
use crate::sim::machine::Snapshot;
use crate::text::calendar::day_number;

/// The shortest time between two frames.
const FRAME: Duration = Duration::from_micros(16_667);

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
    /// When the program began, for the measurements.
    pub began: Instant,
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
}

impl From<Message> for Incoming {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

/// Opens the tutorial until the learner leaves it, and gives the exit code: 128 and the signal's
/// number when one ended it.
pub fn run(options: &Options) -> Result<ExitCode> {
    if !stdin().is_terminal() || !stdout().is_terminal() {
        return Err(eyre!(
            "le tutoriel a besoin d’un terminal\u{a0}: lancez «\u{a0}moussaillon\u{a0}» dans un \
             terminal, sans redirection."
        ));
    }
    // Another part of the program may have installed it already.
    let _ = color_eyre::install();
    let (sender, receiver) = unbounded_channel();
    let mut screen = Screen::take(sender.clone())?;
    let mut measures = Measures::from_environment(options.began);
    let size = screen.terminal.size()?;
    let mut model = Model::new(size, Theme::from_environment());
    // The first frame comes before anything else is even begun.
    draw(&mut screen, &mut model, None, measures.as_mut())?;

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(async {
        let mut looped = Loop {
            options: options.clone(),
            model,
            screen,
            measures,
            sender,
            receiver,
            engine: None,
            shell: None,
            library: Library::default(),
            drawn: Instant::now(),
            reread: None,
        };
        let ended = looped.run().await;
        looped.close().await;
        ended
    });
    // A thread that still waits for a key or a name must not hold the prompt back.
    runtime.shutdown_timeout(Duration::from_millis(100));
    let Quit::Signal(signal) = ended? else {
        return Ok(ExitCode::SUCCESS);
    };
    // The terminal may be gone: nothing to say then.
    let _ = writeln!(
        stderr(),
        "moussaillon\u{a0}: arrêté par {}. Votre progression est enregistrée.",
        signal.name
    );
    Ok(ExitCode::from(128 + signal.number))
}

struct Loop {
    options: Options,
    model: Model,
    screen: Screen,
    measures: Option<Measures>,
    sender: UnboundedSender<Incoming>,
    receiver: UnboundedReceiver<Incoming>,
    engine: Option<Engine>,
    shell: Option<Shell>,
    library: Library,
    drawn: Instant,
    /// The readings asked for after the last command.
    reread: Option<tokio::task::JoinHandle<()>>,
}

impl Loop {
    /// Runs until the end, and gives the signal that asked for it.
    async fn run(&mut self) -> Result<Quit> {
        input::listen(self.sender.clone())?;
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
                if self.model.dirty && self.drawn.elapsed() >= FRAME {
                    break;
                }
            }
            if let Some(quit) = self.model.quit {
                return Ok(quit);
            }
            if self.model.dirty && self.drawn.elapsed() >= FRAME {
                let shell = self.shell.as_ref();
                draw(
                    &mut self.screen,
                    &mut self.model,
                    shell,
                    self.measures.as_mut(),
                )?;
                self.drawn = Instant::now();
            }
        }
    }

    /// Waits for something to come, or for the moment of the next frame when one is due.
    async fn wait(&mut self) {
        let incoming = if self.model.dirty {
            let due = tokio::time::Instant::from_std(self.drawn + FRAME);
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
            Incoming::Engine(engine) => {
                let choice = engine.choice.clone();
                self.engine = Some(*engine);
                self.apply(Message::Engine(choice));
            }
        }
    }

    /// Draws what the shell wrote, and applies what it did.
    fn poll_shell(&mut self) {
        let messages = self.shell.as_mut().map(Shell::poll).unwrap_or_default();
        for message in messages {
            self.apply(message);
        }
    }

    fn apply(&mut self, message: Message) {
        let state = matches!(message, Message::Occurrence(Occurrence::State(_)));
        if let (Some(measures), Message::Occurrence(occurrence)) = (&mut self.measures, &message) {
            measures.occurrence(occurrence);
        }
        self.model.clock = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        self.model.today = day_number(self.model.clock);
        let effects = update(&mut self.model, message);
        if let Some(measures) = &mut self.measures {
            measures.applied(state, self.model.dirty);
        }
        for effect in effects {
            self.perform(effect);
        }
    }

    /// Stops what runs, within a bound.
    async fn close(self) {
        let Self {
            screen,
            engine,
            shell,
            reread,
            ..
        } = self;
        // The learner's prompt first.
        drop(screen);
        drop(shell);
        if let Some(reread) = reread {
            reread.abort();
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
    let shell_view = shell.map(|shell| ShellView {
        screen: shell.screen(),
        selected: &selected,
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
