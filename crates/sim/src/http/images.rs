//! `/images` and `/commit`.

use hyper::Method;
use serde_json::{Value, json};

use super::answer::{JSON, Routed, archive, bare, document, messages, with_body};
use super::ask::Ask;
use super::versions::adapt;
use crate::daemon::{CommitOptions, Daemon, Fault, LARGEST_ARCHIVE, Removed};
use wire::full;

pub(super) async fn route(
    daemon: &Daemon,
    ask: &Ask,
    resource: &str,
    path: &[&str],
) -> Option<Routed> {
    let method = &ask.method;
    if resource == "commit" {
        return if method == Method::POST && path.is_empty() {
            Some(commit(daemon, ask).await)
        } else {
            None
        };
    }
    let routed = match (method, path) {
        (&Method::GET, ["json"]) => list(daemon, ask),
        (&Method::POST, ["create"]) => create(daemon, ask).await,
        (&Method::POST, ["load"]) => load(daemon, ask).await,
        (&Method::POST, ["prune"]) => prune(daemon, ask),
        (&Method::GET, ["search"]) => search(daemon, ask).await,
        (&Method::GET, ["get"]) => save(daemon, &ask.all("names")),
        (&Method::GET, [name @ .., "get"]) if !name.is_empty() => save(daemon, &[name.join("/")]),
        (&Method::GET, [name @ .., "json"]) => daemon
            .inspect_image(&name.join("/"))
            .map(|it| document(200, &adapt(ask, it))),
        (&Method::GET, [name @ .., "history"]) => daemon
            .image_history(&name.join("/"))
            .map(|it| document(200, &Value::Array(it))),
        (&Method::POST, [name @ .., "tag"]) => daemon
            .tag_image(&name.join("/"), ask.get("repo"), ask.get("tag"))
            .map(|()| bare(201)),
        (&Method::POST, [name @ .., "push"]) => push(daemon, ask, &name.join("/")),
        (&Method::DELETE, name) if !name.is_empty() => remove(daemon, ask, &name.join("/")),
        _ => return None,
    };
    Some(routed)
}

fn list(daemon: &Daemon, ask: &Ask) -> Routed {
    let filters = ask.filters()?;
    let images = Value::Array(daemon.list_images(ask.flag("all"), &filters)?);
    Ok(document(200, &adapt(ask, images)))
}

async fn create(daemon: &Daemon, ask: &Ask) -> Routed {
    ask.check_platform()?;
    if ask.has("fromImage") {
        let progress = daemon.pull(ask.get("fromImage"), ask.get("tag")).await?;
        return Ok(with_body(200, JSON, messages(progress)));
    }
    match ask.get("fromSrc") {
        "-" => {}
        _ => {
            return Err(Fault::not_implemented(
                "non simulé\u{a0}: docker import depuis une adresse ; donnez un fichier",
            ));
        }
    }
    let changes = ask.all("changes");
    let archive = ask.archive(LARGEST_ARCHIVE).await?;
    let id = daemon.import_image(
        &archive,
        ask.get("repo"),
        ask.get("tag"),
        ask.get("message"),
        &changes,
    )?;
    Ok(with_body(
        200,
        JSON,
        full(format!("{}\r\n", json!({"status": id}))),
    ))
}

async fn commit(daemon: &Daemon, ask: &Ask) -> Routed {
    let options = CommitOptions {
        container: ask.get("container").to_owned(),
        repository: ask.get("repo").to_owned(),
        tag: ask.get("tag").to_owned(),
        comment: ask.get("comment").to_owned(),
        author: ask.get("author").to_owned(),
        changes: ask
            .all("changes")
            .iter()
            .flat_map(|it| it.split('\n'))
            .map(str::to_owned)
            .collect(),
        config: ask.json().await?,
    };
    let id = daemon.commit(&options)?;
    Ok(document(201, &json!({"Id": id})))
}

fn removed(lines: &[Removed]) -> Value {
    let line = |it: &Removed| match it {
        Removed::Untagged(name) => json!({"Untagged": name}),
        Removed::Deleted(id) => json!({"Deleted": id}),
    };
    Value::Array(lines.iter().map(line).collect())
}

fn remove(daemon: &Daemon, ask: &Ask, name: &str) -> Routed {
    let lines = daemon.remove_image(name, ask.flag("force"), !ask.flag("noprune"))?;
    Ok(document(200, &removed(&lines)))
}

fn prune(daemon: &Daemon, ask: &Ask) -> Routed {
    let (lines, reclaimed) = daemon.prune_images(&ask.filters()?)?;
    let deleted = if lines.is_empty() {
        Value::Null
    } else {
        removed(&lines)
    };
    Ok(document(
        200,
        &json!({"ImagesDeleted": deleted, "SpaceReclaimed": reclaimed}),
    ))
}

fn save(daemon: &Daemon, names: &[String]) -> Routed {
    Ok(with_body(
        200,
        "application/x-tar",
        archive(daemon.save_images(names)?),
    ))
}

/// Like an import or a pull, a load tells what is wrong in its stream of messages.
async fn load(daemon: &Daemon, ask: &Ask) -> Routed {
    let archive = ask.archive(LARGEST_ARCHIVE).await?;
    let lines = match daemon.load_images(&archive) {
        Ok(told) => told.iter().map(|line| json!({"stream": line})).collect(),
        Err(fault) => vec![failure(&fault.message)],
    };
    let mut body = String::new();
    for line in &lines {
        body.push_str(&line.to_string());
        body.push_str("\r\n");
    }
    Ok(with_body(200, JSON, full(body)))
}

fn failure(message: &str) -> Value {
    json!({"errorDetail": {"message": message}, "error": message})
}

fn push(daemon: &Daemon, ask: &Ask, name: &str) -> Routed {
    let progress = daemon.push(name, ask.get("tag"))?;
    Ok(with_body(200, JSON, messages(progress)))
}

/// The repositories of the simulated hub that have the term, `GET /images/search`.
async fn search(daemon: &Daemon, ask: &Ask) -> Routed {
    let filters = ask.filters()?;
    filters.only(&["is-automated", "is-official", "stars"])?;
    let official = filters.flag("is-official")?;
    let automated = filters.flag("is-automated")?;
    let least = match filters.get("stars").first() {
        Some(stars) => stars
            .parse::<u32>()
            .map_err(|_| Fault::invalid(format!("invalid filter 'stars={stars}'")))?,
        None => 0,
    };
    let limit = match ask.get("limit") {
        "" | "0" => 25,
        limit => limit.parse::<usize>().unwrap_or(0),
    };
    if !(1..=100).contains(&limit) {
        return Err(Fault::invalid(format!(
            "limit {limit} is outside the range of [1, 100]"
        )));
    }
    daemon.round_trip().await;
    let results: Vec<Value> = daemon
        .hub()
        .search(ask.get("term"))
        .into_iter()
        .map(|(name, about)| (name.strip_prefix("library/"), name, about))
        .filter(|(short, _, about)| {
            official.is_none_or(|it| it == short.is_some())
                && automated != Some(true)
                && about.stars >= least
        })
        .take(limit)
        .map(|(short, name, about)| {
            json!({
                "star_count": about.stars,
                "is_official": short.is_some(),
                "name": short.unwrap_or(name),
                "is_automated": false,
                "description": about.description,
            })
        })
        .collect();
    Ok(document(200, &Value::Array(results)))
}
