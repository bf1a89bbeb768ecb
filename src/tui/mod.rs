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
mod demo;
pub(crate) mod diagrams;
mod effect;
pub(crate) mod glossary;
mod guard;
mod keymap;
mod layout;
mod linear;
mod memo;
mod message;
mod model;
mod outline;
mod page;
mod panels;
mod panes;
mod player;
mod review;
mod runtime;
mod screens;
mod search;
pub(crate) mod settings;
pub(crate) mod sheet;
mod speaker;
mod study;
mod theme;
mod tour;
mod update;
mod view;
mod widgets;

pub(crate) use linear::plain;
pub use player::replay;
pub use runtime::{Options, Record, run};
pub use settings::Look;
pub use speaker::show as show_notes;
pub(crate) use theme::Theme;
