//! Goals on published ports.

use super::words::{NOWHERE, code};
use super::{Evidence, Found, Row};
use crate::domain::{Container, ContainerState, PortMapping};
use crate::lesson::goal::{Count, PortGoal};

/// Judges `port`.
pub(super) fn judge(goal: &PortGoal, evidence: Evidence<'_>) -> Found {
    let name = &goal.container;
    let is_wanted = |port: &&PortMapping| {
        goal.host.is_none_or(|host| host == port.host)
            && goal.inside.is_none_or(|inside| inside == port.container)
            && goal.protocol == port.protocol
            && goal
                .address
                .as_ref()
                .is_none_or(|address| *address == port.host_ip)
    };
    let shown = |container: Option<&Container>| {
        let ports = &container?.ports;
        let ports: Vec<_> = ports
            .iter()
            .map(|port| {
                format!(
                    "{}:{}→{}/{}",
                    port.host_ip, port.host, port.container, port.protocol
                )
            })
            .collect();
        (!ports.is_empty()).then(|| ports.join(", "))
    };
    let (old, new) = (
        evidence.before().container(name),
        evidence.now().container(name),
    );
    let number = new.map_or(0, |it| it.ports.iter().filter(is_wanted).count());
    let met = new.is_some() && goal.count.accepts(number);
    let any = |port: Option<u16>| port.map_or_else(|| "*".to_owned(), |it| it.to_string());
    let address = goal
        .address
        .as_ref()
        .map(|it| format!("{it}:"))
        .unwrap_or_default();
    let what = format!(
        "{address}{}→{}/{}",
        any(goal.host),
        any(goal.inside),
        goal.protocol
    );
    let absent = goal.count == Count::NONE;
    let missing = match new {
        None => format!("Aucun conteneur ne s’appelle {}.", code(name)),
        Some(_) if absent => format!("{name} : le port {} est publié.", code(&what)),
        Some(it) if it.state != ContainerState::Running => format!(
            "{name} ne tourne pas (état {}) : aucun port n’est publié.",
            code(it.state.as_str())
        ),
        Some(_) => format!(
            "{name} : port attendu {}, observé {}.",
            code(&what),
            shown(new).map_or_else(|| "aucun".to_owned(), |it| code(&it))
        ),
    };
    let inside = goal
        .inside
        .map_or_else(String::new, |it| format!(".{it}/{}", goal.protocol));
    let row = Row {
        object: name.clone(),
        field: format!("NetworkSettings.Ports{inside}"),
        before: shown(old),
        now: shown(new).or_else(|| (absent && new.is_none()).then(|| NOWHERE.to_owned())),
        target: (!absent).then(|| what.clone()),
        met,
    };
    let sign = if absent { "pas de port " } else { "port " };
    Found {
        met,
        label: format!("{name} : {sign}{what}"),
        missing,
        rows: vec![row],
    }
}
