//! Documents laid out anew without being read: the engine's own order, numbers and escapes stay.

use std::fmt::Write as _;

#[cfg(test)]
mod tests;

/// The text of a document indented by four spaces, as `docker inspect` prints it.
pub(super) fn indent(document: &str) -> String {
    lay_out(document, true)
}

/// The text of a document on one line.
pub(super) fn compact(document: &str) -> String {
    lay_out(document, false)
}

fn lay_out(document: &str, lines: bool) -> String {
    let mut out = String::with_capacity(document.len() * 2);
    let mut depth: usize = 0;
    let mut letters = document.chars();
    let mut fresh = false;
    let newline = |out: &mut String, depth: usize| {
        if lines {
            let _ = write!(out, "\n{:width$}", "", width = depth * 4);
        }
    };
    while let Some(letter) = letters.next() {
        if letter.is_ascii_whitespace() {
            continue;
        }
        if fresh && !matches!(letter, '}' | ']') {
            depth += 1;
            newline(&mut out, depth);
        }
        let was_fresh = std::mem::replace(&mut fresh, false);
        match letter {
            '{' | '[' => {
                out.push(letter);
                fresh = true;
            }
            '}' | ']' => {
                if !was_fresh {
                    depth = depth.saturating_sub(1);
                    newline(&mut out, depth);
                }
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                newline(&mut out, depth);
            }
            ':' => out.push_str(if lines { ": " } else { ":" }),
            '"' => {
                out.push(letter);
                let mut escaped = false;
                for letter in letters.by_ref() {
                    out.push(letter);
                    match letter {
                        _ if escaped => escaped = false,
                        '\\' => escaped = true,
                        '"' => break,
                        _ => {}
                    }
                }
            }
            _ => out.push(letter),
        }
    }
    out
}
