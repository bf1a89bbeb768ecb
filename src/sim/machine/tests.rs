use std::time::Duration;

use super::*;

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
    let text = printed(&machine, "DOCKER_HOST=unix:///ailleurs docker ps").await;
    assert!(
        text.contains("Cannot connect to the Docker daemon at unix:///ailleurs"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_is_a_process_of_the_host() {
    let machine = machine();
    printed(&machine, "docker run -d --name dormeur busybox sleep 1234").await;
    let text = printed(&machine, "ps").await;
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
