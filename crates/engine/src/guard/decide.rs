//! Whether a call goes through: from what it asks and from what is ours, and nothing else.

use std::collections::BTreeSet;

use super::danger::Found;
use super::ownership::{Ownership, Thing};
use super::rule::Blind;
use crate::text::guard as words;
use domain::Danger;

/// What a call would do to what exists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The docker command, without `docker`: `rm`, `volume rm`.
    pub(crate) verb: String,
    /// The objects that it would change.
    pub(crate) touched: Vec<Thing>,
    /// The names of images that it would move, that somebody else put: name by name.
    pub(crate) moved: Vec<String>,
    /// What it asks for that leads out of the container's walls.
    pub(crate) dangers: Vec<Found>,
    /// What cannot be looked into.
    pub(crate) blind: Option<Blind>,
    /// What cannot be told from what is somebody else's; in French.
    pub(crate) unclear: Option<String>,
    /// What tells this call from another one on the same objects: a whole request, for a creation.
    pub(crate) exact: String,
}

/// How a session is guarded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// No write goes through at all.
    pub read_only: bool,
    /// What the open lesson declares.
    pub declared: BTreeSet<Danger>,
}

/// A call that did not go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What a consent names: this action on these objects.
    pub key: String,
    /// What would happen: `docker rm db`.
    pub what: String,
    /// Why not, in French sentences.
    pub reasons: Vec<String>,
    /// Whether it can be allowed once.
    pub allowable: bool,
}

impl Refusal {
    /// What docker shows after `Error response from daemon:`; `consent` is what the learner types to
    /// see it and allow it.
    pub fn message(&self, consent: &str) -> String {
        words::message(&self.reasons, self.allowable.then_some(consent))
    }
}

/// What becomes of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It goes through.
    Pass,
    /// It does not.
    Refuse(Refusal),
}

/// Decides on a call that writes.
pub(crate) fn decide(asked: &Asked, ours: &Ownership, limits: &Limits) -> Verdict {
    let names: Vec<&str> = asked
        .touched
        .iter()
        .map(|it| it.name.as_str())
        .chain(asked.moved.iter().map(String::as_str))
        .collect();
    let what = words::command(&asked.verb, &names);
    let refuse = |reasons: Vec<String>, allowable: bool| {
        Verdict::Refuse(Refusal {
            key: key(asked),
            what: what.clone(),
            reasons,
            allowable,
        })
    };
    if limits.read_only {
        return refuse(vec![words::read_only()], false);
    }
    let mut reasons = Vec::new();
    reasons.extend(
        asked
            .touched
            .iter()
            .filter(|it| !ours.owns(it))
            .map(|it| words::not_ours(it.reference.kind, &it.name)),
    );
    reasons.extend(
        asked
            .moved
            .iter()
            .filter(|it| !ours.tags.contains(*it))
            .map(|it| words::moves_name(it)),
    );
    reasons.extend(
        asked
            .dangers
            .iter()
            .filter(|(danger, _)| !limits.declared.contains(danger))
            .map(|(danger, option)| words::danger(*danger, option)),
    );
    reasons.extend(asked.blind.map(blind));
    reasons.extend(asked.unclear.clone());
    if reasons.is_empty() {
        return Verdict::Pass;
    }
    refuse(reasons, true)
}

fn blind(why: Blind) -> String {
    match why {
        Blind::BuildKit => words::buildkit(),
        Blind::BuildCache => words::build_cache(),
        Blind::Plugin => words::plugin(),
        Blind::SwarmJoin => words::swarm_join(),
        Blind::Unknown => words::unknown_call(),
    }
}

/// What a consent is for: the verb, the objects, and the request where that matters.
fn key(asked: &Asked) -> String {
    let mut key = asked.verb.clone();
    for thing in &asked.touched {
        key.push('\n');
        key.push_str(&thing.reference.id);
    }
    for name in &asked.moved {
        key.push('\n');
        key.push_str(name);
    }
    key.push('\n');
    key.push_str(&asked.exact);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Kind;

    fn asked(verb: &str) -> Asked {
        Asked {
            verb: verb.to_owned(),
            ..Asked::default()
        }
    }

    fn refused(verdict: Verdict) -> Refusal {
        match verdict {
            Verdict::Refuse(refusal) => refusal,
            Verdict::Pass => panic!("it passed"),
        }
    }

    #[test]
    fn what_is_ours_passes_and_the_rest_does_not() {
        let mut ours = Ownership::default();
        ours.sessions.insert("s".to_owned());
        let mut request = asked("rm");
        request.touched = vec![Thing::new(Kind::Container, "c1", "db")];
        let limits = Limits::default();
        let refusal = refused(decide(&request, &ours, &limits));
        assert_eq!(refusal.what, "docker rm db");
        assert!(
            refusal.message("Ctrl-G k").contains("«\u{a0}db\u{a0}»"),
            "{}",
            refusal.message("Ctrl-G k")
        );
        assert!(refusal.allowable);
        request.touched[0].label = Some("s".to_owned());
        assert_eq!(decide(&request, &ours, &limits), Verdict::Pass);
        let read_only = Limits {
            read_only: true,
            ..limits
        };
        assert!(!refused(decide(&request, &ours, &read_only)).allowable);
    }

    #[test]
    fn a_danger_passes_in_the_lesson_that_declares_it_and_no_other_does() {
        let ours = Ownership::default();
        let mut request = asked("run");
        request.dangers = vec![(Danger::HostPid, "--pid host".to_owned())];
        let mut limits = Limits::default();
        assert!(
            refused(decide(&request, &ours, &limits))
                .message("Ctrl-G k")
                .contains("--pid host")
        );
        limits.declared.insert(Danger::HostPid);
        assert_eq!(decide(&request, &ours, &limits), Verdict::Pass);
        request
            .dangers
            .push((Danger::Privileged, "--privileged".to_owned()));
        assert!(matches!(
            decide(&request, &ours, &limits),
            Verdict::Refuse(_)
        ));
    }

    #[test]
    fn names_that_others_put_do_not_move_and_what_is_not_seen_does_not_pass() {
        let mut ours = Ownership::default();
        ours.tags.insert("moi:1".to_owned());
        let limits = Limits::default();
        let mut request = asked("tag");
        request.moved = vec!["moi:1".to_owned()];
        assert_eq!(decide(&request, &ours, &limits), Verdict::Pass);
        request.moved.push("busybox:latest".to_owned());
        assert!(matches!(
            decide(&request, &ours, &limits),
            Verdict::Refuse(_)
        ));
        for why in [
            Blind::BuildKit,
            Blind::BuildCache,
            Blind::Plugin,
            Blind::SwarmJoin,
            Blind::Unknown,
        ] {
            let mut request = asked("x");
            request.blind = Some(why);
            assert!(
                matches!(decide(&request, &ours, &limits), Verdict::Refuse(_)),
                "{why:?}"
            );
        }
    }

    #[test]
    fn a_consent_names_the_action_and_its_objects() {
        let mut first = asked("rm");
        first.touched = vec![Thing::new(Kind::Container, "c1", "db")];
        let mut second = first.clone();
        second.verb = "stop".to_owned();
        assert_ne!(key(&first), key(&second));
        second = first.clone();
        second.touched[0].reference.id = "c2".to_owned();
        assert_ne!(key(&first), key(&second));
        second = first.clone();
        second.exact = "autre".to_owned();
        assert_ne!(key(&first), key(&second));
    }
}
