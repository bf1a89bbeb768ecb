//! How values are shown and formatted.

use std::sync::Arc;

use super::Lang;
use super::value::{Value, locked};

/// A number as JavaScript shows it.
pub(super) fn number_text(number: f64) -> String {
    if number.is_nan() {
        "NaN".into()
    } else if number.is_infinite() {
        if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .into()
    } else {
        number.to_string()
    }
}

/// As `str()` or `String()` makes it.
pub(super) fn shown(value: &Value, lang: Lang) -> String {
    match (value, lang) {
        (Value::Str(it), _) => it.to_string(),
        (Value::Undefined, Lang::Js) => "undefined".into(),
        (Value::Null, Lang::Js) => "null".into(),
        (Value::Undefined | Value::Null, Lang::Python) => "None".into(),
        (Value::Bool(it), Lang::Js) => it.to_string(),
        (Value::Bool(it), Lang::Python) => if *it { "True" } else { "False" }.into(),
        (Value::Int(it), _) => it.to_string(),
        (Value::Num(it), Lang::Js) => number_text(*it),
        (Value::Num(it), Lang::Python) if it.fract() == 0.0 && it.abs() < 1e16 => {
            format!("{it:.1}")
        }
        (Value::Num(it), Lang::Python) => it.to_string(),
        (Value::List(it), Lang::Js) => {
            let items = locked(it).clone();
            items
                .iter()
                .map(|it| {
                    if matches!(it, Value::Null | Value::Undefined) {
                        String::new()
                    } else {
                        shown(it, lang)
                    }
                })
                .collect::<Vec<_>>()
                .join(",")
        }
        (Value::Object(it), _) if exception(value) => {
            let message = locked(&it.fields)
                .text("message")
                .map_or_else(String::new, |it| shown(&it, lang));
            match lang {
                Lang::Python => message,
                Lang::Js if message.is_empty() => it.class.name.clone(),
                Lang::Js => format!("{}: {message}", it.class.name),
            }
        }
        (Value::Dict(_) | Value::Object(_), Lang::Js) => "[object Object]".into(),
        (other, lang) => repr(other, lang),
    }
}

/// Whether a value is an error.
pub(super) fn exception(value: &Value) -> bool {
    matches!(value, Value::Object(it) if it.class.is("Error") || it.class.is("BaseException"))
}

/// As `repr()` or `console.log()` shows what collections hold.
pub(super) fn repr(value: &Value, lang: Lang) -> String {
    let join = |items: &[Value]| {
        items
            .iter()
            .map(|it| repr(it, lang))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match (value, lang) {
        (Value::Str(it), _) => {
            let quote = if it.contains('\'') && !it.contains('"') {
                '"'
            } else {
                '\''
            };
            let body = it
                .replace('\\', "\\\\")
                .replace('\n', "\\n")
                .replace('\t', "\\t");
            format!("{quote}{body}{quote}")
        }
        (Value::List(it), Lang::Js) if locked(it).is_empty() => "[]".into(),
        (Value::List(it), Lang::Js) => format!("[ {} ]", join(&locked(it).clone())),
        (Value::List(it), Lang::Python) => format!("[{}]", join(&locked(it).clone())),
        (Value::Tuple(it), _) if it.len() == 1 => format!("({},)", join(it)),
        (Value::Tuple(it), _) => format!("({})", join(it)),
        (Value::Dict(it), Lang::Js) => {
            let rows: Vec<String> = locked(it)
                .0
                .clone()
                .iter()
                .map(|(key, value)| format!("{}: {}", js_key(key), repr(value, lang)))
                .collect();
            if rows.is_empty() {
                "{}".into()
            } else {
                format!("{{ {} }}", rows.join(", "))
            }
        }
        (Value::Dict(it), Lang::Python) => {
            let rows: Vec<String> = locked(it)
                .0
                .clone()
                .iter()
                .map(|(key, value)| format!("{}: {}", repr(key, lang), repr(value, lang)))
                .collect();
            format!("{{{}}}", rows.join(", "))
        }
        (Value::Function(it), Lang::Js) if it.code.name.is_empty() => {
            "[Function (anonymous)]".into()
        }
        (Value::Function(it), Lang::Js) => format!("[Function: {}]", it.code.name),
        (Value::Function(it), Lang::Python) => {
            format!("<function {} at 0x7f3a5c1e8d60>", it.code.name)
        }
        (Value::Native(it), Lang::Js) => {
            format!("[Function: {}]", it.0.rsplit('.').next().unwrap_or(&it.0))
        }
        (Value::Native(it), Lang::Python) => format!(
            "<built-in function {}>",
            it.0.rsplit('.').next().unwrap_or(&it.0)
        ),
        (Value::Class(it), Lang::Js) => format!("[class {}]", it.name),
        (Value::Class(it), Lang::Python) => format!("<class '{}'>", it.name),
        (Value::Promise(it), _) => match &*locked(&it.settled) {
            None => "Promise { <pending> }".into(),
            Some(Ok(it)) => format!("Promise {{ {} }}", repr(it, lang)),
            Some(Err(_)) => "Promise { <rejected> }".into(),
        },
        (Value::Object(it), Lang::Python) if exception(value) => {
            let message = locked(&it.fields)
                .text("message")
                .map_or_else(String::new, |it| repr(&it, lang));
            format!("{}({message})", it.class.name)
        }
        (Value::Object(_), Lang::Js) if exception(value) => {
            format!("{}\n    at <anonymous>", shown(value, lang))
        }
        (Value::Object(it), Lang::Js) => {
            let fields = Value::Dict(Arc::new(std::sync::Mutex::new(locked(&it.fields).clone())));
            format!("{} {}", it.class.name, repr(&fields, lang))
        }
        (Value::Object(it), Lang::Python) => {
            format!("<__main__.{} object at 0x7f3a5c1e8d60>", it.class.name)
        }
        _ => shown(value, lang),
    }
}

fn js_key(key: &Value) -> String {
    let name = shown(key, Lang::Js);
    let plain = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
    if plain { name } else { format!("'{name}'") }
}

/// `"%s %d" % args`
pub(super) fn percent(format: &str, args: &Value) -> String {
    let items = match args {
        Value::Tuple(it) => it.to_vec(),
        other => vec![other.clone()],
    };
    let mut items = items.into_iter();
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(tail) = after.strip_prefix('%') {
            out.push('%');
            rest = tail;
            continue;
        }
        let end = after
            .find(|c: char| c.is_alphabetic())
            .map_or(after.len(), |it| it + 1);
        if let Some(item) = items.next() {
            let spec = &after[..end];
            out.push_str(&if spec.ends_with('s') {
                shown(&item, Lang::Python)
            } else if spec.ends_with('r') {
                repr(&item, Lang::Python)
            } else {
                formatted(&item, spec, Lang::Python)
            });
        }
        rest = &after[end..];
    }
    out + rest
}

/// A value with a format: `.2f`, `>10`, `05d`, `,`, `x`.
pub(super) fn formatted(value: &Value, format: &str, lang: Lang) -> String {
    let letters: Vec<char> = format.chars().collect();
    let mut at = 0;
    let (mut fill, mut align) = (' ', None);
    if letters.len() > 1 && matches!(letters[1], '<' | '>' | '^') {
        (fill, align, at) = (letters[0], Some(letters[1]), 2);
    } else if letters
        .first()
        .is_some_and(|it| matches!(it, '<' | '>' | '^'))
    {
        (align, at) = (Some(letters[0]), 1);
    }
    let tail: String = letters[at..].iter().collect();
    let kind = tail.chars().last().filter(char::is_ascii_alphabetic);
    let commas = tail.contains(',');
    let digits = tail
        .trim_end_matches(|c: char| c.is_ascii_alphabetic())
        .replace(',', "");
    let (width, precision) = digits.split_once('.').unwrap_or((&digits, ""));
    if width.starts_with('0') && width.len() > 1 && align.is_none() {
        (fill, align) = ('0', Some('>'));
    }
    let width: usize = width.parse().unwrap_or(0).min(1000);
    let places: Option<usize> = precision.parse().ok();
    let mut body = match (kind, places) {
        (Some('f'), _) => format!("{:.*}", places.unwrap_or(6), value.number()),
        (Some('%'), _) => format!("{:.*}%", places.unwrap_or(6), value.number() * 100.0),
        (Some('x'), _) => format!("{:x}", value.int()),
        (Some('b'), _) => format!("{:b}", value.int()),
        (Some('d'), _) => value.int().to_string(),
        (_, Some(places)) if matches!(value, Value::Num(_)) => {
            format!("{:.places$}", value.number())
        }
        (_, Some(places)) => shown(value, lang).chars().take(places).collect(),
        _ => shown(value, lang),
    };
    if commas {
        let (whole, fraction) = body
            .split_once('.')
            .map_or((body.clone(), String::new()), |(a, b)| {
                (a.to_owned(), format!(".{b}"))
            });
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) && !grouped.ends_with('-') {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        body = grouped + &fraction;
    }
    let missing = width.saturating_sub(body.chars().count());
    let fills = |count: usize| fill.to_string().repeat(count);
    match align.unwrap_or(if matches!(value, Value::Int(_) | Value::Num(_)) {
        '>'
    } else {
        '<'
    }) {
        '>' => fills(missing) + &body,
        '^' => fills(missing / 2) + &body + &fills(missing - missing / 2),
        _ => body + &fills(missing),
    }
}
