//! The home screen: a course of many lessons, its parts, what comes before, the short paths.

use std::sync::Arc;

use crossterm::event::KeyCode;

use super::fixtures::Play;
use super::*;
use crate::lesson::progress::Progress;
use crate::lesson::{Path, Stop, parse};
use crate::tui::model::Course;

/// Seventeen lessons of three parts; each wants the one before it.
fn course() -> Course {
    let lesson = |number: u32| {
        let before = match number {
            1 => String::new(),
            _ => format!("prerequis: [lecon-{}]\n", number - 1),
        };
        let text = format!(
            "---\nformat: 1\ntitre: La leçon numéro {number}, au titre assez long pour une ligne\n\
             duree: 45 min\nobjectifs: [Savoir ce que dit la leçon {number}]\n{before}---\n\n\
             ## Voir\n\nDu texte.\n\n## Répondre\n\n```quiz q\nquestion: Oui ?\nchoix:\n  \
             - {{dit: \"Non\", refute: Si.}}\n  - {{juste: \"Oui\", parce-que: Voilà.}}\n```\n\n\
             ## Finir\n\nEncore du texte.\n"
        );
        Arc::new(parse("lecon.md", &format!("lecon-{number}"), number, &text).unwrap())
    };
    let stop = |lesson: u32, part: Option<&str>| Stop {
        lesson: format!("lecon-{lesson}"),
        part: part.map(str::to_owned),
    };
    let path = |title: &str, stops: Vec<Stop>| Path {
        id: title.to_lowercase(),
        title: title.to_owned(),
        duration: "3 h".to_owned(),
        audience: "Qui n’a que l’après-midi.".to_owned(),
        stops,
    };
    let mut progress = Progress::default();
    progress.tour();
    progress.choose("lecon-1", "q", 1);
    // Not to be reviewed yet.
    progress.recall("lecon-1", "q", true, 0);
    progress.read_section("lecon-2", "Voir");
    progress.go_to(
        "lecon-2",
        crate::lesson::progress::Place {
            section: 1,
            block: 0,
        },
    );
    Course {
        lessons: (1..=17).map(lesson).collect(),
        paths: vec![
            path("Découverte", vec![stop(4, None), stop(2, None)]),
            path(
                "Démonstration",
                vec![stop(9, Some("Finir")), stop(99, None)],
            ),
        ],
        progress,
        notices: Vec::new(),
        origin: None,
    }
}

fn home(width: u16, height: u16) -> Play {
    let mut play = Play::home(width, height);
    play.say(Message::Course(Ok(course())));
    play
}

#[test]
fn a_course_of_seventeen_lessons_fits() {
    let mut play = home(80, 24);
    insta::assert_snapshot!("course_80", play.screen());
    play.key(KeyCode::End);
    insta::assert_snapshot!("course_end_80", play.screen());
    insta::assert_snapshot!("course_120", home(120, 40).screen());
}

#[test]
fn every_lesson_comes_into_sight_with_its_title() {
    for (width, height) in [(60, 20), (80, 24), (120, 40)] {
        let mut play = home(width, height);
        play.key(KeyCode::Home);
        for number in 1..=17 {
            let row = format!("{number:>2}. La leçon");
            let screen = play.screen();
            let here = screen
                .lines()
                .any(|it| it.contains('▌') && it.contains(&row));
            assert!(here, "{row}\n{screen}");
            play.key(KeyCode::Down);
        }
    }
}

#[test]
fn a_lesson_says_which_ones_come_before_and_opens_all_the_same() {
    let mut play = home(120, 40);
    // The first lesson is done: the cursor is on the second.
    assert_eq!(play.model.cursor, 1);
    assert!(!play.screen().contains("Mieux vaut avant"));
    assert!(play.screen().contains("Répondre (vous en êtes là)"));
    play.key(KeyCode::Down);
    assert!(
        play.screen()
            .contains("Mieux vaut avant\u{a0}: 2. La leçon")
    );
    play.key(KeyCode::Enter);
    assert_eq!(play.model.study.as_ref().unwrap().lesson.id, "lecon-3");
}

#[test]
fn a_path_shows_its_lessons_only_in_its_order_and_opens_its_parts() {
    let mut play = home(80, 24);
    play.key(KeyCode::Right);
    insta::assert_snapshot!("path_80", play.screen());
    play.key(KeyCode::Enter);
    assert_eq!(play.model.study.as_ref().unwrap().lesson.id, "lecon-4");
    play.key(KeyCode::Esc);
    play.key(KeyCode::Right);
    // A lesson that the course has not is left out.
    play.key(KeyCode::Down);
    play.key(KeyCode::Enter);
    let study = play.model.study.as_ref().unwrap();
    assert_eq!((study.lesson.id.as_str(), study.section), ("lecon-9", 2));
    play.key(KeyCode::Esc);
    play.key(KeyCode::Right);
    assert_eq!(play.model.path, None);
    play.key(KeyCode::Left);
    assert_eq!(play.model.path, Some(1));
}

#[test]
fn somebody_elses_lessons_are_shown_as_such() {
    let mut play = home(80, 24);
    assert!(!play.screen().contains("ne viennent pas"));
    play.say(Message::Course(Ok(Course {
        origin: Some("/tmp/cours".to_owned()),
        ..course()
    })));
    assert!(play.screen().contains("Leçons de /tmp/cours"));
}

#[test]
fn a_lesson_that_is_edited_is_read_again_where_it_was() {
    let mut play = home(120, 40);
    play.key(KeyCode::Enter);
    play.say(Message::ShellOpened { marked: true });
    let before = play.model.study.as_ref().unwrap();
    let (id, section) = (before.lesson.id.clone(), before.section);
    assert_eq!(section, 1);

    let mut lessons = course().lessons;
    for lesson in &mut lessons {
        let mut edited = (**lesson).clone();
        edited.sections[1].title = "Répondre mieux".to_owned();
        *lesson = Arc::new(edited);
    }
    play.say(Message::Edited(Ok(lessons.clone())));
    let study = play.model.study.as_ref().unwrap();
    assert_eq!((study.lesson.id.as_str(), study.section), (id.as_str(), 1));
    assert!(play.screen().contains("Répondre mieux"));

    // What is wrong is said; what was read stays.
    play.say(Message::Edited(Err("lecon.md:3:1\u{a0}: oups".to_owned())));
    assert!(play.screen().contains("lecon.md:3:1"));
    assert!(play.screen().contains("Répondre mieux"));

    // The lesson is gone: home.
    lessons.retain(|it| it.id != id);
    play.say(Message::Edited(Ok(lessons)));
    assert!(play.model.study.is_none());
}

#[test]
fn escape_does_not_leave_the_program() {
    let mut play = home(80, 24);
    play.key(KeyCode::Esc);
    assert_eq!(play.model.quit, None);
    assert!(play.screen().contains("Pour quitter\u{a0}: q"));
    play.keys("q");
    assert!(play.model.quit.is_some());
}
