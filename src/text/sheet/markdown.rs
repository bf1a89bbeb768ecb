//! The sheet as a Markdown document.

use std::fmt::Write as _;

use super::{Entry, Sheet};

pub(super) fn document(sheet: &Sheet) -> String {
    let mut text = "# Aide-mémoire de Docker\n".to_owned();
    for theme in &sheet.themes {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n## {}\n", theme.title);
        for entry in &theme.entries {
            text.push_str(&section(entry));
        }
    }
    text
}

fn section(entry: &Entry) -> String {
    let mut text = format!("\n### `{}`\n\n{}\n\n", entry.name, entry.about);
    let _ = writeln!(text, "- Syntaxe\u{a0}: `{}`", entry.syntax);
    if !entry.other_names.is_empty() {
        let names: Vec<String> = entry
            .other_names
            .iter()
            .map(|it| format!("`{it}`"))
            .collect();
        let _ = writeln!(text, "- Autre forme\u{a0}: {}", names.join(", "));
    }
    for (name, about) in &entry.options {
        let _ = writeln!(text, "- `{name}`\u{a0}: {about}");
    }
    text.push_str("\n```console\n");
    for line in entry.lines() {
        let _ = writeln!(text, "$ {line}");
    }
    let _ = write!(text, "```\n\nCe qui change\u{a0}: {}\n", entry.changes);
    if let Some(caution) = &entry.caution {
        let _ = write!(text, "\n> **Attention.** {caution}\n");
    }
    text
}
