use hyper::header::HeaderValue;

use super::*;

fn text(kind: &str, chunks: &[&[u8]]) -> String {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(kind).unwrap());
    let mut capture = Capture::new(&headers);
    for chunk in chunks {
        capture.take(chunk);
    }
    capture.text(false)
}

#[test]
fn bodies_are_kept_as_text_up_to_a_bound() {
    assert_eq!(text("application/json", &[b"{\"a\":", b"1}"]), "{\"a\":1}");
    assert_eq!(text("", &[]), "");
    // The bound falls in the middle of an « é ».
    let long = "a".to_owned() + &"é".repeat(RECORDED_BYTES);
    let kept = text("text/plain", &[long.as_bytes()]);
    assert!(
        kept.ends_with("é…") && kept.len() <= RECORDED_BYTES + "…".len(),
        "{}",
        kept.len()
    );
}

#[test]
fn what_is_not_text_is_named_and_counted() {
    assert_eq!(
        text("application/x-tar", &[b"abc"]),
        "(archive tar, 3\u{a0}octets)"
    );
    let stream = text(
        "application/vnd.docker.multiplexed-stream",
        &[b"\x01\0\0\0"],
    );
    assert_eq!(stream, "(sortie d’un conteneur, 4\u{a0}octets)");
    assert_eq!(
        text("application/octet-stream", &[b"a\0b"]),
        "(données binaires, 3\u{a0}octets)"
    );
    assert_eq!(
        text("", &[&[0xff, 0xfe]]),
        "(données binaires, 2\u{a0}octets)"
    );
}
