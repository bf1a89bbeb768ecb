//! The keys of what is over the screen; those that move and search are the same as elsewhere.

use std::borrow::Cow;

use crossterm::event::KeyCode;

use super::{always, key, letter};
use crate::tui::keymap::{Action, Place, Row};

pub(super) const ROWS: &[Row] = &[
    Row {
        action: Action::BoxClose,
        place: Place::Box,
        keys: Cow::Borrowed(&[letter('q')]),
        leader: None,
        short: "fermer",
        help: "Fermer (Échap ferme toujours)",
        when: always,
    },
    Row {
        action: Action::BoxConfirm,
        place: Place::Box,
        keys: Cow::Borrowed(&[key(KeyCode::Enter)]),
        leader: None,
        short: "valider",
        help: "Valider, envoyer au terminal, voir les mots voisins",
        when: always,
    },
    Row {
        action: Action::BoxNext,
        place: Place::Box,
        keys: Cow::Borrowed(&[letter('n')]),
        leader: None,
        short: "occurrence suivante",
        help: "Recherche\u{a0}: occurrence suivante",
        when: always,
    },
    Row {
        action: Action::BoxPrevious,
        place: Place::Box,
        keys: Cow::Borrowed(&[letter('N')]),
        leader: None,
        short: "occurrence précédente",
        help: "Recherche\u{a0}: occurrence précédente",
        when: always,
    },
    Row {
        action: Action::BoxRight,
        place: Place::Box,
        keys: Cow::Borrowed(&[key(KeyCode::Right)]),
        leader: None,
        short: "thème suivant",
        help: "Aide-mémoire et glossaire\u{a0}: thème suivant\u{a0}; visite\u{a0}: la suite",
        when: always,
    },
    Row {
        action: Action::BoxLeft,
        place: Place::Box,
        keys: Cow::Borrowed(&[key(KeyCode::Left)]),
        leader: None,
        short: "thème précédent",
        help: "Aide-mémoire et glossaire\u{a0}: thème précédent\u{a0}; visite\u{a0}: revenir",
        when: always,
    },
    Row {
        action: Action::BoxPrepare,
        place: Place::Box,
        keys: Cow::Borrowed(&[letter('p')]),
        leader: None,
        short: "préparer",
        help: "Aide-mémoire\u{a0}: envoyer au terminal ce qui prépare l’exemple",
        when: always,
    },
    Row {
        action: Action::BoxCopy,
        place: Place::Box,
        keys: Cow::Borrowed(&[letter('c')]),
        leader: None,
        short: "copier le texte",
        help: "Diagnostic, préparation\u{a0}: copier le texte",
        when: always,
    },
];
