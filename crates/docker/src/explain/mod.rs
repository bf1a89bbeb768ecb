//! What each word of a command line means, in French: pure code over the grammar.
//!
//! Reading order: `words` cuts the line; `read` walks the words as the client's own parser does,
//! but never gives up; [`super::places`], `values` and `image` say what an argument, a value and an image's
//! name are; `near` finds what was meant by a mistyped word. The sentences are in
//! [`crate::text::commands`].

mod arguments;
mod image;
mod near;
mod options;
mod read;
mod render;
#[cfg(test)]
mod tests;
mod values;
mod words;

use std::ops::Range;

use domain::{Kind, Snapshot};

pub use read::explain;

/// What a piece of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `docker`.
    Program,
    /// What precedes it: `sudo`, a variable.
    Prefix,
    /// A management command: `container`, `image`.
    Group,
    /// A command.
    Verb,
    /// An option.
    Option,
    /// The value of the option before.
    Value,
    /// An image.
    Image,
    /// The name of another object, or another argument.
    Argument,
    /// The command in the container.
    Command,
    /// What is the shell's own: `|`, `>`, `;`, `for`, `do`.
    Operator,
    /// A word of another program.
    Other,
    /// A word that docker will refuse.
    Unknown,
}

impl Role {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Program => "programme",
            Self::Prefix => "avant la commande",
            Self::Group => "famille de commandes",
            Self::Verb => "commande",
            Self::Option => "option",
            Self::Value => "valeur",
            Self::Image => "image",
            Self::Argument => "argument",
            Self::Command => "dans le conteneur",
            Self::Operator => "shell",
            Self::Other => "autre programme",
            Self::Unknown => "inconnu",
        }
    }
}

/// A part of a word: of an image's name, of `8080:80`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The part; empty when it is left out.
    pub text: String,
    /// What it is, without a capital.
    pub says: String,
}

impl Part {
    fn new(text: &str, says: &str) -> Self {
        Self::owned(text, says.to_owned())
    }

    fn owned(text: &str, says: String) -> Self {
        Self {
            text: text.to_owned(),
            says,
        }
    }
}

/// A piece of a line and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands in the line, in bytes.
    pub span: Range<usize>,
    /// As it was typed.
    pub text: String,
    /// Its full name, when it was typed in short: `--detach`, `container ls`.
    pub full: Option<String>,
    /// What it is.
    pub role: Role,
    /// What it means, in a sentence.
    pub says: String,
    /// Its parts.
    pub parts: Vec<Part>,
    /// What may have been meant, likeliest first.
    pub instead: Vec<String>,
}

/// The names of what the engine holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Containers.
    pub containers: Vec<String>,
    /// Images, with their tags.
    pub images: Vec<String>,
    /// Networks.
    pub networks: Vec<String>,
    /// Volumes.
    pub volumes: Vec<String>,
    /// Services.
    pub services: Vec<String>,
}

impl From<&Snapshot> for Names {
    fn from(snapshot: &Snapshot) -> Self {
        let of = |kind| {
            let objects = snapshot.of_kind(kind);
            objects.map(|it| it.name().to_owned()).collect()
        };
        Self {
            containers: of(Kind::Container),
            images: snapshot
                .images()
                .flat_map(|image| image.tags.clone())
                .collect(),
            networks: of(Kind::Network),
            volumes: of(Kind::Volume),
            services: of(Kind::Service),
        }
    }
}

/// The piece at this place of the line; between two words, the one before.
pub fn at(pieces: &[Piece], place: usize) -> Option<&Piece> {
    pieces
        .iter()
        .rev()
        .find(|piece| piece.span.start < place.max(1))
}

/// The whole explanation as plain text, one piece after the other.
pub fn page(line: &str, pieces: &[Piece]) -> String {
    render::page(line, pieces)
}

/// A piece in one line.
pub fn in_one_line(piece: &Piece) -> String {
    render::one_line(piece)
}

/// Whether a line has a docker command that can be explained.
pub fn concerns(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| piece.role == Role::Program)
}
