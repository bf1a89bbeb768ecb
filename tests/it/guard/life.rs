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
