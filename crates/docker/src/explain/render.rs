//! Explanations as plain text: no drawing, no table, so that a screen reader reads them well.

use std::fmt::Write as _;

use super::{Piece, Role};

pub(super) fn page(line: &str, pieces: &[Piece]) -> String {
    let mut page = format!("{}\n", line.trim());
    for piece in pieces {
        let full = piece
            .full
            .as_ref()
            .map(|it| format!(", c’est-à-dire {it}"))
            .unwrap_or_default();
        let _ = write!(
            page,
            "\n{} ({}{full})\u{a0}: {}",
            piece.text,
            piece.role.name(),
            sentence(piece)
        );
        for part in &piece.parts {
            let _ = match part.text.as_str() {
                "" => write!(page, "\n    {}", part.says),
                text => write!(page, "\n    {text}\u{a0}: {}", part.says),
            };
        }
    }
    page.push('\n');
    page
}

pub(super) fn one_line(piece: &Piece) -> String {
    let shown = match (&piece.full, piece.role) {
        (Some(full), Role::Option) => format!("{} {full}", piece.text),
        _ => piece.text.clone(),
    };
    let sentence = sentence(piece);
    if piece.parts.is_empty() {
        return format!("{shown}\u{a0}: {sentence}");
    }
    let parts: Vec<_> = piece
        .parts
        .iter()
        .map(|part| match part.text.as_str() {
            "" => part.says.clone(),
            text => format!("{text} = {}", part.says),
        })
        .collect();
    match piece.role {
        Role::Value | Role::Image => parts.join("\u{a0}; "),
        _ => format!("{shown}\u{a0}: {sentence} {}", parts.join("\u{a0}; ")),
    }
}

fn sentence(piece: &Piece) -> String {
    let Some((last, rest)) = piece.instead.split_last() else {
        return piece.says.clone();
    };
    let choices = if rest.is_empty() {
        last.clone()
    } else {
        format!("{} ou {last}", rest.join(", "))
    };
    match piece.role {
        Role::Unknown | Role::Argument | Role::Image => {
            format!("{} Vouliez-vous dire\u{a0}: {choices}\u{a0}?", piece.says)
        }
        _ => format!("{} Par exemple\u{a0}: {choices}.", piece.says),
    }
}
