//! Options and their values.

use super::super::grammar::{Flag, Kind, accepts};
use super::near::nearest;
use super::read::{CHOICES, ENDINGS, Reader, Walk, owned};
use super::words::Word;
use super::{Part, Role, values};
use crate::text::commands;

impl Reader<'_> {
    /// A word that begins with a dash. `verb` is whose options these are.
    pub(super) fn option(
        &mut self,
        word: &Word,
        flags: &[&'static Flag],
        verb: &str,
        walk: &mut Walk<'_>,
    ) {
        match word.text.strip_prefix("--") {
            Some(long) => self.long(word, long, flags, verb, walk),
            None => self.short(word, flags, verb, walk),
        }
    }

    fn long(
        &mut self,
        word: &Word,
        long: &str,
        flags: &[&'static Flag],
        verb: &str,
        walk: &mut Walk<'_>,
    ) {
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        let Some(flag) = flags.iter().copied().find(|it| it.name == name) else {
            if name == "help" {
                let says = commands::of_option(verb, name).unwrap_or_default();
                self.push(word.span.clone(), Role::Option, says);
            } else {
                self.unknown_option(word, name, flags);
            }
            return;
        };
        let end = "--".len() + name.len();
        let piece = self.push(word.span_of(0..end), Role::Option, sentence(verb, flag));
        if let Some(real) = flag.hidden_for {
            piece.full = Some(format!("--{real}"));
        }
        match value {
            Some(value) => {
                let span = word.span_of(end + 1..word.text.len());
                self.value(word, span, flag, value);
            }
            None => self.next_value(flag, walk),
        }
    }

    fn short(&mut self, word: &Word, flags: &[&'static Flag], verb: &str, walk: &mut Walk<'_>) {
        let letters = &word.text[1..];
        for (index, letter) in letters.char_indices() {
            let at = 1 + index;
            let after = at + letter.len_utf8();
            let start = if index == 0 { 0 } else { at };
            let span = word.span_of(start..after);
            let Some(flag) = flags
                .iter()
                .copied()
                .find(|it| it.short == letter && letter != ' ')
            else {
                self.unknown_letter(word, letter, span, flags);
                return;
            };
            let piece = self.push(span, Role::Option, sentence(verb, flag));
            piece.text = format!("-{letter}");
            piece.full = Some(format!("--{}", flag.name));
            let rest = &word.text[after..];
            if flag.kind == Kind::Bool && !rest.starts_with('=') {
                continue;
            }
            if rest.is_empty() {
                self.next_value(flag, walk);
            } else {
                let skipped = usize::from(rest.starts_with('='));
                let span = word.span_of(after + skipped..word.text.len());
                self.value(word, span, flag, &rest[skipped..]);
            }
            return;
        }
    }

    /// The value of a flag that stands in the next word, when it takes one.
    fn next_value(&mut self, flag: &'static Flag, walk: &mut Walk<'_>) {
        if flag.kind == Kind::Bool {
            return;
        }
        if let Some(word) = walk.next() {
            self.value(word, word.span.clone(), flag, &word.text);
        } else if let Some(piece) = self.pieces.last_mut() {
            piece.says = format!("{} Une valeur est attendue ensuite.", piece.says);
        }
    }

    fn value(
        &mut self,
        word: &Word,
        span: std::ops::Range<usize>,
        flag: &'static Flag,
        value: &str,
    ) {
        let typed = self.unfinished(word);
        let substituted = value.contains('$');
        let mut says = format!("Valeur de --{}.", flag.hidden_for.unwrap_or(flag.name));
        let mut role = Role::Value;
        if substituted {
            says.push_str(" Le shell y remplace ce qui suit $.");
        } else if !typed && !accepts(flag, value) {
            role = Role::Unknown;
            says.push_str(" docker la refusera.");
        }
        let parts = if flag.kind == Kind::Bool {
            boolean(value)
        } else {
            values::parts(flag, value)
        };
        let choices = if role == Role::Value {
            self.instead_of_value(flag, value, typed)
        } else {
            Vec::new()
        };
        let piece = self.push(span, role, says);
        piece.parts = parts;
        piece.instead = choices;
    }

    /// The name of an object that exists, when the value names one that does not.
    fn instead_of_value(&self, flag: &Flag, value: &str, typed: bool) -> Vec<String> {
        let known = match flag.hidden_for.unwrap_or(flag.name) {
            "network" | "network-add" => &self.names.networks,
            "volumes-from" => &self.names.containers,
            _ => return Vec::new(),
        };
        if typed || value.contains(['=', ':']) || known.iter().any(|it| it == value) {
            return Vec::new();
        }
        owned(nearest(value, known.iter().map(String::as_str), CHOICES))
    }

    fn unknown_option(&mut self, word: &Word, name: &str, flags: &[&'static Flag]) {
        let names = || {
            let shown = flags.iter().filter(|it| it.hidden_for.is_none());
            shown.map(|flag| flag.name)
        };
        let dashed = |names: Vec<&str>| names.iter().map(|it| format!("--{it}")).collect();
        let starting: Vec<&str> = names()
            .filter(|it| it.starts_with(name))
            .take(ENDINGS)
            .collect();
        if self.unfinished(word) && !starting.is_empty() {
            let says = "Début d’une option.";
            self.push(word.span.clone(), Role::Option, says).instead = dashed(starting);
            return;
        }
        let near = dashed(nearest(name, names(), CHOICES));
        let says = "Cette commande n’a pas cette option.";
        self.push(word.span.clone(), Role::Unknown, says).instead = near;
    }

    fn unknown_letter(
        &mut self,
        word: &Word,
        letter: char,
        span: std::ops::Range<usize>,
        flags: &[&'static Flag],
    ) {
        let letters = &word.text[1..];
        let long = letters.split('=').next().unwrap_or(letters);
        if flags.iter().any(|flag| flag.name == long) && long.len() > 1 {
            let says = "Une option de plusieurs lettres prend deux tirets.";
            self.push(word.span.clone(), Role::Unknown, says).instead = vec![format!("--{long}")];
        } else if letter == 'h' {
            let says = commands::of_option("*", "help").unwrap_or_default();
            self.push(span, Role::Option, says).full = Some("--help".to_owned());
        } else {
            let says = format!("Cette commande n’a pas d’option -{letter}.");
            self.push(span, Role::Unknown, says).text = format!("-{letter}");
        }
    }
}

fn sentence(verb: &str, flag: &Flag) -> &'static str {
    commands::of_option(verb, flag.hidden_for.unwrap_or(flag.name)).unwrap_or_default()
}

fn boolean(value: &str) -> Vec<Part> {
    match value {
        "false" | "0" => vec![Part::new(value, "non\u{a0}: l’option est éteinte")],
        "true" | "1" => vec![Part::new(value, "oui")],
        _ => Vec::new(),
    }
}
