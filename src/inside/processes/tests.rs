use serde_json::json;

use super::*;
use crate::engine::real;
use crate::inside::kernel::tests::{first, id_of, simulated};
use crate::inside::recorded::Recorded;
use crate::inside::{Need, Pace};

#[test]
fn the_same_process_has_two_numbers() {
    let table = Recorded::v1().table();
    let rows: Vec<_> = table
        .processes
        .iter()
        .map(|it| (it.inner, it.depth, it.command.as_str(), it.first))
        .collect();
    let shell = "sh -c sleep 900 & sleep 901 & wait";
    assert_eq!(rows[0], (Some(1), 0, shell, true));
    assert_eq!(rows.len(), 3);
    assert!(rows[1..].iter().all(|it| it.1 == 1), "{rows:?}");
    assert_eq!(table.ancestors.last().unwrap().name, "containerd-shim");
    let one = &table.processes[0];
    assert_eq!((one.user.as_str(), one.inner_user), ("0", Some(0)));
    assert_eq!(table.processes[1].apart, Some(Vec::new()));
    assert!(one.cgroup.as_ref().unwrap().starts_with("/docker/"));
}

#[test]
fn without_a_cgroup_they_are_found_by_their_parents() {
    let table = Recorded::rootless().table();
    assert_eq!(table.processes.len(), 1);
    let one = &table.processes[0];
    assert_eq!(
        (one.inner, one.inner_user, one.user.as_str()),
        (Some(1), Some(0), "1000")
    );
    assert!(table.notes[0].contains("cgroup"), "{:?}", table.notes);
}

#[test]
fn a_tree_with_a_loop_or_an_orphan_ends() {
    let one = |pid, parent| Process {
        pid,
        parent,
        ..Process::default()
    };
    let ordered = in_tree_order(vec![one(3, 2), one(2, 2), one(9, 1), one(4, 3), one(5, 2)]);
    let ranks: Vec<_> = ordered.iter().map(|it| (it.pid, it.depth)).collect();
    assert_eq!(ranks, [(2, 0), (3, 1), (4, 2), (5, 1), (9, 0)]);
}

#[test]
fn the_columns_of_docker_top_are_found_by_their_titles() {
    // Docker 20.10.24, asked for its own columns.
    let document = json!({
        "Titles": ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
        "Processes": [
            ["root", "11641", "11613", "0", "16:36", "?", "00:00:00", "sh -c sleep 900 & wait"],
            ["root", "11771", "11641", "0", "16:36", "?", "00:00:00", "sleep 900"],
            ["illisible"],
        ],
    });
    let processes = top::parse(&document, 11_641);
    assert_eq!(processes.len(), 2);
    assert_eq!((processes[0].first, processes[1].parent), (true, 11_641));
    assert_eq!(
        (processes[1].state, processes[1].name.as_str()),
        (None, "sleep")
    );
    assert!(top::parse(&json!({"Processes": null}), 1).is_empty());
}

#[test]
fn podman_lists_what_the_ps_of_the_container_wrote() {
    // Podman 4.3.1 with busybox: a title and a row are each one text, the numbers are inner ones.
    let document = json!({
        "Processes": [["    1     0 root     sh -c sleep 900; true"], ["    7     1 root     sleep 900"]],
        "Titles": ["PID   PPID  USER     COMMAND"],
    });
    let listed = top::parse(&document, 9009);
    assert_eq!((listed[1].pid, listed[1].parent), (7, 1));
    assert_eq!(listed[0].command, "sh -c sleep 900; true");
    assert!(top::is_numbered_inside(&listed, ""));
    assert!(!top::is_numbered_inside(&listed, "host"));
    let rows = top::as_seen_inside(listed, 9009);
    let rows: Vec<_> = rows
        .iter()
        .map(|it| (it.pid, it.inner, it.depth, it.first, it.inner_user))
        .collect();
    assert_eq!(
        rows,
        [
            (9009, Some(1), 0, true, Some(0)),
            (0, Some(7), 1, false, Some(0))
        ]
    );
}

fn table(fact: Fact) -> Table {
    match fact {
        Fact::Processes(table) => *table,
        other => panic!("{other:?}"),
    }
}

fn check(table: &Table) {
    let pids: Vec<_> = table.processes.iter().map(|it| it.inner).collect();
    assert_eq!(pids[0], Some(1), "{table:?}");
    assert!(pids.len() == 2 && pids[1].is_some(), "{table:?}");
    let (one, child) = (&table.processes[0], &table.processes[1]);
    assert_eq!((child.parent, child.depth), (one.pid, 1));
    assert_eq!(child.command, "sleep 900");
    assert_eq!(child.inner_user, Some(0));
}

/// The first readings may come before the shell has started its child.
fn is_table(fact: &Fact) -> bool {
    matches!(fact, Fact::Processes(table) if table.processes.len() == 2)
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_of_the_simulated_machine_on_both_sides() {
    let (_machine, mut place) =
        simulated("docker run -d --name amarre busybox sh -c 'sleep 900; true'").await;
    let id = id_of(&place, "amarre").await;
    let here = table(first(Need::Processes(id.clone()), place.clone(), is_table).await);
    assert_eq!(here.source, Source::Simulated);
    assert!(
        here.ancestors
            .last()
            .unwrap()
            .name
            .starts_with("containerd-shim")
    );
    check(&here);
    place.machine = None;
    let away = table(first(Need::Processes(id), place, is_table).await);
    assert_eq!(away.source, Source::Top);
    check(&away);
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_of_a_real_container_on_both_sides() {
    let Some(target) = real::engine() else { return };
    let host = target.url.clone();
    let name = real::unique("processus");
    let _cleanup = real::Cleanup::container(&host, &name);
    let arguments = [
        "run",
        "-d",
        "--name",
        &name,
        "busybox",
        "sh",
        "-c",
        "sleep 900; true",
    ];
    let id = real::succeed(&host, &arguments).await;
    let place = Place {
        target,
        machine: None,
        pace: Pace::default(),
    };
    let here = table(first(Need::Processes(id.clone()), place.clone(), is_table).await);
    assert_eq!(here.source, Source::Local, "{:?}", here.notes);
    check(&here);
    let connection = place.connect().await.unwrap();
    let subject = running(&connection.client, &id).await.unwrap();
    let away = top::read(&connection.client, &subject, "essai".to_owned()).await;
    check(&away.unwrap());
}
