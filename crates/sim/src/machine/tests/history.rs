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

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_goes_to_a_moment_that_was_kept_and_back() {
    let machine = machine();
    let nothing = machine.keep_moment();
    printed(&machine, "docker run -d --name un busybox sleep 1234").await;
    let one = machine.keep_moment();
    printed(&machine, "docker ps; echo a > note").await;
    printed(&machine, "docker rm -f un; docker volume create vv").await;
    let last = machine.keep_moment();
    assert!(machine.travel_to(one, "retour".to_owned()).await);
    let seen = printed(&machine, &format!("{NAMES}; docker volume ls -q; cat note")).await;
    assert_eq!(seen, "un running\na\n", "files of the host stay");
    assert!(machine.travel_to(nothing, "retour".to_owned()).await);
    assert_eq!(printed(&machine, NAMES).await, "");
    assert!(machine.travel_to(last, "retour".to_owned()).await);
    assert_eq!(printed(&machine, "docker volume ls -q").await, "vv\n");

    assert!(!machine.travel_to(9999, "retour".to_owned()).await);
    assert!(machine.has_moment(one) && !machine.has_moment(9999));
    // A travel is undone like a command.
    assert_eq!(machine.undoable().as_deref(), Some("retour"));
    assert_eq!(machine.undo().await.as_deref(), Some("retour"));
    assert_eq!(printed(&machine, "docker volume ls -q").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_keeps_the_last_moments_only() {
    let machine = machine();
    let first = machine.keep_moment();
    let mut last = first;
    for _ in 0..250 {
        last = machine.keep_moment();
    }
    assert!(!machine.has_moment(first) && machine.has_moment(last));
}
