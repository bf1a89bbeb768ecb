//! A command, what it wrote, what it changed.

use std::fmt::Write as _;

use crate::cast::Outcome;
use crate::lesson::{Block, File};
use crate::text::html::escape;

/// A step of a page.
pub(super) struct Step<'a> {
    /// The command line.
    line: &'a str,
    /// The file that it writes.
    file: Option<&'a File>,
    /// What it did, when it is known.
    outcome: Option<&'a Outcome>,
    /// What the screen showed at its end, for want of that.
    screen: &'a str,
}

impl<'a> Step<'a> {
    /// A step of a block of a lesson.
    pub(super) fn of(
        block: &'a Block,
        line: &'a str,
        outcome: Option<&'a Outcome>,
        screen: &'a str,
    ) -> Self {
        let file = match block {
            Block::File(file) => Some(file),
            _ => None,
        };
        Self {
            file,
            ..Self::alone(line, outcome, screen)
        }
    }

    /// A step of no lesson.
    pub(super) const fn alone(
        line: &'a str,
        outcome: Option<&'a Outcome>,
        screen: &'a str,
    ) -> Self {
        Self {
            line,
            file: None,
            outcome,
            screen,
        }
    }

    /// Its HTML; `rank` is from 1.
    pub(super) fn html(&self, rank: usize) -> String {
        let mut html = format!("<div class=\"step\">\n<h3 id=\"etape-{rank}\">Étape {rank}");
        // Writing to a string cannot fail.
        let _ = match self.file {
            Some(file) => writeln!(
                html,
                "\u{a0}: le fichier <code>~/moussaillon/{}</code></h3>\n<pre \
                 class=\"file\"><code>{}</code></pre>",
                escape(&file.path),
                escape(file.content.trim_end())
            ),
            None if self.line.trim().contains('\n') => writeln!(
                html,
                "\u{a0}: <code>{}</code></h3>\n<pre class=\"line\"><code>{}</code></pre>",
                escape(&title(self.line)),
                escape(self.line)
            ),
            None => writeln!(
                html,
                "\u{a0}: <code>{}</code></h3>",
                escape(self.line.trim())
            ),
        };
        match self.outcome {
            Some(outcome) => html.push_str(&did(outcome, rank)),
            None if self.screen.is_empty() => {
                html.push_str("<p>Ce qu’elle a affiché n’a pas été gardé.</p>\n");
            }
            None => html.push_str(&shown("L’écran, à la fin de l’étape", rank, self.screen)),
        }
        html + "</div>\n"
    }
}

/// What tells a command of several lines: its first one.
fn title(line: &str) -> String {
    let first = line.trim().lines().next().unwrap_or_default();
    format!("{first} …")
}

fn did(outcome: &Outcome, rank: usize) -> String {
    let mut html = if outcome.output.trim().is_empty() {
        "<p>La commande n’affiche rien.</p>\n".to_owned()
    } else {
        shown("La commande affiche", rank, &outcome.output)
    };
    match outcome.status {
        Some(0) => {}
        Some(code) => {
            let _ = writeln!(html, "<p>Elle échoue\u{a0}: code de sortie {code}.</p>");
        }
        None => html.push_str("<p>On n’en connaît pas le code de sortie.</p>\n"),
    }
    if outcome.changes.is_empty() {
        html.push_str("<p>Elle ne change rien dans le moteur.</p>\n");
        return html;
    }
    html.push_str("<h4>Ce qu’elle change dans le moteur</h4>\n<ul class=\"changes\">\n");
    for (sign, words) in &outcome.changes {
        let class = match sign {
            '+' => "added",
            '-' => "removed",
            _ => "changed",
        };
        let sign = if *sign == '-' { '−' } else { *sign };
        let _ = writeln!(
            html,
            "<li class=\"{class}\"><span aria-hidden=\"true\">{}</span> {}</li>",
            escape(&sign.to_string()),
            escape(words)
        );
    }
    html + "</ul>\n"
}

fn shown(title: &str, rank: usize, text: &str) -> String {
    format!(
        "<figure>\n<figcaption>{title}\u{a0}:</figcaption>\n<pre class=\"output\" role=\"group\" \
         tabindex=\"0\" translate=\"no\" aria-label=\"Sortie de l’étape {rank}\">{}</pre>\n\
         </figure>\n",
        escape(text.trim_end())
    )
}
