//! POSIX regular expressions, basic and extended, XBD 9, with GNU's `\w`, `\b`, `\+`, `\?`, `\|`.
//!
//! Compiled to a small program that is run by backtracking, each (instruction, position) visited
//! once unless there are back-references: no pattern takes exponential time. Alternatives are tried
//! in order; POSIX wants the longest, which only differs for alternatives that begin alike.

use crate::shell::pattern::in_class;

/// What is wrong with a pattern, in musl's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum RegexError {
    /// `(a`
    #[error("Missing ')'")]
    Parenthesis,
    /// `[a`
    #[error("Missing ']'")]
    Bracket,
    /// `a{1`
    #[error("Invalid contents of {{}}")]
    Brace,
    /// `a\`
    #[error("Trailing backslash")]
    Backslash,
    /// `*` where nothing can be repeated.
    #[error("Repetition not preceded by valid expression")]
    Repetition,
    /// `\3` with two groups.
    #[error("Invalid back reference")]
    Reference,
    /// Too long once its repetitions are written out.
    #[error("Out of memory")]
    Size,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Empty,
    Char(char),
    Any,
    Set {
        negated: bool,
        items: Vec<(char, char)>,
        classes: Vec<String>,
    },
    Start,
    End,
    WordEdge(bool),
    WordStart,
    WordEnd,
    Group(usize, Box<Node>),
    Reference(usize),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    Repeat {
        node: Box<Node>,
        least: usize,
        most: Option<usize>,
    },
}

#[derive(Debug, Clone)]
enum Step {
    Test(Node),
    Reference(usize),
    Save(usize),
    Split(usize, usize),
    Jump(usize),
    Match,
}

/// Where a match and its groups are, in characters: group 0 is the whole.
pub(super) type Captures = Vec<Option<(usize, usize)>>;

/// A compiled expression.
#[derive(Debug, Clone)]
pub(super) struct Regex {
    steps: Vec<Step>,
    groups: usize,
    fold: bool,
    has_references: bool,
}

const MOST_STEPS: usize = 20_000;

/// Places to go back to; a slot to restore on the way.
enum Back {
    To(usize, usize),
    Slot(usize, Option<usize>),
}

impl Regex {
    /// Compiles a pattern: extended (ERE) or basic (BRE), folding case or not.
    pub(super) fn new(pattern: &str, extended: bool, fold: bool) -> Result<Self, RegexError> {
        let chars: Vec<char> = pattern.chars().collect();
        let mut parser = Parser {
            chars,
            at: 0,
            extended,
            groups: 0,
            open: 0,
            closed: Vec::new(),
        };
        let node = parser.choice()?;
        if parser.at < parser.chars.len() {
            // An unmatched `)`.
            return Err(RegexError::Parenthesis);
        }
        let mut regex = Self {
            steps: Vec::new(),
            groups: parser.groups,
            fold,
            has_references: false,
        };
        regex.steps.push(Step::Save(0));
        regex.compile(&node)?;
        regex.steps.push(Step::Save(1));
        regex.steps.push(Step::Match);
        Ok(regex)
    }

    fn compile(&mut self, node: &Node) -> Result<(), RegexError> {
        if self.steps.len() > MOST_STEPS {
            return Err(RegexError::Size);
        }
        match node {
            Node::Empty => {}
            Node::Sequence(nodes) => {
                for node in nodes {
                    self.compile(node)?;
                }
            }
            Node::Group(index, node) => {
                self.steps.push(Step::Save(index * 2));
                self.compile(node)?;
                self.steps.push(Step::Save(index * 2 + 1));
            }
            Node::Reference(index) => {
                self.has_references = true;
                self.steps.push(Step::Reference(*index));
            }
            Node::Choice(nodes) => {
                let mut exits = Vec::new();
                for (index, node) in nodes.iter().enumerate() {
                    if index + 1 < nodes.len() {
                        let split = self.steps.len();
                        self.steps.push(Step::Jump(0));
                        self.compile(node)?;
                        exits.push(self.steps.len());
                        self.steps.push(Step::Jump(0));
                        self.steps[split] = Step::Split(split + 1, self.steps.len());
                    } else {
                        self.compile(node)?;
                    }
                }
                for exit in exits {
                    self.steps[exit] = Step::Jump(self.steps.len());
                }
            }
            Node::Repeat { node, least, most } => {
                for _ in 0..*least {
                    self.compile(node)?;
                }
                match most {
                    None => {
                        let split = self.steps.len();
                        self.steps.push(Step::Jump(0));
                        self.compile(node)?;
                        self.steps.push(Step::Jump(split));
                        self.steps[split] = Step::Split(split + 1, self.steps.len());
                    }
                    Some(most) => {
                        let mut splits = Vec::new();
                        for _ in *least..*most {
                            splits.push(self.steps.len());
                            self.steps.push(Step::Jump(0));
                            self.compile(node)?;
                        }
                        for split in splits {
                            self.steps[split] = Step::Split(split + 1, self.steps.len());
                        }
                    }
                }
            }
            test => self.steps.push(Step::Test(test.clone())),
        }
        Ok(())
    }

    /// The first match in a text.
    pub(super) fn find(&self, text: &str) -> Option<Captures> {
        self.find_at(&text.chars().collect::<Vec<_>>(), 0)
    }

    /// The first match at or after a place.
    pub(super) fn find_at(&self, text: &[char], from: usize) -> Option<Captures> {
        (from..=text.len()).find_map(|start| self.match_at(text, start))
    }

    /// The match that begins exactly there.
    pub(super) fn match_at(&self, text: &[char], start: usize) -> Option<Captures> {
        let width = text.len() + 1 - start;
        let places = self.steps.len() * width;
        let mut visited = vec![false; if self.has_references { 0 } else { places }];
        let mut slots: Vec<Option<usize>> = vec![None; (self.groups + 1) * 2];
        let mut stack = vec![Back::To(0, start)];
        let mut budget = 2_000_000u32;
        while let Some(back) = stack.pop() {
            let (mut pc, mut at) = match back {
                Back::To(pc, at) => (pc, at),
                Back::Slot(slot, value) => {
                    slots[slot] = value;
                    continue;
                }
            };
            loop {
                if self.has_references {
                    budget = budget.checked_sub(1)?;
                } else {
                    let key = pc * width + (at - start);
                    if std::mem::replace(&mut visited[key], true) {
                        break;
                    }
                }
                match &self.steps[pc] {
                    Step::Match => {
                        return Some(slots.chunks(2).map(|it| Some((it[0]?, it[1]?))).collect());
                    }
                    Step::Save(slot) => {
                        stack.push(Back::Slot(*slot, slots[*slot]));
                        slots[*slot] = Some(at);
                        pc += 1;
                    }
                    Step::Jump(to) => pc = *to,
                    Step::Split(first, second) => {
                        stack.push(Back::To(*second, at));
                        pc = *first;
                    }
                    Step::Reference(group) => {
                        let (Some(from), Some(to)) = (slots[group * 2], slots[group * 2 + 1])
                        else {
                            break;
                        };
                        let length = to - from;
                        if at + length > text.len() || text[from..to] != text[at..at + length] {
                            break;
                        }
                        at += length;
                        pc += 1;
                    }
                    Step::Test(node) => match self.test(node, text, at) {
                        Some(used) => {
                            at += used;
                            pc += 1;
                        }
                        None => break,
                    },
                }
            }
        }
        None
    }

    /// How many characters a test takes; `None` when it fails.
    fn test(&self, node: &Node, text: &[char], at: usize) -> Option<usize> {
        let before = at.checked_sub(1).is_some_and(|it| is_word(text[it]));
        let after = text.get(at).is_some_and(|c| is_word(*c));
        let edge = |holds: bool| holds.then_some(0);
        match node {
            Node::Start => edge(at == 0),
            Node::End => edge(at == text.len()),
            Node::WordEdge(wanted) => edge((before != after) == *wanted),
            Node::WordStart => edge(!before && after),
            Node::WordEnd => edge(before && !after),
            Node::Any => text.get(at).map(|_| 1),
            Node::Char(own) => {
                let c = *text.get(at)?;
                (c == *own || self.fold && same_letter(c, *own)).then_some(1)
            }
            Node::Set {
                negated,
                items,
                classes,
            } => {
                let c = *text.get(at)?;
                let holds = |c: char| {
                    items.iter().any(|(low, high)| (*low..=*high).contains(&c))
                        || classes.iter().any(|name| in_class(name, c))
                };
                let found = holds(c)
                    || self.fold && (c.to_lowercase().any(holds) || c.to_uppercase().any(holds));
                (found != *negated).then_some(1)
            }
            _ => None,
        }
    }
}

fn same_letter(a: char, b: char) -> bool {
    a.to_lowercase().eq(b.to_lowercase())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    extended: bool,
    groups: usize,
    open: usize,
    closed: Vec<usize>,
}

impl Parser {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    /// Whether the operator is here: bare when extended, after a backslash when basic.
    fn operator(&mut self, c: char) -> bool {
        let here = if self.extended {
            self.peek(0) == Some(c)
        } else {
            self.peek(0) == Some('\\') && self.peek(1) == Some(c)
        };
        if here {
            self.at += if self.extended { 1 } else { 2 };
        }
        here
    }

    fn at_operator(&self, c: char) -> bool {
        if self.extended {
            self.peek(0) == Some(c)
        } else {
            self.peek(0) == Some('\\') && self.peek(1) == Some(c)
        }
    }

    fn choice(&mut self) -> Result<Node, RegexError> {
        let mut nodes = vec![self.sequence()?];
        while self.operator('|') {
            nodes.push(self.sequence()?);
        }
        Ok(if nodes.len() == 1 {
            nodes.swap_remove(0)
        } else {
            Node::Choice(nodes)
        })
    }

    fn sequence(&mut self) -> Result<Node, RegexError> {
        let mut nodes = Vec::new();
        while self.peek(0).is_some() && !self.at_operator('|') {
            if self.at_operator(')') && (self.open > 0 || !self.extended) {
                break;
            }
            let first = nodes.is_empty() || !self.extended && nodes == [Node::Start];
            let mut node = self.atom(first)?;
            while let Some((least, most)) = self.repetition(&node)? {
                node = Node::Repeat {
                    node: Box::new(node),
                    least,
                    most,
                };
            }
            nodes.push(node);
        }
        Ok(match nodes.len() {
            0 => Node::Empty,
            1 => nodes.swap_remove(0),
            _ => Node::Sequence(nodes),
        })
    }

    fn repetition(&mut self, node: &Node) -> Result<Option<(usize, Option<usize>)>, RegexError> {
        if !self.extended && *node == Node::Start {
            return Ok(None);
        }
        if self.peek(0) == Some('*') {
            self.at += 1;
            return Ok(Some((0, None)));
        }
        if self.operator('+') {
            return Ok(Some((1, None)));
        }
        if self.operator('?') {
            return Ok(Some((0, Some(1))));
        }
        if !self.at_operator('{') {
            return Ok(None);
        }
        if self.extended && !self.peek(1).is_some_and(|c| c.is_ascii_digit() || c == ',') {
            return Ok(None);
        }
        self.operator('{');
        let least = self.number();
        let most = if self.peek(0) == Some(',') {
            self.at += 1;
            self.number()
        } else {
            least
        };
        if !self.operator('}') || least.is_none() && most.is_none() {
            return Err(RegexError::Brace);
        }
        let least = least.unwrap_or(0);
        if most.is_some_and(|most| most < least || most > 255) || least > 255 {
            return Err(RegexError::Brace);
        }
        Ok(Some((least, most)))
    }

    fn number(&mut self) -> Option<usize> {
        let start = self.at;
        while self.peek(0).is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        self.chars[start..self.at]
            .iter()
            .collect::<String>()
            .parse()
            .ok()
    }

    fn atom(&mut self, first: bool) -> Result<Node, RegexError> {
        if self.operator('(') {
            self.groups += 1;
            let index = self.groups;
            self.open += 1;
            let node = self.choice()?;
            self.open -= 1;
            if !self.operator(')') {
                return Err(RegexError::Parenthesis);
            }
            self.closed.push(index);
            return Ok(Node::Group(index, Box::new(node)));
        }
        let Some(c) = self.peek(0) else {
            return Ok(Node::Empty);
        };
        self.at += 1;
        Ok(match c {
            '.' => Node::Any,
            '[' => self.set()?,
            '^' if self.extended || first => Node::Start,
            '$' if self.extended || self.ends_here() => Node::End,
            '*' if !first && self.extended => return Err(RegexError::Repetition),
            '+' | '?' if self.extended && first => return Err(RegexError::Repetition),
            '\\' => {
                let c = self.peek(0).ok_or(RegexError::Backslash)?;
                self.at += 1;
                self.escape(c)?
            }
            c => Node::Char(c),
        })
    }

    /// Whether nothing but the end of a branch follows, in a basic expression.
    fn ends_here(&self) -> bool {
        self.peek(0).is_none() || self.at_operator(')') || self.at_operator('|')
    }

    fn escape(&self, c: char) -> Result<Node, RegexError> {
        let class = |negated, classes: &[&str], word: bool| Node::Set {
            negated,
            items: if word { vec![('_', '_')] } else { Vec::new() },
            classes: classes.iter().map(|it| (*it).to_owned()).collect(),
        };
        Ok(match c {
            'n' => Node::Char('\n'),
            't' => Node::Char('\t'),
            'w' => class(false, &["alnum"], true),
            'W' => class(true, &["alnum"], true),
            's' => class(false, &["space"], false),
            'S' => class(true, &["space"], false),
            'b' => Node::WordEdge(true),
            'B' => Node::WordEdge(false),
            '<' => Node::WordStart,
            '>' => Node::WordEnd,
            '1'..='9' => {
                let index = usize::try_from(c.to_digit(10).unwrap_or(0)).unwrap_or(0);
                if !self.closed.contains(&index) {
                    return Err(RegexError::Reference);
                }
                Node::Reference(index)
            }
            c => Node::Char(c),
        })
    }

    fn set(&mut self) -> Result<Node, RegexError> {
        let negated = self.peek(0) == Some('^');
        self.at += usize::from(negated);
        let (mut items, mut classes) = (Vec::new(), Vec::new());
        let start = self.at;
        loop {
            let c = self.peek(0).ok_or(RegexError::Bracket)?;
            self.at += 1;
            match c {
                ']' if self.at - 1 > start => break,
                '[' if self.peek(0) == Some(':') => {
                    let rest = &self.chars[self.at + 1..];
                    let end = rest
                        .windows(2)
                        .position(|it| it == [':', ']'])
                        .ok_or(RegexError::Bracket)?;
                    classes.push(rest[..end].iter().collect());
                    self.at += end + 3;
                }
                c if self.peek(0) == Some('-') && self.peek(1).is_some_and(|it| it != ']') => {
                    items.push((c, self.peek(1).unwrap_or(c)));
                    self.at += 2;
                }
                c => items.push((c, c)),
            }
        }
        Ok(Node::Set {
            negated,
            items,
            classes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, extended: bool, text: &str) -> Option<(usize, usize)> {
        Regex::new(pattern, extended, false)
            .unwrap()
            .find(text)
            .and_then(|it| it[0])
    }

    #[test]
    fn matches_as_regexec_does() {
        for (pattern, extended, text, expected) in [
            ("a.c", false, "xabcx", Some((1, 4))),
            ("^b", false, "ab", None),
            ("c$", false, "abc", Some((2, 3))),
            ("a*", false, "baa", Some((0, 0))),
            ("a\\+", false, "baa", Some((1, 3))),
            ("a+", false, "a+", Some((0, 2))),
            ("(a|bc)+d", true, "xbcad", Some((1, 5))),
            ("[0-9]{2,3}", true, "1 2345", Some((2, 5))),
            ("a\\{2\\}", false, "caaa", Some((1, 3))),
            ("\\(a\\)\\1", false, "baab", Some((1, 3))),
            ("[[:upper:]][^a-z]", false, "aB1", Some((1, 3))),
            ("\\bfoo\\b", true, "a foo b", Some((2, 5))),
            ("x*", true, "", Some((0, 0))),
            ("(x*)*y", true, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", None),
            ("a|b", false, "a|b", Some((0, 3))),
            ("*a", false, "*a", Some((0, 2))),
            ("é.", true, "été", Some((0, 2))),
        ] {
            assert_eq!(
                found(pattern, extended, text),
                expected,
                "{pattern} on {text}"
            );
        }
    }

    #[test]
    fn gives_groups_and_folds_case() {
        let regex = Regex::new("(a+)(b)?", true, true).unwrap();
        assert_eq!(
            regex.find("xAA"),
            Some(vec![Some((1, 3)), Some((1, 3)), None])
        );
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(
            Regex::new("(a", true, false).err(),
            Some(RegexError::Parenthesis)
        );
        assert_eq!(
            Regex::new("[a", true, false).err(),
            Some(RegexError::Bracket)
        );
        assert_eq!(
            Regex::new("a\\", true, false).err(),
            Some(RegexError::Backslash)
        );
        assert_eq!(
            Regex::new("\\1", false, false).err(),
            Some(RegexError::Reference)
        );
    }
}
