//! Random keys, mouse, sizes and news: nothing may panic, no screen may be broken.
//!
//! Ten thousand events, or as many as `MOUSSAILLON_FUZZ` says; `MOUSSAILLON_FUZZ_SEED` gives others.

mod dice;
mod input;
mod news;
mod screen;

use std::sync::Arc;

use crossterm::event::KeyCode;

use self::dice::Dice;
use self::news::News;
use self::screen::{Shell, check};
use super::fixtures::Play;
use crate::domain::Step;
use crate::lesson::{Course as Lessons, Entry, Lesson};
use crate::tui::message::Message;
use crate::tui::model::Course;

/// Events of a session: then another begins, with other lessons.
const SESSION: u64 = 5_000;

/// What happens next.
fn message(play: &Play, news: &News, dice: &mut Dice) -> Message {
    match dice.roll(100) {
        0..3 => {
            let (width, height) = input::size(dice);
            Message::Resize(width, height)
        }
        3..10 => input::mouse(dice),
        10 => Message::Paste(dice.words() + "\n" + &dice.words()),
        11..20 => Message::Occurrence(news::occurrence(dice)),
        20..32 => news::other(dice),
        32..42 => input::leader(),
        42..50 if !play.model.followed.is_empty() => {
            let needs: Vec<_> = play.model.followed.iter().cloned().collect();
            let need = dice.pick(&needs);
            let fact = news.fact(&need, dice);
            Message::Learnt(need, fact)
        }
        _ => input::key(dice),
    }
}

/// A session: on the fixture, else on the course.
fn session(course: &[Arc<Lesson>], dice: &mut Dice) -> Play {
    let mut play = Play::home(80, 24);
    if dice.roll(3) > 0 {
        play.say(Message::Course(Ok(Course {
            lessons: course.to_vec(),
            ..Course::default()
        })));
        play.model.cursor = dice.index(course.len());
    }
    play.key(KeyCode::Enter);
    play.say(Message::ShellOpened { marked: true });
    play
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn random_events_break_nothing() {
    let events = number("MOUSSAILLON_FUZZ").unwrap_or(10_000);
    let mut dice = Dice(number("MOUSSAILLON_FUZZ_SEED").unwrap_or(2026));
    // A long game looks at a part of its screens only.
    let looked = (events / 2_500).clamp(4, 32);
    let entries = Lessons::embedded();
    let lessons: Result<Vec<_>, _> = entries.entries().iter().map(Entry::load).collect();
    let course: Vec<Arc<Lesson>> = lessons.unwrap().into_iter().map(Arc::new).collect();
    let news = News::recorded();
    let mut play = session(&course, &mut dice);
    let (mut shell, mut asked) = (Shell::new(), 0);
    for event in 1..=events {
        if event % SESSION == 0 {
            play = session(&course, &mut dice);
            shell = Shell::new();
        }
        let message = message(&play, &news, &mut dice);
        play.say(message);
        // Leaving the program ends nothing here.
        play.model.quit = None;
        asked += play.effects.len();
        play.effects.clear();
        if dice.roll(looked) == 0 {
            shell.write(&mut dice, play.model.shell_size);
            check(&play.model, &shell);
        }
        let step = play.model.shown_step();
        assert_eq!(play.model.diff, step.map(Step::diff).unwrap_or_default());
        if let Some(study) = &play.model.study {
            assert!(study.section < study.lesson.sections.len());
        } else if dice.roll(3) == 0 {
            play.key(KeyCode::Enter);
        }
    }
    assert!(asked > 100, "the events did something");
}

#[test]
fn every_size_draws() {
    let mut play = Play::lesson(80, 24);
    let shell = Shell::new();
    for width in (0..130).step_by(7) {
        for height in (0..45).step_by(2) {
            play.say(Message::Resize(width, height));
            check(&play.model, &shell);
        }
    }
}
