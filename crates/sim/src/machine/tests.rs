use std::time::Duration;

use super::*;

mod history;
mod hostile;
mod login;
mod swarm;

async fn printed(machine: &Machine, line: &str) -> String {
    let mut started = machine.run(line).unwrap();
    let mut text = String::new();
    let read = async {
        loop {
            let chunk = tokio::select! {
                Some(chunk) = started.stdio.stdout.recv() => chunk,
                Some(chunk) = started.stdio.stderr.recv() => chunk,
                else => break,
            };
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    tokio::time::timeout(Duration::from_secs(30), read)
        .await
        .unwrap();
    text
}

fn machine() -> Machine {
    Machine::boot(&MachineOptions::for_checks()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_machine_has_docker() {
    let machine = machine();
    let text = printed(&machine, "docker run --rm busybox echo salut").await;
    assert!(text.ends_with("salut\n"), "{text}");
    for line in [
        "DOCKER_HOST=unix:///ailleurs docker ps",
        "docker -H unix:///ailleurs ps",
        "DOCKER_HOST=unix:///run/docker.sock docker --host unix:///ailleurs ps",
    ] {
        let text = printed(&machine, line).await;
        assert!(
            text.contains("Cannot connect to the Docker daemon at unix:///ailleurs"),
            "{line}: {text}"
        );
    }
}

/// A first process that catches nothing hears no signal: the client leaves at the third.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_told_three_times_to_end_leaves_its_container() {
    let machine = machine();
    let said = printed(
        &machine,
        "docker run --name sourd busybox:1.36 sleep 300 > sorties 2>&1 & \
         until docker top sourd > /dev/null 2>&1; do sleep 0.1; done; \
         for i in 1 2 3; do sleep 0.3; kill $!; done; wait $!; echo fini $?; \
         cat sorties; docker inspect -f '{{.State.Status}}' sourd",
    )
    .await;
    assert!(said.contains("fini 1\n"), "{said}");
    assert!(
        said.contains("got 3 SIGTERM/SIGINTs, forcefully exiting"),
        "{said}"
    );
    assert!(said.ends_with("running\n"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_is_a_process_of_the_host() {
    let machine = machine();
    printed(&machine, "docker run -d --name dormeur busybox sleep 1234").await;
    let text = printed(&machine, "ps -ef").await;
    assert!(text.contains("sleep 1234"), "{text}");
    let listed = machine
        .root
        .lock()
        .unwrap()
        .read_dir("/var/lib/docker/containers")
        .unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
    let text = printed(&machine, "ls /var/lib/docker/containers").await;
    assert!(
        text.contains("Permission denied"),
        "the daemon's files are root's: {text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_leaves_nothing() {
    let machine = machine();
    printed(
        &machine,
        "docker run -d --name reste -v donnees:/d busybox sleep 1234; echo x > note",
    )
    .await;
    machine.reset(true).await;
    let state = machine.daemon().state();
    assert!(state.containers.is_empty() && state.volumes.is_empty());
    assert_eq!(state.images.len(), 1, "images are kept");
    assert_eq!(state.networks.len(), 3);
    assert_eq!(printed(&machine, "ls").await, "");
    let volumes = machine
        .root
        .lock()
        .unwrap()
        .read_dir("/var/lib/docker/volumes")
        .unwrap();
    assert!(volumes.is_empty(), "{volumes:?}");
    machine.reset(false).await;
    assert!(machine.daemon().state().images.is_empty());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_socket_is_ours_alone_and_goes() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("docker.sock");
    let machine = machine();
    let guard = machine.serve_unix(&path).unwrap();
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let again = machine.serve_unix(&path).unwrap_err();
    assert!(again.to_string().contains("répond déjà"), "{again}");
    drop(guard);
    assert!(!path.exists());
    std::fs::write(&path, "un fichier").unwrap();
    let refused = machine.serve_unix(&path).unwrap_err();
    assert!(
        refused.to_string().contains("n’est pas un socket"),
        "{refused}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "un fichier");
    std::fs::remove_file(&path).unwrap();
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    drop(
        machine
            .serve_unix(&path)
            .expect("a socket that nobody serves is replaced"),
    );
}

/// What a learner leaves behind: containers that run or not, an image, a volume, files.
async fn lived_in() -> Machine {
    let machine = machine();
    for line in [
        "docker run -d --name veilleur -v memoire:/data busybox sh -c 'date >> /data/jours; echo debout; sleep 1000'",
        "docker run --name trace busybox sh -c 'echo un; echo deux >&2; mkdir /tmp/neuf; rm -r /home'",
        "docker commit trace trace:1",
        "docker run --name orphelin trace:1 touch /orphelin",
        "docker rmi -f trace:1",
        "docker commit trace trace:2",
        "docker create --name jamais trace:2 true",
        "docker network create amarres",
        "echo brouillon > notes.txt",
    ] {
        printed(&machine, line).await;
    }
    machine
}

/// What can be seen of it, but for what a restart changes.
async fn seen(machine: &Machine) -> String {
    printed(
        machine,
        "docker ps -a --format '{{.Names}} {{.ID}} {{.Image}} {{.Command}} {{.Mounts}} {{.State}}'; docker images -a --format '{{.Repository}}:{{.Tag}} {{.ID}} {{.Size}}'; \
         docker volume ls; docker network ls; for it in trace orphelin jamais; do docker diff $it; done; \
         docker logs trace 2>&1; docker history --format '{{.ID}} {{.Size}} {{.CreatedBy}}' trace:2; cat notes.txt; docker port veilleur",
    )
    .await
}

fn archived(snapshot: &Snapshot) -> Snapshot {
    let mut bytes = Vec::new();
    snapshot.write(&mut bytes).unwrap();
    Snapshot::read(&bytes[..]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_the_same_after_its_archive() {
    let machine = lived_in().await;
    let before = seen(&machine).await;
    for needed in [
        "veilleur",
        "running",
        "D /home",
        "un\ndeux",
        "brouillon",
        "amarres",
    ] {
        assert!(before.contains(needed), "{needed}: {before}");
    }
    let snapshot = archived(&machine.snapshot());
    drop(machine);
    let options = MachineOptions::for_checks();
    let again = Machine::boot_from(&options, &snapshot).await.unwrap();
    assert_eq!(seen(&again).await, before);
    // What ran began again from its command, on its own files.
    let days = printed(
        &again,
        "docker exec veilleur wc -l /data/jours; docker logs veilleur",
    )
    .await;
    assert_eq!(days, "2 /data/jours\ndebout\ndebout\n");
    // Identifiers go on: none is given twice.
    let new = printed(
        &again,
        "docker create busybox; docker ps -aq --no-trunc | sort | uniq -d",
    )
    .await;
    assert_eq!(new.lines().count(), 1, "{new}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_does_not_change_and_can_be_gone_back_to() {
    let machine = lived_in().await;
    let before = seen(&machine).await;
    let snapshot = machine.snapshot();
    printed(&machine, "docker exec veilleur rm /data/jours; docker rm -f veilleur trace orphelin jamais; docker volume rm memoire; rm notes.txt").await;
    assert_ne!(seen(&machine).await, before);
    let options = MachineOptions::for_checks();
    let twins = [
        Machine::boot_from(&options, &snapshot).await.unwrap(),
        Machine::boot_from(&options, &snapshot).await.unwrap(),
    ];
    printed(&twins[0], "docker rm -f trace; rm notes.txt").await;
    assert_eq!(seen(&twins[1]).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_archive_is_refused() {
    let refused = |bytes: &[u8]| Snapshot::read(bytes).unwrap_err().to_string();
    assert!(refused(b"").contains("moussaillon.json"));
    assert!(!refused(&[7; 2000]).is_empty());
    let mut whole = Vec::new();
    machine().snapshot().write(&mut whole).unwrap();
    assert!(Snapshot::read(&whole[..]).is_ok());
    assert!(!refused(&whole[..whole.len() / 2]).is_empty());
    let text = String::from_utf8_lossy(&whole).replace("\"format\": 1", "\"format\": 9");
    assert!(refused(text.as_bytes()).contains("format 9"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_can_have_a_date_and_identifiers_of_its_own() {
    let date: jiff::Timestamp = "2031-05-06T07:08:09Z".parse().unwrap();
    let options = MachineOptions {
        date: Some(date.into()),
        ..MachineOptions::for_checks()
    };
    let mut ids = Vec::new();
    for _ in 0..2 {
        let machine = Machine::boot(&options).unwrap();
        ids.push(printed(&machine, "docker pull -q busybox; docker create busybox").await);
        let created = printed(&machine, "docker ps -a --format '{{.CreatedAt}}'").await;
        assert!(created.starts_with("2031-05-06 "), "{created}");
        assert!(printed(&machine, "date").await.contains("2031"));
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_publishes_its_port_again() {
    let machine = Machine::boot(&MachineOptions {
        real_ports: true,
        ..MachineOptions::for_checks()
    })
    .unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let line = format!("docker run -d --name site -p 127.0.0.1:{port}:80 busybox httpd -f");
    printed(&machine, &line).await;
    for time in 0..10 {
        let said = printed(&machine, "docker restart -t 0 site").await;
        assert_eq!(said, "site\n", "restart {time}");
    }
}
