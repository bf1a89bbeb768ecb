//! Lessons: their format, how they are loaded, and how a goal is checked.
//!
//! Pure: text in, data out; a snapshot and events in, a verdict out.

mod model;

pub use model::{
    Block, Case, Choice, Exercise, Lesson, Misconception, Note, Prediction, Quiz, Section,
};
