//! The flows of a lesson, key by key.

use crossterm::event::KeyCode;

use super::fixtures::{Play, container, image, lesson, snapshot};
use super::*;
use crate::domain::{ContainerState, Occurrence};
use crate::engine::EngineState;
use crate::tui::model::{Focus, Link, Overlay, Quit};

/// What is kept as done, given that it was saved.
fn saved(play: &Play) -> Vec<String> {
    let done = crate::tui::study::done(&lesson(), &play.model.progress);
    let was_saved = play.effects.contains(&Effect::SaveProgress);
    done.into_iter().filter(|_| was_saved).collect()
}

#[test]
fn opening_a_lesson_saves_the_position_and_opens_the_shell() {
    let mut play = Play::home(80, 24);
    play.effects.clear();
    play.key(KeyCode::Enter);
    assert_eq!(play.effects[0], Effect::SaveProgress);
    assert!(
        play.effects
            .iter()
            .any(|it| matches!(it, Effect::OpenShell(_))),
        "{:?}",
        play.effects
    );
}

#[test]
fn a_command_goes_to_the_terminal_and_the_terminal_shows_at_80_columns() {
    let mut play = Play::lesson(80, 24);
    play.key(KeyCode::Enter);
    let line = "docker run -d --name jumeau1 busybox:1.37 sleep 3600".to_owned();
    assert_eq!(play.effects, [Effect::ShellType { line, force: false }]);
    assert_eq!(play.model.focus, Focus::Terminal);
    play.leader('l');
    assert!(play.screen().contains("✔ envoyée"), "{}", play.screen());
}

#[test]
fn a_wrong_attempt_gets_its_message_and_the_right_one_is_kept() {
    let mut play = Play::lesson(120, 40);
    let exited = snapshot([image(), container("jumeau1", ContainerState::Exited)]);
    play.run("docker run --name jumeau1 busybox:1.37 true", 0, exited);
    assert!(
        play.screen().contains("Il s’est arrêté aussitôt"),
        "{}",
        play.screen()
    );
    assert!(saved(&play).is_empty());

    let running = snapshot([image(), container("jumeau1", ContainerState::Running)]);
    play.run("docker start jumeau1", 0, running.clone());
    assert!(saved(&play).is_empty(), "it must last a moment");
    play.settle();
    assert_eq!(saved(&play), ["lancer"]);
    assert!(
        play.screen().contains("Exercice réussi"),
        "{}",
        play.screen()
    );

    // Done stays done, and is saved once.
    play.run("docker rm -f jumeau1", 0, snapshot([image()]));
    play.run("docker start jumeau1", 0, running);
    assert_eq!(saved(&play), ["lancer"]);
    assert!(play.screen().contains("Exercice réussi"));
}

#[test]
fn a_goal_that_is_met_for_an_instant_only_does_not_count() {
    let mut play = Play::lesson(120, 40);
    let with = |state| snapshot([image(), container("jumeau1", state)]);
    play.run(
        "docker run -d --name jumeau1 busybox",
        0,
        with(ContainerState::Running),
    );
    play.say(Message::Occurrence(Occurrence::State(
        with(ContainerState::Exited).into(),
    )));
    play.settle();
    assert!(saved(&play).is_empty());
    // The moment that was waited for is not that of another success.
    let stale = play.model.study.as_ref().unwrap().moments;
    play.run("docker start jumeau1", 0, with(ContainerState::Running));
    play.say(Message::Settled(stale));
    assert!(saved(&play).is_empty());
    play.settle();
    assert_eq!(saved(&play), ["lancer"]);
}

#[test]
fn hints_come_one_at_a_time_and_the_solution_last() {
    let mut play = Play::lesson(120, 40);
    assert!(!play.screen().contains("Indice 1/2"));
    play.keys("s");
    assert!(!play.screen().contains("Solution"));
    assert!(
        play.screen()
            .contains("La solution vient après les indices.")
    );
    play.keys("i");
    assert!(play.screen().contains("Indice 1/2") && !play.screen().contains("Indice 2/2"));
    play.keys("i");
    assert!(play.screen().contains("Indice 2/2") && !play.screen().contains("Solution"));
    play.keys("s");
    assert!(play.screen().contains("Solution"), "{}", play.screen());
    play.keys("s");
    assert!(play.screen().contains("La solution est déjà montrée."));
}

#[test]
fn a_prediction_is_chosen_before_the_command_and_explained_after() {
    let mut play = Play::lesson(120, 40);
    play.keys("n");
    assert!(!play.screen().contains("$ docker stop jumeau1"));
    play.key(KeyCode::Enter);
    assert!(play.screen().contains("$ docker stop jumeau1"));
    assert!(!play.screen().contains("L’arrêt n’efface rien"));
    play.run("docker  stop jumeau1", 0, snapshot([image()]));
    let screen = play.screen();
    assert!(
        screen.contains("L’arrêt n’efface rien") && screen.contains("Réponse"),
        "{screen}"
    );
    assert_eq!(saved(&play), ["prediction-1"]);
}

#[test]
fn a_digit_points_at_a_choice_that_enter_makes() {
    let mut play = Play::lesson(120, 40);
    play.keys("n2");
    let chosen = |play: &Play| play.model.study.as_ref().unwrap().answer(0).chosen;
    assert_eq!(chosen(&play), None);
    // There is no ninth.
    play.keys("9");
    play.key(KeyCode::Enter);
    assert_eq!(chosen(&play), Some(1));
}

#[test]
fn a_misconception_shows_its_experiment_then_the_truth() {
    let mut play = Play::lesson(120, 40);
    play.keys("n");
    assert!(!play.screen().contains("En fait"));
    for _ in 0..4 {
        play.key(KeyCode::Down);
    }
    play.key(KeyCode::Enter);
    assert!(play.screen().contains("En fait"), "{}", play.screen());
    assert_eq!(saved(&play), ["M01"]);
}

/// On a screen too small for the experiment, what is revealed is in sight, and stays under a key.
#[test]
fn what_is_revealed_is_in_sight() {
    let trials = (0..12)
        .map(|it| format!("  docker run --rm busybox:1.37 echo {it}\n"))
        .collect::<Vec<_>>()
        .concat();
    let experiment = "experience: |\n  docker start jumeau1\n  docker diff jumeau1\n";
    let text = super::fixtures::LESSON.replace(experiment, &format!("experience: |\n{trials}"));
    let mut play = Play::lesson_of(&text, 120, 24);
    play.keys("n");
    for _ in 0..200 {
        play.keys("j");
        if play.screen().contains("▌ → Voir ce qu’il en est") {
            break;
        }
    }
    play.key(KeyCode::Enter);
    let screen = play.screen();
    assert!(
        screen.contains("En fait") && screen.contains("echo 11"),
        "{screen}"
    );
    play.keys("j");
    assert!(play.screen().contains("En fait"), "{}", play.screen());
}

#[test]
fn a_quiz_refutes_at_once_and_lets_one_try_again() {
    let mut play = Play::lesson(120, 40);
    play.keys("nn");
    play.key(KeyCode::Enter);
    assert!(
        play.screen().contains("L’arrêt les garde"),
        "{}",
        play.screen()
    );
    assert!(saved(&play).is_empty());
    play.key(KeyCode::Enter);
    assert!(play.screen().contains("C’est cela"), "{}", play.screen());
    assert_eq!(saved(&play), ["effacer"]);
    assert!(!play.screen().contains("laisser la salle voter"));
}

#[test]
fn a_busy_shell_is_not_typed_into_unless_the_learner_insists() {
    let mut play = Play::lesson(120, 40);
    let line = "docker run -d --name jumeau1 busybox:1.37 sleep 3600".to_owned();
    play.key(KeyCode::Enter);
    play.say(Message::ShellBusy(line.clone()));
    assert!(play.screen().contains("Un programme tient le terminal"));
    play.effects.clear();
    play.key(KeyCode::Enter);
    assert_eq!(play.effects, [Effect::ShellType { line, force: true }]);
}

#[test]
fn resetting_removes_what_the_exercise_made_through_the_terminal() {
    let mut play = Play::lesson(120, 40);
    let exited = snapshot([image(), container("jumeau1", ContainerState::Exited)]);
    play.run("docker run --name jumeau1 busybox:1.37 true", 0, exited);
    play.keys("ir");
    assert!(
        play.screen().contains("$ docker rm -f jumeau1"),
        "{}",
        play.screen()
    );
    play.effects.clear();
    play.key(KeyCode::Enter);
    let line = "docker rm -f jumeau1".to_owned();
    assert_eq!(play.effects, [Effect::ShellType { line, force: false }]);
    play.run("docker rm -f jumeau1", 0, snapshot([image()]));
    let screen = play.screen();
    assert!(
        !screen.contains("Indice 1/2") && !screen.contains("Il s’est arrêté"),
        "{screen}"
    );
}

#[test]
fn the_shell_gets_every_key_but_the_leader() {
    let mut play = Play::lesson(80, 24);
    play.keys("t");
    play.effects.clear();
    play.keys("q?:n");
    play.key(KeyCode::Tab);
    assert_eq!(play.effects.len(), 5);
    assert!(
        play.effects
            .iter()
            .all(|it| matches!(it, Effect::ShellKey(_)))
    );
    play.effects.clear();
    play.leader('e');
    assert_eq!((play.model.focus, play.effects.len()), (Focus::Pane, 0));
}

#[test]
fn what_changed_is_above_what_did_not() {
    let mut play = Play::lesson(80, 24);
    let service = |replicas: u64| {
        crate::domain::Object::Service(crate::domain::Service {
            id: "s1".to_owned(),
            name: "web".to_owned(),
            document: crate::domain::Document::from(serde_json::json!({"Spec": {
                "Mode": {"Replicated": {"Replicas": replicas}},
                "TaskTemplate": {"ContainerSpec": {"Image": "nginx:latest@sha256:aa"}},
            }})),
        })
    };
    let running = container("jumeau1", ContainerState::Running);
    let with = |replicas| snapshot([image(), running.clone(), service(replicas)]);
    play.run("docker service create --name web nginx", 0, with(1));
    play.run("docker service scale web=5", 0, with(5));
    play.settle();
    play.keys("e");
    let screen = play.screen();
    assert!(
        screen.contains("web  5 répliques  nginx:latest"),
        "{screen}"
    );
    assert!(screen.contains("Replicas  1 → 5"), "{screen}");
    let at = |word| screen.find(word).expect(word);
    assert!(at("Services (1)") < at("Conteneurs (1)"), "{screen}");
}

#[test]
fn what_is_typed_after_the_shell_ended_is_no_shortcut() {
    let mut play = Play::lesson(80, 24);
    play.keys("t");
    play.say(Message::ShellEnded(0));
    play.keys("docker ps q");
    assert_eq!(play.model.focus, Focus::Terminal);
    assert!(play.model.study.is_some() && play.model.overlay.is_none());
    play.effects.clear();
    play.key(KeyCode::Enter);
    assert!(
        matches!(play.effects[..], [Effect::OpenShell(_)]),
        "{:?}",
        play.effects
    );
}

#[test]
fn a_lost_engine_keeps_the_state_and_the_lesson() {
    let mut play = Play::lesson(120, 40);
    let running = snapshot([image(), container("jumeau1", ContainerState::Running)]);
    play.run("docker run …", 0, running.clone());
    play.settle();
    let reason = "le moteur ne répond plus.".to_owned();
    play.say(Message::State(EngineState::Lost {
        last: running.clone(),
        reason,
    }));
    let screen = play.screen();
    assert!(
        screen.contains("Moteur perdu") && screen.contains("jumeau1"),
        "{screen}"
    );
    play.say(Message::State(EngineState::Live(running)));
    assert_eq!(play.model.link, Link::Live);
    assert!(play.screen().contains("Exercice réussi"));
}

#[test]
fn nothing_is_drawn_when_nothing_visible_changes() {
    let mut play = Play::lesson(120, 40);
    let running = snapshot([image(), container("jumeau1", ContainerState::Running)]);
    play.run("docker run …", 0, running.clone());
    play.model.dirty = false;
    play.say(Message::Occurrence(crate::domain::Occurrence::State(
        running.clone().into(),
    )));
    play.say(Message::State(EngineState::Live(running)));
    assert!(!play.model.dirty);
}

#[test]
fn the_shell_follows_the_size_of_its_panel() {
    let mut play = Play::lesson(80, 24);
    play.say(Message::Resize(120, 40));
    assert!(
        matches!(play.effects[..], [Effect::ResizeShell(_)]),
        "{:?}",
        play.effects
    );
    play.effects.clear();
    play.say(Message::Resize(10, 5));
    assert!(play.effects.is_empty());
    assert!(play.screen().contains("Fenêtre"), "{}", play.screen());
    play.say(Message::Resize(80, 24));
    assert!(play.is_open() && play.screen().contains("Leçon"));
}

#[test]
fn a_window_too_small_can_be_left() {
    let mut play = Play::home(0, 0);
    play.keys("xé");
    assert_eq!(play.model.quit, None);
    play.keys("q");
    assert_eq!(play.model.quit, Some(Quit::Asked));
    // In a lesson the letter may be meant for the shell.
    let mut play = Play::lesson(80, 24);
    play.say(Message::Resize(10, 5));
    play.keys("q");
    assert_eq!(play.model.quit, None);
    play.say(Message::Key(crossterm::event::KeyEvent::new(
        KeyCode::Char('c'),
        crossterm::event::KeyModifiers::CONTROL,
    )));
    assert_eq!(play.model.quit, Some(Quit::Asked));
}

#[test]
fn the_palette_performs_what_it_finds() {
    let mut play = Play::lesson(120, 40);
    play.keys(":etat mot");
    assert!(matches!(play.model.overlay, Some(Overlay::Palette { .. })));
    play.key(KeyCode::Enter);
    assert_eq!(play.model.focus, Focus::Pane, "{}", play.screen());
}

#[test]
fn leaving_a_lesson_keeps_what_was_done() {
    let mut play = Play::lesson(120, 40);
    let running = snapshot([image(), container("jumeau1", ContainerState::Running)]);
    play.run("docker run …", 0, running);
    play.settle();
    play.keys("nq");
    assert!(play.model.study.is_none());
    assert_eq!(play.model.progress.place("image-conteneur").section, 1);
    play.key(KeyCode::Enter);
    let study = play.model.study.as_ref().unwrap();
    assert_eq!(study.section, 1);
    assert!(study.done.contains("lancer"));
    assert!(study.lesson.sections[0].title == "Deux jumeaux");
}

#[test]
fn the_explanation_of_what_is_typed_can_be_hidden() {
    let mut play = Play::lesson(80, 24);
    play.leader('t');
    play.say(Message::Typing(Some("docker run --rm".to_owned())));
    assert!(play.screen().contains("Supprime le conteneur"));
    play.effects.clear();
    play.leader('h');
    assert!(!play.screen().contains("Supprime le conteneur"));
    assert!(matches!(play.effects[..], [Effect::ResizeShell(size)] if size.height == 21));
    // What is not docker's is not explained, and a command that goes well leaves nothing.
    play.leader('h');
    play.say(Message::Typing(Some("ls -l".to_owned())));
    assert!(!play.screen().contains("autre commande"));
    play.run("docker ps", 0, snapshot([image()]));
    assert_eq!(play.model.advice, None);
    play.say(Message::CommandSaid("ls: nosuch: No such file".to_owned()));
    play.run("ls nosuch", 137, snapshot([image()]));
    assert_eq!(play.model.advice, None);
}

#[test]
fn a_misspelt_command_gets_the_one_that_is_meant() {
    let mut play = Play::lesson(120, 40);
    play.say(Message::CommandSaid(
        "docker: unknown command: docker contianer\n\nRun 'docker --help' for more information"
            .to_owned(),
    ));
    play.run("docker contianer ls", 1, snapshot([image()]));
    let advice = play.model.advice.as_ref().unwrap();
    assert_eq!(
        advice.remedies[0],
        "Vouliez-vous dire\u{a0}: docker container ls\u{a0}?"
    );
    // It is said where there is one line for it, rather than what is wrong.
    play.leader('t');
    play.say(Message::Resize(80, 24));
    let words = "▲ Vouliez-vous dire\u{a0}: docker container ls\u{a0}? (Ctrl-G x\u{a0}: la suite)";
    assert!(play.screen().contains(words), "{}", play.screen());
}

mod screens {
    use super::*;

    fn worked(width: u16, height: u16) -> Play {
        let mut play = Play::lesson(width, height);
        let exited = snapshot([image(), container("jumeau1", ContainerState::Exited)]);
        play.run("docker run --name jumeau1 busybox:1.37 true", 0, exited);
        play.keys("i");
        play
    }

    #[test]
    fn home() {
        insta::assert_snapshot!("home_80", Play::home(80, 24).screen());
        insta::assert_snapshot!("home_120", Play::home(120, 40).screen());
    }

    #[test]
    fn first_frame() {
        let size = ratatui::layout::Size {
            width: 80,
            height: 24,
        };
        let model = Model::new(size, crate::tui::theme::Theme::dark());
        insta::assert_snapshot!(
            "first_frame",
            Play {
                model,
                effects: Vec::new()
            }
            .screen()
        );
    }

    #[test]
    fn lesson() {
        insta::assert_snapshot!("lesson_80", Play::lesson(80, 24).screen());
        insta::assert_snapshot!("exercise_80", worked(80, 24).screen());
        insta::assert_snapshot!("exercise_120", worked(120, 40).screen());
    }

    #[test]
    fn state() {
        let mut play = worked(80, 24);
        let running = snapshot([image(), container("jumeau1", ContainerState::Running)]);
        play.run("docker start jumeau1", 0, running);
        play.settle();
        play.keys("e");
        insta::assert_snapshot!("state_80", play.screen());
        play.say(Message::State(EngineState::Lost {
            last: play.model.timeline.state().clone(),
            reason: "la connexion est coupée.".to_owned(),
        }));
        insta::assert_snapshot!("lost_80", play.screen());
    }

    #[test]
    fn questions() {
        let mut play = Play::lesson(120, 40);
        play.keys("n");
        insta::assert_snapshot!("prediction_120", play.screen());
        play.keys("n");
        play.key(KeyCode::Enter);
        insta::assert_snapshot!("quiz_120", play.screen());
    }

    #[test]
    fn overlays() {
        let mut play = worked(80, 24);
        play.keys("r");
        insta::assert_snapshot!("reset_80", play.screen());
        play.key(KeyCode::Esc);
        play.keys(":ter");
        insta::assert_snapshot!("palette_80", play.screen());
        play.key(KeyCode::Esc);
        play.leader('?');
        insta::assert_snapshot!("help_80", play.screen());
        play.key(KeyCode::Esc);
        play.say(Message::Key(crossterm::event::KeyEvent::new(
            KeyCode::Char('g'),
            crossterm::event::KeyModifiers::CONTROL,
        )));
        insta::assert_snapshot!("leader_80", play.screen());
    }

    #[test]
    fn explanations() {
        for (name, width, height) in [("80", 80, 24), ("120", 120, 40)] {
            let mut play = Play::lesson(width, height);
            play.leader('t');
            let typed = "docker run -d -p 8080:80";
            play.say(Message::Typing(Some(typed.to_owned())));
            insta::assert_snapshot!(format!("typing_{name}"), play.screen());
            play.say(Message::Typing(Some("docker rnu ".to_owned())));
            assert!(play.screen().contains("Vouliez-vous dire\u{a0}: run"));
            play.say(Message::Typing(None));
            play.say(Message::CommandSaid(
                "Error response from daemon: No such container: jumeau".to_owned(),
            ));
            play.run("docker start jumeau", 1, snapshot([image()]));
            insta::assert_snapshot!(format!("advice_{name}"), play.screen());
            play.leader('x');
            insta::assert_snapshot!(format!("explanation_{name}"), play.screen());
        }
    }

    #[test]
    fn tiny() {
        let mut play = Play::lesson(80, 24);
        play.say(Message::Resize(10, 5));
        insta::assert_snapshot!("tiny", play.screen());
    }
}

#[test]
fn what_the_lesson_has_one_do_first_is_not_an_attempt() {
    let mut play = Play::lesson_of(SECOND, 120, 40);
    let start = |play: &Play| {
        let attempt = play.model.study.as_ref().unwrap().attempt.as_ref().unwrap();
        attempt.start.state.len()
    };
    assert_eq!(start(&play), 1);
    let first = container("jumeau1", ContainerState::Running);
    let state = snapshot([image(), first.clone()]);
    // The same command, typed another way.
    play.run(
        "docker run --name jumeau1 -d busybox:1.37 sleep 3600",
        0,
        state,
    );
    assert_eq!(start(&play), 2);
    let state = snapshot([image(), first, container("autre", ContainerState::Running)]);
    play.run(
        "docker run -d --name autre busybox:1.37 sleep 3600",
        0,
        state,
    );
    assert_eq!(start(&play), 2);
}

const SECOND: &str = r#"---
format: 1
titre: Deux
duree: 5 min
objectifs: [en faire deux]
images: ["busybox:1.37"]
---

## Un de plus

```commande
docker run -d --name jumeau1 busybox:1.37 sleep 3600
```

```exercice second
consigne: Un second.
depart: [docker run -d --name jumeau1 busybox:1.37 sleep 3600]
but: [{conteneur: {nom: jumeau2, etat: running}}]
indices: [Comme le premier]
solution: docker run -d --name jumeau2 busybox:1.37 sleep 3600
```
"#;
