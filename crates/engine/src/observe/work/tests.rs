use super::*;
use domain::{EventTime, Image, Object};

fn event(kind: &str, action: &str, id: &str, attributes: &[(&str, &str)]) -> EngineEvent {
    EngineEvent {
        kind: kind.to_owned(),
        action: action.to_owned(),
        id: id.to_owned(),
        attributes: attributes
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
        time: EventTime(1),
    }
}

/// What a series of events asks for: `kind id need`, then names and lists.
fn asked(state: &Snapshot, events: &[EngineEvent]) -> Vec<String> {
    let mut work = Work::default();
    for event in events {
        work.note(event, SystemTime::UNIX_EPOCH, state);
    }
    let mut asked: Vec<String> = work
        .objects
        .iter()
        .map(|(reference, need)| format!("{:?} {} {need:?}", reference.kind, reference.id))
        .collect();
    asked.extend(work.image_names.iter().map(|name| format!("named {name}")));
    asked.extend(work.lists.iter().map(|kind| format!("list {kind:?}")));
    asked
}

#[test]
fn a_container_s_new_name_is_read_in_its_networks() {
    let mut state = Snapshot::default();
    for (id, members) in [
        ("n", serde_json::json!({"c": {"Name": "avant"}})),
        ("m", serde_json::json!({})),
    ] {
        state.insert(Object::Network(domain::Network {
            id: id.to_owned(),
            name: id.to_owned(),
            driver: "bridge".to_owned(),
            document: serde_json::json!({"Containers": members}).into(),
        }));
    }
    assert_eq!(
        asked(
            &state,
            &[event("network", "connect", "m", &[("container", "d")])]
        ),
        ["Container d Document", "Network m Document"]
    );
    assert_eq!(
        asked(&state, &[event("container", "rename", "c", &[])]),
        ["Container c Document", "Network n Document"]
    );
}

#[test]
fn an_image_that_was_made_is_looked_for_in_the_list() {
    // A build's steps make images that no list shows.
    let made = event("image", "create", "sha256:i", &[]);
    assert_eq!(asked(&Snapshot::default(), &[made]), ["list Image"]);
}

#[test]
fn an_event_asks_for_the_objects_it_names_and_no_others() {
    let nothing = Snapshot::default();
    for (event, expected) in [
        (
            event("container", "create", "c", &[]),
            &["Container c Changes"][..],
        ),
        (
            event("container", "start", "c", &[]),
            &["Container c Changes"],
        ),
        (
            event("container", "die", "c", &[("exitCode", "0")]),
            &["Container c Changes"],
        ),
        (
            event("container", "exec_create: sh -c true", "c", &[]),
            &["Container c Document"],
        ),
        (
            event("container", "exec_die", "c", &[]),
            &["Container c Changes"],
        ),
        (
            event("container", "extract-to-dir", "c", &[]),
            &["Container c Changes"],
        ),
        (
            event("container", "health_status: healthy", "c", &[]),
            &["Container c Document"],
        ),
        (
            event("container", "rename", "c", &[]),
            &["Container c Document"],
        ),
        (event("container", "attach", "c", &[]), &[]),
        (event("container", "resize", "c", &[]), &[]),
        (event("container", "top", "c", &[]), &[]),
        (
            event("container", "destroy", "c", &[]),
            &["Container c Gone"],
        ),
        (
            event("container", "commit", "c", &[("imageID", "sha256:i")]),
            &["Container c Document", "Image sha256:i Document"],
        ),
        (
            event("image", "pull", "busybox:latest", &[("name", "busybox")]),
            &["named busybox:latest"],
        ),
        (
            event("image", "tag", "sha256:i", &[("name", "a:b")]),
            &["Image sha256:i Document"],
        ),
        (
            event("image", "delete", "sha256:i", &[]),
            &["Image sha256:i Gone"],
        ),
        (event("image", "save", "sha256:i", &[]), &[]),
        (event("image", "prune", "", &[("reclaimed", "0")]), &[]),
        (event("volume", "create", "v", &[]), &["Volume v Document"]),
        (event("volume", "mount", "v", &[]), &[]),
        (event("volume", "destroy", "v", &[]), &["Volume v Gone"]),
        (
            event("network", "connect", "n", &[("container", "c")]),
            &["Container c Document", "list Network"],
        ),
        (event("network", "destroy", "n", &[]), &["Network n Gone"]),
        (
            event("service", "update", "s", &[]),
            &["Service s Document"],
        ),
        (event("service", "remove", "s", &[]), &["Service s Gone"]),
        (
            event("node", "create", "x", &[]),
            &[
                "Node x Document",
                "list Network",
                "list Service",
                "list Node",
                "list Secret",
                "list Config",
            ],
        ),
        (
            event("secret", "create", "mdp", &[]),
            &["Secret mdp Document"],
        ),
        (
            event("config", "remove", "conf", &[]),
            &["Config conf Gone"],
        ),
        (event("daemon", "reload", "x", &[]), &[]),
        (event("pod", "create", "x", &[]), &[]),
    ] {
        assert_eq!(
            asked(&nothing, std::slice::from_ref(&event)),
            expected,
            "{event:?}"
        );
    }
}

#[test]
fn a_burst_on_one_object_is_one_reading() {
    let nothing = Snapshot::default();
    let burst: Vec<_> = (0..1000)
        .flat_map(|_| {
            [
                event("container", "exec_die", "c", &[]),
                event("container", "exec_start", "c", &[]),
            ]
        })
        .collect();
    assert_eq!(asked(&nothing, &burst), ["Container c Changes"]);
    // Made and gone: nothing to read. Gone and made again: to be read.
    let made_and_gone = [
        event("volume", "create", "v", &[]),
        event("volume", "destroy", "v", &[]),
    ];
    assert_eq!(asked(&nothing, &made_and_gone), ["Volume v Gone"]);
    let again = [
        event("volume", "destroy", "v", &[]),
        event("volume", "create", "v", &[]),
    ];
    assert_eq!(asked(&nothing, &again), ["Volume v Document"]);
}

#[test]
fn a_name_that_moves_has_the_image_that_loses_it_read_too() {
    let mut state = Snapshot::default();
    state.insert(Object::Image(Image {
        id: "sha256:old".to_owned(),
        tags: vec!["a:latest".to_owned()],
        size: 0,
        layers: Vec::new(),
        document: domain::Document::from(serde_json::Value::Null),
    }));
    let tagged = event("image", "tag", "sha256:new", &[("name", "a:latest")]);
    assert_eq!(
        asked(&state, &[tagged]),
        ["Image sha256:new Document", "Image sha256:old Document"]
    );
    let pulled = event("image", "pull", "a:latest", &[("name", "a")]);
    assert_eq!(
        asked(&state, &[pulled]),
        ["Image sha256:old Document", "named a:latest"]
    );
}
