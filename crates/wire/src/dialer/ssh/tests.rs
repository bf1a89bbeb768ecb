use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{SshFailed, dial_with};

fn sh(script: &str) -> Vec<String> {
    vec!["-c".to_owned(), script.to_owned()]
}

#[tokio::test]
async fn bytes_go_both_ways_and_half_close_reaches_the_child() {
    let mut stream = dial_with("sh", &sh("cat; echo bye")).unwrap();
    stream.write_all(b"hello\n").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "hello\nbye\n");
}

#[tokio::test]
async fn an_early_death_says_what_ssh_said() {
    let mut stream = dial_with(
        "sh",
        &sh("echo 'Host key verification failed.' >&2; exit 255"),
    )
    .unwrap();
    let mut answer = String::new();
    // Written before or after the death: the reason comes from the read all the same.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    stream
        .write_all(b"GET /_ping HTTP/1.1\r\n\r\n")
        .await
        .unwrap();
    let error = stream.read_to_string(&mut answer).await.unwrap_err();
    let failure = error
        .get_ref()
        .unwrap()
        .downcast_ref::<SshFailed>()
        .unwrap();
    assert_eq!(failure.status, Some(255));
    assert_eq!(failure.messages, "Host key verification failed.");
}
