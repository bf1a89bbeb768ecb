//! What a container shares, is refused, and what signals do to it.

use hyper::Method;
use serde_json::{Value, json};

use super::clients::{archive, bytes_call};
use super::{Client, both};

async fn refused(client: &Client, body: Value, wanted: &str) {
    let mut whole = json!({"Image": "busybox:latest", "Cmd": ["true"]});
    let fields = whole.as_object_mut().unwrap();
    fields.extend(body.as_object().unwrap().clone());
    let path = format!("/containers/create?name={}", client.object("refus"));
    let (status, answer) = client.post(&path, whole).await;
    assert!((400..500).contains(&status), "{}: {answer}", client.name);
    assert_eq!(answer["message"], wanted, "{}", client.name);
}

#[tokio::test]
async fn a_configuration_is_refused_in_mobys_words() {
    both(async |client| {
        for (body, wanted) in [
            (
                json!({"HostConfig": {"CapAdd": ["chown", "INCONNUE"]}}),
                "invalid CapAdd: unknown capability: \"CAP_INCONNUE\"",
            ),
            (
                json!({"HostConfig": {"CapDrop": ["CAP_INCONNUE"]}}),
                "invalid CapDrop: unknown capability: \"CAP_INCONNUE\"",
            ),
            (
                json!({"Hostname": "h", "HostConfig": {"UTSMode": "host"}}),
                "conflicting options: hostname and the UTS mode",
            ),
            (
                json!({"HostConfig": {"NetworkMode": "container:"}}),
                "Invalid network mode: invalid container format container:<name|id>",
            ),
            (
                json!({"Hostname": "h", "HostConfig": {
                    "NetworkMode": "container:absent-xyz",
                    "PortBindings": {"80/tcp": [{"HostPort": "80"}]},
                }}),
                "conflicting options: hostname and the network mode",
            ),
            (
                json!({"HostConfig": {"NetworkMode": "container:absent-xyz", "Dns": ["1.1.1.1"]}}),
                "conflicting options: dns and the network mode",
            ),
            (
                json!({"HostConfig": {"NetworkMode": "container:absent-xyz", "ExtraHosts": ["a:1.2.3.4"]}}),
                "conflicting options: custom host-to-IP mapping and the network mode",
            ),
            (
                json!({"HostConfig": {"NetworkMode": "container:absent-xyz", "PublishAllPorts": true}}),
                "conflicting options: port publishing and the container type network mode",
            ),
            (
                json!({"ExposedPorts": {"80/tcp": {}}, "HostConfig": {"NetworkMode": "container:absent-xyz"}}),
                "conflicting options: port exposing and the container type network mode",
            ),
            (
                json!({"HostConfig": {"PidMode": "container:absent-xyz"}}),
                "No such container: absent-xyz",
            ),
            (
                json!({"HostConfig": {"IpcMode": "container:absent-xyz"}}),
                "No such container: absent-xyz",
            ),
        ] {
            refused(client, body, wanted).await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_absent_containers_network_is_missed_at_the_start() {
    both(async |client| {
        let host = json!({"NetworkMode": "container:absent-xyz"});
        let id = client
            .create("seul", json!({"Cmd": ["true"], "HostConfig": host}))
            .await;
        let start = format!("/containers/{id}/start");
        let (status, answer) = client.post(&start, Value::Null).await;
        assert_eq!(status, 404, "{}: {answer}", client.name);
        let wanted = "No such container: absent-xyz";
        assert_eq!(answer["message"], wanted, "{}", client.name);
        client.force_remove(&id).await;
    })
    .await;
}

async fn state(client: &Client, id: &str) -> Value {
    let (_, document) = client.get(&format!("/containers/{id}/json")).await;
    document["State"].clone()
}

pub(super) async fn start(client: &Client, name: &str, body: Value) -> String {
    let id = client.create(name, body).await;
    let (status, answer) = client
        .post(&format!("/containers/{id}/start"), Value::Null)
        .await;
    assert_eq!(status, 204, "{}: {answer}", client.name);
    id
}

#[tokio::test]
async fn another_containers_namespaces_are_named_by_its_identifier() {
    both(async |client| {
        let host = json!({"IpcMode": "shareable"});
        let body = json!({"Cmd": ["sleep", "900"], "HostConfig": host});
        let one = start(client, "hote", body).await;
        let mode = format!("container:{}", client.object("hote"));
        let host = json!({"PidMode": mode, "IpcMode": mode, "NetworkMode": mode});
        let script = "mkdir /proc/1/root/d && echo ici > /proc/1/root/d/f && echo ecrit; sleep 900";
        let body = json!({"Cmd": ["sh", "-c", script], "HostConfig": host});
        let other = start(client, "invite", body).await;
        let (_, document) = client.get(&format!("/containers/{other}/json")).await;
        for field in ["PidMode", "IpcMode", "NetworkMode"] {
            let found = &document["HostConfig"][field];
            assert_eq!(
                *found,
                format!("container:{one}"),
                "{}: {field}",
                client.name
            );
        }
        // By the PID 1 that it sees, it wrote in the other's files, and not in its own.
        let changed = async |id: &str| {
            let (_, changes) = client.get(&format!("/containers/{id}/changes")).await;
            changes.to_string().contains("/d/f")
        };
        wait_for_output(client, &other).await;
        assert!(changed(&one).await, "{}", client.name);
        assert!(!changed(&other).await, "{}", client.name);
        client.force_remove(&other).await;
        client.force_remove(&one).await;
    })
    .await;
}

#[tokio::test]
async fn a_joined_networks_host_name_is_taken_at_the_start() {
    both(async |client| {
        let body = json!({"Cmd": ["sleep", "900"], "Hostname": "bob"});
        let one = client.create("nom", body).await;
        let mode = format!("container:{one}");
        let body = json!({"Cmd": ["sleep", "900"], "HostConfig": {"NetworkMode": mode}});
        let other = client.create("prend", body).await;
        let read = async || client.get(&format!("/containers/{other}/json")).await.1;
        let document = read().await;
        assert_eq!(
            document["Config"]["Hostname"],
            other[..12],
            "{}",
            client.name
        );
        assert_eq!(document["HostnamePath"], "", "{}", client.name);
        for id in [&one, &other] {
            let start = format!("/containers/{id}/start");
            assert_eq!(client.post(&start, Value::Null).await.0, 204);
        }
        let document = read().await;
        assert_eq!(document["Config"]["Hostname"], "bob", "{}", client.name);
        for field in ["HostnamePath", "HostsPath", "ResolvConfPath"] {
            let path = document[field].as_str().unwrap();
            assert!(path.contains(&one), "{}: {path}", client.name);
        }
        client.force_remove(&other).await;
        client.force_remove(&one).await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_executed_starts_and_says_so() {
    both(async |client| {
        for (content, init, why) in [
            ("echo salut\n", false, "exec /essai: exec format error"),
            (
                "\u{7f}ELF\u{2}\u{1}\u{1}\0\0",
                false,
                "exec /essai: exec format error",
            ),
            (
                "#!/absent\n",
                false,
                "exec /essai: no such file or directory",
            ),
            // tini gives it to sh.
            ("echo salut\n", true, "salut"),
        ] {
            let body = json!({"Cmd": ["/essai"], "Tty": true, "HostConfig": {"Init": init}});
            let id = client.create("essai", body).await;
            let put = format!("/containers/{id}/archive?path=/");
            let body = archive("essai", content);
            let (status, _) = bytes_call(client, Method::PUT, &put, body).await;
            assert_eq!(status, 200, "{}", client.name);
            let (status, answer) = client
                .post(&format!("/containers/{id}/start"), Value::Null)
                .await;
            assert_eq!(status, 204, "{}: {answer}", client.name);
            let (_, ended) = client
                .post(&format!("/containers/{id}/wait"), Value::Null)
                .await;
            let code = ended["StatusCode"].as_u64().unwrap();
            // runc says 1 before its version 1.2.
            let wanted: &[u64] = if init { &[0] } else { &[1, 255] };
            assert!(wanted.contains(&code), "{}: {code}", client.name);
            let (_, said) = client
                .get(&format!("/containers/{id}/logs?stdout=1&stderr=1"))
                .await;
            assert_eq!(said.as_str().map(str::trim), Some(why), "{}", client.name);
            client.force_remove(&id).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_shell_that_is_pid_1_ends_at_an_interrupt() {
    both(async |client| {
        let ready = "echo; while :; do sleep 0.1; done";
        let body = json!({"Cmd": ["sh", "-c", ready]});
        let id = start(client, "boucle", body).await;
        wait_for_output(client, &id).await;
        let kill = format!("/containers/{id}/kill?signal=INT");
        assert_eq!(client.post(&kill, Value::Null).await.0, 204);
        let wait = format!("/containers/{id}/wait");
        let (_, ended) = client.post(&wait, Value::Null).await;
        assert_eq!(ended["StatusCode"], 130, "{}", client.name);
        client.force_remove(&id).await;
    })
    .await;
}

pub(super) async fn wait_for_output(client: &Client, id: &str) {
    for _ in 0..100 {
        let (_, log) = client.get(&format!("/containers/{id}/logs?stdout=1")).await;
        if log.as_str().is_some_and(|it| !it.is_empty()) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{}: it never wrote", client.name);
}

#[tokio::test]
async fn a_frozen_container_is_thawed_by_its_stop() {
    both(async |client| {
        let script = "trap 'exit 0' TERM; echo; while :; do sleep 0.1; done";
        let id = start(client, "gele", json!({"Cmd": ["sh", "-c", script]})).await;
        wait_for_output(client, &id).await;
        let pause = format!("/containers/{id}/pause");
        assert_eq!(client.post(&pause, Value::Null).await.0, 204);
        let stop = format!("/containers/{id}/stop?t=20");
        assert_eq!(client.post(&stop, Value::Null).await.0, 204);
        let ended = state(client, &id).await;
        assert_eq!(
            (&ended["Status"], &ended["ExitCode"], &ended["Paused"]),
            (&json!("exited"), &json!(0), &json!(false)),
            "{}",
            client.name
        );
        client.force_remove(&id).await;
    })
    .await;
}

#[tokio::test]
async fn an_internal_network_publishes_nothing() {
    both(async |client| {
        let network = client.object("coffre");
        let body = json!({"Name": network, "Internal": true});
        let (status, answer) = client.post("/networks/create", body).await;
        assert_eq!(status, 201, "{}: {answer}", client.name);
        let body = json!({
            "Cmd": ["sleep", "900"], "ExposedPorts": {"80/tcp": {}},
            "HostConfig": {
                "NetworkMode": network, "PortBindings": {"80/tcp": [{"HostPort": ""}]},
            },
        });
        let id = start(client, "cache", body).await;
        let (_, document) = client.get(&format!("/containers/{id}/json")).await;
        assert_eq!(
            document["NetworkSettings"]["Ports"],
            json!({}),
            "{}",
            client.name
        );
        let (_, listed) = client.get("/containers/json").await;
        let listed = listed.as_array().unwrap().iter().find(|it| it["Id"] == id);
        assert_eq!(listed.unwrap()["Ports"], json!([]), "{}", client.name);
        client.force_remove(&id).await;
        client
            .call(Method::DELETE, &format!("/networks/{network}"), None)
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_command_killed_for_memory_is_told() {
    both(async |client| {
        let host = json!({"Memory": 16 << 20, "MemorySwap": 16 << 20});
        let body = json!({"Cmd": ["sleep", "900"], "HostConfig": host});
        let id = start(client, "memoire", body).await;
        let body = json!({"Cmd": ["tail", "/dev/zero"]});
        let (status, exec) = client.post(&format!("/containers/{id}/exec"), body).await;
        assert_eq!(status, 201, "{}: {exec}", client.name);
        let exec = exec["Id"].as_str().unwrap();
        let start = format!("/exec/{exec}/start");
        let (status, answer) = client.post(&start, json!({"Detach": true})).await;
        assert_eq!(status, 200, "{}: {answer}", client.name);
        let mut document = Value::Null;
        for _ in 0..200 {
            document = client.get(&format!("/exec/{exec}/json")).await.1;
            if document["Running"] == false && !document["ExitCode"].is_null() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(document["ExitCode"], 137, "{}: {document}", client.name);
        let (_, container) = client.get(&format!("/containers/{id}/json")).await;
        let started = container["State"]["StartedAt"].as_str().unwrap();
        let since = started.parse::<jiff::Timestamp>().unwrap().as_second();
        let filters = format!("%7B%22container%22%3A%5B%22{id}%22%5D%7D");
        // What is not told yet is told by the end of this second.
        let path = format!(
            "/events?since={since}&until={}&filters={filters}",
            since + 8
        );
        let (_, told) = client.get(&path).await;
        assert!(told.to_string().contains("oom"), "{}: {told}", client.name);
        client.force_remove(&id).await;
    })
    .await;
}

#[tokio::test]
async fn a_name_that_several_have_is_answered_by_each_in_turn() {
    both(async |client| {
        let network = client.object("ronde");
        client
            .post("/networks/create", json!({"Name": network}))
            .await;
        let aliases = json!({"EndpointsConfig": {network.clone(): {"Aliases": ["ronde-alias"]}}});
        let mut ids = Vec::new();
        for name in ["ronde1", "ronde2", "ronde3"] {
            let body = json!({
                "Cmd": ["sleep", "900"], "HostConfig": {"NetworkMode": network},
                "NetworkingConfig": aliases,
            });
            ids.push(start(client, name, body).await);
        }
        let script = "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do \
            nslookup ronde-alias | grep Address | tail -n +2 | head -n 1; done | sort -u | wc -l";
        let body = json!({
            "Cmd": ["sh", "-c", script], "Tty": true, "HostConfig": {"NetworkMode": network},
        });
        let id = start(client, "demande", body).await;
        client
            .post(&format!("/containers/{id}/wait"), Value::Null)
            .await;
        let (_, log) = client.get(&format!("/containers/{id}/logs?stdout=1")).await;
        let distinct = log.as_u64().unwrap_or_default();
        assert!(distinct > 1, "{}: {log}", client.name);
        ids.push(id);
        for id in ids {
            client.force_remove(&id).await;
        }
        client
            .call(Method::DELETE, &format!("/networks/{network}"), None)
            .await;
    })
    .await;
}
