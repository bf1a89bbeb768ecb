//! `docker service`.

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::super::container::string_map;
use super::super::event::Event;
use super::super::time::rfc3339;
use super::update::Status;
use super::{Service, Swarm, TaskState, event, head, refused, spec};
use crate::daemon::{Daemon, Fault, Filters, Outcome, State, lock};

impl Swarm {
    /// A service by identifier, name, or the beginning of an identifier.
    pub(super) fn service(&self, key: &str) -> Outcome<&Arc<Service>> {
        if let Some(service) = self.services.get(key) {
            return Ok(service);
        }
        if let Some(service) = self.services.values().find(|it| it.name() == key) {
            return Ok(service);
        }
        let mut found = self
            .services
            .values()
            .filter(|it| !key.is_empty() && it.id.starts_with(key));
        match (found.next(), found.next()) {
            (Some(service), None) => Ok(service),
            (Some(_), Some(_)) => Err(Fault::internal(format!(
                "service {key} is ambiguous (multiple matches found)"
            ))),
            _ => Err(Fault::not_found(format!("service {key} not found"))),
        }
    }

    fn status(&self, service: &Service) -> Value {
        let tasks = self.tasks_of(&service.id);
        let running = tasks
            .iter()
            .filter(|it| it.status.state == TaskState::Running)
            .count();
        let global = tasks
            .iter()
            .filter(|it| it.wanted() && !it.node.is_empty())
            .count();
        let complete = tasks
            .iter()
            .filter(|it| {
                service.is_job()
                    && it.status.state == TaskState::Complete
                    && it.iteration == service.job.map(|it| it.0)
            })
            .count();
        let desired = match service.mode() {
            ("Replicated", _) => service.replicas(),
            ("ReplicatedJob", mode) => mode["MaxConcurrent"].as_u64().unwrap_or(1),
            _ => u64::try_from(global).unwrap_or(0),
        };
        json!({"RunningTasks": running, "DesiredTasks": desired, "CompletedTasks": complete})
    }
}

fn document(service: &Service, defaults: bool) -> Value {
    let mut document = head(&service.id, &service.meta);
    let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
    let shown = |it: &Value| {
        if defaults {
            spec::with_defaults(it)
        } else {
            it.clone()
        }
    };
    put("Spec", shown(&service.spec));
    if let Some((previous, _)) = &service.previous {
        put("PreviousSpec", (**previous).clone());
    }
    let mut endpoint = Map::new();
    if service.addresses.is_empty() && service.ports.is_empty() {
        endpoint.insert("Spec".into(), json!({}));
    } else {
        endpoint.insert("Spec".into(), service.spec["EndpointSpec"].clone());
        if !service.ports.is_empty() {
            endpoint.insert("Ports".into(), json!(service.ports));
        }
        if !service.addresses.is_empty() {
            let list: Vec<Value> = service.addresses.iter().map(|(network, address, prefix)| json!({"NetworkID": network, "Addr": format!("{address}/{prefix}")})).collect();
            endpoint.insert("VirtualIPs".into(), json!(list));
        }
    }
    put("Endpoint", Value::Object(endpoint));
    if let Some(status) = &service.update {
        put("UpdateStatus", status.document());
    }
    if let Some((iteration, last)) = service.job {
        let iteration = if iteration == 0 {
            json!({})
        } else {
            json!({"Index": iteration})
        };
        put(
            "JobStatus",
            json!({"JobIteration": iteration, "LastExecution": rfc3339(last)}),
        );
    }
    Value::Object(document)
}

/// Replaces the names of networks by their identifiers, and checks that tasks may be on them.
fn name_networks(state: &State, wish: &mut Value) -> Outcome<()> {
    // Older clients put them beside the template.
    if let Some(old) = wish
        .get_mut("Networks")
        .map(Value::take)
        .filter(|it| it.as_array().is_some_and(|it| !it.is_empty()))
        && wish["TaskTemplate"]["Networks"]
            .as_array()
            .is_none_or(Vec::is_empty)
    {
        wish["TaskTemplate"]["Networks"] = old;
    }
    let Some(networks) = wish["TaskTemplate"]["Networks"].as_array_mut() else {
        return Ok(());
    };
    for entry in networks {
        let key = entry["Target"].as_str().unwrap_or_default().to_owned();
        let network = state.network(&key)?;
        if network.name == "ingress" {
            return Err(Fault::forbidden(format!(
                "Service cannot be explicitly attached to the ingress network \"{}\"",
                network.name
            )));
        }
        if !network.is_swarm() && !network.is_predefined() {
            return Err(Fault::forbidden(format!(
                "The network {key} cannot be used with services. Only networks scoped to the swarm can be used, such as those created with the overlay driver."
            )));
        }
        entry["Target"] = json!(network.id);
    }
    Ok(())
}

fn check_files(swarm: &Swarm, wish: &Value) -> Outcome<()> {
    let container = &wish["TaskTemplate"]["ContainerSpec"];
    for (list, field, name, word) in [
        ("Secrets", "SecretID", "SecretName", "secret"),
        ("Configs", "ConfigID", "ConfigName", "config"),
    ] {
        let mut missing = Vec::new();
        for entry in container[list].as_array().into_iter().flatten() {
            let id = entry[field].as_str().unwrap_or_default();
            let known = if word == "secret" {
                swarm.secrets.contains_key(id)
            } else {
                swarm.configs.contains_key(id)
            };
            if !known {
                missing.push(entry[name].as_str().unwrap_or_default().to_owned());
            }
        }
        if !missing.is_empty() {
            let plural = if missing.len() == 1 { "" } else { "s" };
            return Err(refused(
                "InvalidArgument",
                format!("{word}{plural} not found: {}", missing.join(", ")),
            ));
        }
    }
    Ok(())
}

impl Daemon {
    fn wish(&self, state: &State, given: &Value) -> Outcome<Value> {
        let mut given = given.clone();
        name_networks(state, &mut given)?;
        let mut wish = spec::service(&given)?;
        if wish["Name"] == "" {
            // Docker draws a name as for a container.
            wish["Name"] = json!(lock(&self.inner.ids).name());
        }
        Ok(wish)
    }

    /// Makes a service; its identifier.
    pub fn create_service(&self, given: &Value) -> Outcome<String> {
        let id = self.swarm_id();
        self.in_swarm(|state, now| {
            let wish = self.wish(state, given)?;
            spec::validate(&wish)?;
            let name = wish["Name"].as_str().unwrap_or_default().to_owned();
            let swarm = state.swarm.as_mut().ok_or_else(super::not_a_manager)?;
            swarm.check_ports(&wish, "")?;
            check_files(swarm, &wish)?;
            if swarm.services.values().any(|it| it.name() == name) {
                return Err(refused(
                    "AlreadyExists",
                    format!(
                        "name conflicts with an existing object: service {name} already exists"
                    ),
                ));
            }
            let meta = swarm.meta(now);
            let mut service = Service {
                id: id.clone(),
                spec_version: meta.version,
                meta,
                spec: Arc::new(wish),
                previous: None,
                addresses: Vec::new(),
                ports: Vec::new(),
                update: None,
                run: None,
                job: None,
            };
            service.job = service.is_job().then_some((0, now));
            swarm.services.insert(id.clone(), Arc::new(service));
            if let Err(fault) = state.allocate_service(&id) {
                if let Some(swarm) = &mut state.swarm {
                    swarm.services.remove(&id);
                }
                return Err(fault);
            }
            let mut events = vec![event("service", "create", &id, &[("name", &name)], now)];
            let given_out = state
                .manager()?
                .services
                .get(&id)
                .is_some_and(|it| !it.ports.is_empty() || !it.addresses.is_empty());
            if given_out {
                events.push(event("service", "update", &id, &[("name", &name)], now));
            }
            Ok((id.clone(), events))
        })
    }

    /// Changes a service, or takes its last change back.
    pub fn update_service(
        &self,
        key: &str,
        version: u64,
        given: &Value,
        roll_back: bool,
    ) -> Outcome<()> {
        self.in_swarm(|state, now| {
            let before = Arc::clone(state.manager()?.service(key)?);
            let wish = self.wish(state, given)?;
            spec::validate(&wish)?;
            let swarm = state.swarm.as_mut().ok_or_else(super::not_a_manager)?;
            if before.meta.version != version {
                return Err(refused("Unknown", "update out of sequence"));
            }
            if wish["Name"] != before.name() {
                return Err(refused(
                    "Unimplemented",
                    "renaming services is not supported",
                ));
            }
            let kind = |spec: &Value| {
                spec["Mode"]
                    .as_object()
                    .and_then(|it| it.keys().next().cloned())
            };
            if kind(&wish) != kind(&before.spec) {
                return Err(refused(
                    "Unimplemented",
                    "service mode change is not allowed",
                ));
            }
            swarm.check_ports(&wish, &before.id)?;
            check_files(swarm, &wish)?;
            let after = change(&before, wish, roll_back, swarm.index + 1, now)?;
            let told = told(&before, &after, now);
            swarm.edit_service(&before.id, now, |it| {
                let meta = it.meta;
                *it = after;
                it.meta = meta;
            });
            state.allocate_service(&before.id)?;
            Ok(((), vec![told]))
        })
    }

    /// Removes a service; its tasks follow.
    pub fn remove_service(&self, key: &str) -> Outcome<()> {
        self.in_swarm(|state, now| {
            let service = Arc::clone(state.manager()?.service(key)?);
            if let Some(swarm) = &mut state.swarm {
                swarm.tick();
                swarm.services.remove(&service.id);
            }
            Ok((
                (),
                vec![event(
                    "service",
                    "remove",
                    &service.id,
                    &[("name", service.name())],
                    now,
                )],
            ))
        })
    }

    /// `GET /services`.
    pub fn list_services(&self, filters: &Filters, with_status: bool) -> Outcome<Vec<Value>> {
        let state = self.state();
        let swarm = state.manager()?;
        filters.only(&["name", "id", "label", "mode", "runtime"])?;
        for mode in filters.get("mode") {
            if !matches!(
                mode.as_str(),
                "replicated" | "global" | "replicated-job" | "global-job"
            ) {
                return Err(Fault::invalid(format!("invalid filter 'mode={mode}'")));
            }
        }
        let passes = |it: &Service| {
            let mode = match it.mode().0 {
                "Global" => "global",
                "ReplicatedJob" => "replicated-job",
                "GlobalJob" => "global-job",
                _ => "replicated",
            };
            filters.any("name", |name| it.name().starts_with(name))
                && filters.any("id", |id| it.id.starts_with(id))
                && filters.any("mode", |word| word == mode)
                && filters.any("runtime", |word| word == "container")
                && filters.labels(&string_map(Some(&it.spec["Labels"])))
        };
        let found = swarm.services.values().filter(|it| passes(it));
        Ok(found
            .map(|it| {
                let mut document = document(it, false);
                if with_status {
                    document["ServiceStatus"] = swarm.status(it);
                }
                document
            })
            .collect())
    }

    /// `GET /services/ID`.
    pub fn inspect_service(&self, key: &str, defaults: bool) -> Outcome<Value> {
        let state = self.state();
        let swarm = state.manager()?;
        Ok(document(swarm.service(key)?, defaults))
    }
}

/// The service with its new wish, or its old one again.
fn change(
    before: &Service,
    wish: Value,
    roll_back: bool,
    version: u64,
    now: SystemTime,
) -> Outcome<Service> {
    let mut after = before.clone();
    after.run = None;
    if roll_back {
        let Some((spec, old)) = before.previous.clone() else {
            return Err(refused(
                "FailedPrecondition",
                format!("service {} does not have a previous spec", before.id),
            ));
        };
        after.previous = Some((Arc::clone(&before.spec), before.spec_version));
        after.spec = spec;
        after.spec_version = old;
        after.update = Some(Status {
            state: "rollback_started".to_owned(),
            started: Some(now),
            completed: None,
            message: "manually requested rollback".into(),
        });
    } else {
        after.previous = Some((Arc::clone(&before.spec), before.spec_version));
        after.spec = Arc::new(wish);
        after.spec_version = version;
        after.update = None;
    }
    if let Some((iteration, _)) = before.job {
        after.job = Some((iteration + 1, now));
    }
    Ok(after)
}

/// The event of a change: what of the most important differs.
fn told(before: &Service, after: &Service, now: SystemTime) -> Event {
    let image = |it: &Service| {
        let image = it.spec["TaskTemplate"]["ContainerSpec"]["Image"].as_str();
        image.unwrap_or_default().to_owned()
    };
    let mut attributes = vec![("name", after.name().to_owned())];
    if image(before) != image(after) {
        attributes.push(("image.new", image(after)));
        attributes.push(("image.old", image(before)));
    }
    if before.mode().0 == "Replicated" && before.replicas() != after.replicas() {
        attributes.push(("replicas.new", after.replicas().to_string()));
        attributes.push(("replicas.old", before.replicas().to_string()));
    }
    if let Some(status) = &after.update {
        attributes.push(("updatestate.new", status.state.clone()));
    }
    let attributes: Vec<(&str, &str)> = attributes
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    event("service", "update", &after.id, &attributes, now)
}
