use std::sync::{Arc, Mutex};
use std::task::Poll;

use super::*;

/// A stream that keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl AsyncWrite for Kept {
    fn poll_write(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn frame(stream: u8, text: &str) -> Vec<u8> {
    let mut bytes = vec![stream, 0, 0, 0];
    bytes.extend_from_slice(&u32::try_from(text.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

async fn taken_apart(bytes: Vec<u8>) -> (String, String, io::Result<()>) {
    let (out, err) = (Kept::default(), Kept::default());
    let (mut one, mut two): (Output, Output) = (Box::new(out.clone()), Box::new(err.clone()));
    let result = demultiplex(&mut bytes.as_slice(), Some(&mut one), Some(&mut two)).await;
    let text = |kept: Kept| String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    (text(out), text(err), result)
}

#[tokio::test]
async fn frames_go_to_their_streams() {
    let bytes = [
        frame(1, "out\n"),
        frame(2, "err\n"),
        frame(1, "more"),
        frame(1, ""),
    ]
    .concat();
    let (out, err, result) = taken_apart(bytes).await;
    assert!(result.is_ok());
    assert_eq!((out.as_str(), err.as_str()), ("out\nmore", "err\n"));
}

#[tokio::test]
async fn a_cut_frame_ends_the_stream_and_a_wrong_one_is_an_error() {
    let mut cut = frame(1, "whole");
    cut.extend_from_slice(&frame(1, "half of it")[..12]);
    let (out, _, result) = taken_apart(cut).await;
    assert!(result.is_ok());
    assert_eq!(out, "wholehalf");
    let (_, _, result) = taken_apart(frame(9, "x")).await;
    assert_eq!(
        result.unwrap_err().to_string(),
        "Unrecognized input header: 9"
    );
    let (_, _, result) = taken_apart(frame(3, "no space left")).await;
    assert_eq!(
        result.unwrap_err().to_string(),
        "error from daemon in stream: no space left"
    );
}

#[test]
fn keys_that_begin_a_detach_wait_for_the_next() {
    let keys = [16, 17];
    let mut matched = 0;
    assert_eq!(
        hold_keys(b"ab\x10", &keys, &mut matched),
        Some(b"ab".to_vec())
    );
    assert_eq!(
        hold_keys(b"c", &keys, &mut matched),
        Some(b"\x10c".to_vec())
    );
    assert_eq!(
        hold_keys(b"\x10\x10", &keys, &mut matched),
        Some(b"\x10".to_vec())
    );
    assert_eq!(hold_keys(b"\x11", &keys, &mut matched), None);
}

#[test]
fn keys_are_named_as_docker_does() {
    assert_eq!(detach_keys("ctrl-p,ctrl-q"), Ok(vec![16, 17]));
    assert_eq!(detach_keys("a,ctrl-@,ctrl-]"), Ok(vec![b'a', 0, 29]));
    assert_eq!(
        detach_keys("ctrl-é"),
        Err("Unknown character: 'ctrl-é'".to_owned())
    );
}
