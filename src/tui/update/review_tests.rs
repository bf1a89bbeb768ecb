//! The review at start: what is asked, when, and what an answer changes.

use std::fmt::Write as _;
use std::sync::Arc;

use crossterm::event::KeyCode;

use super::fixtures::Play;
use super::*;
use crate::lesson::parse;
use crate::lesson::progress::{Day, Progress};
use crate::tui::model::{Course, Overlay};

const TODAY: Day = 20_000;

/// A lesson of nine quizzes, all answered, on this day.
fn play(progress: Progress, today: Day) -> Play {
    let mut quizzes = String::new();
    for rank in 1..=9 {
        let _ = write!(
            quizzes,
            "```quiz q{rank}\nquestion: \"La question {rank} ?\"\nchoix:\n  - {{dit: \"Non\", \
             refute: Parce que si.}}\n  - {{juste: \"Oui\", parce-que: Voilà pourquoi.}}\n```\n\n"
        );
    }
    let text = format!(
        "---\nformat: 1\ntitre: Essai\nduree: 5 min\nobjectifs: [Répondre]\n---\n\n## Tout\n\n{quizzes}"
    );
    let lesson = parse("lecon.md", "essai", 4, &text).unwrap();
    let mut play = Play::home(80, 24);
    play.model.today = today;
    play.say(Message::Course(Ok(Course {
        lessons: vec![Arc::new(lesson)],
        progress,
        ..Course::default()
    })));
    play.effects.clear();
    play
}

fn answered(questions: &[&str]) -> Progress {
    let mut progress = Progress::default();
    for question in questions {
        progress.choose("essai", question, 1);
        progress.recall("essai", question, true, TODAY - 10);
    }
    progress
}

#[test]
fn nothing_is_asked_before_it_is_due() {
    assert_eq!(play(Progress::default(), TODAY).model.overlay, None);
    let mut fresh = Progress::default();
    fresh.choose("essai", "q1", 1);
    fresh.recall("essai", "q1", true, TODAY);
    assert_eq!(play(fresh.clone(), TODAY + 2).model.overlay, None);
    assert_eq!(play(fresh, TODAY + 3).model.overlay, Some(Overlay::Review));
}

#[test]
fn a_wrong_answer_comes_back_sooner_than_a_right_one() {
    let mut play = play(answered(&["q1", "q2"]), TODAY);
    insta::assert_snapshot!("review_80", play.screen());
    play.key(KeyCode::Enter);
    insta::assert_snapshot!("review_wrong_80", play.screen());
    assert_eq!(play.effects, [Effect::SaveProgress]);
    play.key(KeyCode::Enter);
    play.key(KeyCode::Down);
    play.key(KeyCode::Enter);
    play.key(KeyCode::Enter);
    assert!(play.screen().contains("1 sur 2."), "{}", play.screen());
    play.key(KeyCode::Enter);
    assert_eq!(play.model.overlay, None);
    let progress = &play.model.progress;
    assert_eq!(progress.due("essai", "q1"), Some(TODAY + 1));
    assert_eq!(progress.due("essai", "q2"), Some(TODAY + 7));
}

#[test]
fn a_digit_points_at_an_answer() {
    let mut play = play(answered(&["q1"]), TODAY);
    // There is no fourth.
    play.keys("2'");
    play.key(KeyCode::Enter);
    play.keys("1");
    play.key(KeyCode::Enter);
    assert!(play.screen().contains("1 sur 1."), "{}", play.screen());
}

#[test]
fn one_key_skips_it_and_it_is_not_proposed_twice_a_day() {
    let mut first = play(answered(&["q1"]), TODAY);
    first.key(KeyCode::Esc);
    assert_eq!(first.model.overlay, None);
    assert_eq!(first.effects, [Effect::SaveProgress]);
    let kept = first.model.progress.clone();
    assert_eq!(play(kept.clone(), TODAY).model.overlay, None);
    assert_eq!(play(kept, TODAY + 1).model.overlay, Some(Overlay::Review));
}

#[test]
fn six_questions_at_most_those_that_waited_longest_first() {
    let all = ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8"];
    let mut progress = answered(&all);
    // Answered before there were reviews.
    progress.choose("essai", "q9", 0);
    let mut play = play(progress, TODAY);
    assert!(play.screen().contains("1/6"), "{}", play.screen());
    assert!(play.screen().contains("La question 9"), "{}", play.screen());
    for _ in 0..12 {
        play.key(KeyCode::Enter);
    }
    assert!(play.screen().contains("0 sur 6."), "{}", play.screen());
}
