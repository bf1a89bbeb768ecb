//! The templates of a service's hostname, environment, mounts and templated files.

use super::super::container::string_map;
use super::{Service, Swarm, Task};
use crate::daemon::{Fault, Outcome};

/// What a template may name.
pub(super) struct Scope<'a> {
    pub(super) swarm: &'a Swarm,
    pub(super) service: Option<&'a Service>,
    pub(super) task: &'a Task,
    pub(super) hostname: &'a str,
}

impl Scope<'_> {
    /// The text with `{{.Task.Slot}}` and such replaced.
    pub(super) fn expand(&self, text: &str) -> Outcome<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((action, more)) = after.split_once("}}") else {
                return Err(Fault::internal(
                    "expanding template failed: template: expansion:1: unclosed action",
                ));
            };
            out.push_str(before);
            out.push_str(&self.value(action.trim())?);
            rest = more;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn value(&self, action: &str) -> Outcome<String> {
        let labels = self
            .service
            .map(|it| string_map(Some(&it.spec["Labels"])))
            .unwrap_or_default();
        let label = |name: &str| labels.get(name).cloned().unwrap_or_default();
        if let Some(rest) = action.strip_prefix("index .Service.Labels") {
            return Ok(label(rest.trim().trim_matches('"')));
        }
        Ok(match action {
            ".Service.ID" => self.task.service.clone(),
            ".Service.Name" => self.task.service_name.clone(),
            ".Service.Labels" => format!(
                "map[{}]",
                labels
                    .iter()
                    .map(|(key, value)| format!("{key}:{value}"))
                    .collect::<Vec<_>>()
                    .join(" ")
            ),
            ".Node.ID" => self.swarm.node.id.clone(),
            ".Node.Hostname" => self.hostname.to_owned(),
            ".Node.Platform.OS" => "linux".to_owned(),
            ".Node.Platform.Architecture" => super::nodes::machine().to_owned(),
            ".Task.ID" => self.task.id.clone(),
            ".Task.Name" => self.task.name(),
            ".Task.Slot" if self.task.slot == 0 => self.task.node.clone(),
            ".Task.Slot" => self.task.slot.to_string(),
            other => {
                if let Some(name) = other.strip_prefix(".Service.Labels.") {
                    return Ok(label(name));
                }
                let name = other.trim_start_matches('.');
                return Err(Fault::internal(format!(
                    "expanding template failed: template: expansion:1:2: executing \"expansion\" at <{other}>: can't evaluate field {name} in type template.Context"
                )));
            }
        })
    }
}
