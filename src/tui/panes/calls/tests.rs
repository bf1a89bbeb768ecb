//! The calls of a step, open and closed; and no secret in them.

use crossterm::event::KeyCode;

use crate::tui::panes::recorded::{Simulated, kept, play};
use crate::tui::panes::{Pane, rows};

/// Recorded through the tap from dockerd 20.10.24 with the docker client 28.2 (see the file).
const REAL: &str = include_str!("../fixtures/dockerd-20.10.24.json");

fn text(play: &crate::tui::update::fixtures::Play, width: usize) -> String {
    let rows = rows(&play.model, Pane::Calls, width);
    let lines: Vec<String> = rows.iter().map(|row| row.line.to_string()).collect();
    lines.join("\n")
}

#[test]
fn calls_are_listed_and_opened() {
    let steps = kept(REAL);
    for (name, width, height) in [("80", 80, 24), ("120", 120, 40)] {
        let mut play = play(&steps[..1], width, height);
        play.leader('f');
        play.keys("a");
        insta::assert_snapshot!(format!("calls_{name}"), play.screen());
        for _ in 0..3 {
            play.key(KeyCode::Down);
        }
        play.key(KeyCode::Enter);
        insta::assert_snapshot!(format!("open_{name}"), play.screen());
    }
}

#[test]
fn what_is_folded_opens_by_itself() {
    let steps = kept(REAL);
    let mut play = play(&steps[..1], 80, 24);
    play.leader('f');
    play.keys("a");
    for _ in 0..3 {
        play.key(KeyCode::Down);
    }
    play.key(KeyCode::Enter);
    let closed = text(&play, 79);
    assert!(closed.contains("▶ \"HostConfig\": {…}"), "{closed}");
    let at = closed
        .lines()
        .position(|it| it.contains("\"HostConfig\""))
        .unwrap();
    for _ in 3..at {
        play.key(KeyCode::Down);
    }
    play.key(KeyCode::Enter);
    let open = text(&play, 79);
    assert!(
        open.contains("▼ \"HostConfig\": {") && open.contains("\"NetworkMode\""),
        "{open}"
    );
    play.key(KeyCode::Enter);
    assert_eq!(text(&play, 79), closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_ever_shown() {
    let mut engine = Simulated::boot().await;
    let lines = [
        "echo mot-de-passe-42 | docker login -u moi --password-stdin localhost:5000",
        "docker swarm init",
        "docker swarm join-token worker",
        "docker swarm join --token SWMTKN-1-jetonsecret-42 127.0.0.1:2377",
        "printf secret-de-grappe-42 | docker secret create s1 -",
        "docker swarm unlock-key",
        "docker pull busybox",
        "docker tag busybox localhost:5000/busybox; docker push localhost:5000/busybox",
        "docker import https://moi:jeton-42@exemple.invalid/x.tar un",
    ];
    for line in lines {
        engine.run(line).await;
    }
    let steps = engine.steps();
    let calls: usize = steps.iter().map(|it| it.calls.len()).sum();
    assert!(calls > 15, "{calls} calls passed");
    let mut masked = 0;
    for rank in 0..steps.len() {
        let mut play = play(&steps, 120, 40);
        play.leader('f');
        play.keys("a");
        play.model.step = (rank + 1 < steps.len()).then_some(rank);
        let open = steps[rank].calls.iter().map(super::open_name).collect();
        play.model.panes[Pane::Calls as usize].open = open;
        // The command itself is the learner's own words.
        let all = text(&play, 500);
        let shown = all.splitn(3, '\n').nth(2).unwrap_or_default();
        for secret in [
            "SWMTKN-",
            "SWMKEY-",
            "mot-de-passe-42",
            "secret-de-grappe-42",
            "jeton-42",
            "c2VjcmV0LWRlLWdyYXBwZS00Mg",
        ] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        masked += shown.matches("masqué").count();
    }
    assert!(masked > 4, "{masked} secrets are said to be masked");
}

#[test]
fn no_width_panics_and_none_is_passed() {
    let steps = kept(REAL);
    for rank in 0..steps.len() {
        let mut play = play(&steps[rank..=rank], 80, 24);
        let open = steps[rank].calls.iter();
        play.model.panes[Pane::Calls as usize].open = open
            .flat_map(|call| {
                let name = format!("appel {}", call.number);
                [
                    format!("{name} requête/HostConfig"),
                    format!("{name} réponse"),
                    name,
                ]
            })
            .collect();
        for width in (0..130).step_by(3) {
            for row in rows(&play.model, Pane::Calls, width) {
                assert!(row.line.width() <= width.max(30), "{width}: {}", row.line);
            }
        }
    }
}
