use serde_json::json;

use super::*;

fn shown(columns: Option<u16>, messages: &[Value]) -> String {
    let mut display = Display::new(columns);
    messages
        .iter()
        .map(|message| display.message(message).unwrap())
        .collect()
}

fn pull() -> Vec<Value> {
    vec![
        json!({"status": "Pulling from library/busybox", "id": "latest"}),
        json!({"status": "Pulling fs layer", "progressDetail": {}, "id": "90b9666d4aed"}),
        json!({"status": "Downloading", "progressDetail": {"current": 22871, "total": 2_208_598},
               "progress": "[>   ]  22.87kB/2.209MB", "id": "90b9666d4aed"}),
        json!({"status": "Pull complete", "progressDetail": {}, "id": "90b9666d4aed"}),
        json!({"status": "Status: Downloaded newer image for busybox:latest"}),
    ]
}

#[test]
fn a_pipe_gets_plain_lines() {
    assert_eq!(
        shown(None, &pull()),
        "latest: Pulling from library/busybox\n\
         90b9666d4aed: Pulling fs layer\n\
         90b9666d4aed: Pull complete\n\
         Status: Downloaded newer image for busybox:latest\n"
    );
}

#[test]
fn a_terminal_gets_lines_that_move() {
    assert_eq!(
        shown(Some(80), &pull()[..3]),
        "latest: Pulling from library/busybox\n\
         \n\x1b[1A\x1b[2K\r90b9666d4aed: Pulling fs layer \r\x1b[1B\
         \x1b[1A\x1b[2K\r90b9666d4aed: Downloading  22.87kB/2.209MB\r\x1b[1B"
    );
    assert!(shown(Some(120), &pull()).contains("Downloading [>    "));
}

#[test]
fn an_error_ends_the_command() {
    let message = json!({"errorDetail": {"message": "no such image"}, "error": "x"});
    assert_eq!(
        Display::new(None).message(&message),
        Err(Failure::new("no such image"))
    );
}

#[test]
fn documents_may_come_in_pieces() {
    let (found, used) = documents(b"{\"a\":1}\r\n{\"b\":2}\r\n{\"c\"");
    assert_eq!(found, [json!({"a": 1}), json!({"b": 2})]);
    assert_eq!(used, 16);
}
