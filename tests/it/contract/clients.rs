//! What clients other than docker rely on: compressed archives, fields in any letter case, a swarm
//! whose wish is replaced whole.

use std::io::Write;

use bytes::Bytes;

use super::*;

/// An archive of one file.
pub(super) fn archive(name: &str, content: &str) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o755);
    header.set_size(content.len() as u64);
    archive
        .append_data(&mut header, name, content.as_bytes())
        .unwrap();
    archive.into_inner().unwrap()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A call whose body and answer are bytes.
pub(super) async fn bytes_call(
    client: &Client,
    method: Method,
    path: &str,
    body: Vec<u8>,
) -> (u16, Bytes) {
    let ask = Request::builder()
        .method(method)
        .uri(format!("/v1.41{path}"))
        .header("Host", "docker")
        .header("Content-Type", "application/x-tar")
        .body(full(body))
        .unwrap();
    let answer = request(&client.dialer, ask).await.unwrap();
    let status = answer.status().as_u16();
    (
        status,
        answer.into_body().collect().await.unwrap().to_bytes(),
    )
}

#[tokio::test]
async fn archives_come_compressed_or_not() {
    both(async |client| {
        let name = client.object("archive");
        let plain = archive("bonjour", "contenu\n");
        let import = format!("/images/create?fromSrc=-&repo={name}");
        let mut diffs = Vec::new();
        for body in [plain.clone(), gzipped(&plain)] {
            let (status, _) = bytes_call(client, Method::POST, &import, body).await;
            assert_eq!(status, 200, "{}", client.name);
            let (_, image) = client.get(&format!("/images/{name}/json")).await;
            diffs.push(image["RootFS"]["Layers"].clone());
        }
        assert_eq!(diffs[0], diffs[1], "{}", client.name);

        let get = format!("/images/{name}/get");
        let (_, saved) = bytes_call(client, Method::GET, &get, Vec::new()).await;
        client.delete(&format!("/images/{name}?force=1")).await;
        let (status, told) =
            bytes_call(client, Method::POST, "/images/load", gzipped(&saved)).await;
        let told = String::from_utf8_lossy(&told).into_owned();
        assert_eq!(status, 200, "{}: {told}", client.name);
        let loaded = format!("Loaded image: {name}:latest");
        assert!(told.contains(&loaded), "{}: {told}", client.name);
        client.delete(&format!("/images/{name}?force=1")).await;

        let id = client.create("copie", json!({"Cmd": ["true"]})).await;
        let put = format!("/containers/{id}/archive?path=/tmp");
        let (status, _) = bytes_call(client, Method::PUT, &put, gzipped(&plain)).await;
        assert_eq!(status, 200, "{}", client.name);
        let get = format!("/containers/{id}/archive?path=/tmp/bonjour");
        let (status, back) = bytes_call(client, Method::GET, &get, Vec::new()).await;
        assert_eq!(status, 200, "{}", client.name);
        assert!(String::from_utf8_lossy(&back).contains("contenu\n"));
        client.force_remove(&id).await;
    })
    .await;
}

#[tokio::test]
async fn fields_come_in_any_case() {
    both(async |client| {
        let path = format!("/containers/create?name={}", client.object("casse"));
        let body = json!({
            "image": "busybox:latest", "CMD": ["true"], "labels": {"minuscule": "oui"},
            "hostconfig": {"restartPolicy": {"name": "on-failure", "maximumretrycount": 2}},
        });
        let (status, answer) = client.post(&path, body).await;
        assert_eq!(status, 201, "{}: {answer}", client.name);
        let id = answer["Id"].as_str().unwrap();
        let (_, document) = client.get(&format!("/containers/{id}/json")).await;
        assert_eq!(document["Config"]["Cmd"], json!(["true"]));
        assert_eq!(document["Config"]["Labels"]["minuscule"], "oui");
        let policy = &document["HostConfig"]["RestartPolicy"];
        let wanted = json!({"Name": "on-failure", "MaximumRetryCount": 2});
        assert_eq!(*policy, wanted, "{}", client.name);
        client.force_remove(id).await;
    })
    .await;
}

#[tokio::test]
async fn a_cache_that_is_absent_holds_nothing() {
    both(async |client| {
        let name = client.object("cache");
        let file = "FROM busybox\nENV A=b\nRUN true\n";
        build(client, &format!("t={name}"), file).await;
        for (from, hits) in [(name.as_str(), 2), ("absent-xyz", 0)] {
            let query = format!("t={name}&cachefrom=%5B%22{from}%22%5D");
            let (status, messages) = build(client, &query, file).await;
            assert_eq!(status, 200, "{}", client.name);
            let found = text_of(&messages).matches(" ---> Using cache\n").count();
            assert_eq!(found, hits, "{}: {from}", client.name);
        }
        client.delete(&format!("/images/{name}?force=1")).await;
    })
    .await;
}

/// On the simulator alone: the real engine of the tests is in no swarm.
#[tokio::test]
async fn the_wish_of_a_swarm_is_replaced_whole() {
    let client = simulated().await;
    let lock = json!({"AutoLockManagers": true});
    let spec = json!({"Orchestration": {"TaskHistoryRetentionLimit": 3}, "EncryptionConfig": lock});
    let wish = json!({"ListenAddr": "0.0.0.0:2377", "Spec": spec});
    assert_eq!(client.post("/swarm/init", wish).await.0, 200);
    let (_, swarm) = client.get("/swarm").await;
    assert_eq!(swarm["DefaultAddrPool"], json!(["10.0.0.0/8"]));
    assert_eq!(swarm["Spec"]["Raft"]["SnapshotInterval"], 10_000);
    let update = format!("/swarm/update?version={}", swarm["Version"]["Index"]);
    let null = client.call(Method::POST, &update, Some(Value::Null)).await;
    assert_eq!(null.0, 200, "{}", null.1);
    let (_, swarm) = client.get("/swarm").await;
    let zeros = json!({"KeepOldSnapshots": 0, "ElectionTick": 0, "HeartbeatTick": 0});
    assert_eq!(swarm["Spec"]["Raft"], zeros);
    assert_eq!(swarm["Spec"]["Dispatcher"], json!({}));
    let (_, key) = client.get("/swarm/unlockkey").await;
    assert_eq!(key, json!({"UnlockKey": ""}));
}

/// On the simulator alone, for the same reason.
#[tokio::test]
async fn services_are_wished_in_any_case() {
    let client = simulated().await;
    let wish = json!({"ListenAddr": "0.0.0.0:2377"});
    assert_eq!(client.post("/swarm/init", wish).await.0, 200);
    let (status, network) = client
        .post(
            "/networks/create",
            json!({"name": "nappe", "driver": "overlay"}),
        )
        .await;
    assert_eq!(status, 201, "{network}");
    let wish = json!({
        "name": "casse", "mode": {"replicated": {"replicas": 2}},
        "rollbackconfig": {"order": "start-first"},
        "TaskTemplate": {"ContainerSpec": {"Image": "busybox:latest", "command": ["sleep", "99"]},
            "Networks": [{"target": "nappe"}]},
    });
    let (status, answer) = client.post("/services/create", wish).await;
    assert_eq!(status, 201, "{answer}");
    let (_, service) = client.get("/services/casse").await;
    assert_eq!(
        service["Spec"]["Mode"],
        json!({"Replicated": {"Replicas": 2}})
    );
    assert_eq!(service["Spec"]["RollbackConfig"]["Order"], "start-first");
    let tasks = async || client.get("/tasks").await.1;
    for _ in 0..100 {
        if tasks().await.as_array().is_some_and(|it| it.len() == 2) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (status, _) = client.delete("/networks/nappe").await;
    assert_eq!(status, 400, "in use by the service");
    // The tasks of a service that is gone do not hold its networks.
    assert_eq!(client.delete("/services/casse").await.0, 200);
    let (status, answer) = client.delete("/networks/nappe").await;
    assert_eq!(status, 204, "{answer}");
}
