//! The recordings of the real busybox.

use super::{Ran, sh};

/// A script and what busybox 1.35 answered.
struct Recording {
    script: String,
    expected: Ran,
}

fn recordings() -> Vec<Recording> {
    include_str!("recorded.txt")
        .split("%%%%\n")
        .filter(|it| !it.is_empty())
        .map(|block| {
            let (script, rest) = block.split_once("\n%% ").expect("a status");
            let (code, rest) = rest.split_once('\n').expect("output");
            let (stdout, stderr) = rest.split_once("%% stderr\n").expect("errors");
            Recording {
                script: script.into(),
                expected: Ran {
                    code: code
                        .parse::<i32>()
                        .expect("a number")
                        .rem_euclid(256)
                        .to_le_bytes()[0],
                    stdout: stdout.into(),
                    stderr: stderr.into(),
                },
            }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scripts_answer_as_busybox_does() {
    let mut wrong = Vec::new();
    let all = recordings();
    let count = all.len();
    for Recording {
        script,
        mut expected,
    } in all
    {
        let Ok(mut ran) = tokio::spawn(async move { (sh(&script).await, script) }).await else {
            wrong.push("a script panicked or never ended".to_owned());
            continue;
        };
        // The banner of a usage tells the version, which differs.
        for side in [&mut expected.stderr, &mut ran.0.stderr] {
            let lines = side.lines().filter(|it| !it.starts_with("BusyBox v"));
            *side = lines.map(|it| format!("{it}\n")).collect();
        }
        if ran.0 != expected {
            wrong.push(format!(
                "{}\n  expected {expected:#?}\n  got {:#?}",
                ran.1, ran.0
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
