use std::time::{Duration, Instant};

use crate::domain::{ContainerState, Snapshot};
use crate::engine::real::{Cleanup, engine, succeed, unique};
use crate::engine::{EngineState, Session};

/// Waits until the state satisfies this, and fails the test with the last one otherwise.
async fn until(session: &mut Session, what: &str, met: impl Fn(&Snapshot) -> bool) -> Snapshot {
    let mut reached = None;
    let waiting = session.state.wait_for(|state| match state {
        EngineState::Live(snapshot) if met(snapshot) => {
            reached = Some(snapshot.clone());
            true
        }
        _ => false,
    });
    let ended = tokio::time::timeout(Duration::from_secs(10), waiting)
        .await
        .is_err();
    assert!(
        !ended,
        "never saw: {what}; last: {:?}",
        *session.state.borrow()
    );
    reached.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_s_life_is_followed_with_its_writable_layer() {
    let Some(target) = engine() else { return };
    let host = target.url.clone();
    let name = unique("life");
    let _cleanup = Cleanup::container(&host, &name);
    let mut session = Session::open(target).unwrap();
    until(&mut session, "a first state", |_| true).await;

    let id = succeed(
        &host,
        &["run", "-d", "--name", &name, "busybox", "sleep", "600"],
    )
    .await;
    let snapshot = until(&mut session, "running", |state| {
        state
            .container(&name)
            .is_some_and(|it| it.state == ContainerState::Running)
    })
    .await;
    assert_eq!(snapshot.container(&name).unwrap().id, id);

    succeed(&host, &["exec", &name, "touch", "/preuve"]).await;
    until(&mut session, "the file in docker diff", |state| {
        let changes = state.container(&name).and_then(|it| it.changes.clone());
        changes.is_some_and(|it| it.iter().any(|change| change.path == "/preuve"))
    })
    .await;

    succeed(&host, &["kill", &name]).await;
    let snapshot = until(&mut session, "exited", |state| {
        state
            .container(&name)
            .is_some_and(|it| it.state == ContainerState::Exited)
    })
    .await;
    assert_eq!(snapshot.container(&name).unwrap().exit_code, 137);

    succeed(&host, &["rm", &name]).await;
    until(&mut session, "gone", |state| {
        state.container(&name).is_none()
    })
    .await;
    let started = Instant::now();
    session.close().await;
    assert!(started.elapsed() < Duration::from_secs(1));
}
