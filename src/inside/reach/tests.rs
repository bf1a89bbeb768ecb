use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::ports::{judge, sockets};
use super::tools::{found, getent_address, nslookup_address, ping_address};
use super::*;
use crate::engine::{Environment, Found, Target, find};
use crate::inside::{Pace, Place};
use crate::sim::machine::{Machine, MachineOptions};

#[test]
fn what_resolvers_print_is_read() {
    let address = |text: &str| Some(text.parse().unwrap());
    // busybox 1.35 on Docker 20.10.24.
    let busybox = "Server:\t\t127.0.0.11\nAddress:\t127.0.0.11:53\n\nNon-authoritative answer:\n\nNon-authoritative answer:\nName:\tvitrine\nAddress: 10.77.0.2\n";
    assert_eq!(nslookup_address(busybox), address("10.77.0.2"));
    let older = "Server:    127.0.0.11\nAddress 1: 127.0.0.11\n\nName:      web\nAddress 1: 10.0.0.3 web.atelier\n";
    assert_eq!(nslookup_address(older), address("10.0.0.3"));
    let unknown = ";; connection timed out; no servers could be reached\n";
    assert_eq!(nslookup_address(unknown), None);
    assert_eq!(
        getent_address("10.77.0.2       vitrine\n"),
        address("10.77.0.2")
    );
    assert_eq!(getent_address(""), None);
    let ping = "PING vitrine (10.77.0.2): 56 data bytes\n64 bytes from 10.77.0.2: seq=0\n";
    assert_eq!(ping_address(ping), address("10.77.0.2"));
    assert_eq!(ping_address("ping: bad address 'rien'\n"), None);
    assert_eq!(
        found("/bin/nc\n/usr/bin/wget\nping\nautre\n"),
        ["ping", "nc", "wget"]
    );
}

#[test]
fn what_listens_is_read_without_the_engine_s_own_resolver() {
    // busybox httpd on Docker 20.10.24, and one that listens on the loopback only.
    let table = "  sl  local_address rem_address   st tx_queue\n   0: 0B00007F:AC5F 00000000:0000 0A 00000000:00000000\n   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n   2: 02004D0A:0050 03004D0A:9C40 01 00000000:00000000\n  sl  local_address\n   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0\n";
    let found = sockets(table);
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        [(80, false), (8080, true)]
    );
    assert!(sockets("n’importe quoi\n:\n 0: zz:zz zz 0A").is_empty());
}

#[test]
fn what_a_tool_says_of_a_port_is_told() {
    for (status, written, answer, words) in [
        (Some(0), "", Answer::Yes, "port 80\u{a0}: ouvert"),
        (
            Some(1),
            "nc: can't connect to remote host (10.77.0.2): Connection refused\n",
            Answer::No,
            "port 80\u{a0}: connexion refusée",
        ),
        (Some(1), "", Answer::No, "port 80\u{a0}: fermé"),
        (
            Some(1),
            "wget: server returned error: HTTP/1.1 404 Not Found\n",
            Answer::Yes,
            "port 80\u{a0}: ouvert",
        ),
        (
            Some(1),
            "nc: invalid option -- 'z'\nBusyBox v1.35.0\n\nUsage: nc [-wN]\n\n\t-w SEC\tConnect timeout\n",
            Answer::Unknown,
            "port 80\u{a0}: nc: invalid option -- 'z'",
        ),
        (
            Some(139),
            "",
            Answer::Unknown,
            "port 80\u{a0}: l’outil a fini par le code 139",
        ),
        (
            None,
            "",
            Answer::Unknown,
            "port 80\u{a0}: l’outil n’a pas fini",
        ),
    ] {
        assert_eq!(
            judge(80, status, written),
            (answer, words.to_owned()),
            "{written}"
        );
    }
}

async fn outcome(place: &Place, from: &str, to: &str) -> Outcome {
    let connection = place.connect().await.unwrap();
    let mut ids = Vec::new();
    for name in [from, to] {
        if name == MACHINE {
            ids.push(String::new());
            continue;
        }
        let path = format!("/containers/{name}/json");
        let document = connection.client.json(&path).await.unwrap();
        ids.push(document["Id"].as_str().unwrap().to_owned());
    }
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    let tell: Tell = Arc::new(move |fact| heard.lock().unwrap().push(fact));
    let trial = attempt(place, &ids[0], &ids[1], &tell);
    tokio::time::timeout(Duration::from_secs(90), trial)
        .await
        .unwrap()
        .unwrap();
    let Some(Fact::Reach(outcome)) = told.lock().unwrap().pop() else {
        panic!("nothing was told of {from} and {to}")
    };
    eprintln!("{from} → {to}: {outcome:#?}");
    outcome
}

/// What must hold on every engine, once the containers are there.
async fn check(place: &Place, prefix: &str) {
    let name = |it: &str| format!("{prefix}{it}");
    let (site, client, loner) = (name("site"), name("client"), name("seul"));
    let met = outcome(place, &client, &site).await;
    assert_eq!(met.answer, Answer::Yes, "{}", met.words);
    assert!(met.words.contains("par son nom"), "{}", met.words);
    let port = met.trials.iter().find(|it| it.words.starts_with("port 80"));
    let port = port.unwrap();
    assert_eq!(port.answer, Answer::Yes, "{}", port.words);
    assert!(
        port.command.starts_with(&format!("docker exec {client} ")),
        "{}",
        port.command
    );
    // Nothing listens on 9000, which the site declares all the same.
    let shut = met
        .trials
        .iter()
        .find(|it| it.words.starts_with("port 9000"));
    assert_eq!(shut.unwrap().answer, Answer::No);
    let apart = outcome(place, &client, &loner).await;
    assert_eq!(apart.answer, Answer::No, "{}", apart.words);
    let name_tried = &apart.trials[0];
    assert_eq!(name_tried.answer, Answer::No, "{}", name_tried.words);
    let stopped = outcome(place, &name("arrete"), &site).await;
    assert!(stopped.words.contains("est créé"), "{}", stopped.words);
    let shy = outcome(place, &name("timide"), &name("voisin")).await;
    assert!(
        shy.words.contains("par son adresse, pas par son nom"),
        "{}",
        shy.words
    );
}

fn commands(prefix: &str) -> Vec<String> {
    [
        "network create @reseau",
        "run -d --name @site --network @reseau --expose 9000 --expose 80 busybox httpd -f -p 80 -h /",
        "run -d --name @client --network @reseau busybox sleep 600",
        "run -d --name @seul --network none busybox sleep 600",
        "run -d --name @timide busybox sleep 600",
        "run -d --name @voisin busybox sleep 600",
        "create --name @arrete --network @reseau busybox true",
    ]
    .map(|line| line.replace('@', prefix))
    .to_vec()
}

async fn machine(options: &MachineOptions, lines: &[String]) -> Place {
    let machine = Machine::boot(options).unwrap();
    for line in lines {
        let mut started = machine.run(&format!("docker {line}")).unwrap();
        let ended = async { while started.stdio.stdout.recv().await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(30), ended)
            .await
            .unwrap();
    }
    Place {
        target: Target::simulator(machine.dialer()),
        machine: Some(machine),
        pace: Pace::default(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulated_engine_is_tried() {
    let place = machine(&MachineOptions::for_checks(), &commands("")).await;
    check(&place, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn published_ports_are_tried_from_this_machine() {
    let options = MachineOptions {
        real_ports: true,
        ..MachineOptions::for_checks()
    };
    let lines = [
        "run -d --name site -p 127.0.0.1::80 busybox httpd -f -p 80 -h /",
        "run -d --name muet busybox sleep 600",
    ];
    let place = machine(&options, &lines.map(str::to_owned)).await;
    let met = outcome(&place, MACHINE, "site").await;
    assert_eq!(met.answer, Answer::Yes, "{}", met.words);
    let mute = outcome(&place, MACHINE, "muet").await;
    assert!(
        mute.words.contains("ne publie aucun port"),
        "{}",
        mute.words
    );
}

struct Cleanup(String, Vec<String>);

impl Drop for Cleanup {
    fn drop(&mut self) {
        for line in &self.1 {
            docker(&self.0, line);
        }
    }
}

fn docker(host: &str, line: &str) -> std::process::Output {
    std::process::Command::new("docker")
        .args(["-H", host])
        .args(line.split_whitespace())
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_engine_is_tried() {
    let Ok(url) = std::env::var("MOUSSAILLON_TEST_ENGINE") else {
        eprintln!("SKIPPED: MOUSSAILLON_TEST_ENGINE names no engine (unix:///…)");
        return;
    };
    let found = find(Some(&url), &Environment::of_this_process()).await;
    let Ok(Found::Engine(target)) = found else {
        panic!("{url} is no engine")
    };
    let prefix = format!("joindre-{}-", std::process::id());
    let names = ["site", "client", "seul", "timide", "voisin", "arrete"];
    let removals = names.map(|it| format!("rm -f -v {prefix}{it}"));
    let removals = removals
        .into_iter()
        .chain([format!("network rm {prefix}reseau")]);
    let _cleanup = Cleanup(url.clone(), removals.collect());
    for line in commands(&prefix) {
        let output = docker(&url, &line);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {said}");
    }
    let place = Place {
        target,
        machine: None,
        pace: Pace::default(),
    };
    check(&place, &prefix).await;
}
