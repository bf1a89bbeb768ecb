use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use super::fake::Fake;
use crate::real::{Cleanup, docker, engine, succeed, target, unique};
use crate::{EngineState, Guard, GuardOptions, Session, SessionOptions};
use domain::{ContainerState, Occurrence, Snapshot};

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

#[tokio::test]
async fn an_event_costs_the_reading_of_the_object_it_names() {
    let fake = Fake::default();
    for index in 0..100 {
        fake.put(&format!("c{index}"), "running");
    }
    let mut session = Session::open(fake.serve()).unwrap();
    until(&mut session, "100 containers", |state| {
        state.containers().count() == 100
    })
    .await;
    fake.calls();
    fake.put("c42", "exited");
    fake.say("die", "c42");
    until(&mut session, "c42 exited", |state| {
        state
            .container("c42")
            .is_some_and(|it| it.state == ContainerState::Exited)
    })
    .await;
    assert_eq!(
        fake.calls(),
        ["/containers/c42/json", "/containers/c42/changes"]
    );
}

#[tokio::test]
async fn a_container_that_went_before_it_was_read_is_gone() {
    let fake = Fake::default();
    fake.put("bref", "running");
    fake.put("autre", "running");
    let mut session = Session::open(fake.serve()).unwrap();
    until(&mut session, "both", |state| state.len() == 2).await;
    fake.take("bref");
    fake.say("die", "bref");
    until(&mut session, "one", |state| state.len() == 1).await;
}

#[tokio::test]
async fn a_failed_call_is_a_failure_and_never_an_empty_list() {
    let fake = Fake::default();
    fake.put("a", "running");
    let mut session = Session::open(fake.serve()).unwrap();
    until(&mut session, "a", |state| state.len() == 1).await;
    fake.break_inspections(Some(500));
    fake.say("start", "a");
    let lost = session
        .state
        .wait_for(|state| matches!(state, EngineState::Lost { .. }));
    let lost = tokio::time::timeout(Duration::from_secs(5), lost)
        .await
        .unwrap()
        .unwrap()
        .clone();
    let EngineState::Lost { last, reason } = lost else {
        unreachable!()
    };
    assert_eq!(last.len(), 1);
    assert!(
        reason.contains("HTTP 500") && reason.contains("panne"),
        "{reason}"
    );
    fake.break_inspections(None);
    until(&mut session, "a again", |state| state.len() == 1).await;
}

#[tokio::test]
async fn an_engine_that_comes_back_is_listed_anew() {
    let fake = Fake::default();
    fake.put("reste", "running");
    fake.put("part", "running");
    let mut session = Session::open(fake.serve()).unwrap();
    until(&mut session, "both", |state| state.len() == 2).await;
    fake.hang_up();
    fake.take("part");
    fake.put("vient", "running");
    let state = until(&mut session, "the new list", |state| {
        state.container("vient").is_some()
    })
    .await;
    assert!(state.container("part").is_none());
}

#[tokio::test]
async fn an_engine_that_comes_back_upgraded_is_asked_again_what_it_speaks() {
    let fake = Fake::default();
    fake.put("reste", "running");
    let mut session = Session::open(fake.serve()).unwrap();
    until(&mut session, "the container", |state| state.len() == 1).await;
    assert_eq!(fake.spoken(), ["1.41".to_owned()].into());
    fake.upgrade("1.43");
    fake.hang_up();
    let upgraded = session
        .info
        .wait_for(|it| it.as_ref().is_some_and(|it| it.api_version == "1.43"));
    let upgraded = tokio::time::timeout(Duration::from_secs(5), upgraded).await;
    assert!(upgraded.is_ok(), "the version was not asked again");
    drop(upgraded);
    fake.put("vient", "running");
    fake.say("create", "vient");
    until(&mut session, "what came since", |state| {
        state.container("vient").is_some() && state.container("reste").is_some()
    })
    .await;
    assert_eq!(fake.spoken(), ["1.43".to_owned()].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_events_are_all_told_and_the_state_keeps_up() {
    let fake = Fake::default();
    for index in 0..20 {
        fake.put(&format!("c{index}"), "created");
    }
    let mut session = Session::open(fake.serve()).unwrap();
    until(&mut session, "20 containers", |state| {
        state.containers().count() == 20
    })
    .await;
    fake.calls();
    let began = Instant::now();
    for index in 0..10_000 {
        fake.say("exec_start: sh", &format!("c{}", index % 20));
    }
    fake.put("c7", "running");
    fake.say("start", "c7");
    until(&mut session, "the last change", |state| {
        state
            .container("c7")
            .is_some_and(|it| it.state == ContainerState::Running)
    })
    .await;
    let mut told = 0;
    while told < 10_001 {
        let next = tokio::time::timeout(Duration::from_secs(5), session.occurrences.recv());
        told += usize::from(matches!(next.await.unwrap(), Some(Occurrence::Event(..))));
    }
    let took = began.elapsed();
    assert!(
        took < Duration::from_secs(10),
        "10 000 events in {took:?}: under 1 000 a second"
    );
    let calls = fake.calls().len();
    assert!(calls < 5_000, "{calls} calls: bursts are not merged");
    eprintln!("10 000 events in {took:?}, {calls} calls");
}

#[tokio::test]
async fn what_leaves_no_event_is_read_when_asked_for() {
    let fake = Fake::default();
    fake.put("a", "running");
    let mut session = Session::open(fake.serve()).unwrap();
    until(&mut session, "a", |state| state.len() == 1).await;
    fake.calls();
    assert!(
        session
            .refresh
            .refresh_all_changes(vec!["a".to_owned()])
            .wait()
            .await
    );
    assert_eq!(
        fake.calls(),
        ["/containers/a/json", "/containers/a/changes"]
    );
    let read = |session: &Session| match &*session.state.borrow() {
        EngineState::Live(state) => state.container("a").unwrap().changes.is_some(),
        _ => false,
    };
    assert!(read(&session));
    fake.put("b", "created");
    fake.take("a");
    assert!(session.refresh.refresh_lists().wait().await);
    let state = until(&mut session, "b alone", |state| state.len() == 1).await;
    assert!(state.container("b").is_some());
    let refresh = session.refresh.clone();
    session.close().await;
    assert!(!refresh.refresh_everything().wait().await);
}

#[tokio::test]
async fn only_the_manager_of_a_swarm_is_asked_for_what_a_swarm_holds() {
    let of_swarms = |calls: Vec<String>| -> Vec<String> {
        let heads = ["/services", "/nodes", "/secrets", "/configs"];
        let asked = |call: &String| heads.iter().any(|head| call.starts_with(head));
        calls.into_iter().filter(asked).collect()
    };
    let fake = Fake::default();
    fake.put("a", "running");
    let mut session = Session::open(fake.serve()).unwrap();
    until(&mut session, "a", |state| state.len() == 1).await;
    assert!(session.refresh.refresh_lists().wait().await);
    assert!(session.refresh.refresh_everything().wait().await);
    assert_eq!(of_swarms(fake.calls()), Vec::<String>::new());

    // `docker swarm init`: its node tells.
    fake.manage(Some("n1"));
    fake.say_of("node", "create", "n1");
    until(&mut session, "the node", |state| state.len() == 2).await;
    assert!(of_swarms(fake.calls()).contains(&"/services".to_owned()));

    // `docker swarm leave`: nothing tells.
    fake.manage(None);
    assert!(session.refresh.refresh_lists().wait().await);
    until(&mut session, "a alone", |state| state.len() == 1).await;
    assert_eq!(of_swarms(fake.calls()), Vec::<String>::new());
    session.close().await;
}

/// A throwaway dockerd of this test, without networks.
struct Throwaway {
    folder: tempfile::TempDir,
    child: std::process::Child,
}

impl Throwaway {
    fn new() -> Self {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let child = Self::start(folder.path(), "data");
        Self { folder, child }
    }

    fn start(folder: &std::path::Path, data: &str) -> std::process::Child {
        let at = |name: &str| folder.join(name).display().to_string();
        let log = std::fs::File::create(folder.join("log")).unwrap();
        // `--bridge=none` removes `docker0`, which another engine of this machine may use: in a
        // network namespace of its own there is none to remove.
        std::process::Command::new("unshare")
            .args(["--net", "dockerd"])
            .args([
                "--data-root",
                &at(data),
                "--exec-root",
                &at("exec"),
                "-p",
                &at("pid"),
            ])
            .args(["-H", &format!("unix://{}", at("docker.sock"))])
            .args(["--iptables=false", "--bridge=none"])
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    fn url(&self) -> String {
        format!(
            "unix://{}",
            self.folder.path().join("docker.sock").display()
        )
    }

    /// As `kill` does it: `-TERM` or `-KILL`. Its containerd goes with it.
    fn kill(&mut self, signal: &str) {
        // Once it was waited for, its number may be another process's.
        if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
            return;
        }
        let kill = |id: &str| {
            let _ = std::process::Command::new("kill")
                .args([signal, id])
                .status();
        };
        let containerd = self.folder.path().join("exec/containerd/containerd.pid");
        let containerd = std::fs::read_to_string(containerd).ok();
        kill(&self.child.id().to_string());
        self.child.wait().unwrap();
        if let Some(id) = containerd.filter(|_| signal == "-KILL") {
            kill(id.trim());
            std::thread::sleep(Duration::from_millis(200));
            let _ = std::fs::remove_dir_all(self.folder.path().join("exec/containerd"));
        }
        // What SIGKILL leaves behind keeps the next one from starting.
        let _ = std::fs::remove_file(self.folder.path().join("pid"));
    }

    fn restart(&mut self) {
        self.restart_on("data");
    }

    /// Starts another engine at the same address: one with other data.
    fn restart_on(&mut self, data: &str) {
        self.child = Self::start(self.folder.path(), data);
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            eprintln!(
                "{}",
                log.lines().rev().take(8).collect::<Vec<_>>().join("\n")
            );
        }
        self.kill("-TERM");
        for data in ["data", "autre"] {
            let data = self.folder.path().join(data);
            let _ = std::process::Command::new("umount").arg(data).status();
        }
    }
}

/// Whether a dockerd can be started here, and real engines are asked for.
fn may_throw_away() -> bool {
    let root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0;
    let may = engine().is_some() && root && std::path::Path::new("/usr/sbin/dockerd").exists();
    if !may {
        eprintln!("SKIPPED: needs root, dockerd and MOUSSAILLON_TEST_ENGINE");
    }
    may
}

/// Two daemons of one machine have the same identifier before Docker 23.
#[tokio::test(flavor = "multi_thread")]
async fn names_of_a_session_prove_nothing_in_another_real_daemon() {
    if !may_throw_away() {
        return;
    }
    let mut daemon = Throwaway::new();
    let host = daemon.url();
    let state = tempfile::tempdir().unwrap();
    let mut options = SessionOptions::default();
    let kept = GuardOptions {
        state: Some(state.path().to_owned()),
        ..GuardOptions::default()
    };
    let (guard, _told) = Guard::new(&target(&host), &options.id, kept).unwrap();
    options.guard = Some(guard);
    let mut session = Session::open_with(target(&host), options).unwrap();
    let tap = format!("unix://{}", session.tap_socket.as_ref().unwrap().display());
    let live = async |session: &mut Session| {
        let live = session
            .state
            .wait_for(|state| matches!(state, EngineState::Live(_)));
        let live = tokio::time::timeout(Duration::from_secs(30), live).await;
        assert!(live.unwrap().is_ok());
    };
    let files = daemon.folder.path().join("vide.tar");
    // The end of an archive: two blocks of zeroes.
    std::fs::write(&files, [0; 1024]).unwrap();
    let files = files.to_str().unwrap().to_owned();
    let container = ["create", "-v", "pgdata:/d", "moi:1", "true"];
    live(&mut session).await;
    succeed(&tap, &["import", &files, "moi:1"]).await;
    let made = succeed(&tap, &container).await;

    let again = async |daemon: &mut Throwaway, session: &mut Session, data: &str| {
        tokio::task::block_in_place(|| daemon.kill("-TERM"));
        let lost = session
            .state
            .wait_for(|state| matches!(state, EngineState::Lost { .. }));
        let lost = tokio::time::timeout(Duration::from_secs(10), lost).await;
        assert!(lost.unwrap().is_ok());
        daemon.restart_on(data);
        live(session).await;
    };
    again(&mut daemon, &mut session, "autre").await;
    succeed(&host, &["import", &files, "moi:1"]).await;
    succeed(&host, &["volume", "create", "pgdata"]).await;
    for command in [&["volume", "rm", "pgdata"][..], &["rmi", "moi:1"]] {
        let refused = tokio::task::block_in_place(|| docker(&tap, command));
        let why = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success(), "{command:?}");
        assert!(why.contains("garde-fou"), "{command:?}: {why}");
    }
    again(&mut daemon, &mut session, "data").await;
    succeed(&tap, &["rm", &made]).await;
    succeed(&tap, &["volume", "rm", "pgdata"]).await;
    succeed(&tap, &["rmi", "moi:1"]).await;
    session.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_daemon_that_is_killed_and_restarted_is_found_again() {
    if !may_throw_away() {
        return;
    }
    let mut daemon = Throwaway::new();
    let host = daemon.url();
    // Opened before the socket is there.
    let mut session = Session::open(target(&host)).unwrap();
    let first = session
        .state
        .wait_for(|state| matches!(state, EngineState::Live(_)));
    tokio::time::timeout(Duration::from_secs(30), first)
        .await
        .unwrap()
        .unwrap();
    succeed(&host, &["volume", "create", "avant"]).await;
    let has = |state: &Snapshot, name: &str| {
        state
            .of_kind(domain::Kind::Volume)
            .any(|it| it.name() == name)
    };
    until(&mut session, "the volume", |state| has(state, "avant")).await;

    for (signal, volume) in [("-TERM", "premier"), ("-KILL", "second")] {
        tokio::task::block_in_place(|| daemon.kill(signal));
        let lost = session
            .state
            .wait_for(|state| matches!(state, EngineState::Lost { .. }));
        let lost = tokio::time::timeout(Duration::from_secs(5), lost)
            .await
            .unwrap()
            .unwrap()
            .clone();
        let EngineState::Lost { last, reason } = lost else {
            unreachable!("waited for")
        };
        assert!(has(&last, "avant"), "{last:?}");
        assert!(reason.contains("Message d’origine"), "{reason}");
        daemon.restart();
        let live = session
            .state
            .wait_for(|state| matches!(state, EngineState::Live(_)));
        tokio::time::timeout(Duration::from_secs(30), live)
            .await
            .unwrap()
            .unwrap();
        succeed(&host, &["volume", "create", volume]).await;
        until(&mut session, volume, |state| {
            has(state, volume) && has(state, "avant")
        })
        .await;
    }
}

#[tokio::test]
async fn what_an_event_made_be_read_is_dated_by_the_event() {
    let fake = Fake::default();
    fake.put("a", "running");
    fake.put("b", "running");
    let mut session = Session::open(fake.serve()).unwrap();
    until(&mut session, "both", |state| state.len() == 2).await;
    while session.occurrences.try_recv().is_ok() {}
    let began = SystemTime::now();
    fake.put("a", "paused");
    // The event that says that it is gone has not come yet.
    fake.take("b");
    fake.say("pause", "a");
    fake.say("pause", "b");
    until(&mut session, "no b", |state| {
        let paused = state.container("a").map(|it| it.state) == Some(ContainerState::Paused);
        paused && state.container("b").is_none()
    })
    .await;
    let ended = SystemTime::now();
    let mut since = BTreeMap::new();
    while let Ok(occurrence) = session.occurrences.try_recv() {
        match occurrence {
            Occurrence::State(read) => since.extend(read.since),
            Occurrence::Event(_, at) => assert!(began <= at && at <= ended),
            _ => {}
        }
    }
    let dated: Vec<_> = since.keys().map(|it| it.id.as_str()).collect();
    assert_eq!(dated, ["a"]);
    assert!(since.values().all(|at| began <= *at && *at <= ended));
}
