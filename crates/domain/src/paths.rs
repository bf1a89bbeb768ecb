//! Patterns over slash-separated paths: those of `COPY` and `ADD` (Go's `filepath.Match`) and those
//! of a `.dockerignore`.

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// This character.
    Letter(char),
    /// Any one character but `/`.
    One,
    /// Any characters but `/`.
    Some,
    /// Any folders, none included.
    Folders,
    /// Anything at all.
    Rest,
    /// One character among these ranges, or outside of them.
    Class(bool, Vec<(char, char)>),
}

impl Part {
    /// Whether a single character is this part.
    fn takes(&self, letter: char) -> bool {
        match self {
            Self::Letter(it) => *it == letter,
            Self::One => letter != '/',
            Self::Class(negated, ranges) => {
                let inside = ranges
                    .iter()
                    .any(|(from, to)| (*from..=*to).contains(&letter));
                inside != *negated && letter != '/'
            }
            Self::Some | Self::Folders | Self::Rest => false,
        }
    }
}

/// A pattern that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub struct BadPattern;

/// Reads what follows a `[`.
fn class(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Part, BadPattern> {
    let negated = letters.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    let one = |letters: &mut std::iter::Peekable<std::str::Chars<'_>>| match letters.next() {
        Some('\\') => letters.next().ok_or(BadPattern),
        Some('-' | ']') | None => Err(BadPattern),
        Some(letter) => Ok(letter),
    };
    while ranges.is_empty() || letters.next_if_eq(&']').is_none() {
        let from = one(letters)?;
        let to = match letters.next_if_eq(&'-') {
            Some(_) => one(letters)?,
            None => from,
        };
        ranges.push((from, to));
    }
    Ok(Part::Class(negated, ranges))
}

/// The parts of a pattern; `**` has a meaning of its own in a `.dockerignore`.
fn parts(pattern: &str, double_star: bool) -> Result<Vec<Part>, BadPattern> {
    let mut letters = pattern.chars().peekable();
    let mut parts = Vec::new();
    while let Some(letter) = letters.next() {
        let part = match letter {
            '*' if double_star && letters.next_if_eq(&'*').is_some() => {
                letters.next_if_eq(&'/');
                match letters.peek() {
                    Some(_) => Part::Folders,
                    None => Part::Rest,
                }
            }
            '*' => Part::Some,
            '?' => Part::One,
            '[' => class(&mut letters)?,
            '\\' => Part::Letter(letters.next().ok_or(BadPattern)?),
            letter => Part::Letter(letter),
        };
        parts.push(part);
    }
    Ok(parts)
}

/// Whether parts match a whole path. `reached` says after how many letters the parts so far can
/// end: a hostile pattern costs at most the product of both lengths.
fn whole(parts: &[Part], path: &str) -> bool {
    let letters: Vec<char> = path.chars().collect();
    let mut reached = vec![false; letters.len() + 1];
    reached[0] = true;
    for part in parts {
        let mut next = vec![false; letters.len() + 1];
        let mut running = false;
        for at in 0..=letters.len() {
            let before = at.checked_sub(1).map(|it| letters[it]);
            next[at] = match part {
                Part::Some => {
                    running = reached[at] || (running && before != Some('/'));
                    running
                }
                Part::Folders => {
                    let from_here = reached[at];
                    let found = from_here || (running && before == Some('/'));
                    running |= from_here;
                    found
                }
                Part::Rest => {
                    running |= reached[at];
                    running
                }
                single => at > 0 && reached[at - 1] && before.is_some_and(|it| single.takes(it)),
            };
        }
        reached = next;
    }
    reached[letters.len()]
}

/// Go's `filepath.Match`: whether a pattern matches a whole path.
pub fn path_match(pattern: &str, path: &str) -> Result<bool, BadPattern> {
    Ok(whole(&parts(pattern, false)?, path))
}

/// Go's `filepath.Clean`: the shortest path that says the same, decided from the text alone.
pub fn clean(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." if names.last().is_some_and(|it| *it != "..") => {
                names.pop();
            }
            ".." if absolute => {}
            name => names.push(name),
        }
    }
    match (absolute, names.join("/")) {
        (true, rest) => format!("/{rest}"),
        (false, rest) if rest.is_empty() => ".".to_owned(),
        (false, rest) => rest,
    }
}

/// The patterns of a `.dockerignore`, as they are written: comments and blank lines left out,
/// paths cleaned, without a leading `/`.
pub fn ignore_lines(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = Vec::new();
    for line in text.lines().filter(|it| !it.starts_with('#')) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let (mark, rest) = match line.strip_prefix('!') {
            Some(rest) => ("!", rest.trim()),
            None => ("", line),
        };
        let rest = if rest.is_empty() {
            String::new()
        } else {
            clean(rest)
        };
        let rest = match rest.strip_prefix('/') {
            Some(relative) if !relative.is_empty() => relative,
            _ => &rest,
        };
        lines.push(format!("{mark}{rest}"));
    }
    lines
}

#[derive(Debug, Clone)]
struct Rule {
    pattern: String,
    parts: Vec<Part>,
    /// `**name`: any path that ends so.
    suffix: Option<String>,
    /// `!`: takes back what rules before it left out.
    keeps: bool,
    /// Number of folders of the pattern, with its last name.
    depth: usize,
}

/// What a `.dockerignore` leaves out; the last rule that matches a path decides.
#[derive(Debug, Clone, Default)]
pub struct IgnoreRules {
    rules: Vec<Rule>,
}

/// A rule that cannot be read, in Docker's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadIgnoreRule {
    /// `!` alone.
    #[error("illegal exclusion pattern: \"!\"")]
    Empty,
    /// Brackets or a backslash without an end.
    #[error(transparent)]
    Pattern(#[from] BadPattern),
}

impl IgnoreRules {
    /// Reads rules, one a line.
    pub fn new<T: AsRef<str>>(lines: &[T]) -> Result<Self, BadIgnoreRule> {
        let mut rules = Vec::new();
        for line in lines {
            let line = line.as_ref().trim();
            if line.is_empty() {
                continue;
            }
            let line = clean(line);
            let (keeps, pattern) = match line.strip_prefix('!') {
                Some("") => return Err(BadIgnoreRule::Empty),
                Some(rest) => (true, rest),
                None => (false, line.as_str()),
            };
            let read = parts(pattern, true)?;
            let literal = read[1..].iter().all(|it| matches!(it, Part::Letter(_)));
            let suffix = pattern
                .strip_prefix("**")
                .filter(|it| literal && !it.is_empty() && !it.starts_with('/'))
                .map(str::to_owned);
            rules.push(Rule {
                pattern: pattern.to_owned(),
                parts: read,
                suffix,
                keeps,
                depth: pattern.split('/').count(),
            });
        }
        Ok(Self { rules })
    }

    /// Whether a path, or a folder that it is in, is left out.
    pub fn excludes(&self, path: &str) -> bool {
        self.decide(path, |rule, folders| {
            (1..=folders.len()).any(|count| rule.matches(&folders[..count].join("/")))
        })
    }

    /// The same, looking at one folder only for each rule, the one as deep as its pattern: how
    /// Docker decides whether the Dockerfile itself must be sent nevertheless.
    pub fn excludes_shallow(&self, path: &str) -> bool {
        self.decide(path, |rule, folders| {
            rule.depth <= folders.len() && rule.matches(&folders[..rule.depth].join("/"))
        })
    }

    fn decide(&self, path: &str, in_folder: impl Fn(&Rule, &[&str]) -> bool) -> bool {
        let path = clean(path);
        if path == "." {
            return false;
        }
        let mut folders: Vec<&str> = path.split('/').collect();
        folders.pop();
        let mut excluded = false;
        for rule in &self.rules {
            if rule.keeps != excluded {
                continue;
            }
            if rule.matches(&path) || in_folder(rule, &folders) {
                excluded = !rule.keeps;
            }
        }
        excluded
    }

    /// Whether a rule that takes files back begins with this excluded folder: Docker walks it then,
    /// and no other.
    pub fn keeps_below(&self, folder: &str) -> bool {
        let prefix = format!("{folder}/");
        let mut keeping = self.rules.iter().filter(|it| it.keeps);
        keeping.any(|rule| format!("{}/", rule.pattern).starts_with(&prefix))
    }
}

impl Rule {
    fn matches(&self, path: &str) -> bool {
        match &self.suffix {
            Some(suffix) => path.ends_with(suffix.as_str()),
            None => whole(&self.parts, path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{IgnoreRules, clean, ignore_lines, path_match};

    #[test]
    fn wildcards_stay_in_their_folder() {
        for (pattern, path, wanted) in [
            ("*.txt", "a.txt", true),
            ("*.txt", "d/a.txt", false),
            ("d/*", "d/a", true),
            ("d/*", "d/a/b", false),
            ("h?me*", "home.txt", true),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
        ] {
            assert_eq!(path_match(pattern, path), Ok(wanted), "{pattern} {path}");
        }
        assert!(path_match("[", "a").is_err());
        assert!(path_match("a\\", "a").is_err());
    }

    #[test]
    fn a_hostile_pattern_is_decided_at_once() {
        let pattern = "*a".repeat(60) + "b";
        assert_eq!(path_match(&pattern, &"a".repeat(5_000)), Ok(false));
    }

    #[test]
    fn the_last_rule_decides() {
        let rules = |lines: &[&str]| IgnoreRules::new(lines).unwrap();
        assert!(rules(&["*.md", "!README.md"]).excludes("a.md"));
        assert!(!rules(&["*.md", "!README.md"]).excludes("README.md"));
        assert!(rules(&["*.md", "!README.md", "README*"]).excludes("README.md"));
        assert!(!rules(&["*.md"]).excludes("d/a.md"));
        assert!(rules(&["**/*.md"]).excludes("d/e/a.md"));
        assert!(rules(&["**/*.md"]).excludes("a.md"));
        assert!(rules(&["d"]).excludes("d/e/a.md"));
        assert!(!rules(&["d", "!d/e"]).excludes("d/e/a.md"));
        assert!(rules(&["d/**"]).excludes("d/e"));
        assert!(!rules(&["d/**"]).excludes("d"));
        assert!(rules(&["**"]).excludes("x/y"));
        assert!(rules(&["**log"]).excludes("x/mylog"));
        assert!(rules(&["a/**/b"]).excludes("a/b") && rules(&["a/**/b"]).excludes("a/x/y/b"));
        assert!(IgnoreRules::new(&["!"]).is_err());
    }

    #[test]
    fn lines_are_cleaned() {
        assert_eq!(ignore_lines("# no\n\n /a/b/ \n! ./c\n#!x\n"), ["a/b", "!c"]);
        for (path, wanted) in [
            ("a//b/../c/", "a/c"),
            ("/..", "/"),
            ("", "."),
            ("../x", "../x"),
        ] {
            assert_eq!(clean(path), wanted);
        }
    }

    #[test]
    fn a_folder_is_walked_when_a_rule_names_something_in_it() {
        let rules = IgnoreRules::new(&["*", "!src/main.rs", "!**/*.toml"]).unwrap();
        assert!(rules.keeps_below("src"));
        assert!(!rules.keeps_below("docs"));
    }
}
