//! The attestation as a Markdown document.

use std::fmt::Write as _;

use super::{Attestation, LIMITS, Shown};

pub(super) fn document(it: &Attestation) -> String {
    let mut text = "# Attestation\n\n".to_owned();
    // Writing to a string cannot fail.
    if let Some(name) = &it.name {
        let _ = writeln!(text, "**{}**\n", escape(name));
    }
    let _ = writeln!(
        text,
        "Écrite le {} par moussaillon {}, d’après ce que le programme a vérifié sur le moteur.\n\n{}",
        it.day,
        env!("CARGO_PKG_VERSION"),
        it.summary()
    );
    for lesson in &it.lessons {
        section(&mut text, lesson);
    }
    text.push_str("\n## Ce que cette attestation ne prouve pas\n\n");
    for limit in LIMITS {
        let _ = writeln!(text, "- {limit}");
    }
    text
}

fn section(text: &mut String, lesson: &Shown) {
    let _ = write!(
        text,
        "\n## {}. {}\n\n",
        lesson.number,
        escape(&lesson.title)
    );
    if lesson.exercises > 0 {
        let (met, all) = (lesson.met.len(), lesson.exercises);
        let _ = write!(text, "Exercices\u{a0}: {met} sur {all}.\n\n");
    }
    if !lesson.met.is_empty() {
        text.push_str("| Exercice | Réussi le | Sur | Indices |\n|---|---|---|---|\n");
        for it in &lesson.met {
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} |",
                it.exercise,
                it.day,
                escape(it.on()),
                it.hints
            );
        }
        text.push('\n');
    }
    if let Some(answers) = lesson.answers() {
        let _ = writeln!(text, "{answers}");
    }
}

/// A text that Markdown shows as it is.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if "\\`*_[]<>|#".contains(character) {
            escaped.push('\\');
        }
        escaped.push(if character.is_control() {
            ' '
        } else {
            character
        });
    }
    escaped
}
