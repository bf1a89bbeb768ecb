//! The part of the lesson as paragraphs, in reading order.

use super::blocks;
use crate::lesson::Block;
use crate::tui::study::Study;

/// Which lesson, which part.
pub(super) fn heading(study: &Study) -> Vec<String> {
    let lesson = &study.lesson;
    let count = lesson.sections.len();
    let mut lines = vec![format!(
        "Leçon\u{a0}: {} Partie {} sur {count}\u{a0}: {}",
        sentence(&lesson.title),
        study.section + 1,
        sentence(study.section_title()),
    )];
    if study.section == 0 {
        let minutes = lesson.duration.as_secs() / 60;
        lines.push(format!("Durée\u{a0}: {minutes} minutes."));
        if !lesson.objectives.is_empty() {
            lines.push("Au bout de cette leçon, vous saurez\u{a0}:".to_owned());
            let objectives = lesson.objectives.iter();
            lines.extend(objectives.map(|it| format!("- {}", super::prose::line(it))));
        }
    }
    lines
}

/// A text that ends as a sentence does.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    let end = if text.is_empty() || text.ends_with(['.', '?', '!', '…', ':']) {
        ""
    } else {
        "."
    };
    format!("{text}{end}")
}

/// What the part says now, with what was answered and what the engine shows.
pub(super) fn paragraphs(study: &Study) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, block) in study.blocks().iter().enumerate() {
        lines.extend(blocks::lines(study, index, block));
    }
    lines.push(end(study));
    lines
}

fn end(study: &Study) -> String {
    let Some(next) = study.lesson.sections.get(study.section + 1) else {
        let (done, all) = study.tally();
        return if done == all {
            "Leçon terminée\u{a0}: bravo. :accueil revient à la liste des leçons.".to_owned()
        } else {
            format!(
                "Fin de la leçon, {done} réussis sur {all}. :accueil revient à la liste des leçons."
            )
        };
    };
    format!(
        "Fin de la partie. :suite passe à la suivante\u{a0}: {}",
        sentence(&next.title)
    )
}

/// The commands that the part can send, in reading order: their number is their rank from 1,
/// whether they are shown yet or not.
pub(super) fn commands(study: &Study) -> Vec<(usize, usize)> {
    let count = |block: &Block| match block {
        Block::Command(_) | Block::Prediction(_) | Block::Observation(_) | Block::File(_) => 1,
        Block::Misconception(it) => it.experiment.len(),
        Block::Exercise(it) => it.solution.len(),
        Block::Prose(_) | Block::Quiz(_) | Block::Diagram(_) | Block::Recap(_) | Block::Note(_) => {
            0
        }
    };
    let blocks = study.blocks().iter().enumerate();
    blocks
        .flat_map(|(block, it)| (0..count(it)).map(move |index| (block, index)))
        .collect()
}
