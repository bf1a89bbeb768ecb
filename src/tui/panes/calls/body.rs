//! What a recorded body is: a document, lines of documents, text, or words that stand for bytes.

use serde_json::Value;

/// A body, read.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui::panes) enum Body {
    /// No byte.
    Empty,
    /// What the tap says in place of bytes that are not text: `(archive tar, 2048 octets)`.
    Told(String),
    /// A document.
    Json(Value),
    /// A stream: a document per line.
    Lines(Vec<Value>),
    /// Any other text.
    Text(String),
}

/// How the tap's words about a body begin.
const TOLD: [&str; 4] = [
    "(archive tar, ",
    "(sortie d’un conteneur, ",
    "(données binaires, ",
    "(flux direct",
];

/// Reads a recorded body, and says whether its end was not kept.
pub(in crate::tui::panes) fn read(text: &str) -> (Body, bool) {
    if text.is_empty() {
        return (Body::Empty, false);
    }
    if TOLD.iter().any(|it| text.starts_with(it)) {
        return (Body::Told(text.to_owned()), false);
    }
    if let Ok(value) = serde_json::from_str(text) {
        return (Body::Json(value), false);
    }
    // The tap ends with `…` what it cuts.
    let (text, cut) = text
        .strip_suffix('…')
        .map_or((text, false), |kept| (kept, true));
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let lines: Vec<Value> = stream.by_ref().map_while(Result::ok).collect();
    let whole = text.get(stream.byte_offset()..).unwrap_or_default();
    let documents = lines.iter().all(|it| it.is_object() || it.is_array());
    if !lines.is_empty() && documents && (cut || whole.trim().is_empty()) {
        return (Body::Lines(lines), cut);
    }
    match cut.then(|| mended(text)).flatten() {
        Some(value) => (Body::Json(value), true),
        None => (Body::Text(text.to_owned()), cut),
    }
}

/// The document that a cut text begins, without what the cut left incomplete.
fn mended(text: &str) -> Option<Value> {
    let mut closers: Vec<char> = Vec::new();
    let mut safe: Option<(usize, Vec<char>)> = None;
    let (mut in_string, mut escaped) = (false, false);
    for (index, character) in text.char_indices() {
        if in_string {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match character {
            '"' => in_string = true,
            '{' => closers.push('}'),
            '[' => closers.push(']'),
            '}' | ']' => {
                closers.pop();
                safe = Some((index + 1, closers.clone()));
            }
            ',' => safe = Some((index, closers.clone())),
            _ => {}
        }
    }
    let (end, closers) = safe?;
    let mut kept = text.get(..end)?.to_owned();
    kept.extend(closers.iter().rev());
    serde_json::from_str(&kept).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_is_what_its_text_says() {
        assert_eq!(read(""), (Body::Empty, false));
        assert_eq!(read("{\"a\":1}\n"), (Body::Json(json!({"a": 1})), false));
        let told = "(archive tar, 2048 octets)";
        assert_eq!(read(told), (Body::Told(told.to_owned()), false));
        assert_eq!(read("OK"), (Body::Text("OK".to_owned()), false));
        let stream = "{\"status\":\"a\"}\r\n{\"status\":\"b\"}\r\n";
        let lines = vec![json!({"status": "a"}), json!({"status": "b"})];
        assert_eq!(read(stream), (Body::Lines(lines.clone()), false));
        let cut = format!("{stream}{{\"stat…");
        assert_eq!(read(&cut), (Body::Lines(lines), true));
    }

    #[test]
    fn a_cut_document_is_shown_as_far_as_it_goes() {
        let text = r#"[{"Id":"a, }","Names":["/x","/y"],"Size":12…"#;
        let value = json!([{"Id": "a, }", "Names": ["/x", "/y"]}]);
        assert_eq!(read(text), (Body::Json(value), true));
        let text = r#"{"a":{"b":[1,2],"c":"\"…"#;
        assert_eq!(read(text), (Body::Json(json!({"a": {"b": [1, 2]}})), true));
        assert_eq!(read("{\"a…").0, Body::Text("{\"a".to_owned()));
        assert_eq!(read("…"), (Body::Text(String::new()), true));
    }

    #[test]
    fn no_cut_panics() {
        let text = r#"{"é":["\u00e9",{"b":[1,2,{}],"c":"\"€"}],"d":null}"#;
        for end in (0..text.len()).filter(|it| text.is_char_boundary(*it)) {
            let (_, cut) = read(&format!("{}…", &text[..end]));
            assert!(cut, "{end}");
        }
    }
}
