//! Goals on images, volumes and networks.

use super::words::{code, seen, wanted};
use super::{Evidence, Found, Row};
use crate::domain::{Image, Kind, Network, Object, Snapshot, Volume, familiar};
use crate::lesson::goal::{Count, ImageGoal, NetworkGoal, VolumeGoal};

/// A reference without what engines add to it (`docker.io/library/`, `localhost/`), with its tag.
pub(super) fn full_reference(reference: &str) -> String {
    let name = familiar(reference);
    let last = name.rsplit('/').next().unwrap_or(name);
    if last.contains([':', '@']) {
        name.to_owned()
    } else {
        format!("{name}:latest")
    }
}

/// Whether two references name the same image.
pub(super) fn same_reference(one: &str, other: &str) -> bool {
    full_reference(one) == full_reference(other)
}

/// The image of this reference, however the engine spells it.
pub(super) fn find_image<'a>(state: &'a Snapshot, reference: &str) -> Option<&'a Image> {
    state.images().find(|image| carries(image, reference))
}

fn carries(image: &Image, reference: &str) -> bool {
    image.id == reference || image.tags.iter().any(|tag| same_reference(tag, reference))
}

/// How many images of this state have these traits.
pub(super) fn count_images(goal: &ImageGoal, state: &Snapshot, evidence: Evidence<'_>) -> usize {
    let is_new = |image: &Image| evidence.before().images().all(|old| old.id != image.id);
    state
        .images()
        .filter(|image| goal.name.as_ref().is_none_or(|name| carries(image, name)))
        .filter(|image| goal.fresh.is_none_or(|fresh| fresh == is_new(image)))
        .count()
}

/// Judges `image`.
pub(super) fn judge_image(goal: &ImageGoal, evidence: Evidence<'_>) -> Found {
    let count = |state: &Snapshot| count_images(goal, state, evidence);
    let numbers = (count(evidence.before()), count(evidence.now()));
    let name = goal.name.as_deref();
    let there = name.is_some_and(|name| find_image(evidence.now(), name).is_some());
    let complaint = match (name, goal.fresh) {
        (Some(name), Some(fresh)) if there => {
            let not = if fresh {
                "n’a pas changé"
            } else {
                "a changé"
            };
            Some(format!(
                "L’image {} {not} depuis le début de l’exercice.",
                code(name)
            ))
        }
        _ => None,
    };
    judge_number(&Noun::IMAGE, name, goal.count, numbers, complaint)
}

/// How many volumes of this state have these traits.
pub(super) fn count_volumes(goal: &VolumeGoal, state: &Snapshot, evidence: Evidence<'_>) -> usize {
    let is_new = |volume: &Volume| volumes(evidence.before()).all(|old| old.name != volume.name);
    let is_used = |volume: &Volume| {
        let user = goal.used_by.as_ref();
        user.is_none_or(|name| mounts(state, name, &volume.name))
    };
    volumes(state)
        .filter(|volume| goal.name.as_ref().is_none_or(|name| *name == volume.name))
        .filter(|volume| goal.fresh.is_none_or(|fresh| fresh == is_new(volume)))
        .filter(|volume| is_used(volume))
        .count()
}

/// Judges `volume`.
pub(super) fn judge_volume(goal: &VolumeGoal, evidence: Evidence<'_>) -> Found {
    let count = |state: &Snapshot| count_volumes(goal, state, evidence);
    let numbers = (count(evidence.before()), count(evidence.now()));
    let name = goal.name.as_deref();
    let exists = name.is_some_and(|name| volumes(evidence.now()).any(|volume| volume.name == name));
    let complaint = match (&goal.used_by, name) {
        (Some(user), Some(name)) if exists => Some(format!(
            "Le volume {} n’est pas monté par {}.",
            code(name),
            code(user)
        )),
        _ => None,
    };
    judge_number(&Noun::VOLUME, name, goal.count, numbers, complaint)
}

/// How many networks of this state have these traits.
pub(super) fn count_networks(
    goal: &NetworkGoal,
    state: &Snapshot,
    evidence: Evidence<'_>,
) -> usize {
    let is_new = |network: &Network| evidence.before().networks().all(|old| old.id != network.id);
    state
        .networks()
        .filter(|network| goal.name.as_ref().is_none_or(|name| *name == network.name))
        .filter(|network| goal.driver.as_ref().is_none_or(|it| *it == network.driver))
        .filter(|network| goal.fresh.is_none_or(|fresh| fresh == is_new(network)))
        .filter(|network| absent_from(goal, state, network).is_none())
        .count()
}

/// The first container that should be on this network and is not.
fn absent_from<'a>(
    goal: &'a NetworkGoal,
    state: &Snapshot,
    network: &Network,
) -> Option<&'a String> {
    goal.joins.iter().find(|name| !is_on(state, name, network))
}

/// Judges `reseau`.
pub(super) fn judge_network(goal: &NetworkGoal, evidence: Evidence<'_>) -> Found {
    let count = |state: &Snapshot| count_networks(goal, state, evidence);
    let numbers = (count(evidence.before()), count(evidence.now()));
    let name = goal.name.as_deref();
    let complaint = name.and_then(|name| {
        let network = evidence
            .now()
            .networks()
            .find(|network| network.name == name)?;
        if let Some(driver) = goal.driver.as_ref().filter(|it| **it != network.driver) {
            return Some(format!(
                "{name} : pilote attendu {}, observé {}.",
                code(driver),
                code(&network.driver)
            ));
        }
        absent_from(goal, evidence.now(), network).map(|it| {
            format!(
                "Le conteneur {} n’est pas relié au réseau {}.",
                code(it),
                code(name)
            )
        })
    });
    judge_number(&Noun::NETWORK, name, goal.count, numbers, complaint)
}

fn volumes(state: &Snapshot) -> impl Iterator<Item = &Volume> {
    state
        .of_kind(Kind::Volume)
        .filter_map(|object| match object {
            Object::Volume(volume) => Some(volume),
            _ => None,
        })
}

fn mounts(state: &Snapshot, container: &str, volume: &str) -> bool {
    state.container(container).is_some_and(|it| {
        it.document["Mounts"]
            .as_array()
            .is_some_and(|mounts| mounts.iter().any(|mount| mount["Name"] == volume))
    })
}

fn is_on(state: &Snapshot, container: &str, network: &Network) -> bool {
    state
        .container(container)
        .and_then(|it| it.document["NetworkSettings"]["Networks"].as_object())
        .is_some_and(|networks| networks.contains_key(&network.name))
}

/// How a kind of object is spoken of.
struct Noun {
    /// `L’image`.
    the: &'static str,
    /// `Aucune image`.
    none: &'static str,
    /// `Images`.
    plural: &'static str,
    /// The field that names it in `docker inspect`.
    field: &'static str,
}

impl Noun {
    const IMAGE: Self = Self {
        the: "L’image",
        none: "Aucune image",
        plural: "Images",
        field: "RepoTags",
    };
    const VOLUME: Self = Self {
        the: "Le volume",
        none: "Aucun volume",
        plural: "Volumes",
        field: "Name",
    };
    const NETWORK: Self = Self {
        the: "Le réseau",
        none: "Aucun réseau",
        plural: "Réseaux",
        field: "Name",
    };
}

fn judge_number(
    noun: &Noun,
    name: Option<&str>,
    count: Count,
    (before, now): (usize, usize),
    complaint: Option<String>,
) -> Found {
    let met = count.accepts(now);
    // There is one of that name, which is not as asked.
    let wrong = now == 0 && complaint.is_some();
    let object = name.unwrap_or(noun.plural).to_owned();
    let missing = match (name, count) {
        (Some(name), Count::Exactly(0)) => format!("{} {} existe encore.", noun.the, code(name)),
        (Some(name), Count::AtLeast(1)) => {
            complaint.unwrap_or_else(|| format!("{} ne s’appelle {}.", noun.none, code(name)))
        }
        _ => format!(
            "{} : {}, observé : {}.",
            noun.plural,
            wanted(count),
            seen(now)
        ),
    };
    let present = |number: usize| (number > 0).then(|| "présent".to_owned());
    let row = match (name, count) {
        (Some(_), Count::Exactly(0) | Count::AtLeast(1)) => Row {
            object: object.clone(),
            field: noun.field.into(),
            before: present(before),
            now: if wrong {
                Some("présent, non conforme".to_owned())
            } else {
                present(now)
            },
            target: present(usize::from(count != Count::NONE)),
            met,
        },
        _ => Row {
            object: object.clone(),
            field: "nombre".into(),
            before: Some(before.to_string()),
            now: Some(now.to_string()),
            target: Some(wanted(count)),
            met,
        },
    };
    let state = match count {
        Count::Exactly(0) => "absent".to_owned(),
        Count::AtLeast(1) => "présent".to_owned(),
        count => wanted(count),
    };
    Found {
        met,
        label: format!("{object} : {state}"),
        missing,
        rows: vec![row],
    }
}
