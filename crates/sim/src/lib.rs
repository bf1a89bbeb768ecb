//! The simulated machine and engine.
//!
//! ```text
//! http ─▶ daemon ─▶ hub ─▶ fs
//!            └────▶ kernel ─▶ fs
//! programs ─▶ shell ─▶ kernel
//! programs, daemon ─▶ ps ─▶ kernel
//! ```
//!
//! - [`fs`]: layers, overlays, tar.
//! - [`kernel`]: processes, signals, terminals, pipes, sockets: what programs call.
//! - [`shell`]: `sh`. [`programs`]: the other commands.
//! - [`ps`]: the tables of `ps`, which `docker top` shows too.
//! - [`hub`]: the simulated registry, from `assets/`.
//! - [`daemon`]: what dockerd does. [`http`]: how it is asked.

pub mod daemon;
pub mod fs;
pub mod http;
pub mod hub;
pub mod kernel;
pub mod machine;
pub mod programs;
pub mod ps;
pub mod shell;
