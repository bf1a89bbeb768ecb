//! States close to the one that meets an exercise's goal, none of which may meet it: the objects
//! that the goal names, gone, renamed or stopped, and each trait that it asks for, spoilt.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::field::{find, lookup};
use super::{Evidence, field};
use crate::domain::{ChangeKind, Container, ContainerState, Document, Kind, Object, Snapshot};
use crate::lesson::goal::{ChangeGoal, ContainerGoal, Count, FieldGoal, Matcher, PortGoal};
use crate::lesson::model::Exercise;

/// A state that is almost right, and what is wrong with it, in French.
#[derive(Debug, Clone)]
pub struct NearMiss {
    /// `jumeau2 : arrêté`.
    pub what: String,
    /// The state.
    pub state: Snapshot,
}

/// The near misses of the state now, which meets the goal.
pub fn near_misses(exercise: &Exercise, evidence: Evidence<'_>) -> Vec<NearMiss> {
    let mut maker = Maker {
        evidence,
        found: Vec::new(),
    };
    let mut named = BTreeSet::new();
    for goal in &exercise.goals {
        named.extend(named_by(&goal.matcher));
        maker.traits(&goal.matcher);
    }
    for (kind, name) in named {
        if let Some(object) = find(evidence.now(), kind, &name) {
            maker.whole(object, &name);
        }
    }
    maker.found
}

/// The object that a condition wants to exist.
fn named_by(matcher: &Matcher) -> Option<(Kind, String)> {
    let (kind, name, count) = match matcher {
        Matcher::Container(it) => (Kind::Container, it.name.as_ref()?, it.count),
        Matcher::Image(it) => (Kind::Image, it.name.as_ref()?, it.count),
        Matcher::Volume(it) => (Kind::Volume, it.name.as_ref()?, it.count),
        Matcher::Network(it) => (Kind::Network, it.name.as_ref()?, it.count),
        Matcher::Port(it) => (Kind::Container, &it.container, it.count),
        // Even for no line of `docker diff`, the container must exist.
        Matcher::Change(it) => (Kind::Container, &it.container, Count::default()),
        Matcher::Inspect(it) => (it.kind, &it.name, Count::default()),
        Matcher::Engine(_) | Matcher::Event(_) | Matcher::Command(_) => return None,
    };
    (count == Count::default()).then(|| (kind, name.clone()))
}

struct Maker<'a> {
    evidence: Evidence<'a>,
    found: Vec<NearMiss>,
}

impl Maker<'_> {
    /// The state with an object in place of another, or without it.
    fn replace(&mut self, what: String, old: &Object, new: Option<Object>) {
        let mut state = self.evidence.now().clone();
        state.remove(&old.reference());
        if let Some(new) = new {
            state.insert(new);
        }
        self.found.push(NearMiss { what, state });
    }

    /// The object as a whole: gone, under another name, and a container that was started, stopped.
    fn whole(&mut self, object: &Object, name: &str) {
        self.replace(format!("{name} : supprimé"), object, None);
        let renamed = renamed(object);
        self.replace(format!("{name} : autre nom"), object, Some(renamed));
        let Object::Container(container) = object else {
            return;
        };
        let before = self.evidence.before().get(&object.reference());
        let ran = matches!(before, Some(Object::Container(it)) if it.state == container.state);
        if container.state == ContainerState::Running && !ran {
            let stopped = in_state(container, ContainerState::Exited);
            self.replace(format!("{name} : arrêté"), object, Some(stopped));
        }
    }

    /// Each trait that a condition asks of a named object.
    fn traits(&mut self, matcher: &Matcher) {
        let now = self.evidence.now();
        match matcher {
            Matcher::Container(goal) if goal.count == Count::default() => self.container(goal),
            Matcher::Port(goal) if goal.count == Count::default() => self.port(goal),
            Matcher::Change(goal) if goal.count == Count::default() => self.change(goal),
            Matcher::Volume(goal) => {
                if let Some(user) = goal.used_by.as_ref().and_then(|name| now.container(name)) {
                    self.document(user, "sans volume", "Mounts", json!([]));
                }
            }
            Matcher::Network(goal) => {
                for user in goal.joins.iter().filter_map(|name| now.container(name)) {
                    self.document(
                        user,
                        "sans réseau",
                        "NetworkSettings",
                        json!({"Networks": {}}),
                    );
                }
            }
            Matcher::Inspect(goal) => {
                if let Some(object) = find(now, goal.kind, &goal.name) {
                    for (path, wanted) in &goal.fields {
                        self.field(object, &goal.name, path, wanted);
                    }
                }
            }
            _ => {}
        }
    }

    fn container(&mut self, goal: &ContainerGoal) {
        let now = self.evidence.now();

        let Some(container) = goal.name.as_ref().and_then(|name| now.container(name)) else {
            return;
        };
        if !goal.states.is_empty() {
            for state in STATES.into_iter().filter(|it| !goal.states.contains(it)) {
                let bad = in_state(container, state);
                let what = format!("{} : autre état", container.name);
                let old = Object::Container(container.clone());
                self.replace(what, &old, Some(bad));
            }
        }
        if goal.image.is_some() || goal.same_image_as.is_some() {
            self.edit(container, "autre image", |it| {
                "ailleurs/autre:1".clone_into(&mut it.image);
                "sha256:autre".clone_into(&mut it.image_id);
            });
        }
        if goal.command.is_some() {
            self.edit(container, "autre commande", |it| {
                it.command.push("x".into());
            });
        }
        if goal.exit_code.is_some() {
            self.edit(container, "autre code de sortie", |it| it.exit_code += 1);
        }
        if goal.fresh == Some(false) {
            self.edit(container, "recréé", |it| it.id = "f".repeat(64));
        }
    }

    fn port(&mut self, goal: &PortGoal) {
        let now = self.evidence.now();

        let Some(container) = now.container(&goal.container) else {
            return;
        };
        self.edit(container, "sans port", |it| it.ports.clear());
        if goal.host.is_some() {
            self.edit(container, "autre port de l’hôte", |it| {
                it.ports.iter_mut().for_each(|port| port.host ^= 1);
            });
        }
        if goal.inside.is_some() {
            self.edit(container, "autre port interne", |it| {
                it.ports.iter_mut().for_each(|port| port.container ^= 1);
            });
        }
        if goal.address.is_some() {
            self.edit(container, "autre adresse", |it| {
                it.ports
                    .iter_mut()
                    .for_each(|port| "192.0.2.1".clone_into(&mut port.host_ip));
            });
        }
        self.edit(container, "autre protocole", |it| {
            it.ports
                .iter_mut()
                .for_each(|port| "sctp".clone_into(&mut port.protocol));
        });
    }

    fn change(&mut self, goal: &ChangeGoal) {
        let now = self.evidence.now();

        let Some(container) = now.container(&goal.container) else {
            return;
        };
        self.edit(container, "couche vidée", |it| {
            it.changes = Some(Arc::default());
        });
        if let Some(kind) = goal.kind {
            let other = if kind == ChangeKind::Deleted {
                ChangeKind::Added
            } else {
                ChangeKind::Deleted
            };
            self.edit(container, "autre genre de modification", |it| {
                let changes = it.changes.as_ref().map(|it| it.to_vec());
                let mut changes = changes.unwrap_or_default();
                for change in &mut changes {
                    change.kind = other;
                }
                it.changes = Some(Arc::new(changes));
            });
        }
    }

    fn edit(&mut self, container: &Container, what: &str, change: impl FnOnce(&mut Container)) {
        let mut bad = container.clone();
        change(&mut bad);
        let what = format!("{} : {what}", container.name);
        let old = Object::Container(container.clone());
        self.replace(what, &old, Some(Object::Container(bad)));
    }

    fn document(&mut self, container: &Container, what: &str, key: &str, value: Value) {
        self.edit(container, what, |it| {
            let mut document = (*it.document).clone();
            document[key] = value;
            it.document = Document::from(document);
        });
    }

    /// A field that is not what is wanted of it.
    fn field(&mut self, object: &Object, name: &str, path: &str, wanted: &FieldGoal) {
        let now = lookup(object.document(), path);
        let kind = object.reference().kind;
        let other = |name: &str| find(self.evidence.now(), kind, name);
        let before = find(self.evidence.before(), kind, name)
            .and_then(|it| lookup(it.document(), path).cloned());
        let bad = match wanted {
            // Two names of one image: what spoils one spoils the other.
            FieldGoal::SameAs(name) if other(name).is_some_and(|it| it == object) => None,
            FieldGoal::Is(_) | FieldGoal::Unchanged(true) | FieldGoal::SameAs(_) => {
                now.map(different)
            }
            FieldGoal::IsNot(unwanted) => now.map(|now| match now {
                Value::String(_) => json!(unwanted),
                _ => field::quantity(unwanted).map_or(Value::Null, |it| json!(it)),
            }),
            FieldGoal::AtLeast(_) => Some(json!(-1)),
            FieldGoal::AtMost(_) => Some(json!(i64::MAX)),
            FieldGoal::Holds(_) | FieldGoal::Extends(_) => Some(json!([])),
            FieldGoal::Absent(true) => Some(json!("x")),
            FieldGoal::Absent(false) => Some(Value::Null),
            FieldGoal::OtherThan(name) => {
                other(name).and_then(|it| lookup(it.document(), path).cloned())
            }
            FieldGoal::Unchanged(false) => before,
            FieldGoal::Length(count) => Some(match count {
                Count::Exactly(number) => Value::Array(vec![Value::Null; number + 1]),
                Count::AtLeast(_) => json!([]),
            }),
        };
        let Some(bad) = bad else { return };
        let mut document = object.document().clone();
        if let Some(place) = place_of(&mut document, path) {
            *place = bad;
            let object_now = with_document(object, document);
            self.replace(format!("{name} : autre {path}"), object, Some(object_now));
        }
    }
}

const STATES: [ContainerState; 4] = [
    ContainerState::Created,
    ContainerState::Running,
    ContainerState::Paused,
    ContainerState::Exited,
];

fn in_state(container: &Container, state: ContainerState) -> Object {
    let mut it = container.clone();
    it.state = state;
    let mut document = (*it.document).clone();
    document["State"]["Status"] = json!(state.as_str());
    document["State"]["Running"] = json!(state == ContainerState::Running);
    it.document = Document::from(document);
    Object::Container(it)
}

fn renamed(object: &Object) -> Object {
    let mut object = object.clone();
    match &mut object {
        Object::Container(it) => it.name.push('x'),
        Object::Image(it) => it.tags.iter_mut().for_each(|tag| tag.push('x')),
        Object::Volume(it) => it.name.push('x'),
        Object::Network(it) => it.name.push('x'),
        Object::Service(it) => it.name.push('x'),
        Object::Node(it) => it.name.push('x'),
        Object::Secret(it) | Object::Config(it) => it.name.push('x'),
    }
    object
}

fn with_document(object: &Object, document: Value) -> Object {
    let mut object = object.clone();
    let document = Document::from(document);
    match &mut object {
        Object::Container(it) => it.document = document,
        Object::Image(it) => it.document = document,
        Object::Volume(it) => it.document = document,
        Object::Network(it) => it.document = document,
        Object::Service(it) => it.document = document,
        Object::Node(it) => it.document = document,
        Object::Secret(it) | Object::Config(it) => it.document = document,
    }
    object
}

fn different(value: &Value) -> Value {
    match value {
        Value::Bool(flag) => json!(!flag),
        Value::Number(number) => json!(number.as_f64().unwrap_or_default() + 1.5),
        Value::String(text) => json!(format!("{text}x")),
        Value::Array(list) => {
            let more = list.iter().cloned().chain([json!("x")]);
            Value::Array(more.collect())
        }
        Value::Null | Value::Object(_) => json!("x"),
    }
}

/// The place of a dotted path that [`lookup`] finds.
fn place_of<'a>(document: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    lookup(document, path)?;
    let ends: Vec<usize> = path
        .match_indices('.')
        .map(|(at, _)| at)
        .chain([path.len()])
        .collect();
    for end in ends.into_iter().rev() {
        let rest = path.get(end + 1..).unwrap_or("");
        let key = &path[..end];
        let child = match &*document {
            Value::Object(map) => map.get(key),
            Value::Array(list) => key.parse::<usize>().ok().and_then(|at| list.get(at)),
            _ => None,
        };
        if child.is_some_and(|child| lookup(child, rest).is_some()) {
            let child = match document {
                Value::Object(map) => map.get_mut(key)?,
                Value::Array(list) => list.get_mut(key.parse::<usize>().ok()?)?,
                _ => return None,
            };
            return if rest.is_empty() {
                Some(child)
            } else {
                place_of(child, rest)
            };
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timeline;
    use crate::lesson::check::tests::{container, lesson, with};
    use crate::lesson::{Start, check};

    /// The near misses that meet this goal, when `jumeau1` runs.
    fn passing(but: &str) -> Vec<String> {
        let lesson = lesson(but);
        let exercise = lesson.exercises().next().expect("an exercise");
        let start = Start::default();
        let judge = |timeline: &Timeline| {
            let start = &start;
            check(&exercise.goals, Evidence { start, timeline }).is_met()
        };
        let timeline = Timeline::starting_at(with(vec![container("jumeau1")]));
        assert!(judge(&timeline));
        let evidence = Evidence {
            start: &start,
            timeline: &timeline,
        };
        let near = near_misses(exercise, evidence);
        assert!(near.len() >= 3, "{near:?}");
        let met = near
            .into_iter()
            .filter(|it| judge(&Timeline::starting_at(it.state.clone())));
        met.map(|it| it.what.replace('\u{a0}', " ")).collect()
    }

    #[test]
    fn a_goal_that_forgets_the_state_is_caught() {
        assert_eq!(
            passing("  - conteneur: {nom: jumeau1, etat: running}"),
            Vec::<String>::new()
        );
        assert_eq!(
            passing("  - conteneur: {nom: jumeau1}"),
            ["jumeau1 : arrêté"]
        );
    }

    #[test]
    fn each_trait_that_is_asked_for_is_spoilt() {
        let strict = "  - conteneur: {nom: jumeau1, etat: running, image: \"busybox:1.36\"}\n  - inspect: {conteneur: jumeau1, champs: {State.Status: running, Name: {different-de: /x}}}";
        assert_eq!(passing(strict), Vec::<String>::new());
    }
}
