//! `echo` and `printf`, which exist as builtins and as programs.

use crate::kernel::Sys;
use crate::shell::escape::{Octal, unescape};

/// `echo [-neE] …`: its exit code.
pub async fn echo(sys: &Sys, arguments: &[String]) -> u8 {
    let mut newline = true;
    let mut escapes = false;
    let mut rest = arguments;
    while let [first, after @ ..] = rest {
        let Some(letters) = first
            .strip_prefix('-')
            .filter(|it| !it.is_empty() && it.chars().all(|c| "neE".contains(c)))
        else {
            break;
        };
        for letter in letters.chars() {
            match letter {
                'n' => newline = false,
                letter => escapes = letter == 'e',
            }
        }
        rest = after;
    }
    let text = rest.join(" ");
    let mut bytes = if escapes {
        let unescaped = unescape(&text, Octal::Zero);
        newline &= !unescaped.stop;
        unescaped.bytes
    } else {
        text.into_bytes()
    };
    if newline {
        bytes.push(b'\n');
    }
    match sys.write(1, &bytes).await {
        Ok(()) => 0,
        Err(error) => {
            // Nothing else can be done when this fails as well.
            let _ = sys
                .write(2, format!("echo: write error: {error}\n").as_bytes())
                .await;
            1
        }
    }
}

/// What `printf` did.
#[derive(Debug, Default)]
pub struct Printed {
    /// Exit code.
    pub status: u8,
    /// Complaints, without the name of who makes them.
    pub errors: Vec<String>,
}

/// `printf FORMAT …`
pub async fn printf(sys: &Sys, arguments: &[String]) -> Printed {
    let [format, arguments @ ..] = arguments else {
        return Printed {
            status: 2,
            errors: vec!["usage: printf FORMAT [ARG]...".into()],
        };
    };
    let (bytes, mut printed) = format_all(format, arguments);
    if let Err(error) = sys.write(1, &bytes).await {
        printed.errors.push(format!("write error: {error}"));
        printed.status = 1;
    }
    printed
}

/// Formats as long as arguments remain.
pub fn format_all(format: &str, arguments: &[String]) -> (Vec<u8>, Printed) {
    let mut state = State {
        out: Vec::new(),
        printed: Printed::default(),
        rest: arguments,
        stop: false,
    };
    loop {
        let before = state.rest.len();
        state.once(format);
        if state.stop || state.rest.is_empty() || state.rest.len() == before {
            return (state.out, state.printed);
        }
    }
}

struct State<'a> {
    out: Vec<u8>,
    printed: Printed,
    rest: &'a [String],
    stop: bool,
}

/// A conversion: `%-05.2d`.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of printf(3)")]
struct Conversion {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

impl State<'_> {
    fn next(&mut self) -> Option<String> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first.clone())
    }

    fn once(&mut self, format: &str) {
        let mut chars = format.char_indices().peekable();
        let mut literal_from = 0;
        while let Some((at, c)) = chars.next() {
            if c != '%' {
                // A backslash hides nothing of what follows but itself.
                if c == '\\' {
                    chars.next();
                }
                continue;
            }
            self.literal(&format[literal_from..at]);
            if self.stop {
                return;
            }
            let mut conversion = Conversion::default();
            while let Some((_, flag)) = chars.next_if(|(_, c)| "-0+ #".contains(*c)) {
                match flag {
                    '-' => conversion.left = true,
                    '0' => conversion.zero = true,
                    '+' => conversion.plus = true,
                    ' ' => conversion.space = true,
                    _ => conversion.alternate = true,
                }
            }
            conversion.width = self.size(&mut chars, &mut conversion.left);
            if chars.next_if(|(_, c)| *c == '.').is_some() {
                let mut ignored = false;
                conversion.precision = Some(self.size(&mut chars, &mut ignored).unwrap_or(0));
            }
            while chars.next_if(|(_, c)| "lhLqjzt".contains(*c)).is_some() {}
            match chars.next() {
                Some((_, kind)) => self.convert(kind, &conversion),
                None => self.complain(format!("{}: invalid format", &format[at..])),
            }
            literal_from = chars.peek().map_or(format.len(), |(at, _)| *at);
            if self.stop {
                return;
            }
        }
        self.literal(&format[literal_from..]);
    }

    fn size(
        &mut self,
        chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
        left: &mut bool,
    ) -> Option<usize> {
        if chars.next_if(|(_, c)| *c == '*').is_some() {
            let value = self.next().map_or(0, |text| self.integer(&text));
            *left |= value < 0;
            return usize::try_from(value.unsigned_abs()).ok();
        }
        let mut size = None;
        while let Some((_, c)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
            let digit = usize::try_from(c.to_digit(10).unwrap_or(0)).unwrap_or(0);
            // Wider than any terminal is a mistake, not a wish.
            size = Some((size.unwrap_or(0) * 10 + digit).min(1 << 16));
        }
        size
    }

    fn literal(&mut self, text: &str) {
        let unescaped = unescape(text, Octal::Bare);
        self.out.extend(unescaped.bytes);
        self.stop = unescaped.stop;
    }

    fn complain(&mut self, message: String) {
        self.printed.errors.push(message);
        self.printed.status = 1;
    }

    fn convert(&mut self, kind: char, conversion: &Conversion) {
        match kind {
            '%' => self.out.push(b'%'),
            'c' => {
                let text = self.next().unwrap_or_default();
                let first: String = text.chars().take(1).collect();
                self.pad(first.as_bytes(), conversion);
            }
            's' => {
                let text = self.next().unwrap_or_default();
                let cut: String = text
                    .chars()
                    .take(conversion.precision.unwrap_or(usize::MAX))
                    .collect();
                self.pad(cut.as_bytes(), conversion);
            }
            'b' => {
                let unescaped = unescape(&self.next().unwrap_or_default(), Octal::Zero);
                self.pad(&unescaped.bytes, conversion);
                self.stop = unescaped.stop;
            }
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
                let value = self.next().map_or(0, |text| self.integer(&text));
                let text = integer_text(kind, value, conversion);
                self.pad_number(&text, conversion);
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                let value = self.next().map_or(0.0, |text| self.real(&text));
                let text = real_text(kind, value, conversion);
                self.pad_number(&text, conversion);
            }
            kind => self.complain(format!("%{kind}: invalid format")),
        }
    }

    fn integer(&mut self, text: &str) -> i64 {
        if let Some(value) = parse_integer(text) {
            value
        } else {
            self.complain(format!("invalid number '{text}'"));
            0
        }
    }

    fn real(&mut self, text: &str) -> f64 {
        if let Ok(value) = text.trim().parse() {
            return value;
        }
        self.complain(format!("invalid number '{text}'"));
        0.0
    }

    fn pad(&mut self, text: &[u8], conversion: &Conversion) {
        let length = String::from_utf8_lossy(text).chars().count();
        let missing = conversion.width.unwrap_or(0).saturating_sub(length);
        if !conversion.left {
            self.out.resize(self.out.len() + missing, b' ');
        }
        self.out.extend_from_slice(text);
        if conversion.left {
            self.out.resize(self.out.len() + missing, b' ');
        }
    }

    fn pad_number(&mut self, text: &str, conversion: &Conversion) {
        let missing = conversion.width.unwrap_or(0).saturating_sub(text.len());
        if conversion.zero && !conversion.left && missing > 0 {
            let sign = usize::from(text.starts_with(['-', '+', ' ']));
            self.out.extend_from_slice(&text.as_bytes()[..sign]);
            self.out.resize(self.out.len() + missing, b'0');
            self.out.extend_from_slice(&text.as_bytes()[sign..]);
        } else {
            self.pad(text.as_bytes(), conversion);
        }
    }
}

fn parse_integer(text: &str) -> Option<i64> {
    let text = text.trim_start();
    if let Some(c) = text.strip_prefix(['\'', '"']) {
        return Some(c.chars().next().map_or(0, |c| i64::from(u32::from(c))));
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() && text.is_empty() {
        return Some(0);
    }
    let value = if let Some(hex) = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"))
    {
        u64::from_str_radix(hex, 16).ok()?
    } else if digits.len() > 1 && digits.starts_with('0') {
        u64::from_str_radix(&digits[1..], 8).ok()?
    } else {
        digits.parse().ok()?
    };
    let value = value.cast_signed();
    Some(if negative {
        value.wrapping_neg()
    } else {
        value
    })
}

fn integer_text(kind: char, value: i64, conversion: &Conversion) -> String {
    let unsigned = value.cast_unsigned();
    let digits = match kind {
        'd' | 'i' => value.unsigned_abs().to_string(),
        'u' => unsigned.to_string(),
        'o' if conversion.alternate => format!("0{unsigned:o}"),
        'o' => format!("{unsigned:o}"),
        'x' if conversion.alternate && value != 0 => format!("0x{unsigned:x}"),
        'x' => format!("{unsigned:x}"),
        _ if conversion.alternate && value != 0 => format!("0X{unsigned:X}"),
        _ => format!("{unsigned:X}"),
    };
    let digits = format!(
        "{}{digits}",
        "0".repeat(
            conversion
                .precision
                .unwrap_or(0)
                .saturating_sub(digits.len())
        )
    );
    let signed = matches!(kind, 'd' | 'i');
    match (
        signed && value < 0,
        signed && conversion.plus,
        signed && conversion.space,
    ) {
        (true, ..) => format!("-{digits}"),
        (_, true, _) => format!("+{digits}"),
        (_, _, true) => format!(" {digits}"),
        _ => digits,
    }
}

/// Formats a floating-point number as C's `%f`, `%e` and `%g`.
fn real_text(kind: char, value: f64, conversion: &Conversion) -> String {
    let precision = conversion.precision.unwrap_or(6);
    let text = match kind {
        'f' | 'F' => format!("{value:.precision$}"),
        'e' | 'E' => exponential(value, precision),
        _ => general(value, precision.max(1)),
    };
    let text = if conversion.plus && value >= 0.0 {
        format!("+{text}")
    } else {
        text
    };
    if kind.is_ascii_uppercase() {
        text.to_uppercase()
    } else {
        text
    }
}

fn exponential(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let exponent: i32 = exponent.parse().unwrap_or(0);
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", exponent.abs())
        }
        None => text,
    }
}

/// `%g` with this many significant digits.
pub fn general(value: f64, precision: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let scientific = format!("{value:.*e}", precision - 1);
    let exponent: i32 = scientific
        .split_once('e')
        .and_then(|it| it.1.parse().ok())
        .unwrap_or(0);
    let limit = i32::try_from(precision).unwrap_or(i32::MAX);
    let trim = |text: &str| {
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text.to_owned()
        }
    };
    if exponent < -4 || exponent >= limit {
        let text = exponential(value, precision - 1);
        match text.split_once('e') {
            Some((mantissa, exponent)) => format!("{}e{exponent}", trim(mantissa)),
            None => text,
        }
    } else {
        let decimals = usize::try_from(limit - 1 - exponent).unwrap_or(0);
        trim(&format!("{value:.decimals$}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(format: &str, arguments: &[&str]) -> String {
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        String::from_utf8_lossy(&format_all(format, &arguments).0).into_owned()
    }

    #[test]
    fn formats_as_printf_does() {
        for (format, arguments, expected) in [
            ("a\\nb", &[][..], "a\nb"),
            ("%d %s\\n", &["1", "a", "2", "b"], "1 a\n2 b\n"),
            ("%5d|%-5d|%05d", &["42", "42", "-42"], "   42|42   |-0042"),
            ("%x %X %o %#x", &["255", "255", "8", "255"], "ff FF 10 0xff"),
            ("%.2f %e", &["3.14159", "12345"], "3.14 1.234500e+04"),
            ("%g %g", &["0.0001", "1000000"], "0.0001 1e+06"),
            ("%s%%", &["50"], "50%"),
            ("%c%c", &["abc", "d"], "ad"),
            ("%b", &["a\\tb"], "a\tb"),
            ("%d", &["'A"], "65"),
            ("[%s]", &[], "[]"),
            ("x%.0s", &["1", "2", "3"], "xxx"),
            ("%-10s|", &["é"], "é         |"),
        ] {
            assert_eq!(formatted(format, arguments), expected, "{format}");
        }
        assert_eq!(format_all("\\000\\001\\377", &[]).0, [0, 1, 255]);
    }

    #[test]
    fn complains_of_what_is_not_a_number() {
        let (bytes, printed) = format_all("%d\\n", &["abc".into()]);
        assert_eq!(bytes, b"0\n");
        assert_eq!(printed.errors, ["invalid number 'abc'"]);
        assert_eq!(printed.status, 1);
    }
}
