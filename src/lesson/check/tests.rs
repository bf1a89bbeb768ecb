use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::domain::{
    ChangeKind, Container, ContainerState, FsChange, Image, Network, Object, Occurrence,
    PortMapping, Volume,
};
use crate::lesson::{Lesson, parse};

/// A lesson whose only exercise has this `but`.
pub(super) fn lesson(but: &str) -> Lesson {
    let head = "---\nformat: 1\ntitre: T\nduree: 5 min\nobjectifs: [o]\n---\n\n";
    let text = format!(
        "{head}```exercice e\nconsigne: c\nbut:\n{but}\nindices: [i]\nsolution: docker ps\n```\n"
    );
    parse("l.md", "l", 1, &text).unwrap_or_else(|errors| panic!("{errors}"))
}

pub(super) fn verdict(but: &str, evidence: Evidence<'_>) -> Verdict {
    let lesson = lesson(but);
    let exercise = lesson.exercises().next().expect("an exercise");
    check(&exercise.goals, evidence)
}

pub(super) fn container(name: &str) -> Container {
    Container {
        id: format!("{name:0<64}"),
        name: name.to_owned(),
        image: "busybox:1.36".to_owned(),
        image_id: "sha256:aaaa".to_owned(),
        state: ContainerState::Running,
        exit_code: 0,
        command: vec!["sleep".into(), "3600".into()],
        ports: Vec::new(),
        labels: BTreeMap::new(),
        changes: Some(Arc::new(Vec::new())),
        document: crate::domain::Document::from(
            json!({"Name": format!("/{name}"), "State": {"Status": "running"}}),
        ),
    }
}

pub(super) fn wrote(mut container: Container, changes: &[(ChangeKind, &str)]) -> Container {
    let changes = changes
        .iter()
        .map(|&(kind, path)| FsChange {
            path: path.to_owned(),
            kind,
        })
        .collect();
    container.changes = Some(Arc::new(changes));
    container
}

pub(super) fn image(tag: &str, id: &str) -> Object {
    Object::Image(Image {
        id: id.to_owned(),
        tags: vec![tag.to_owned()],
        size: 1,
        layers: Vec::new(),
        document: crate::domain::Document::from(Value::Null),
    })
}

pub(super) fn state(objects: Vec<Object>) -> Snapshot {
    let mut state = Snapshot::default();
    for object in objects {
        state.insert(object);
    }
    state
}

pub(super) fn with(containers: Vec<Container>) -> Snapshot {
    let images = [
        image("busybox:1.36", "sha256:aaaa"),
        image("alpine:3.20", "sha256:bbbb"),
    ];
    state(
        containers
            .into_iter()
            .map(Object::Container)
            .chain(images)
            .collect(),
    )
}

/// Judges on two states and nothing else.
#[track_caller]
pub(super) fn judged(but: &str, before: Snapshot, now: Snapshot) -> Verdict {
    let start = Start {
        state: before.clone(),
        ..Start::default()
    };
    let mut timeline = Timeline::starting_at(before);
    timeline.apply(Occurrence::State(now.into()));
    verdict(
        but,
        Evidence {
            start: &start,
            timeline: &timeline,
        },
    )
}

#[track_caller]
pub(super) fn met(but: &str, now: Snapshot) {
    let verdict = judged(but, Snapshot::default(), now);
    assert!(verdict.is_met(), "{verdict:#?}");
    assert_eq!(verdict.goals[0].missing, "");
    assert!(
        verdict
            .goals
            .iter()
            .flat_map(|goal| &goal.rows)
            .all(|row| row.met)
    );
}

#[track_caller]
pub(super) fn missing(but: &str, now: Snapshot, words: &str) {
    missing_since(but, Snapshot::default(), now, words);
}

#[track_caller]
fn missing_since(but: &str, before: Snapshot, now: Snapshot, words: &str) {
    let verdict = judged(but, before, now);
    assert!(!verdict.is_met(), "{verdict:#?}");
    let missing = &verdict.first_missing().expect("one is missing").missing;
    assert!(missing.contains(words), "« {missing} »");
    assert!(
        verdict
            .goals
            .iter()
            .flat_map(|goal| &goal.rows)
            .any(|row| !row.met)
    );
}

#[test]
fn a_container_is_compared_field_by_field() {
    let but = "  - conteneur: {nom: vitrine, etat: running, image: \"busybox:1.36\"}";
    met(but, with(vec![container("vitrine")]));
    missing(
        but,
        with(vec![container("autre")]),
        "Aucun conteneur ne s’appelle `vitrine`",
    );
    let mut exited = container("vitrine");
    exited.state = ContainerState::Exited;
    let words = "vitrine\u{a0}: état attendu `running`, observé `exited`.";
    missing(but, with(vec![exited]), words);
    let mut other = container("vitrine");
    (other.image, other.image_id) = ("alpine:3.20".into(), "sha256:bbbb".into());
    missing(
        but,
        with(vec![other]),
        "image attendue `busybox:1.36`, observée `alpine:3.20`",
    );
}

#[test]
fn the_table_shows_before_now_and_target() {
    let but = "  - conteneur: {nom: c1, etat: exited, code-sortie: 137}";
    let verdict = judged(
        but,
        with(vec![container("c1")]),
        with(vec![container("c1")]),
    );
    let rows = &verdict.goals[0].rows;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].field, "State.Status");
    assert_eq!(rows[0].before.as_deref(), Some("running"));
    assert_eq!(rows[0].now.as_deref(), Some("running"));
    assert_eq!(rows[0].target.as_deref(), Some("exited"));
    assert_eq!(rows[1].field, "State.ExitCode");
    let gone = judged(but, with(vec![container("c1")]), with(Vec::new()));
    assert_eq!(gone.goals[0].rows[0].now, None);
}

#[test]
fn one_of_several_states_is_enough() {
    let but = "  - conteneur: {nom: c1, etat: [running, paused]}";
    let mut paused = container("c1");
    paused.state = ContainerState::Paused;
    met(but, with(vec![paused]));
    let mut created = container("c1");
    created.state = ContainerState::Created;
    missing(but, with(vec![created]), "`running` ou `paused`");
}

#[test]
fn an_exit_code_is_that_of_a_container_that_has_exited() {
    let but = "  - conteneur: {nom: c1, code-sortie: 0}";
    missing(
        but,
        with(vec![container("c1")]),
        "pas encore de code de sortie",
    );
    let mut exited = container("c1");
    exited.state = ContainerState::Exited;
    met(but, with(vec![exited.clone()]));
    exited.exit_code = 137;
    missing(
        but,
        with(vec![exited]),
        "code de sortie attendu 0, observé 137",
    );
}

#[test]
fn an_image_is_compared_by_what_its_name_means_now() {
    let but = "  - conteneur: {nom: c1, image: busybox}";
    // Podman spells the same reference out.
    let mut podman = container("c1");
    podman.image = "docker.io/library/busybox:latest".into();
    met(but, state(vec![Object::Container(podman.clone())]));
    let moved = vec![
        Object::Container(podman),
        image("busybox:latest", "sha256:cccc"),
    ];
    missing(but, state(moved), "image attendue");
}

#[test]
fn twins_come_from_one_image_and_are_two() {
    let but = "  - conteneur: {nom: c2, meme-image-que: c1}";
    met(but, with(vec![container("c1"), container("c2")]));
    missing(
        but,
        with(vec![container("c2")]),
        "Aucun conteneur ne s’appelle `c1`",
    );
    let mut other = container("c2");
    other.image_id = "sha256:bbbb".into();
    missing(
        but,
        with(vec![container("c1"), other]),
        "ne viennent pas de la même image",
    );
    let but = "  - conteneur: {nom: c2, autre-que: c1}";
    met(but, with(vec![container("c1"), container("c2")]));
    missing(but, with(vec![container("c2")]), "Aucun autre conteneur");
}

#[test]
fn new_is_not_of_the_same_name() {
    let before = || with(vec![container("c1")]);
    let mut again = container("c1");
    again.id = "f".repeat(64);
    let fresh = "  - conteneur: {nom: c1, nouveau: true}";
    let same = "  - conteneur: {nom: c1, nouveau: false}";
    assert!(judged(fresh, before(), with(vec![again.clone()])).is_met());
    assert!(judged(same, before(), before()).is_met());
    missing_since(fresh, before(), before(), "est le conteneur du départ");
    missing_since(
        same,
        before(),
        with(vec![again]),
        "est un nouveau conteneur",
    );
}

#[test]
fn containers_are_counted() {
    let but = "  - conteneur: {image: \"busybox:1.36\", etat: running, exactement: 2}";
    met(but, with(vec![container("c1"), container("c2")]));
    missing(
        but,
        with(vec![container("c1")]),
        "exactement 2, observé\u{a0}: 1",
    );
    let three = with(vec![container("c1"), container("c2"), container("c3")]);
    missing(but, three.clone(), "observé\u{a0}: 3");
    met("  - conteneur: {etat: running, au-moins: 3}", three);
    let absent = "  - conteneur: {nom: c1, absent: true}";
    met(absent, with(Vec::new()));
    missing(absent, with(vec![container("c1")]), "existe encore");
    met(
        "  - conteneur: {nom: c1, etat: exited, absent: true}",
        with(vec![container("c1")]),
    );
    met(
        "  - conteneur: {nom: c1, commande: sleep 3600}",
        with(vec![container("c1")]),
    );
    missing(
        "  - conteneur: {nom: c1, commande: sh}",
        with(vec![container("c1")]),
        "sleep 3600",
    );
}

#[test]
fn a_change_is_that_of_one_layer_and_one_path() {
    let but = "  - modification: {conteneur: c1, chemin: /note.txt, genre: A}";
    met(
        but,
        with(vec![wrote(
            container("c1"),
            &[(ChangeKind::Added, "/note.txt")],
        )]),
    );
    missing(but, with(Vec::new()), "Aucun conteneur");
    missing(but, with(vec![container("c1")]), "ne figure pas");
    let changed = wrote(container("c1"), &[(ChangeKind::Modified, "/note.txt")]);
    missing(but, with(vec![changed]), "est marqué `C`, attendu `A`");
    let elsewhere = wrote(container("c1"), &[(ChangeKind::Added, "/tmp/note.txt")]);
    missing(but, with(vec![elsewhere]), "ne figure pas");
    let mut unread = container("c1");
    unread.changes = None;
    missing(but, with(vec![unread.clone()]), "en cours de lecture");
    // What was not read proves nothing, absence neither.
    let absent = "  - modification: {conteneur: c1, chemin: /note.txt, absent: true}";
    missing(absent, with(vec![unread]), "en cours de lecture");
    met(absent, with(vec![container("c1")]));
    missing(absent, with(Vec::new()), "Aucun conteneur");
    let none = "  - modification: {conteneur: c1, exactement: 0}";
    met(none, with(vec![container("c1")]));
    missing(
        none,
        with(vec![wrote(container("c1"), &[(ChangeKind::Deleted, "/x")])]),
        "figure",
    );
}

#[test]
fn exercises_say_whose_layers_they_read() {
    let lesson = lesson(
        "  - modification: {conteneur: c2, chemin: /a}\n  - conteneur: {nom: c1}\n  - modification: {conteneur: c1, absent: true}",
    );
    let exercise = lesson.exercises().next().expect("an exercise");
    assert_eq!(
        containers_to_read(exercise).into_iter().collect::<Vec<_>>(),
        ["c1", "c2"]
    );
}

#[test]
fn a_port_is_published_by_one_container() {
    let but = "  - port: {conteneur: vitrine, hote: 8080, interne: 80}";
    let port = PortMapping {
        container: 80,
        protocol: "tcp".into(),
        host_ip: "127.0.0.1".into(),
        host: 8080,
    };
    let mut open = container("vitrine");
    open.ports = vec![port.clone()];
    met(but, with(vec![open.clone()]));
    missing(but, with(vec![container("vitrine")]), "observé aucun");
    let mut reversed = container("vitrine");
    reversed.ports = vec![PortMapping {
        container: 8080,
        host: 80,
        ..port.clone()
    }];
    missing(but, with(vec![reversed]), "127.0.0.1:80→8080/tcp");
    let mut udp = container("vitrine");
    udp.ports = vec![PortMapping {
        protocol: "udp".into(),
        ..port
    }];
    missing(but, with(vec![udp]), "udp");
    let mut exited = container("vitrine");
    exited.state = ContainerState::Exited;
    missing(but, with(vec![exited]), "ne tourne pas");
    let address = "  - port: {conteneur: vitrine, hote: 8080, adresse: 0.0.0.0}";
    missing(address, with(vec![open.clone()]), "0.0.0.0:8080");
    missing(
        "  - port: {conteneur: vitrine, hote: 8080, absent: true}",
        with(vec![open]),
        "publié",
    );
}

#[test]
fn images_volumes_and_networks_are_there_or_not() {
    met("  - image: {nom: \"busybox:1.36\"}", with(Vec::new()));
    missing(
        "  - image: {nom: busybox}",
        with(Vec::new()),
        "Aucune image ne s’appelle `busybox`",
    );
    missing(
        "  - image: {nom: \"alpine:3.20\", absent: true}",
        with(Vec::new()),
        "existe encore",
    );
    met("  - image: {exactement: 2}", with(Vec::new()));
    let volume = |name: &str| {
        Object::Volume(Volume {
            name: name.into(),
            document: crate::domain::Document::from(json!({"Name": name})),
        })
    };
    met("  - volume: {nom: grenier}", state(vec![volume("grenier")]));
    missing(
        "  - volume: {nom: grenier}",
        state(vec![volume("cave")]),
        "Aucun volume",
    );
    let mut user = container("c1");
    user.document = crate::domain::Document::from(json!({"Mounts": [{"Name": "grenier"}],
        "NetworkSettings": {"Networks": {"ruelle": {}}}}));
    let used = "  - volume: {nom: grenier, utilise-par: c1}";
    met(
        used,
        state(vec![volume("grenier"), Object::Container(user.clone())]),
    );
    missing(
        used,
        state(vec![volume("grenier"), Object::Container(container("c1"))]),
        "n’est pas monté par `c1`",
    );
    let network = |driver: &str| {
        Object::Network(Network {
            id: "n".into(),
            name: "ruelle".into(),
            driver: driver.into(),
            document: crate::domain::Document::from(Value::Null),
        })
    };
    let but = "  - reseau: {nom: ruelle, pilote: bridge, relie: c1}";
    met(
        but,
        state(vec![network("bridge"), Object::Container(user.clone())]),
    );
    missing(
        but,
        state(vec![network("overlay"), Object::Container(user)]),
        "pilote attendu",
    );
    missing(
        but,
        state(vec![network("bridge"), Object::Container(container("c1"))]),
        "n’est pas relié",
    );
    missing(but, state(Vec::new()), "Aucun réseau");
    let new = "  - image: {nom: \"busybox:1.36\", nouveau: true}";
    missing_since(new, with(Vec::new()), with(Vec::new()), "n’a pas changé");
}

#[test]
fn the_lessons_own_words_come_first_while_a_goal_is_missing() {
    let but = "  - conteneur: {nom: c1}\n    sinon: Il faut c1.";
    let missing = judged(but, Snapshot::default(), with(Vec::new()));
    assert_eq!(missing.goals[0].message(), "Il faut c1.");
    let met = judged(but, Snapshot::default(), with(vec![container("c1")]));
    assert_eq!((met.goals[0].message(), &met.goals[0].advice), ("", &None));
    assert!(!Verdict::default().is_met(), "no goal is not a goal met");
}

#[test]
fn a_list_that_goes_on_and_lengths() {
    let layers = |id: &str, tag: &str, layers: Value| {
        Object::Image(Image {
            id: id.to_owned(),
            tags: vec![tag.to_owned()],
            size: 1,
            layers: Vec::new(),
            document: crate::domain::Document::from(
                json!({"RootFS": {"Layers": layers}, "Map": {"a": 1}, "Nul": null}),
            ),
        })
    };
    let met = |mine: Value, goal: &str| {
        let timeline = Timeline::starting_at(state(vec![
            layers("sha256:1", "base:1", json!(["a", "b"])),
            layers("sha256:2", "mine:1", mine),
        ]));
        let evidence = Evidence {
            start: &Start::default(),
            timeline: &timeline,
        };
        verdict(
            &format!("  - inspect: {{image: \"mine:1\", champs: {{{goal}}}}}"),
            evidence,
        )
        .is_met()
    };
    let extends = "RootFS.Layers: {prolonge: \"base:1\"}";
    assert!(met(json!(["a", "b", "c"]), extends));
    for near in [
        json!(["a", "b"]),
        json!(["a", "c", "b"]),
        json!(["b", "a", "b"]),
        json!([]),
        json!("ab"),
    ] {
        assert!(!met(near, extends));
    }
    assert!(!met(
        json!(["a", "b", "c"]),
        "RootFS.Layers: {prolonge: \"other:1\"}"
    ));
    let two = json!(["a", "b"]);
    assert!(met(
        two.clone(),
        "RootFS.Layers: {longueur: 2}, Map: {longueur: 1}, Nul: {longueur: 0}"
    ));
    assert!(!met(two.clone(), "RootFS.Layers: {longueur: 3}"));
    assert!(!met(
        two.clone(),
        "RootFS.Layers: {longueur: {au-moins: 3}}"
    ));
    assert!(met(two, "RootFS.Layers: {longueur: {au-moins: 1}}"));
}

#[test]
fn the_engine_has_fields_too() {
    let goal = "  - moteur: {champs: {Swarm.LocalNodeState: active}}";
    let met = |document: Option<Value>| {
        let mut now = Snapshot::default();
        now.set_engine(document);
        let timeline = Timeline::starting_at(now);
        let evidence = Evidence {
            start: &Start::default(),
            timeline: &timeline,
        };
        verdict(goal, evidence).is_met()
    };
    assert!(met(Some(json!({"Swarm": {"LocalNodeState": "active"}}))));
    assert!(!met(Some(json!({"Swarm": {"LocalNodeState": "inactive"}}))));
    assert!(!met(None));
}
