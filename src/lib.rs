//! moussaillon teaches Docker in French, in the terminal.
//!
//! ```text
//! cli
//!  └▶ export
//!      └▶ tui
//!          └▶ verify   inside   ready   (classroom)
//!              └▶ sim::http   terminal   demo
//!                  └▶ docker   sim::{daemon, programs, shell, hub, kernel, fs}   lesson
//!                      └▶ text   cast
//!                          └▶ engine
//!                              └▶ wire   domain
//! ```
//!
//! Arrows point one way, and `tests/it/architecture.rs` fails on any other. [`domain`], [`wire`]
//! and [`engine`] are crates of their own (`crates/`): the last two are optimised where this one is
//! not, for every call of a learner goes through them. Reading order for a newcomer:
//! [`domain`] (what a snapshot, a diff and a step are), [`lesson`] (what a goal is), [`engine`] (how
//! a real engine is found and watched), [`sim`] (the engine we simulate), then [`tui`] (how all this
//! is shown).

pub mod cast;
pub mod cli;
pub mod demo;
pub mod docker;
pub mod export;
pub mod inside;
pub mod lesson;
pub mod ready;
pub mod sim;
pub mod terminal;
pub mod text;
pub mod tui;
pub mod verify;

pub use domain;
pub use engine;
pub use wire;
