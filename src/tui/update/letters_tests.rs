//! Sentences name the letters of the menu as the learner has them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crossterm::event::KeyCode;

use super::fixtures::{Play, container, image, snapshot};
use super::*;
use crate::domain::ContainerState;
use crate::tui::keymap::Keymap;

#[test]
fn sentences_name_the_letters_that_the_learner_chose() {
    let letters = [
        ("leçon", "1"),
        ("état", "2"),
        ("indice", "3"),
        ("solution", "4"),
        ("section-suivante", "5"),
        ("garde-fou", "6"),
        ("rouvrir", "7"),
        ("aide-mémoire", "8"),
        ("expliquer", "9"),
        ("reprendre-la-démo", "R"),
    ];
    let letters = letters.map(|(name, letter)| (name.to_owned(), letter.to_owned()));
    let keymap = Keymap::with(&BTreeMap::new(), &BTreeMap::from(letters)).unwrap();
    let mut play = Play::lesson(120, 40);
    play.model.keymap = Arc::new(keymap);
    let says = |play: &Play, words: &str| {
        let screen = play.screen();
        assert!(screen.contains(words), "{words}: {screen}");
    };
    assert_eq!(guard::consent(&play.model), "Ctrl-G 6");
    play.keys("t");
    says(&play, "Ctrl-G 1 leçon");
    says(&play, "Ctrl-G 2 état");
    for _ in 0..3 {
        play.leader('3');
    }
    says(&play, "Ctrl-G 4 montre la solution");
    play.say(Message::CommandSaid(
        "docker: unknown command: docker contianer\n".to_owned(),
    ));
    play.run("docker contianer ls", 1, snapshot([image()]));
    says(&play, "(Ctrl-G 9\u{a0}: la suite)");
    let running = snapshot([image(), container("jumeau1", ContainerState::Running)]);
    play.run(
        "docker run -d --name jumeau1 busybox:1.37 sleep 3600",
        0,
        running,
    );
    play.settle();
    play.keys("x");
    says(&play, "Section suivante\u{a0}: Ctrl-G 5.");
    play.say(Message::ShellEnded(0));
    play.leader('1');
    play.key(KeyCode::Home);
    play.key(KeyCode::Enter);
    says(&play, "Ctrl-G 7 en ouvre un autre");
    let tour = crate::tui::tour::stops(&play.model);
    assert!(
        tour[1].words.contains("Ctrl-G 1 ramène"),
        "{}",
        tour[1].words
    );
    play.key(KeyCode::Esc);
    play.keys("m");
    play.key(KeyCode::Enter);
    says(&play, "Ctrl-G 8 ramène ici");
    let mut demo = Play::demo(120, 40);
    demo.model.keymap = play.model.keymap.clone();
    demo.leader('t');
    says(&demo, "Ctrl-G R reprend");
}

#[test]
fn keys_of_an_exercise_say_that_there_is_none() {
    let mut play = Play::lesson(120, 40);
    play.keys("n");
    for key in ["i", "s", "r"] {
        play.model.notice = None;
        play.keys(key);
        let screen = play.screen();
        assert!(
            screen.contains("Cette partie n’a pas d’exercice."),
            "{key}: {screen}"
        );
        assert!(play.model.overlay.is_none());
    }
}
