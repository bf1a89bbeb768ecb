//! The routes of the distribution API.

use serde_json::{Value, json};

use super::super::serving::{Answer, Call, query_fields};
use super::storage::{Storage, digest};

const JSON: &str = "application/json; charset=utf-8";
const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";

/// The errors of the API: code, status, message.
fn error(code: &str, detail: &Value) -> Answer {
    let (status, message) = match code {
        "BLOB_UNKNOWN" => (404, "blob unknown to registry"),
        "BLOB_UPLOAD_UNKNOWN" => (404, "blob upload unknown to registry"),
        "DIGEST_INVALID" => (400, "provided digest did not match uploaded content"),
        "MANIFEST_INVALID" => (400, "manifest invalid"),
        "MANIFEST_UNKNOWN" => (404, "manifest unknown"),
        "MANIFEST_BLOB_UNKNOWN" => (400, "blob unknown to registry"),
        "NAME_UNKNOWN" => (404, "repository name not known to registry"),
        "UNSUPPORTED" => (405, "The operation is unsupported."),
        _ => (500, "unknown error"),
    };
    let body = json!({"errors": [{"code": code, "message": message, "detail": detail}]});
    Answer::new(status, JSON, format!("{body}\n"))
}

fn unknown() -> Answer {
    error("UNKNOWN", &Value::Null)
}

/// Answers a request.
pub(super) fn answer(storage: &Storage, call: &Call) -> Answer {
    let (path, query) = call
        .request
        .target
        .split_once('?')
        .unwrap_or((&call.request.target, ""));
    let Some(rest) = path.strip_prefix("/v2") else {
        let plain = "text/plain; charset=utf-8";
        return if path == "/" {
            Answer::new(200, plain, "").with("Cache-Control", "no-cache")
        } else {
            Answer::new(404, plain, "404 page not found\n")
        };
    };
    let segments: Vec<&str> = rest.split('/').filter(|it| !it.is_empty()).collect();
    let method = call.request.method.as_str();
    match (method, segments.as_slice()) {
        (_, []) => Answer::new(200, JSON, "{}"),
        ("GET", ["_catalog"]) => catalogue(storage, query),
        ("GET", [name @ .., "tags", "list"]) if !name.is_empty() => {
            let name = name.join("/");
            match storage.tags(&name) {
                Some(tags) if tags.is_empty() => document(&json!({"name": name, "tags": null})),
                Some(tags) => document(&json!({"name": name, "tags": tags})),
                None => error("NAME_UNKNOWN", &json!({"name": name})),
            }
        }
        (_, [name @ .., "manifests", reference]) if !name.is_empty() => {
            manifest(storage, call, &name.join("/"), reference)
        }
        ("POST", [name @ .., "blobs", "uploads"]) if !name.is_empty() => {
            begin(storage, call, &name.join("/"), query)
        }
        ("PATCH" | "PUT", [name @ .., "blobs", "uploads", id]) if !name.is_empty() => {
            upload(storage, call, &name.join("/"), id, query)
        }
        ("DELETE", [name @ .., "blobs", "uploads", id]) if !name.is_empty() => {
            storage.finish(id);
            Answer::new(204, "", "")
        }
        ("GET" | "HEAD", [name @ .., "blobs", wanted]) if !name.is_empty() => {
            match storage.blob(&name.join("/"), wanted) {
                Some(bytes) => Answer::new(200, "application/octet-stream", bytes.to_vec())
                    .with("Docker-Content-Digest", *wanted)
                    .with("Etag", format!("\"{wanted}\""))
                    .with("Content-Length", bytes.len().to_string()),
                None => error("BLOB_UNKNOWN", &json!({"Digest": wanted})),
            }
        }
        _ => error("UNSUPPORTED", &Value::Null),
    }
}

fn document(body: &Value) -> Answer {
    Answer::new(200, JSON, format!("{body}\n"))
}

fn catalogue(storage: &Storage, query: &str) -> Answer {
    let fields = query_fields(query);
    let most = fields
        .get("n")
        .and_then(|it| it.parse().ok())
        .unwrap_or(usize::MAX);
    let last = fields.get("last").cloned().unwrap_or_default();
    let names: Vec<String> = storage
        .repositories()
        .into_iter()
        .filter(|it| *it > last)
        .take(most)
        .collect();
    document(&json!({"repositories": names}))
}

fn location(call: &Call, path: &str) -> String {
    let host = call.request.header("host").unwrap_or("localhost:5000");
    format!("http://{host}{path}")
}

fn begin(storage: &Storage, call: &Call, name: &str, query: &str) -> Answer {
    let fields = query_fields(query);
    if let (Some(wanted), Some(from)) = (fields.get("mount"), fields.get("from"))
        && storage.blob(from, wanted).is_some()
        && storage.link_blob(name, wanted).is_ok()
    {
        return created(call, &format!("/v2/{name}/blobs/{wanted}"), wanted);
    }
    let id = storage.begin();
    Answer::new(202, "", "")
        .with("Docker-Upload-Uuid", id.clone())
        .with(
            "Location",
            location(call, &format!("/v2/{name}/blobs/uploads/{id}")),
        )
        .with("Range", "0-0")
}

fn created(call: &Call, path: &str, digest: &str) -> Answer {
    Answer::new(201, "", "")
        .with("Docker-Content-Digest", digest)
        .with("Location", location(call, path))
}

fn upload(storage: &Storage, call: &Call, name: &str, id: &str, query: &str) -> Answer {
    let Some(length) = storage.append(id, &call.body) else {
        return error("BLOB_UPLOAD_UNKNOWN", &Value::Null);
    };
    if call.request.method == "PATCH" {
        return Answer::new(202, "", "")
            .with("Docker-Upload-Uuid", id)
            .with(
                "Location",
                location(call, &format!("/v2/{name}/blobs/uploads/{id}")),
            )
            .with("Range", format!("0-{}", length.saturating_sub(1)));
    }
    let bytes = storage.finish(id).unwrap_or_default();
    let wanted = query_fields(query)
        .get("digest")
        .cloned()
        .unwrap_or_default();
    if wanted != digest(&bytes) {
        return error("DIGEST_INVALID", &json!({"digest": wanted}));
    }
    match storage.put_blob(name, &bytes) {
        Ok(digest) => created(call, &format!("/v2/{name}/blobs/{digest}"), &digest),
        Err(_) => unknown(),
    }
}

fn manifest(storage: &Storage, call: &Call, name: &str, reference: &str) -> Answer {
    match call.request.method.as_str() {
        "GET" | "HEAD" => match storage.manifest(name, reference) {
            Some((digest, bytes)) => {
                let document: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                let kind = document["mediaType"]
                    .as_str()
                    .unwrap_or(MANIFEST)
                    .to_owned();
                Answer::new(200, &kind, bytes.to_vec())
                    .with("Docker-Content-Digest", digest.clone())
                    .with("Etag", format!("\"{digest}\""))
                    .with("Content-Length", bytes.len().to_string())
            }
            None if reference.starts_with("sha256:") => error(
                "MANIFEST_UNKNOWN",
                &json!(format!("unknown manifest name={name} revision={reference}")),
            ),
            None => error("MANIFEST_UNKNOWN", &json!({"Tag": reference})),
        },
        "PUT" => {
            let Ok(document) = serde_json::from_slice::<Value>(&call.body) else {
                return error("MANIFEST_INVALID", &json!({}));
            };
            let layers = document["layers"].as_array().cloned().unwrap_or_default();
            for blob in layers.iter().chain([&document["config"]]) {
                let wanted = blob["digest"].as_str().unwrap_or_default();
                if !wanted.is_empty() && storage.blob(name, wanted).is_none() {
                    return error("MANIFEST_BLOB_UNKNOWN", &json!({"digest": wanted}));
                }
            }
            match storage.put_manifest(name, reference, &call.body) {
                Ok(digest) => created(call, &format!("/v2/{name}/manifests/{digest}"), &digest),
                Err(_) => unknown(),
            }
        }
        "DELETE" if !storage.deletes => error("UNSUPPORTED", &Value::Null),
        "DELETE" if storage.remove_manifest(name, reference) => Answer::new(202, "", ""),
        "DELETE" => error("MANIFEST_UNKNOWN", &json!({"Tag": reference})),
        _ => error("UNSUPPORTED", &Value::Null),
    }
}
