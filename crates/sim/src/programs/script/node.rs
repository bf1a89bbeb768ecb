//! `node`.

use std::sync::Arc;

use super::show::{repr, shown};
use super::value::{Scope, Value, dict, locked, text};
use super::{Interp, Lang, Ran, Stop, Wrong, js, run_tasks};
use crate::kernel::{Signal, Sys};

/// `v20.19.1`, of the image's `NODE_VERSION`.
pub(super) fn version(sys: &Sys) -> String {
    format!(
        "v{}",
        sys.var("NODE_VERSION").unwrap_or_else(|| "20.19.1".into())
    )
}

/// `node [-e CODE | -p CODE | FILE] [ARGS…]`
pub(in super::super) async fn main(sys: Sys) -> u8 {
    let args: Vec<String> = sys.args().into_iter().skip(1).collect();
    sys.set_memory(42 << 20);
    let mut prints = false;
    let (file, source, rest) = match args.split_first() {
        Some((word, _)) if matches!(word.as_str(), "-v" | "--version") => {
            let text = format!("{}\n", version(&sys));
            return u8::from(sys.write(1, text.as_bytes()).await.is_err());
        }
        Some((word, rest))
            if matches!(word.as_str(), "-e" | "--eval" | "-p" | "--print" | "-pe") =>
        {
            prints = word.contains('p');
            let code = rest.first().cloned().unwrap_or_default();
            (
                format!("{}/[eval]", sys.cwd()),
                code,
                rest.iter().skip(1).cloned().collect::<Vec<_>>(),
            )
        }
        Some((path, rest)) => {
            let whole = if path.starts_with('/') {
                path.clone()
            } else {
                format!("{}/{path}", sys.cwd().trim_end_matches('/'))
            };
            let found = [
                whole.clone(),
                format!("{whole}.js"),
                format!("{whole}/index.js"),
            ]
            .into_iter()
            .find_map(|it| Some((it.clone(), sys.read_file(&it).ok()?)));
            let Some((whole, bytes)) = found else {
                let text = format!(
                    "node:internal/modules/cjs/loader:1215\n  throw err;\n  ^\n\nError: Cannot find module '{whole}'\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1212:15)\n    at Module._load (node:internal/modules/cjs/loader:1043:27) {{\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}}\n\nNode.js {}\n",
                    version(&sys)
                );
                let _ = sys.write(2, text.as_bytes()).await;
                return 1;
            };
            (
                whole,
                String::from_utf8_lossy(&bytes).into_owned(),
                rest.to_vec(),
            )
        }
        None if sys.is_tty(0) => return converse(sys).await,
        None => (
            format!("{}/[stdin]", sys.cwd()),
            read_all(&sys).await,
            Vec::new(),
        ),
    };
    let argv = ["/usr/local/bin/node".to_owned(), file.clone()]
        .into_iter()
        .chain(rest)
        .collect();
    let (interp, mut queue) = Interp::new(Lang::Js, sys, &file, argv);
    let program = match js::parse(&source) {
        Ok(program) => program,
        Err(wrong) => return refuse(&interp, &wrong).await,
    };
    let exports = dict(Vec::<(String, Value)>::new());
    interp
        .globals
        .declare("module", dict([("exports", exports.clone())]));
    interp.globals.declare("exports", exports);
    let scope = interp.globals.clone();
    let running = async {
        let (last, body) = match program.split_last() {
            Some((
                super::ast::Stmt {
                    kind: super::ast::Kind::Expr(expr),
                    ..
                },
                body,
            )) if prints => (Some(expr), body),
            _ => (None, program.as_slice()),
        };
        interp.block(body, &scope).await?;
        if let Some(expr) = last {
            let value = interp.eval(expr, &scope).await?;
            let line = if let Value::Str(it) = &value {
                it.to_string()
            } else {
                repr(&value, Lang::Js)
            };
            interp.write(1, &format!("{line}\n")).await;
        }
        run_tasks(&mut queue).await
    };
    finish(&interp, with_signals(&interp, running).await).await
}

/// Runs, and calls the handlers of signals meanwhile.
pub(super) async fn with_signals(
    interp: &Arc<Interp>,
    running: impl Future<Output = Ran<()>>,
) -> Ran<()> {
    tokio::pin!(running);
    loop {
        let signal: Signal = tokio::select! {
            done = &mut running => return done,
            signal = interp.sys.next_signal() => signal,
        };
        let handler = locked(&interp.handlers).get(&signal.0).cloned();
        if let Some(handler) = handler {
            let args = match interp.lang {
                Lang::Js => vec![text(format!("SIG{}", signal.name()))],
                Lang::Python => vec![Value::Int(i64::from(signal.0)), Value::Null],
            };
            let call = interp.call(handler, None, (args, Vec::new()), 1);
            tokio::select! {
                done = &mut running => return done,
                called = call => called.map(drop)?,
            }
        }
    }
}

async fn refuse(interp: &Interp, wrong: &Wrong) -> u8 {
    let text = match wrong {
        Wrong::Syntax(line, problem) => format!(
            "{}:{line}\n\nSyntaxError: {problem}\n\nNode.js {}\n",
            interp.file,
            version(&interp.sys)
        ),
        Wrong::NotSimulated(what) => format!("node: non simulé\u{a0}: {what}\n"),
    };
    interp.write(2, &text).await;
    1
}

async fn finish(interp: &Interp, done: Ran<()>) -> u8 {
    let text = match done {
        Ok(()) | Err(Stop::Return(_) | Stop::Break | Stop::Continue) => return 0,
        Err(Stop::Exit(code)) => return code,
        Err(Stop::NotSimulated(what)) => format!("node: non simulé\u{a0}: {what}\n"),
        Err(Stop::Throw(problem)) => {
            let line = interp.line.load(std::sync::atomic::Ordering::Relaxed);
            format!(
                "{}:{line}\n\n{}\n\nNode.js {}\n",
                interp.file,
                uncaught(&problem),
                version(&interp.sys)
            )
        }
    };
    interp.write(2, &text).await;
    1
}

fn uncaught(problem: &Value) -> String {
    if super::show::exception(problem) {
        repr(problem, Lang::Js)
    } else {
        format!("Uncaught {}", repr(problem, Lang::Js))
    }
}

/// The whole of standard input.
pub(super) async fn read_all(sys: &Sys) -> String {
    let mut all = Vec::new();
    while let Ok(chunk) = sys.read(0, 1 << 16).await {
        if chunk.is_empty() {
            break;
        }
        all.extend_from_slice(&chunk);
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// Lines that are typed, one at a time.
async fn converse(sys: Sys) -> u8 {
    let hello = format!(
        "Welcome to Node.js {}.\nType \".help\" for more information.\n",
        version(&sys)
    );
    let (interp, mut queue) = Interp::new(Lang::Js, sys, "REPL", vec!["node".into()]);
    interp.write(1, &hello).await;
    let scope: Scope = interp.globals.clone();
    loop {
        interp.write(1, "> ").await;
        let line = interp.sys.read(0, 1 << 16).await.unwrap_or_default();
        let source = String::from_utf8_lossy(&line).trim().to_owned();
        if line.is_empty() || source == ".exit" {
            return 0;
        }
        let program = match js::parse(&source) {
            Ok(program) => program,
            Err(Wrong::Syntax(_, problem)) => {
                interp
                    .write(1, &format!("Uncaught SyntaxError: {problem}\n"))
                    .await;
                continue;
            }
            Err(Wrong::NotSimulated(what)) => {
                interp
                    .write(1, &format!("non simulé\u{a0}: {what}\n"))
                    .await;
                continue;
            }
        };
        for statement in program {
            let told = match &statement.kind {
                super::ast::Kind::Expr(expr) => interp.eval(expr, &scope).await,
                _ => interp
                    .block(std::slice::from_ref(&statement), &scope)
                    .await
                    .map(|()| Value::Undefined),
            };
            let shown = match told {
                Ok(value) => repr(&value, Lang::Js),
                Err(Stop::Exit(code)) => return code,
                Err(Stop::Throw(problem)) => format!("Uncaught {}", shown(&problem, Lang::Js)),
                Err(Stop::NotSimulated(what)) => format!("non simulé\u{a0}: {what}"),
                Err(_) => String::new(),
            };
            interp.write(1, &format!("{shown}\n")).await;
        }
        let _ =
            tokio::time::timeout(std::time::Duration::from_millis(10), run_tasks(&mut queue)).await;
    }
}
