//! The pure core: containers, networks and volumes, with a clock and identifiers of our own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use super::super::config::{config, host_config, validate, validate_restart};
use super::super::container::{Container, Health};
use super::super::ids::IdSource;
use super::super::network::{Subnet, free_pool};
use super::super::summary::Listed;
use super::super::*;
use crate::kernel::Pid;
use domain::ContainerState;

pub(super) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds)
}

pub(super) fn container(id: &str, name: &str, image: &str) -> Container {
    Container {
        listed: Listed::default(),
        id: id.to_owned(),
        name: name.to_owned(),
        created: at(0),
        rank: 0,
        image: image.to_owned(),
        chain: Vec::new(),
        path: "sleep".to_owned(),
        args: vec!["10".to_owned()],
        config: Arc::new(config(&json!({"Image": image, "Labels": {"rôle": "web"}}))),
        host: Arc::new(host_config(&json!({}))),
        state: ContainerState::Created,
        pid: None,
        exit_code: 0,
        error: String::new(),
        oom_killed: false,
        started: None,
        finished: None,
        restarts: 0,
        stopped_by_hand: false,
        endpoints: BTreeMap::new(),
        ports: Vec::new(),
        mounts: Vec::new(),
        health: None,
        execs: Vec::new(),
        sandbox: String::new(),
        files: Vec::new(),
        root: Arc::new(Mutex::new(crate::fs::Overlay::new(&[]))),
    }
}

fn with_one() -> (State, String) {
    let mut state = State::default();
    let id = IdSource::new(7).id();
    state
        .apply(
            Op::Create(Box::new(container(&id, "vitrine", "nginx"))),
            at(0),
        )
        .unwrap();
    (state, id)
}

fn actions(events: &[event::Event]) -> Vec<String> {
    events
        .iter()
        .map(|it| format!("{} {}", it.kind, it.action))
        .collect()
}

#[test]
fn a_life_is_told_in_order() {
    let (mut state, id) = with_one();
    let start = Op::Started {
        id: id.clone(),
        pid: Pid(42),
        by_policy: false,
    };
    assert_eq!(
        actions(&state.apply(start, at(1)).unwrap()),
        ["container start"]
    );
    assert_eq!(state.containers[&id].state, ContainerState::Running);
    let die = Op::Died {
        id: id.clone(),
        code: 137,
        oom: true,
        restarts: false,
    };
    let events = state.apply(die, at(6)).unwrap();
    assert_eq!(actions(&events), ["container oom", "container die"]);
    assert_eq!(events[1].attributes["exitCode"], "137");
    assert_eq!(events[1].attributes["execDuration"], "5");
    let dead = &state.containers[&id];
    assert_eq!(
        (dead.state, dead.pid, dead.exit_code),
        (ContainerState::Exited, None, 137)
    );
    assert_eq!(dead.status(at(16)), "Exited (137) 10 seconds ago");
    assert_eq!(
        actions(&state.apply(Op::Remove(id.clone()), at(7)).unwrap()),
        ["container destroy"]
    );
    assert!(state.containers.is_empty());
}

#[test]
fn a_state_that_was_kept_does_not_change() {
    let (mut state, id) = with_one();
    let kept = state.clone();
    state.apply(Op::Remove(id.clone()), at(1)).unwrap();
    assert!(kept.container("vitrine").is_ok());
    assert!(state.container("vitrine").is_err());
}

#[test]
fn a_name_is_taken_once() {
    let (mut state, id) = with_one();
    let again = Op::Create(Box::new(container("b2", "vitrine", "nginx")));
    let fault = state.apply(again, at(1)).unwrap_err();
    assert_eq!(fault.status(), 409);
    assert_eq!(
        fault.message,
        format!(
            "Conflict. The container name \"/vitrine\" is already in use by container \"{id}\". You have to remove (or rename) that container to be able to reuse that name."
        )
    );
    assert_eq!(state.containers.len(), 1);
}

#[test]
fn renaming_is_refused_in_docker_words() {
    let (mut state, id) = with_one();
    let mut rename = |name: &str| {
        state
            .apply(
                Op::Rename {
                    id: id.clone(),
                    name: name.to_owned(),
                },
                at(1),
            )
            .map(|_| ())
    };
    assert_eq!(
        rename("bad name").unwrap_err().message,
        "Error when allocating new name: Invalid container name (/bad name), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
    );
    assert_eq!(
        rename("vitrine").unwrap_err().message,
        "Renaming a container with the same name as its current name"
    );
    rename("devanture").unwrap();
    assert!(state.container("devanture").is_ok());
}

#[test]
fn a_name_wins_over_the_beginning_of_an_identifier() {
    let mut state = State::default();
    let first = "abc1".to_owned() + &"0".repeat(60);
    state
        .apply(Op::Create(Box::new(container(&first, "un", "x"))), at(0))
        .unwrap();
    let second = "ffff".to_owned() + &"0".repeat(60);
    state
        .apply(Op::Create(Box::new(container(&second, "abc1", "x"))), at(0))
        .unwrap();
    assert_eq!(state.container("abc1").unwrap().id, second);
    assert_eq!(state.container("abc10").unwrap().id, first);
    assert_eq!(
        state.container("nada").unwrap_err().message,
        "No such container: nada"
    );
}

#[test]
fn restarts_are_counted_until_a_start_by_hand() {
    let (mut state, id) = with_one();
    for (by_policy, wanted) in [(false, 0), (true, 1), (true, 2), (false, 0)] {
        state
            .apply(
                Op::Started {
                    id: id.clone(),
                    pid: Pid(1),
                    by_policy,
                },
                at(1),
            )
            .unwrap();
        assert_eq!(state.containers[&id].restarts, wanted);
        let died = Op::Died {
            id: id.clone(),
            code: 3,
            oom: false,
            restarts: true,
        };
        state.apply(died, at(2)).unwrap();
        assert_eq!(
            state.containers[&id].status(at(3)),
            "Restarting (3) 1 second ago"
        );
    }
}

#[test]
fn health_is_told_when_it_changes() {
    let (mut state, id) = with_one();
    let mut tell = |status: &'static str| {
        let health = Health {
            status,
            streak: 0,
            log: Vec::new(),
        };
        actions(
            &state
                .apply(
                    Op::Health {
                        id: id.clone(),
                        health: Some(health),
                    },
                    at(1),
                )
                .unwrap(),
        )
    };
    assert!(tell("starting").is_empty());
    assert_eq!(tell("healthy"), ["container health_status: healthy"]);
    assert!(tell("healthy").is_empty());
    assert_eq!(tell("unhealthy"), ["container health_status: unhealthy"]);
}

#[test]
fn subnets_are_cut_in_order() {
    let net = |text: &str| Subnet::parse(text).unwrap();
    assert_eq!(free_pool(&[]).unwrap(), net("172.17.0.0/16"));
    assert_eq!(
        free_pool(&[net("172.17.0.0/16")]).unwrap(),
        net("172.18.0.0/16")
    );
    assert_eq!(
        free_pool(&[net("172.16.0.0/12")]).unwrap(),
        net("192.168.0.0/20")
    );
    assert!(net("10.77.0.0/24").overlaps(net("10.77.0.0/25")));
    assert!(!net("10.77.0.0/24").overlaps(net("10.77.1.0/24")));
    let taken = ["10.0.0.1", "10.0.0.2"]
        .iter()
        .map(|it| it.parse().unwrap())
        .collect();
    assert_eq!(net("10.0.0.0/30").free(None, &taken), None);
    assert_eq!(
        net("10.0.0.0/29").free(None, &taken),
        Some("10.0.0.3".parse().unwrap())
    );
    assert!(Subnet::parse("notasubnet").is_none());
}

fn refused(host: &Value) -> String {
    let host: Map<String, Value> = host_config(host);
    validate(&config(&json!({})), &host, 2).unwrap_err().message
}

#[test]
fn limits_are_refused_in_docker_words() {
    const MIB: u64 = 1024 * 1024;
    assert_eq!(
        refused(&json!({"Memory": MIB})),
        "Minimum memory limit allowed is 6MB"
    );
    assert_eq!(
        refused(&json!({"NanoCpus": 1_000_000_000_000_u64})),
        "range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"
    );
    assert_eq!(
        refused(&json!({"MemorySwap": 64 * MIB})),
        "You should always set the Memory limit when using Memoryswap limit, see usage"
    );
    assert_eq!(
        refused(&json!({"RestartPolicy": {"Name": "sometimes"}})),
        "invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
    );
    let both = host_config(&json!({"AutoRemove": true, "RestartPolicy": {"Name": "always"}}));
    assert_eq!(
        validate_restart(&both).unwrap_err().message,
        "can't create 'AutoRemove' container with restart policy"
    );
}

#[test]
fn ports_that_are_none_are_refused_in_docker_words() {
    for (port, host_port, told) in [
        ("-1/tcp", "8080", "-1"),
        ("None/tcp", "8080", "None"),
        ("70000/tcp", "", "70000"),
        ("8080/tcp", "abc", "abc"),
        ("8080/tcp", "70000", "70000"),
        ("8080/tcp", "90-80", "90-80"),
    ] {
        assert_eq!(
            refused(&json!({"PortBindings": {port: [{"HostPort": host_port}]}})),
            format!("invalid port specification: \"{told}\""),
        );
    }
    let fine = json!({
        "PortBindings": {"80/tcp": [{"HostPort": ""}, {"HostPort": "8080-8090"}], "53/udp": null}
    });
    let fine = host_config(&fine);
    assert!(validate(&config(&json!({})), &fine, 2).is_ok());
}

#[test]
fn the_fields_come_in_docker_order() {
    let host = host_config(&json!({"Memory": 64, "Binds": ["a:/b"], "Init": true}));
    let names: Vec<&String> = host.keys().collect();
    assert_eq!(names[0], "Binds");
    assert_eq!(names.last().unwrap().as_str(), "Init");
    assert_eq!(
        host["MemorySwap"], 128,
        "twice the memory when it is not given"
    );
    assert_eq!(host_config(&json!({})).len(), 63);
}
