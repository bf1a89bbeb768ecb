//! moussaillon teaches Docker in French, in the terminal.
//!
//! ```text
//! cli
//!  └▶ export
//!      └▶ tui
//!          └▶ verify   inside   ready   (classroom)
//!              └▶ engine   sim::http   terminal   demo
//!                  └▶ docker   sim::{daemon, programs, shell, hub, kernel, fs}   lesson   text
//!                      └▶ wire   domain   cast
//! ```
//!
//! Arrows point one way, and `tests/it/architecture.rs` fails on any other. [`wire`] is a crate of
//! its own (`crates/wire`), optimised where this one is not. Reading order for a newcomer:
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
