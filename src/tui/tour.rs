//! A tour of the screen: once, at the first lesson, and again whenever it is asked for.

use super::keymap::Action;
use super::model::{Focus, Model};

/// A stop of the tour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stop {
    /// The panel it is about, which is shown.
    pub(crate) panel: Focus,
    /// Its title.
    pub(crate) title: &'static str,
    /// What there is to know, in French.
    pub(crate) words: String,
}

/// The stops, in order, with the learner's own keys.
pub(crate) fn stops(model: &Model) -> Vec<Stop> {
    let leader = model.keymap.leader().label();
    let key = |action| model.keymap.key(action);
    let stop = |panel, title, words| Stop {
        panel,
        title,
        words,
    };
    vec![
        stop(
            Focus::Lesson,
            "La leçon",
            "Elle se lit avec Espace. Entrée, sur une commande, l’envoie au terminal\u{a0}; sur une \
             question, elle répond. Aucune commande ne part sans vous."
                .to_owned(),
        ),
        stop(
            Focus::Terminal,
            "Le terminal",
            format!(
                "C’est un shell\u{a0}: tapez-y ce que vous voulez, la leçon suit. Il garde toutes \
                 les touches, sauf {leader}, qui ouvre le menu\u{a0}: {} ramène à la leçon.",
                model.keymap.by_menu(Action::ShowLesson)
            ),
        ),
        stop(
            Focus::Pane,
            "Ce qui a changé",
            format!(
                "Après chaque commande, ce qu’elle a vraiment changé dans le moteur, objet par \
                 objet. {} choisit un autre panneau\u{a0}: couches, noyau, réseau, journaux…",
                key(Action::Panes)
            ),
        ),
        stop(
            Focus::Lesson,
            "Le but",
            format!(
                "La ligne du bas dit ce qui manque à l’exercice. Elle se met à jour seule\u{a0}: \
                 il n’y a rien à valider. {} donne un indice.",
                key(Action::Hint)
            ),
        ),
        stop(
            Focus::Lesson,
            "De l’aide",
            format!(
                "{} montre toutes les touches, {} cherche une action par son nom, {} passe d’un \
                 panneau à l’autre. Bonne traversée\u{a0}!",
                key(Action::Help),
                key(Action::Palette),
                key(Action::NextPanel)
            ),
        ),
    ]
}
