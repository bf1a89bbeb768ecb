//! What a word does: what it prints, and what it asks.

use super::{Asked, Command, blocks, command, course, prose, section};
use crate::docker::explain::{Names, explain, page as explained};
use crate::lesson::Block;
use crate::text::changes;
use crate::text::glossary::{Glossary, Term};
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::page::{self, Page};
use crate::tui::study::{Item, Study};

/// What is to be done of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Print these lines.
    Say(Vec<String>),
    /// Ask this of the model.
    Ask(Asked),
    /// Read the part again, or the list of lessons where none is open.
    Read,
    /// Give this line to the program that runs.
    Type(String),
    /// Stop the program that runs.
    Interrupt,
    /// End.
    Quit,
}

/// What a word does now.
pub(crate) fn act(model: &Model, command: Command) -> Outcome {
    match command {
        Command::Help => Outcome::Say(command::help()),
        Command::Lessons => Outcome::Say(course::lines(model)),
        Command::Quit => Outcome::Quit,
        Command::Path => Outcome::Ask(Asked::Act(Action::NextPath)),
        Command::Open(name) => match course::rank(model, &name) {
            Some(rank) => Outcome::Ask(Asked::Open(rank)),
            None => say("Aucune leçon n’a ce numéro. :leçons les liste."),
        },
        Command::Glossary(word) => define(&word),
        Command::Explain(line) => explanation(model, &line),
        Command::Attest => Outcome::Ask(Asked::Act(Action::Attest)),
        Command::State => Outcome::Say(changes::state(model.timeline.state())),
        Command::Read => Outcome::Read,
        other => match &model.study {
            Some(study) => in_lesson(model, study, other),
            None => say("Aucune leçon n’est ouverte. :leçons les liste, :ouvrir en ouvre une."),
        },
    }
}

fn say(words: &str) -> Outcome {
    Outcome::Say(vec![words.to_owned()])
}

fn in_lesson(model: &Model, study: &Study, command: Command) -> Outcome {
    let action = match command {
        Command::Home => Action::BackHome,
        Command::Next if study.is_last_section() => {
            return say("C’était la dernière partie. :accueil revient à la liste des leçons.");
        }
        Command::Next => Action::NextSection,
        Command::Previous if study.section == 0 => return say("C’est la première partie."),
        Command::Previous => Action::PreviousSection,
        Command::Hint => return hint(study),
        Command::Solution if !study.may_show_solution() => {
            return say("La solution vient après les indices\u{a0}: :indice.");
        }
        Command::Solution => Action::Solution,
        Command::Reset => Action::Reset,
        Command::Allow | Command::Tidy if !model.engine.as_ref().is_some_and(|it| it.guarded) => {
            return say("Il n’y a pas de garde-fou devant ce moteur.");
        }
        Command::Allow if model.refused.is_empty() => {
            return say("Le garde-fou n’a rien retenu.");
        }
        Command::Allow => Action::Guard,
        Command::Tidy => Action::Tidy,
        Command::Undo => Action::Undo,
        Command::Redo => Action::Redo,
        Command::Shell => Action::RestartShell,
        Command::Yes => return Outcome::Ask(Asked::Confirm(true)),
        Command::No => return Outcome::Ask(Asked::Confirm(false)),
        Command::Interrupt => return Outcome::Interrupt,
        Command::Type(line) => return Outcome::Type(line),
        Command::Send(number) => return send(model, study, &number),
        Command::Choose(letter) => return choose(model, study, &letter),
        Command::Reveal => return reveal(model, study),
        Command::Answer(text) => return answer(study, text),
        Command::Goals => return goals(study),
        _ => return Outcome::Say(Vec::new()),
    };
    Outcome::Ask(Asked::Act(action))
}

/// The page as the screen would show it: its items are what can be done now.
fn items(model: &Model, study: &Study) -> Vec<Item> {
    const WIDTH: usize = 80;
    let Page { items, .. } = page::render(study, &model.timeline, WIDTH, &model.theme);
    items
}

fn send(model: &Model, study: &Study, number: &str) -> Outcome {
    let commands = section::commands(study);
    let items = items(model, study);
    let shown = |(block, index): (usize, usize)| items.contains(&Item::Send { block, index });
    let chosen = if number.is_empty() {
        let fresh = |it: &(usize, usize)| !study.answer(it.0).sent.contains(&it.1);
        commands.iter().copied().find(|it| shown(*it) && fresh(it))
    } else {
        let rank = number
            .parse::<usize>()
            .ok()
            .and_then(|it| it.checked_sub(1));
        rank.and_then(|rank| commands.get(rank).copied())
    };
    match chosen {
        Some((block, index)) if shown((block, index)) => {
            Outcome::Ask(Asked::Item(Item::Send { block, index }))
        }
        Some(_) => say("Cette commande n’est pas encore montrée."),
        None if number.is_empty() => say("Toutes les commandes montrées ont été envoyées."),
        None => say("Aucune commande de cette partie n’a ce numéro."),
    }
}

fn choose(model: &Model, study: &Study, typed: &str) -> Outcome {
    let items = items(model, study);
    let asked = items.iter().find_map(|it| match it {
        Item::Choice { block, .. } => Some(*block),
        _ => None,
    });
    let Some(block) = asked else {
        return say("Aucune question n’attend de réponse dans cette partie.");
    };
    let typed = typed.trim_end_matches(')').to_lowercase();
    let chosen = (0..study.choices(block).len()).find(|index| {
        typed == blocks::letter(*index).to_string() || typed == (index + 1).to_string()
    });
    let item = chosen.map(|index| Item::Choice { block, index });
    match item {
        Some(item) if items.contains(&item) => Outcome::Ask(Asked::Item(item)),
        Some(_) => say("Vous avez déjà donné cette réponse\u{a0}: essayez-en une autre."),
        None => {
            let last = study.choices(block).len().saturating_sub(1);
            Outcome::Say(vec![format!(
                "Répondez par :choix et une lettre, de a à {}.",
                blocks::letter(last)
            )])
        }
    }
}

fn reveal(model: &Model, study: &Study) -> Outcome {
    let told = |block: usize| matches!(study.blocks().get(block), Some(Block::Diagram(_)));
    let item = items(model, study)
        .into_iter()
        .find(|it| matches!(it, Item::Reveal { block } if !told(*block)));
    match item {
        Some(item) => Outcome::Ask(Asked::Item(item)),
        None => say("Il n’y a encore rien à montrer."),
    }
}

fn answer(study: &Study, text: String) -> Outcome {
    if study.observation().is_none() {
        return say("Cette partie ne demande aucune observation.");
    }
    if text.is_empty() {
        return say("Répondez par :réponse et le texte.");
    }
    Outcome::Ask(Asked::Answer(text))
}

fn hint(study: &Study) -> Outcome {
    let Some((block, exercise)) = study.exercise() else {
        return say("Cette partie n’a pas d’exercice.");
    };
    if study.answer(block).hints < exercise.hints.len() {
        return Outcome::Ask(Asked::Act(Action::Hint));
    }
    say("Il n’y a pas d’autre indice\u{a0}: :solution montre la solution.")
}

fn goals(study: &Study) -> Outcome {
    Outcome::Say(match study.exercise() {
        Some((_, exercise)) if study.has_passed(&exercise.id) => {
            vec!["Exercice réussi.".to_owned()]
        }
        Some((block, _)) => blocks::goals(study, block),
        None => vec!["Cette partie n’a pas d’exercice.".to_owned()],
    })
}

fn explanation(model: &Model, line: &str) -> Outcome {
    if !line.is_empty() {
        let names = Names::from(model.timeline.state());
        let text = explained(line, &explain(&format!("{line} "), &names));
        return Outcome::Say(text.lines().map(str::to_owned).collect());
    }
    match &model.advice {
        Some(advice) => {
            let mut lines = vec![format!("{} {}", advice.what, advice.why)];
            lines.extend(advice.remedies.iter().map(|it| format!("- {it}")));
            Outcome::Say(lines)
        }
        None => say("La dernière commande n’a donné aucune erreur connue."),
    }
}

fn define(word: &str) -> Outcome {
    if word.is_empty() {
        return say("Dites quel mot\u{a0}: :glossaire couche.");
    }
    let Ok(all) = Glossary::embedded() else {
        return say("Le glossaire ne peut pas être lu.");
    };
    if let Some(term) = all.resolve(word) {
        return Outcome::Say(defined(term));
    }
    let found = all.search(word);
    let terms: Vec<&Term> = found.into_iter().flat_map(|(_, terms)| terms).collect();
    let count = match terms.len() {
        0 => {
            return Outcome::Say(vec![format!(
                "«\u{a0}{word}\u{a0}» n’est pas dans le glossaire."
            )]);
        }
        1 => "1 mot en parle".to_owned(),
        many => format!("{many} mots en parlent"),
    };
    let mut lines = vec![format!(
        "«\u{a0}{word}\u{a0}» n’est pas un mot du glossaire\u{a0}; {count}."
    )];
    lines.extend(terms.into_iter().flat_map(defined));
    Outcome::Say(lines)
}

/// A word of the glossary, in sentences.
fn defined(term: &Term) -> Vec<String> {
    let mut lines = vec![
        format!("{}, en anglais {}.", term.name, term.english),
        section::sentence(&prose::line(&term.definition)),
    ];
    if let Some(avoid) = &term.avoid {
        let avoid = section::sentence(&prose::line(avoid));
        lines.push(format!("À éviter\u{a0}: {avoid}"));
    }
    if !term.related.is_empty() {
        lines.push(format!("Voir aussi\u{a0}: {}.", term.related.join(", ")));
    }
    lines
}
