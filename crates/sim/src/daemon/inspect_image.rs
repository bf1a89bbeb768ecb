//! `docker image inspect` and `docker history`.

use serde_json::{Map, Value, json};

use super::image::Image;
use super::time::{parse, rfc3339, unix};
use super::{Daemon, Outcome};

/// `Config` of an image, in the order of the OCI image-spec; empty fields are left out.
const CONFIG: [&str; 12] = [
    "User",
    "ExposedPorts",
    "Env",
    "Entrypoint",
    "Cmd",
    "Volumes",
    "WorkingDir",
    "Labels",
    "StopSignal",
    "Healthcheck",
    "OnBuild",
    "Shell",
];

impl Daemon {
    /// `GET /images/NAME/json`.
    pub fn inspect_image(&self, key: &str) -> Outcome<Value> {
        let state = self.state();
        let image = state.image(key)?;
        let diffs: Vec<&String> = image.layers.iter().map(|it| &it.diff_id).collect();
        let tagged = state.tags_of(&image.id);
        Ok(json!({
            "Id": image.id,
            "RepoTags": tagged,
            "RepoDigests": state.digests_of(&image.id),
            "Parent": image.parent,
            "Comment": image.comment,
            "Created": image.created_text,
            "DockerVersion": image.docker_version,
            "Author": image.author,
            "Architecture": image.architecture,
            "Os": "linux",
            "Size": image.size(),
            "GraphDriver": graph_driver(image),
            "RootFS": {"Type": "layers", "Layers": diffs},
            "Metadata": {"LastTagTime": rfc3339(self.now())},
            "Config": config(image),
        }))
    }

    /// `GET /images/NAME/history`, the youngest first.
    pub fn image_history(&self, key: &str) -> Outcome<Vec<Value>> {
        let state = self.state();
        let image = state.image(key)?;
        let mut sizes = image.layers.iter().map(|it| it.size);
        let mut lines: Vec<Value> = image
            .history
            .iter()
            .map(|line| {
                let size = if line.empty_layer {
                    0
                } else {
                    sizes.next().unwrap_or(0)
                };
                let created = parse(&line.created).map_or(0, unix);
                json!({
                    "Comment": line.comment,
                    "Created": created,
                    "CreatedBy": line.created_by,
                    "Id": "<missing>",
                    "Size": size,
                    "Tags": null,
                })
            })
            .collect();
        lines.reverse();
        // Images that were made here are named down the line of parents.
        let mut ancestor = Some(image);
        for line in &mut lines {
            let Some(it) = ancestor else { break };
            line["Id"] = json!(it.id);
            let tags = state.tags_of(&it.id);
            if !tags.is_empty() {
                line["Tags"] = json!(tags);
            }
            ancestor = state.images.get(&it.parent);
        }
        Ok(lines)
    }
}

fn config(image: &Image) -> Value {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    let mut document = Map::new();
    for name in CONFIG {
        if let Some(value) = image.config.get(name).filter(|it| !empty(it)) {
            document.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(document)
}

fn graph_driver(image: &Image) -> Value {
    let caches = image.cache_ids();
    let folder = |id: &String| format!("/var/lib/docker/overlay2/{id}");
    let Some((top, below)) = caches.split_last() else {
        return json!({"Data": null, "Name": "overlay2"});
    };
    let mut data = Map::new();
    if !below.is_empty() {
        let lower: Vec<String> = below
            .iter()
            .rev()
            .map(|id| format!("{}/diff", folder(id)))
            .collect();
        data.insert("LowerDir".into(), json!(lower.join(":")));
    }
    for (name, part) in [
        ("MergedDir", "merged"),
        ("UpperDir", "diff"),
        ("WorkDir", "work"),
    ] {
        data.insert(name.into(), json!(format!("{}/{part}", folder(top))));
    }
    json!({"Data": data, "Name": "overlay2"})
}
