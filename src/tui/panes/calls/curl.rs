//! The same call made with curl.

use crate::domain::{ApiCall, CallOutcome};
use crate::text::api::Target;

/// Where docker's clients look for the engine.
const SOCKET: &str = "/var/run/docker.sock";
/// A body longer than this, in bytes, is given in a file.
const LONGEST: usize = 400;

/// A line for the shell, for an engine at this address.
pub(super) fn line(call: &ApiCall, url: &str) -> String {
    let mut words = vec!["curl".to_owned()];
    let host = match url.split_once("://") {
        Some(("tcp", host)) => format!("http://{host}"),
        Some(("http" | "https", _)) => url.trim_end_matches('/').to_owned(),
        other => {
            let socket = other.filter(|(scheme, _)| *scheme == "unix");
            let socket = socket.map_or(SOCKET, |(_, path)| path);
            words.push(format!("--unix-socket {}", quoted(socket)));
            "http://localhost".to_owned()
        }
    };
    match call.method.as_str() {
        "GET" => {}
        "HEAD" => words.push("--head".to_owned()),
        method => words.push(format!("-X {method}")),
    }
    if follows(call) {
        words.push("--no-buffer".to_owned());
    }
    let body = call.request_body.as_str();
    if body.starts_with("(archive tar, ") {
        words.push("-H 'Content-Type: application/x-tar' --data-binary @archive.tar".to_owned());
    } else if !body.is_empty() && call.method != "GET" {
        words.push("-H 'Content-Type: application/json'".to_owned());
        let plain = body.trim_end();
        words.push(
            if plain.len() > LONGEST || plain.ends_with('…') || plain.starts_with('(') {
                "-d @corps.json".to_owned()
            } else {
                format!("-d {}", quoted(plain))
            },
        );
    }
    words.push(quoted(&format!("{host}{}", call.path)));
    words.join(" ")
}

/// Whether the answer goes on as long as the client listens.
fn follows(call: &ApiCall) -> bool {
    let target = Target::of(&call.path);
    let last = target.path.rsplit('/').next().unwrap_or_default();
    call.outcome == CallOutcome::Upgraded
        || last == "events"
        || (last == "stats" && target.get("stream") != "false" && target.get("stream") != "0")
        || matches!(target.get("follow"), "1" | "true")
        || target.path.ends_with("/images/create")
        || target.path == "/build"
}

/// A word for a POSIX shell.
fn quoted(text: &str) -> String {
    let plain = |it: char| it.is_ascii_alphanumeric() || "/:.,_-+=@%".contains(it);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn call(method: &str, path: &str, body: &str) -> ApiCall {
        ApiCall {
            number: 1,
            method: method.to_owned(),
            path: path.to_owned(),
            outcome: CallOutcome::Answered(200),
            request_body: body.to_owned(),
            response_body: String::new(),
            took: Duration::ZERO,
        }
    }

    #[test]
    fn a_line_can_be_pasted_in_a_shell() {
        let list = call("GET", "/v1.51/containers/json", "");
        let told = "curl --unix-socket /var/run/docker.sock http://localhost/v1.51/containers/json";
        assert_eq!(line(&list, "simulateur"), told);
        let create = call(
            "POST",
            "/v1.51/containers/create?name=l'un&x",
            r#"{"Image":"it's"}"#,
        );
        assert_eq!(
            line(&create, "unix:///run/user/1000/docker.sock"),
            "curl --unix-socket /run/user/1000/docker.sock -X POST \
             -H 'Content-Type: application/json' -d '{\"Image\":\"it'\\''s\"}' \
             'http://localhost/v1.51/containers/create?name=l'\\''un&x'"
        );
        let ping = call("HEAD", "/_ping", "");
        assert_eq!(
            line(&ping, "tcp://10.0.0.2:2375"),
            "curl --head http://10.0.0.2:2375/_ping"
        );
        let build = call("POST", "/v1.51/build?t=x", "(archive tar, 2048 octets)");
        assert!(line(&build, "").contains("--data-binary @archive.tar"));
        let long = call("POST", "/x", &format!("{{\"a\":\"{}\"}}", "b".repeat(900)));
        assert!(line(&long, "").contains("-d @corps.json"));
    }
}
