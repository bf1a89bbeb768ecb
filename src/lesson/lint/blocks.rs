//! What a lesson covers, what it leaves, and the blocks that have rules of their own.

use super::{Faults, prose};
use crate::lesson::model::{Block, Lesson, Observation, Position, Recap};
use crate::text::glossary::Glossary;

/// The gap in `a-completer`.
const GAP: char = '…';

/// Each covered row names a part or a block that exists.
pub(super) fn check_covers(faults: &mut Faults<'_>, lesson: &Lesson) {
    let start = Position { line: 1, column: 1 };
    for (index, covered) in lesson.covers.iter().enumerate() {
        let (row, place) = (&covered.row, &covered.place);
        let part = lesson.sections.iter().any(|part| part.title == *place);
        let block = || lesson.blocks().any(|block| block.id() == Some(place));
        if !part && !block() {
            let words = format!(
                "« {row} » : aucune partie (« ## ») ni aucun bloc ne porte le nom « {place} »"
            );
            faults.near(start, row, words);
        }
        if lesson.covers[..index].iter().any(|other| other.row == *row) {
            faults.near(start, row, format!("« {row} » est écrite deux fois"));
        }
    }
}

/// The summary is the last thing that is read.
pub(super) fn check_last(faults: &mut Faults<'_>, lesson: &Lesson) {
    let mut read = lesson
        .blocks()
        .filter(|block| !matches!(block, Block::Note(_)))
        .skip_while(|block| !matches!(block, Block::Recap(_)));
    match (read.next(), read.next()) {
        (Some(Block::Recap(recap)), Some(_)) => faults.at(
            recap.position,
            "« bilan » est le dernier bloc de la leçon : rien ne le suit".to_owned(),
        ),
        (None, _) => faults.at(
            Position { line: 1, column: 1 },
            "il manque un « bilan » à la fin de la leçon".to_owned(),
        ),
        _ => {}
    }
}

pub(super) fn check_recap(faults: &mut Faults<'_>, recap: &Recap) {
    for words in recap.points.iter().chain(&recap.words) {
        prose::check(faults, recap.position, words);
    }
    let Ok(glossary) = Glossary::embedded() else {
        return;
    };
    for word in &recap.words {
        if glossary.resolve(word).is_none() {
            let words = format!("« {word} » : ce mot n’est pas dans le glossaire");
            faults.near(recap.position, word, words);
        }
    }
}

pub(super) fn check_observation(faults: &mut Faults<'_>, observation: &Observation) {
    for words in [&observation.question, &observation.explanation] {
        prose::check(faults, observation.position, words);
    }
}

/// A line to complete has a gap, and is written like a command but for it.
pub(super) fn check_gaps(faults: &mut Faults<'_>, at: Position, line: &str) {
    if !line.contains(GAP) {
        let words =
            format!("« {line} » n’a pas de trou : écrivez « {GAP} » à chaque endroit à compléter");
        faults.near(at, line, words);
    }
    if line.contains('\n') {
        faults.near(at, line, "« a-completer » tient sur une ligne".to_owned());
    }
}
