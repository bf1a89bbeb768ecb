//! Each block of a lesson as paragraphs: what it asks, what was answered, and what to type.

use super::prose;
use super::section::commands;
use crate::lesson::{
    Block, Choice, Exercise, GoalVerdict, Misconception, Observation, Prediction, Quiz, Recap, Row,
};
use crate::text::glossary::Glossary;
use crate::tui::diagrams;
use crate::tui::study::Study;

/// The paragraphs of a block.
pub(super) fn lines(study: &Study, block: usize, it: &Block) -> Vec<String> {
    match it {
        Block::Prose(text) => prose::lines(text),
        Block::Command(_) => vec![command(study, block, 0)],
        Block::Prediction(it) => prediction(study, block, it),
        Block::Quiz(it) => quiz(study, block, it),
        Block::Misconception(it) => misconception(study, block, it),
        Block::Exercise(it) => exercise(study, block, it),
        Block::Observation(it) => observation(study, block, it),
        Block::File(it) => {
            let mut lines = vec![format!("Fichier ~/moussaillon/{}\u{a0}:", it.path)];
            lines.extend(it.content.trim_end().lines().map(str::to_owned));
            lines.push(format!(
                "Fin du fichier. Pour l’écrire{}",
                sending(study, block, 0)
            ));
            lines
        }
        Block::Diagram(it) => {
            let caption = it.caption.as_deref().map(prose::line).unwrap_or_default();
            let reading = prose::line(diagrams::reading(it.kind));
            vec![
                format!("Schéma, en phrases. {reading} {caption}")
                    .trim_end()
                    .to_owned(),
            ]
        }
        Block::Recap(it) => recap(it),
        Block::Note(_) => Vec::new(),
    }
}

/// `: tapez :envoyer 3.`
fn sending(study: &Study, block: usize, index: usize) -> String {
    let rank = commands(study).iter().position(|it| *it == (block, index));
    rank.map_or_else(String::new, |rank| {
        format!("\u{a0}: :envoyer {}.", rank + 1)
    })
}

fn command(study: &Study, block: usize, index: usize) -> String {
    let line = study.command(block, index).unwrap_or_default();
    let gap = if line.contains('\n') { "\n" } else { " " };
    format!(
        "Commande à envoyer\u{a0}:{gap}{}\nPour l’envoyer{}",
        line.trim_end(),
        sending(study, block, index)
    )
}

/// `a`, `b`, `c`…
pub(super) fn letter(index: usize) -> char {
    u8::try_from(index)
        .ok()
        .and_then(|index| b'a'.checked_add(index))
        .map_or('?', char::from)
}

fn answers(choices: &[Choice]) -> Vec<String> {
    let rows = choices.iter().enumerate();
    rows.map(|(index, it)| format!("{}) {}", letter(index), prose::line(&it.text)))
        .collect()
}

fn prediction(study: &Study, block: usize, it: &Prediction) -> Vec<String> {
    let answer = study.answer(block);
    let mut lines = vec![format!("Prédiction. {}", prose::line(&it.question))];
    lines.extend(answers(&it.choices));
    let Some(chosen) = answer.chosen else {
        lines.push(
            "Répondez d’abord, par :choix et une lettre\u{a0}; la commande vient ensuite."
                .to_owned(),
        );
        return lines;
    };
    lines.push(format!("Votre réponse\u{a0}: {}.", letter(chosen)));
    lines.push(command(study, block, 0));
    if !answer.revealed {
        return lines;
    }
    let Some(choice) = it.choices.get(chosen) else {
        return lines;
    };
    if choice.right {
        lines.push(format!("Bien vu. {}", prose::line(&choice.why)));
        return lines;
    }
    lines.push(format!("Ce n’est pas cela. {}", prose::line(&choice.why)));
    if let Some(right) = it.choices.iter().position(|choice| choice.right) {
        let why = prose::line(&it.choices[right].why);
        lines.push(format!("La bonne réponse était {}. {why}", letter(right)));
    }
    lines
}

fn quiz(study: &Study, block: usize, it: &Quiz) -> Vec<String> {
    let answer = study.answer(block);
    let mut lines = vec![format!("Question. {}", prose::line(&it.question))];
    lines.extend(answers(&it.choices));
    for (index, choice) in it.choices.iter().enumerate() {
        if answer.tried.contains(&index) {
            let verdict = if choice.right { "juste" } else { "faux" };
            let why = prose::line(&choice.why);
            lines.push(format!("Réponse {}\u{a0}: {verdict}. {why}", letter(index)));
        }
    }
    let found = answer.chosen.and_then(|chosen| it.choices.get(chosen));
    if !found.is_some_and(|choice| choice.right) {
        lines.push("Répondez par :choix et une lettre.".to_owned());
    }
    lines
}

fn misconception(study: &Study, block: usize, it: &Misconception) -> Vec<String> {
    let mut lines = vec![format!(
        "Idée reçue. On croit\u{a0}: {}",
        prose::line(&it.belief)
    )];
    lines.extend((0..it.experiment.len()).map(|index| command(study, block, index)));
    lines.push(if study.answer(block).revealed {
        format!("En fait\u{a0}: {}", prose::line(&it.truth))
    } else {
        "Pour savoir ce qu’il en est\u{a0}: :montrer.".to_owned()
    });
    lines
}

fn observation(study: &Study, block: usize, it: &Observation) -> Vec<String> {
    let answer = study.answer(block);
    let mut lines = vec![
        format!("À observer. {}", prose::line(&it.question)),
        command(study, block, 0),
    ];
    let done = study.done.contains(&it.id);
    if let Some(feedback) = &answer.feedback {
        let verdict = match (done, answer.revealed) {
            (true, false) => "Juste. ",
            (true, true) => "",
            (false, _) => "Pas encore. ",
        };
        lines.push(format!("{verdict}{}", prose::line(feedback)));
    }
    lines.push(if done {
        prose::line(&it.explanation)
    } else if answer.feedback.is_some() {
        "Répondez à nouveau par :réponse et le texte, ou voyez ce que dit le moteur\u{a0}: \
         :montrer."
            .to_owned()
    } else {
        "Répondez par :réponse et le texte.".to_owned()
    });
    lines
}

fn recap(it: &Recap) -> Vec<String> {
    let mut lines = vec!["Bilan.".to_owned()];
    lines.extend(
        it.points
            .iter()
            .map(|point| format!("- {}", prose::line(point))),
    );
    if it.words.is_empty() {
        return lines;
    }
    let glossary = Glossary::embedded().ok();
    let words: Vec<String> = it
        .words
        .iter()
        .map(|word| match glossary.and_then(|it| it.resolve(word)) {
            Some(term) => format!("{} ({})", term.name, term.english),
            None => prose::line(word),
        })
        .collect();
    lines.push(format!(
        "Les mots de la leçon\u{a0}: {}. :glossaire et l’un d’eux en dit le sens.",
        words.join(", ")
    ));
    lines
}

fn exercise(study: &Study, block: usize, it: &Exercise) -> Vec<String> {
    let answer = study.answer(block);
    let done = study.has_passed(&it.id);
    let mut lines = vec!["Exercice.".to_owned()];
    lines.extend(prose::lines(&it.instruction));
    if let Some(gaps) = &it.gaps {
        lines.push(format!("Ligne à compléter\u{a0}: {gaps}"));
    }
    if done {
        lines.push("Exercice réussi.".to_owned());
    } else {
        lines.extend(goals(study, block));
    }
    for (index, hint) in it.hints.iter().take(answer.hints).enumerate() {
        let (rank, all) = (index + 1, it.hints.len());
        lines.push(format!(
            "Indice {rank} sur {all}\u{a0}: {}",
            prose::line(hint)
        ));
    }
    if answer.solution {
        lines.push("Solution\u{a0}:".to_owned());
        lines.extend((0..it.solution.len()).map(|index| command(study, block, index)));
    }
    if !done {
        lines.push("Pour cet exercice\u{a0}: :indice, :solution, :buts, :recommencer.".to_owned());
    }
    lines
}

/// The goals of the exercise of this block, one paragraph each; then what is said of a recognised
/// wrong attempt.
pub(super) fn goals(study: &Study, block: usize) -> Vec<String> {
    let attempt = study
        .attempt
        .as_ref()
        .filter(|it| it.key == (study.section, block));
    let Some(attempt) = attempt else {
        return vec!["L’exercice n’a pas encore commencé.".to_owned()];
    };
    let goals = &attempt.verdict.goals;
    let mut lines: Vec<String> = goals
        .iter()
        .enumerate()
        .map(|(rank, it)| goal(rank + 1, goals.len(), it))
        .collect();
    if attempt.verdict.is_met() && !attempt.open {
        lines.push(
            "Le but est déjà atteint au départ\u{a0}: suivez d’abord la leçon jusqu’à l’exercice."
                .to_owned(),
        );
    }
    if let Some(case) = &attempt.case {
        lines.push(format!("Remarque\u{a0}: {}", prose::line(case)));
    }
    lines
}

fn goal(rank: usize, count: usize, it: &GoalVerdict) -> String {
    if it.met {
        return format!("But {rank} sur {count}, atteint\u{a0}: {}.", it.label);
    }
    let missing = prose::line(it.message());
    let fields: String = it.rows.iter().filter(|row| !row.met).map(field).collect();
    format!(
        "But {rank} sur {count}, pas encore atteint\u{a0}: {}. {missing}{fields}",
        it.label
    )
}

/// ` jumeau1, State.Status : absent au départ, maintenant exited, attendu running.`
fn field(row: &Row) -> String {
    let value = |it: &Option<String>| it.clone().unwrap_or_else(|| "absent".to_owned());
    format!(
        " {}, {}\u{a0}: {} au départ, maintenant {}, attendu {}.",
        row.object,
        row.field,
        value(&row.before),
        value(&row.now),
        value(&row.target),
    )
}
