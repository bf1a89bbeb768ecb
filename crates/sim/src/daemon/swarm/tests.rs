use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::schedule::{Constraint, Place};
use super::tokens::{base36, is_join_token, join_token, unlock_key};
use super::{Meta, Node, Service, Swarm, Task, TaskState, pki, spec};
use crate::daemon::ids::IdSource;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
}

fn place() -> Place {
    Place {
        hostname: "navire".into(),
        cpus: 2_000_000_000,
        memory: 1 << 30,
        machine: "x86_64",
    }
}

fn meta(version: u64) -> Meta {
    Meta {
        version,
        created: at(0),
        updated: at(0),
    }
}

fn cluster() -> Swarm {
    Swarm {
        id: "c".into(),
        meta: meta(10),
        index: 10,
        spec: json!({"Orchestration": {"TaskHistoryRetentionLimit": 3}}),
        address: "127.0.0.1:2377".into(),
        root: pki::Root::new(&[7; 32], at(0)).unwrap(),
        worker_token: String::new(),
        manager_token: String::new(),
        unlock_key: String::new(),
        pools: vec!["10.0.0.0/8".to_owned()],
        subnet_size: 24,
        data_port: 4789,
        node: Node {
            id: "n".into(),
            meta: meta(9),
            spec: json!({"Labels": {"zone": "a"}, "Role": "manager", "Availability": "active"}),
        },
        services: imbl::OrdMap::new(),
        tasks: imbl::OrdMap::new(),
        secrets: imbl::OrdMap::new(),
        configs: imbl::OrdMap::new(),
        balancers: BTreeMap::new(),
        rank: 0,
    }
}

fn add(swarm: &mut Swarm, name: &str, mut wish: Value) {
    wish["Name"] = json!(name);
    if wish["TaskTemplate"]["ContainerSpec"].is_null() {
        wish["TaskTemplate"]["ContainerSpec"] = json!({"Image": "busybox:1"});
    }
    let meta = swarm.meta(at(0));
    let mut service = Service {
        id: name.into(),
        spec_version: meta.version,
        meta,
        spec: Arc::new(spec::service(&wish).unwrap()),
        previous: None,
        addresses: Vec::new(),
        ports: Vec::new(),
        update: None,
        run: None,
        job: None,
    };
    service.job = service.is_job().then_some((0, at(0)));
    swarm.services.insert(name.into(), Arc::new(service));
}

fn change(swarm: &mut Swarm, name: &str, edit: impl FnOnce(&mut Value)) {
    let version = swarm.index + 1;
    swarm.edit_service(name, at(0), |it| {
        it.previous = Some((Arc::clone(&it.spec), it.spec_version));
        edit(Arc::make_mut(&mut it.spec));
        it.spec_version = version;
        it.update = None;
    });
}

/// Every task that may goes as far as it may, as an agent would make it.
fn agents(swarm: &mut Swarm, now: SystemTime, end: impl Fn(&Task) -> Option<TaskState>) {
    let tasks: Vec<Arc<Task>> = swarm.tasks.values().cloned().collect();
    for task in tasks {
        let state = match task.status.state {
            it if it < TaskState::Assigned || task.ended() => it,
            _ if task.desired > TaskState::Complete => TaskState::Shutdown,
            _ if task.desired == TaskState::Ready => TaskState::Ready,
            _ => end(&task).unwrap_or(TaskState::Running),
        };
        if state != task.status.state {
            swarm.edit_task(&task.id, now, |it| it.set(state, "", now));
        }
    }
}

fn settle(swarm: &mut Swarm, now: SystemTime) -> Option<SystemTime> {
    let mut wake = None;
    for _ in 0..12 {
        wake = swarm.step(&place(), now).1;
        agents(swarm, now, |_| None);
    }
    wake
}

fn shown(swarm: &Swarm, service: &str) -> Vec<(u64, &'static str, &'static str)> {
    let mut list: Vec<_> = swarm
        .tasks_of(service)
        .iter()
        .map(|it| (it.slot, it.desired.as_str(), it.status.state.as_str()))
        .collect();
    list.sort_unstable();
    list
}

#[test]
fn a_replicated_service_has_its_tasks_and_no_more() {
    let mut swarm = cluster();
    add(
        &mut swarm,
        "web",
        json!({"Mode": {"Replicated": {"Replicas": 3}}}),
    );
    settle(&mut swarm, at(1));
    let running = |slot| (slot, "running", "running");
    assert_eq!(shown(&swarm, "web"), [running(1), running(2), running(3)]);
    change(&mut swarm, "web", |it| {
        it["Mode"]["Replicated"]["Replicas"] = json!(1);
    });
    settle(&mut swarm, at(2));
    assert_eq!(shown(&swarm, "web"), [running(1)]);
    swarm.services.remove("web");
    settle(&mut swarm, at(3));
    assert!(swarm.tasks.is_empty());
}

#[test]
fn a_task_that_failed_is_replaced_after_the_delay_and_remembered() {
    let mut swarm = cluster();
    add(&mut swarm, "web", json!({}));
    settle(&mut swarm, at(1));
    agents(&mut swarm, at(2), |_| Some(TaskState::Failed));
    let wake = settle(&mut swarm, at(2));
    assert_eq!(wake, Some(at(7)), "five seconds later");
    assert_eq!(
        shown(&swarm, "web"),
        [(1, "ready", "ready"), (1, "shutdown", "failed")]
    );
    settle(&mut swarm, at(7));
    assert_eq!(
        shown(&swarm, "web"),
        [(1, "running", "running"), (1, "shutdown", "failed")]
    );
    for round in 1..6 {
        agents(&mut swarm, at(round * 10), |_| Some(TaskState::Failed));
        settle(&mut swarm, at(round * 10));
        settle(&mut swarm, at(round * 10 + 6));
    }
    assert_eq!(swarm.tasks.len(), 3, "the history is limited");
}

#[test]
fn the_restart_policy_is_obeyed() {
    let mut swarm = cluster();
    let policy = |condition: &str, most: u64| json!({"TaskTemplate": {"ContainerSpec": {"Image": "a"}, "RestartPolicy": {"Condition": condition, "MaxAttempts": most, "Delay": 0}}});
    add(&mut swarm, "never", policy("none", 0));
    add(&mut swarm, "failed", policy("on-failure", 0));
    add(&mut swarm, "twice", policy("any", 2));
    settle(&mut swarm, at(1));
    for second in 2..9 {
        agents(&mut swarm, at(second), |it| {
            Some(match it.service.as_str() {
                "failed" => TaskState::Complete,
                _ => TaskState::Failed,
            })
        });
        settle(&mut swarm, at(second));
    }
    assert_eq!(shown(&swarm, "never"), [(1, "shutdown", "failed")]);
    assert_eq!(shown(&swarm, "failed"), [(1, "shutdown", "complete")]);
    assert_eq!(shown(&swarm, "twice"), [(1, "shutdown", "failed"); 3]);
}

#[test]
fn an_update_goes_slot_by_slot_and_is_watched() {
    let mut swarm = cluster();
    add(
        &mut swarm,
        "web",
        json!({"Mode": {"Replicated": {"Replicas": 2}}, "UpdateConfig": {"Parallelism": 1, "Delay": 4_000_000_000_u64, "Monitor": 3_000_000_000_u64}}),
    );
    settle(&mut swarm, at(1));
    change(&mut swarm, "web", |it| {
        it["TaskTemplate"]["ContainerSpec"]["Image"] = json!("busybox:2");
    });
    settle(&mut swarm, at(10));
    let image = |slot: u64| {
        let tasks = swarm.tasks_of("web");
        let task = tasks.iter().find(|it| it.slot == slot && it.wanted());
        task.unwrap().container_spec()["Image"].clone()
    };
    assert_eq!(
        (image(1), image(2)),
        (json!("busybox:2"), json!("busybox:1"))
    );
    let state = |swarm: &Swarm| swarm.services["web"].update.as_ref().unwrap().state.clone();
    assert_eq!(state(&swarm), "updating");
    settle(&mut swarm, at(14));
    settle(&mut swarm, at(18));
    assert_eq!(state(&swarm), "updating", "the last tasks are watched");
    settle(&mut swarm, at(22));
    assert_eq!(state(&swarm), "completed");
}

#[test]
fn a_failed_update_pauses_or_goes_back() {
    for (action, expected, image) in [
        ("pause", "paused", "busybox:2"),
        ("rollback", "rollback_completed", "busybox:1"),
        ("continue", "completed", "busybox:2"),
    ] {
        let mut swarm = cluster();
        add(
            &mut swarm,
            "web",
            json!({"UpdateConfig": {"Parallelism": 1, "Monitor": 1_000_000_000_u64, "FailureAction": action}, "RollbackConfig": {"Parallelism": 1, "Monitor": 1_000_000_000_u64}}),
        );
        settle(&mut swarm, at(1));
        change(&mut swarm, "web", |it| {
            it["TaskTemplate"]["ContainerSpec"]["Image"] = json!("busybox:2");
        });
        for second in 2..20 {
            for _ in 0..6 {
                swarm.step(&place(), at(second));
                agents(&mut swarm, at(second), |it| {
                    let bad = it.container_spec()["Image"] == "busybox:2";
                    bad.then_some(TaskState::Failed)
                });
            }
        }
        let service = &swarm.services["web"];
        assert_eq!(service.update.as_ref().unwrap().state, expected, "{action}");
        let found = &service.spec["TaskTemplate"]["ContainerSpec"]["Image"];
        assert_eq!(found, image, "{action}");
    }
}

#[test]
fn a_new_task_may_start_before_the_old_one_stops() {
    let mut swarm = cluster();
    add(
        &mut swarm,
        "web",
        json!({"UpdateConfig": {"Parallelism": 1, "Order": "start-first"}}),
    );
    settle(&mut swarm, at(1));
    change(&mut swarm, "web", |it| {
        it["TaskTemplate"]["ForceUpdate"] = json!(1);
    });
    swarm.step(&place(), at(2));
    assert_eq!(
        shown(&swarm, "web"),
        [(1, "running", "assigned"), (1, "running", "running")]
    );
    settle(&mut swarm, at(3));
    assert_eq!(
        shown(&swarm, "web"),
        [(1, "running", "running"), (1, "shutdown", "shutdown")]
    );
}

#[test]
fn jobs_end() {
    let mut swarm = cluster();
    add(
        &mut swarm,
        "job",
        json!({"Mode": {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 2}}}),
    );
    swarm.step(&place(), at(1));
    assert_eq!(shown(&swarm, "job"), [(0, "complete", "assigned")]);
    for second in 2..5 {
        agents(&mut swarm, at(second), |_| Some(TaskState::Complete));
        swarm.step(&place(), at(second));
    }
    assert_eq!(
        shown(&swarm, "job"),
        [(0, "complete", "complete"), (1, "complete", "complete")]
    );
}

#[test]
fn what_cannot_be_placed_waits_and_says_why() {
    let mut swarm = cluster();
    let template = |more: Value| json!({"TaskTemplate": {"ContainerSpec": {"Image": "a"}, "Placement": more["Placement"], "Resources": more["Resources"]}});
    add(
        &mut swarm,
        "far",
        template(json!({"Placement": {"Constraints": ["node.labels.zone==b"]}})),
    );
    add(
        &mut swarm,
        "big",
        template(json!({"Resources": {"Reservations": {"MemoryBytes": 1_u64 << 40}}})),
    );
    settle(&mut swarm, at(1));
    let error = |swarm: &Swarm, name: &str| swarm.tasks_of(name)[0].status.error.clone();
    assert_eq!(
        error(&swarm, "far"),
        "no suitable node (scheduling constraints not satisfied on 1 node)"
    );
    assert_eq!(
        error(&swarm, "big"),
        "no suitable node (insufficient resources on 1 node)"
    );
    swarm.node.spec["Labels"]["zone"] = json!("b");
    settle(&mut swarm, at(2));
    assert_eq!(shown(&swarm, "far"), [(1, "running", "running")]);
}

#[test]
fn a_drained_node_is_emptied_and_filled_again() {
    let mut swarm = cluster();
    add(&mut swarm, "web", json!({}));
    add(&mut swarm, "all", json!({"Mode": {"Global": {}}}));
    settle(&mut swarm, at(1));
    swarm.node.spec["Availability"] = json!("drain");
    settle(&mut swarm, at(2));
    assert_eq!(
        shown(&swarm, "web"),
        [(1, "running", "new"), (1, "shutdown", "shutdown")].map(|it| match it {
            (slot, desired, "new") => (slot, desired, "pending"),
            other => other,
        })
    );
    assert_eq!(shown(&swarm, "all"), [(0, "shutdown", "shutdown")]);
    swarm.node.spec["Availability"] = json!("active");
    settle(&mut swarm, at(3));
    assert_eq!(
        shown(&swarm, "all"),
        [(0, "running", "running"), (0, "shutdown", "shutdown")]
    );
}

#[test]
fn constraints_are_read_as_swarmkit_does() {
    assert!(Constraint::parse("node.role == manager").is_ok());
    assert_eq!(
        Constraint::parse("foo").unwrap_err().message,
        "rpc error: code = Unknown desc = constraint expected one operator from ==, !="
    );
}

#[test]
fn tokens_have_their_shape() {
    let mut ids = IdSource::new(1);
    let token = join_token(&mut ids, "root");
    assert!(is_join_token(&token), "{token}");
    assert!(!is_join_token("SWMTKN-1-a-b"));
    assert_eq!(unlock_key(&mut ids).len(), "SWMKEY-1-".len() + 43);
    assert_eq!(base36(&[1, 0], 3), "074");
}
