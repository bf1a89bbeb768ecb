//! The regular expressions that `name` filters take, in the part of RE2 that is used there:
//! literals, `.`, classes, groups, `|`, `*`, `+`, `?`, `^`, `$` and escapes.

/// A compiled expression.
#[derive(Debug, Clone)]
pub struct Pattern {
    branches: Vec<Vec<Piece>>,
}

#[derive(Debug, Clone)]
struct Piece {
    atom: Atom,
    least: usize,
    most: usize,
}

#[derive(Debug, Clone)]
enum Atom {
    Start,
    End,
    Any,
    Is(char),
    Class(bool, Vec<(char, char)>),
    Group(Vec<Vec<Piece>>),
}

impl Pattern {
    /// Compiles; what is not understood is taken literally.
    pub fn new(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let mut at = 0;
        let branches = parse_branches(&characters, &mut at);
        Self { branches }
    }

    /// Whether it matches somewhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        let characters: Vec<char> = text.chars().collect();
        (0..=characters.len()).any(|from| {
            self.branches
                .iter()
                .any(|branch| matches(branch, &characters, from, &mut |_| true))
        })
    }
}

fn parse_branches(text: &[char], at: &mut usize) -> Vec<Vec<Piece>> {
    let mut branches = vec![Vec::new()];
    while let Some(&character) = text.get(*at) {
        *at += 1;
        let atom = match character {
            '|' => {
                branches.push(Vec::new());
                continue;
            }
            ')' => break,
            '(' => Atom::Group(parse_branches(text, at)),
            '^' => Atom::Start,
            '$' => Atom::End,
            '.' => Atom::Any,
            '[' => parse_class(text, at),
            '\\' => {
                let escaped = text.get(*at).copied().unwrap_or('\\');
                *at += 1;
                match escaped {
                    'd' => Atom::Class(true, vec![('0', '9')]),
                    'w' => Atom::Class(true, vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')]),
                    's' => Atom::Class(true, vec![(' ', ' '), ('\t', '\r')]),
                    other => Atom::Is(other),
                }
            }
            other => Atom::Is(other),
        };
        let (least, most) = match text.get(*at) {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            _ => (1, 1),
        };
        if (least, most) != (1, 1) {
            *at += 1;
        }
        if let Some(branch) = branches.last_mut() {
            branch.push(Piece { atom, least, most });
        }
    }
    branches
}

fn parse_class(text: &[char], at: &mut usize) -> Atom {
    let positive = text.get(*at) != Some(&'^');
    if !positive {
        *at += 1;
    }
    let mut ranges = Vec::new();
    while let Some(&from) = text.get(*at) {
        *at += 1;
        if from == ']' && !ranges.is_empty() {
            break;
        }
        match (text.get(*at), text.get(*at + 1)) {
            (Some('-'), Some(&to)) if to != ']' => {
                *at += 2;
                ranges.push((from, to));
            }
            _ => ranges.push((from, from)),
        }
    }
    Atom::Class(positive, ranges)
}

fn matches(
    pieces: &[Piece],
    text: &[char],
    at: usize,
    then: &mut dyn FnMut(usize) -> bool,
) -> bool {
    let Some((piece, rest)) = pieces.split_first() else {
        return then(at);
    };
    repeat(piece, 0, text, at, &mut |end| {
        matches(rest, text, end, then)
    })
}

fn repeat(
    piece: &Piece,
    count: usize,
    text: &[char],
    at: usize,
    then: &mut dyn FnMut(usize) -> bool,
) -> bool {
    if count < piece.most
        && step(&piece.atom, text, at, &mut |end| {
            // An empty repetition would go on for ever.
            (end > at || piece.most == 1) && repeat(piece, count + 1, text, end, then)
        })
    {
        return true;
    }
    count >= piece.least && then(at)
}

fn step(atom: &Atom, text: &[char], at: usize, then: &mut dyn FnMut(usize) -> bool) -> bool {
    let one = |holds: &dyn Fn(char) -> bool| text.get(at).is_some_and(|it| holds(*it));
    match atom {
        Atom::Start => at == 0 && then(at),
        Atom::End => at == text.len() && then(at),
        Atom::Any => one(&|_| true) && then(at + 1),
        Atom::Is(wanted) => one(&|it| it == *wanted) && then(at + 1),
        Atom::Class(positive, ranges) => {
            one(&|it| ranges.iter().any(|(from, to)| (*from..=*to).contains(&it)) == *positive)
                && then(at + 1)
        }
        Atom::Group(branches) => branches
            .iter()
            .any(|branch| matches(branch, text, at, then)),
    }
}
