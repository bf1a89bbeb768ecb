//! All that the screen shows, and nothing else.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use ratatui::layout::Size;

use super::book::{Book, BookView};
use super::demo::Demo;
use super::keymap::Keymap;
use super::memo::Memo;
use super::message::Signal;
use super::panes::{Kept, NetworksMade, PANES, Pane, Row};
use super::review::Review;
use super::search::Search;
use super::study::Study;
use super::theme::Theme;
use super::update::Run;
use crate::docker::explain::Piece;
use crate::domain::{Danger, Diff, ObjectRef, Snapshot, Timeline};
use crate::engine::Explanation;
use crate::engine::{EngineInfo, Origin, Plan, Preview, Prune, Refusal};
use crate::inside::{Known, Need};
use crate::lesson::progress::{Day, Progress};
use crate::lesson::{Lesson, Path};

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
    /// Whether the guard stands before it.
    pub(crate) guarded: bool,
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
    /// What the engine holds, did, and is inside: one of the panes.
    Pane,
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

/// A text that the program made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    /// What it is about.
    pub(crate) title: &'static str,
    /// Its lines.
    pub(crate) text: String,
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
    /// The tour of the screen, at this stop.
    Tour(usize),
    /// The menu of panes; the one under the cursor.
    Panes(usize),
    /// The exercise begins again if Enter is pressed: these lines go to the shell.
    Reset {
        /// The lines.
        commands: Vec<String>,
        /// The first line shown.
        scroll: usize,
    },
    /// What the guard held back, or what « Ranger » would remove.
    Guard(GuardBox),
    /// A command explained whole; the first line shown.
    Explanation(usize),
    /// The beats of the demo, to go to one; the one under the cursor.
    Beats(usize),
    /// The report; the first line shown.
    Report(usize),
    /// The keys scroll the terminal.
    ScrollBack,
    /// Words are looked for in the lesson's text or in the terminal.
    Search(Search),
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

/// What the guard's box shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GuardBox {
    /// What was held back last, to allow it once, and what prunes do; the first line shown.
    Refused(usize),
    /// The engine is being asked what the session made, or is removing it.
    Waiting,
    /// What would go; the first line shown.
    Plan(Plan, usize),
}

/// Where the learner is in a pane.
#[derive(Debug, Clone, Default)]
pub(crate) struct PaneView {
    /// The row under the cursor.
    pub(crate) cursor: usize,
    /// The first row shown.
    pub(crate) scroll: usize,
    /// Whether the end is kept in sight, in a pane whose end matters.
    pub(crate) following: bool,
    /// What is open.
    pub(crate) open: BTreeSet<String>,
    /// What is searched.
    pub(crate) query: String,
    /// Whether keys go to the search.
    pub(crate) typing: bool,
    /// Where the learner was when it began: the cursor, the first row, and whether the end was kept
    /// in sight.
    pub(crate) before: Option<(usize, usize, bool)>,
}

impl PaneView {
    /// Begins a search, from its first line.
    pub(crate) fn begin_search(&mut self) {
        let here = (self.cursor, self.scroll, self.following);
        self.before.get_or_insert(here);
        self.typing = true;
        (self.cursor, self.scroll) = (0, 0);
    }

    /// Gives the search up: every line is shown again, from where the learner was.
    pub(crate) fn forget_search(&mut self) {
        self.query.clear();
        self.typing = false;
        if let Some(before) = self.before.take() {
            (self.cursor, self.scroll, self.following) = before;
        }
    }
}

/// A line between panels that can be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Right of the text.
    Text,
    /// Above the pane.
    Pane,
}

/// Where those lines are, in hundredths of the room, when the learner has moved them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Splits {
    /// The text's share of the width.
    pub(crate) text: Option<u16>,
    /// The share of the height that what is above the pane has.
    pub(crate) upper: Option<u16>,
}

/// All that the screen shows.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about the screen"
)]
pub(crate) struct Model {
    /// The window.
    pub(crate) size: Size,
    /// How things look.
    pub(crate) theme: Theme,
    /// The keys.
    pub(crate) keymap: Arc<Keymap>,
    /// Whether there is no screen: lines are printed.
    pub(crate) linear: bool,
    /// Whether one panel has the whole width until the window is very wide.
    pub(crate) projector: bool,
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
    /// What the guard held back and was not allowed yet, the latest last.
    pub(crate) refused: Vec<Refusal>,
    /// What the prunes of the command that runs will do.
    pub(crate) foreseen: Vec<Preview>,
    /// Those prunes, as long as none of them has begun.
    pub(crate) foreseeing: Vec<Prune>,
    /// What the guard was last told that the lesson declares.
    pub(crate) declared: BTreeSet<Danger>,
    /// What happened.
    pub(crate) timeline: Timeline,
    /// The open lesson.
    pub(crate) study: Option<Study>,
    /// The lesson (identifier) that is shown to a room once it is read.
    pub(crate) wanted: Option<String>,
    /// The demo of the open lesson.
    pub(crate) demo: Option<Demo>,
    /// The panel that has the keys.
    pub(crate) focus: Focus,
    /// Whether the window lost the keyboard to another.
    pub(crate) unfocused: bool,
    /// Whether the runtime was last told that nobody looks.
    pub(crate) away: bool,
    /// Whether that panel has the whole screen.
    pub(crate) zoom: bool,
    /// How the room is shared.
    pub(crate) splits: Splits,
    /// The line that the mouse holds.
    pub(crate) dragged: Option<Edge>,
    /// The shell.
    pub(crate) shell: ShellState,
    /// The size that the shell was last told.
    pub(crate) shell_size: Size,
    /// The letters pressed one after the other where they are shortcuts.
    pub(crate) run: Option<Run>,
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
    /// The pane shown.
    pub(crate) pane: Pane,
    /// Where the learner is in each.
    pub(crate) panes: [PaneView; PANES.len()],
    /// The step shown (its rank); `None` follows the last one.
    pub(crate) step: Option<usize>,
    /// What the step shown changed.
    pub(crate) diff: Diff,
    /// The object chosen for the panes; `None` lets them choose.
    pub(crate) subject: Option<ObjectRef>,
    /// What was asked once, by Enter on a row.
    pub(crate) asked: BTreeSet<Need>,
    /// What the runtime was last told to follow.
    pub(crate) followed: BTreeSet<Need>,
    /// What is known of it.
    pub(crate) known: BTreeMap<Need, Known>,
    /// What was read once, oldest first: the oldest is forgotten.
    pub(crate) read: VecDeque<Need>,
    /// What is over the screen.
    pub(crate) overlay: Option<Overlay>,
    /// The last report.
    pub(crate) report: Option<Report>,
    /// The lesson whose preparation was looked at.
    pub(crate) looked: Option<String>,
    /// The cheat sheet.
    pub(crate) sheet: BookView,
    /// The glossary.
    pub(crate) glossary: BookView,
    /// The review of past questions, while it is shown.
    pub(crate) review: Option<Review>,
    /// One sentence for the learner, until the next key.
    pub(crate) notice: Option<Notice>,
    /// Goes up with what panes show, but for what their own keys change.
    pub(crate) revision: u64,
    /// The lines of the pane that was shown last.
    pub(crate) kept: Memo<Kept, Vec<Row>>,
    /// The lines of the networks.
    pub(crate) network: Memo<NetworksMade, Vec<Row>>,
    /// Tests that measure do not have them compared with what they should be.
    #[cfg(test)]
    pub(crate) trusted: bool,
    /// What is said of the line being typed.
    pub(crate) typed: Memo<(u64, String), Option<Piece>>,
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
            keymap: Arc::default(),
            linear: false,
            projector: false,
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
            refused: Vec::new(),
            foreseen: Vec::new(),
            foreseeing: Vec::new(),
            declared: BTreeSet::new(),
            timeline: Timeline::default(),
            study: None,
            wanted: None,
            demo: None,
            focus: Focus::Lesson,
            unfocused: false,
            away: false,
            zoom: false,
            splits: Splits::default(),
            dragged: None,
            shell: ShellState::Absent,
            shell_size: Size::default(),
            run: None,
            typing: None,
            explains: true,
            said: String::new(),
            advice: None,
            queue: VecDeque::new(),
            pane: Pane::State,
            panes: std::array::from_fn(|_| PaneView {
                following: true,
                ..PaneView::default()
            }),
            step: None,
            diff: Diff::default(),
            subject: None,
            asked: BTreeSet::new(),
            followed: BTreeSet::new(),
            known: BTreeMap::new(),
            read: VecDeque::new(),
            overlay: None,
            report: None,
            looked: None,
            sheet: BookView::default(),
            glossary: BookView::default(),
            review: None,
            notice: None,
            revision: 0,
            kept: Memo::default(),
            network: Memo::default(),
            #[cfg(test)]
            trusted: false,
            typed: Memo::default(),
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

    /// Where the learner is in a pane.
    pub(crate) const fn pane_view(&self, pane: Pane) -> &PaneView {
        &self.panes[pane as usize]
    }

    /// The same for the pane shown, to change it.
    pub(crate) const fn pane_view_mut(&mut self) -> &mut PaneView {
        &mut self.panes[self.pane as usize]
    }

    /// The step that the panes show.
    pub(crate) fn shown_step(&self) -> Option<&crate::domain::Step> {
        match self.step {
            Some(index) => self.timeline.steps().get(index),
            None => self.timeline.last(),
        }
    }

    /// The state that the panes show: after the step shown.
    pub(crate) fn shown_state(&self) -> &Snapshot {
        match self.step.and_then(|index| self.timeline.steps().get(index)) {
            Some(step) => &step.after,
            None => self.timeline.state(),
        }
    }
}
