//! Keys that a French keyboard has, letters that differ, sentences that are French.

use super::*;

#[test]
fn no_key_is_hidden_on_a_french_keyboard() {
    for row in rows() {
        let hidden = |character: char| "[]{}\\|#~@^`".contains(character);
        for combo in row.keys.iter() {
            assert!(!matches!(combo.code, KeyCode::F(_)), "{}", row.help);
            if let KeyCode::Char(character) = combo.code {
                assert!(!hidden(character), "{}", row.help);
            }
        }
        assert!(!row.leader.is_some_and(hidden), "{}", row.help);
    }
}

#[test]
fn each_name_of_the_settings_is_that_of_one_action() {
    for row in rows() {
        let same = rows().filter(|other| other.name() == row.name());
        for other in same {
            assert_eq!(other.action, row.action, "{}", row.name());
        }
    }
}

#[test]
fn every_key_is_read_as_it_is_written() {
    for row in rows() {
        for combo in row.keys.iter() {
            assert_eq!(Combo::parse(&combo.written()), Some(*combo));
        }
    }
    for wrong in ["", "ctrl-", "f13", "majuscule", "ctrl-ctrl"] {
        assert_eq!(Combo::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn leader_letters_are_distinct() {
    // The menu of a demo has the rows of a demo, and a few others.
    let demo = |row: &&Row| row.place == Place::Demo || IN_DEMO.contains(&row.action);
    let menus: [Vec<char>; 2] = [
        rows()
            .filter(|row| row.place != Place::Demo)
            .filter_map(|row| row.leader)
            .collect(),
        rows().filter(demo).filter_map(|row| row.leader).collect(),
    ];
    for mut letters in menus {
        letters.sort_unstable();
        let count = letters.len();
        letters.dedup();
        assert_eq!(letters.len(), count);
    }
}

#[test]
fn every_sentence_is_typographic_french() {
    for row in rows() {
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
