//! What is told between the commands of a lesson.

use std::fmt::Write as _;

use super::prose;
use crate::demo::Act;
use crate::domain::Snapshot;
use crate::lesson::{Block, Choice, Diagram, Recap};
use crate::text::glossary::Glossary;
use crate::text::html::escape;
use crate::tui::{Theme, diagrams};

/// Columns of a drawing: what a sheet of paper has.
const COLUMNS: usize = 76;

/// What is told at a beat that runs nothing.
pub(super) fn told(act: &Act, block: &Block) -> String {
    let revealed = *act == Act::Reveal;
    match block {
        Block::Prose(text) => prose::blocks(text),
        Block::Diagram(it) => diagram(it),
        Block::Recap(it) => recap(it),
        Block::Prediction(it) if revealed => answer(&it.choices),
        Block::Prediction(it) => question("Prédiction", &it.question, &it.choices),
        Block::Quiz(it) if revealed => answer(&it.choices),
        Block::Quiz(it) => question("Question", &it.question, &it.choices),
        Block::Misconception(it) if revealed => aside("En fait", &it.truth),
        Block::Misconception(it) => aside("On croit", &it.belief),
        Block::Observation(it) if revealed => aside("Réponse", &it.explanation),
        Block::Observation(it) => aside("À observer", &it.question),
        Block::Exercise(_) if revealed => String::new(),
        Block::Exercise(it) => aside("Exercice", &it.instruction),
        Block::Command(_) | Block::File(_) | Block::Note(_) => String::new(),
    }
}

fn aside(title: &str, text: &str) -> String {
    let text = prose::blocks(text);
    format!("<div class=\"aside\">\n<h3>{title}</h3>\n{text}</div>\n")
}

fn question(title: &str, asked: &str, choices: &[Choice]) -> String {
    let asked = prose::blocks(asked);
    let mut html = format!("<div class=\"aside\">\n<h3>{title}</h3>\n{asked}<ol type=\"a\">\n");
    for choice in choices {
        // Writing to a string cannot fail.
        let _ = writeln!(html, "<li>{}</li>", prose::inline(&choice.text));
    }
    html + "</ol>\n</div>\n"
}

fn answer(choices: &[Choice]) -> String {
    let mut html = "<div class=\"aside\">\n<h3>Réponse</h3>\n<ol type=\"a\">\n".to_owned();
    for choice in choices {
        let verdict = if choice.right { "Juste." } else { "Faux." };
        let _ = writeln!(
            html,
            "<li>{} <strong>{verdict}</strong> {}</li>",
            prose::inline(&choice.text),
            prose::inline(&choice.why)
        );
    }
    html + "</ol>\n</div>\n"
}

/// The drawing, and what it says in sentences.
fn diagram(it: &Diagram) -> String {
    let nothing = Snapshot::default();
    let scene = diagrams::Scene::of(&nothing);
    let lines = diagrams::draw(it.kind, &scene, COLUMNS, &Theme::default());
    let drawn: Vec<String> = lines
        .iter()
        .map(|line| escape(line.to_string().trim_end()))
        .collect();
    let caption = it.caption.as_deref().map(prose::inline).unwrap_or_default();
    format!(
        "<figure>\n<pre class=\"drawing\" role=\"img\" tabindex=\"0\" aria-label=\"Schéma, décrit \
         dans sa légende\">{}</pre>\n<figcaption>{caption} <strong>En phrases\u{a0}:</strong> \
         {}</figcaption>\n</figure>\n",
        drawn.join("\n"),
        prose::inline(diagrams::reading(it.kind))
    )
}

fn recap(it: &Recap) -> String {
    let mut html = "<div class=\"aside\">\n<h3>À retenir</h3>\n<ul>\n".to_owned();
    for point in &it.points {
        let _ = writeln!(html, "<li>{}</li>", prose::inline(point));
    }
    html.push_str("</ul>\n");
    let glossary = Glossary::embedded().ok();
    let words = it.words.iter().map(|word| {
        let term = glossary.and_then(|it| it.resolve(word));
        term.map_or_else(
            || format!("<dt>{}</dt>", prose::inline(word)),
            |term| {
                format!(
                    "<dt>{} (en anglais, <span lang=\"en\">{}</span>)</dt>\n<dd>{}</dd>",
                    escape(&term.name),
                    escape(&term.english),
                    prose::inline(&term.definition)
                )
            },
        )
    });
    let words: Vec<String> = words.collect();
    if !words.is_empty() {
        let _ = writeln!(html, "<dl>\n{}\n</dl>", words.join("\n"));
    }
    html + "</div>\n"
}
