//! A session from its first object to its record's end: prunes foreseen and narrowed, pulls.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use moussaillon::docker::{self, Context, HostFiles, Io, Keepers};
use moussaillon::engine::{
    Choice, Environment, Guard, GuardOptions, Preview, Prune, Session, SessionOptions, Target,
    Told, past, resolve,
};
use moussaillon::sim::machine::{Machine, MachineOptions};
use moussaillon::wire::{Dialer, memory};
use serde_json::json;
use tokio::sync::mpsc::UnboundedReceiver;

use super::Way;

/// A guarded session, and what its guard tells.
struct Guarded {
    session: Session,
    guard: Arc<Guard>,
    told: UnboundedReceiver<Told>,
    tap: Way,
}

impl Guarded {
    fn open(target: &Target, state: &Path) -> Self {
        let mut options = SessionOptions::default();
        let kept = GuardOptions {
            state: Some(state.to_owned()),
            ..GuardOptions::default()
        };
        let (guard, told) = Guard::new(target, &options.id, kept).unwrap();
        options.guard = Some(guard.clone());
        let session = Session::open_with(target.clone(), options).unwrap();
        let tap = Way(session.tap.clone());
        Self {
            session,
            guard,
            told,
            tap,
        }
    }

    /// Ends as the program does.
    async fn close(self) {
        self.session.close().await;
        self.guard.close().await;
    }

    fn told(&mut self) -> Vec<Told> {
        std::iter::from_fn(|| self.told.try_recv().ok()).collect()
    }

    fn previews(&mut self) -> Vec<Preview> {
        let told = self.told().into_iter();
        told.filter_map(|it| match it {
            Told::Preview(preview) => Some(preview),
            _ => None,
        })
        .collect()
    }

    /// Runs our docker command through the tap; its exit code.
    async fn docker(&self, line: &str) -> u8 {
        let context = Context {
            args: line.split(' ').map(str::to_owned).collect(),
            env: BTreeMap::new(),
            cwd: "/".into(),
            files: Arc::new(HostFiles),
            keepers: Keepers::Nowhere,
            dialer: self.session.tap.clone(),
            endpoint: "unix:///var/run/docker.sock".to_owned(),
            context: "default".to_owned(),
        };
        let io = Io {
            stdin: Box::new(tokio::io::empty()),
            stdout: Box::new(tokio::io::sink()),
            stderr: Box::new(tokio::io::sink()),
            terminal: None,
        };
        docker::run(context, io).await
    }
}

async fn simulator() -> (Machine, Target) {
    let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
    let target = Target::simulator(machine.dialer());
    let pull = "/images/create?fromImage=busybox&tag=latest";
    let engine = Way(target.dialer.clone());
    assert_eq!(engine.call("POST", pull, None).await.0, 200);
    (machine, target)
}

/// The engine of the tests; nothing, said, without one.
fn real() -> Option<Target> {
    let Ok(host) = std::env::var("MOUSSAILLON_TEST_ENGINE") else {
        eprintln!("SKIPPED: MOUSSAILLON_TEST_ENGINE names no engine (unix:///…)");
        return None;
    };
    match resolve(Some(&host), &Environment::of_this_process()) {
        Ok(Choice::Explicit(target)) => Some(target),
        _ => panic!("{host} is no address"),
    }
}

/// Names that no other test has: a real engine serves them all.
fn names(of: &str) -> [String; 2] {
    ["theirs", "ours"].map(|it| format!("{of}-{it}-{}", std::process::id()))
}

async fn prunes_are_foreseen(target: Target) {
    let engine = Way(target.dialer.clone());
    let state = tempfile::tempdir().unwrap();
    let mut guarded = Guarded::open(&target, state.path());
    let [theirs, ours] = names("prune");
    let body = json!({ "Image": "busybox:latest", "Cmd": ["true"] });
    let create = |name: &str| format!("/containers/create?name={name}");
    engine.make(&create(&theirs), body.clone()).await;
    guarded.tap.make(&create(&ours), body).await;
    let _ = guarded.told();

    // As soon as the command begins, then by the prune itself.
    let prune = Prune::Objects {
        kind: moussaillon::domain::Kind::Container,
        all: false,
        filtered: false,
    };
    guarded.guard.preview(&[prune]).await;
    let foreseen = guarded.previews();
    let holds = |list: &[String], name: &str| list.iter().any(|it| it.contains(name));
    assert_eq!(foreseen.len(), 1);
    assert!(holds(&foreseen[0].gone, &ours), "{foreseen:?}");
    assert!(!holds(&foreseen[0].gone, &theirs), "{foreseen:?}");
    assert!(holds(&foreseen[0].kept, &theirs), "{foreseen:?}");
    let there = async |name: &str| {
        let path = format!("/containers/{name}/json");
        engine.call("GET", &path, None).await.0 == 200
    };
    assert!(there(&ours).await, "nothing went yet");

    // The build cache is nobody's: the rest goes all the same, and docker succeeds.
    assert_eq!(guarded.docker("system prune -f --volumes").await, 0);
    assert!(!there(&ours).await && there(&theirs).await);
    let told = guarded.told();
    let verbs: Vec<&str> = told
        .iter()
        .filter_map(|it| match it {
            Told::Preview(preview) => Some(preview.verb.as_str()),
            _ => None,
        })
        .collect();
    assert!(verbs.contains(&"container prune"), "{verbs:?}");
    assert!(verbs.contains(&"volume prune"), "{verbs:?}");
    let refused = told.iter().find_map(|it| match it {
        Told::Refused(refusal) => Some(refusal.what.as_str()),
        _ => None,
    });
    assert_eq!(refused, Some("docker builder prune"));

    let path = format!("/containers/{theirs}?force=1");
    assert_eq!(engine.call("DELETE", &path, None).await.0, 204);
    guarded.close().await;
    assert!(past(state.path()).unwrap().is_empty(), "nothing is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn prunes_are_foreseen_on_the_simulator() {
    let (_machine, target) = simulator().await;
    prunes_are_foreseen(target).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prunes_are_foreseen_on_a_real_engine() {
    if let Some(target) = real() {
        prunes_are_foreseen(target).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_build_cache_goes_once_it_is_allowed() {
    let (_machine, target) = simulator().await;
    let state = tempfile::tempdir().unwrap();
    let mut guarded = Guarded::open(&target, state.path());
    let (status, answer) = guarded.tap.call("POST", "/build/prune", None).await;
    assert_eq!((status, &answer["CachesDeleted"]), (200, &json!([])));
    let Some(Told::Refused(refusal)) = guarded.told().pop() else {
        panic!("it was held back without a word");
    };
    assert!(guarded.guard.allow(&refusal.key));
    let straight = Way(target.dialer.clone());
    let theirs = straight.call("POST", "/build/prune", None).await;
    assert_eq!(guarded.tap.call("POST", "/build/prune", None).await, theirs);
    assert!(guarded.told().is_empty());
}

async fn a_record_stays_as_long_as_what_it_tells(target: Target) {
    let state = tempfile::tempdir().unwrap();
    let [_, ours] = names("record");
    let first = Guarded::open(&target, state.path());
    let volume = json!({ "Name": ours });
    // A volume's label tells; a network is written down.
    first.tap.make("/volumes/create", volume).await;
    let network = json!({ "Name": ours });
    first.tap.make("/networks/create", network).await;
    first.close().await;
    let kept = past(state.path()).unwrap();
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].runs, "it ended");
    drop(kept);

    let second = Guarded::open(&target, state.path());
    for path in [format!("/volumes/{ours}"), format!("/networks/{ours}")] {
        assert_eq!(
            second.tap.call("DELETE", &path, None).await.0,
            204,
            "{path}"
        );
    }
    assert_eq!(past(state.path()).unwrap().len(), 2);
    second.close().await;
    assert!(past(state.path()).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_goes_with_what_it_tells_on_the_simulator() {
    let (_machine, target) = simulator().await;
    a_record_stays_as_long_as_what_it_tells(target).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_goes_with_what_it_tells_on_a_real_engine() {
    if let Some(target) = real() {
        a_record_stays_as_long_as_what_it_tells(target).await;
    }
}

/// One address, behind which engines change; connections to the one before are left open, as those
/// of a daemon that a second one replaces at its socket.
struct Address {
    target: Target,
    answers: tokio::sync::watch::Sender<Dialer>,
}

impl Address {
    fn of(machine: &Machine) -> Self {
        let (dialer, mut acceptor) = memory();
        let (answers, answering) = tokio::sync::watch::channel(machine.dialer());
        tokio::spawn(async move {
            while let Some(mut client) = acceptor.accept().await {
                let engine = answering.borrow().clone();
                tokio::spawn(async move {
                    let mut engine = engine.dial().await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut engine).await;
                });
            }
        });
        Self {
            target: Target::simulator(dialer),
            answers,
        }
    }

    fn goes_to(&self, machine: &Machine) {
        self.answers.send_replace(machine.dialer());
    }
}

/// Names that a session gave, a swarm that it made and what it was allowed are those of one engine.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_session_made_in_one_engine_proves_nothing_in_another() {
    let machine = |seed| {
        Machine::boot(&MachineOptions {
            seed: Some(seed),
            ..MachineOptions::for_checks()
        })
        .unwrap()
    };
    let (first, second) = (machine(1), machine(2));
    let straight = [Way(first.dialer()), Way(second.dialer())];
    for engine in &straight {
        for image in ["busybox", "alpine"] {
            let pull = format!("/images/create?fromImage={image}&tag=latest");
            assert_eq!(engine.call("POST", &pull, None).await.0, 200);
        }
    }
    let address = Address::of(&first);
    let state = tempfile::tempdir().unwrap();
    let mut guarded = Guarded::open(&address.target, state.path());
    let mount = json!({ "Image": "busybox:latest", "Cmd": ["true"],
        "HostConfig": { "Binds": ["pgdata:/d"] } });
    let create = "/containers/create?name=base";
    guarded.tap.make(create, mount.clone()).await;
    let tag = "/images/busybox:latest/tag?repo=moi&tag=1";
    assert_eq!(guarded.tap.call("POST", tag, None).await.0, 201);
    guarded.tap.make("/swarm/init", json!({})).await;
    // Allowed there, not yet used.
    let theirs = "/images/alpine:latest";
    assert_eq!(guarded.tap.call("DELETE", theirs, None).await.0, 403);
    let Some(Told::Refused(refusal)) = guarded.told().pop() else {
        panic!("it was held back without a word");
    };
    assert!(guarded.guard.allow(&refusal.key));
    let plan = guarded.guard.plan().await.unwrap();
    assert!(!plan.is_empty());

    straight[1].make(create, mount).await;
    assert_eq!(straight[1].call("POST", tag, None).await.0, 201);
    straight[1].make("/swarm/init", json!({})).await;
    let held = super::inventory(&straight[1]).await;
    address.goes_to(&second);
    for (method, path) in [
        ("DELETE", "/containers/base?force=1"),
        ("DELETE", "/volumes/pgdata"),
        ("DELETE", "/images/moi:1"),
        ("DELETE", theirs),
        ("POST", "/swarm/leave?force=1"),
    ] {
        let (status, answer) = guarded.tap.call(method, path, None).await;
        assert_eq!(status, 403, "{method} {path}: {answer}");
    }
    let tidied = guarded.guard.tidy(&plan).await;
    let counts = (tidied.gone.len(), tidied.failed.len());
    assert_eq!(counts, (0, plan.gone.len()), "a plan of the first");
    assert_eq!(super::inventory(&straight[1]).await, held);
    let noted = |told: &[Told]| told.iter().any(|it| matches!(it, Told::Note(_)));
    assert!(noted(&guarded.told()), "another engine came without a word");
    assert!(guarded.guard.plan().await.unwrap().is_empty());
    // What is made in it is its own, and is written down.
    let network = json!({ "Name": "a-elle" });
    guarded.tap.make("/networks/create", network).await;

    // The first is back, with what was made in it.
    address.goes_to(&first);
    for path in ["/containers/base?force=1", "/volumes/pgdata"] {
        let (status, answer) = guarded.tap.call("DELETE", path, None).await;
        assert_eq!(status, 204, "{path}: {answer}");
    }
    let plan = guarded.guard.plan().await.unwrap();
    let tidied = guarded.guard.tidy(&plan).await;
    assert!(tidied.failed.is_empty(), "{tidied:?}");
    guarded.close().await;
    let kept = past(state.path()).unwrap();
    assert_eq!(kept.len(), 1, "the second still holds a network");
    drop(kept);
    address.goes_to(&second);
    let next = Guarded::open(&address.target, state.path());
    let network = "/networks/a-elle";
    assert_eq!(next.tap.call("DELETE", network, None).await.0, 204);
    next.close().await;
    assert!(past(state.path()).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_is_reached_anew_is_the_same_one() {
    let (machine, _) = simulator().await;
    let address = Address::of(&machine);
    let state = tempfile::tempdir().unwrap();
    let mut guarded = Guarded::open(&address.target, state.path());
    guarded
        .tap
        .make("/volumes/create", json!({ "Name": "a-moi" }))
        .await;
    // As after an upgrade: other connections, the same engine.
    address.goes_to(&machine);
    let volume = "/volumes/a-moi";
    assert_eq!(guarded.tap.call("DELETE", volume, None).await.0, 204);
    assert!(guarded.told().is_empty());
    guarded.close().await;
    assert!(past(state.path()).unwrap().is_empty());
}

/// What has no label goes with a prune too, when the record knows it: what was pulled, and the
/// volume of a container that leaves with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_prune_takes_what_the_record_alone_knows() {
    let (_machine, target) = simulator().await;
    let engine = Way(target.dialer.clone());
    let state = tempfile::tempdir().unwrap();
    let mut guarded = Guarded::open(&target, state.path());
    let pull = "/images/create?fromImage=alpine&tag=latest";
    assert_eq!(guarded.tap.call("POST", pull, None).await.0, 200);
    let tag = "/images/busybox:latest/tag?repo=moi&tag=1";
    assert_eq!(guarded.tap.call("POST", tag, None).await.0, 201);
    let mount = |volume: &str| {
        json!({ "Image": "alpine:latest", "Cmd": ["true"],
            "HostConfig": { "Binds": [format!("{volume}:/d")] } })
    };
    let create = |name: &str| format!("/containers/create?name={name}");
    guarded.tap.make(&create("a-moi"), mount("mien")).await;
    engine
        .make("/volumes/create", json!({ "Name": "pgdata" }))
        .await;
    let _ = guarded.told();

    let kinds = [
        (moussaillon::domain::Kind::Container, false),
        (moussaillon::domain::Kind::Image, true),
        (moussaillon::domain::Kind::Volume, true),
    ];
    let prunes = kinds.map(|(kind, all)| Prune::Objects {
        kind,
        all,
        filtered: false,
    });
    guarded.guard.preview(&prunes).await;
    let foreseen = guarded.previews();
    let named = |list: fn(&Preview) -> &Vec<String>| -> Vec<String> {
        let names = foreseen.iter().flat_map(list);
        let names = names.filter_map(|it| it.split('\u{a0}').nth(1));
        names.map(str::to_owned).collect()
    };
    assert_eq!(
        named(|it| &it.gone),
        ["a-moi", "alpine:latest", "moi:1", "mien"]
    );
    assert_eq!(named(|it| &it.kept), ["busybox:latest", "pgdata"]);

    // With filters of one's own, what they cannot be applied to stays, and is said.
    let until = "/images/prune?filters=%7B%22dangling%22%3A%5B%22false%22%5D%2C%22until%22%3A%5B%221h%22%5D%7D";
    assert_eq!(guarded.tap.call("POST", until, None).await.0, 200);
    let filtered = guarded.previews();
    let said = |list: &[String], name: &str| list.iter().any(|it| it.contains(name));
    assert!(said(&filtered[0].unfiltered, "moi:1"), "{filtered:?}");
    let there = async |path: &str| engine.call("GET", path, None).await.0 == 200;
    assert!(there("/images/moi:1/json").await);

    let path = "/containers/prune";
    assert_eq!(guarded.tap.call("POST", path, None).await.0, 200);
    let path = "/images/prune?filters=%7B%22dangling%22%3A%5B%22false%22%5D%7D";
    let (status, answer) = guarded.tap.call("POST", path, None).await;
    assert_eq!(status, 200);
    let untagged: Vec<&str> = answer["ImagesDeleted"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["Untagged"].as_str())
        .filter(|it| !it.contains('@'))
        .collect();
    assert_eq!(untagged, ["alpine:latest", "moi:1"]);
    assert!(
        answer["SpaceReclaimed"].as_u64() > Some(1_000_000),
        "{answer}"
    );
    assert!(!there("/images/alpine:latest/json").await);
    assert!(there("/images/busybox:latest/json").await);
    let path = "/volumes/prune?filters=%7B%22all%22%3A%5B%22true%22%5D%7D";
    let (_, answer) = guarded.tap.call("POST", path, None).await;
    assert_eq!(answer["VolumesDeleted"], json!(["mien"]));
    assert!(there("/volumes/pgdata").await);
    guarded.close().await;
    assert!(past(state.path()).unwrap().is_empty(), "nothing is left");
}

/// What is pulled has no label: the record tells what was there before.
#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_its_session_s_when_it_was_not_there_before() {
    let (_machine, target) = simulator().await;
    let state = tempfile::tempdir().unwrap();
    let guarded = Guarded::open(&target, state.path());
    for image in ["busybox", "alpine"] {
        let pull = format!("/images/create?fromImage={image}&tag=latest");
        assert_eq!(
            guarded.tap.call("POST", &pull, None).await.0,
            200,
            "{image}"
        );
    }
    let plan = guarded.guard.plan().await.unwrap();
    let gone: Vec<&str> = plan.gone.iter().map(|it| it.what.as_str()).collect();
    assert!(gone.iter().any(|it| it.contains("alpine")), "{gone:?}");
    assert!(!gone.iter().any(|it| it.contains("busybox")), "{gone:?}");
    let remove = async |image: &str| {
        let path = format!("/images/{image}:latest");
        guarded.tap.call("DELETE", &path, None).await.0
    };
    assert_eq!(remove("busybox").await, 403, "it was there before");
    assert_eq!(remove("alpine").await, 200);
    guarded.close().await;
    assert!(past(state.path()).unwrap().is_empty());
}
