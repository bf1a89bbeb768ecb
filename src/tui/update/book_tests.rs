//! The cheat sheet and the glossary, key by key.

use crossterm::event::KeyCode;

use super::fixtures::Play;
use super::*;
use crate::text::glossary::Glossary;
use crate::text::sheet::Sheet;
use crate::tui::book::Book;
use crate::tui::model::{Focus, Overlay};

fn named(play: &mut Play, words: &str) {
    play.keys("/");
    play.keys(words);
    play.key(KeyCode::Enter);
}

fn typed(line: &str) -> Effect {
    Effect::ShellType {
        line: line.to_owned(),
        force: false,
    }
}

#[test]
fn it_opens_at_home_where_no_terminal_is() {
    let mut play = Play::home(80, 24);
    play.keys("m");
    insta::assert_snapshot!("sheet_80", play.screen());
    play.effects.clear();
    play.key(KeyCode::Enter);
    assert!(play.effects.is_empty());
    assert!(play.screen().contains("ouvrez-en une"), "{}", play.screen());
    play.key(KeyCode::Esc);
    assert!(play.screen().contains("Le cours"), "{}", play.screen());
}

#[test]
fn an_example_goes_to_the_terminal_and_its_preparation_one_line_per_prompt() {
    let mut play = Play::lesson(120, 40);
    play.leader('m');
    named(&mut play, "RENOMME");
    insta::assert_snapshot!("sheet_120", play.screen());
    play.effects.clear();
    play.keys("p");
    assert_eq!(
        play.effects,
        [typed("docker create --name goelette busybox:1.36")]
    );
    assert_eq!(play.model.overlay, None);
    play.leader('m');
    play.effects.clear();
    play.key(KeyCode::Enter);
    assert_eq!(play.effects, [typed("docker rename goelette fregate")]);

    play.leader('m');
    play.key(KeyCode::Esc);
    named(&mut play, "docker unpause");
    play.effects.clear();
    play.keys("p");
    play.say(Message::Prompt);
    play.say(Message::Prompt);
    let lines = [
        "docker run -d --name degel busybox:1.36 sleep 3600",
        "docker pause degel",
    ];
    assert_eq!(play.effects, lines.map(typed));
}

#[test]
fn at_80_columns_the_terminal_shows_what_was_sent() {
    let mut play = Play::lesson(80, 24);
    play.leader('m');
    play.key(KeyCode::Enter);
    assert_eq!(
        (play.model.focus, &play.model.overlay),
        (Focus::Terminal, &None)
    );
}

#[test]
fn a_refused_line_shows_the_sheet_again_to_insist() {
    let mut play = Play::lesson(120, 40);
    play.leader('m');
    play.key(KeyCode::Enter);
    let line = "docker run --name bonjour hello-world".to_owned();
    play.say(Message::ShellBusy(line.clone()));
    assert_eq!(play.model.overlay, Some(Overlay::Book(Book::Sheet)));
    assert!(play.screen().contains("Un programme tient le terminal"));
    play.effects.clear();
    play.key(KeyCode::Enter);
    assert_eq!(play.effects, [Effect::ShellType { line, force: true }]);
}

#[test]
fn a_search_is_typed_narrowed_and_dropped() {
    let mut play = Play::home(80, 24);
    play.keys("m/");
    play.say(Message::Paste("réseau".to_owned()));
    assert!(
        play.screen().contains("docker network create"),
        "{}",
        play.screen()
    );
    play.keys(" xyzzy");
    assert!(
        play.screen().contains("Aucune commande"),
        "{}",
        play.screen()
    );
    play.key(KeyCode::Backspace);
    play.key(KeyCode::Esc);
    let all = Sheet::embedded().unwrap().entries().count();
    assert!(play.screen().contains(&format!("{all} commandes")));
    // Themes, both ways, and the ends.
    play.key(KeyCode::Right);
    assert!(play.screen().contains("▌ docker stop"), "{}", play.screen());
    play.key(KeyCode::Down);
    play.key(KeyCode::Left);
    assert!(play.screen().contains("▌ docker stop"), "{}", play.screen());
    play.key(KeyCode::End);
    assert!(
        play.screen().contains("▌ docker config ls"),
        "{}",
        play.screen()
    );
}

#[test]
fn all_that_is_said_of_a_command_can_be_read_at_every_size() {
    for (width, height) in [(60, 20), (80, 24), (120, 40)] {
        let mut play = Play::home(width, height);
        play.keys("m");
        for _ in Sheet::embedded().unwrap().entries() {
            let last = crate::tui::screens::book::detail(&play.model, Book::Sheet).pop();
            let last = last.unwrap().to_string();
            for _ in 0..8 {
                play.keys(" ");
            }
            assert!(
                play.screen().contains(last.trim()),
                "{last}\n{}",
                play.screen()
            );
            play.key(KeyCode::Down);
        }
    }
}

#[test]
fn the_glossary_of_a_lesson_begins_with_the_words_of_the_part() {
    let mut play = Play::lesson(80, 24);
    play.keys("w");
    insta::assert_snapshot!("glossary_80", play.screen());
    // From a word to its neighbours, and back.
    play.key(KeyCode::Enter);
    assert!(play.screen().contains("Ses voisins"), "{}", play.screen());
    play.key(KeyCode::Down);
    play.key(KeyCode::Enter);
    assert!(play.screen().contains("Ce mot"), "{}", play.screen());
    play.key(KeyCode::Esc);
    assert!(play.screen().contains("Dans cette partie"));
    play.key(KeyCode::Esc);
    assert_eq!(play.model.overlay, None);
    // Another part, other words.
    play.keys("nn");
    play.keys("w");
    let screen = play.screen();
    let (before, after) = screen.split_once("▌ arrêter").expect("the first answer");
    assert!(before.contains("Dans cette partie"), "{screen}");
    assert!(
        after.lines().nth(1).unwrap().contains("supprimer"),
        "{screen}"
    );
}

#[test]
fn the_glossary_is_searched_from_home_and_sends_nothing() {
    let mut play = Play::home(120, 40);
    play.keys("w");
    assert!(!play.screen().contains("Dans cette partie"));
    named(&mut play, "bind mount");
    insta::assert_snapshot!("glossary_120", play.screen());
    play.effects.clear();
    play.key(KeyCode::Enter);
    play.keys("p");
    assert!(play.effects.is_empty());
}

#[test]
fn every_definition_can_be_read_at_every_size() {
    for (width, height) in [(60, 20), (80, 24)] {
        let mut play = Play::home(width, height);
        play.keys("w");
        for term in Glossary::embedded().unwrap().terms() {
            let last = crate::tui::screens::book::detail(&play.model, Book::Glossary).pop();
            let last = last.unwrap().to_string();
            for _ in 0..4 {
                play.keys(" ");
            }
            let screen = play.screen();
            assert!(screen.contains(last.trim()), "{}\n{screen}", term.name);
            play.key(KeyCode::Down);
        }
    }
}
