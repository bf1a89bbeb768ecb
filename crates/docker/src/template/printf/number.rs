//! Numbers, as Go's package `fmt` writes them.

use super::super::value::shortest;
use super::verb::Verb;

/// A whole number in `d`, `b`, `o`, `O`, `x` or `X`.
pub(super) fn whole(verb: &Verb, kind: char, number: i64) -> String {
    let value = number.unsigned_abs();
    let mut digits = match kind {
        'b' => format!("{value:b}"),
        'o' | 'O' => format!("{value:o}"),
        'x' => format!("{value:x}"),
        'X' => format!("{value:X}"),
        _ => value.to_string(),
    };
    let sign = sign(verb, number < 0);
    let least = match (verb.precision, verb.width) {
        // Nothing at all is written of a zero of no digits.
        (Some(0), _) if number == 0 => return verb.pad("", false),
        (Some(precision), _) => precision,
        (None, Some(width)) if verb.zero && !verb.minus => width.saturating_sub(sign.len()),
        _ => 0,
    };
    digits = "0".repeat(least.saturating_sub(digits.len())) + &digits;
    let prefix = match kind {
        'O' => "0o",
        'b' if verb.sharp => "0b",
        'o' if verb.sharp && !digits.starts_with('0') => "0",
        'x' if verb.sharp => "0x",
        'X' if verb.sharp => "0X",
        _ => "",
    };
    verb.pad(&format!("{sign}{prefix}{digits}"), false)
}

/// `U+0041`
pub(super) fn unicode(verb: &Verb, number: i64) -> String {
    let letter = u32::try_from(number).ok().and_then(char::from_u32);
    let shown = match letter {
        Some(letter) if verb.sharp => format!(" '{letter}'"),
        _ => String::new(),
    };
    verb.pad(&format!("U+{number:04X}{shown}"), false)
}

/// A number with a fraction.
pub(super) fn float(verb: &Verb, kind: char, number: f64) -> String {
    let (size, sign) = (number.abs(), sign(verb, number.is_sign_negative()));
    let shown = match kind {
        'f' | 'F' => format!("{size:.*}", verb.precision.unwrap_or(6)),
        'e' => exponent(&format!("{size:.*e}", verb.precision.unwrap_or(6))),
        'E' => exponent(&format!("{size:.*e}", verb.precision.unwrap_or(6))).to_uppercase(),
        'x' | 'X' => {
            let hexadecimal = hexadecimal(size, verb.precision);
            if kind == 'X' {
                hexadecimal.to_uppercase()
            } else {
                hexadecimal
            }
        }
        'G' => general(size, verb.precision).to_uppercase(),
        _ => general(size, verb.precision),
    };
    if verb.zero && !verb.minus {
        let missing = verb
            .width
            .unwrap_or_default()
            .saturating_sub(sign.len() + shown.len());
        return format!("{sign}{}{shown}", "0".repeat(missing));
    }
    verb.pad(&format!("{sign}{shown}"), false)
}

fn sign(verb: &Verb, negative: bool) -> &'static str {
    match () {
        () if negative => "-",
        () if verb.plus => "+",
        () if verb.space => " ",
        () => "",
    }
}

/// Rust's exponent as Go's: signed, of two digits at least.
fn exponent(scientific: &str) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// `%g`: the shorter of `%e` and `%f`.
fn general(size: f64, precision: Option<usize>) -> String {
    let Some(precision) = precision else {
        return shortest(size);
    };
    let most = precision.max(1);
    let scientific = format!("{size:.*e}", most - 1);
    let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = power.parse().unwrap_or_default();
    let tidy = |digits: &str| {
        if digits.contains('.') {
            digits
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_owned()
        } else {
            digits.to_owned()
        }
    };
    let limit = i32::try_from(most).unwrap_or(i32::MAX);
    if power < -4 || power >= limit {
        return exponent(&format!("{}e{power}", tidy(mantissa)));
    }
    let decimals = usize::try_from(limit - 1 - power).unwrap_or_default();
    tidy(&format!("{size:.decimals$}"))
}

/// `0x1.8p+00`
fn hexadecimal(size: f64, precision: Option<usize>) -> String {
    if size == 0.0 {
        let zeros = precision
            .filter(|it| *it > 0)
            .map(|it| format!(".{}", "0".repeat(it)));
        return format!("0x0{}p+00", zeros.unwrap_or_default());
    }
    let bits = size.to_bits();
    let mut power = i64::try_from(bits >> 52).unwrap_or_default() - 1023;
    let mut fraction = bits & ((1 << 52) - 1);
    let mut whole = 1;
    if let Some(kept) = precision.filter(|it| *it < 13) {
        let dropped = 52 - 4 * kept;
        let half = 1_u64 << (dropped - 1);
        let (rest, last) = (fraction & ((half << 1) - 1), fraction >> dropped & 1);
        fraction = fraction >> dropped << dropped;
        if rest > half || (rest == half && last == 1) {
            fraction += half << 1;
        }
        if fraction >> 52 == 1 {
            (fraction, power, whole) = (0, power + 1, 1);
        }
    }
    let digits = format!("{fraction:013x}");
    let digits = match precision {
        Some(kept) => format!("{digits:0<kept$}")[..kept].to_owned(),
        None => digits.trim_end_matches('0').to_owned(),
    };
    let point = if digits.is_empty() { "" } else { "." };
    let sign = if power < 0 { '-' } else { '+' };
    format!("0x{whole}{point}{digits}p{sign}{:02}", power.abs())
}
