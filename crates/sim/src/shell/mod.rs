//! `sh`: POSIX shell as busybox ash behaves, over brush-parser's syntax tree.
//!
//! ```text
//! invoke ─▶ syntax (brush-parser) ─▶ exec ─▶ command ─▶ builtins, programs
//!   └▶ interactive (editor)            └─▶ word ─▶ expand ─▶ parameter, arith, glob
//! ```

#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "reports are a few lines: how they read counts more than an allocation"
)]

mod arith;
pub mod builtins;
mod command;
mod dialect;
pub mod editor;
pub mod escape;
mod exec;
mod expand;
mod glob;
mod interactive;
mod invoke;
mod jobs;
mod parameter;
pub mod pattern;
mod redirect;
mod state;
pub mod stream;
mod syntax;
mod word;

pub use builtins::kill_command;
pub use invoke::main;
