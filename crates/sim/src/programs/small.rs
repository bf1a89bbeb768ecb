//! Small tools of busybox: `shuf`, `factor`, `cal`, `xxd`, `expand`, `unexpand`, `dos2unix`, `unix2dos`.

use super::applet::Applet;
use super::cat::{all_lines, close, open, or_stdin};
use crate::kernel::Sys;
use crate::shell::stream::{Input, Output};

/// Numbers that are not the same twice: xorshift, from the clock and the process.
struct Chance(u64);

impl Chance {
    fn new(sys: &Sys) -> Self {
        let time = sys
            .now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |it| u64::from(it.subsec_nanos()) ^ it.as_secs() << 20);
        Self(time ^ u64::from(sys.pid().0) << 40 | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or(0)
    }
}

/// `shuf [-e | -i LOW-HIGH] [-n COUNT] [-o FILE] [-z] [FILE | WORD…]`
pub(super) async fn shuf(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options(
            "ei:n:o:z",
            &[("echo", 'e'), ("head-count", 'n'), ("input-range", 'i')],
        )
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut status = 0;
    let mut lines: Vec<String> = if options.has('e') {
        options.operands.clone()
    } else if let Some(range) = options.value('i') {
        let bounds = range
            .split_once('-')
            .and_then(|(low, high)| Some((low.parse::<u64>().ok()?, high.parse::<u64>().ok()?)));
        match bounds {
            Some((low, high)) if low <= high && high - low < 1 << 24 => {
                (low..=high).map(|it| it.to_string()).collect()
            }
            _ => return applet.fail(format!("bad range '{range}'")).await,
        }
    } else {
        all_lines(&applet, &options.operands, &mut status).await
    };
    let mut chance = Chance::new(&applet.sys);
    for at in (1..lines.len()).rev() {
        lines.swap(at, chance.below(at + 1));
    }
    if let Some(count) = options.value('n').and_then(|it| it.parse().ok()) {
        lines.truncate(count);
    }
    let text: String = lines.iter().map(|it| format!("{it}\n")).collect();
    if let Some(path) = options.value('o') {
        return match applet.sys.write_file(path, text.as_bytes()) {
            Ok(()) => status,
            Err(error) => applet.fail(format!("can't open '{path}': {error}")).await,
        };
    }
    applet.print(text).await.max(status)
}

/// `factor [NUMBER]…`
pub(super) async fn factor(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let mut numbers = applet.args.clone();
    if numbers.is_empty() {
        let mut status = 0;
        let lines = all_lines(&applet, &[], &mut status).await;
        numbers = lines
            .iter()
            .flat_map(|it| it.split_whitespace())
            .map(str::to_owned)
            .collect();
    }
    let mut out = Output::new(&applet.sys, 1);
    for text in numbers {
        let Ok(number) = text.parse::<u64>() else {
            out.finish(0).await;
            return applet.usage().await;
        };
        out.push(format!("{number}:"));
        for prime in factors(number) {
            out.push(format!(" {prime}"));
        }
        out.push("\n");
    }
    out.finish(0).await
}

fn factors(mut number: u64) -> Vec<u64> {
    let mut found = Vec::new();
    let mut prime = 2;
    while number > 1 && prime <= number / prime {
        while number.is_multiple_of(prime) {
            found.push(prime);
            number /= prime;
        }
        prime += if prime == 2 { 1 } else { 2 };
    }
    if number > 1 {
        found.push(number);
    }
    found
}

/// `cal [[MONTH] YEAR]`
pub(super) async fn cal(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("jymn:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let today = jiff::Timestamp::try_from(applet.sys.now())
        .unwrap_or_default()
        .to_zoned(jiff::tz::TimeZone::UTC);
    let number = |text: &String, last: i16| {
        text.parse::<i16>()
            .ok()
            .filter(|it| (1..=last).contains(it))
            .ok_or_else(|| format!("number {text} is not in 1..{last} range"))
    };
    let asked = match options.operands.as_slice() {
        [] if options.has('y') => Ok((None, today.year())),
        [] => Ok((Some(today.month()), today.year())),
        [year] => number(year, 9999).map(|it| (None, it)),
        [month, year] => number(month, 12).and_then(|month| {
            let month = i8::try_from(month).unwrap_or(1);
            Ok((Some(month), number(year, 9999)?))
        }),
        _ => return applet.usage().await,
    };
    let (month, year) = match asked {
        Ok(asked) => asked,
        Err(message) => return applet.fail(message).await,
    };
    let text = match month {
        Some(month) => {
            let title = format!("{} {year}", month_name(month));
            let mut lines = vec![centred(&title, 20).trim_end().to_owned()];
            lines.extend(month_lines(year, month));
            lines.join("\n") + "\n"
        }
        None => whole_year(year),
    };
    applet.print(text).await
}

fn whole_year(year: i16) -> String {
    let mut lines = vec![centred(&year.to_string(), 64), String::new()];
    for quarter in 0..4 {
        let months: Vec<i8> = (1..=3).map(|it| quarter * 3 + it).collect();
        let titles: Vec<String> = months
            .iter()
            .map(|it| centred(month_name(*it), 20))
            .collect();
        lines.push(titles.join("  "));
        let blocks: Vec<Vec<String>> = months.iter().map(|it| month_lines(year, *it)).collect();
        for row in 0..7 {
            let cells: Vec<&str> = blocks
                .iter()
                .map(|it| it.get(row).map_or("", String::as_str))
                .collect();
            let [first, second, third] = [0, 1, 2].map(|it| cells[it].trim_end());
            let line = format!("{first:<20}  {second:<20}  {third:<20}");
            // busybox keeps the blanks of three weeks without a day.
            lines.push(match line.trim_end() {
                "" => " ".repeat(79),
                line => line.to_owned(),
            });
        }
    }
    lines.join("\n") + "\n"
}

fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(month - 1)
        .ok()
        .and_then(|it| NAMES.get(it))
        .unwrap_or(&"")
}

fn centred(text: &str, width: usize) -> String {
    let before = width.saturating_sub(text.len()) / 2;
    format!("{:<width$}", format!("{}{text}", " ".repeat(before)))
}

/// The days' names, then six weeks, the last ones maybe empty.
fn month_lines(year: i16, month: i8) -> Vec<String> {
    let mut lines = vec!["Su Mo Tu We Th Fr Sa".to_owned()];
    let Ok(first) = jiff::civil::Date::new(year, month, 1) else {
        return lines;
    };
    let skipped = first.weekday().to_sunday_zero_offset();
    let mut day = 1 - skipped;
    for _ in 0..6 {
        let week: Vec<String> = (day..day + 7)
            .map(|it| {
                if it < 1 || it > first.days_in_month() {
                    "  ".to_owned()
                } else {
                    format!("{it:2}")
                }
            })
            .collect();
        let line = week.join(" ");
        // A week without a day keeps its blanks.
        let shown = line.trim_end();
        lines.push(if shown.is_empty() {
            " ".repeat(21)
        } else {
            shown.to_owned()
        });
        day += 7;
    }
    lines
}

/// `xxd [-pru] [-c COLUMNS] [-g BYTES] [-l LENGTH] [-s SKIP] [FILE]`
pub(super) async fn xxd(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("pruis:c:g:l:o:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut bytes = Vec::new();
    for path in or_stdin(&options.operands).into_iter().take(1) {
        match open(&applet.sys, &path) {
            Ok(fd) => {
                bytes = Input::new(&applet.sys, fd).rest().await.unwrap_or_default();
                close(&applet.sys, fd);
            }
            Err(error) => return applet.fail(format!("{path}: {error}")).await,
        }
    }
    let number = |letter| {
        options
            .value(letter)
            .and_then(super::applet::parse_size)
            .and_then(|it| usize::try_from(it).ok())
    };
    if options.has('r') {
        return applet.print(back(&bytes, options.has('p'))).await;
    }
    let skip = number('s').unwrap_or(0).min(bytes.len());
    let end = number('l').map_or(bytes.len(), |it| (skip + it).min(bytes.len()));
    let plain = options.has('p');
    let columns = number('c')
        .filter(|it| *it > 0)
        .unwrap_or(if plain { 30 } else { 16 });
    let group = number('g').unwrap_or(2);
    let hexadecimal = |byte: &u8| {
        if options.has('u') {
            format!("{byte:02X}")
        } else {
            format!("{byte:02x}")
        }
    };
    let mut out = Output::new(&applet.sys, 1);
    for (row, chunk) in bytes[skip..end].chunks(columns).enumerate() {
        let mut text = String::new();
        if !plain {
            text.push_str(&format!("{:08x}: ", skip + row * columns));
        }
        for at in 0..columns {
            match chunk.get(at) {
                Some(byte) => text.push_str(&hexadecimal(byte)),
                None if plain => break,
                None => text.push_str("  "),
            }
            if !plain && group > 0 && (at + 1) % group == 0 {
                text.push(' ');
            }
        }
        if !plain {
            let seen = chunk.iter().map(|it| match it {
                b' '..=b'~' => char::from(*it),
                _ => '.',
            });
            text.push(' ');
            text.extend(seen);
        }
        out.line(text);
    }
    out.finish(0).await
}

/// The bytes that a dump shows.
fn back(dump: &[u8], plain: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in String::from_utf8_lossy(dump).lines() {
        let digits = if plain {
            line
        } else {
            let after = line.split_once(": ").map_or("", |it| it.1);
            after.split("  ").next().unwrap_or_default()
        };
        let digits: Vec<u32> = digits.chars().filter_map(|it| it.to_digit(16)).collect();
        bytes.extend(
            digits
                .chunks_exact(2)
                .filter_map(|it| u8::try_from(it[0] * 16 + it[1]).ok()),
        );
    }
    bytes
}

/// `expand [-i] [-t COLUMNS] [FILE]…`, `unexpand [-a] [-t COLUMNS] [FILE]…`
pub(super) async fn expand(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options("aft:i", &[("tabs", 't'), ("initial", 'i'), ("all", 'a')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let tab = options
        .value('t')
        .and_then(|it| it.parse().ok())
        .filter(|it| *it > 0)
        .unwrap_or(8);
    let mut status = 0;
    let lines = all_lines(&applet, &options.operands, &mut status).await;
    let mut out = Output::new(&applet.sys, 1);
    for line in lines {
        out.line(if applet.name == "unexpand" {
            tabs(&line, tab)
        } else {
            spaces(&line, tab, options.has('i'))
        });
    }
    out.finish(status).await
}

fn spaces(line: &str, tab: usize, initial: bool) -> String {
    let mut text = String::new();
    let (mut column, mut started) = (0, false);
    for c in line.chars() {
        if c == '\t' && !(initial && started) {
            let count = tab - column % tab;
            text.push_str(&" ".repeat(count));
            column += count;
        } else {
            started |= c != ' ';
            text.push(c);
            column += 1;
        }
    }
    text
}

/// The blanks a line begins with, as tabs.
fn tabs(line: &str, tab: usize) -> String {
    let rest = line.trim_start_matches([' ', '\t']);
    let width = spaces(&line[..line.len() - rest.len()], tab, false).len();
    format!(
        "{}{}{rest}",
        "\t".repeat(width / tab),
        " ".repeat(width % tab)
    )
}

/// `dos2unix [-ud] [FILE]`, `unix2dos [-ud] [FILE]`: the file is changed, or standard input goes through.
pub(super) async fn line_ends(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("ud", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let to_dos = match options.last_of("ud") {
        Some(letter) => letter == 'd',
        None => applet.name == "unix2dos",
    };
    let convert = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
        if to_dos {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    };
    let Some(path) = options.operands.first() else {
        let bytes = Input::new(&applet.sys, 0).rest().await.unwrap_or_default();
        return applet.print(convert(&bytes)).await;
    };
    let done = applet
        .sys
        .read_file(path)
        .and_then(|bytes| applet.sys.write_file(path, convert(&bytes).as_bytes()));
    match done {
        Ok(()) => 0,
        Err(error) => applet.fail(format!("{path}: {error}")).await,
    }
}
