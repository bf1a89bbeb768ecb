//! What goes through a container's cards, and what it sees of the network it is given.

use serde_json::{Value, json};

use super::modes::{start, wait_for_output};
use super::{Client, both};

/// A sample of its counters.
async fn stats(client: &Client, id: &str) -> Value {
    let path = format!("/containers/{id}/stats?stream=false&one-shot=true");
    let (status, sample) = client.get(&path).await;
    assert_eq!(status, 200, "{}: {sample}", client.name);
    sample
}

/// What it wrote and the code it ended with.
async fn ended(client: &Client, name: &str, script: &str, mode: &str) -> (String, u64) {
    let body = json!({
        "Cmd": ["sh", "-c", script], "Tty": true, "HostConfig": {"NetworkMode": mode},
    });
    let id = start(client, name, body).await;
    let wait = format!("/containers/{id}/wait");
    let (_, end) = client.post(&wait, Value::Null).await;
    let (_, said) = client
        .get(&format!("/containers/{id}/logs?stdout=1&stderr=1"))
        .await;
    client.force_remove(&id).await;
    let said = said.as_str().unwrap_or_default().replace('\r', "");
    (said, end["StatusCode"].as_u64().unwrap())
}

#[tokio::test]
async fn cards_count_what_goes_through_them() {
    both(async |client| {
        let network = client.object("compte");
        let (status, answer) = client
            .post("/networks/create", json!({"Name": network}))
            .await;
        assert_eq!(status, 201, "{}: {answer}", client.name);
        let host = json!({"NetworkMode": network});
        let script = "mkdir /w && head -c 100000 /dev/zero > /w/f && echo; httpd -f -h /w";
        let body = json!({"Cmd": ["sh", "-c", script], "HostConfig": host});
        let server = start(client, "serveur", body).await;
        wait_for_output(client, &server).await;
        let script = format!(
            "until wget -q -O /dev/null http://{}/f; do sleep 1; done; echo; sleep 900",
            client.object("serveur")
        );
        let body = json!({"Cmd": ["sh", "-c", script], "HostConfig": host});
        let asker = start(client, "client", body).await;
        wait_for_output(client, &asker).await;
        let mode = format!("container:{asker}");
        let body = json!({"Cmd": ["sleep", "900"], "HostConfig": {"NetworkMode": mode}});
        let guest = start(client, "invite", body).await;
        let body = json!({"Cmd": ["sleep", "900"], "HostConfig": {"NetworkMode": "none"}});
        let alone = start(client, "sans", body).await;
        for (id, large, small) in [
            (&asker, "rx", "tx"),
            (&guest, "rx", "tx"),
            (&server, "tx", "rx"),
        ] {
            let sample = stats(client, id).await;
            let card = &sample["networks"]["eth0"];
            let count = |name: String| card[name].as_u64().unwrap();
            // With headers that are a small part of it.
            let bytes = count(format!("{large}_bytes"));
            assert!(
                (100_000..110_000).contains(&bytes),
                "{}: {card}",
                client.name
            );
            assert!(
                count(format!("{large}_packets")) > 4,
                "{}: {card}",
                client.name
            );
            let bytes = count(format!("{small}_bytes"));
            assert!((300..6_000).contains(&bytes), "{}: {card}", client.name);
        }
        let sample = stats(client, &alone).await;
        assert_eq!(sample.get("networks"), None, "{}", client.name);
        for id in [&alone, &guest, &asker, &server] {
            client.force_remove(id).await;
        }
        client.delete(&format!("/networks/{network}")).await;
    })
    .await;
}

#[tokio::test]
async fn the_hosts_network_is_that_of_the_machine() {
    both(async |client| {
        let script = "hostname; ip -o link | grep -c docker0; grep -c . /etc/hosts";
        let (said, code) = ended(client, "machine", script, "host").await;
        let (_, info) = client.get("/info").await;
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(code, 0, "{}: {said}", client.name);
        assert_eq!(lines[0], info["Name"], "{}", client.name);
        assert_ne!(lines[1], "0", "{}: {said}", client.name);
        let body = json!({"Cmd": ["sleep", "900"], "HostConfig": {"NetworkMode": "host"}});
        let id = start(client, "compte-machine", body).await;
        let sample = stats(client, &id).await;
        assert_eq!(sample.get("networks"), None, "{}", client.name);
        client.force_remove(&id).await;
    })
    .await;
}

#[tokio::test]
async fn ping_says_why_there_is_no_way() {
    both(async |client| {
        let (said, code) = ended(client, "sourd", "ping -c 2 -W 1 192.0.2.1", "none").await;
        assert_eq!(
            said,
            "PING 192.0.2.1 (192.0.2.1): 56 data bytes\nping: sendto: Network is unreachable\n",
            "{}",
            client.name
        );
        assert_eq!(code, 1, "{}", client.name);
        let (said, code) = ended(client, "perdu", "ping -c 2 -W 1 absent.invalid", "none").await;
        assert_eq!(
            said, "ping: bad address 'absent.invalid'\n",
            "{}",
            client.name
        );
        assert_eq!(code, 1, "{}", client.name);
        // Beyond a bridge, nothing says why: an address of RFC 5737, which nobody has.
        let (said, code) = ended(client, "dehors", "ping -c 2 -W 1 203.0.113.77", "bridge").await;
        let end = "2 packets transmitted, 0 packets received, 100% packet loss\n";
        assert!(said.ends_with(end), "{}: {said}", client.name);
        assert_eq!(code, 1, "{}", client.name);
    })
    .await;
}
