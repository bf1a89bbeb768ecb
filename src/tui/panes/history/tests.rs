//! The history, screen by screen; and going back to a step.

use crossterm::event::KeyCode;

use crate::domain::{ContainerState, Occurrence, Travel};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::panes::recorded::{Simulated, play};
use crate::tui::update::fixtures::{Play, container, image, snapshot};

fn worked(width: u16, height: u16) -> Play {
    let mut play = Play::lesson(width, height);
    let moment = |play: &mut Play, number| {
        play.say(Message::Occurrence(Occurrence::Moment(number)));
    };
    let with = |state| snapshot([image(), container("jumeau1", state)]);
    play.run(
        "docker run -d --name jumeau1 busybox:1.37 sleep 3600",
        0,
        with(ContainerState::Running),
    );
    moment(&mut play, 1);
    play.run("docker stop jumeau1", 0, with(ContainerState::Exited));
    moment(&mut play, 2);
    play.run("docker rm nosuch", 1, with(ContainerState::Exited));
    moment(&mut play, 3);
    play.run("docker rm jumeau1", 0, snapshot([image()]));
    moment(&mut play, 4);
    play.leader('f');
    play.keys("h");
    play.effects.clear();
    play
}

#[test]
fn steps_are_listed_and_opened() {
    for (name, width, height) in [("80", 80, 24), ("120", 120, 40)] {
        let mut play = worked(width, height);
        insta::assert_snapshot!(format!("history_{name}"), play.screen());
        play.key(KeyCode::Home);
        play.key(KeyCode::Enter);
        insta::assert_snapshot!(format!("open_{name}"), play.screen());
    }
}

#[test]
fn a_step_is_shown_in_every_pane_and_the_present_is_one_key_away() {
    let mut play = worked(80, 24);
    play.key(KeyCode::Home);
    play.keys("p");
    assert_eq!(play.model.step, Some(0));
    let first = "◆ état d’après la commande 1/4\u{a0}; → la suivante";
    assert!(play.screen().contains(first), "{}", play.screen());
    // Those that do not tell a step say it too.
    for pane in ["fr", "fc"] {
        play.keys(pane);
        assert!(play.screen().contains(first), "{}", play.screen());
    }
    play.keys("fe");
    assert!(play.screen().contains("▶ en cours"), "{}", play.screen());
    play.keys("fh");
    for _ in 0..2 {
        play.key(KeyCode::Right);
    }
    assert!(
        play.screen().contains("→ revient au présent"),
        "{}",
        play.screen()
    );
    play.key(KeyCode::Right);
    assert_eq!(play.model.step, None);
    assert!(
        !play.screen().contains("revient au présent"),
        "{}",
        play.screen()
    );
}

#[test]
fn the_engine_goes_back_to_the_step_under_the_cursor() {
    let mut play = worked(80, 24);
    play.keys("y");
    assert!(
        play.screen().contains("déjà dans cet état"),
        "{}",
        play.screen()
    );
    play.key(KeyCode::Home);
    play.keys("y");
    // After the first step is before the second one.
    assert_eq!(play.effects, [Effect::Travel { step: 0, moment: 2 }]);
    let travel = Occurrence::Travel {
        travel: Travel::To(0),
        moment: 5,
    };
    play.say(Message::Occurrence(travel));
    let running = snapshot([image(), container("jumeau1", ContainerState::Running)]);
    play.say(Message::Occurrence(Occurrence::State(running.into())));
    play.say(Message::Travelled(0, true));
    let screen = play.screen();
    assert!(
        screen.contains("◀ retour à l’état d’après la commande 1"),
        "{screen}"
    );
    assert!(screen.contains("Vos fichiers n’ont pas bougé"), "{screen}");
    let steps = play.model.timeline.steps();
    assert_eq!(
        steps[3].after.containers().count(),
        0,
        "the past stays as it was"
    );

    // Forward again: after the fourth step is before the travel.
    play.effects.clear();
    play.key(KeyCode::Home);
    for _ in 0..6 {
        play.key(KeyCode::Down);
    }
    play.keys("y");
    assert_eq!(play.effects, [Effect::Travel { step: 3, moment: 5 }]);
}

#[test]
fn where_the_engine_cannot_go_is_said() {
    let mut play = Play::lesson(80, 24);
    play.run("docker ps", 0, snapshot([image()]));
    play.run("docker ps -a", 0, snapshot([image()]));
    play.leader('f');
    play.keys("h");
    play.key(KeyCode::Home);
    play.effects.clear();
    play.keys("y");
    assert!(play.effects.is_empty());
    assert!(
        play.screen().contains("n’a pas été gardé"),
        "{}",
        play.screen()
    );
    play.say(Message::CommandBegan {
        line: "sleep 9".to_owned(),
        at: std::time::SystemTime::UNIX_EPOCH,
    });
    play.key(KeyCode::Home);
    play.keys("y");
    assert!(
        play.screen().contains("terminez-la d’abord"),
        "{}",
        play.screen()
    );
}

#[test]
fn a_real_engine_does_not_travel() {
    let mut play = worked(80, 24);
    if let Some(engine) = &mut play.model.engine {
        engine.origin = crate::engine::Origin::DefaultSocket;
    }
    play.key(KeyCode::Home);
    play.keys("y");
    assert!(play.effects.is_empty(), "{:?}", play.effects);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_of_a_simulated_engine() {
    let mut engine = Simulated::boot().await;
    for line in [
        "docker run -d --name web nginx",
        "ls",
        "docker rm nosuch",
        "docker rm -f web",
    ] {
        engine.run(line).await;
    }
    let mut play = play(&engine.steps(), 80, 24);
    play.leader('f');
    play.keys("h");
    insta::assert_snapshot!("simulated_80", play.screen());
    play.keys("/rm -f");
    assert!(
        play.screen().contains("docker rm -f web"),
        "{}",
        play.screen()
    );
}
