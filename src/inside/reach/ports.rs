//! Whether a port takes connections, and what listens in the one that is called.

use std::collections::BTreeMap;

use super::tools::{self, Tools};
use super::{Answer, Trial};
use crate::engine::{CallError, Client};

/// What listens in a container: the port, and whether it does so on the loopback only.
pub(super) type Listening = BTreeMap<u16, bool>;

/// What listens in a container, as its `/proc/net/tcp` says; `None` when that cannot be read there
/// (no `cat` in the image, no such file).
pub(super) async fn listening(client: &Client, name: &str) -> Option<(Listening, Trial)> {
    let argv = ["cat", "/proc/net/tcp", "/proc/net/tcp6"];
    let limit = std::time::Duration::from_secs(3);
    let script = tools::script(&argv);
    let ran = match client.script_within(name, &script, limit).await {
        Ok(ran) if !matches!(ran.status, Some(126 | 127)) => ran,
        Err(CallError::Status { message, .. }) if !tools::is_missing(&message) => return None,
        // Without a shell, there may be a cat.
        Ok(_) | Err(CallError::Status { .. }) => client.run_in(name, &argv, limit).await.ok()?,
        Err(_) => return None,
    };
    // Without IPv6 the second file is missing, and cat says so.
    let found = ran
        .stdout
        .contains("local_address")
        .then(|| sockets(&ran.stdout))?;
    let words = if found.is_empty() {
        format!("rien n’écoute dans «\u{a0}{name}\u{a0}»")
    } else {
        let ports = found.iter().map(|(port, loopback)| {
            if *loopback {
                format!("{port} (127.0.0.1 seulement)")
            } else {
                port.to_string()
            }
        });
        let ports: Vec<String> = ports.collect();
        format!("«\u{a0}{name}\u{a0}» écoute\u{a0}: {}", ports.join(", "))
    };
    let answer = if found.values().any(|loopback| !loopback) {
        Answer::Yes
    } else {
        Answer::No
    };
    let trial = Trial {
        answer,
        words,
        command: format!("docker exec {name} {}", argv.join(" ")),
    };
    Some((found, trial))
}

/// The listening sockets (state 0A) of the table that proc(5) describes. The engine's own DNS
/// server, which listens in each container on 127.0.0.11, is left out.
pub(super) fn sockets(table: &str) -> Listening {
    let mut found = Listening::new();
    for line in table.lines() {
        let mut fields = line.split_whitespace().skip(1);
        let (Some(local), Some(_), Some("0A")) = (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let Some((address, port)) = local.split_once(':') else {
            continue;
        };
        let Ok(port) = u16::from_str_radix(port, 16) else {
            continue;
        };
        if address == "0B00007F" {
            continue;
        }
        // The bytes are the machine's: 127.x.y.z ends with 7F, ::1 with 01000000.
        let v4_loopback = address.len() == 8 && address.ends_with("7F");
        let v6_loopback = address == "00000000000000000000000001000000";
        let loopback = v4_loopback || v6_loopback;
        found
            .entry(port)
            .and_modify(|only| *only &= loopback)
            .or_insert(loopback);
    }
    found
}

/// Connects to a TCP port; `None` when the image has nothing that can.
pub(super) async fn connect(
    tools: &Tools<'_>,
    host: &str,
    port: u16,
) -> Result<Option<Trial>, CallError> {
    let (number, url) = (port.to_string(), format!("http://{host}:{port}/"));
    let mut ways: Vec<Vec<&str>> = Vec::new();
    if tools.has("nc") {
        ways.push(vec!["nc", "-z", "-w", "2", host, &number]);
        // Builds of busybox without -z: what it runs once connected ends at once.
        ways.push(vec!["nc", "-w", "2", host, &number, "-e", "true"]);
    }
    if tools.has("wget") {
        ways.push(vec!["wget", "-q", "-T", "2", "-O", "/dev/null", &url]);
    }
    if tools.has("curl") {
        ways.push(vec!["curl", "-s", "-S", "-m", "2", "-o", "/dev/null", &url]);
    }
    let mut last = None;
    for argv in ways {
        let ran = tools.run(&argv).await?;
        let written = format!("{}{}", ran.stdout, ran.stderr);
        let (answer, words) = judge(port, ran.status, &written);
        let told = answer != Answer::Unknown;
        last = Some(Trial {
            answer,
            words,
            command: tools.typed(&argv),
        });
        if told {
            break;
        }
    }
    Ok(last)
}

/// What a tool's end says of a port.
pub(super) fn judge(port: u16, status: Option<i64>, written: &str) -> (Answer, String) {
    // What answers something else than HTTP, or with an error, is open all the same.
    let answered = [
        "server returned error",
        "bad header",
        "Empty reply",
        "HTTP/0.9",
        "Recv failure",
    ];
    if status == Some(0) || answered.iter().any(|it| written.contains(it)) {
        return (Answer::Yes, format!("port {port}\u{a0}: ouvert"));
    }
    // A tool that explains itself has not tried: its usage speaks of timeouts too.
    let usage = written.contains("Usage:") || written.contains("invalid option");
    match tools::refusal(written).filter(|_| !usage) {
        Some(why) => (Answer::No, format!("port {port}\u{a0}: {why}")),
        // nc without -v says nothing of a refusal.
        None if status == Some(1) && written.trim().is_empty() => {
            (Answer::No, format!("port {port}\u{a0}: fermé"))
        }
        None => {
            let line = written.lines().next().unwrap_or_default().trim();
            let words = match status {
                Some(code) if line.is_empty() => format!("l’outil a fini par le code {code}"),
                Some(_) => line.to_owned(),
                None => "l’outil n’a pas fini".to_owned(),
            };
            (Answer::Unknown, format!("port {port}\u{a0}: {words}"))
        }
    }
}
