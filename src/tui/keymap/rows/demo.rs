//! The keys of a demo. While a command is to be typed, every other key types it.

use std::borrow::Cow;

use crossterm::event::KeyCode;

use super::key;
use crate::tui::keymap::{Action, Place, Row};
use crate::tui::model::Model;

fn in_demo(model: &Model) -> bool {
    model.demo.is_some()
}

fn has_hands(model: &Model) -> bool {
    model.demo.as_ref().is_some_and(|it| it.hands)
}

fn gives_hands(model: &Model) -> bool {
    in_demo(model) && !has_hands(model)
}

pub(super) const ROWS: &[Row] = &[
    Row {
        action: Action::DemoGo,
        place: Place::Demo,
        keys: Cow::Borrowed(&[key(KeyCode::Enter)]),
        leader: None,
        short: "dérouler",
        help: "Finir d’écrire la commande, la lancer, passer à la suite",
        when: in_demo,
    },
    Row {
        action: Action::DemoNext,
        place: Place::Demo,
        keys: Cow::Borrowed(&[key(KeyCode::Right), key(KeyCode::PageDown)]),
        leader: None,
        short: "étape suivante",
        help: "Étape suivante, sans rien lancer",
        when: in_demo,
    },
    Row {
        action: Action::DemoPrevious,
        place: Place::Demo,
        keys: Cow::Borrowed(&[key(KeyCode::Left), key(KeyCode::PageUp)]),
        leader: None,
        short: "étape précédente",
        help: "Étape précédente\u{a0}: la revoir, sans rien défaire",
        when: in_demo,
    },
    Row {
        action: Action::DemoUp,
        place: Place::Demo,
        keys: Cow::Borrowed(&[key(KeyCode::Up)]),
        leader: None,
        short: "réponse précédente",
        help: "Compter les voix de la réponse d’au-dessus\u{a0}; remonter un long texte",
        when: in_demo,
    },
    Row {
        action: Action::DemoDown,
        place: Place::Demo,
        keys: Cow::Borrowed(&[key(KeyCode::Down)]),
        leader: None,
        short: "réponse suivante",
        help: "Compter les voix de la réponse d’au-dessous\u{a0}; descendre un long texte",
        when: in_demo,
    },
    Row {
        action: Action::DemoWide,
        place: Place::Demo,
        keys: Cow::Borrowed(&[key(KeyCode::Tab)]),
        leader: Some('e'),
        short: "changements",
        help: "Ce que la commande a changé, sur tout l’écran\u{a0}; la même touche en revient",
        when: in_demo,
    },
    Row {
        action: Action::DemoBlack,
        place: Place::Demo,
        keys: Cow::Borrowed(&[]),
        leader: Some('n'),
        short: "écran noir",
        help: "Écran noir, jusqu’à la prochaine touche",
        when: in_demo,
    },
    Row {
        action: Action::DemoHands,
        place: Place::Demo,
        keys: Cow::Borrowed(&[]),
        leader: Some('t'),
        short: "taper soi-même",
        help: "Prendre le clavier\u{a0}: les touches vont au terminal",
        when: gives_hands,
    },
    Row {
        action: Action::DemoResume,
        place: Place::Demo,
        keys: Cow::Borrowed(&[]),
        leader: Some('d'),
        short: "reprendre la démo",
        help: "Rendre le clavier à la démonstration, où elle en était",
        when: has_hands,
    },
    Row {
        action: Action::DemoJump,
        place: Place::Demo,
        keys: Cow::Borrowed(&[]),
        leader: Some('j'),
        short: "aller à l’étape",
        help: "La liste des étapes\u{a0}: y aller (Entrée), ou y remettre l’état (z)",
        when: in_demo,
    },
    Row {
        action: Action::DemoRepeat,
        place: Place::Demo,
        keys: Cow::Borrowed(&[]),
        leader: Some('r'),
        short: "répéter",
        help: "Refaire la dernière commande, depuis l’état qui la précède",
        when: in_demo,
    },
    Row {
        action: Action::DemoReset,
        place: Place::Demo,
        keys: Cow::Borrowed(&[]),
        leader: Some('z'),
        short: "remettre l’état",
        help: "Remettre le moteur dans l’état d’avant cette étape",
        when: in_demo,
    },
];
