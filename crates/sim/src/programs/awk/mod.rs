//! `awk`: busybox's, after POSIX awk. Texts are bytes, as in its C locale.

mod eval;
mod expression;
mod functions;
mod interpret;
mod lexer;
mod output;
mod parser;
mod streams;
mod syntax;
mod value;

use super::applet::Applet;
use crate::kernel::Sys;

/// What is wrong in a program, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {message}")]
struct Wrong {
    line: usize,
    message: String,
}

/// `awk [-F SEP] [-v VAR=VAL]… [-f FILE]… [PROGRAM] [FILE | VAR=VAL]…`
pub(super) async fn main(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let mut options = match applet.options("+F:v:f:e:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut text = String::new();
    let mut name = "cmd. line".to_owned();
    for path in options.values('f') {
        let read = if path == "-" {
            let mut input = crate::shell::stream::Input::new(&applet.sys, 0);
            input.rest().await
        } else {
            applet.sys.read_file(path).map(|it| it.to_vec())
        };
        match read {
            Ok(bytes) => text.push_str(&(value::decode(&bytes) + "\n")),
            Err(error) => return applet.fail(format!("can't open '{path}': {error}")).await,
        }
        path.clone_into(&mut name);
    }
    for source in options.values('e') {
        text.push_str(&(value::decode(source.as_bytes()) + "\n"));
    }
    if !options.has('f') && !options.has('e') {
        if options.operands.is_empty() {
            return applet.usage().await;
        }
        text = value::decode(options.operands.remove(0).as_bytes());
    }
    let script = match parser::parse(&text) {
        Ok(script) => script,
        Err(wrong) => return applet.fail(format!("{name}:{wrong}")).await,
    };
    interpret::run(applet, &options, name, script).await
}

#[cfg(test)]
mod tests;
