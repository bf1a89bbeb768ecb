//! The rows, in the order of the help screen.

use crossterm::event::KeyCode;

use super::{Action, Combo, Place, Row};
use crate::engine::Origin;
use crate::tui::model::{Focus, Model, ShellState};
use crate::tui::study::Study;

const fn key(code: KeyCode) -> Combo {
    Combo {
        code,
        control: false,
    }
}

const fn letter(character: char) -> Combo {
    key(KeyCode::Char(character))
}

const fn control(character: char) -> Combo {
    Combo {
        code: KeyCode::Char(character),
        control: true,
    }
}

/// The leader.
pub(crate) const LEADER: Combo = control('g');

fn always(_: &Model) -> bool {
    true
}

pub(super) fn in_lesson(model: &Model) -> bool {
    model.study.is_some()
}

pub(super) fn at_home(model: &Model) -> bool {
    model.study.is_none()
}

fn has_paths(model: &Model) -> bool {
    at_home(model) && !model.paths.is_empty()
}

fn on_simulator(model: &Model) -> bool {
    let origin = model.engine.as_ref().map(|it| &it.origin);
    in_lesson(model) && origin == Some(&Origin::Simulator)
}

fn in_exercise(model: &Model) -> bool {
    model
        .study
        .as_ref()
        .is_some_and(|study| study.exercise().is_some())
}

fn in_observation(model: &Model) -> bool {
    model
        .study
        .as_ref()
        .is_some_and(|study| study.observation().is_some())
}

fn has_solution(model: &Model) -> bool {
    model.study.as_ref().is_some_and(Study::may_show_solution)
}

fn shell_ended(model: &Model) -> bool {
    in_lesson(model) && matches!(model.shell, ShellState::Ended(_) | ShellState::Failed(_))
}

pub(super) fn shell_focused(model: &Model) -> bool {
    in_lesson(model) && model.focus == Focus::Terminal
}

/// Every row, in the order of the help screen.
pub(crate) const ROWS: &[Row] = &[
    Row {
        action: Action::Up,
        place: Place::Everywhere,
        keys: &[key(KeyCode::Up), letter('k')],
        leader: None,
        short: "monter",
        help: "Monter d’une ligne, ou au choix précédent",
        when: always,
    },
    Row {
        action: Action::Down,
        place: Place::Everywhere,
        keys: &[key(KeyCode::Down), letter('j')],
        leader: None,
        short: "descendre",
        help: "Descendre d’une ligne, ou au choix suivant",
        when: always,
    },
    Row {
        action: Action::Enter,
        place: Place::Home,
        keys: &[key(KeyCode::Enter)],
        leader: None,
        short: "ouvrir",
        help: "Ouvrir la leçon, là où vous l’aviez laissée",
        when: at_home,
    },
    Row {
        action: Action::NextPath,
        place: Place::Home,
        keys: &[key(KeyCode::Right)],
        leader: None,
        short: "parcours",
        help: "Parcours court suivant\u{a0}: ses leçons seules, dans son ordre",
        when: has_paths,
    },
    Row {
        action: Action::PreviousPath,
        place: Place::Home,
        keys: &[key(KeyCode::Left)],
        leader: None,
        short: "parcours précédent",
        help: "Parcours court précédent, ou le cours entier",
        when: has_paths,
    },
    Row {
        action: Action::Enter,
        place: Place::Text,
        keys: &[key(KeyCode::Enter)],
        leader: None,
        short: "choisir",
        help: "Envoyer la commande au terminal, choisir la réponse, ouvrir l’indice",
        when: in_lesson,
    },
    Row {
        action: Action::PageDown,
        place: Place::Everywhere,
        keys: &[key(KeyCode::PageDown), letter(' ')],
        leader: None,
        short: "page",
        help: "Page suivante (puis section suivante)",
        when: always,
    },
    Row {
        action: Action::PageUp,
        place: Place::Everywhere,
        keys: &[key(KeyCode::PageUp), letter('b')],
        leader: None,
        short: "page précédente",
        help: "Page précédente",
        when: always,
    },
    Row {
        action: Action::Top,
        place: Place::Everywhere,
        keys: &[key(KeyCode::Home), letter('g')],
        leader: None,
        short: "début",
        help: "Aller au début",
        when: always,
    },
    Row {
        action: Action::Bottom,
        place: Place::Everywhere,
        keys: &[key(KeyCode::End), letter('G')],
        leader: None,
        short: "fin",
        help: "Aller à la fin",
        when: always,
    },
    Row {
        action: Action::NextSection,
        place: Place::Text,
        keys: &[key(KeyCode::Right), letter('n')],
        leader: Some('n'),
        short: "section suivante",
        help: "Section suivante de la leçon",
        when: in_lesson,
    },
    Row {
        action: Action::PreviousSection,
        place: Place::Text,
        keys: &[key(KeyCode::Left), letter('p')],
        leader: Some('b'),
        short: "section précédente",
        help: "Section précédente de la leçon",
        when: in_lesson,
    },
    Row {
        action: Action::Hint,
        place: Place::Lesson,
        keys: &[letter('i')],
        leader: Some('i'),
        short: "indice",
        help: "Montrer un indice de plus",
        when: in_exercise,
    },
    Row {
        action: Action::Solution,
        place: Place::Lesson,
        keys: &[letter('s')],
        leader: Some('s'),
        short: "solution",
        help: "Montrer la solution (après les indices)",
        when: has_solution,
    },
    Row {
        action: Action::Answer,
        place: Place::Shell,
        keys: &[],
        leader: Some('j'),
        short: "répondre",
        help: "Répondre à l’observation, le terminal sous les yeux",
        when: in_observation,
    },
    Row {
        action: Action::Reset,
        place: Place::Lesson,
        keys: &[letter('r')],
        leader: Some('r'),
        short: "recommencer",
        help: "Recommencer l’exercice",
        when: in_exercise,
    },
    Row {
        action: Action::ShowLesson,
        place: Place::Lesson,
        keys: &[letter('l')],
        leader: Some('l'),
        short: "leçon",
        help: "Aller à la leçon",
        when: in_lesson,
    },
    Row {
        action: Action::ShowTerminal,
        place: Place::Lesson,
        keys: &[letter('t')],
        leader: Some('t'),
        short: "terminal",
        help: "Aller au terminal",
        when: in_lesson,
    },
    Row {
        action: Action::ShowState,
        place: Place::Lesson,
        keys: &[letter('e')],
        leader: Some('e'),
        short: "état",
        help: "Aller à l’état du moteur",
        when: in_lesson,
    },
    Row {
        action: Action::NextPanel,
        place: Place::Lesson,
        keys: &[key(KeyCode::Tab)],
        leader: Some('\t'),
        short: "panneau",
        help: "Panneau suivant",
        when: in_lesson,
    },
    Row {
        action: Action::PreviousPanel,
        place: Place::Lesson,
        keys: &[key(KeyCode::BackTab)],
        leader: None,
        short: "panneau précédent",
        help: "Panneau précédent",
        when: in_lesson,
    },
    Row {
        action: Action::Zoom,
        place: Place::Lesson,
        keys: &[letter('z')],
        leader: Some('z'),
        short: "plein écran",
        help: "Donner tout l’écran au panneau, ou le rendre",
        when: in_lesson,
    },
    Row {
        action: Action::Details,
        place: Place::State,
        keys: &[key(KeyCode::Enter)],
        leader: Some('d'),
        short: "détails",
        help: "Montrer ou cacher tous les champs de l’objet",
        when: in_lesson,
    },
    Row {
        action: Action::PreviousStep,
        place: Place::State,
        keys: &[key(KeyCode::Left)],
        leader: None,
        short: "commande précédente",
        help: "Voir ce qu’a changé la commande précédente",
        when: in_lesson,
    },
    Row {
        action: Action::NextStep,
        place: Place::State,
        keys: &[key(KeyCode::Right)],
        leader: None,
        short: "commande suivante",
        help: "Voir ce qu’a changé la commande suivante",
        when: in_lesson,
    },
    Row {
        action: Action::Undo,
        place: Place::Shell,
        keys: &[],
        leader: Some('v'),
        short: "annuler",
        help: "Annuler la dernière commande docker (moteur simulé)",
        when: on_simulator,
    },
    Row {
        action: Action::Redo,
        place: Place::Shell,
        keys: &[],
        leader: Some('y'),
        short: "rétablir",
        help: "Rétablir la commande annulée (moteur simulé)",
        when: on_simulator,
    },
    Row {
        action: Action::Explain,
        place: Place::Shell,
        keys: &[],
        leader: Some('x'),
        short: "expliquer",
        help: "Expliquer la dernière commande docker mot à mot, et son erreur",
        when: in_lesson,
    },
    Row {
        action: Action::Hints,
        place: Place::Shell,
        keys: &[],
        leader: Some('h'),
        short: "sens des mots",
        help: "Montrer ou cacher le sens des mots pendant la frappe",
        when: in_lesson,
    },
    Row {
        action: Action::ScrollBack,
        place: Place::Shell,
        keys: &[],
        leader: Some('u'),
        short: "remonter",
        help: "Remonter dans ce que le terminal a affiché",
        when: in_lesson,
    },
    Row {
        action: Action::Copy,
        place: Place::Shell,
        keys: &[],
        leader: Some('c'),
        short: "copier",
        help: "Copier ce qui est sélectionné à la souris (ou l’écran du terminal)",
        when: in_lesson,
    },
    Row {
        action: Action::RestartShell,
        place: Place::Shell,
        keys: &[],
        leader: Some('o'),
        short: "rouvrir",
        help: "Ouvrir un nouveau shell",
        when: shell_ended,
    },
    Row {
        action: Action::SendLeader,
        place: Place::Shell,
        keys: &[],
        leader: Some('g'),
        short: "Ctrl-G",
        help: "Envoyer Ctrl-G au programme du terminal (ou Ctrl-G deux fois)",
        when: shell_focused,
    },
    Row {
        action: Action::Leader,
        place: Place::Everywhere,
        keys: &[LEADER],
        leader: None,
        short: "actions",
        help: "Menu des actions, même quand le terminal a le clavier",
        when: in_lesson,
    },
    Row {
        action: Action::Palette,
        place: Place::Everywhere,
        keys: &[letter(':')],
        leader: Some('p'),
        short: "palette",
        help: "Chercher une action par son nom",
        when: always,
    },
    Row {
        action: Action::Sheet,
        place: Place::Home,
        keys: &[letter('m')],
        leader: None,
        short: "aide-mémoire",
        help: "Aide-mémoire\u{a0}: les commandes du cours, par thème",
        when: at_home,
    },
    Row {
        action: Action::Sheet,
        place: Place::Lesson,
        keys: &[],
        leader: Some('m'),
        short: "aide-mémoire",
        help: "Aide-mémoire\u{a0}: les commandes du cours, à envoyer au terminal",
        when: in_lesson,
    },
    Row {
        action: Action::Glossary,
        place: Place::Home,
        keys: &[letter('w')],
        leader: None,
        short: "glossaire",
        help: "Glossaire\u{a0}: les mots du cours",
        when: at_home,
    },
    Row {
        action: Action::Glossary,
        place: Place::Lesson,
        keys: &[letter('w')],
        leader: Some('w'),
        short: "glossaire",
        help: "Glossaire\u{a0}: les mots de cette partie, puis tous les autres",
        when: in_lesson,
    },
    Row {
        action: Action::Help,
        place: Place::Everywhere,
        keys: &[letter('?')],
        leader: Some('?'),
        short: "aide",
        help: "Aide\u{a0}: toutes les touches",
        when: always,
    },
    Row {
        action: Action::BackHome,
        place: Place::Lesson,
        keys: &[key(KeyCode::Esc), letter('q')],
        leader: Some('a'),
        short: "accueil",
        help: "Revenir à l’accueil (votre position est gardée)",
        when: in_lesson,
    },
    Row {
        action: Action::Attest,
        place: Place::Home,
        keys: &[letter('a')],
        leader: None,
        short: "attestation",
        help: "Écrire l’attestation de ce que vous avez montré",
        when: at_home,
    },
    Row {
        action: Action::Quit,
        place: Place::Home,
        keys: &[letter('q'), key(KeyCode::Esc), control('c')],
        leader: Some('q'),
        short: "quitter",
        help: "Quitter moussaillon",
        when: always,
    },
];
