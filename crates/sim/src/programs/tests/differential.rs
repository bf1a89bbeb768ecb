//! The same command lines on the machine's real busybox and on the simulated one.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use super::{Ran, sh};

/// Where a Debian puts it.
const BUSYBOX: &str = "/usr/bin/busybox";

/// One script a line, in an empty folder.
fn scripts() -> impl Iterator<Item = &'static str> {
    include_str!("differential.txt")
        .lines()
        .filter(|it| !it.is_empty() && !it.starts_with('#'))
}

fn real(programs: &std::path::Path, script: &str) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(BUSYBOX)
        .args(["sh", "-c", script])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", programs)
        .env("HOME", "/root")
        .stdin(Stdio::null())
        .output()
        .expect("busybox runs");
    let code = output.status.code().unwrap_or(255);
    Ran {
        code: u8::try_from(code).unwrap_or(255),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_as_the_busybox_of_this_machine() {
    if !std::path::Path::new(BUSYBOX).exists() {
        eprintln!("SKIPPED: no {BUSYBOX} here (apt-get install busybox-static)");
        return;
    }
    let programs = tempfile::tempdir().expect("a folder");
    let installed = Command::new(BUSYBOX)
        .args(["--install", "-s"])
        .arg(programs.path())
        .status()
        .expect("busybox runs");
    assert!(installed.success());
    let (mut wrong, mut count) = (Vec::new(), 0);
    for script in scripts() {
        count += 1;
        let mut expected = real(programs.path(), script);
        let mut ran = sh(&format!("cd \"$(mktemp -d)\"; {script}")).await;
        // The banner of a usage tells the version, which differs.
        for side in [&mut expected.stderr, &mut ran.stderr] {
            let lines = side.lines().filter(|it| !it.starts_with("BusyBox v"));
            *side = lines.map(|it| format!("{it}\n")).collect();
        }
        if ran != expected {
            wrong.push(format!(
                "{script}\n  busybox {expected:#?}\n  ours {ran:#?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} differ:\n{}",
        wrong.len(),
        wrong.join("\n----\n")
    );
}

/// What a shell that is not busybox's says when something is wrong.
const COMPLAINTS: &[&str] = &[
    "nosuch; echo $?",
    "cd /nosuch; echo $?",
    "echo x > /nosuch/x; echo $?",
    "cat < /nosuch; echo $?",
    "true\nnosuch",
    "/nosuch/x; echo $?",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dash_and_bash_complain_as_those_of_this_machine() {
    for shell in ["dash", "bash"] {
        let Ok(path) = ["/usr/bin", "/bin"]
            .map(|it| std::path::Path::new(it).join(shell))
            .into_iter()
            .find(|it| it.exists())
            .ok_or(())
        else {
            eprintln!("SKIPPED: no {shell} here");
            continue;
        };
        for script in COMPLAINTS {
            let output = Command::new(&path)
                .arg0(shell)
                .args(["-c", script])
                .env_clear()
                .env("PATH", "/usr/bin:/bin")
                .stdin(Stdio::null())
                .output()
                .expect("it runs");
            let ours = sh(&format!("{shell} -c '{script}'")).await;
            let (out, err) = (&output.stdout, &output.stderr);
            assert_eq!(
                ours.stdout,
                String::from_utf8_lossy(out),
                "{shell}: {script}"
            );
            assert_eq!(
                ours.stderr,
                String::from_utf8_lossy(err),
                "{shell}: {script}"
            );
        }
    }
}
