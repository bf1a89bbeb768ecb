use crossterm::event::KeyCode;

use crate::domain::{ContainerState, Object};
use crate::inside::logs::{Batch, Line, Source};
use crate::inside::{Fact, Need};
use crate::tui::message::Message;
use crate::tui::update::fixtures::{Play, container, image, snapshot};

fn id() -> String {
    format!("{:0>64}", "jumeau1")
}

fn line(source: Source, second: usize, text: &str) -> Line {
    Line {
        source,
        time: format!("2026-11-21T16:13:{second:02}.448801580Z"),
        text: text.to_owned(),
        cut: 0,
        gap: false,
    }
}

/// What dockerd 20.10.24 told of a web server, a failed command and a shell.
fn lines() -> Vec<Line> {
    let long = "192.0.2.7 - - [21/Nov/2026:16:13:20 +0000] \"GET /une/adresse/vraiment/longue/qui/depasse HTTP/1.1\" 200 615 \"-\" \"curl/8.5.0\" \"-\"";
    vec![
        line(
            Source::Stdout,
            17,
            "/docker-entrypoint.sh: Configuration complete; ready for start up",
        ),
        line(
            Source::Stderr,
            18,
            "2026/11/21 16:13:18 [notice] 1#1: start worker processes",
        ),
        line(Source::Stdout, 20, long),
        line(Source::Stdout, 21, ""),
        line(
            Source::Stderr,
            22,
            "sh: can't open 'absent': No such file or directory",
        ),
    ]
}

fn shown(width: u16, height: u16, state: ContainerState) -> Play {
    let mut play = Play::lesson(width, height);
    let mut one = container("jumeau1", state);
    if let Object::Container(one) = &mut one
        && state == ContainerState::Exited
    {
        one.exit_code = 137;
    }
    play.run(
        "docker run -d --name jumeau1 nginx",
        0,
        snapshot([image(), one]),
    );
    play.leader('f');
    play.keys("j");
    play
}

fn tell(play: &mut Play, lines: Vec<Line>, anew: bool) {
    play.say(Message::Learnt(
        Need::Logs(id()),
        Fact::Logs(Batch { anew, lines }),
    ));
}

#[test]
fn screens() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut play = shown(width, height, ContainerState::Exited);
        tell(&mut play, lines(), true);
        insta::assert_snapshot!(format!("logs_{width}"), play.screen());
        for _ in 0..3 {
            play.key(KeyCode::Up);
        }
        play.key(KeyCode::Enter);
        insta::assert_snapshot!(format!("logs_open_{width}"), play.screen());
    }
}

#[test]
fn nothing_written_is_not_nothing_read() {
    let mut play = shown(80, 24, ContainerState::Running);
    assert!(
        play.screen().contains("Lecture du journal…"),
        "{}",
        play.screen()
    );
    tell(&mut play, Vec::new(), true);
    assert!(
        play.screen().contains("Rien n’est écrit"),
        "{}",
        play.screen()
    );
    let failed = Fact::Failed("Pas de journal.".to_owned());
    play.say(Message::Learnt(Need::Logs(id()), failed));
    let screen = play.screen();
    assert!(
        screen.contains("✘ Pas de journal.") && !screen.contains("Rien n’est écrit"),
        "{screen}"
    );
}

#[test]
fn the_end_is_followed_until_the_cursor_leaves_it() {
    let mut play = shown(80, 24, ContainerState::Running);
    let many = |from: usize| {
        (from..from + 100)
            .map(|it| line(Source::Stdout, 1, &format!("n°{it}.")))
            .collect()
    };
    tell(&mut play, many(0), true);
    assert!(play.screen().contains("n°99."), "{}", play.screen());
    tell(&mut play, many(100), false);
    assert!(play.screen().contains("n°199."), "{}", play.screen());
    play.key(KeyCode::Up);
    tell(&mut play, many(200), false);
    assert!(!play.screen().contains("n°299."), "{}", play.screen());
    play.keys("/N°150.");
    let screen = play.screen();
    assert!(
        screen.contains("n°150.") && !screen.contains("n°151."),
        "{screen}"
    );
}

#[test]
fn what_is_missing_is_said() {
    let mut play = shown(80, 24, ContainerState::Running);
    let mut all: Vec<Line> = (0..500)
        .map(|it| line(Source::Stdout, 1, &it.to_string()))
        .collect();
    all[3].gap = true;
    tell(&mut play, all, true);
    play.key(KeyCode::Home);
    let screen = play.screen();
    assert!(
        screen.contains("▲ les 500 dernières lignes seulement"),
        "{screen}"
    );
    assert!(screen.contains("▲ des lignes sautées"), "{screen}");
    for _ in 0..4 {
        let more = (0..500)
            .map(|_| line(Source::Stdout, 2, "encore"))
            .collect();
        tell(&mut play, more, false);
    }
    play.key(KeyCode::Home);
    let screen = play.screen();
    assert!(
        screen.contains("▲ 500 lignes plus anciennes oubliées"),
        "{screen}"
    );
}
