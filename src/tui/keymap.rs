//! The keys: one row per action. The help screen, the footer, the leader's menu and the palette are
//! all made from these rows.
//!
//! Every action can be reached without a function key and without a character that an AZERTY
//! keyboard hides behind `AltGr` (`[ ] { } \ | # ~`).
//!
//! The leader is Ctrl-G: on every keyboard, free in the usual shells (readline only uses it to give
//! up a search) and in `vi` (where it shows the file's name). Typed twice, it goes to the shell.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use self::Action as A;
use super::model::{Focus, Model, ShellState};

/// What a key, a row of the palette or a click can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Quit,
    BackHome,
    Help,
    Palette,
    Leader,
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Enter,
    NextPanel,
    PreviousPanel,
    ShowLesson,
    ShowTerminal,
    ShowState,
    Zoom,
    NextSection,
    PreviousSection,
    Hint,
    Solution,
    Reset,
    PreviousStep,
    NextStep,
    Details,
    ScrollBack,
    Copy,
    RestartShell,
    SendLeader,
}

/// Where the direct keys of a row apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On every screen, unless the shell has the keys.
    Everywhere,
    /// The home screen.
    Home,
    /// Anywhere in the lesson screen but in the shell.
    Lesson,
    /// The lesson's text.
    Text,
    /// The state panel.
    State,
    /// The shell: only after the leader.
    Shell,
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Combo {
    /// The key.
    pub(crate) code: KeyCode,
    /// Ctrl or nothing; Shift is in the character itself.
    pub(crate) control: bool,
}

/// One row.
pub(crate) struct Row {
    /// What it does.
    pub(crate) action: Action,
    /// Where its direct keys work.
    pub(crate) place: Place,
    /// Its direct keys; the first one is shown first.
    pub(crate) keys: &'static [Combo],
    /// Its letter after the leader, from any panel of the lesson screen.
    pub(crate) leader: Option<char>,
    /// One or two words, for the footer.
    pub(crate) short: &'static str,
    /// A sentence, for the help screen and the palette.
    pub(crate) help: &'static str,
    /// Whether it makes sense now.
    pub(crate) when: fn(&Model) -> bool,
}

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

fn in_lesson(model: &Model) -> bool {
    model.study.is_some()
}

fn at_home(model: &Model) -> bool {
    model.study.is_none()
}

fn in_exercise(model: &Model) -> bool {
    model
        .study
        .as_ref()
        .is_some_and(|study| study.exercise().is_some())
}

fn has_solution(model: &Model) -> bool {
    model
        .study
        .as_ref()
        .is_some_and(super::study::Study::may_show_solution)
}

fn shell_ended(model: &Model) -> bool {
    in_lesson(model) && matches!(model.shell, ShellState::Ended(_) | ShellState::Failed(_))
}

fn shell_focused(model: &Model) -> bool {
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
        action: Action::Quit,
        place: Place::Home,
        keys: &[letter('q'), key(KeyCode::Esc), control('c')],
        leader: Some('q'),
        short: "quitter",
        help: "Quitter moussaillon",
        when: always,
    },
];

impl Combo {
    /// Whether this event is this combination.
    pub(crate) fn matches(self, event: &KeyEvent) -> bool {
        self.code == event.code
            && self.control == event.modifiers.contains(KeyModifiers::CONTROL)
            && !event.modifiers.contains(KeyModifiers::ALT)
    }

    /// As it is written for the user.
    pub(crate) fn label(self) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "Espace".to_owned(),
            KeyCode::Char(character) if self.control => character.to_uppercase().to_string(),
            KeyCode::Char(character) => character.to_string(),
            KeyCode::Enter => "Entrée".to_owned(),
            KeyCode::Esc => "Échap".to_owned(),
            KeyCode::Up => "↑".to_owned(),
            KeyCode::Down => "↓".to_owned(),
            KeyCode::Left => "←".to_owned(),
            KeyCode::Right => "→".to_owned(),
            KeyCode::Tab => "Tab".to_owned(),
            KeyCode::BackTab => "Maj-Tab".to_owned(),
            KeyCode::PageUp => "Page↑".to_owned(),
            KeyCode::PageDown => "Page↓".to_owned(),
            KeyCode::Home => "Début".to_owned(),
            KeyCode::End => "Fin".to_owned(),
            other => format!("{other:?}"),
        };
        if self.control {
            format!("Ctrl-{name}")
        } else {
            name
        }
    }
}

impl Row {
    /// Its direct keys, for the help screen.
    pub(crate) fn keys_label(&self) -> String {
        self.keys
            .iter()
            .map(|combo| combo.label())
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Its letter after the leader, for the help screen and the leader's menu.
    pub(crate) fn leader_label(&self) -> Option<String> {
        self.leader.map(|letter| match letter {
            '\t' => "Tab".to_owned(),
            letter => letter.to_string(),
        })
    }

    /// Whether its direct keys work here and now.
    pub(crate) fn applies(&self, model: &Model) -> bool {
        let here = match self.place {
            Place::Everywhere => true,
            Place::Home => at_home(model),
            Place::Lesson => in_lesson(model),
            Place::Text => in_lesson(model) && model.focus == Focus::Lesson,
            Place::State => in_lesson(model) && model.focus == Focus::State,
            Place::Shell => shell_focused(model),
        };
        here && (self.when)(model)
    }
}

/// What a key does, outside of the shell.
pub(crate) fn action(model: &Model, event: &KeyEvent) -> Option<Action> {
    ROWS.iter()
        .find(|row| row.applies(model) && row.keys.iter().any(|combo| combo.matches(event)))
        .map(|row| row.action)
}

/// What a key does after the leader.
pub(crate) fn leader_action(model: &Model, event: &KeyEvent) -> Option<Action> {
    if LEADER.matches(event) {
        return Some(Action::SendLeader);
    }
    let typed = match event.code {
        KeyCode::Char(character) => character,
        KeyCode::Tab => '\t',
        _ => return None,
    };
    leader_rows(model)
        .find(|row| row.leader == Some(typed))
        .map(|row| row.action)
}

/// The rows of the leader's menu.
pub(crate) fn leader_rows(model: &Model) -> impl Iterator<Item = &'static Row> {
    ROWS.iter()
        .filter(|row| row.leader.is_some() && (row.when)(model))
}

/// The rows that the footer shows, most useful first.
pub(crate) fn footer_rows(model: &Model) -> Vec<&'static Row> {
    let wanted: &[Action] = match (model.study.is_some(), model.focus) {
        (false, _) => &[A::Enter, A::Help, A::Palette, A::Quit],
        (true, Focus::Terminal) => &[],
        (true, Focus::Lesson) => &[
            A::Enter,
            A::PageDown,
            A::ShowTerminal,
            A::Hint,
            A::NextSection,
            A::NextPanel,
            A::Help,
            A::BackHome,
        ],
        (true, Focus::State) => &[
            A::Details,
            A::PreviousStep,
            A::ShowLesson,
            A::ShowTerminal,
            A::Help,
            A::BackHome,
        ],
    };
    wanted
        .iter()
        .filter_map(|action| {
            ROWS.iter()
                .find(|row| row.action == *action && row.applies(model))
        })
        .collect()
}

/// The rows of the palette that match a query, best first.
pub(crate) fn palette_rows(model: &Model, query: &str) -> Vec<&'static Row> {
    let mut rows: Vec<(usize, &'static Row)> = ROWS
        .iter()
        .filter(|row| (row.when)(model) && !matches!(row.action, A::Palette | A::Leader))
        .filter_map(|row| Some((score(row.help, query)?, row)))
        .collect();
    rows.sort_by_key(|(score, _)| *score);
    rows.into_iter().map(|(_, row)| row).collect()
}
/// How far a text is from a query typed without accents; `None` when it does not match. The
/// beginning of a word is best, then a part of one, then letters scattered in order.
fn score(text: &str, query: &str) -> Option<usize> {
    const PART: usize = 1_000;
    const SCATTERED: usize = 2_000;
    let text: String = text.chars().map(fold).collect();
    let query: String = query.trim().chars().map(fold).collect();
    if let Some(at) = text.find(&query) {
        let starts_word = text[..at]
            .chars()
            .next_back()
            .is_none_or(|it| !it.is_alphanumeric());
        return Some(if starts_word { at } else { PART + at });
    }
    let mut rest = text.chars();
    let mut gaps = 0;
    for wanted in query.chars().filter(|it| !it.is_whitespace()) {
        gaps += rest.by_ref().position(|character| character == wanted)?;
    }
    Some(SCATTERED + gaps)
}

fn fold(character: char) -> char {
    match character.to_lowercase().next().unwrap_or(character) {
        'à' | 'â' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' => 'o',
        'ù' | 'û' => 'u',
        'ç' => 'c',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_hidden_on_a_french_keyboard() {
        for row in ROWS {
            for combo in row.keys {
                assert!(!matches!(combo.code, KeyCode::F(_)), "{}", row.help);
                if let KeyCode::Char(character) = combo.code {
                    assert!(!"[]{}\\|#~@^`".contains(character), "{}", row.help);
                }
            }
        }
    }

    #[test]
    fn leader_letters_are_distinct() {
        let mut letters: Vec<char> = ROWS.iter().filter_map(|row| row.leader).collect();
        letters.sort_unstable();
        let count = letters.len();
        letters.dedup();
        assert_eq!(letters.len(), count);
    }

    #[test]
    fn every_sentence_is_typographic_french() {
        for row in ROWS {
            assert!(!row.help.contains('\''), "{}", row.help);
            assert!(!row.help.contains(" :"), "no-break space: {}", row.help);
        }
    }

    #[test]
    fn the_palette_ignores_accents_and_prefers_tight_matches() {
        assert!(score("Aller à l’état", "etat").is_some());
        assert!(score("Aller au terminal", "ter") < score("Monter", "ter"));
        assert!(score("Monter", "ter") < score("Tirer", "ter"));
        assert_eq!(score("Aide", "xyz"), None);
    }
}
