//! Shell patterns: `*`, `?`, `[…]`, POSIX.1 XCU 2.13.

/// One element of a compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Atom {
    Char(char),
    Any,
    Star,
    Set { negated: bool, items: Vec<SetItem> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum SetItem {
    Range(char, char),
    Class(String),
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pattern(Vec<Atom>);

impl Pattern {
    /// Compiles text in which a backslash quotes what follows.
    pub fn new(text: &str) -> Self {
        let mut quoted = Vec::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            if c == '\\' {
                quoted.push((chars.next().unwrap_or('\\'), true));
            } else {
                quoted.push((c, false));
            }
        }
        Self::from_chars(&quoted)
    }

    /// Compiles characters of which some are quoted: those stand for themselves.
    pub fn from_chars(text: &[(char, bool)]) -> Self {
        let mut atoms = Vec::new();
        let mut at = 0;
        while let Some(&(c, quoted)) = text.get(at) {
            at += 1;
            match c {
                _ if quoted => atoms.push(Atom::Char(c)),
                '*' => {
                    if atoms.last() != Some(&Atom::Star) {
                        atoms.push(Atom::Star);
                    }
                }
                '?' => atoms.push(Atom::Any),
                '[' => match set(text, at) {
                    Some((atom, next)) => {
                        atoms.push(atom);
                        at = next;
                    }
                    None => atoms.push(Atom::Char('[')),
                },
                _ => atoms.push(Atom::Char(c)),
            }
        }
        Self(atoms)
    }

    /// Whether some character of it is special: otherwise it only matches itself.
    pub fn is_special(&self) -> bool {
        self.0.iter().any(|atom| !matches!(atom, Atom::Char(_)))
    }

    /// Whether it begins with a literal dot, which alone finds hidden files.
    pub fn begins_with_dot(&self) -> bool {
        self.0.first() == Some(&Atom::Char('.'))
    }

    /// The text that it stands for when nothing in it is special.
    pub fn literal(&self) -> String {
        self.0
            .iter()
            .map(|atom| match atom {
                Atom::Char(c) => *c,
                Atom::Any => '?',
                Atom::Star => '*',
                Atom::Set { .. } => '[',
            })
            .collect()
    }

    /// Whether it matches the whole text.
    pub fn matches(&self, text: &str) -> bool {
        self.matches_chars(&text.chars().collect::<Vec<_>>())
    }

    /// Whether it matches all these characters.
    pub fn matches_chars(&self, text: &[char]) -> bool {
        let (mut pattern, mut at) = (0, 0);
        // Where to come back to: the last star and how far it had eaten.
        let mut retry: Option<(usize, usize)> = None;
        loop {
            let matched = match self.0.get(pattern) {
                Some(Atom::Star) => {
                    retry = Some((pattern, at));
                    pattern += 1;
                    continue;
                }
                None => at == text.len(),
                Some(atom) => text.get(at).is_some_and(|c| atom.matches(*c)),
            };
            if matched {
                if pattern == self.0.len() {
                    return true;
                }
                pattern += 1;
                at += 1;
            } else {
                match retry {
                    Some((star, eaten)) if eaten < text.len() => {
                        retry = Some((star, eaten + 1));
                        pattern = star + 1;
                        at = eaten + 1;
                    }
                    _ => return false,
                }
            }
        }
    }

    /// Length, in characters, of the shortest or longest prefix that it matches.
    pub fn prefix(&self, text: &[char], longest: bool) -> Option<usize> {
        pick(text.len(), longest, |length| {
            self.matches_chars(&text[..length])
        })
    }

    /// Length, in characters, of the shortest or longest suffix that it matches.
    pub fn suffix(&self, text: &[char], longest: bool) -> Option<usize> {
        pick(text.len(), longest, |length| {
            self.matches_chars(&text[text.len() - length..])
        })
    }
}

fn pick(most: usize, longest: bool, fits: impl Fn(usize) -> bool) -> Option<usize> {
    if longest {
        (0..=most).rev().find(|it| fits(*it))
    } else {
        (0..=most).find(|it| fits(*it))
    }
}

impl Atom {
    fn matches(&self, c: char) -> bool {
        match self {
            Self::Char(own) => *own == c,
            Self::Any | Self::Star => true,
            Self::Set { negated, items } => items.iter().any(|item| item.matches(c)) != *negated,
        }
    }
}

impl SetItem {
    fn matches(&self, c: char) -> bool {
        match self {
            Self::Range(low, high) => (*low..=*high).contains(&c),
            Self::Class(name) => in_class(name, c),
        }
    }
}

/// Whether a character belongs to a class such as `alpha`, POSIX.1 XBD 7.3.1.
pub fn in_class(name: &str, c: char) -> bool {
    match name {
        "alpha" => c.is_alphabetic(),
        "digit" => c.is_ascii_digit(),
        "alnum" => c.is_alphanumeric(),
        "upper" => c.is_uppercase(),
        "lower" => c.is_lowercase(),
        "space" => matches!(c, ' ' | '\t'..='\r'),
        "blank" => c == ' ' || c == '\t',
        "punct" => c.is_ascii_punctuation(),
        "xdigit" => c.is_ascii_hexdigit(),
        "cntrl" => c.is_control(),
        "print" => !c.is_control(),
        "graph" => !c.is_control() && c != ' ',
        _ => false,
    }
}

/// Reads a bracket expression whose `[` is just before `start`; the position after its `]`.
fn set(text: &[(char, bool)], start: usize) -> Option<(Atom, usize)> {
    let mut at = start;
    let negated = matches!(text.get(at), Some(('!' | '^', false)));
    if negated {
        at += 1;
    }
    let mut items = Vec::new();
    let first = at;
    loop {
        let &(c, quoted) = text.get(at)?;
        if c == ']' && !quoted && at > first {
            return Some((Atom::Set { negated, items }, at + 1));
        }
        if c == '/' {
            return None;
        }
        if c == '[' && !quoted && matches!(text.get(at + 1), Some((':', _))) {
            let rest = &text[at + 2..];
            if let Some(end) = rest
                .windows(2)
                .position(|it| it[0].0 == ':' && it[1].0 == ']')
            {
                items.push(SetItem::Class(rest[..end].iter().map(|it| it.0).collect()));
                at += end + 4;
                continue;
            }
        }
        let is_range = matches!(text.get(at + 1), Some(('-', false)))
            && text
                .get(at + 2)
                .is_some_and(|(c, quoted)| *c != ']' || *quoted);
        if is_range {
            items.push(SetItem::Range(c, text[at + 2].0));
            at += 3;
        } else {
            items.push(SetItem::Range(c, c));
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn matches_as_fnmatch_does() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abb", false),
            ("?", "é", true),
            ("??", "é", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]]", "]", true),
            ("[", "[", true),
            ("[[:digit:]]*", "7up", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("*a*b*c", "xxaxxbxxc", true),
            ("a[-x]", "a-", true),
        ] {
            assert_eq!(
                Pattern::new(pattern).matches(text),
                expected,
                "{pattern} on {text}"
            );
        }
    }

    #[test]
    fn finds_prefixes_and_suffixes() {
        let text = chars("a/b/c");
        assert_eq!(Pattern::new("*/").prefix(&text, false), Some(2));
        assert_eq!(Pattern::new("*/").prefix(&text, true), Some(4));
        assert_eq!(Pattern::new("/*").suffix(&text, false), Some(2));
        assert_eq!(Pattern::new("/*").suffix(&text, true), Some(4));
        assert_eq!(Pattern::new("x").prefix(&text, true), None);
    }
}
