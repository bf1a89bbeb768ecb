//! The screen, the Elm way.
//!
//! ```text
//! keys, engine, shell ─▶ Message ─▶ update(&mut Model) ─▶ Effect ─▶ runtime
//!                                          │
//!                                        view ─▶ frame
//! ```
//!
//! [`update`] is synchronous and does no I/O; only [`runtime`] spawns tasks and performs effects.
//! It draws once all pending messages are applied, only if something visible changed, at most
//! sixty times a second: nothing at all happens while nothing happens.
//!
//! Reading order: `model`, `message`, `effect`, `update`, `keymap`, `view`, `runtime`.

mod book;
mod diagrams;
mod effect;
pub(crate) mod glossary;
mod guard;
mod keymap;
mod layout;
mod message;
mod model;
mod outline;
mod page;
mod panels;
mod review;
mod runtime;
mod screens;
pub(crate) mod sheet;
mod study;
mod theme;
mod update;
mod view;
mod widgets;

pub use runtime::{Options, run};
pub(crate) use theme::Theme;
