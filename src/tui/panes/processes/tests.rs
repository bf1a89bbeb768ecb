use crossterm::event::KeyCode;

use super::*;
use crate::domain::ContainerState;
use crate::inside::Fact;
use crate::inside::recorded::Recorded;
use crate::tui::message::Message;
use crate::tui::panes::kernel::tests::{described, simulated_screen};
use crate::tui::update::fixtures::{Play, image, snapshot};

fn shown(recorded: &Recorded, table: Table, width: u16, height: u16) -> Play {
    let mut play = Play::lesson(width, height);
    let one = described(&recorded.document, ContainerState::Running);
    let id = one.reference().id;
    play.run("docker run …", 0, snapshot([image(), one]));
    play.leader('f');
    play.keys("p");
    let fact = Fact::Processes(Box::new(table));
    play.say(Message::Learnt(Need::Processes(id), fact));
    play
}

#[test]
fn recorded_containers() {
    let one = Recorded::v1();
    insta::assert_snapshot!("processes_80", shown(&one, one.table(), 80, 24).screen());
    insta::assert_snapshot!("processes_120", shown(&one, one.table(), 120, 40).screen());
    insta::assert_snapshot!("processes_60", shown(&one, one.table(), 60, 24).screen());
    let bare = Recorded::rootless();
    insta::assert_snapshot!(
        "processes_rootless_80",
        shown(&bare, bare.table(), 80, 24).screen()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulated_container() {
    let screen = simulated_screen("p", Need::Processes, (80, 24)).await;
    insta::assert_snapshot!("processes_sim_80", screen);
}

#[test]
fn enter_shows_a_process_whole() {
    let one = Recorded::v1();
    let mut play = shown(&one, one.table(), 80, 24);
    for _ in 0..4 {
        play.key(KeyCode::Down);
    }
    play.key(KeyCode::Enter);
    let screen = play.screen();
    for words in [
        "Commande",
        "parent",
        "1 dans le conteneur",
        "fils d’exécution",
        "Cgroup",
        "PID 1",
    ] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
}

#[test]
fn a_zombie_is_called_one() {
    let one = Recorded::v1();
    let mut table = one.table();
    table.processes[1].state = Some('Z');
    table.processes[1].command.clear();
    let screen = shown(&one, table, 80, 24).screen();
    assert!(screen.contains("Z [sleep] zombie"), "{screen}");
}

#[test]
fn what_only_the_engine_lists_lacks_what_it_does_not_say() {
    let one = Recorded::v1();
    let mut table = one.table();
    table.ancestors.clear();
    table.source = crate::inside::Source::Top;
    table.notes = vec!["le moteur est ailleurs".to_owned()];
    for process in &mut table.processes {
        process.state = None;
        process.inner = None;
        process.inner_user = None;
        process.apart = None;
    }
    let screen = shown(&one, table, 80, 24).screen();
    assert!(screen.contains("docker top") && screen.contains("▲ le moteur est ailleurs"));
    assert!(screen.contains("? ?"), "{screen}");
}

#[test]
fn no_line_is_wider_than_the_pane_at_any_width() {
    let one = Recorded::v1();
    let mut table = one.table();
    table.processes[0].command = "é漢字 ".repeat(80);
    for depth in 0..40 {
        table.processes.push(Process {
            pid: 100_000 + depth,
            depth: depth as usize,
            command: "x\ny".to_owned(),
            ..Process::default()
        });
    }
    let play = shown(&one, table, 120, 40);
    for width in 1..130 {
        for row in rows(&play.model, width) {
            let text = row.line.to_string();
            assert!(text.width() <= width.max(8), "{width}: {text}");
        }
    }
}
