//! What all panes have in common.

use std::collections::BTreeSet;

use crossterm::event::KeyCode;

use super::{PANES, Pane};
use crate::domain::ContainerState;
use crate::inside::Fact;
use crate::tui::message::Message;
use crate::tui::model::Focus;
use crate::tui::update::fixtures::{Play, container, image, snapshot};

#[test]
fn each_pane_is_where_its_number_says_and_has_its_own_letter() {
    let letters: BTreeSet<char> = PANES.iter().map(|spec| spec.letter).collect();
    assert_eq!(letters.len(), PANES.len());
    for (index, spec) in PANES.iter().enumerate() {
        assert_eq!(spec.pane as usize, index, "{}", spec.name);
        assert!(spec.letter.is_ascii_lowercase(), "{}", spec.name);
    }
    assert_eq!(Pane::State.further(PANES.len()), Pane::State);
}

#[test]
fn a_pane_is_chosen_by_its_letter_by_turning_or_by_its_name() {
    let mut play = Play::lesson(120, 40);
    play.leader('f');
    assert!(
        play.screen().contains("Ce que le noyau isole"),
        "{}",
        play.screen()
    );
    play.keys("n");
    assert_eq!(
        (play.model.pane, play.model.focus),
        (Pane::Kernel, Focus::Pane)
    );
    play.keys("vV");
    assert_eq!(play.model.pane, Pane::Kernel);
    play.keys("f");
    play.key(KeyCode::Down);
    play.key(KeyCode::Enter);
    assert_eq!(play.model.pane, Pane::Network);
    play.keys("e");
    assert_eq!(play.model.pane, Pane::State);
}

#[test]
fn the_object_chosen_in_one_pane_is_the_subject_of_the_others() {
    let mut play = Play::lesson(120, 40);
    let one = container("jumeau1", ContainerState::Running);
    let two = container("jumeau2", ContainerState::Running);
    play.run("docker run …", 0, snapshot([image(), one, two]));
    play.leader('f');
    play.keys("n");
    let first = play.model.subject.clone();
    assert_eq!(first, None, "the pane chooses by itself");
    assert!(play.screen().contains("◆ jumeau2"), "{}", play.screen());
    play.keys("o");
    assert!(play.screen().contains("◆ jumeau1"), "{}", play.screen());
    play.keys("fj");
    assert!(play.screen().contains("◆ jumeau1"), "{}", play.screen());
}

#[test]
fn a_search_keeps_the_lines_that_match() {
    let mut play = Play::lesson(120, 40);
    let one = container("jumeau1", ContainerState::Running);
    play.run("docker run …", 0, snapshot([image(), one]));
    play.keys("e/JUM");
    let screen = play.screen();
    assert!(
        screen.contains("/ JUM▏") && screen.contains("▶ en cours"),
        "{screen}"
    );
    assert!(!screen.contains("Images (1)"), "{screen}");
    play.keys("zz");
    assert!(
        play.screen().contains("Aucune ligne ne contient"),
        "{}",
        play.screen()
    );
    play.key(KeyCode::Esc);
    assert!(play.screen().contains("Images (1)"), "{}", play.screen());
}

#[test]
fn what_goes_on_failing_is_drawn_once() {
    let mut play = Play::lesson(120, 40);
    let one = container("jumeau1", ContainerState::Running);
    play.run("docker run …", 0, snapshot([image(), one]));
    play.leader('f');
    play.keys("j");
    let need = play
        .model
        .followed
        .first()
        .cloned()
        .expect("the log is followed");
    let mut draws = |why: &str| {
        play.model.dirty = false;
        let fact = Fact::Failed(why.to_owned());
        play.say(Message::Learnt(need.clone(), fact));
        play.model.dirty
    };
    assert_eq!(
        [draws("non"), draws("non"), draws("autre")],
        [true, false, true]
    );
}
