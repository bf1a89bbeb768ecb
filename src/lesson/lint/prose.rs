//! French typography and vocabulary of what the learner reads.

use super::Faults;
use crate::lesson::Position;

/// No-break space: the one space before `: ; ! ? »` and after `«`.
const NO_BREAK: char = '\u{a0}';
/// Stands for what is not French prose (code spans, English in italics, addresses).
const MASK: char = '\u{1}';

/// Words that have a French form, and it.
const WORDS: &[(&str, &str)] = &[
    ("container", "conteneur"),
    ("containers", "conteneurs"),
    ("daemon", "démon"),
    ("registry", "registre"),
    ("logs", "journaux"),
    ("cluster", "grappe"),
    ("builder", "construire"),
    ("runner", "lancer"),
    ("coeur", "cœur"),
    ("noeud", "nœud"),
    ("noeuds", "nœuds"),
    ("oeuvre", "œuvre"),
    ("oeil", "œil"),
];

/// What a lesson never says: it hurts whom it does not help.
const NEVER: &[&str] = &[
    "il suffit",
    "c’est simple",
    "c’est facile",
    "tout simplement",
    "évidemment",
];

/// Units that a no-break space joins to their number.
const UNITS: &[&str] = &[
    "Kio", "Mio", "Gio", "ko", "Mo", "Go", "o", "s", "ms", "min", "h", "%",
];

/// Looks over a text that a learner reads, which stands in the file from `from` on.
pub(super) fn check(faults: &mut Faults<'_>, from: Position, text: &str) {
    let masked = mask(text);
    let originals = text.split('\n');
    for (line, original) in masked.split('\n').zip(originals) {
        let letters: Vec<char> = line.chars().collect();
        let source: Vec<char> = original.chars().collect();
        for index in 0..letters.len() {
            if let Some(words) = complaint(&letters, index) {
                let begin = index.saturating_sub(12);
                let end = (index + 12).min(source.len());
                let extract: String = source[begin..end].iter().collect();
                let shown: String = source[begin..end]
                    .iter()
                    .collect::<String>()
                    .trim()
                    .to_owned();
                faults.near(from, &extract, format!("« {shown} » : {words}"));
            }
        }
        vocabulary(faults, from, line, original);
    }
}

/// What is wrong at this letter.
fn complaint(letters: &[char], index: usize) -> Option<String> {
    let at = |offset: isize| {
        index
            .checked_add_signed(offset)
            .and_then(|it| letters.get(it))
            .copied()
    };
    let before = at(-1);
    let after = at(1);
    let blank_or_end =
        after.is_none_or(|it| it.is_whitespace() || matches!(it, MASK | ')' | '*' | '»' | '|'));
    let said = |words: &str| Some(words.to_owned());
    match letters[index] {
        '\u{202f}' => said("espace fine insécable : employez l’espace insécable U+00A0"),
        mark @ (':' | ';' | '!' | '?') => match before {
            Some(NO_BREAK) => None,
            Some(' ') => Some(format!("espace insécable (U+00A0) avant « {mark} »")),
            Some(letter)
                if blank_or_end && !matches!(letter, '!' | '?' | '(' | '…' | '\u{202f}') =>
            {
                Some(format!(
                    "il manque une espace insécable (U+00A0) avant « {mark} »"
                ))
            }
            _ => None,
        },
        '«' if after != Some(NO_BREAK) => said("espace insécable (U+00A0) après « \u{ab} »"),
        '»' if before != Some(NO_BREAK) => said("espace insécable (U+00A0) avant « \u{bb} »"),
        '\'' => said("apostrophe droite : en français, ’"),
        '"' | '“' | '”' => said("guillemets : en français, « et »"),
        '.' if before != Some('.') && after == Some('.') && at(2) == Some('.') => {
            said("points de suspension : un seul caractère, …")
        }
        ' ' if before.is_some_and(|it| it.is_ascii_digit()) => {
            let word: String = letters[index + 1..]
                .iter()
                .take_while(|it| it.is_alphabetic() || **it == '%')
                .collect();
            UNITS
                .contains(&word.as_str())
                .then(|| format!("espace insécable (U+00A0) entre un nombre et « {word} »"))
        }
        _ => None,
    }
}

fn vocabulary(faults: &mut Faults<'_>, from: Position, line: &str, original: &str) {
    let lower = line.to_lowercase();
    for word in lower.split(|it: char| !it.is_alphanumeric() && it != '’') {
        if let Some((_, french)) = WORDS.iter().find(|(english, _)| *english == word) {
            let extract: String = original.chars().take(40).collect();
            faults.near(
                from,
                &extract,
                format!("« {word} » : en français, « {french} »"),
            );
        }
    }
    for phrase in NEVER.iter().filter(|phrase| lower.contains(**phrase)) {
        let extract: String = original.chars().take(40).collect();
        faults.near(
            from,
            &extract,
            format!("« {phrase} » : à éviter, qui bute s’en trouve jugé"),
        );
    }
}

/// The text with what is not prose replaced, letter for letter.
fn mask(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let mut index = 0;
    while index < letters.len() {
        let end = match letters[index] {
            '`' => closing(&letters, index + 1, '`'),
            // English in italics; a list's bullet is followed by a space.
            '*' if letters.get(index + 1).is_some_and(|it| it.is_alphabetic())
                && letters.get(index.wrapping_sub(1)) != Some(&'*') =>
            {
                closing(&letters, index + 1, '*')
            }
            '<' => closing(&letters, index + 1, '>'),
            'h' if letters[index..].starts_with(&['h', 't', 't', 'p']) => {
                let length = letters[index..]
                    .iter()
                    .take_while(|it| !it.is_whitespace() && !matches!(it, ')' | '>'))
                    .count();
                Some(index + length - 1)
            }
            _ => None,
        };
        if let Some(end) = end {
            for letter in &mut letters[index..=end] {
                if *letter != '\n' {
                    *letter = MASK;
                }
            }
            index = end;
        }
        index += 1;
    }
    letters.into_iter().collect()
}

/// Where a span that began before `from` ends, within its paragraph.
fn closing(letters: &[char], from: usize, mark: char) -> Option<usize> {
    let length = letters[from..].iter().position(|it| *it == mark)?;
    let inside = &letters[from..from + length];
    let crosses = inside.windows(2).any(|pair| pair == ['\n', '\n']);
    (!crosses).then_some(from + length)
}
