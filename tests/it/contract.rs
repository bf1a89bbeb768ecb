//! What both engines answer alike: the same calls, on the simulator and on a real engine.
//!
//! The real one is that of `MOUSSAILLON_TEST_ENGINE` (`unix:///…` or the path of a socket), which
//! holds `busybox:latest`; without the variable its half is skipped, and says so.

mod clients;
mod modes;
mod network;

use std::path::PathBuf;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::{Method, Request};
use moussaillon::sim::machine::{Machine, MachineOptions};
use moussaillon::wire::{Dialer, Upgraded, empty, full, request};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const ENGINE: &str = "MOUSSAILLON_TEST_ENGINE";
/// The names of what the cases make all begin so.
const PREFIX: &str = "contrat-moussaillon";

struct Client {
    dialer: Dialer,
    name: &'static str,
    /// What the cases of one run share.
    suffix: String,
}

impl Client {
    fn object(&self, name: &str) -> String {
        format!("{PREFIX}-{}-{name}", self.suffix)
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let builder = Request::builder()
            .method(method)
            .uri(format!("/v1.41{path}"))
            .header("Host", "docker")
            .header("Content-Type", "application/json");
        let body = body.map_or_else(empty, |it| full(it.to_string()));
        let call = async {
            let answer = request(&self.dialer, builder.body(body).unwrap())
                .await
                .unwrap();
            let status = answer.status().as_u16();
            let bytes = answer.into_body().collect().await.unwrap().to_bytes();
            let value = serde_json::from_slice(&bytes)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
            (status, value)
        };
        let limit = Duration::from_secs(30);
        tokio::time::timeout(limit, call)
            .await
            .unwrap_or_else(|_| panic!("{}: {path}", self.name))
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::POST, path, (!body.is_null()).then_some(body))
            .await
    }

    async fn delete(&self, path: &str) -> (u16, Value) {
        self.call(Method::DELETE, path, None).await
    }

    /// Makes a container of busybox.
    async fn create(&self, name: &str, body: Value) -> String {
        let mut whole = json!({"Image": "busybox:latest"});
        whole
            .as_object_mut()
            .unwrap()
            .extend(body.as_object().unwrap().clone());
        let path = format!("/containers/create?name={}", self.object(name));
        let (status, answer) = self.post(&path, whole).await;
        assert_eq!(status, 201, "{}: {answer}", self.name);
        answer["Id"].as_str().unwrap().to_owned()
    }

    async fn force_remove(&self, id: &str) {
        self.delete(&format!("/containers/{id}?force=1&v=1")).await;
    }
}

async fn simulated() -> Client {
    let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
    let client = Client {
        dialer: machine.dialer(),
        name: "simulé",
        suffix: "s".to_owned(),
    };
    let (status, told) = client
        .post("/images/create?fromImage=busybox&tag=latest", Value::Null)
        .await;
    assert_eq!(status, 200, "{told}");
    // The machine lives as long as the test's process: its own tasks hold it.
    std::mem::forget(machine);
    client
}

async fn real() -> Option<Client> {
    let Some(engine) = std::env::var_os(ENGINE).and_then(|it| it.into_string().ok()) else {
        eprintln!("SKIPPED: {ENGINE} is not set, the contract is tried on the simulator alone");
        return None;
    };
    let path = engine.strip_prefix("unix://").unwrap_or(&engine);
    let client = Client {
        dialer: Dialer::Unix(PathBuf::from(path)),
        name: "réel",
        suffix: std::process::id().to_string(),
    };
    let (status, _) = client.get("/images/busybox:latest/json").await;
    if status != 200 {
        eprintln!("SKIPPED: busybox:latest is not on {engine}");
        return None;
    }
    Some(client)
}

async fn both(case: impl AsyncFn(&Client)) {
    case(&simulated().await).await;
    if let Some(client) = real().await {
        case(&client).await;
    }
}

#[tokio::test]
async fn missing_objects() {
    both(async |client| {
        for (path, message) in [
            (
                "/containers/absent-xyz/json",
                "No such container: absent-xyz",
            ),
            ("/networks/absent-xyz", "network absent-xyz not found"),
            ("/volumes/absent-xyz", "get absent-xyz: no such volume"),
        ] {
            let (status, answer) = client.get(path).await;
            assert_eq!(status, 404, "{}", client.name);
            assert_eq!(answer["message"], message, "{}", client.name);
        }
        let (status, _) = client.delete("/containers/absent-xyz").await;
        assert_eq!(status, 404);
        let (status, _) = client
            .post("/containers/absent-xyz/start", Value::Null)
            .await;
        assert_eq!(status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_container_lives_and_dies() {
    both(async |client| {
        let id = client
            .create("vie", json!({"Cmd": ["sleep", "1000"]}))
            .await;
        let state = async || client.get(&format!("/containers/{id}/json")).await.1["State"].clone();
        assert_eq!(state().await["Status"], "created");
        let start = format!("/containers/{id}/start");
        assert_eq!(client.post(&start, Value::Null).await.0, 204);
        assert_eq!(
            client.post(&start, Value::Null).await.0,
            304,
            "already started"
        );
        assert_eq!(state().await["Running"], true);
        assert!(state().await["Pid"].as_u64().unwrap() > 0);
        let (status, answer) = client.delete(&format!("/containers/{id}")).await;
        assert_eq!(status, 409, "{}: {answer}", client.name);
        let (status, _) = client
            .post(&format!("/containers/{id}/kill"), Value::Null)
            .await;
        assert_eq!(status, 204);
        let (_, ended) = client
            .post(&format!("/containers/{id}/wait"), Value::Null)
            .await;
        assert_eq!(ended["StatusCode"], 137);
        assert_eq!(state().await["Status"], "exited");
        assert_eq!(client.delete(&format!("/containers/{id}")).await.0, 204);
        assert_eq!(client.get(&format!("/containers/{id}/json")).await.0, 404);
    })
    .await;
}

#[tokio::test]
async fn a_missing_program_is_told_and_counted_127() {
    both(async |client| {
        let id = client
            .create("absent", json!({"Cmd": ["commande-absente"]}))
            .await;
        let (status, answer) = client
            .post(&format!("/containers/{id}/start"), Value::Null)
            .await;
        assert_eq!(status, 400, "{}: {answer}", client.name);
        let message = answer["message"].as_str().unwrap();
        assert!(message.contains("exec: \"commande-absente\": executable file not found in $PATH"));
        let (_, document) = client.get(&format!("/containers/{id}/json")).await;
        assert_eq!(document["State"]["ExitCode"], 127, "{}", client.name);
        assert_eq!(document["State"]["Status"], "created", "{}", client.name);
        client.force_remove(&id).await;
    })
    .await;
}

#[tokio::test]
async fn names_are_taken_once() {
    both(async |client| {
        let id = client.create("nom", json!({"Cmd": ["true"]})).await;
        let path = format!("/containers/create?name={}", client.object("nom"));
        let body = json!({"Image": "busybox:latest", "Cmd": ["true"]});
        let (status, answer) = client.post(&path, body).await;
        assert_eq!(status, 409, "{}", client.name);
        assert!(
            answer["message"]
                .as_str()
                .unwrap()
                .starts_with("Conflict. The container name")
        );
        client.force_remove(&id).await;
    })
    .await;
}

#[tokio::test]
async fn attached_streams_are_framed() {
    both(async |client| {
        let body = json!({
            "Cmd": ["cat"], "AttachStdin": true, "AttachStdout": true, "OpenStdin": true,
            "StdinOnce": true,
        });
        let id = client.create("flux", body).await;
        let attach = Request::builder()
            .method(Method::POST)
            .uri(format!(
                "/v1.41/containers/{id}/attach?stream=1&stdin=1&stdout=1&stderr=1"
            ))
            .header("Host", "docker")
            .header("Connection", "Upgrade")
            .header("Upgrade", "tcp")
            .body(empty())
            .unwrap();
        let answer = request(&client.dialer, attach).await.unwrap();
        assert_eq!(answer.status(), 101, "{}", client.name);
        let mut stream = Upgraded::new(hyper::upgrade::on(answer).await.unwrap());
        client
            .post(&format!("/containers/{id}/start"), Value::Null)
            .await;
        stream.write_all(b"bonjour\n").await.unwrap();
        stream.flush().await.unwrap();
        let mut frame = [0; 16];
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read_exact(&mut frame));
        read.await.unwrap().unwrap();
        assert_eq!(&frame[..8], [1, 0, 0, 0, 0, 0, 0, 8], "{}", client.name);
        assert_eq!(&frame[8..], b"bonjour\n");
        stream.shutdown().await.unwrap();
        let (_, ended) = client
            .post(&format!("/containers/{id}/wait"), Value::Null)
            .await;
        assert_eq!(ended["StatusCode"], 0, "{}", client.name);
        client.force_remove(&id).await;
    })
    .await;
}

#[tokio::test]
async fn volumes_and_networks_come_and_go() {
    both(async |client| {
        let name = client.object("volume");
        let (status, volume) = client.post("/volumes/create", json!({"Name": name})).await;
        assert_eq!(status, 201, "{}", client.name);
        assert_eq!(volume["Driver"], "local");
        let id = client
            .create(
                "monte",
                json!({"Cmd": ["true"], "HostConfig": {"Binds": [format!("{name}:/d")]}}),
            )
            .await;
        let (status, _) = client.delete(&format!("/volumes/{name}")).await;
        assert_eq!(status, 409, "{}: in use", client.name);
        client.force_remove(&id).await;
        assert_eq!(client.delete(&format!("/volumes/{name}")).await.0, 204);
        let (status, answer) = client.delete("/networks/bridge").await;
        assert_eq!(status, 403, "{}", client.name);
        assert_eq!(
            answer["message"],
            "bridge is a pre-defined network and cannot be removed"
        );
    })
    .await;
}

/// Builds; the messages of the stream.
async fn build(client: &Client, query: &str, dockerfile: &str) -> (u16, Vec<Value>) {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in [("Dockerfile", dockerfile), ("dossier/fichier", "contenu\n")] {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o640);
        header.set_size(content.len() as u64);
        archive
            .append_data(&mut header, name, content.as_bytes())
            .unwrap();
    }
    let ask = Request::builder()
        .method(Method::POST)
        .uri(format!("/v1.41/build?{query}"))
        .header("Host", "docker")
        .header("Content-Type", "application/x-tar")
        .body(full(archive.into_inner().unwrap()))
        .unwrap();
    let answer = request(&client.dialer, ask).await.unwrap();
    let status = answer.status().as_u16();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    let messages = serde_json::Deserializer::from_slice(&bytes).into_iter();
    (status, messages.collect::<Result<_, _>>().unwrap())
}

fn text_of(messages: &[Value]) -> String {
    messages
        .iter()
        .filter_map(|it| it["stream"].as_str())
        .collect()
}

#[tokio::test]
async fn images_are_built_step_by_step() {
    both(async |client| {
        let name = client.object("image");
        let file = "ARG BASE=busybox\nFROM $BASE AS un\nENV A=${B:-x}\nCOPY dossier /d/\n\
                    RUN cat /d/fichier; stat -c %a /d/fichier\nFROM scratch\n\
                    COPY --from=un --chown=1:2 /d/f* /\nCMD [\"a\", \"b\"]\n";
        let query = format!("t={name}&nocache=1&rm=1");
        let (status, messages) = build(client, &query, file).await;
        let text = text_of(&messages);
        assert_eq!(status, 200, "{}: {text}", client.name);
        for wanted in [
            "Step 1/8 : ARG BASE=busybox\n",
            "Step 3/8 : ENV A=${B:-x}\n ---> Running in ",
            "contenu\n640\n",
            "Step 8/8 : CMD [\"a\", \"b\"]\n",
        ] {
            assert!(text.contains(wanted), "{}: {wanted}: {text}", client.name);
        }
        assert!(text.ends_with(&format!("Successfully tagged {name}:latest\n")));
        let ids = messages.iter().filter(|it| !it["aux"]["ID"].is_null());
        assert_eq!(ids.count(), 2, "{}: one a stage", client.name);
        let (_, image) = client.get(&format!("/images/{name}/json")).await;
        assert_eq!(image["Config"]["Cmd"], json!(["a", "b"]), "{}", client.name);
        let (_, messages) = build(client, &format!("t={name}"), file).await;
        let cached = text_of(&messages).matches(" ---> Using cache\n").count();
        assert_eq!(cached, 5, "{}", client.name);
        client.delete(&format!("/images/{name}?force=1")).await;
    })
    .await;
}

#[tokio::test]
async fn a_build_that_fails_says_why() {
    both(async |client| {
        let (status, messages) =
            build(client, "nocache=1&forcerm=1", "FROM busybox\nRUN exit 7\n").await;
        let last = messages.last().unwrap();
        assert_eq!(status, 200, "{}", client.name);
        assert_eq!(last["errorDetail"]["code"], 7, "{}", client.name);
        for (file, code, wanted) in [
            ("", 400, "the Dockerfile (Dockerfile) cannot be empty"),
            ("FROM busybox\nRUM x\n", 400, "unknown instruction: RUM"),
            ("RUN x\n", 400, "no build stage in current context"),
        ] {
            let (status, messages) = build(client, "", file).await;
            let message = messages[0]["message"].as_str().unwrap();
            assert_eq!(status, code, "{}: {message}", client.name);
            assert!(message.contains(wanted), "{}: {message}", client.name);
        }
        for (line, wanted) in [
            ("COPY absent /", "COPY failed: file not found in build context or excluded by .dockerignore: stat absent: file does not exist"),
            ("COPY ../x /", "COPY failed: forbidden path outside the build context: ../x ()"),
            ("COPY absent* /", "COPY failed: no source files were specified"),
            ("COPY http://x/y /", "COPY failed: source can't be a URL for COPY"),
            ("COPY --from=4 /x /", "invalid from flag value 4: index out of bounds"),
            ("COPY --chown=absent dossier /", "unable to convert uid/gid chown string to host mapping: can't find uid for user absent: no such user: absent"),
            ("WORKDIR ${X:?manque}", "failed to process \"${X:?manque}\": X: manque"),
        ] {
            let file = format!("FROM busybox\n{line}\n");
            let (_, messages) = build(client, "nocache=1", &file).await;
            assert_eq!(messages.last().unwrap()["error"], wanted, "{}", client.name);
        }
    })
    .await;
}

#[tokio::test]
async fn versions_are_negotiated() {
    let client = simulated().await;
    let ask = async |path: &str| {
        let builder = Request::builder().uri(path).header("Host", "docker");
        let answer = request(&client.dialer, builder.body(empty()).unwrap())
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let version = answer.headers()["api-version"].to_str().unwrap().to_owned();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (
            status,
            version,
            String::from_utf8_lossy(&bytes).into_owned(),
        )
    };
    assert_eq!(
        ask("/_ping").await,
        (200, "1.51".to_owned(), "OK".to_owned())
    );
    let (status, _, body) = ask("/v1.23/version").await;
    assert_eq!(status, 400);
    assert!(body.contains("client version 1.23 is too old. Minimum supported API version is 1.24"));
    let (status, _, body) = ask("/v1.99/version").await;
    assert_eq!(status, 400);
    assert!(body.contains("client version 1.99 is too new. Maximum supported API version is 1.51"));
    let (status, _, body) = ask("/swarm").await;
    assert_eq!(status, 503);
    assert!(body.contains("This node is not a swarm manager."));
    assert_eq!(ask("/nulle/part").await.0, 404);
}

#[tokio::test]
async fn what_is_not_simulated_says_so() {
    let client = simulated().await;
    for path in [
        "/build?version=2",
        "/session",
        "/grpc",
        "/plugins/pull",
        "/containers/c/checkpoints",
    ] {
        let (status, answer) = client.post(path, Value::Null).await;
        assert_eq!(status, 501, "{path}");
        assert!(
            answer["message"]
                .as_str()
                .unwrap()
                .starts_with("non simulé"),
            "{path}"
        );
    }
}
