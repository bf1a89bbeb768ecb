//! `*` and `?` in `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Letter(char),
    One,
    Some,
}

fn parts(pattern: &str) -> Result<Vec<Part>, String> {
    let mut letters = pattern.chars().peekable();
    let mut parts = Vec::new();
    while let Some(letter) = letters.next() {
        parts.push(match letter {
            '*' => Part::Some,
            '?' => Part::One,
            // Only the expansion itself needed these escaped.
            '\\' if matches!(letters.peek(), Some('}' | '/')) => continue,
            '\\' => match letters.next() {
                Some(escaped @ ('*' | '?' | '\\')) => Part::Letter(escaped),
                other => {
                    let other = other.unwrap_or('\u{fffd}');
                    return Err(format!(
                        "invalid pattern ({pattern}) in substitution: invalid escape '\\{other}'"
                    ));
                }
            },
            letter => Part::Letter(letter),
        });
    }
    Ok(parts)
}

/// Most cells of a table of matches: a pattern and a value that have more are refused.
const MOST: usize = 1 << 24;

/// Which parts match from which letter on: made once, so that a hostile pattern costs no more than
/// the product of both lengths.
struct Table<'a> {
    parts: &'a [Part],
    text: &'a [char],
    good: Vec<bool>,
}

impl<'a> Table<'a> {
    fn new(parts: &'a [Part], text: &'a [char]) -> Result<Self, String> {
        let width = text.len() + 1;
        let cells = width.checked_mul(parts.len() + 1);
        let cells = cells
            .filter(|it| *it <= MOST)
            .ok_or("pattern too long in substitution")?;
        let mut table = Self {
            parts,
            text,
            good: vec![false; cells],
        };
        table.good[parts.len() * width..].fill(true);
        for part in (0..parts.len()).rev() {
            for at in (0..width).rev() {
                let taken = table.takes(part, at);
                let good = match parts[part] {
                    Part::Some => {
                        table.is_good(part + 1, at) || (taken && table.is_good(part, at + 1))
                    }
                    _ => taken && table.is_good(part + 1, at + 1),
                };
                table.good[part * width + at] = good;
            }
        }
        Ok(table)
    }

    fn is_good(&self, part: usize, at: usize) -> bool {
        self.good[part * (self.text.len() + 1) + at]
    }

    /// Whether a part takes this letter.
    fn takes(&self, part: usize, at: usize) -> bool {
        self.text
            .get(at)
            .is_some_and(|letter| match self.parts[part] {
                Part::Letter(wanted) => wanted == *letter,
                Part::One | Part::Some => *letter != '\n',
            })
    }

    /// Where the match that begins at `from` ends: the first that a regular expression would find,
    /// with every star as short, or as long, as can be.
    fn end(&self, from: usize, greedy: bool) -> Option<usize> {
        if !self.is_good(0, from) {
            return None;
        }
        let mut at = from;
        for part in 0..self.parts.len() {
            if self.parts[part] != Part::Some {
                at += 1;
                continue;
            }
            let most = (at..self.text.len()).take_while(|it| self.takes(part, *it));
            let last = at + most.count();
            let mut ends = (at..=last).filter(|it| self.is_good(part + 1, *it));
            at = if greedy {
                ends.next_back()
            } else {
                ends.next()
            }?;
        }
        Some(at)
    }
}

/// `${name#pattern}`, or `##` when greedy.
pub(super) fn trim_prefix(pattern: &str, text: &str, greedy: bool) -> Result<String, String> {
    let parts = parts(pattern)?;
    let letters: Vec<char> = text.chars().collect();
    let from = Table::new(&parts, &letters)?.end(0, greedy).unwrap_or(0);
    Ok(letters[from..].iter().collect())
}

/// `${name%pattern}`, or `%%` when greedy.
pub(super) fn trim_suffix(pattern: &str, text: &str, greedy: bool) -> Result<String, String> {
    let mut parts = parts(pattern)?;
    parts.reverse();
    let letters: Vec<char> = text.chars().rev().collect();
    let from = Table::new(&parts, &letters)?.end(0, greedy).unwrap_or(0);
    Ok(letters[from..].iter().rev().collect())
}

/// `${name/pattern/text}`: the first match, or all, replaced.
pub(super) fn replace(pattern: &str, text: &str, by: &str, all: bool) -> Result<String, String> {
    let parts = parts(pattern)?;
    let letters: Vec<char> = text.chars().collect();
    let table = Table::new(&parts, &letters)?;
    let mut result = String::new();
    let mut at = 0;
    let mut done = false;
    while at <= letters.len() {
        let found = table.end(at, true).filter(|_| all || !done);
        if found.is_some() {
            result.push_str(by);
            done = true;
        }
        at = if let Some(next) = found.filter(|next| *next > at) {
            next
        } else {
            result.extend(letters.get(at));
            at + 1
        };
    }
    Ok(result)
}
