//! `docker service update`

use serde_json::{Value, json};

use super::edit::{map, put, take, texts, tidy, variable, whole};
use super::flags::SHARED;
use super::flags_update::UPDATE;
use super::{converge, files, image, ports, spec};
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::{strings, text};
use crate::grammar::{Arity, Values, Verb};
use crate::verbs::container::create::config::{capability, ulimits};
use crate::verbs::container::create::health;
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["service update"],
    usage: "[OPTIONS] SERVICE",
    about: "Update a service",
    long: "",
    arity: Arity::Exactly(1),
    interspersed: true,
    flags: UPDATE,
    more_flags: SHARED,
    run: |cli, values| Box::pin(run(cli, values)),
};

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let name = &values.args[0];
    let call = Call::get(format!("/services/{}", percent::encode_path(name)))
        .with("insertDefaults", "false");
    let service = cli.client.document(call).await?;
    let id = text(&service["ID"]).to_owned();
    let mut wish = service["Spec"].clone();
    let roll_back = values.on("rollback");
    let mut warning = None;
    if roll_back {
        let others = UPDATE.iter().chain(SHARED).any(|it| {
            values.changed(it.name)
                && !matches!(
                    it.name,
                    "rollback" | "detach" | "quiet" | "with-registry-auth"
                )
        });
        if others {
            return Err(Failure::new(
                "other flags may not be combined with --rollback",
            ));
        }
    } else {
        change(cli, &mut wish, &values).await?;
        if values.changed("image") && !values.on("no-resolve-image") {
            warning = image::resolve(cli, &mut wish["TaskTemplate"]).await;
        }
    }
    let mut call = Call::post(format!("/services/{id}/update"))
        .with("version", service["Version"]["Index"].to_string());
    call = if roll_back {
        call.with("rollback", "previous")
    } else {
        call.with("registryAuthFrom", "spec")
    };
    let answer = cli.client.document(call.json(&wish)).await?;
    for warning in strings(&answer["Warnings"])
        .into_iter()
        .map(str::to_owned)
        .chain(warning)
    {
        cli.complain(&warning).await?;
    }
    cli.line(name).await?;
    if values.on("detach") {
        return Ok(());
    }
    converge::wait(cli, &id, name, values.on("quiet")).await
}

/// Makes of a wish what the flags say.
async fn change(cli: &mut Cli, wish: &mut Value, values: &Values) -> Outcome {
    mode(wish, values).map_err(Failure::new)?;
    map(wish, "Labels", values, ("label-add", "label-rm"), true);
    let template = &mut wish["TaskTemplate"];
    container(cli, &mut template["ContainerSpec"], values).await?;
    spec::resources(template, values)?;
    spec::restart_policy(template, values);
    placement(template, values);
    networks(cli, template, values).await?;
    if values.changed("log-driver") {
        template["LogDriver"] = spec::log_driver(values);
    }
    if values.on("force") {
        let turns = template["ForceUpdate"].as_u64().unwrap_or(0);
        template["ForceUpdate"] = (turns + 1).into();
    }
    spec::update_config(wish, values, "update");
    spec::update_config(wish, values, "rollback");
    endpoint(wish, values).map_err(Failure::new)
}

fn mode(wish: &mut Value, values: &Values) -> Result<(), String> {
    let mode = &mut wish["Mode"];
    if values.changed("replicas") {
        let count = values.number("replicas");
        if mode["ReplicatedJob"].is_object() {
            mode["ReplicatedJob"]["TotalCompletions"] = count.into();
        } else if mode["Replicated"].is_object() {
            mode["Replicated"]["Replicas"] = count.into();
        } else {
            return Err("replicas can only be used with replicated mode".to_owned());
        }
    }
    if values.changed("max-concurrent") {
        if !mode["ReplicatedJob"].is_object() {
            return Err("max-concurrent can only be used with replicated-job mode".to_owned());
        }
        mode["ReplicatedJob"]["MaxConcurrent"] = values.number("max-concurrent").into();
    }
    Ok(())
}

async fn container(cli: &mut Cli, spec: &mut Value, values: &Values) -> Outcome {
    for (flag, field) in [
        ("image", "Image"),
        ("hostname", "Hostname"),
        ("workdir", "Dir"),
        ("user", "User"),
        ("stop-signal", "StopSignal"),
        ("isolation", "Isolation"),
    ] {
        if values.changed(flag) {
            spec[field] = values.text(flag).into();
        }
    }
    for (flag, field) in [("args", "Args"), ("entrypoint", "Command")] {
        if values.changed(flag) {
            spec[field] = spec::words(values.text(flag)).into();
            tidy(spec, field);
        }
    }
    for (flag, field) in [("tty", "TTY"), ("read-only", "ReadOnly"), ("init", "Init")] {
        if values.changed(flag) {
            spec[field] = values.on(flag).into();
        }
    }
    for (flag, field) in [
        ("stop-grace-period", "StopGracePeriod"),
        ("oom-score-adj", "OomScoreAdj"),
    ] {
        if values.changed(flag) {
            spec[field] = values.number(flag).into();
        }
    }
    map(
        spec,
        "Labels",
        values,
        ("container-label-add", "container-label-rm"),
        false,
    );
    map(spec, "Sysctls", values, ("sysctl-add", "sysctl-rm"), false);
    texts(spec, "Env", values, ("env-add", "env-rm"), variable);
    texts(spec, "Groups", values, ("group-add", "group-rm"), whole);
    if !spec["DNSConfig"].is_object() {
        spec["DNSConfig"] = json!({});
    }
    let dns = &mut spec["DNSConfig"];
    texts(dns, "Nameservers", values, ("dns-add", "dns-rm"), whole);
    texts(
        dns,
        "Search",
        values,
        ("dns-search-add", "dns-search-rm"),
        whole,
    );
    texts(
        dns,
        "Options",
        values,
        ("dns-option-add", "dns-option-rm"),
        whole,
    );
    hosts(spec, values);
    capabilities(spec, values);
    mounts(cli, spec, values)?;
    if values.changed("ulimit-add") || values.changed("ulimit-rm") {
        let added = ulimits(&values.list("ulimit-add"));
        let gone = values.list("ulimit-rm");
        let mut items = take(spec, "Ulimits");
        items.retain(|it| {
            !gone.contains(&text(&it["Name"]))
                && !added
                    .as_array()
                    .is_some_and(|new| new.iter().any(|new| new["Name"] == it["Name"]))
        });
        items.extend(added.as_array().cloned().unwrap_or_default());
        items.sort_by(|one, other| text(&one["Name"]).cmp(text(&other["Name"])));
        put(spec, "Ulimits", items);
    }
    if let Some(check) = health::check(values).map_err(Failure::new)? {
        spec["Healthcheck"] = check;
    }
    for (kind, list) in [("secret", "Secrets"), ("config", "Configs")] {
        let (add, remove) = (format!("{kind}-add"), format!("{kind}-rm"));
        if !values.changed(&add) && !values.changed(&remove) {
            continue;
        }
        let name = files::fields_of(kind).1;
        let gone = values.list(&remove);
        let added = files::resolve(cli, &values.list(&add), kind).await?;
        let mut items = take(spec, list);
        items.retain(|it| !gone.contains(&text(&it[name])));
        items.extend(added);
        put(spec, list, items);
    }
    Ok(())
}

fn hosts(spec: &mut Value, values: &Values) {
    if !values.changed("host-add") && !values.changed("host-rm") {
        return;
    }
    let gone = values.list("host-rm");
    let leaves = |line: &str| {
        gone.iter().any(|it| {
            let wanted = if it.contains([':', '=']) {
                spec::host_line(it)
            } else {
                String::new()
            };
            line == wanted
                || (wanted.is_empty() && line.split_whitespace().skip(1).any(|name| name == *it))
        })
    };
    let mut lines = take(spec, "Hosts");
    lines.retain(|it| !leaves(text(it)));
    for added in values.list("host-add").into_iter().map(spec::host_line) {
        if !lines.iter().any(|it| *it == added.as_str()) {
            lines.push(added.into());
        }
    }
    put(spec, "Hosts", lines);
}

fn capabilities(document: &mut Value, values: &Values) {
    for (flag, field, other) in [
        ("cap-add", "CapabilityAdd", "CapabilityDrop"),
        ("cap-drop", "CapabilityDrop", "CapabilityAdd"),
    ] {
        for name in values.list(flag).into_iter().map(capability) {
            let mut against = take(document, other);
            against.retain(|it| *it != name.as_str());
            put(document, other, against);
            let mut items = take(document, field);
            if !items.iter().any(|it| *it == name.as_str()) {
                items.push(name.into());
            }
            items.sort_by(|one, other| text(one).cmp(text(other)));
            put(document, field, items);
        }
    }
}

fn mounts(cli: &Cli, document: &mut Value, values: &Values) -> Outcome {
    if !values.changed("mount-add") && !values.changed("mount-rm") {
        return Ok(());
    }
    let gone = values.list("mount-rm");
    let mut items = take(document, "Mounts");
    for value in values.list("mount-add") {
        let mount = spec::mount_of(cli, value)?;
        items.retain(|it| it["Target"] != mount["Target"]);
        items.push(mount);
    }
    items.retain(|it| !gone.contains(&text(&it["Target"])));
    items.sort_by(|one, other| {
        (text(&one["Source"]), text(&one["Target"]))
            .cmp(&(text(&other["Source"]), text(&other["Target"])))
    });
    put(document, "Mounts", items);
    Ok(())
}

fn placement(template: &mut Value, values: &Values) {
    if !template["Placement"].is_object() {
        template["Placement"] = json!({});
    }
    let placement = &mut template["Placement"];
    texts(
        placement,
        "Constraints",
        values,
        ("constraint-add", "constraint-rm"),
        whole,
    );
    if values.changed("placement-pref-add") || values.changed("placement-pref-rm") {
        let gone: Vec<Value> = values
            .list("placement-pref-rm")
            .into_iter()
            .map(spec::preference)
            .collect();
        let mut items = take(placement, "Preferences");
        items.retain(|it| !gone.contains(it));
        items.extend(
            values
                .list("placement-pref-add")
                .into_iter()
                .map(spec::preference),
        );
        put(placement, "Preferences", items);
    }
    if values.changed("replicas-max-per-node") {
        placement["MaxReplicas"] = values.number("replicas-max-per-node").into();
    }
}

async fn networks(cli: &mut Cli, template: &mut Value, values: &Values) -> Outcome {
    if !values.changed("network-add") && !values.changed("network-rm") {
        return Ok(());
    }
    let mut gone = Vec::new();
    for name in values.list("network-rm") {
        gone.push(files::network_id(cli, name).await?);
    }
    let added = files::networks(cli, &values.list("network-add")).await?;
    let mut items = take(template, "Networks");
    items.retain(|it| !gone.iter().any(|id| it["Target"] == id.as_str()));
    for entry in added {
        if items.iter().any(|it| it["Target"] == entry["Target"]) {
            let name = text(&entry["Target"]);
            return Err(Failure::new(format!(
                "service is already attached to network {name}"
            )));
        }
        items.push(entry);
    }
    items.sort_by(|one, other| text(&one["Target"]).cmp(text(&other["Target"])));
    put(template, "Networks", items);
    Ok(())
}

fn endpoint(wish: &mut Value, values: &Values) -> Result<(), String> {
    if !wish["EndpointSpec"].is_object() {
        wish["EndpointSpec"] = json!({"Mode": "vip"});
    }
    let endpoint = &mut wish["EndpointSpec"];
    if values.changed("endpoint-mode") {
        endpoint["Mode"] = values.text("endpoint-mode").into();
    }
    if !values.changed("publish-add") && !values.changed("publish-rm") {
        return Ok(());
    }
    let mut items = take(endpoint, "Ports");
    for value in values.list("publish-rm") {
        for gone in ports::read(value)? {
            items.retain(|it| {
                it["TargetPort"] != gone["TargetPort"] || it["Protocol"] != gone["Protocol"]
            });
        }
    }
    for value in values.list("publish-add") {
        for port in ports::read(value)? {
            let same = |it: &Value| {
                ["Protocol", "TargetPort", "PublishedPort", "PublishMode"]
                    .iter()
                    .all(|name| it[*name] == port[*name])
            };
            if items.iter().any(same) {
                continue;
            }
            let clash = items.iter().any(|it| {
                it["PublishedPort"] == port["PublishedPort"]
                    && it["Protocol"] == port["Protocol"]
                    && !port["PublishedPort"].is_null()
            });
            if clash {
                let shown = |name: &str| port[name].to_string();
                return Err(format!(
                    "conflicting port mapping between {}:{}/{} and existing ports",
                    shown("PublishedPort"),
                    shown("TargetPort"),
                    text(&port["Protocol"])
                ));
            }
            items.push(port);
        }
    }
    items.sort_by_key(|it| it["PublishedPort"].as_u64());
    put(endpoint, "Ports", items);
    Ok(())
}
