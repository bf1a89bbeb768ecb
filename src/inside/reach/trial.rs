//! From a container to another.

use std::collections::BTreeSet;

use super::conclude::{Seen, conclude};
use super::tools::Tools;
use super::{Answer, Outcome, names, ports};
use crate::domain::topology::{Barrier, Member, Route, Topology, Way};
use crate::engine::{CallError, Client};
use crate::text::states;

/// Ports that are tried.
const PORTS: usize = 4;

/// Tries to reach one container from another, with the tools of the caller's image.
pub(super) async fn attempt(
    client: &Client,
    all: &Topology,
    from: &str,
    to: &str,
) -> Result<Outcome, CallError> {
    let (Some(from), Some(to)) = (all.member(from), all.member(to)) else {
        return Ok(Outcome::new(
            Answer::Unknown,
            "L’un des deux conteneurs n’existe plus.",
        ));
    };
    let route = all.route(from, to);
    if route == Route::Closed(Barrier::CallerAsleep) {
        let word = states::word(from.state);
        let words = format!(
            "«\u{a0}{}\u{a0}» est {word}\u{a0}: rien ne peut être essayé depuis lui.",
            from.name
        );
        return Ok(Outcome::new(Answer::Unknown, words));
    }
    let host = target(&route, to);
    let tools = Tools::of(client, &from.name).await?;
    let Some(tools) = tools.filter(|it| !it.is_empty()) else {
        let words = format!(
            "L’image de «\u{a0}{}\u{a0}» n’a ni shell ni outil de réseau\u{a0}: rien ne peut y être lancé. À la main, un conteneur voisin peut emprunter sa pile réseau\u{a0}:",
            from.name
        );
        let mut outcome = Outcome::new(Answer::Unknown, words);
        outcome.by_hand = Some(format!(
            "docker run --rm --network container:{} busybox ping -c 1 {host}",
            from.name
        ));
        return Ok(outcome);
    };
    let mut seen = Seen::default();
    let mut trials = Vec::new();
    let resolved = if matches!(&route, Route::Ways(ways) if ways.first() == Some(&Way::Same)) {
        None
    } else {
        let given = given_name(&route);
        let name = given.unwrap_or(&to.name);
        let named = names::resolve(&tools, name, given.is_some()).await?;
        seen.name = named.trial.as_ref().map_or(Answer::Unknown, |it| it.answer);
        trials.extend(named.trial);
        named.address
    };
    // An address, so that what follows does not fail for want of a name.
    let address = resolved.map_or_else(|| first_address(&route, to), |it| Some(it.to_string()));
    if to.is_awake()
        && let Some(address) = &address
    {
        let pinged = names::ping(&tools, address).await?;
        seen.ping = pinged.as_ref().map_or(Answer::Unknown, |it| it.answer);
        trials.extend(pinged);
        let listening = ports::listening(client, &to.name).await;
        let mut numbers: Vec<u16> = declared(&route, to);
        if let Some((found, trial)) = listening {
            let more: Vec<u16> = found.keys().copied().collect();
            numbers.extend(
                more.iter()
                    .filter(|it| !numbers.contains(it))
                    .copied()
                    .collect::<Vec<_>>(),
            );
            seen.listening = Some(found);
            trials.push(trial);
        }
        numbers.truncate(PORTS);
        for number in numbers {
            let Some(trial) = ports::connect(&tools, address, number).await? else {
                break;
            };
            seen.ports.push((number, trial.answer));
            trials.push(trial);
        }
    }
    let (answer, words) = conclude(from, to, &route, &seen);
    let mut outcome = Outcome::new(answer, words);
    outcome.trials = trials;
    Ok(outcome)
}

/// The name that the network gives. Without one, the container's own is tried, to show that it is
/// not known.
fn given_name(route: &Route) -> Option<&str> {
    match route {
        Route::Ways(ways) => match ways.first()? {
            Way::Network { names, .. } => names.first().map(String::as_str),
            _ => None,
        },
        Route::Closed(_) => None,
    }
}

/// What the caller would type.
fn target(route: &Route, to: &Member) -> String {
    match route {
        Route::Ways(ways) => ways.first().map_or("", Way::host).to_owned(),
        Route::Closed(_) => first_address(route, to).unwrap_or_else(|| to.name.clone()),
    }
}

/// An address of the other; even out of reach, it is worth trying.
fn first_address(route: &Route, to: &Member) -> Option<String> {
    match route {
        Route::Ways(ways) => ways.first().map(|way| way.address().to_owned()),
        Route::Closed(_) => to.places().iter().find_map(|it| it.address.clone()),
    }
}

/// The TCP ports to try: those of the machine when that is the way, else those that the container
/// publishes or declares.
fn declared(route: &Route, to: &Member) -> Vec<u16> {
    if let Route::Ways(ways) = route
        && let Some(Way::Published { port, .. }) = ways.first()
    {
        return vec![*port];
    }
    let tcp = to.ports.iter().filter(|it| it.protocol == "tcp");
    let numbers: BTreeSet<u16> = tcp.map(|it| it.number).collect();
    numbers.into_iter().collect()
}
