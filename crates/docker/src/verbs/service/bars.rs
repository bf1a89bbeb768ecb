//! What the progress of a service says: one line a task, and the whole.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::format::words::text;

/// Most tasks that have a line of their own.
const MOST: u64 = 20;
/// States in their order; the bar is full when a task runs.
const STATES: [&str; 13] = [
    "new",
    "allocated",
    "pending",
    "assigned",
    "accepted",
    "preparing",
    "ready",
    "starting",
    "running",
    "complete",
    "shutdown",
    "failed",
    "rejected",
];
const FULL: usize = 9;

fn number(state: &Value) -> usize {
    STATES
        .iter()
        .position(|it| *it == text(state))
        .map_or(0, |it| it + 1)
}

fn ended(state: &Value) -> bool {
    number(state) > FULL
}

/// The lines of one service.
#[derive(Debug, Default)]
pub(super) struct Bars {
    begun: bool,
    done: bool,
    /// Lines of slots or of nodes, in the order of their first sight.
    lines: BTreeMap<String, usize>,
}

/// A line: what it is about, and what it says.
fn plain(id: &str, action: &str) -> Value {
    json!({"id": id, "status": action})
}

impl Bars {
    /// What to write now, and whether all is as wanted.
    pub(super) fn update(
        &mut self,
        service: &Value,
        tasks: &[Value],
        nodes: &BTreeSet<String>,
        back: bool,
    ) -> (Vec<Value>, bool) {
        let mode = &service["Spec"]["Mode"];
        let mut out = Vec::new();
        let best = best(
            tasks,
            nodes,
            mode["Global"].is_object() || mode["GlobalJob"].is_object(),
        );
        if let Some(total) = mode["ReplicatedJob"]["TotalCompletions"].as_u64() {
            return self.job(
                mode["ReplicatedJob"]["MaxConcurrent"]
                    .as_u64()
                    .unwrap_or(total),
                total,
                &best,
                out,
            );
        }
        if mode["GlobalJob"].is_object() {
            let total = u64::try_from(nodes.len()).unwrap_or(0);
            return self.job(total, total, &best, out);
        }
        let total = match mode["Replicated"]["Replicas"].as_u64() {
            Some(replicas) => replicas,
            None => u64::try_from(if best.is_empty() {
                nodes.len()
            } else {
                best.len()
            })
            .unwrap_or(0),
        };
        let global = mode["Global"].is_object();
        if !self.begun {
            self.begun = true;
            if !global {
                out.push(whole(0, total, back));
                out.extend(
                    (1..=total)
                        .filter(|_| total <= MOST)
                        .map(|slot| plain(&format!("{slot}/{total}"), " ")),
                );
            }
        }
        let mut running = 0;
        for (key, task) in &best {
            let next = self.lines.len() + 1;
            let slot = *self.lines.entry(key.clone()).or_insert(next);
            if !ended(&task["DesiredState"]) && text(&task["Status"]["State"]) == "running" {
                running += 1;
            }
            if !self.done && total <= MOST && u64::try_from(slot).is_ok_and(|it| it <= total) {
                let id = if global {
                    text(&task["NodeID"])
                        .get(..12)
                        .unwrap_or_default()
                        .to_owned()
                } else {
                    format!("{slot}/{total}")
                };
                out.extend(one(&id, task, back));
            }
        }
        if !self.done {
            out.push(whole(running, total, back));
            self.done = running == total;
        }
        (out, running == total)
    }

    fn job(
        &mut self,
        most: u64,
        total: u64,
        best: &BTreeMap<String, Value>,
        mut out: Vec<Value>,
    ) -> (Vec<Value>, bool) {
        let count = |wanted: &str| {
            best.values()
                .filter(|it| text(&it["Status"]["State"]) == wanted)
                .count()
        };
        let complete = count("complete");
        out.push(plain(
            "job progress",
            &format!("{complete} out of {total} complete"),
        ));
        out.push(plain(
            "active tasks",
            &format!("{} out of {most} tasks", count("running")),
        ));
        self.begun = true;
        (out, u64::try_from(complete).is_ok_and(|it| it >= total))
    }
}

/// The line of one task.
fn one(id: &str, task: &Value, back: bool) -> Option<Value> {
    let error = text(&task["Status"]["Err"]);
    if !error.is_empty() {
        let first = error.lines().next().unwrap_or_default();
        let cut: String = if first.chars().count() > 80 {
            first.chars().take(77).collect::<String>() + "..."
        } else {
            first.to_owned()
        };
        return Some(plain(id, &cut));
    }
    let state = &task["Status"]["State"];
    if ended(&task["DesiredState"]) || ended(state) {
        return None;
    }
    let current = if back {
        FULL + 1 - number(state)
    } else {
        number(state)
    };
    Some(json!({
        "id": id,
        "status": format!("{:<9}", text(state)),
        "progressDetail": {"current": current, "total": FULL, "hidecounts": true},
    }))
}

fn whole(running: u64, total: u64, back: bool) -> Value {
    let action = format!("{running} out of {total} tasks");
    if back {
        plain(
            "overall progress",
            &format!("rolling back update: {action}"),
        )
    } else {
        plain("overall progress", &action)
    }
}

/// The task of each slot (of each node, for a global service) that counts.
fn best(tasks: &[Value], nodes: &BTreeSet<String>, global: bool) -> BTreeMap<String, Value> {
    let mut best: BTreeMap<String, Value> = BTreeMap::new();
    for task in tasks {
        let (wanted, state) = (
            number(&task["DesiredState"]),
            number(&task["Status"]["State"]),
        );
        if wanted == 0 || state == 0 {
            continue;
        }
        let node = text(&task["NodeID"]);
        if !node.is_empty() && !nodes.contains(node) {
            continue;
        }
        let key = if global {
            node.to_owned()
        } else {
            format!("{:08}", task["Slot"].as_u64().unwrap_or(0))
        };
        if let Some(other) = best.get(&key) {
            let (other_wanted, other_state) = (
                number(&other["DesiredState"]),
                number(&other["Status"]["State"]),
            );
            if other_wanted < wanted || (other_wanted == wanted && other_state <= state) {
                continue;
            }
        }
        best.insert(key, task.clone());
    }
    best
}
