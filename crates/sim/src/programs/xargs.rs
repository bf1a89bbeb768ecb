//! `xargs`.

use super::applet::Applet;
use super::waiting::start;
use crate::kernel::{ForkOptions, Sys};
use crate::shell::stream::Input;

/// `xargs [-0rtI REPLACE] [-n COUNT] [-P N] [PROGRAM ARGS…]`
pub(super) async fn main(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options(
            "+0rtpxI:n:s:E:e:P:L:",
            &[("null", '0'), ("no-run-if-empty", 'r')],
        )
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let command = if options.operands.is_empty() {
        vec!["echo".to_owned()]
    } else {
        options.operands.clone()
    };
    let input = match Input::new(&applet.sys, 0).rest().await {
        Ok(input) => String::from_utf8_lossy(&input).into_owned(),
        Err(error) => return applet.fail(format!("read error: {error}")).await,
    };
    let words: Vec<String> = if options.has('0') {
        input
            .split('\0')
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect()
    } else if options.has('I') {
        input
            .lines()
            .map(|it| it.trim_start().to_owned())
            .filter(|it| !it.is_empty())
            .collect()
    } else {
        words_of(&input)
    };
    let mut runs: Vec<Vec<String>> = Vec::new();
    if let Some(mark) = options.value('I') {
        runs.extend(
            words
                .iter()
                .map(|word| command.iter().map(|it| it.replace(mark, word)).collect()),
        );
    } else {
        let most = options
            .value('n')
            .or(options.value('L'))
            .and_then(|it| it.parse().ok())
            .unwrap_or(5000usize)
            .max(1);
        for group in words.chunks(most) {
            runs.push(command.iter().chain(group).cloned().collect());
        }
        if words.is_empty() && !options.has('r') {
            runs.push(command);
        }
    }
    let mut status = 0;
    for argv in runs {
        if options.has('t') {
            let _ = applet
                .sys
                .write(2, format!("{}\n", argv.join(" ")).as_bytes())
                .await;
        }
        if let Err(error) = applet.sys.find_program(&argv[0]) {
            applet.complain(&format!("{}: {error}", argv[0])).await;
            return 127;
        }
        let Ok(child) = start(&applet, &argv, ForkOptions::default()) else {
            return 1;
        };
        match applet.sys.wait(Some(child)).await {
            Ok((_, ended)) => match ended.code() {
                0 => {}
                255 => {
                    applet
                        .complain(&format!("{}: exited with status 255; aborting", argv[0]))
                        .await;
                    return 124;
                }
                126 | 127 => return ended.code(),
                _ => status = 123,
            },
            Err(_) => return 1,
        }
    }
    status
}

/// Words separated by blanks, with quotes and backslashes.
fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '\\') => word.get_or_insert_default().extend(chars.next()),
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
