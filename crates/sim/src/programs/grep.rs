//! `grep`, `egrep`, `fgrep`.

use super::applet::{Applet, Options, join};
use super::cat::{close, open};
use super::regex::Regex;
use crate::fs::FileKind;
use crate::kernel::Sys;
use crate::shell::stream::{Input, Output};

/// What is looked for.
enum Needle {
    Fixed(Vec<char>),
    Regex(Regex),
}

struct Search {
    options: Options,
    needles: Vec<Needle>,
    named: bool,
    before: usize,
    after: usize,
    limit: usize,
}

/// `grep [-HhnlLoqvsrRiwFExc] [-m N] [-A|B|C N] PATTERN [FILE]…`
pub(super) async fn main(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let long = &[
        ("color", '!'),
        ("ignore-case", 'i'),
        ("recursive", 'r'),
        ("count", 'c'),
        ("invert-match", 'v'),
    ];
    let mut options = match applet
        .options("HhnlLoqvsrRiwFExczam:A:B:C:e:f:!P", long)
        .await
    {
        Ok(options) => options,
        Err(status) => return status.saturating_add(1),
    };
    let patterns = match patterns(&applet, &mut options).await {
        Ok(patterns) => patterns,
        Err(status) => return status,
    };
    let needles = match needles(&applet, &options, &patterns).await {
        Ok(needles) => needles,
        Err(status) => return status,
    };
    let recursive = options.has('r') || options.has('R');
    let mut files = options.operands.clone();
    if files.is_empty() {
        files.push(if recursive { "." } else { "-" }.into());
    }
    let number = |letter| {
        options
            .value(letter)
            .and_then(|it| it.parse::<usize>().ok())
    };
    let around = number('C').unwrap_or(0);
    let search = Search {
        named: match options.last_of("Hh") {
            Some(letter) => letter == 'H',
            None => files.len() > 1 || recursive,
        },
        before: number('B').unwrap_or(around),
        after: number('A').unwrap_or(around),
        limit: number('m').unwrap_or(usize::MAX),
        options,
        needles,
    };
    let mut out = Output::new(&applet.sys, 1);
    let (mut found, mut failed) = (false, false);
    let mut pending: Vec<String> = files.into_iter().rev().collect();
    while let Some(path) = pending.pop() {
        let kind = applet.sys.stat(&path).map(|it| it.kind);
        if kind == Ok(FileKind::Directory) && path != "-" {
            if recursive {
                let entries = applet.sys.read_dir(&path).unwrap_or_default();
                pending.extend(entries.iter().rev().map(|it| join(&path, &it.name)));
            } else if !search.options.has('s') {
                applet.complain(&format!("{path}: Is a directory")).await;
            }
            continue;
        }
        match open(&applet.sys, &path) {
            Ok(fd) => {
                let mut input = Input::new(&applet.sys, fd);
                let matched = search.file(&path, &mut input, &mut out).await;
                close(&applet.sys, fd);
                found |= matched;
                if matched && search.options.has('q') {
                    return 0;
                }
            }
            Err(error) => {
                failed = true;
                if !search.options.has('s') {
                    if out.flush().await.is_err() {
                        return 2;
                    }
                    applet.complain(&format!("{path}: {error}")).await;
                }
            }
        }
    }
    let status = if failed { 2 } else { u8::from(!found) };
    out.finish(status).await
}

/// What is asked for: `-e`, `-f`, or the first operand, which is taken; an exit code when there is
/// nothing, or it cannot be read.
async fn patterns(applet: &Applet, options: &mut Options) -> Result<Vec<String>, u8> {
    let mut patterns: Vec<String> = options
        .values('e')
        .flat_map(|it| it.split('\n').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    for path in options.values('f') {
        match applet.sys.read_file(path) {
            Ok(text) => patterns.extend(String::from_utf8_lossy(&text).lines().map(str::to_owned)),
            Err(error) => {
                applet.complain(&format!("{path}: {error}")).await;
                return Err(2);
            }
        }
    }
    if !options.has('e') && !options.has('f') {
        if options.operands.is_empty() {
            applet.usage().await;
            return Err(2);
        }
        patterns.extend(options.operands.remove(0).split('\n').map(str::to_owned));
    }
    Ok(patterns)
}

/// The patterns, understood; an exit code when one is wrong, which was said.
async fn needles(
    applet: &Applet,
    options: &Options,
    patterns: &[String],
) -> Result<Vec<Needle>, u8> {
    let fixed = options.has('F') || applet.name == "fgrep";
    let extended = options.has('E') || options.has('P') || applet.name == "egrep";
    let mut needles = Vec::new();
    for pattern in patterns {
        if fixed {
            let folded = if options.has('i') {
                pattern.to_lowercase()
            } else {
                pattern.clone()
            };
            needles.push(Needle::Fixed(folded.chars().collect()));
            continue;
        }
        match Regex::new(pattern, extended, options.has('i')) {
            Ok(regex) => needles.push(Needle::Regex(regex)),
            Err(error) => {
                applet
                    .complain(&format!("bad regex '{pattern}': {error}"))
                    .await;
                return Err(2);
            }
        }
    }
    Ok(needles)
}

impl Search {
    /// Searches one file; whether a line was selected (with `-L`, whether the name was shown).
    async fn file(&self, path: &str, input: &mut Input, out: &mut Output) -> bool {
        let name = if path == "-" {
            "(standard input)"
        } else {
            path
        };
        let prefix = |line: usize, mark: char| {
            let mut text = String::new();
            if self.named {
                text.push_str(&format!("{name}{mark}"));
            }
            if self.options.has('n') {
                text.push_str(&format!("{line}{mark}"));
            }
            text
        };
        let silent = ['q', 'l', 'L', 'c'].iter().any(|it| self.options.has(*it));
        let (mut count, mut number) = (0usize, 0usize);
        let mut held: Vec<(usize, String)> = Vec::new();
        let mut to_show = 0usize;
        let mut last_shown = 0usize;
        while count < self.limit || to_show > 0 {
            let Ok(Some(line)) = input.text_line().await else {
                break;
            };
            number += 1;
            let matches = self.matches(&line);
            if count < self.limit && matches.is_empty() == self.options.has('v') {
                count += 1;
                if silent {
                    if !self.options.has('c') {
                        break;
                    }
                    continue;
                }
                if (self.before > 0 || self.after > 0)
                    && last_shown > 0
                    && number - held.len() > last_shown + 1
                {
                    out.line("--");
                }
                for (at, line) in held.drain(..) {
                    out.line(format!("{}{line}", prefix(at, '-')));
                }
                if self.options.has('o') {
                    for part in &matches {
                        out.line(format!("{}{part}", prefix(number, ':')));
                    }
                } else {
                    out.line(format!("{}{line}", prefix(number, ':')));
                }
                last_shown = number;
                to_show = self.after;
            } else if to_show > 0 {
                to_show -= 1;
                last_shown = number;
                out.line(format!("{}{line}", prefix(number, '-')));
            } else if self.before > 0 {
                held.push((number, line));
                if held.len() > self.before {
                    held.remove(0);
                }
            }
            if out.flush().await.is_err() {
                break;
            }
        }
        if self.options.has('q') {
            return count > 0;
        }
        if self.options.has('L') {
            if count == 0 {
                out.line(name);
            }
            return count == 0;
        }
        if self.options.has('l') {
            if count > 0 {
                out.line(name);
            }
        } else if self.options.has('c') {
            let before = if self.named {
                format!("{name}:")
            } else {
                String::new()
            };
            out.line(format!("{before}{count}"));
        }
        count > 0
    }

    /// The parts of a line that match; an empty match counts but is not shown by `-o`.
    fn matches(&self, line: &str) -> Vec<String> {
        let chars: Vec<char> = line.chars().collect();
        let folded: Vec<char> = if self.options.has('i') {
            chars
                .iter()
                .map(|c| c.to_lowercase().next().unwrap_or(*c))
                .collect()
        } else {
            chars.clone()
        };
        let mut found = Vec::new();
        let mut at = 0;
        while at <= chars.len() {
            let next = self
                .needles
                .iter()
                .filter_map(|needle| self.find(needle, &chars, &folded, at))
                .min_by_key(|(start, end)| (*start, usize::MAX - *end));
            let Some((start, end)) = next else { break };
            found.push(chars[start..end].iter().collect());
            if !self.options.has('o') {
                break;
            }
            at = end.max(start + 1);
        }
        if self.options.has('o') && found.len() > 1 {
            found.retain(|it: &String| !it.is_empty());
        }
        found
    }

    fn find(
        &self,
        needle: &Needle,
        chars: &[char],
        folded: &[char],
        from: usize,
    ) -> Option<(usize, usize)> {
        let mut at = from;
        loop {
            let (start, end) = match needle {
                Needle::Fixed(text) => {
                    let start = (at..=folded.len()).find(|it| folded[*it..].starts_with(text))?;
                    (start, start + text.len())
                }
                Needle::Regex(regex) => regex.find_at(chars, at)?.first().copied().flatten()?,
            };
            let is_word = |at: usize| {
                chars
                    .get(at)
                    .is_some_and(|c| c.is_alphanumeric() || *c == '_')
            };
            let within = start > 0 && is_word(start - 1) || is_word(end);
            let whole = start == 0 && end == chars.len();
            if !(self.options.has('w') && within) && (!self.options.has('x') || whole) {
                return Some((start, end));
            }
            if start >= chars.len() {
                return None;
            }
            at = start + 1;
        }
    }
}
