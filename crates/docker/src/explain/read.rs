//! Walks the words of a line as the client's parser does, saying what each is. Where the parser
//! would stop with an error, it says what is wrong and goes on.

use std::ops::Range;

use super::super::cli::all_verbs;
use super::super::grammar::{Verb, global_flags, groups, verb_named};
use super::super::places::places;
use super::near::nearest;
use super::words::{Token, Word, tokens};
use super::{Names, Part, Piece, Role};
use crate::text::commands;

/// How many words are proposed in place of a mistyped one.
pub(super) const CHOICES: usize = 3;
/// How many ends are proposed for a word that is being typed.
pub(super) const ENDINGS: usize = 6;

/// Programs that run the command that follows them.
const CARRIERS: &[(&str, &str)] = &[
    ("sudo", "Lance la commande avec les droits de root."),
    (
        "xargs",
        "Lance la commande en lui donnant pour arguments ce qu’il lit sur son entrée.",
    ),
    ("time", "Mesure la durée de la commande."),
    (
        "watch",
        "Relance la commande sans cesse et montre ce qu’elle affiche.",
    ),
    (
        "nohup",
        "Lance la commande sans qu’elle dépende du terminal.",
    ),
    ("exec", "Remplace le shell par la commande."),
];

/// Words of the shell's own grammar that stand before a command, or close what they opened (sh(1)).
const RESERVED: &[(&str, &str)] = &[
    (
        "if",
        "Si la commande qui suit réussit, «\u{a0}then\u{a0}» a lieu.",
    ),
    (
        "elif",
        "Sinon, si la commande qui suit réussit, le «\u{a0}then\u{a0}» suivant a lieu.",
    ),
    ("then", "Ce qui est lancé dans ce cas."),
    ("else", "Ce qui est lancé dans l’autre cas."),
    ("fi", "Fin du «\u{a0}if\u{a0}»."),
    (
        "while",
        "Tant que la commande qui suit réussit, «\u{a0}do\u{a0}» est répété.",
    ),
    (
        "until",
        "Tant que la commande qui suit échoue, «\u{a0}do\u{a0}» est répété.",
    ),
    ("do", "Ce que la boucle répète."),
    ("done", "Fin de la boucle."),
    (
        "!",
        "Prend la réussite de la commande pour un échec, et l’inverse.",
    ),
    ("{", "Début d’un groupe de commandes."),
    ("}", "Fin du groupe de commandes."),
];

/// Says what each word of a line means. `names` is what the engine holds, for names mistyped; empty
/// when it is not known.
pub fn explain(line: &str, names: &Names) -> Vec<Piece> {
    let mut reader = Reader {
        line,
        names,
        pieces: Vec::new(),
    };
    let mut words: Vec<Word> = Vec::new();
    let mut target = None;
    for token in tokens(line) {
        match token {
            Token::Word(word) => match target.take() {
                Some(says) => {
                    reader.push(word.span.clone(), Role::Operator, says);
                }
                None => words.push(word),
            },
            Token::Redirection(sign, span) => {
                let (says, to) = redirection(sign);
                reader.push(span, Role::Operator, says);
                target = to;
            }
            Token::Separator(sign, span) => {
                reader.command(&std::mem::take(&mut words));
                if sign != "\n" {
                    reader.push(span, Role::Operator, separator(sign));
                }
            }
        }
    }
    reader.command(&words);
    reader.pieces.sort_by_key(|piece| piece.span.start);
    reader.pieces
}

fn redirection(sign: &str) -> (&'static str, Option<&'static str>) {
    match sign {
        "2>&1" => ("Mêle les messages d’erreur à la sortie ordinaire.", None),
        ">&2" => ("Envoie la sortie là où vont les messages d’erreur.", None),
        "<" => (
            "Donne un fichier à lire à la commande.",
            Some("Le fichier lu par la commande."),
        ),
        "<<" | "<<<" => (
            "Donne à lire à la commande le texte qui suit.",
            Some("Ce que la commande lit."),
        ),
        "2>" | "2>>" => (
            "Écrit les messages d’erreur dans un fichier.",
            Some("Le fichier des messages d’erreur."),
        ),
        ">>" => (
            "Ajoute la sortie à la fin d’un fichier.",
            Some("Le fichier complété, sur la machine hôte."),
        ),
        _ => (
            "Écrit la sortie dans un fichier, dont l’ancien contenu est perdu.",
            Some("Le fichier écrit, sur la machine hôte."),
        ),
    }
}

fn separator(sign: &str) -> &'static str {
    match sign {
        "|" => "Donne la sortie de cette commande à lire à la suivante.",
        "&&" => "Lance la suite si cette commande réussit.",
        "||" => "Lance la suite si cette commande échoue.",
        "&" => "Lance la commande en arrière-plan dans ce shell.",
        _ => "Fin de la commande\u{a0}; la suite vient après.",
    }
}

pub(super) struct Reader<'a> {
    line: &'a str,
    pub(super) names: &'a Names,
    pub(super) pieces: Vec<Piece>,
}

/// Where the walk of a command's words is.
pub(super) struct Walk<'w> {
    words: &'w [Word],
    at: usize,
}

impl<'w> Walk<'w> {
    pub(super) fn next(&mut self) -> Option<&'w Word> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        Some(word)
    }
}

impl Reader<'_> {
    pub(super) fn push(
        &mut self,
        span: Range<usize>,
        role: Role,
        says: impl Into<String>,
    ) -> &mut Piece {
        let says = says.into();
        let text = self.line.get(span.clone()).unwrap_or_default().to_owned();
        let at = self.pieces.len();
        self.pieces.push(Piece {
            span,
            text,
            full: None,
            role,
            says,
            parts: Vec::new(),
            instead: Vec::new(),
        });
        &mut self.pieces[at]
    }

    /// Whether the word is still being typed.
    pub(super) fn unfinished(&self, word: &Word) -> bool {
        word.span.end == self.line.len()
    }

    fn command(&mut self, words: &[Word]) {
        let mut walk = Walk { words, at: 0 };
        while let Some(word) = walk.next() {
            let text = word.text.as_str();
            if let Some((name, value)) = assignment(text) {
                let piece = self.push(
                    word.span.clone(),
                    Role::Prefix,
                    "Une variable d’environnement, pour cette commande seulement.",
                );
                piece.parts = vec![Part::new(name, "nom"), Part::new(value, "valeur")];
                continue;
            }
            if let Some((_, says)) = RESERVED.iter().find(|(name, _)| *name == text) {
                self.push(word.span.clone(), Role::Operator, *says);
                continue;
            }
            if text == "for" {
                let end = words.last().map_or(word.span.end, |it| it.span.end);
                let says = "La suite est lancée pour chacun de ces mots, mis dans la variable.";
                self.push(word.span.start..end, Role::Operator, says);
                return;
            }
            let program = text.rsplit('/').next().unwrap_or(text);
            let carrier = CARRIERS.iter().find(|(name, _)| *name == program);
            let carries = words[walk.at..].iter().any(|it| it.text == "docker");
            if let Some((_, says)) = carrier.filter(|_| carries) {
                self.push(word.span.clone(), Role::Prefix, *says);
                while walk.words[walk.at].text != "docker" {
                    if let Some(option) = walk.next() {
                        let says = "Une option de ce qui précède.";
                        self.push(option.span.clone(), Role::Prefix, says);
                    }
                }
                continue;
            }
            if program == "moussaillon" && words.get(walk.at).is_some_and(|it| it.text == "docker")
            {
                self.push(word.span.clone(), Role::Prefix, "Ce programme-ci.");
                continue;
            }
            if program == "docker" {
                let says = commands::of_command("docker").unwrap_or_default();
                self.push(word.span.clone(), Role::Program, says);
                self.docker(&mut walk);
                return;
            }
            self.other(word, &words[walk.at..]);
            return;
        }
    }

    /// Another program: docker mistyped, or none of our business.
    fn other(&mut self, word: &Word, rest: &[Word]) {
        let meant = !rest.is_empty() && !nearest(&word.text, ["docker"], 1).is_empty();
        if meant && !["locker", "docked"].contains(&word.text.as_str()) {
            let piece = self.push(
                word.span.clone(),
                Role::Unknown,
                "Ce programme est inconnu.",
            );
            piece.instead = vec!["docker".to_owned()];
            return;
        }
        let end = rest.last().map_or(word.span.end, |it| it.span.end);
        let says = "Une autre commande que docker.";
        self.push(word.span.start..end, Role::Other, says);
    }

    fn docker(&mut self, walk: &mut Walk<'_>) {
        let flags = global_flags();
        while let Some(word) = walk.next() {
            if word.text.starts_with('-') && word.text.len() > 1 {
                self.option(word, &flags, "docker", walk);
                continue;
            }
            self.first_word(word, walk);
            return;
        }
    }

    /// The word after `docker`: a group or a verb.
    fn first_word(&mut self, word: &Word, walk: &mut Walk<'_>) {
        let name = word.text.as_str();
        if name == "help" {
            let says = "Affiche l’aide de la commande nommée ensuite.";
            self.push(word.span.clone(), Role::Verb, says);
            return;
        }
        if let Some(group) = groups().find(|it| *it == name) {
            let says = commands::of_command(group).unwrap_or_default();
            self.push(word.span.clone(), Role::Group, says);
            self.grouped(group, walk);
            return;
        }
        match verb_named(name) {
            Some((verb, spelling)) => self.verb(word, verb, spelling, walk),
            None => self.unknown_verb(word, ""),
        }
    }

    fn grouped(&mut self, group: &str, walk: &mut Walk<'_>) {
        while let Some(word) = walk.next() {
            if word.text.starts_with('-') {
                self.option(word, &[], group, walk);
                continue;
            }
            let path = format!("{group} {}", word.text);
            match verb_named(&path) {
                Some((verb, spelling)) => self.verb(word, verb, spelling, walk),
                None => match commands::of_command(&path) {
                    Some(says) => {
                        let says = format!("{says} Cette commande n’est pas dans moussaillon.");
                        self.push(word.span.clone(), Role::Verb, says);
                    }
                    None => self.unknown_verb(word, group),
                },
            }
            return;
        }
    }

    fn unknown_verb(&mut self, word: &Word, group: &str) {
        let known = verbs_of(group);
        let candidates = known.iter().map(String::as_str);
        let starting: Vec<String> = known
            .iter()
            .filter(|it| it.starts_with(&word.text))
            .take(ENDINGS)
            .cloned()
            .collect();
        if self.unfinished(word) && !starting.is_empty() {
            let says = "Début d’une commande.";
            self.push(word.span.clone(), Role::Verb, says).instead = starting;
            return;
        }
        let near = owned(nearest(&word.text, candidates, CHOICES));
        let says = if group.is_empty() {
            "docker n’a pas cette commande.".to_owned()
        } else {
            format!("docker {group} n’a pas cette commande.")
        };
        self.push(word.span.clone(), Role::Unknown, says).instead = near;
    }

    fn verb(
        &mut self,
        word: &Word,
        verb: &'static Verb,
        spelling: &'static str,
        walk: &mut Walk<'_>,
    ) {
        let name = verb.spellings[0];
        let says = commands::of_command(name).unwrap_or_default();
        let piece = self.push(word.span.clone(), Role::Verb, says);
        if spelling != name {
            piece.full = Some(format!("docker {name}"));
        }
        let flags = verb.all_flags();
        let mut rank = 0;
        let mut only_arguments = false;
        while let Some(word) = walk.next() {
            let text = word.text.as_str();
            if !only_arguments && text == "--" {
                only_arguments = true;
                let says = "Fin des options\u{a0}: la suite n’en contient plus.";
                self.push(word.span.clone(), Role::Option, says);
            } else if !only_arguments && text.starts_with('-') && text.len() > 1 {
                self.option(word, &flags, name, walk);
            } else {
                self.argument(word, verb, rank);
                rank += 1;
                only_arguments |= !verb.interspersed;
            }
        }
        if rank == 0 && self.line.ends_with(char::is_whitespace) {
            self.expected(verb);
        }
    }

    /// Nothing is typed yet where an argument is needed: said on the verb itself.
    fn expected(&mut self, verb: &Verb) {
        let Some(place) = places(verb).first().copied() else {
            return;
        };
        let optional = verb.usage.trim_start_matches("[OPTIONS] ").starts_with('[');
        let last = self.pieces.last_mut();
        if let Some(piece) = last.filter(|it| it.role == Role::Verb && !optional) {
            let expected = lower(place.says());
            piece.says = format!("{} Attendu ensuite\u{a0}: {expected}", piece.says);
        }
    }
}

/// The spellings that may follow `docker` (`group` empty) or a group.
fn verbs_of(group: &str) -> Vec<String> {
    let mut names: Vec<String> = all_verbs()
        .flat_map(|verb| verb.spellings)
        .filter_map(|spelling| match spelling.split_once(' ') {
            Some((theirs, name)) if theirs == group => Some(name.to_owned()),
            None if group.is_empty() => Some((*spelling).to_owned()),
            _ => None,
        })
        .collect();
    if group.is_empty() {
        names.extend(groups().map(str::to_owned));
    }
    names.sort();
    names
}

fn assignment(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let letters = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    let named = !name.is_empty()
        && name.bytes().all(letters)
        && !name.starts_with(|it: char| it.is_ascii_digit());
    named.then_some((name, value))
}

pub(super) fn owned(words: Vec<&str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// A sentence to go on with.
pub(super) fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}
