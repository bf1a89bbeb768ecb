//! Podman, by the API that it has for docker's clients: what is observed and read of it.
//!
//! The service is that of `MOUSSAILLON_TEST_PODMAN` (`unix:///…`), which holds `busybox:1.36`;
//! without the variable these tests are skipped, and say so.

use std::path::PathBuf;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use moussaillon::domain::{ContainerState, Kind, Object, ObjectRef, Occurrence, Snapshot};
use moussaillon::engine::{EngineState, Origin, Session, Target};
use moussaillon::inside::files::Content;
use moussaillon::inside::{Fact, Known, Need, Pace, Place, Source, follow};
use moussaillon::wire::Dialer;

const SERVICE: &str = "MOUSSAILLON_TEST_PODMAN";
const IMAGE: &str = "busybox:1.36";
const LIMIT: Duration = Duration::from_secs(30);

fn target() -> Option<Target> {
    let Ok(url) = std::env::var(SERVICE) else {
        eprintln!("SKIPPED: {SERVICE} names no service of Podman (unix:///…)");
        return None;
    };
    let path = PathBuf::from(url.strip_prefix("unix://").unwrap_or(&url));
    Some(Target {
        dialer: Dialer::Unix(path),
        url,
        origin: Origin::Flag,
    })
}

/// Our docker command on this engine.
async fn run(host: &str, arguments: &[&str]) -> Output {
    tokio::process::Command::new(env!("CARGO_BIN_EXE_moussaillon"))
        .arg("docker")
        .args(["-H", host])
        .args(arguments)
        .output()
        .await
        .unwrap()
}

async fn docker(host: &str, arguments: &[&str]) -> String {
    let output = run(host, arguments).await;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A name that no other run has, and nothing left of it after the test, however it ends.
struct Made {
    host: String,
    name: String,
}

impl Made {
    fn new(target: &Target, name: &str) -> Self {
        Self {
            host: target.url.clone(),
            name: format!("podman-{name}-{}", std::process::id()),
        }
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for kind in ["container", "volume", "network"] {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_moussaillon"));
            let force = ["rm", "-f", &self.name];
            let _ = command
                .args(["docker", "-H", &self.host, kind])
                .args(force)
                .output();
        }
    }
}

async fn until(session: &mut Session, what: &str, met: impl Fn(&Snapshot) -> bool) {
    let reached = session
        .state
        .wait_for(|state| matches!(state, EngineState::Live(snapshot) if met(snapshot)));
    let reached = tokio::time::timeout(LIMIT, reached).await;
    assert!(reached.is_ok(), "never saw: {what}");
}

fn has(state: &Snapshot, kind: Kind, name: &str) -> bool {
    state.of_kind(kind).any(|it| it.name() == name)
}

#[tokio::test(flavor = "multi_thread")]
async fn its_objects_and_its_events_are_followed() {
    let Some(target) = target() else { return };
    let made = Made::new(&target, "suivi");
    let (host, name) = (made.host.as_str(), made.name.as_str());
    let mut session = Session::open(target).unwrap();
    until(&mut session, "a first state", |_| true).await;
    let info = session.info.borrow().clone().unwrap();
    assert!(info.is_podman(), "{info:?}");
    docker(host, &["volume", "create", name]).await;
    until(&mut session, "the volume", |it| has(it, Kind::Volume, name)).await;
    docker(host, &["run", "-d", "--name", name, IMAGE, "sleep", "600"]).await;
    until(&mut session, "it runs", |state| {
        let one = state.container(name);
        one.is_some_and(|it| it.state == ContainerState::Running && it.image == IMAGE)
    })
    .await;
    docker(host, &["exec", name, "touch", "/preuve"]).await;
    until(&mut session, "what exec wrote", |state| {
        let changes = state.container(name).and_then(|it| it.changes.clone());
        changes.is_some_and(|it| it.iter().any(|change| change.path == "/preuve"))
    })
    .await;
    // A network leaves no event: it is seen when somebody asks.
    docker(host, &["network", "create", name]).await;
    assert!(session.refresh.refresh_all_changes(Vec::new()).wait().await);
    until(&mut session, "the network", |it| {
        has(it, Kind::Network, name)
    })
    .await;
    docker(host, &["network", "rm", name]).await;
    assert!(session.refresh.refresh_all_changes(Vec::new()).wait().await);
    until(&mut session, "no network", |it| {
        !has(it, Kind::Network, name)
    })
    .await;
    // A second name comes and goes: the image stays.
    let second = format!("{name}:1");
    docker(host, &["tag", IMAGE, &second]).await;
    until(&mut session, "the name", |it| it.image(&second).is_some()).await;
    docker(host, &["rmi", &second]).await;
    until(&mut session, "the name gone", |state| {
        state.image(&second).is_none() && state.image(IMAGE).is_some()
    })
    .await;
    docker(host, &["kill", name]).await;
    until(&mut session, "its end", |state| {
        let one = state.container(name);
        one.is_some_and(|it| it.state == ContainerState::Exited && it.exit_code == 137)
    })
    .await;
    docker(host, &["rm", name]).await;
    docker(host, &["volume", "rm", name]).await;
    until(&mut session, "nothing left", |state| {
        state.container(name).is_none() && !has(state, Kind::Volume, name)
    })
    .await;
    let mut verbs = Vec::new();
    while let Ok(occurrence) = session.occurrences.try_recv() {
        if let Occurrence::Event(event, _) = occurrence
            && event.name() == name
        {
            verbs.push(format!("{} {}", event.kind, event.verb()));
        }
    }
    for wanted in [
        "volume create",
        "container create",
        "container start",
        "container exec_start",
        "container exec_die",
        "container die",
        "container destroy",
        "volume destroy",
    ] {
        assert!(verbs.iter().any(|it| it == wanted), "{wanted}: {verbs:?}");
    }
}

/// What is known of a need once this holds of it.
async fn known(target: &Target, need: Need, holds: impl Fn(&Known) -> bool) -> Known {
    let facts: Arc<Mutex<Vec<Fact>>> = Arc::default();
    let told = Arc::clone(&facts);
    let place = Place {
        target: target.clone(),
        machine: None,
        pace: Pace::default(),
    };
    let tell = Arc::new(move |fact| told.lock().unwrap().push(fact));
    let task = tokio::spawn(follow(need, place, tell));
    let limit = Instant::now() + LIMIT;
    loop {
        let mut known = Known::default();
        for fact in facts.lock().unwrap().iter() {
            known.learn(fact.clone());
        }
        if holds(&known) {
            task.abort();
            return known;
        }
        assert!(Instant::now() < limit, "never: {known:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_panels_read_of_its_containers() {
    let Some(target) = target() else { return };
    let made = Made::new(&target, "lu");
    let (host, name) = (made.host.as_str(), made.name.as_str());
    let script = "echo un; echo deux >&2; ln -s /absent /lien; sleep 900; true";
    let flags = ["-d", "--name", name, "-m", "64m", "-p", "8080"];
    let run = [&["run"][..], &flags, &[IMAGE, "sh", "-c", script]].concat();
    let id = docker(host, &run).await;
    let id = || id.clone();

    let log = known(&target, Need::Logs(id()), |it| it.logs.lines().count() >= 2).await;
    let mut lines: Vec<_> = log.logs.lines().map(|(_, it)| it.text.clone()).collect();
    lines.sort();
    assert_eq!(lines, ["deux", "un"]);

    let measured = known(&target, Need::Stats(id()), |it| it.samples.len() >= 2).await;
    let last = measured.samples.back().unwrap();
    assert_eq!(last.memory_limit, 64 << 20, "{last:?}");
    assert!(last.memory.is_some() && last.pids == Some(2), "{last:?}");

    let table = known(&target, Need::Processes(id()), |it| {
        it.processes
            .as_ref()
            .is_some_and(|it| it.processes.len() == 2)
    })
    .await;
    let table = table.processes.unwrap();
    assert_eq!(table.source, Source::Local, "{:?}", table.notes);
    assert_eq!(table.pid_mode, "", "Podman says « private »");
    assert_eq!(table.processes[0].inner, Some(1));

    let reading = known(&target, Need::Kernel(id()), |it| it.kernel.is_some()).await;
    let reading = reading.kernel.unwrap();
    assert_eq!(reading.source, Source::Local, "{:?}", reading.notes);
    assert!(reading.cgroup.unwrap().is_ok() && reading.status.unwrap().is_ok());

    let file = Need::File {
        container: id(),
        path: "/lien".to_owned(),
    };
    let link = known(&target, file, |it| it.file.is_some()).await.file;
    assert_eq!(link, Some(Content::Symlink("/absent".to_owned())));

    let session = Session::open(target.clone()).unwrap();
    let mut state = session.state.clone();
    let live = state.wait_for(|it| matches!(it, EngineState::Live(_)));
    let live = tokio::time::timeout(LIMIT, live)
        .await
        .unwrap()
        .unwrap()
        .clone();
    let EngineState::Live(snapshot) = live else {
        panic!("{live:?}")
    };
    let topology = moussaillon::domain::topology::Topology::from(&snapshot);
    let mut places = topology.nets.iter().flat_map(|net| topology.on(net));
    let (member, place) = places
        .find(|it| it.0.name == name)
        .expect("on the default network, « bridge » or « podman »");
    assert!(place.address.is_some() && member.ports[0].number == 8080);
    let reference = ObjectRef {
        kind: Kind::Container,
        id: id(),
    };
    assert!(matches!(
        snapshot.get(&reference),
        Some(Object::Container(_))
    ));
}

/// What the docker command says, where Podman's answers are not docker's.
#[tokio::test(flavor = "multi_thread")]
async fn our_docker_command_on_it() {
    let Some(target) = target() else { return };
    let made = Made::new(&target, "commande");
    let (host, name) = (made.host.as_str(), made.name.as_str());
    let said = docker(
        host,
        &["run", "--name", name, IMAGE, "sh", "-c", "echo ici > /f"],
    )
    .await;
    assert_eq!(said, "");
    let listed = docker(host, &["ps", "-a", "--format", "{{.Names}} {{.Image}}"]).await;
    assert!(
        listed.lines().any(|it| it == format!("{name} {IMAGE}")),
        "{listed}"
    );
    assert!(docker(host, &["diff", name]).await.contains("A /f"));
    let size = docker(host, &["ps", "-as", "--format", "{{.Names}} {{.Size}}"]).await;
    assert!(size.contains("virtual"), "{size}");
    for arguments in [
        &["version"][..],
        &["info"],
        &["images"],
        &["system", "df"],
        &["system", "df", "-v"],
        &["network", "ls"],
        &["volume", "ls"],
        &["inspect", name],
        &["logs", name],
        &["history", IMAGE],
    ] {
        docker(host, arguments).await;
    }
    let absent = run(host, &["start", "absent-xyz"]).await;
    assert_eq!(absent.status.code(), Some(1));
    assert!(!absent.stderr.is_empty());
}
