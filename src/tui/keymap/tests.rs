//! Keys that a French keyboard has, letters that differ, sentences that are French.

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
