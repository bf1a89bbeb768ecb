//! Quoted strings and letters, as Go's package `strconv` writes them.

use std::fmt::Write as _;

/// `"…"`; letters beyond ASCII are escaped too when `ascii`.
pub(super) fn text(text: &str, ascii: bool) -> String {
    let inside = text.chars().fold(String::new(), |mut all, it| {
        escape(&mut all, it, '"', ascii);
        all
    });
    format!("\"{inside}\"")
}

/// `'…'`
pub(super) fn letter(code: i64, ascii: bool) -> String {
    let letter = u32::try_from(code).ok().and_then(char::from_u32);
    let mut inside = String::new();
    escape(
        &mut inside,
        letter.unwrap_or(char::REPLACEMENT_CHARACTER),
        '\'',
        ascii,
    );
    format!("'{inside}'")
}

/// Whether the text can stand between back quotes.
pub(super) fn can_be_raw(text: &str) -> bool {
    text.chars()
        .all(|it| it == '\t' || !(it.is_control() || it == '`' || it == '\u{feff}'))
}

fn escape(out: &mut String, letter: char, quote: char, ascii: bool) {
    let code = u32::from(letter);
    // Rust's own escapes tell what can be printed: Go and Rust follow the same tables.
    let printed = letter == ' ' || letter == '"' || letter == '\'' || letter == '\\' || {
        let mut escaped = letter.escape_debug();
        escaped.len() == 1 && escaped.next() == Some(letter)
    };
    let _ = match letter {
        it if it == quote || it == '\\' => write!(out, "\\{it}"),
        '\u{7}' => write!(out, "\\a"),
        '\u{8}' => write!(out, "\\b"),
        '\u{c}' => write!(out, "\\f"),
        '\n' => write!(out, "\\n"),
        '\r' => write!(out, "\\r"),
        '\t' => write!(out, "\\t"),
        '\u{b}' => write!(out, "\\v"),
        it if printed && (it.is_ascii() || !ascii) => write!(out, "{it}"),
        '\0'..='\u{1f}' | '\u{7f}' => write!(out, "\\x{code:02x}"),
        _ if code < 0x1_0000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}
