//! moussaillon teaches Docker in French, in the terminal.
//!
//! ```text
//! cli
//!  └▶ export
//!      └▶ tui
//!          └▶ verify   inside   ready   (classroom)
//!              └▶ terminal   demo
//!                  └▶ lesson
//!                      └▶ text   cast
//!                          └▶ sim   engine
//!                              └▶ docker
//!                                  └▶ wire   domain
//! ```
//!
//! Arrows point one way: `Cargo.toml` says those of the crates (`crates/`: [`domain`], [`wire`],
//! [`engine`], [`docker`] and [`sim`]), and `tests/it/architecture.rs` fails on any other. [`wire`] and
//! [`engine`] are optimised where the others are not, for every call of a learner goes through them.
//! Reading order for a newcomer: [`domain`] (what a snapshot, a diff and a step are), [`lesson`] (what
//! a goal is), [`engine`] (how a real engine is found and watched), [`sim`] (the engine we simulate),
//! then [`tui`] (how all this is shown).

pub mod cast;
pub mod cli;
pub mod demo;
pub mod export;
pub mod inside;
pub mod lesson;
pub mod ready;
pub mod terminal;
pub mod text;
pub mod tui;
pub mod verify;

pub use docker;
pub use domain;
pub use engine;
pub use sim;
pub use wire;
