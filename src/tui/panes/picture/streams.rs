//! What the stream of a pull, a push or a build tells: layers, steps, errors.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::calls::{Body, read_body};
use super::stages::{Ending, Part, Stage};
use crate::domain::ApiCall;
use crate::engine::SESSION_LABEL;

use Part::{Containers, Daemon, Images, Kernel, Registry};

/// Whether the answer to this call says that the image was already there.
pub(super) fn is_up_to_date(call: &ApiCall) -> bool {
    call.response_body.contains("Image is up to date")
}

/// The stages that the answer to this call tells.
pub(super) fn stages(call: &ApiCall, path: &[&str]) -> Vec<Stage> {
    let told = matches!(
        path,
        ["images", "create" | "load"] | ["images", .., "push"] | ["build"]
    );
    if !told {
        return Vec::new();
    }
    let (body, cut) = read_body(&call.response_body);
    let lines = match body {
        Body::Lines(lines) => lines,
        Body::Json(line) => vec![line],
        _ => return Vec::new(),
    };
    let mut stages = match path {
        ["build"] => build(&lines),
        ["images", .., "push"] => push(&lines),
        _ => pull(&lines),
    };
    let error = lines.iter().find_map(|it| it.get("error")?.as_str());
    if let Some(error) = error {
        stages.push(Stage {
            parts: vec![Daemon],
            words: format!("Le démon s’arrête là\u{a0}: {}", first_line(error)),
            ending: Ending::Refused,
        });
    } else if cut && let Some(last) = stages.last_mut() {
        last.words
            .push_str(" (la suite de ce flux n’a pas été gardée)");
    }
    stages
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn status(line: &Value) -> &str {
    line.get("status")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The layers of which the stream says one of these words.
fn layers(lines: &[Value], words: &[&str]) -> usize {
    let said = lines.iter().filter(|it| {
        let status = status(it);
        words.iter().any(|word| status.starts_with(word))
    });
    let ids: BTreeSet<&str> = said.filter_map(|it| it.get("id")?.as_str()).collect();
    ids.len()
}

fn some_layers(count: usize) -> String {
    match count {
        1 => "1 couche".to_owned(),
        many => format!("{many} couches"),
    }
}

fn pull(lines: &[Value]) -> Vec<Stage> {
    let fetched = layers(lines, &["Pulling fs layer", "Downloading", "Pull complete"]);
    let there = layers(lines, &["Already exists"]);
    let mut stages = Vec::new();
    if fetched > 0 {
        stages.push(Stage::done(
            &[Daemon, Registry],
            format!("Le registre envoie {} au démon.", some_layers(fetched)),
        ));
    }
    if there > 0 {
        stages.push(Stage::done(
            &[Images],
            format!(
                "{} déjà là\u{a0}: rien à tirer pour elles.",
                some_layers(there)
            ),
        ));
    }
    if lines
        .iter()
        .any(|it| status(it).contains("Image is up to date"))
    {
        stages.push(Stage::done(
            &[Images],
            "L’image était déjà à jour\u{a0}: aucune couche n’est tirée.",
        ));
    }
    stages
}

fn push(lines: &[Value]) -> Vec<Stage> {
    let pushed = layers(lines, &["Pushed"]);
    let there = layers(lines, &["Layer already exists", "Mounted from"]);
    let mut stages = Vec::new();
    if pushed > 0 {
        stages.push(Stage::done(
            &[Images, Registry],
            format!("Le démon envoie {} au registre.", some_layers(pushed)),
        ));
    }
    if there > 0 {
        stages.push(Stage::done(
            &[Registry],
            format!("Le registre avait déjà {}.", some_layers(there)),
        ));
    }
    if lines
        .iter()
        .any(|it| status(it).contains("digest: sha256:"))
    {
        stages.push(Stage::done(
            &[Registry],
            "Le registre range le manifeste\u{a0}: l’étiquette est publiée.",
        ));
    }
    stages
}

/// `Step 2/3 : RUN …` of the classic builder, and what each came to.
fn build(lines: &[Value]) -> Vec<Stage> {
    let text: String = lines
        .iter()
        .filter_map(|it| it.get("stream")?.as_str())
        .collect();
    let mut stages: Vec<Stage> = Vec::new();
    if layers(lines, &["Pulling fs layer", "Pull complete"]) > 0 {
        let count = layers(lines, &["Pulling fs layer", "Pull complete"]);
        stages.push(Stage::done(
            &[Daemon, Registry, Images],
            format!(
                "L’image de départ vient du registre\u{a0}: {}.",
                some_layers(count)
            ),
        ));
    }
    for line in text.lines().map(str::trim) {
        if let Some((rank, instruction)) = line
            .strip_prefix("Step ")
            .and_then(|it| it.split_once(" : "))
        {
            let runs = instruction.trim_start().to_uppercase().starts_with("RUN");
            let parts: &[Part] = if runs {
                &[Daemon, Containers, Kernel, Images]
            } else {
                &[Daemon, Images]
            };
            let ours = if instruction.contains(SESSION_LABEL) {
                " (ajoutée par moussaillon)"
            } else {
                ""
            };
            let words = format!("Étape {rank}\u{a0}: {instruction}{ours}");
            stages.push(Stage::done(parts, words));
        } else if line.contains("Using cache")
            && let Some(last) = stages.last_mut()
        {
            // Nothing runs: the image of an earlier build is taken.
            last.parts = vec![Daemon, Images];
            last.words.push_str(" (déjà en cache)");
        } else if let Some(id) = line.strip_prefix("Successfully built ") {
            stages.push(Stage::done(
                &[Images],
                format!("Image construite\u{a0}: {id}"),
            ));
        }
    }
    stages
}
