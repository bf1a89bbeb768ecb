//! All that the screen shows, and nothing else.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use ratatui::layout::Size;

use super::book::{Book, BookView};
use super::message::Signal;
use super::review::Review;
use super::study::Study;
use super::theme::Theme;
use crate::domain::{Diff, ObjectRef, Timeline};
use crate::engine::{EngineInfo, Origin};
use crate::lesson::progress::{Day, Progress};
use crate::lesson::{Lesson, Path};
use crate::text::engine::Explanation;

/// The course as it was read, with what the learner did of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Course {
    /// The lessons, in order.
    pub(crate) lessons: Vec<Arc<Lesson>>,
    /// The short paths.
    pub(crate) paths: Vec<Path>,
    /// What was done.
    pub(crate) progress: Progress,
    /// What must be said of how that was read, in French.
    pub(crate) notices: Vec<String>,
    /// The folder or archive of somebody else's lessons.
    pub(crate) origin: Option<String>,
}

/// The engine that was chosen, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EngineChoice {
    /// Where it was found.
    pub(crate) origin: Origin,
    /// Its address.
    pub(crate) url: String,
    /// Which and why, in a French sentence.
    pub(crate) why: String,
    /// The session with it: the label of what the learner makes.
    pub(crate) session: String,
}

/// How the engine is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Link {
    /// No answer yet.
    Connecting,
    /// It answers.
    Live,
    /// It does not any more; why, in French.
    Lost(String),
    /// None could be used; why, in French.
    None(String),
}

/// How the shell is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ShellState {
    /// Not asked for yet.
    Absent,
    /// Asked for, once the engine is there.
    Opening,
    /// There. Whether it says where commands begin and end.
    Open { marked: bool },
    /// It ended, with this exit code.
    Ended(i32),
    /// It could not be opened; why, in French.
    Failed(String),
}

/// The panel that has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Focus {
    /// The text.
    Lesson,
    /// The shell.
    Terminal,
    /// The state of the engine.
    State,
}

/// Why the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quit {
    /// The learner asked for it.
    Asked,
    /// The system did.
    Signal(Signal),
}

/// One sentence for the learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// The sentence.
    pub(crate) words: String,
    /// Whether it is good news.
    pub(crate) good: bool,
}

impl From<&str> for Notice {
    fn from(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            good: false,
        }
    }
}

impl From<String> for Notice {
    fn from(words: String) -> Self {
        Self { words, good: false }
    }
}

/// What is over the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Overlay {
    /// Every key; the first line shown.
    Help(usize),
    /// The leader was pressed.
    Leader,
    /// A search among the actions.
    Palette {
        /// What was typed.
        query: String,
        /// The row under the cursor.
        cursor: usize,
    },
    /// The exercise begins again if Enter is pressed: these lines go to the shell.
    Reset(Vec<String>),
    /// A command explained whole; the first line shown.
    Explanation(usize),
    /// The keys scroll the terminal.
    ScrollBack,
    /// The cheat sheet or the glossary.
    Book(Book),
    /// Questions of past lessons.
    Review,
    /// The answer to an observation is typed.
    Answer {
        /// Its block, in the part shown.
        block: usize,
        /// What was typed.
        text: String,
    },
}

/// The state panel.
#[derive(Debug, Clone, Default)]
pub(crate) struct StatePanel {
    /// The row under the cursor.
    pub(crate) cursor: usize,
    /// The first row shown.
    pub(crate) scroll: usize,
    /// The step shown; `None` follows the last one.
    pub(crate) step: Option<usize>,
    /// Objects whose every changed field is shown.
    pub(crate) open: BTreeSet<ObjectRef>,
    /// What the step shown changed.
    pub(crate) diff: Diff,
}

/// All that the screen shows.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    /// The window.
    pub(crate) size: Size,
    /// How things look.
    pub(crate) theme: Theme,
    /// The lessons; `None` until they are read.
    pub(crate) course: Option<Result<Vec<Arc<Lesson>>, String>>,
    /// The short paths.
    pub(crate) paths: Vec<Path>,
    /// The folder or archive of somebody else's lessons.
    pub(crate) origin: Option<String>,
    /// The rank of the path that is followed; `None` for the whole course.
    pub(crate) path: Option<usize>,
    /// What was done of them.
    pub(crate) progress: Progress,
    /// Seconds since the Unix epoch, as the runtime last said.
    pub(crate) clock: u64,
    /// The day of the learner's calendar, as the runtime last said.
    pub(crate) today: Day,
    /// The rank of what is under the cursor of the home screen.
    pub(crate) cursor: usize,
    /// Which engine; `None` until it is chosen.
    pub(crate) engine: Option<EngineChoice>,
    /// What it says of itself.
    pub(crate) info: Option<EngineInfo>,
    /// How it is doing.
    pub(crate) link: Link,
    /// What happened.
    pub(crate) timeline: Timeline,
    /// The open lesson.
    pub(crate) study: Option<Study>,
    /// The panel that has the keys.
    pub(crate) focus: Focus,
    /// Whether that panel has the whole screen.
    pub(crate) zoom: bool,
    /// The shell.
    pub(crate) shell: ShellState,
    /// The size that the shell was last told.
    pub(crate) shell_size: Size,
    /// What is typed at the prompt, before the cursor.
    pub(crate) typing: Option<String>,
    /// Whether what is typed is explained under the terminal.
    pub(crate) explains: bool,
    /// The end of what the command that just failed wrote.
    pub(crate) said: String,
    /// What the last docker error means, until the next command.
    pub(crate) advice: Option<Explanation>,
    /// Lines to type, one per prompt.
    pub(crate) queue: VecDeque<String>,
    /// The state panel.
    pub(crate) state: StatePanel,
    /// What is over the screen.
    pub(crate) overlay: Option<Overlay>,
    /// The cheat sheet.
    pub(crate) sheet: BookView,
    /// The glossary.
    pub(crate) glossary: BookView,
    /// The review of past questions, while it is shown.
    pub(crate) review: Option<Review>,
    /// One sentence for the learner, until the next key.
    pub(crate) notice: Option<Notice>,
    /// Whether the screen must be drawn again.
    pub(crate) dirty: bool,
    /// Whether the program ends.
    pub(crate) quit: Option<Quit>,
}

impl Model {
    /// What the first frame shows.
    pub(crate) fn new(size: Size, theme: Theme) -> Self {
        Self {
            size,
            theme,
            course: None,
            paths: Vec::new(),
            origin: None,
            path: None,
            progress: Progress::default(),
            clock: 0,
            today: 0,
            cursor: 0,
            engine: None,
            info: None,
            link: Link::Connecting,
            timeline: Timeline::default(),
            study: None,
            focus: Focus::Lesson,
            zoom: false,
            shell: ShellState::Absent,
            shell_size: Size::default(),
            typing: None,
            explains: true,
            said: String::new(),
            advice: None,
            queue: VecDeque::new(),
            state: StatePanel::default(),
            overlay: None,
            sheet: BookView::default(),
            glossary: BookView::default(),
            review: None,
            notice: None,
            dirty: true,
            quit: None,
        }
    }

    /// The lessons, as far as they are read.
    pub(crate) fn lessons(&self) -> &[Arc<Lesson>] {
        match &self.course {
            Some(Ok(lessons)) => lessons,
            _ => &[],
        }
    }

    /// The engine, in a few words that an attestation can use.
    pub(crate) fn engine_name(&self) -> Option<String> {
        let choice = self.engine.as_ref()?;
        if choice.origin == Origin::Simulator {
            return Some("moteur simulé".to_owned());
        }
        let info = self.info.as_ref()?;
        Some(format!("{} {}", info.product, info.version))
    }

    /// A book, as it was left.
    pub(crate) const fn book(&self, book: Book) -> &BookView {
        match book {
            Book::Sheet => &self.sheet,
            Book::Glossary => &self.glossary,
        }
    }

    /// The same, to change it.
    pub(crate) const fn book_mut(&mut self, book: Book) -> &mut BookView {
        match book {
            Book::Sheet => &mut self.sheet,
            Book::Glossary => &mut self.glossary,
        }
    }

    /// The step that the state panel shows.
    pub(crate) fn shown_step(&self) -> Option<&crate::domain::Step> {
        match self.state.step {
            Some(index) => self.timeline.steps().get(index),
            None => self.timeline.last(),
        }
    }
}
