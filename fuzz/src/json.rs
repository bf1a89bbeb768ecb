//! Arbitrary documents, with the keys that the API has.

use crate::draw::Draw;

/// Every name that the engine looks for, one a line.
const KEYS: &str = include_str!("../dict/keys.txt");

const TEXTS: [&str; 40] = [
    "",
    "a",
    "b",
    "busybox",
    "bridge",
    "host",
    "none",
    "container:aa",
    "default",
    "always",
    "on-failure",
    "v:/v",
    "/v",
    "/a:/b:ro",
    "80/tcp",
    "80-90:80-90/udp",
    "127.0.0.1",
    "::1",
    "10.9.0.0/16",
    "10.9.0.1",
    "0.0.0.0/0",
    "fd00::/64",
    "255.255.255.255/32",
    "A=b",
    "-1",
    "99999999999999999999",
    "1h",
    "2026-01-31T08:00:00Z",
    "root",
    "nobody:nogroup",
    "1000:1000",
    "CAP_ALL",
    "seccomp=unconfined",
    "\u{e9}\u{0}",
    "../..",
    "/",
    "volume",
    "bind",
    "tmpfs",
    "overlay",
];

const NUMBERS: [&str; 16] = [
    "0",
    "1",
    "-1",
    "2",
    "10",
    "64",
    "255",
    "65535",
    "65536",
    "4294967296",
    "6291456",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "1e308",
    "0.5",
];

/// Deepest that documents nest; Go's decoder takes more than any of its types has.
const DEEPEST: usize = 6;

fn key(draw: &mut Draw) -> &'static str {
    let keys: Vec<&str> = KEYS.lines().collect();
    draw.among(&keys)
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if letter < ' ' => out += &format!("\\u{:04x}", u32::from(letter)),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

pub(crate) fn text(draw: &mut Draw) -> String {
    if draw.once_in(4) {
        draw.text(24)
    } else {
        draw.among(&TEXTS).to_owned()
    }
}

/// A value of any sort.
fn value(draw: &mut Draw, deep: usize) -> String {
    let sorts = if deep < DEEPEST { 9 } else { 5 };
    match draw.number(sorts) {
        0 => "null".to_owned(),
        1 => (if draw.byte() & 1 == 0 {
            "true"
        } else {
            "false"
        })
        .to_owned(),
        2 => draw.among(&NUMBERS).to_owned(),
        3 | 4 => quoted(&text(draw)),
        5 | 6 => {
            let count = draw.number(4);
            let items: Vec<String> = (0..count).map(|_| value(draw, deep + 1)).collect();
            format!("[{}]", items.join(","))
        }
        _ => object(draw, deep + 1),
    }
}

fn object(draw: &mut Draw, deep: usize) -> String {
    let count = draw.number(6);
    let mut fields = Vec::new();
    for _ in 0..count {
        let name = if draw.once_in(6) {
            quoted(&text(draw))
        } else {
            quoted(key(draw))
        };
        fields.push(format!("{name}:{}", value(draw, deep)));
    }
    format!("{{{}}}", fields.join(","))
}

/// An object that begins with these fields, `"a":1,` each; later ones of the same name win.
pub(crate) fn document(draw: &mut Draw, fields: &str) -> String {
    let more = object(draw, 0);
    let more = &more[1..];
    if more == "}" {
        format!("{{{}}}", fields.trim_end_matches(','))
    } else {
        format!("{{{fields}{more}")
    }
}
