//! Lessons: their format, how they are loaded, and how a goal is checked.
//!
//! Pure: text in, data out; a snapshot and events in, a verdict out.

mod attest;
mod check;
mod fault;
mod format;
mod goal;
mod grammar;
mod lint;
mod load;
mod model;
mod names;
mod paths;
pub mod progress;
mod sources;
mod uses;

pub use attest::Attestation;
pub use check::{
    Answer, Evidence, GoalVerdict, NearMiss, Row, Start, Verdict, check, check_exercise,
    containers_in, containers_to_read, near_misses, observe, recognise,
};
pub(crate) use grammar::{Asked, normalise, simple_commands};

pub use fault::{LessonError, LessonErrors, Problem};
pub(crate) use format::yaml::read as read_yaml;
pub use format::{json_schema_of, parse};

pub use goal::{
    ChangeGoal, CommandGoal, ContainerGoal, Count, EngineGoal, EventGoal, FieldGoal, Goal,
    ImageGoal, InspectGoal, Matcher, NetworkGoal, PortGoal, VolumeGoal,
};
pub use lint::lint;
pub use load::{Course, Entry, LoadError, Summary};
pub use model::{
    Block, Case, Choice, Covered, Diagram, DiagramKind, Exercise, Expectation, File, Form, Lesson,
    Misconception, Note, Observation, Position, Prediction, Probe, Quiz, Recap, Section, Trial,
};
pub use names::{names_in, names_made_by};
pub use paths::{Path, Stop};
pub use sources::{Home, Source, Sources, Worth, check_coverage};
pub use uses::{Uses, uses_of};
