//! Undo and redo.

use super::{machine, printed};

const NAMES: &str = "docker ps -a --format '{{.Names}} {{.State}}'";

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_undone_and_done_again() {
    let machine = machine();
    assert_eq!(machine.undo().await, None, "nothing was done yet");
    printed(&machine, "docker run -d --name un busybox sleep 1234").await;
    printed(
        &machine,
        "docker run -d --name deux -v dd:/d busybox sleep 1234",
    )
    .await;
    printed(
        &machine,
        "docker exec deux sh -c 'echo a > /d/a; echo b > /b'",
    )
    .await;
    printed(&machine, "echo FROM busybox > Dockerfile").await;
    printed(&machine, "docker rm -f deux; docker volume rm dd").await;
    assert_eq!(printed(&machine, NAMES).await, "un running\n");

    let line = "docker volume rm dd";
    assert_eq!(machine.undo().await.as_deref(), Some(line));
    assert_eq!(
        printed(&machine, "docker volume ls -q; ls").await,
        "dd\nDockerfile\n",
        "files of the host stay"
    );
    let line = "docker rm -f deux";
    assert_eq!(machine.undo().await.as_deref(), Some(line));
    let seen = printed(&machine, NAMES).await;
    assert_eq!(seen, "deux running\nun running\n", "it runs again");

    machine.redo().await.unwrap();
    assert_eq!(printed(&machine, NAMES).await, "un running\n");
    machine.redo().await.unwrap();
    assert_eq!(printed(&machine, "docker volume ls -q").await, "");
    assert_eq!(machine.redo().await, None);

    machine.undo().await.unwrap();
    machine.undo().await.unwrap();
    let seen = printed(&machine, "docker exec deux cat /d/a /b").await;
    assert_eq!(seen, "a\nb\n", "its volume and its own files are back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_after_an_undo_forbids_to_redo() {
    let machine = machine();
    printed(&machine, "docker volume create vv").await;
    printed(&machine, "docker volume create ww").await;
    machine.undo().await.unwrap();
    printed(&machine, "docker volume ls").await;
    let line = "docker volume create ww";
    assert_eq!(machine.redo().await.as_deref(), Some(line), "a look is not");
    machine.undo().await.unwrap();
    printed(&machine, "docker volume create xx").await;
    assert_eq!(machine.redo().await, None);
    let seen = printed(&machine, "docker volume ls -q").await;
    assert_eq!(seen, "vv\nxx\n", "nothing is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_ends_with_its_last_clone() {
    let machine = machine();
    printed(&machine, "docker volume create donnees").await;
    let daemon = machine.daemon().downgrade();
    drop(machine);
    for _ in 0..100 {
        if daemon.upgrade().is_none() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("something still holds the daemon");
}
