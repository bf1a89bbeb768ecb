//! The states of a container: the words and the sign of each, for every panel.

use crate::domain::ContainerState;

/// What it is, in the glossary's words: « créé », « en cours ».
pub const fn word(state: ContainerState) -> &'static str {
    match state {
        ContainerState::Created => "créé",
        ContainerState::Running => "en cours",
        ContainerState::Paused => "suspendu",
        ContainerState::Restarting => "en attente de relance",
        ContainerState::Removing => "en cours de suppression",
        ContainerState::Exited => "terminé",
        ContainerState::Dead => "à demi supprimé",
    }
}

/// The same, with the engine's own word (`State.Status`), and how it ended: « terminé (exited 0) ».
pub fn told(state: ContainerState, exit_code: i64) -> String {
    let (word, status) = (word(state), state.as_str());
    match state {
        ContainerState::Exited => format!("{word} ({status} {exit_code})"),
        _ => format!("{word} ({status})"),
    }
}

/// Its sign.
pub const fn glyph(state: ContainerState) -> &'static str {
    match state {
        ContainerState::Running => "▶",
        ContainerState::Paused => "‖",
        ContainerState::Created => "○",
        ContainerState::Restarting
        | ContainerState::Removing
        | ContainerState::Exited
        | ContainerState::Dead => "■",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::glossary::Glossary;

    const ALL: [&str; 7] = [
        "created",
        "running",
        "paused",
        "restarting",
        "removing",
        "exited",
        "dead",
    ];

    #[test]
    fn each_state_has_its_own_french_word() {
        let words: std::collections::BTreeSet<&str> = ALL
            .iter()
            .map(|it| word(ContainerState::parse(it).unwrap()))
            .collect();
        assert_eq!(words.len(), ALL.len(), "{words:?}");
        assert_eq!(told(ContainerState::Exited, 137), "terminé (exited 137)");
        assert_eq!(told(ContainerState::Paused, 0), "suspendu (paused)");
    }

    #[test]
    fn the_words_are_those_of_the_glossary() {
        let glossary = Glossary::embedded().unwrap();
        for status in ["created", "running", "paused", "exited"] {
            let term = glossary.resolve(status).unwrap();
            assert_eq!(term.name, word(ContainerState::parse(status).unwrap()));
        }
    }
}
