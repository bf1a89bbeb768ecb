//! A session on the simulated engine, in memory: the same observer and the same tap.

use std::time::Duration;

use moussaillon::domain::{CallOutcome, ContainerState, Occurrence, Snapshot};
use moussaillon::engine::real::succeed;
use moussaillon::engine::{EngineState, Session, Target};
use moussaillon::sim::machine::{Machine, MachineOptions};

async fn until(session: &mut Session, what: &str, met: impl Fn(&Snapshot) -> bool) {
    let reached = session
        .state
        .wait_for(|state| matches!(state, EngineState::Live(snapshot) if met(snapshot)));
    let reached = tokio::time::timeout(Duration::from_secs(20), reached).await;
    assert!(reached.is_ok(), "never saw: {what}");
}

async fn docker(session: &Session, arguments: &[&str]) -> String {
    let socket = session.tap_socket.as_ref().unwrap();
    succeed(&format!("unix://{}", socket.display()), arguments).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_is_observed_and_tapped_like_a_real_engine() {
    if std::process::Command::new("docker")
        .arg("--version")
        .output()
        .is_err()
    {
        eprintln!("SKIPPED: no docker command");
        return;
    }
    let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
    let mut session = Session::open(Target::simulator(machine.dialer())).unwrap();
    until(&mut session, "a first state", |_| true).await;
    assert_eq!(session.info.borrow().as_ref().unwrap().version, "28.5.2");

    docker(
        &session,
        &["run", "-d", "--name", "vigie", "busybox", "sleep", "600"],
    )
    .await;
    until(&mut session, "vigie running", |state| {
        state
            .container("vigie")
            .is_some_and(|it| it.state == ContainerState::Running)
    })
    .await;
    let labels = "{{index .Config.Labels \"moussaillon.session\"}}";
    assert_eq!(
        docker(&session, &["inspect", "-f", labels, "vigie"]).await,
        session.id
    );
    docker(&session, &["exec", "vigie", "touch", "/preuve"]).await;
    until(&mut session, "/preuve in docker diff", |state| {
        let changes = state.container("vigie").and_then(|it| it.changes.clone());
        changes.is_some_and(|it| it.iter().any(|change| change.path == "/preuve"))
    })
    .await;
    // Its cable is unplugged and plugged again, and each is seen with the command that did it.
    for (verb, plugged) in [("kill", false), ("start", true)] {
        docker(&session, &[verb, "vigie"]).await;
        until(&mut session, &format!("the bridge after {verb}"), |state| {
            let bridge = state.objects().find(|it| it.name() == "bridge");
            let ends = bridge.and_then(|it| it.document().get("Containers")?.as_object());
            ends.is_some_and(|it| it.is_empty() != plugged)
        })
        .await;
    }
    docker(&session, &["rm", "-f", "vigie"]).await;
    until(&mut session, "vigie gone", |state| {
        state.container("vigie").is_none()
    })
    .await;

    let mut created = false;
    while let Ok(occurrence) = session.occurrences.try_recv() {
        if let Occurrence::Call(call) = occurrence {
            created |= call.path.contains("/containers/create")
                && call.outcome == CallOutcome::Answered(201);
        }
    }
    assert!(created);
}
