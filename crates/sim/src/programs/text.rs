//! Lines and fields: `wc`, `sort`, `uniq`, `cut`.

use std::cmp::Ordering;

use super::applet::Applet;
use super::cat::{close, open, or_stdin};
use crate::kernel::{OpenFlags, Sys};
use crate::shell::stream::{Input, Output};

/// `wc [-lwcmL] [FILE]…`
pub(super) async fn wc(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options("lwcmL", &[("lines", 'l'), ("words", 'w'), ("bytes", 'c')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let chosen: String = "lwmcL".chars().filter(|it| options.has(*it)).collect();
    let chosen = if chosen.is_empty() {
        "lwc".to_owned()
    } else {
        chosen
    };
    let files = or_stdin(&options.operands);
    // A single number is not aligned.
    let bare = chosen.len() == 1 && files.len() == 1;
    let mut total = [0usize; 5];
    let mut status = 0;
    let mut out = Output::new(&applet.sys, 1);
    let row = |counts: [usize; 5], name: &str| {
        let cells: Vec<String> = "lwmcL"
            .chars()
            .zip(counts)
            .filter(|it| chosen.contains(it.0))
            .map(|(_, count)| {
                if bare {
                    count.to_string()
                } else {
                    format!("{count:9}")
                }
            })
            .collect();
        let name = if name == "-" {
            String::new()
        } else {
            format!(" {name}")
        };
        format!("{}{name}", cells.join(" "))
    };
    for path in &files {
        let fd = match open(&applet.sys, path) {
            Ok(fd) => fd,
            Err(error) => {
                applet.complain(&format!("{path}: {error}")).await;
                status = 1;
                continue;
            }
        };
        let mut input = Input::new(&applet.sys, fd);
        let mut counts = [0usize; 5];
        loop {
            match input.line().await {
                Ok(Some(line)) => {
                    let text = String::from_utf8_lossy(&line);
                    counts[0] += usize::from(line.last() == Some(&b'\n'));
                    counts[1] += text.split_whitespace().count();
                    counts[2] += text.chars().count();
                    counts[3] += line.len();
                    counts[4] = counts[4].max(text.trim_end_matches('\n').chars().count());
                }
                Ok(None) => break,
                Err(error) => {
                    applet.complain(&format!("{path}: {error}")).await;
                    status = 1;
                    break;
                }
            }
        }
        close(&applet.sys, fd);
        for (sum, count) in total.iter_mut().zip(counts) {
            *sum += count;
        }
        out.line(row(counts, path));
    }
    if files.len() > 1 {
        out.line(row(total, "total"));
    }
    out.finish(status).await
}

/// A key of `sort -k`: fields and characters, from 1.
#[derive(Debug, Clone, Default)]
struct SortKey {
    from: (usize, usize),
    to: Option<(usize, usize)>,
    how: String,
}

fn parse_key(text: &str) -> SortKey {
    let place = |text: &str| {
        let digits: String = text
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let (field, char) = digits.split_once('.').unwrap_or((&digits, "0"));
        (field.parse().unwrap_or(1), char.parse().unwrap_or(0))
    };
    let (from, to) = match text.split_once(',') {
        Some((from, to)) => (from, Some(to)),
        None => (text, None),
    };
    let letters = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphabetic)
            .collect::<String>()
    };
    SortKey {
        from: place(from),
        to: to.map(place),
        how: letters(from) + &to.map(letters).unwrap_or_default(),
    }
}

impl SortKey {
    fn of<'a>(&self, line: &'a str, separator: Option<char>) -> &'a str {
        let starts = field_starts(line, separator);
        let field = |index: usize| starts.get(index - 1).copied();
        let advance = |at: usize, chars: usize| {
            line[at..]
                .char_indices()
                .nth(chars)
                .map_or(line.len(), |it| at + it.0)
        };
        let from = match field(self.from.0.max(1)) {
            Some(at) => advance(at, self.from.1.saturating_sub(1)),
            None => line.len(),
        };
        let to = match self.to {
            None => line.len(),
            Some((number, 0)) => match field(number.max(1) + 1) {
                Some(next) => next.saturating_sub(usize::from(separator.is_some())),
                None => line.len(),
            },
            Some((number, chars)) => {
                field(number.max(1)).map_or(line.len(), |at| advance(at, chars))
            }
        };
        line.get(from..to.max(from)).unwrap_or_default()
    }
}

/// Where each field begins; without a separator, a field begins with its blanks.
fn field_starts(line: &str, separator: Option<char>) -> Vec<usize> {
    let mut starts = vec![0];
    if let Some(separator) = separator {
        starts.extend(
            line.match_indices(separator)
                .map(|it| it.0 + separator.len_utf8()),
        );
    } else {
        let mut seen = false;
        let mut blank = false;
        for (at, c) in line.char_indices() {
            if c == ' ' || c == '\t' {
                if seen && !blank {
                    starts.push(at);
                }
                blank = true;
            } else {
                seen = true;
                blank = false;
            }
        }
    }
    starts
}

/// The number that a text begins with; 0 when it does not.
pub(super) fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let end = text
        .char_indices()
        .find(|(at, c)| !(c.is_ascii_digit() || *c == '.' || *at == 0 && (*c == '-' || *c == '+')))
        .map_or(text.len(), |it| it.0);
    text[..end].parse().unwrap_or(0.0)
}

/// A number with a suffix such as `K`, as `du -h` writes it.
fn human_number(text: &str) -> f64 {
    let text = text.trim_start();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let factor = match text[digits.len()..].chars().next() {
        Some('K' | 'k') => 1024f64,
        Some('M') => 1024f64.powi(2),
        Some('G') => 1024f64.powi(3),
        Some('T') => 1024f64.powi(4),
        _ => 1.0,
    };
    leading_number(digits) * factor
}

/// Among the letters of an order: versions are compared as GNU's sort does.
const GNU_VERSIONS: char = '~';

/// The order of versions: numbers by their value, the rest letter by letter. GNU puts `~` before
/// the end of a text, and letters before the other signs; busybox goes by their codes.
fn versions(a: &str, b: &str, gnu: bool) -> Ordering {
    let rank = |rest: &[u8]| match rest.first() {
        Some(b'~') if gnu => -1,
        Some(b'0'..=b'9') | None if gnu => 0,
        None => 0,
        Some(letter) if gnu && !letter.is_ascii_alphabetic() => i32::from(*letter) + 256,
        Some(letter) => i32::from(*letter),
    };
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while !a.is_empty() || !b.is_empty() {
        let digit = |it: &[u8]| it.first().is_some_and(u8::is_ascii_digit);
        if digit(a) && digit(b) {
            let (first, second) = (number(&mut a), number(&mut b));
            // Without the zeros in front, the longer one is the larger one.
            let order = first.len().cmp(&second.len()).then(first.cmp(second));
            if order != Ordering::Equal {
                return order;
            }
            continue;
        }
        let order = rank(a).cmp(&rank(b));
        if order != Ordering::Equal {
            return order;
        }
        a = a.get(1..).unwrap_or_default();
        b = b.get(1..).unwrap_or_default();
    }
    Ordering::Equal
}

/// Takes the digits that a text begins with; without the zeros in front.
fn number<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text.iter().position(|it| !it.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    *text = rest;
    let zeros = digits.iter().take_while(|it| **it == b'0').count();
    &digits[zeros..]
}

fn compare(a: &str, b: &str, how: &str) -> Ordering {
    let order = if how.contains('n') || how.contains('g') {
        leading_number(a).total_cmp(&leading_number(b))
    } else if how.contains('V') {
        versions(a, b, how.contains(GNU_VERSIONS))
    } else if how.contains('h') {
        human_number(a).total_cmp(&human_number(b))
    } else if how.contains('f') {
        a.to_lowercase().cmp(&b.to_lowercase())
    } else if how.contains('b') {
        a.trim_start().cmp(b.trim_start())
    } else {
        a.cmp(b)
    };
    if how.contains('r') {
        order.reverse()
    } else {
        order
    }
}

/// `sort [-nrufbghczV] [-k KEY] [-t CHAR] [-o FILE] [FILE]…`
pub(super) async fn sort(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("nrufbghcdisMVzk:t:o:S:T:mC", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut lines = Vec::new();
    for path in or_stdin(&options.operands) {
        match open(&applet.sys, &path) {
            Ok(fd) => {
                let mut input = Input::new(&applet.sys, fd);
                while let Ok(Some(line)) = input.text_line().await {
                    lines.push(line);
                }
                close(&applet.sys, fd);
            }
            Err(error) => {
                applet.complain(&format!("{path}: {error}")).await;
                return 2;
            }
        }
    }
    let mut global: String = "nrfbghV".chars().filter(|it| options.has(*it)).collect();
    if options.has('V') && !applet.is_busybox() {
        global.push(GNU_VERSIONS);
    }
    let separator = options.value('t').and_then(|it| it.chars().next());
    let keys: Vec<SortKey> = options.values('k').map(parse_key).collect();
    let by_keys = |a: &String, b: &String| {
        if keys.is_empty() {
            return compare(a, b, &global);
        }
        keys.iter()
            .map(|key| {
                let how = if key.how.is_empty() {
                    &global
                } else {
                    &key.how
                };
                compare(key.of(a, separator), key.of(b, separator), how)
            })
            .find(|it| *it != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    };
    let whole = |a: &String, b: &String| {
        by_keys(a, b).then_with(|| {
            if options.has('s') || options.has('u') {
                Ordering::Equal
            } else if options.has('r') {
                b.cmp(a)
            } else {
                a.cmp(b)
            }
        })
    };
    if options.has('c') {
        let bad = lines
            .windows(2)
            .position(|it| whole(&it[0], &it[1]) == Ordering::Greater);
        return match bad {
            Some(at) => {
                applet
                    .fail(format!("-:{}: disorder: {}", at + 2, lines[at + 1]))
                    .await
            }
            None => 0,
        };
    }
    lines.sort_by(whole);
    if options.has('u') {
        lines.dedup_by(|a, b| by_keys(a, b) == Ordering::Equal);
    }
    let fd = match options.value('o') {
        None => 1,
        Some(path) => {
            let flags = OpenFlags {
                write: true,
                create: true,
                truncate: true,
                ..OpenFlags::default()
            };
            match applet.sys.open(path, flags, 0o666) {
                Ok(fd) => fd,
                Err(error) => return applet.fail(format!("can't open '{path}': {error}")).await,
            }
        }
    };
    let mut out = Output::new(&applet.sys, fd);
    for line in lines {
        if out.write(format!("{line}\n")).await.is_err() {
            return 1;
        }
    }
    out.finish(0).await
}

/// `uniq [-cdui] [-f N] [-s N] [-w N] [FILE]`
pub(super) async fn uniq(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("cduif:s:w:z", &[("count", 'c')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let path = options.operands.first().map_or("-", String::as_str);
    let fd = match open(&applet.sys, path) {
        Ok(fd) => fd,
        Err(error) => return applet.fail(format!("can't open '{path}': {error}")).await,
    };
    let number = |letter| {
        options
            .value(letter)
            .and_then(|it| it.parse::<usize>().ok())
    };
    let key = |line: &str| {
        let mut rest = line;
        for _ in 0..number('f').unwrap_or(0) {
            rest = rest.trim_start();
            rest = &rest[rest.find(char::is_whitespace).unwrap_or(rest.len())..];
        }
        let chars = rest
            .chars()
            .skip(number('s').unwrap_or(0))
            .take(number('w').unwrap_or(usize::MAX));
        let text: String = chars.collect();
        if options.has('i') {
            text.to_lowercase()
        } else {
            text
        }
    };
    let mut input = Input::new(&applet.sys, fd);
    let mut out = Output::new(&applet.sys, 1);
    let mut current: Option<(String, usize)> = None;
    loop {
        let line = input.text_line().await.unwrap_or(None);
        if let (Some(line), Some((held, count))) = (&line, &mut current)
            && key(line) == key(held)
        {
            *count += 1;
            continue;
        }
        if let Some((held, count)) = current.take() {
            let shown = match (options.has('d'), options.has('u')) {
                (true, false) => count > 1,
                (false, true) => count == 1,
                (true, true) => false,
                (false, false) => true,
            };
            if shown {
                let before = if options.has('c') {
                    format!("{count:7} ")
                } else {
                    String::new()
                };
                if out.write(format!("{before}{held}\n")).await.is_err() {
                    return 1;
                }
            }
        }
        match line {
            Some(line) => current = Some((line, 1)),
            None => return out.finish(0).await,
        }
    }
}

/// Reads `1,3-5,7-`: pairs of bounds, from 1.
fn parse_list(text: &str) -> Option<Vec<(usize, usize)>> {
    text.split(',')
        .map(|part| {
            let range = match part.split_once('-') {
                Some(("", "")) => return None,
                Some(("", to)) => (1, to.parse().ok()?),
                Some((from, "")) => (from.parse().ok()?, usize::MAX),
                Some((from, to)) => (from.parse().ok()?, to.parse().ok()?),
                None => {
                    let one = part.parse().ok()?;
                    (one, one)
                }
            };
            (range.0 > 0 && range.0 <= range.1).then_some(range)
        })
        .collect()
}

/// `cut -b|-c|-f LIST [-d CHAR] [-s] [FILE]…`
pub(super) async fn cut(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options("b:c:f:d:snD", &[("delimiter", 'd'), ("fields", 'f')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let Some(kind) = options.last_of("bcf") else {
        return applet
            .fail("expected a list of bytes, characters, or fields")
            .await;
    };
    let text = options.value(kind).unwrap_or_default();
    let Some(mut ranges) = parse_list(text) else {
        return applet.fail(format!("invalid range {text}")).await;
    };
    ranges.sort_unstable();
    let chosen = |number: usize| ranges.iter().any(|it| (it.0..=it.1).contains(&number));
    let delimiter = options.value('d').unwrap_or("\t");
    let mut out = Output::new(&applet.sys, 1);
    let mut status = 0;
    for path in or_stdin(&options.operands) {
        let fd = match open(&applet.sys, &path) {
            Ok(fd) => fd,
            Err(error) => {
                applet.complain(&format!("{path}: {error}")).await;
                status = 1;
                continue;
            }
        };
        let mut input = Input::new(&applet.sys, fd);
        while let Ok(Some(line)) = input.text_line().await {
            let text = if kind == 'f' {
                if line.contains(delimiter) {
                    let fields = line.split(delimiter).enumerate();
                    let kept: Vec<_> = fields
                        .filter(|it| chosen(it.0 + 1))
                        .map(|it| it.1)
                        .collect();
                    kept.join(delimiter)
                } else {
                    if options.has('s') {
                        continue;
                    }
                    line
                }
            } else {
                line.chars()
                    .enumerate()
                    .filter(|it| chosen(it.0 + 1))
                    .map(|it| it.1)
                    .collect()
            };
            if out.write(format!("{text}\n")).await.is_err() {
                return 1;
            }
        }
        close(&applet.sys, fd);
    }
    out.finish(status).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_in_the_order_of_gnu_and_of_busybox() {
        // As coreutils 9.1 and busybox 1.35 sort them.
        let gnu = [
            "~x",
            "1.0~rc",
            "1.0",
            "1.0a",
            "1.2.9",
            "1.2.10",
            "15-local",
            "20-envsubst",
            "A",
            "a2",
            "a10",
            "x1",
            "x-1",
            "x.1",
            "/d/9-x",
            "/d/30-x",
        ];
        let busybox = [
            "/d/4-a", "/d/30-a", "1.0", "1.0a", "1.9", "1.10", "B", "a2", "a10", "x-1", "x1", "~z",
        ];
        for (sorted, is_gnu) in [(&gnu[..], true), (&busybox[..], false)] {
            for (at, a) in sorted.iter().enumerate() {
                for (other, b) in sorted.iter().enumerate() {
                    assert_eq!(versions(a, b, is_gnu), at.cmp(&other), "{a} {b}");
                }
            }
        }
    }
}
