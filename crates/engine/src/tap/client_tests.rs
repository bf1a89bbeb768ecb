//! The real docker command says the same through the tap as without it.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::real::{Cleanup, docker, engine, unique};
use crate::{SESSION_LABEL, Session};
use domain::Occurrence;

/// What a shell command line prints and how it exits, with `D` for docker on this engine.
fn shell(host: &str, line: &str, input: &str) -> (String, String, Option<i32>) {
    let mut child = Command::new("sh")
        .args(["-c", &line.replace("D ", &format!("docker -H {host} "))])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    // `script` types an end of file into the terminal, which echoes it or not, as it comes.
    let text = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes)
            .replace(host, "HOST")
            .replace("^@", "")
            .replace("^D\u{8}\u{8}", "")
    };
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code(),
    )
}

/// A session on the engine, and its tap's address.
fn tapped() -> Option<(Session, String, String)> {
    let target = engine()?;
    let direct = target.url.clone();
    let session = Session::open(target).unwrap();
    let through = format!("unix://{}", session.tap_socket.as_ref().unwrap().display());
    Some((session, direct, through))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_docker_command_cannot_tell_the_tap_from_the_engine() {
    let Some((_session, direct, through)) = tapped() else {
        return;
    };
    let name = unique("tapped");
    let _cleanup = Cleanup::container(&direct, &name);
    let created = docker(
        &direct,
        &["run", "-d", "--name", &name, "busybox", "sleep", "600"],
    );
    assert!(created.status.success(), "{created:?}");
    let lines = [
        (
            "D version --format '{{.Server.Version}} {{.Server.APIVersion}}'",
            "",
        ),
        ("D run --rm -i busybox cat", "une ligne\nune autre"),
        (
            "D run --rm -i busybox sh -c 'cat; echo fin; exit 3'",
            "entrée",
        ),
        (
            "D run --rm busybox sh -c 'echo sortie; echo erreur >&2; exit 42'",
            "",
        ),
        ("D run --rm busybox nexistepas", ""),
        ("D run --rm -i busybox wc -c", &"x".repeat(300_000)),
        (&format!("D exec -i {name} sort"), "b\na\n"),
        (&format!("D exec {name} sh -c 'exit 7'"), ""),
        (
            &format!(
                "script -qec 'D exec -it {name} sh -c \"test -t 0 && echo terminal; exit 5\"' /dev/null"
            ),
            "",
        ),
        (
            &format!("echo bonjour > /tmp/{name}; D cp /tmp/{name} {name}:/f; rm /tmp/{name}"),
            "",
        ),
        (&format!("D cp {name}:/f - | tar tf -"), ""),
        (&format!("D cp {name}:/absent ."), ""),
        (&format!("D diff {name}"), ""),
        (&format!("D inspect {name}"), ""),
        (&format!("D top {name} -o comm"), ""),
        ("D inspect absent", ""),
        ("D pull localhost:1/absent", ""),
        // Images of the same second come in no order, and their age goes on.
        (
            "D images busybox --format '{{.Repository}}:{{.Tag}} {{.ID}} {{.Size}}' | sort",
            "",
        ),
        ("D save busybox | tar tf - | sort", ""),
        (
            "printf 'FROM busybox\\nRUN echo a > /a\\n' | DOCKER_BUILDKIT=0 D build -q - | xargs D rmi",
            "",
        ),
    ];
    for (line, input) in lines {
        let (expected, seen) = (shell(&direct, line, input), shell(&through, line, input));
        // A built image's identifier holds its date and its labels.
        if line.contains("build") {
            // The label is a layer of metadata, hence one more "Deleted:" line.
            assert_eq!((seen.2, expected.2), (Some(0), Some(0)), "{seen:?}");
            assert!(
                seen.0.contains("Deleted: ") && expected.0.contains("Deleted: "),
                "{seen:?}"
            );
        } else {
            assert_eq!(seen, expected, "{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn followed_logs_arrive_as_they_are_written_and_a_killed_client_frees_the_engine() {
    use std::io::{BufRead as _, BufReader};
    let Some((mut session, direct, through)) = tapped() else {
        return;
    };
    let name = unique("logs");
    let _cleanup = Cleanup::container(&direct, &name);
    let script = "while true; do date +%s.%N; sleep 0.2; done";
    docker(
        &direct,
        &["run", "-d", "--name", &name, "busybox", "sh", "-c", script],
    );
    let mut logs = Command::new("docker")
        .args(["-H", &through, "logs", "-f", &name])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(logs.stdout.take().unwrap()).lines();
    let mut arrivals = Vec::new();
    for _ in 0..6 {
        lines.next().unwrap().unwrap();
        arrivals.push(Instant::now());
    }
    let spread = arrivals[5] - arrivals[1];
    assert!(
        spread > Duration::from_millis(500),
        "came in one piece: {spread:?}"
    );
    logs.kill().unwrap();
    logs.wait().unwrap();
    // The end of the call is told, which means that the engine's side was let go.
    let mut seen = Vec::new();
    let ended = async {
        loop {
            let occurrence = session.occurrences.recv().await.unwrap();
            if let Occurrence::Call(call) = occurrence
                && call.path.contains("/logs")
            {
                seen.push(call.response_body.clone());
                if call.response_body.contains("octets") || call.response_body.contains('.') {
                    break;
                }
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(5), ended)
        .await
        .unwrap();
    assert_eq!(seen.len(), 3, "arrived, answered, ended: {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_created_through_the_tap_is_labelled_and_nothing_else_is() {
    let Some((session, direct, through)) = tapped() else {
        return;
    };
    let (tapped, not) = (unique("labelled"), unique("unlabelled"));
    let _cleanup = (
        Cleanup::container(&direct, &tapped),
        Cleanup::container(&direct, &not),
    );
    let create = |host: &str, name: &str| {
        docker(
            host,
            &["create", "--name", name, "--label", "a=b", "busybox"],
        )
    };
    assert!(create(&through, &tapped).status.success());
    assert!(create(&direct, &not).status.success());
    let label = |kind: &str, name: &str| {
        let path = if kind == "container" {
            ".Config.Labels"
        } else {
            ".Labels"
        };
        let format = format!("{{{{index {path} \"{SESSION_LABEL}\"}}}}");
        let output = docker(&direct, &[kind, "inspect", "-f", &format, name]);
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(label("container", &tapped), session.id);
    assert_eq!(label("container", &not), "");
    assert!(
        docker(&through, &["volume", "create", &tapped])
            .status
            .success()
    );
    assert_eq!(label("volume", &tapped), session.id);
    docker(&direct, &["volume", "rm", &tapped]);
}
