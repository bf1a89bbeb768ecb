//! The learner's keys in what is over the screen, and their letters in the menu.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::fixtures::Play;
use crate::tui::book::Book;
use crate::tui::effect::Effect;
use crate::tui::keymap::Keymap;
use crate::tui::message::Message;
use crate::tui::model::{Focus, Overlay};

fn with(keys: &[(&str, &[&str])], letters: &[(&str, &str)]) -> Play {
    let mut play = Play::lesson(80, 24);
    let owned = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect();
    let keys = keys
        .iter()
        .map(|(name, keys)| ((*name).to_owned(), owned(keys)));
    let letters = letters
        .iter()
        .map(|(name, letter)| ((*name).to_owned(), (*letter).to_owned()));
    let keymap = Keymap::with(&keys.collect(), &letters.collect()).unwrap();
    play.model.keymap = Arc::new(keymap);
    play
}

fn control(play: &mut Play, letter: char) {
    let event = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
    play.say(Message::Key(event));
}

fn scroll(play: &Play) -> Option<usize> {
    match play.model.overlay {
        Some(Overlay::Help(scroll)) => Some(scroll),
        _ => None,
    }
}

#[test]
fn boxes_move_and_close_with_the_keys_of_the_learner() {
    let mut play = with(&[("descendre", &["bas", "x"]), ("fermer", &["W"])], &[]);
    play.keys("?x");
    assert_eq!(scroll(&play), Some(1));
    // What the program gave it and the learner did not is nothing any more.
    play.keys("jq");
    assert_eq!(scroll(&play), Some(1));
    play.key(KeyCode::Down);
    assert_eq!(scroll(&play), Some(2));
    play.keys("W");
    assert_eq!(play.model.overlay, None);
    // Escape always leaves.
    play.keys("?");
    play.key(KeyCode::Esc);
    assert_eq!(play.model.overlay, None);
}

#[test]
fn where_letters_are_typed_they_are_letters() {
    let mut play = with(
        &[
            ("fermer", &["x", "ctrl-x"]),
            ("descendre", &["W", "ctrl-n"]),
        ],
        &[],
    );
    play.keys(":xW");
    let typed = |play: &Play| match &play.model.overlay {
        Some(Overlay::Palette { query, .. }) => Some(query.clone()),
        _ => None,
    };
    assert_eq!(typed(&play).as_deref(), Some("xW"));
    control(&mut play, 'x');
    assert_eq!(play.model.overlay, None);
    play.keys(":");
    control(&mut play, 'n');
    assert!(matches!(
        play.model.overlay,
        Some(Overlay::Palette { cursor: 1, .. })
    ));
    play.key(KeyCode::Esc);
    // The glossary: its search takes letters, its list does not.
    play.keys("w");
    let cursor = play.model.glossary.cursor;
    play.keys("W");
    assert_eq!(play.model.glossary.cursor, cursor + 1);
    play.keys("/xW");
    assert_eq!(play.model.book(Book::Glossary).query, "xW");
    play.key(KeyCode::Enter);
    play.keys("x");
    assert_eq!(play.model.overlay, None);
}

#[test]
fn a_dialog_is_confirmed_by_the_key_of_the_learner() {
    let mut play = with(&[("valider", &["ctrl-o"])], &[]);
    play.keys("f");
    play.key(KeyCode::Down);
    play.key(KeyCode::Enter);
    assert!(matches!(play.model.overlay, Some(Overlay::Panes(_))));
    control(&mut play, 'o');
    assert_eq!(play.model.overlay, None);
    assert_eq!(play.model.focus, Focus::Pane);
}

#[test]
fn the_menu_has_the_letters_of_the_learner() {
    let mut play = with(
        &[],
        &[("terminal", "x"), ("expliquer", "M"), ("visite", "é")],
    );
    play.leader('x');
    assert_eq!(play.model.focus, Focus::Terminal);
    play.leader('é');
    assert!(matches!(play.model.overlay, Some(Overlay::Tour(0))));
    play.key(KeyCode::Esc);
    play.leader('M');
    assert!(matches!(play.model.overlay, Some(Overlay::Explanation(_))));
    play.key(KeyCode::Esc);
    control(&mut play, 'g');
    let screen = play.screen();
    assert!(
        screen.contains("x terminal") && screen.contains("é visite"),
        "{screen}"
    );
}

#[test]
fn what_a_reset_sends_is_read_to_its_end() {
    let mut play = with(&[], &[]);
    let commands = (0..40).map(|rank| format!("docker rm objet{rank:02}"));
    play.model.overlay = Some(Overlay::Reset {
        commands: commands.collect(),
        scroll: 0,
    });
    let screen = play.screen();
    assert!(screen.contains("objet00") && !screen.contains("objet39"));
    assert!(
        screen.contains("▼ encore") && screen.contains("recommencer · "),
        "{screen}"
    );
    play.key(KeyCode::End);
    let screen = play.screen();
    assert!(
        screen.contains("objet39") && screen.contains('▲') && screen.contains("recommencer · "),
        "{screen}"
    );
    play.key(KeyCode::Up);
    let screen = play.screen();
    assert!(
        !screen.contains("objet39") && screen.contains("▼ encore une ligne"),
        "{screen}"
    );
}

#[test]
fn a_page_over_the_screen_is_read_to_its_end() {
    let mut play = with(&[], &[]);
    play.keys("?");
    assert!(matches!(play.model.overlay, Some(Overlay::Help(0))));
    play.key(KeyCode::End);
    let lines = crate::tui::screens::help::lines(&play.model, 78);
    let last = lines.last().unwrap().to_string();
    assert!(play.screen().contains(last.trim()), "{last}");
}

#[test]
fn an_action_without_a_key_says_so_in_the_help() {
    let help = |play: &Play| -> Vec<String> {
        let lines = crate::tui::screens::help::lines(&play.model, 78);
        lines.iter().map(ToString::to_string).collect()
    };
    // The diagnosis, the tour, the preparation: they are looked for by their names.
    let all = help(&with(&[], &[])).join("\n");
    assert_eq!(all.matches("(aucune touche)  ").count(), 3, "{all}");
    let play = with(&[("objet-suivant", &[])], &[]);
    let text = help(&play).join("\n");
    assert!(
        text.contains("(aucune touche)\u{a0}: la palette (Ctrl-G p) mène à cette action."),
        "{text}"
    );
    let rows = help(&play);
    let mut without = rows.iter().filter(|it| it.starts_with("(aucune touche)  "));
    assert!(
        without.any(|it| it.contains("Montrer l’objet suivant")),
        "{text}"
    );
}

#[test]
fn what_a_reset_sends_keeps_its_indentation() {
    let mut play = with(&[], &[]);
    let file = "cat > compose.yaml <<'FIN'\nservices:\n  site:\n    image: nginx:1.27-alpine\nFIN";
    play.model.overlay = Some(Overlay::Reset {
        commands: vec![file.to_owned(), "docker compose up -d".to_owned()],
        scroll: 0,
    });
    let screen = play.screen();
    for line in [
        "│$ cat > compose.yaml <<'FIN'",
        "│  services:",
        "│    site:",
        "│      image: nginx:1.27-alpine",
        "│  FIN",
        "│$ docker compose up -d",
    ] {
        assert!(screen.contains(line), "{line}\n{screen}");
    }
}

#[test]
fn what_is_read_in_a_box_goes_to_its_end_and_back() {
    let mut play = Play::lesson(80, 24);
    play.keys("l?");
    let first = play.screen();
    play.keys("G");
    let last = play.screen();
    assert_ne!(first, last);
    play.key(KeyCode::End);
    assert_eq!(play.screen(), last);
    play.keys("g");
    assert_eq!(play.screen(), first);
}

#[test]
fn the_menu_is_one_key_away_from_a_search_and_from_the_past_of_the_terminal() {
    for (focus, opens) in [('t', '/'), ('t', 'u'), ('e', '/'), ('l', '/')] {
        let mut play = Play::lesson(120, 40);
        play.leader(focus);
        play.leader(opens);
        if opens == '/' {
            play.keys("mots");
        }
        play.effects.clear();
        play.leader('t');
        assert_eq!(play.model.overlay, None, "{focus} {opens}");
        assert_eq!(play.model.focus, Focus::Terminal, "{focus} {opens}");
        let typed = |it: &Effect| matches!(it, Effect::ShellKey(_));
        assert!(!play.effects.iter().any(typed), "{:?}", play.effects);
    }
}
