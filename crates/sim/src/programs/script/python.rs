//! `python`.

use std::sync::Arc;

use super::node::{read_all, with_signals};
use super::show::{exception, repr, shown};
use super::value::{Value, text};
use super::{Interp, Lang, Ran, Stop, Wrong, py, run_tasks};
use crate::kernel::Sys;

/// `python [-c CODE | -m MODULE | FILE] [ARGS…]`
#[expect(clippy::too_many_lines, reason = "a table: one case after the other")]
pub(in super::super) async fn main(sys: Sys) -> u8 {
    let args: Vec<String> = sys
        .args()
        .into_iter()
        .skip(1)
        .filter(|it| !matches!(it.as_str(), "-u" | "-B" | "-O"))
        .collect();
    let version = sys
        .var("PYTHON_VERSION")
        .unwrap_or_else(|| "3.11.12".into());
    sys.set_memory(9 << 20);
    let (file, source, rest) = match args.split_first() {
        Some((word, _)) if matches!(word.as_str(), "-V" | "--version") => {
            let text = format!("Python {version}\n");
            return u8::from(sys.write(1, text.as_bytes()).await.is_err());
        }
        Some((word, rest)) if word == "-c" => (
            "<string>".to_owned(),
            rest.first().cloned().unwrap_or_default(),
            vec!["-c".to_owned()],
        ),
        Some((word, rest)) if word == "-m" => match rest.first().map(String::as_str) {
            Some("http.server") => {
                let port = rest
                    .iter()
                    .skip(1)
                    .find_map(|it| it.parse::<u16>().ok())
                    .unwrap_or(8000);
                let folder = rest
                    .iter()
                    .position(|it| it == "-d" || it == "--directory")
                    .and_then(|at| rest.get(at + 1));
                return super::http_py::files(sys, port, folder.map_or(".", String::as_str)).await;
            }
            Some("pip") => return super::super::packages::pip(sys).await,
            Some(module) => {
                let what = format!("python: non simulé\u{a0}: python -m {module}\n");
                let _ = sys.write(2, what.as_bytes()).await;
                return 1;
            }
            None => return 2,
        },
        Some((path, rest)) => match sys.read_file(path) {
            Ok(bytes) => (
                path.clone(),
                String::from_utf8_lossy(&bytes).into_owned(),
                [path.clone()]
                    .into_iter()
                    .chain(rest.iter().cloned())
                    .collect(),
            ),
            Err(error) => {
                let whole = if path.starts_with('/') {
                    path.clone()
                } else {
                    format!("{}/{path}", sys.cwd().trim_end_matches('/'))
                };
                let text = format!("python: can't open file '{whole}': [Errno 2] {error}\n");
                let _ = sys.write(2, text.as_bytes()).await;
                return 2;
            }
        },
        None if sys.is_tty(0) => return converse(sys, &version).await,
        None => (
            "<stdin>".to_owned(),
            read_all(&sys).await,
            vec![String::new()],
        ),
    };
    let (interp, mut queue) = Interp::new(Lang::Python, sys, &file, rest);
    interp.globals.declare("__name__", text("__main__"));
    interp.globals.declare("__file__", text(&file));
    let program = match py::parse(&source) {
        Ok(program) => program,
        Err(Wrong::Syntax(line, problem)) => {
            let shown = source
                .lines()
                .nth(line.saturating_sub(1))
                .unwrap_or_default()
                .trim();
            interp
                .write(
                    2,
                    &format!("  File \"{file}\", line {line}\n    {shown}\n{problem}\n"),
                )
                .await;
            return 1;
        }
        Err(Wrong::NotSimulated(what)) => {
            interp
                .write(2, &format!("python: non simulé\u{a0}: {what}\n"))
                .await;
            return 1;
        }
    };
    let scope = interp.globals.clone();
    let running = async {
        interp.block(&program, &scope).await?;
        run_tasks(&mut queue).await
    };
    let done = with_signals(&interp, running).await;
    finish(&interp, done).await
}

async fn finish(interp: &Arc<Interp>, done: Ran<()>) -> u8 {
    match done {
        Ok(()) | Err(Stop::Return(_) | Stop::Break | Stop::Continue) => 0,
        Err(Stop::Exit(code)) => code,
        Err(Stop::NotSimulated(what)) => {
            interp
                .write(2, &format!("python: non simulé\u{a0}: {what}\n"))
                .await;
            1
        }
        Err(Stop::Throw(problem)) => {
            if let Value::Object(it) = &problem
                && it.class.is("SystemExit")
            {
                return shown(&problem, Lang::Python).parse().unwrap_or(0);
            }
            let line = interp.line.load(std::sync::atomic::Ordering::Relaxed);
            let text = format!(
                "Traceback (most recent call last):\n  File \"{}\", line {line}, in <module>\n{}\n",
                interp.file,
                told(&problem)
            );
            interp.write(2, &text).await;
            1
        }
    }
}

/// The last line of a traceback.
pub(super) fn told(problem: &Value) -> String {
    match problem {
        Value::Object(it) if exception(problem) => {
            let message = shown(problem, Lang::Python);
            if message.is_empty() {
                it.class.name.clone()
            } else {
                format!("{}: {message}", it.class.name)
            }
        }
        other => format!(
            "TypeError: exceptions must derive from BaseException, not {}",
            other.kind(Lang::Python)
        ),
    }
}

/// Lines that are typed, one at a time.
async fn converse(sys: Sys, version: &str) -> u8 {
    let hello = format!(
        "Python {version} (main, Apr  9 2025, 00:00:00) [GCC 12.2.0] on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n"
    );
    let (interp, _queue) = Interp::new(Lang::Python, sys, "<stdin>", vec![String::new()]);
    interp.write(1, &hello).await;
    let scope = interp.globals.clone();
    let mut held = String::new();
    loop {
        interp
            .write(1, if held.is_empty() { ">>> " } else { "... " })
            .await;
        let line = interp.sys.read(0, 1 << 16).await.unwrap_or_default();
        let line = String::from_utf8_lossy(&line).into_owned();
        if line.is_empty() || (held.is_empty() && matches!(line.trim(), "exit()" | "quit()")) {
            return 0;
        }
        held.push_str(&line);
        let opens = held
            .lines()
            .next()
            .is_some_and(|it| it.trim_end().ends_with(':'));
        if opens && !line.trim().is_empty() {
            continue;
        }
        let source = std::mem::take(&mut held);
        let program = match py::parse(&source) {
            Ok(program) => program,
            Err(Wrong::Syntax(_, problem)) => {
                interp
                    .write(2, &format!("  File \"<stdin>\", line 1\n{problem}\n"))
                    .await;
                continue;
            }
            Err(Wrong::NotSimulated(what)) => {
                interp
                    .write(2, &format!("non simulé\u{a0}: {what}\n"))
                    .await;
                continue;
            }
        };
        for statement in program {
            let done = match &statement.kind {
                super::ast::Kind::Expr(expr) => interp.eval(expr, &scope).await,
                _ => interp
                    .block(std::slice::from_ref(&statement), &scope)
                    .await
                    .map(|()| Value::Null),
            };
            match done {
                Ok(Value::Null | Value::Undefined) => {}
                Ok(value)
                    if matches!(
                        &statement.kind,
                        super::ast::Kind::Expr(super::ast::Expr::Assign(..))
                    ) =>
                {
                    drop(value);
                }
                Ok(value) => {
                    interp
                        .write(1, &format!("{}\n", repr(&value, Lang::Python)))
                        .await;
                }
                Err(Stop::Throw(Value::Object(it))) if it.class.is("SystemExit") => return 0,
                Err(Stop::Throw(problem)) => {
                    interp.write(2, &format!("Traceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\n{}\n", told(&problem))).await;
                }
                Err(Stop::Exit(code)) => return code,
                Err(Stop::NotSimulated(what)) => {
                    interp
                        .write(2, &format!("non simulé\u{a0}: {what}\n"))
                        .await;
                }
                Err(_) => {}
            }
        }
    }
}
