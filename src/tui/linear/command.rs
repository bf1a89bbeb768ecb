//! The words typed after a colon.

use crate::text::fold;

/// What a word asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Lessons,
    Open(String),
    Path,
    Home,
    Next,
    Previous,
    Read,
    Send(String),
    Choose(String),
    Reveal,
    Answer(String),
    Hint,
    Solution,
    Reset,
    Yes,
    No,
    Goals,
    State,
    Explain(String),
    Glossary(String),
    Allow,
    Tidy,
    Undo,
    Redo,
    Interrupt,
    Type(String),
    Shell,
    Attest,
    Quit,
}

/// A word: its name, what may follow it, what it does, and the command it makes of what follows.
struct Word {
    name: &'static str,
    after: &'static str,
    help: &'static str,
    make: fn(String) -> Command,
}

const fn word(
    name: &'static str,
    after: &'static str,
    help: &'static str,
    make: fn(String) -> Command,
) -> Word {
    Word {
        name,
        after,
        help,
        make,
    }
}

/// Every word, in the order of the help.
const WORDS: [Word; 30] = [
    word("aide", "", "la liste de ces mots", |_| Command::Help),
    word("leçons", "", "la liste des leçons", |_| Command::Lessons),
    word(
        "ouvrir",
        "NUMÉRO",
        "ouvrir une leçon\u{a0}; sans numéro, celle où vous en êtes",
        Command::Open,
    ),
    word("parcours", "", "passer au parcours suivant", |_| {
        Command::Path
    }),
    word("suite", "", "la partie suivante", |_| Command::Next),
    word("retour", "", "la partie précédente", |_| {
        Command::Previous
    }),
    word("relire", "", "lire la partie à nouveau", |_| Command::Read),
    word(
        "envoyer",
        "NUMÉRO",
        "envoyer au terminal une commande de la leçon\u{a0}; sans numéro, la prochaine",
        Command::Send,
    ),
    word(
        "choix",
        "LETTRE",
        "répondre à la question posée",
        Command::Choose,
    ),
    word(
        "montrer",
        "",
        "montrer la réponse, l’explication",
        |_| Command::Reveal,
    ),
    word(
        "réponse",
        "TEXTE",
        "répondre à une observation",
        Command::Answer,
    ),
    word("indice", "", "un indice de plus", |_| Command::Hint),
    word("solution", "", "la solution, après les indices", |_| {
        Command::Solution
    }),
    word("recommencer", "", "recommencer l’exercice", |_| {
        Command::Reset
    }),
    word("oui", "", "confirmer ce qui est demandé", |_| Command::Yes),
    word("non", "", "y renoncer", |_| Command::No),
    word("buts", "", "où en est l’exercice", |_| Command::Goals),
    word("état", "", "ce que le moteur contient", |_| Command::State),
    word(
        "expliquer",
        "COMMANDE",
        "expliquer une commande mot à mot\u{a0}; sans commande, la dernière erreur",
        Command::Explain,
    ),
    word(
        "glossaire",
        "MOT",
        "ce que veut dire un mot",
        Command::Glossary,
    ),
    word(
        "autoriser",
        "",
        "voir ce que le garde-fou a retenu, et l’autoriser une fois",
        |_| Command::Allow,
    ),
    word(
        "ranger",
        "",
        "retirer du moteur ce que la session y a créé",
        |_| Command::Tidy,
    ),
    word(
        "annuler",
        "",
        "moteur simulé\u{a0}: annuler la dernière commande",
        |_| Command::Undo,
    ),
    word("rétablir", "", "refaire ce qui a été annulé", |_| {
        Command::Redo
    }),
    word(
        "interrompre",
        "",
        "arrêter le programme en cours (comme Ctrl-C)",
        |_| Command::Interrupt,
    ),
    word(
        "taper",
        "TEXTE",
        "donner une ligne au programme en cours",
        Command::Type,
    ),
    word("terminal", "", "ouvrir un autre shell", |_| Command::Shell),
    word("attestation", "", "écrire l’attestation", |_| {
        Command::Attest
    }),
    word("accueil", "", "quitter la leçon", |_| Command::Home),
    word("quitter", "", "quitter moussaillon", |_| Command::Quit),
];

/// Reads a line. `None` when it is one for the shell; an error, in French, when its word is unknown
/// or could be several.
pub(crate) fn parse(line: &str) -> Option<Result<Command, String>> {
    let typed = line.trim().strip_prefix(':')?;
    if !typed.starts_with(char::is_alphabetic) {
        return None;
    }
    let (name, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let wanted = fold(name);
    let exact = WORDS.iter().find(|it| fold(it.name) == wanted);
    let begun: Vec<&Word> = WORDS
        .iter()
        .filter(|it| fold(it.name).starts_with(&wanted))
        .collect();
    Some(match (exact, begun.as_slice()) {
        (Some(word), _) | (None, &[word]) => Ok((word.make)(rest.trim().to_owned())),
        (None, []) => Err(format!(
            "«\u{a0}:{name}\u{a0}» n’est pas un mot de ce mode. :aide les donne tous."
        )),
        (None, several) => {
            let names: Vec<String> = several.iter().map(|it| format!(":{}", it.name)).collect();
            Err(format!(
                "«\u{a0}:{name}\u{a0}» peut être {}.",
                names.join(" ou ")
            ))
        }
    })
}

/// The help: one line per word.
pub(super) fn help() -> Vec<String> {
    let mut lines = vec![
        "Une ligne qui commence par deux-points et un mot est pour moussaillon. Le début d’un mot \
         est accepté s’il n’est celui d’aucun autre, avec ou sans accents. Toute autre ligne est \
         une commande pour le terminal."
            .to_owned(),
    ];
    lines.extend(WORDS.iter().map(|it| {
        let after = if it.after.is_empty() { "" } else { " " };
        format!(":{}{after}{}\u{a0}: {}.", it.name, it.after, it.help)
    }));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colon_and_a_word_are_ours_and_the_rest_is_the_shell_s() {
        assert_eq!(parse(":suite"), Some(Ok(Command::Next)));
        assert_eq!(parse("  :LECONS "), Some(Ok(Command::Lessons)));
        assert_eq!(parse(":choix b"), Some(Ok(Command::Choose("b".to_owned()))));
        for line in [
            "docker ps",
            ": > vide",
            ":",
            ":(){ true; }",
            "",
            "echo :aide",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn the_beginning_of_a_word_will_do_unless_it_is_that_of_several() {
        assert_eq!(parse(":q"), Some(Ok(Command::Quit)));
        assert_eq!(parse(":ind"), Some(Ok(Command::Hint)));
        let both = parse(":ré").unwrap().unwrap_err();
        assert!(
            both.contains(":réponse") && both.contains(":retour"),
            "{both}"
        );
        assert!(parse(":docker").unwrap().is_err());
    }

    #[test]
    fn the_help_says_every_word() {
        let help = help().join("\n");
        for word in &WORDS {
            assert!(help.contains(&format!(":{}", word.name)));
            assert!(
                matches!(parse(&format!(":{}", word.name)), Some(Ok(_))),
                "{}",
                word.name
            );
        }
    }
}
