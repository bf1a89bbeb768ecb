//! The guard, on both engines: whatever is asked through the tap, in whatever order, what existed
//! before stays as it was, and « Ranger » leaves exactly that.
//!
//! `MOUSSAILLON_GUARD_CALLS` says how many calls (1 000 without it); the order is drawn from
//! `MOUSSAILLON_GUARD_SEED`.

mod calls;
mod life;

use std::collections::BTreeMap;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::{Method, Request};
use moussaillon::engine::{
    Choice, Client, Environment, Guard, GuardOptions, Session, SessionOptions, Target, Told, past,
    resolve,
};
use moussaillon::sim::machine::{Machine, MachineOptions};
use moussaillon::wire::{Dialer, empty, full, request};
use serde_json::{Value, json};

/// An engine spoken to, straight or through the tap.
struct Way(Dialer);

impl Way {
    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let builder = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path)
            .header("Host", "docker")
            .header("Content-Type", "application/json");
        let body = body.map_or_else(empty, |it| full(it.to_string()));
        let call = async {
            let answer = request(&self.0, builder.body(body).unwrap()).await.unwrap();
            let status = answer.status().as_u16();
            // A raw stream has no end of its own.
            if status == 101 {
                return (status, Value::Null);
            }
            let bytes = answer.into_body().collect().await.unwrap().to_bytes();
            let value = serde_json::from_slice(&bytes)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
            (status, value)
        };
        tokio::time::timeout(Duration::from_secs(60), call)
            .await
            .unwrap_or_else(|_| panic!("{method} {path}"))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, value) = self.call("GET", path, None).await;
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    async fn make(&self, path: &str, body: Value) -> Value {
        let (status, value) = self.call("POST", path, Some(body)).await;
        assert!((200..300).contains(&status), "{path}: {status} {value}");
        value
    }
}

/// What somebody else has, by address: twenty objects.
const BEFORE: usize = 20;

/// Makes twenty objects without the tap: seven containers (running, paused, stopped, created), five
/// images, four volumes, four networks.
async fn belongings(engine: &Way) -> Vec<String> {
    let mut addresses = Vec::new();
    for number in 0..4 {
        let name = format!("autrui-v{number}");
        engine
            .make("/volumes/create", json!({ "Name": name }))
            .await;
        addresses.push(format!("/volumes/{name}"));
        let name = format!("autrui-r{number}");
        engine
            .make("/networks/create", json!({ "Name": name }))
            .await;
        addresses.push(format!("/networks/{name}"));
    }
    for number in 0..7 {
        let name = format!("autrui-c{number}");
        let body = json!({
            "Image": "busybox:latest", "Cmd": ["sleep", "100000"],
            "HostConfig": {
                "Binds": [format!("autrui-v{}:/d", number % 2)],
                "NetworkMode": if number == 1 { "autrui-r0" } else { "default" },
            },
        });
        engine
            .make(&format!("/containers/create?name={name}"), body)
            .await;
        if number < 4 {
            let path = format!("/containers/{name}/start");
            let (status, answer) = engine.call("POST", &path, None).await;
            assert_eq!(status, 204, "{answer}");
        }
        addresses.push(format!("/containers/{name}/json"));
    }
    let (status, _) = engine
        .call("POST", "/containers/autrui-c2/pause", None)
        .await;
    assert_eq!(status, 204);
    let (status, _) = engine
        .call("POST", "/containers/autrui-c3/kill", None)
        .await;
    assert_eq!(status, 204);
    for number in 0..4 {
        let path = format!("/commit?container=autrui-c6&repo=autrui-i{number}&tag=1");
        let body = json!({ "Labels": { "numero": number.to_string() } });
        engine.make(&path, body).await;
        addresses.push(format!("/images/autrui-i{number}:1/json"));
    }
    addresses.push("/images/busybox:latest/json".to_owned());
    assert_eq!(addresses.len(), BEFORE);
    addresses
}

/// What they look like, without what the engine changes by itself or what only adds to them.
async fn look(engine: &Way, addresses: &[String]) -> BTreeMap<String, Value> {
    let mut seen = BTreeMap::new();
    for address in addresses {
        let mut document = engine.get(address).await;
        if let Some(fields) = document.as_object_mut() {
            for key in [
                "RepoTags",
                "RepoDigests",
                "ExecIDs",
                "Metadata",
                "CreatedAt",
                "GraphDriver",
            ] {
                fields.remove(key);
            }
        }
        seen.insert(address.clone(), document);
    }
    seen
}

/// Whether the engine is this test's alone: a real one also serves the other tests, unless
/// `MOUSSAILLON_GUARD_ALONE` is set. Elsewhere, only names that this test gives are looked at.
fn is_alone(engine: &Way) -> bool {
    matches!(engine.0, Dialer::Memory(_)) || std::env::var_os("MOUSSAILLON_GUARD_ALONE").is_some()
}

/// Everything that the engine holds, by kind and name.
async fn inventory(engine: &Way) -> Vec<String> {
    let alone = is_alone(engine);
    let mut all = Vec::new();
    let mut add = |kind: &str, name: &Value, id: &Value| {
        let (name, id) = (name.as_str().unwrap_or_default(), id.as_str().unwrap());
        let ours = ["autrui-", "moi-"]
            .iter()
            .any(|it| name.trim_start_matches('/').starts_with(it));
        if alone || ours {
            all.push(format!("{kind} {name} {id}"));
        }
    };
    for it in engine
        .get("/containers/json?all=1")
        .await
        .as_array()
        .unwrap()
    {
        add("container", &it["Names"][0], &it["Id"]);
    }
    for it in engine.get("/networks").await.as_array().unwrap() {
        add("network", &it["Name"], &it["Id"]);
    }
    let volumes = engine.get("/volumes").await;
    for it in volumes["Volumes"].as_array().into_iter().flatten() {
        add("volume", &it["Name"], &it["Name"]);
    }
    for it in engine.get("/images/json?all=1").await.as_array().unwrap() {
        add("image", &Value::Null, &it["Id"]);
        for tag in it["RepoTags"].as_array().into_iter().flatten() {
            add("tag", tag, &it["Id"]);
        }
    }
    all.sort();
    all
}

/// Removes what a run made for itself, also after a failure.
async fn clear(engine: &Way) {
    for it in engine
        .get("/containers/json?all=1")
        .await
        .as_array()
        .unwrap()
    {
        let name = it["Names"][0].as_str().unwrap_or_default().to_owned();
        if name.starts_with("/autrui-") || name.starts_with("/moi-") {
            let path = format!("/containers/{}?force=1&v=1", it["Id"].as_str().unwrap());
            engine.call("DELETE", &path, None).await;
        }
    }
    for (list, item) in [("/networks", "/networks"), ("/volumes", "/volumes")] {
        let found = engine.get(list).await;
        let found = if list == "/volumes" {
            found["Volumes"].clone()
        } else {
            found
        };
        for it in found.as_array().into_iter().flatten() {
            let name = it["Name"].as_str().unwrap();
            if name.starts_with("autrui-") || name.starts_with("moi-") {
                engine.call("DELETE", &format!("{item}/{name}"), None).await;
            }
        }
    }
    for number in 0..4 {
        let path = format!("/images/autrui-i{number}:1?force=1");
        engine.call("DELETE", &path, None).await;
    }
}

fn number(variable: &str, usual: u64) -> u64 {
    let set = std::env::var(variable).ok();
    set.map_or(usual, |it| it.parse().expect("a number"))
}

async fn others_are_safe(target: Target) {
    let engine = Way(target.dialer.clone());
    clear(&engine).await;
    let addresses = belongings(&engine).await;
    let before = look(&engine, &addresses).await;
    let held = inventory(&engine).await;

    let state = tempfile::tempdir().unwrap();
    let options = || GuardOptions {
        state: Some(state.path().to_owned()),
        ..GuardOptions::default()
    };
    let mut session = SessionOptions::default();
    let (guard, _told) = Guard::new(&target, &session.id, options()).unwrap();
    session.guard = Some(guard.clone());
    let session = Session::open_with(target.clone(), session).unwrap();
    let tap = Way(session.tap.clone());

    let calls = number("MOUSSAILLON_GUARD_CALLS", 1000);
    let seed = number("MOUSSAILLON_GUARD_SEED", 1);
    let mut draw = calls::Draw::new(seed);
    let (mut passed, mut refused) = (0_u32, 0_u32);
    for rank in 0..calls {
        let (method, path, body) = draw.call(rank);
        let (status, answer) = tap.call(method, &path, body.clone()).await;
        match status {
            403 => refused += 1,
            200..=299 => passed += 1,
            _ => {}
        }
        if rank % 50 == 49 {
            let now = look(&engine, &addresses).await;
            assert_eq!(
                now, before,
                "after call {rank}, of seed {seed}: {method} {path} {body:?} {answer}"
            );
        }
    }
    eprintln!("{calls} calls: {passed} passed, {refused} refused");
    assert!(
        u64::from(passed) * 10 > calls,
        "the test must do something: {passed}"
    );
    assert!(
        u64::from(refused) * 10 > calls,
        "and be refused something: {refused}"
    );
    assert_eq!(look(&engine, &addresses).await, before, "seed {seed}");

    // Half of the time as if the process had been killed: another run tidies from the record.
    let direct = Client::new(&target.dialer).unwrap();
    let tidied = if seed.is_multiple_of(2) {
        guard.tidy(&guard.plan().await.unwrap()).await
    } else {
        session.close().await;
        drop(guard);
        let all = past(state.path()).unwrap();
        assert_eq!(all.len(), 1);
        assert!(!all[0].runs);
        all[0].plan(&direct).await.unwrap().carry_out(&direct).await
    };
    assert!(tidied.failed.is_empty(), "{:?}", tidied.failed);
    assert!(!tidied.gone.is_empty());
    assert_eq!(inventory(&engine).await, held, "seed {seed}");
    assert_eq!(look(&engine, &addresses).await, before, "seed {seed}");
    clear(&engine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_somebody_else_s_changes_on_the_simulator() {
    let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
    let target = Target::simulator(machine.dialer());
    let engine = Way(target.dialer.clone());
    let pull = "/images/create?fromImage=busybox&tag=latest";
    let (status, _) = engine.call("POST", pull, None).await;
    assert_eq!(status, 200);
    others_are_safe(target).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_somebody_else_s_changes_on_a_real_engine() {
    let Ok(host) = std::env::var("MOUSSAILLON_TEST_ENGINE") else {
        eprintln!("SKIPPED: MOUSSAILLON_TEST_ENGINE names no engine (unix:///…)");
        return;
    };
    let Ok(Choice::Explicit(target)) = resolve(Some(&host), &Environment::of_this_process()) else {
        panic!("{host} is no address");
    };
    // One after the other: they compare all that the engine holds.
    others_are_safe(target.clone()).await;
    names_are_safe(target).await;
}

/// A build context of one Dockerfile.
fn context(dockerfile: &str) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(dockerfile.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    builder
        .append_data(&mut header, "Dockerfile", dockerfile.as_bytes())
        .unwrap();
    builder.into_inner().unwrap()
}

impl Way {
    async fn send(&self, path: &str, body: Vec<u8>) -> (u16, Vec<u8>) {
        let call = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("Host", "docker")
            .header("Content-Type", "application/x-tar")
            .body(full(body))
            .unwrap();
        let answer = request(&self.0, call).await.unwrap();
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, bytes.to_vec())
    }

    async fn saved(&self, image: &str) -> Vec<u8> {
        let call = Request::builder()
            .uri(format!("/images/{image}/get"))
            .header("Host", "docker")
            .body(empty())
            .unwrap();
        let answer = request(&self.0, call).await.unwrap();
        answer
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .to_vec()
    }
}

/// Builds, loads and a consent, with an image and a container of somebody else.
async fn names_are_safe(target: Target) {
    let engine = Way(target.dialer.clone());
    clear(&engine).await;
    let body = json!({ "Image": "busybox:latest", "Cmd": ["sleep", "100000"] });
    engine.make("/containers/create?name=autrui-c0", body).await;
    engine
        .make(
            "/commit?container=autrui-c0&repo=autrui-i0&tag=1",
            json!({}),
        )
        .await;
    let held = inventory(&engine).await;
    let mut session = SessionOptions::default();
    let (guard, mut told) = Guard::new(&target, &session.id, GuardOptions::default()).unwrap();
    session.guard = Some(guard.clone());
    let session = Session::open_with(target, session).unwrap();
    let tap = Way(session.tap.clone());

    let recipe = "FROM busybox:latest\nRUN echo un > /un\nRUN echo deux > /deux\n";
    let (status, _) = tap.send("/build?t=autrui-i0%3A1", context(recipe)).await;
    assert_eq!(status, 403, "a name of somebody else's");
    let (status, said) = tap.send("/build?t=moi-i0%3A1&rm=1", context(recipe)).await;
    let said = String::from_utf8_lossy(&said).into_owned();
    assert_eq!(status, 200, "{said}");
    let (status, _) = tap.send("/build?t=moi-i0%3A1&rm=1", context(recipe)).await;
    assert_eq!(status, 200, "its own name moves");
    // A failed build leaves a container and images without a name.
    let broken = "FROM busybox:latest\nRUN echo trois > /trois\nRUN exit 3\n";
    let (status, _) = tap.send("/build?t=moi-i1%3A1", context(broken)).await;
    assert_eq!(status, 200);

    let theirs = engine.saved("autrui-i0:1").await;
    let (status, answer) = tap.send("/images/load", theirs).await;
    assert_eq!(status, 403, "{}", String::from_utf8_lossy(&answer));
    let mine = engine.saved("moi-i0:1").await;
    let (status, answer) = tap.send("/images/load", mine).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
    let (status, _) = tap.send("/images/load", b"BZh91AY&SY".to_vec()).await;
    assert_eq!(status, 403, "an archive that is not read");

    // A consent is for this action on this object, once.
    while told.try_recv().is_ok() {}
    let kill = "/containers/autrui-c0/rename?name=autrui-c1";
    assert_eq!(tap.call("POST", kill, None).await.0, 403);
    let Some(Told::Refused(refusal)) = told.recv().await else {
        panic!("no refusal was told");
    };
    assert!(guard.allow(&refusal.key));
    let stop = "/containers/autrui-c0/update";
    let limits = json!({ "CpuShares": 512 });
    assert_eq!(tap.call("POST", stop, Some(limits)).await.0, 403);
    assert_eq!(tap.call("POST", kill, None).await.0, 204);
    let back = "/containers/autrui-c1/rename?name=autrui-c0";
    assert_eq!(tap.call("POST", back, None).await.0, 403);
    assert_eq!(engine.call("POST", back, None).await.0, 204);

    let tidied = guard.tidy(&guard.plan().await.unwrap()).await;
    assert!(tidied.failed.is_empty(), "{:?}", tidied.failed);
    let left = guard.plan().await.unwrap();
    assert!(left.is_empty() && left.kept.is_empty(), "{left:?}");
    assert_eq!(inventory(&engine).await, held);
    clear(&engine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_consents_on_the_simulator() {
    let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
    let target = Target::simulator(machine.dialer());
    let engine = Way(target.dialer.clone());
    let pull = "/images/create?fromImage=busybox&tag=latest";
    assert_eq!(engine.call("POST", pull, None).await.0, 200);
    names_are_safe(target).await;
}

#[test]
fn the_lessons_declare_what_leads_out_of_a_container() {
    let options = [
        ("--privileged", "privilegie"),
        ("--pid host", "pid-hote"),
        ("--network host", "reseau-hote"),
        ("--ipc host", "ipc-hote"),
        ("--userns host", "utilisateurs-hote"),
        ("docker.sock:", "socket-moteur"),
        ("-v /etc", "dossier-systeme"),
    ];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
    let mut used = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path().join("lecon.md");
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let declared = text.lines().find(|it| it.starts_with("permissions:"));
        for line in text.lines().filter(|it| it.contains("docker run")) {
            for (option, name) in options.iter().filter(|(option, _)| line.contains(option)) {
                used += 1;
                assert!(
                    declared.is_some_and(|it| it.contains(name)),
                    "{}: {option} needs « permissions: [{name}] »",
                    path.display()
                );
            }
        }
    }
    assert!(used > 0);
}
