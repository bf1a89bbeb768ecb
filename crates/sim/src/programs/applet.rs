//! What busybox's programs share: options, usage, complaints.

use crate::kernel::Sys;

/// Usage texts, `=== NAME` before each.
const USAGE: &str = include_str!("usage.txt");

const BANNER: &str = "BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.\n\n";

/// A running program of busybox's.
pub(super) struct Applet {
    /// Its system calls.
    pub(super) sys: Sys,
    /// The name that it was called by.
    pub(super) name: String,
    /// What follows the name.
    pub(super) args: Vec<String>,
}

/// Options and operands of a command line, XBD 12.2.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Options {
    flags: Vec<(char, Option<String>)>,
    /// What is not an option.
    pub(super) operands: Vec<String>,
}

impl Options {
    pub(super) fn has(&self, letter: char) -> bool {
        self.flags.iter().any(|it| it.0 == letter)
    }

    /// The last value of an option.
    pub(super) fn value(&self, letter: char) -> Option<&str> {
        self.flags
            .iter()
            .rev()
            .find(|it| it.0 == letter)
            .and_then(|it| it.1.as_deref())
    }

    /// Every value of an option.
    pub(super) fn values(&self, letter: char) -> impl Iterator<Item = &str> {
        self.flags
            .iter()
            .filter(move |it| it.0 == letter)
            .filter_map(|it| it.1.as_deref())
    }

    /// Which of these letters was given last.
    pub(super) fn last_of(&self, letters: &str) -> Option<char> {
        self.flags
            .iter()
            .rev()
            .map(|it| it.0)
            .find(|it| letters.contains(*it))
    }
}

/// Long options with the letters that they stand for.
pub(super) type LongOptions = &'static [(&'static str, char)];

impl Applet {
    pub(super) fn new(sys: Sys) -> Self {
        let args = sys.args();
        let name = args.first().map_or("", String::as_str);
        let name = name.rsplit('/').next().unwrap_or(name).to_owned();
        Self {
            sys,
            name,
            args: args.into_iter().skip(1).collect(),
        }
    }

    /// Reads options as getopt(3) does: `spec` holds their letters, each followed by `:` when it
    /// takes a value; beginning with `+`, it stops at the first operand. When an option is wrong it
    /// has been said, and the exit code is the error.
    pub(super) async fn options(&self, spec: &str, long: LongOptions) -> Result<Options, u8> {
        match parse_options(&self.args, spec, long) {
            Ok(options) => Ok(options),
            Err(Wrong::Help) => Err(self.help().await),
            Err(Wrong::Option(message)) => {
                self.complain(&message).await;
                Err(self.usage().await)
            }
        }
    }

    /// Whether it is run by busybox; else it is the program of that name of a Debian.
    pub(super) fn is_busybox(&self) -> bool {
        !self.sys.executable().ends_with(&format!("/{}", self.name))
    }

    /// `NAME: message` on the error output.
    pub(super) async fn complain(&self, message: &str) {
        // There is nowhere left to say that this failed.
        let _ = self
            .sys
            .write(2, format!("{}: {message}\n", self.name).as_bytes())
            .await;
    }

    /// Complains; exit code 1.
    pub(super) async fn fail(&self, message: impl Into<String>) -> u8 {
        self.complain(&message.into()).await;
        1
    }

    /// The usage on the error output; exit code 1.
    pub(super) async fn usage(&self) -> u8 {
        let _ = self.sys.write(2, usage_text(&self.name).as_bytes()).await;
        1
    }

    async fn help(&self) -> u8 {
        let _ = self.sys.write(1, usage_text(&self.name).as_bytes()).await;
        0
    }

    /// Writes on standard output; the exit code.
    pub(super) async fn print(&self, text: impl AsRef<[u8]> + Send) -> u8 {
        let text = text.as_ref().to_vec();
        match self.sys.write(1, &text).await {
            Ok(()) => 0,
            Err(error) => self.fail(format!("write error: {error}")).await,
        }
    }
}

fn usage_text(name: &str) -> String {
    let mark = format!("=== {name}\n");
    let found = USAGE.split_once(&mark).map(|it| it.1);
    let text = found.map_or("", |text| text.split("\n=== ").next().unwrap_or(text));
    if text.is_empty() {
        format!("{BANNER}Usage: {name}\n")
    } else {
        format!("{BANNER}{}\n", text.trim_end())
    }
}

enum Wrong {
    Help,
    Option(String),
}

fn parse_options(args: &[String], spec: &str, long: LongOptions) -> Result<Options, Wrong> {
    let stops = spec.starts_with('+');
    let takes_value = |letter: char| {
        let at = spec
            .find(letter)
            .filter(|_| letter != ':' && letter != '+')?;
        Some(spec[at + letter.len_utf8()..].starts_with(':'))
    };
    let mut options = Options::default();
    let mut words = args.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            options.operands.extend(words.by_ref().cloned());
        } else if let Some(name) = word.strip_prefix("--") {
            let (name, inline) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            let Some((_, letter)) = long.iter().find(|it| it.0 == name) else {
                if name == "help" {
                    return Err(Wrong::Help);
                }
                return Err(Wrong::Option(format!("unrecognized option '--{name}'")));
            };
            let value = match (takes_value(*letter), inline) {
                (Some(true), None) => words.next().cloned(),
                (_, inline) => inline,
            };
            options.flags.push((*letter, value));
        } else if word.len() > 1 && word.starts_with('-') {
            for (at, letter) in word[1..].char_indices() {
                let Some(takes) = takes_value(letter) else {
                    return Err(Wrong::Option(format!("invalid option -- '{letter}'")));
                };
                if !takes {
                    options.flags.push((letter, None));
                    continue;
                }
                let rest = &word[1 + at + letter.len_utf8()..];
                let value = if rest.is_empty() {
                    words.next().cloned()
                } else {
                    Some(rest.into())
                };
                let Some(value) = value else {
                    let message = format!("option requires an argument -- '{letter}'");
                    return Err(Wrong::Option(message));
                };
                options.flags.push((letter, Some(value)));
                break;
            }
        } else {
            options.operands.push(word.clone());
            if stops {
                options.operands.extend(words.by_ref().cloned());
            }
        }
    }
    Ok(options)
}

/// Reads a number with an optional suffix: `k`, `m`, `g`, `b` (512).
pub(super) fn parse_size(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.parse().ok()?;
    let factor = match &text[digits.len()..] {
        "" | "c" => 1,
        "b" => 512,
        "k" | "K" => 1 << 10,
        "m" | "M" => 1 << 20,
        "g" | "G" => 1 << 30,
        "kB" | "KB" => 1000,
        "MB" => 1_000_000,
        _ => return None,
    };
    number.checked_mul(factor)
}

/// Reads seconds with an optional suffix: `s`, `m`, `h`, `d`.
pub(super) fn parse_duration(text: &str) -> Option<std::time::Duration> {
    let (digits, factor) = match text.char_indices().last()? {
        (at, 's') => (&text[..at], 1.0),
        (at, 'm') => (&text[..at], 60.0),
        (at, 'h') => (&text[..at], 3600.0),
        (at, 'd') => (&text[..at], 86400.0),
        _ => (text, 1.0),
    };
    let plain = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    let seconds: f64 = digits.parse().ok().filter(|_| plain)?;
    std::time::Duration::try_from_secs_f64(seconds * factor).ok()
}

/// A size as `ls -h` and `df -h` show it: three or four characters.
pub(super) fn human(bytes: u64) -> String {
    if bytes < 1024 {
        return bytes.to_string();
    }
    let mut unit = 0;
    let mut whole = bytes;
    let mut tenths = 0;
    while whole >= 1024 && unit < 6 {
        tenths = (whole % 1024 * 10 + 512) / 1024;
        whole /= 1024;
        unit += 1;
        if tenths == 10 {
            tenths = 0;
            whole += 1;
        }
    }
    let letter = ["", "K", "M", "G", "T", "P", "E"][unit];
    format!("{whole}.{tenths}{letter}")
}

/// Name of a user, from `/etc/passwd`; its number when it has none.
pub(super) fn user_name(sys: &Sys, uid: u32) -> String {
    name_in(sys, "/etc/passwd", uid).unwrap_or_else(|| uid.to_string())
}

/// Name of a group, from `/etc/group`; its number when it has none.
pub(super) fn group_name(sys: &Sys, gid: u32) -> String {
    name_in(sys, "/etc/group", gid).unwrap_or_else(|| gid.to_string())
}

/// The name that a file such as `/etc/passwd` gives to a number.
pub(super) fn name_in(sys: &Sys, file: &str, number: u32) -> Option<String> {
    let text = sys.read_file(file).ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == number.to_string()).then(|| name.to_owned())
    })
}

/// The number that a file such as `/etc/passwd` gives to a name; a number is taken as is.
pub(super) fn number_in(sys: &Sys, file: &str, name: &str) -> Option<u32> {
    if let Ok(number) = name.parse() {
        return Some(number);
    }
    let text = sys.read_file(file).ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name)
            .then(|| fields.nth(1)?.parse().ok())
            .flatten()
    })
}

/// The last component of a path.
pub(super) fn base_name(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() && !path.is_empty() {
        return "/";
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}

/// A name in a directory.
pub(super) fn join(directory: &str, name: &str) -> String {
    if directory.ends_with('/') {
        format!("{directory}{name}")
    } else {
        format!("{directory}/{name}")
    }
}

/// `rwxr-xr-x` with the letter of the sort of file before.
pub(super) fn mode_text(metadata: &crate::fs::Metadata) -> String {
    use crate::fs::FileKind;
    let mut text = String::with_capacity(10);
    text.push(match metadata.kind {
        FileKind::File => '-',
        FileKind::Directory => 'd',
        FileKind::Symlink(_) => 'l',
        FileKind::CharDevice(..) => 'c',
        FileKind::Fifo => 'p',
        FileKind::Socket => 's',
    });
    for (shift, special, on, off) in [
        (6, 0o4000, 's', 'S'),
        (3, 0o2000, 's', 'S'),
        (0, 0o1000, 't', 'T'),
    ] {
        let bits = metadata.mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (metadata.mode & special != 0, bits & 1 != 0) {
            (true, true) => on,
            (true, false) => off,
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn reads_options() {
        let options = parse_options(&words("-la -n5 a -n 6 -- -b"), "lan:", &[])
            .ok()
            .unwrap();
        assert!(options.has('l') && options.has('a') && !options.has('b'));
        assert_eq!(options.values('n').collect::<Vec<_>>(), ["5", "6"]);
        assert_eq!(options.operands, ["a", "-b"]);
        assert!(matches!(
            parse_options(&words("-z"), "a", &[]),
            Err(Wrong::Option(_))
        ));
        let options = parse_options(&words("-a cmd -b"), "+a", &[]).ok().unwrap();
        assert_eq!(options.operands, ["cmd", "-b"]);
    }

    #[test]
    fn reads_and_writes_sizes() {
        assert_eq!(parse_size("1k"), Some(1024));
        assert_eq!(parse_size("x"), None);
        assert_eq!(human(1023), "1023");
        assert_eq!(human(4096), "4.0K");
        assert_eq!(human(1_555_000), "1.5M");
        assert_eq!(
            parse_duration("0.5m"),
            Some(std::time::Duration::from_secs(30))
        );
        assert_eq!(parse_duration("x"), None);
    }

    #[test]
    fn has_a_usage_for_what_it_knows() {
        assert!(usage_text("ls").contains("List directory contents"));
    }
}
