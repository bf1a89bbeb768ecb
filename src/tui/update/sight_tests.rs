//! What a learner types where something is expected, and what is then in sight.

use crossterm::event::KeyCode;

use super::fixtures::{LESSON, Play, container, image, snapshot};
use super::*;
use crate::domain::{ContainerState, Occurrence};
use crate::tui::model::Overlay;

/// The row of digits of a French keyboard, without Shift.
#[test]
fn what_a_french_keyboard_types_for_a_digit_points_too() {
    for (typed, chosen) in [("&", 0), ("é", 1), ("é&", 0), ("\"", 0)] {
        let mut play = Play::lesson(120, 40);
        play.keys("n");
        play.keys(typed);
        play.key(KeyCode::Enter);
        let study = play.model.study.as_ref().unwrap();
        assert_eq!(study.answer(0).chosen, Some(chosen), "{typed}");
    }
}

#[test]
fn a_prediction_waits_for_a_command_that_ends_as_the_lesson_says() {
    let mut play = Play::lesson(120, 40);
    play.keys("n");
    play.key(KeyCode::Enter);
    play.run("docker stop jumeau1", 1, snapshot([image()]));
    assert!(
        !play.screen().contains("L’arrêt n’efface rien"),
        "{}",
        play.screen()
    );
    assert!(play.model.study.as_ref().unwrap().done.is_empty());
    play.run("docker stop jumeau1", 0, snapshot([image()]));
    assert!(
        play.screen().contains("L’arrêt n’efface rien"),
        "{}",
        play.screen()
    );
}

/// The simulated engine of another session is gone, and what the lesson had made with it.
#[test]
fn a_lesson_left_in_its_middle_says_that_the_simulated_engine_is_new() {
    let says = |play: &Play| play.screen().contains("Le moteur simulé est neuf");
    let full = snapshot([image()]);
    let empty = snapshot([]);
    for (section, state, said) in [
        (0, &empty, false),
        (1, &empty, false),
        (2, &empty, true),
        (2, &full, false),
    ] {
        let mut play = Play::home(80, 24);
        play.say(Message::Occurrence(Occurrence::State(state.clone().into())));
        let id = play.model.lessons()[0].id.clone();
        let place = crate::lesson::progress::Place { section, block: 0 };
        play.model.progress.go_to(&id, place);
        play.key(KeyCode::Enter);
        assert_eq!(says(&play), said, "{section}: {}", play.screen());
    }
}

/// A part longer than the screen, with an exercise at its end.
fn long_part() -> String {
    let lines = "Une ligne.\n\n".repeat(30);
    LESSON.replace("```exercice lancer", &format!("{lines}```exercice lancer"))
}

#[test]
fn a_hint_asked_for_by_its_key_is_in_sight() {
    let mut play = Play::lesson_of(&long_part(), 80, 24);
    for (key, shown) in [("i", "Indice 1/2"), ("i", "Indice 2/2"), ("s", "Solution")] {
        play.key(KeyCode::Home);
        play.keys(key);
        assert!(play.screen().contains(shown), "{shown}: {}", play.screen());
    }
}

#[test]
fn an_exercise_that_is_done_stays_in_sight() {
    let after = "Une suite.\n\n".repeat(30);
    let text = long_part().replace("## L’arrêt", &format!("{after}## L’arrêt"));
    let mut play = Play::lesson_of(&text, 80, 24);
    play.keys("ii");
    assert!(
        play.screen().contains("▌ → Voir la solution"),
        "{}",
        play.screen()
    );
    let running = snapshot([image(), container("jumeau1", ContainerState::Running)]);
    play.run(
        "docker run -d --name jumeau1 busybox:1.37 sleep 3600",
        0,
        running,
    );
    play.settle();
    let screen = play.screen();
    assert!(screen.contains("✔ Exercice réussi."), "{screen}");
    assert!(screen.contains("→ Recommencer l’exercice"), "{screen}");
}

#[test]
fn what_the_cursor_is_on_stays_in_sight_when_the_window_changes() {
    let text = LESSON.replace(
        "```quiz effacer",
        &format!(
            "{}\n\n```quiz effacer",
            "Un long paragraphe qui se plie. ".repeat(60)
        ),
    );
    let mut play = Play::lesson_of(&text, 80, 24);
    play.keys("nn");
    play.key(KeyCode::End);
    play.keys("2");
    for (width, height) in [(120, 40), (60, 20), (40, 10), (80, 24), (200, 24), (80, 24)] {
        play.say(Message::Resize(width, height));
        let shown = play.screen().contains("▌ ○ à la suppression");
        assert!(shown || height < 20, "{width}×{height}: {}", play.screen());
    }
}

#[test]
fn the_beginning_of_a_text_stays_in_sight_when_the_window_changes() {
    let long = "Un long paragraphe qui se plie. ".repeat(60);
    let text = LESSON.replace(
        "```exercice lancer",
        &format!("{long}\n\n```exercice lancer"),
    );
    let mut play = Play::lesson_of(&text, 80, 24);
    play.leader('l');
    for (width, height) in [(120, 40), (80, 24), (200, 60), (80, 24)] {
        play.say(Message::Resize(width, height));
        assert_eq!(play.model.study.as_ref().unwrap().scroll, 0);
        let screen = play.screen();
        assert!(screen.contains("40\u{a0}min"), "{width}×{height}: {screen}");
    }
}

/// Terminals send the ends of the lines of what is pasted as Enter does.
#[test]
fn a_box_takes_the_first_line_of_what_is_pasted() {
    for end in ["\r", "\n", "\r\n"] {
        let mut play = Play::lesson(80, 24);
        play.keys(":");
        play.say(Message::Paste(format!("indice{end}autre")));
        let Some(Overlay::Palette { query, .. }) = &play.model.overlay else {
            panic!("the palette")
        };
        assert_eq!(query, "indice", "{end:?}");
    }
}

/// The lesson of the other tests, with an observation after so many lines.
fn observing(lines: usize) -> String {
    let asked = "```observation pid\nquestion: Quel est son PID ?\ncommande: docker inspect jumeau1\nreponse: {conteneur: jumeau1, champ: State.Pid}\nexplication: C’est celui de l’hôte.\n```\n\n";
    let lines = "Une ligne.\n\n".repeat(lines);
    LESSON.replace(
        "```exercice lancer",
        &format!("{lines}{asked}```exercice lancer"),
    )
}

#[test]
fn a_wrong_answer_at_the_foot_of_the_screen_stays_in_sight() {
    // Whatever the line on which the item was, the last one of the screen among them.
    let mut at_foot = 0;
    for lines in 0..12 {
        let mut play = Play::lesson_of(&observing(lines), 80, 24);
        let running = container("jumeau1", ContainerState::Running);
        play.run("docker run …", 0, snapshot([image(), running]));
        play.keys("l");
        for _ in 0..60 {
            let screen = play.screen();
            if screen.lines().any(|it| it.starts_with("▌ → Répondre")) {
                break;
            }
            play.key(KeyCode::Down);
        }
        let screen = play.screen();
        let row = screen.lines().position(|it| it.starts_with("▌ → Répondre"));
        let row = row.unwrap_or_else(|| panic!("{lines}:\n{screen}"));
        at_foot += usize::from(row == 21);
        play.key(KeyCode::Enter);
        play.keys("17");
        play.key(KeyCode::Enter);
        let screen = play.screen();
        assert!(
            screen.contains("Vous avez répondu 17."),
            "{lines}:\n{screen}"
        );
        assert!(
            screen
                .lines()
                .any(|it| it.starts_with("▌ → Répondre à nouveau")),
            "{lines}:\n{screen}"
        );
    }
    assert!(at_foot > 0, "the item was never at the foot");
}
