//! A lesson shown to a room: the lesson's own commands and prose, cut into beats.
//!
//! There is no second script: what an instructor says, asks and types is derived from the blocks of
//! the lesson, in their order. The screen plays it ([`crate::tui`]); so does a rehearsal, without
//! anybody ([`crate::verify`]).

mod expected;
mod script;
mod sheet;

pub use expected::{expectation, in_words};
pub use script::{Act, Beat, Script};
pub use sheet::{Remote, Sheet};
