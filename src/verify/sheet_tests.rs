//! The cheat sheet tells the truth: every example, after the lines that prepare it, ends well, shows
//! what it says, and changes what it says in the engine, and nothing else.
//!
//! On a real engine: `MOUSSAILLON_TEST_ENGINE=unix:///run/docker.sock cargo test --lib sheet_tests
//! -- --nocapture`. What needs a registry is then skipped, and so is what needs a swarm, unless
//! `MOUSSAILLON_TEST_SWARM` says that the engine may enter one and leave it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::domain::{Kind, Step};
use crate::text::sheet::{Entry as Command, Need, Sheet, pieces};

/// Events that follow from others, or that the lines before may still be causing.
const AROUND: &[&str] = &[
    "container attach",
    "container resize",
    "container exec_die",
    "image pull",
    "network connect",
    "network disconnect",
    "volume mount",
    "volume unmount",
];

/// Fields named in the sheet of what no snapshot holds: the engine itself, and its nodes.
const ELSEWHERE: &[&str] = &["Swarm.LocalNodeState", "Spec.Availability"];

fn sheet() -> &'static Sheet {
    Sheet::embedded().unwrap_or_else(|error| panic!("{error}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_does_what_the_sheet_says_on_the_simulator() {
    let themes = sheet().themes.iter().map(|theme| {
        tokio::spawn(async {
            let mut bench = Bench::simulated().await.expect("a machine");
            let mut faults = Vec::new();
            for command in &theme.entries {
                faults.extend(prove(&mut bench, command).await);
            }
            bench.close().await.expect("a clean machine");
            faults
        })
    });
    let mut faults = Vec::new();
    for theme in themes.collect::<Vec<_>>() {
        faults.extend(theme.await.expect("a theme"));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_does_what_the_sheet_says_on_a_real_engine() {
    let Ok(engine) = std::env::var("MOUSSAILLON_TEST_ENGINE") else {
        eprintln!("SKIPPED: MOUSSAILLON_TEST_ENGINE names no engine (unix:///…)");
        return;
    };
    let _alone = REAL_ENGINE.lock().await;
    let swarm = std::env::var_os("MOUSSAILLON_TEST_SWARM").is_some();
    let options = Options {
        engine,
        ..Options::default()
    };
    let mut bench = open(&options).await.expect("an engine");
    bench
        .provide(&["busybox:1.36".to_owned()], true)
        .await
        .expect("busybox");
    let (mut ran, mut faults) = (0, Vec::new());
    for command in sheet().entries() {
        let missing = command.needs.iter().find(|need| match need {
            Need::Internet => true,
            Need::Swarm => !swarm,
        });
        if let Some(need) = missing {
            eprintln!("SKIPPED: {} needs {need:?}", command.name);
            continue;
        }
        faults.extend(prove(&mut bench, command).await);
        ran += 1;
    }
    eprintln!("{ran} examples ran of {}", sheet().entries().count());
    bench.close().await.expect("a clean engine");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is false in what the sheet says of a command.
async fn prove(bench: &mut Bench, command: &Command) -> Vec<String> {
    bench.fresh().await.expect("a fresh state");
    let before = bench.timeline().state().clone();
    let mut faults = lines(bench, command).await;
    let tags: Vec<String> = images(bench.timeline().state())
        .difference(&images(&before))
        .cloned()
        .collect();
    if command.needs.contains(&Need::Swarm) {
        // A machine that is no manager any more has nothing to leave.
        let left = bench.run("docker swarm leave -f").await;
        left.expect("the engine answers");
    }
    if !tags.is_empty() {
        let line = format!("docker rmi -f {}", tags.join(" "));
        bench.run(&line).await.expect("the engine answers");
    }
    for fault in &mut faults {
        *fault = format!("{}: {fault}", command.name);
    }
    faults
}

fn images(state: &crate::domain::Snapshot) -> BTreeSet<String> {
    let images = state.of_kind(Kind::Image);
    let names = images.flat_map(|image| {
        let tags = image.document()["RepoTags"].as_array().cloned();
        tags.unwrap_or_default()
    });
    names
        .filter_map(|tag| tag.as_str().map(str::to_owned))
        .collect()
}

async fn lines(bench: &mut Bench, command: &Command) -> Vec<String> {
    for line in &command.setup {
        let ran = bench.run(line).await.expect("the engine answers");
        if ran.status != Some(0) {
            return vec![format!("«{line}» gives {:?}: {}", ran.status, ran.output)];
        }
    }
    bench.quiet(&BTreeSet::new()).await;
    let ran = if command.typed.is_empty() {
        bench.run(&command.example).await
    } else {
        bench.run_typing(&command.example, &command.typed).await
    };
    let ran = ran.expect("the engine answers");
    let mut faults = Vec::new();
    if ran.status != Some(0) {
        faults.push(format!("gives {:?}: {}", ran.status, ran.output));
    }
    if let Some(words) = command
        .shows
        .as_ref()
        .filter(|it| !ran.output.contains(*it))
    {
        faults.push(format!("does not show «{words}»: {}", ran.output));
    }
    let all_is_so = |step: &Step| -> bool {
        let seen = events(step);
        command.events.iter().all(|it| seen.contains(it)) && still(command, step).is_empty()
    };
    let told = bench
        .until(&BTreeSet::new(), |timeline| {
            timeline.last().is_some_and(all_is_so)
        })
        .await;
    let Some(step) = bench.timeline().last() else {
        return faults;
    };
    let seen = events(step);
    if !told {
        faults.push(format!("causes {seen:?}, not all of {:?}", command.events));
        let fields = still(command, step).into_iter();
        faults.extend(fields.map(|field| format!("{field} does not change")));
    }
    let expected = |event: &String| {
        let tolerated = AROUND.contains(&event.as_str()) || command.tolerated.contains(event);
        tolerated || command.events.contains(event)
    };
    let more: Vec<_> = seen.iter().filter(|event| !expected(event)).collect();
    if !more.is_empty() {
        faults.push(format!("causes {more:?} too"));
    }
    faults
}

fn events(step: &Step) -> BTreeSet<String> {
    let events = step.events.iter();
    events
        .map(|event| format!("{} {}", event.kind, event.verb()))
        .collect()
}

/// The fields that the sheet says the example changes, and that are the same as before in every
/// object.
fn still<'a>(command: &'a Command, step: &Step) -> Vec<&'a str> {
    let fields = pieces(&command.changes).filter_map(|(is_code, text)| {
        let first = text.chars().next().is_some_and(char::is_uppercase);
        let path = text.chars().all(|it| it.is_alphanumeric() || it == '.');
        (is_code && first && path && !ELSEWHERE.contains(&text)).then_some(text)
    });
    fields.filter(|field| !changed(step, field)).collect()
}

fn changed(step: &Step, field: &str) -> bool {
    let pointer = format!("/{}", field.replace('.', "/"));
    step.after.objects().any(|object| {
        let now = object.document().pointer(&pointer);
        let former = step.before.get(&object.reference());
        let before = former.and_then(|object| object.document().pointer(&pointer));
        now != before && now.is_some_and(|it| *it != Value::Null)
    })
}
