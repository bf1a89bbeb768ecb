//! What a process is to its neighbours.

use std::pin::Pin;
use std::sync::Arc;

use super::{Signal, Sys};

/// A process number; which namespace it is counted in is said where it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid(pub u32);

/// How a process ended, wait(2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitStatus {
    /// It returned this code.
    Exited(u8),
    /// This signal ended it.
    Signaled(Signal),
}

impl WaitStatus {
    /// The shell's number for it: the code, or 128 plus the signal.
    pub const fn code(self) -> u8 {
        match self {
            Self::Exited(code) => code,
            Self::Signaled(signal) => 128u8.wrapping_add(signal.0),
        }
    }
}

/// A running program; it yields its exit code.
pub type ProgramFuture = Pin<Box<dyn Future<Output = u8> + Send>>;

/// A program: an asynchronous `main` that is given its system calls.
pub type Program = Arc<dyn Fn(Sys) -> ProgramFuture + Send + Sync>;
