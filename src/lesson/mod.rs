//! Lessons: their format, how they are loaded, and how a goal is checked.
//!
//! Pure: text in, data out; a snapshot and events in, a verdict out.

mod check;
mod fault;
mod format;
mod goal;
mod grammar;
mod lint;
mod load;
mod model;
mod names;
pub mod progress;

pub use check::{
    Evidence, GoalVerdict, Row, Start, Verdict, check, containers_in, containers_to_read, recognise,
};
pub(crate) use grammar::{Asked, normalise};

pub use fault::{LessonError, LessonErrors, Problem};
pub use format::parse;

pub use goal::{
    ChangeGoal, CommandGoal, ContainerGoal, Count, EventGoal, FieldGoal, Goal, ImageGoal,
    InspectGoal, Matcher, NetworkGoal, PortGoal, VolumeGoal,
};
pub use lint::lint;
pub use load::{Course, Entry, LoadError, Summary};
pub use model::{
    Block, Case, Choice, Exercise, Expectation, Lesson, Misconception, Note, Position, Prediction,
    Quiz, Section, Trial,
};
pub use names::{names_in, names_made_by};
