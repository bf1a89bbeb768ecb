//! A shell line cut into its simple commands, each without its redirections.

use std::iter::Peekable;
use std::str::Chars;

/// What stands for the output of a command that is inside another (`$(…)`).
pub(crate) const OUTPUT: &str = "sortie";

/// The simple commands of a line, as they are written. What follows the first line of a here
/// document is not a command.
pub(crate) fn simple_commands(line: &str) -> Vec<String> {
    let line = match line.split_once("<<") {
        Some((before, after)) if !after.starts_with('<') => {
            let rest = after.split_once('\n').map_or(after, |(first, _)| first);
            let word = rest.find(['&', '|', ';', '>']).unwrap_or(rest.len());
            format!("{before}{}", &rest[word..])
        }
        _ => line.to_owned(),
    };
    let mut cutter = Cutter::default();
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        cutter.take(letter, &mut letters);
    }
    while !cutter.outer.is_empty() {
        cutter.close();
    }
    cutter.end();
    cutter.done
}

#[derive(Default)]
struct Cutter {
    current: String,
    /// The commands that wait for the output of the one being read.
    outer: Vec<String>,
    done: Vec<String>,
}

impl Cutter {
    fn take(&mut self, letter: char, letters: &mut Peekable<Chars<'_>>) {
        match letter {
            '\'' | '"' => self.quoted(letter, letters),
            // The line goes on in the next one.
            '\\' if letters.next_if_eq(&'\n').is_some() => {}
            '\\' => {
                self.current.push(letter);
                self.current.extend(letters.next());
            }
            '$' if letters.peek() == Some(&'(') => {
                letters.next();
                self.outer.push(std::mem::take(&mut self.current));
            }
            ')' if !self.outer.is_empty() => self.close(),
            '>' | '<' => self.redirection(letters),
            '&' if letters.peek() == Some(&'>') => {}
            '&' | '|' | ';' | '\n' | '(' | ')' => self.end(),
            other => self.current.push(other),
        }
    }

    fn quoted(&mut self, mark: char, letters: &mut Peekable<Chars<'_>>) {
        self.current.push(mark);
        while let Some(letter) = letters.next() {
            if letter == '\\' && mark == '"' && letters.next_if_eq(&'\n').is_some() {
                continue;
            }
            self.current.push(letter);
            if letter == mark {
                break;
            }
            if letter == '\\' && mark == '"' {
                self.current.extend(letters.next());
            }
        }
    }

    /// Leaves out `>`, `2>`, `>>`, `<`, `>&` and the word that follows.
    fn redirection(&mut self, letters: &mut Peekable<Chars<'_>>) {
        let number = self
            .current
            .trim_end_matches(|it: char| it.is_ascii_digit());
        if number.ends_with(char::is_whitespace) {
            let length = number.len();
            self.current.truncate(length);
        }
        while letters
            .next_if(|it| matches!(it, '>' | '<' | '&'))
            .is_some()
        {}
        while letters.next_if(|it| *it == ' ').is_some() {}
        let in_word = |it: &char| !it.is_whitespace() && !matches!(it, '&' | '|' | ';' | ')');
        while letters.next_if(in_word).is_some() {}
    }

    /// Ends a command that is inside another.
    fn close(&mut self) {
        self.end();
        self.current = self.outer.pop().unwrap_or_default();
        self.current.push_str(OUTPUT);
    }

    fn end(&mut self) {
        let command = std::mem::take(&mut self.current);
        let command = command.trim();
        if !command.is_empty() {
            self.done.push(command.to_owned());
        }
    }
}
