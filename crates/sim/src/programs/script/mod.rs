//! `node` and `python`: one interpreter for the small programs of a course, in either language.
//!
//! [`js`] and [`py`] read a text into the same tree ([`ast`]), which [`eval`] walks. What is not
//! read or not known stops the program with « non simulé : … » and its name.

mod ast;
mod calls;
mod classes;
mod eval;
mod exec;
mod flask;
mod http_js;
mod http_py;
mod js;
mod js_builtins;
mod js_expr;
mod js_lexer;
mod js_methods;
mod json;
mod modules_js;
mod modules_py;
mod node;
mod ops;
mod py;
mod py_builtins;
mod py_expr;
mod py_lexer;
mod py_methods;
mod python;
mod show;
mod value;

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::sync::{Arc, Mutex};

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;

pub(super) use node::main as node;
pub(super) use python::main as python;

use crate::kernel::Sys;
use value::Ran;
use value::{Class, Map, Object, Scope, Value, text};

/// Which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lang {
    Js,
    Python,
}

/// Why a text is no program.
#[derive(Debug)]
enum Wrong {
    /// Line and what is wrong.
    Syntax(usize, String),
    NotSimulated(String),
}

fn not_simulated(what: &str) -> Wrong {
    Wrong::NotSimulated(what.to_owned())
}

/// Why a program does not go on with its next statement.
#[derive(Debug, Clone)]
enum Stop {
    Throw(Value),
    Return(Value),
    Break,
    Continue,
    Exit(u8),
    NotSimulated(String),
}

/// A class that the languages come with, with those above it.
fn class_of(name: &str, lang: Lang) -> Arc<Class> {
    let parent = match (lang, name) {
        (_, "BaseException" | "Error") | (Lang::Js, "Object") => None,
        (Lang::Js, _) => Some("Error"),
        (_, "Exception" | "SystemExit" | "KeyboardInterrupt") => Some("BaseException"),
        (_, "KeyError" | "IndexError") => Some("LookupError"),
        (_, "ZeroDivisionError" | "OverflowError") => Some("ArithmeticError"),
        (
            _,
            "FileNotFoundError" | "PermissionError" | "FileExistsError" | "ConnectionError"
            | "IsADirectoryError",
        ) => Some("OSError"),
        (_, "ConnectionRefusedError") => Some("ConnectionError"),
        (_, "ModuleNotFoundError") => Some("ImportError"),
        _ => Some("Exception"),
    };
    Arc::new(Class {
        name: name.to_owned(),
        parent: parent.map(|it| class_of(it, lang)),
        members: Mutex::default(),
        statics: Mutex::default(),
    })
}

/// An error as a value.
fn error_value(name: &str, message: &str, lang: Lang) -> Value {
    let mut fields = Map::default();
    fields.set(text("message"), text(message));
    Value::Object(Arc::new(Object {
        class: class_of(name, lang),
        fields: Mutex::new(fields),
    }))
}

fn js_error(name: &str, message: impl AsRef<str>) -> Stop {
    Stop::Throw(error_value(name, message.as_ref(), Lang::Js))
}

fn py_error(name: &str, message: impl AsRef<str>) -> Stop {
    Stop::Throw(error_value(name, message.as_ref(), Lang::Python))
}

/// Something that goes on beside the program: a server, a timer.
type Task = BoxFuture<'static, Ran<()>>;

/// A running program.
struct Interp {
    lang: Lang,
    sys: Sys,
    globals: Scope,
    /// Its own path, `[eval]` or `<string>`.
    file: String,
    argv: Vec<String>,
    tasks: mpsc::UnboundedSender<Task>,
    /// Timers that were not cleared.
    timers: Mutex<HashSet<i64>>,
    next: AtomicI64,
    steps: AtomicU64,
    line: AtomicU64,
    random: AtomicU64,
    /// What signals call.
    handlers: Mutex<BTreeMap<u8, Value>>,
}

impl Interp {
    fn new(
        lang: Lang,
        sys: Sys,
        file: &str,
        argv: Vec<String>,
    ) -> (Arc<Self>, mpsc::UnboundedReceiver<Task>) {
        let (tasks, queue) = mpsc::unbounded_channel();
        let seed = sys
            .now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let interp = Self {
            lang,
            sys,
            globals: Scope::new(None, true, Vec::new()),
            file: file.to_owned(),
            argv,
            tasks,
            timers: Mutex::default(),
            next: AtomicI64::new(1),
            steps: AtomicU64::new(0),
            line: AtomicU64::new(1),
            handlers: Mutex::default(),
            random: AtomicU64::new(u64::from(seed.subsec_nanos()) | 1),
        };
        (Arc::new(interp), queue)
    }

    /// Adds a task; the program lives as long as it does.
    fn add(&self, task: Task) {
        // The loop that reads them is the program itself.
        let _ = self.tasks.send(task);
    }

    /// A number from 0 to 1, as good as a dice for a lesson.
    fn dice(&self) -> f64 {
        use std::sync::atomic::Ordering::Relaxed;
        let mut bits = self.random.load(Relaxed);
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        self.random.store(bits, Relaxed);
        f64::from(u32::try_from(bits >> 33).unwrap_or(0)) / f64::from(1_u32 << 31)
    }

    async fn write(&self, fd: u32, text: &str) {
        // Output that nobody reads is lost, as a closed pipe's is.
        let _ = self.sys.write(fd, text.as_bytes()).await;
    }
}

/// Runs tasks until none is left, or one stops the program.
async fn run_tasks(queue: &mut mpsc::UnboundedReceiver<Task>) -> Ran<()> {
    let mut running: FuturesUnordered<Task> = FuturesUnordered::new();
    loop {
        while let Ok(task) = queue.try_recv() {
            running.push(task);
        }
        if running.is_empty() {
            return Ok(());
        }
        tokio::select! {
            Some(task) = queue.recv() => running.push(task),
            Some(done) = running.next() => done?,
        }
    }
}

#[cfg(test)]
mod tests;
