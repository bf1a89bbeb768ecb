use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    Change, ChangeKind, ContainerState, Diff, FsChange, Volume, diff_documents, diff_objects,
};

fn volume(name: &str, document: Value) -> Object {
    Object::Volume(Volume {
        name: name.to_owned(),
        document: crate::Document::from(document),
    })
}

fn container(name: &str, changes: Option<Vec<FsChange>>) -> Object {
    Object::Container(Container {
        id: format!("{name:0<64}"),
        name: name.to_owned(),
        image: "busybox".to_owned(),
        image_id: "sha256:0".to_owned(),
        state: ContainerState::Running,
        exit_code: 0,
        command: vec!["sh".to_owned()],
        ports: Vec::new(),
        labels: BTreeMap::new(),
        changes: changes.map(Arc::new),
        document: crate::Document::from(json!({"State": {"Status": "running"}})),
    })
}

/// What happens to an engine: an object appears or changes, or goes.
#[derive(Debug, Clone)]
enum Happening {
    Put(u8, Value),
    Gone(u8),
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..4i64).prop_map(Value::from),
        "[a-c.]{0,2}".prop_map(Value::from),
    ];
    let tree = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[A-C]", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    tree.prop_map(|tree| json!({ "Document": tree }))
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => (0..12u8, document()).prop_map(|(id, document)| Happening::Put(id, document)),
        1 => (0..12u8).prop_map(Happening::Gone),
    ]
}

fn apply(snapshot: &mut Snapshot, happening: &Happening) {
    match happening {
        Happening::Put(id, document) => snapshot.insert(volume(&id.to_string(), document.clone())),
        Happening::Gone(id) => {
            snapshot.remove(&ObjectRef {
                kind: Kind::Volume,
                id: id.to_string(),
            });
        }
    }
}

/// The same state, built anew: nothing is shared with the one it is compared with.
fn rebuilt(happenings: &[Happening]) -> Snapshot {
    let mut last: BTreeMap<u8, Option<&Value>> = BTreeMap::new();
    for happening in happenings {
        match happening {
            Happening::Put(id, document) => last.insert(*id, Some(document)),
            Happening::Gone(id) => last.insert(*id, None),
        };
    }
    let mut snapshot = Snapshot::default();
    for (id, document) in last.into_iter().rev() {
        if let Some(document) = document {
            snapshot.insert(volume(&id.to_string(), document.clone()));
        }
    }
    snapshot
}

/// A change as seen from the other side.
fn reversed(change: Change) -> Change {
    match change {
        Change::Added(object) => Change::Removed(object),
        Change::Removed(object) => Change::Added(object),
        Change::Modified {
            before,
            after,
            mut fields,
            telling,
        } => {
            for field in &mut fields {
                std::mem::swap(&mut field.before, &mut field.after);
            }
            fields.sort_by(|one, other| one.path.cmp(&other.path));
            Change::Modified {
                before: after,
                after: before,
                fields,
                telling,
            }
        }
    }
}

/// Fields in one order: which side is read first decides the document's own.
fn sorted(change: Change) -> Change {
    reversed(reversed(change))
}

proptest! {
    #[test]
    fn applying_events_one_by_one_equals_rebuilding(
        happenings in prop::collection::vec(happening(), 0..40)
    ) {
        let mut incremental = Snapshot::default();
        for happening in &happenings {
            apply(&mut incremental, happening);
        }
        let rebuilt = rebuilt(&happenings);
        prop_assert!(Diff::between(&incremental, &rebuilt).is_empty());
        prop_assert_eq!(incremental.len(), rebuilt.len());
        let objects: Vec<_> = incremental.objects().collect();
        prop_assert_eq!(&objects, &rebuilt.objects().collect::<Vec<_>>());
        let mut named = objects;
        named.sort_by_key(|it| it.name());
        prop_assert_eq!(&named, &incremental.by_name(Kind::Volume).collect::<Vec<_>>());
        prop_assert_eq!(named.len(), incremental.count(Kind::Volume));
    }

    #[test]
    fn a_diff_that_follows_equals_one_made_anew(
        first in prop::collection::vec(happening(), 0..30),
        then in prop::collection::vec(happening(), 0..20),
    ) {
        let before = rebuilt(&first);
        let mut last = before.clone();
        let mut diff = Diff::default();
        for happening in &then {
            let mut after = last.clone();
            apply(&mut after, happening);
            diff.follow(&before, &last, &after);
            prop_assert_eq!(&diff, &Diff::between(&before, &after));
            prop_assert_eq!(diff.of_kind(Kind::Volume), diff.changes.as_slice());
            prop_assert!(diff.of_kind(Kind::Image).is_empty());
            last = after;
        }
    }

    #[test]
    fn a_diff_is_symmetric_and_complete(
        first in prop::collection::vec(happening(), 0..30),
        then in prop::collection::vec(happening(), 0..10),
    ) {
        let before = rebuilt(&first);
        let mut after = before.clone();
        for happening in &then {
            apply(&mut after, happening);
        }
        let there: Vec<_> =
            Diff::between(&before, &after).changes.into_iter().map(sorted).collect();
        let back: Vec<_> =
            Diff::between(&after, &before).changes.into_iter().map(reversed).collect();
        prop_assert_eq!(&there, &back);

        // Replaying the diff on the first state gives the second one.
        let mut replayed = before;
        for change in there {
            match change {
                Change::Removed(object) => drop(replayed.remove(&object.reference())),
                Change::Added(object) | Change::Modified { after: object, .. } => {
                    replayed.insert(object);
                }
            }
        }
        prop_assert!(Diff::between(&replayed, &after).is_empty());
    }

    #[test]
    fn a_changed_field_holds_the_value_that_its_path_leads_to(
        before in document(), after in document()
    ) {
        let fields = diff_documents(&before, &after);
        prop_assert_eq!(fields.is_empty(), before == after);
        for field in fields {
            prop_assert_ne!(&field.before, &field.after);
            prop_assert_eq!(at(&before, &field.path), field.before.as_ref());
            prop_assert_eq!(at(&after, &field.path), field.after.as_ref());
        }
    }
}

/// What a dotted path leads to, where no key has a dot.
fn at<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(document, |value, key| match value {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?),
            Value::Object(map) => map.get(key),
            _ => None,
        })
}

#[test]
fn what_two_states_share_is_not_read() {
    let mut before = Snapshot::default();
    for index in 0..20_000 {
        before.insert(volume(&format!("{index:05}"), json!({"Name": index})));
    }
    let mut after = before.clone();
    after.insert(volume("10000", json!({"Name": "other"})));
    let clock = Instant::now();
    for _ in 0..1000 {
        assert_eq!(Diff::between(&before, &after).changes.len(), 1);
    }
    let shared = clock.elapsed();
    // The same diff between states that share nothing reads all 20 000 objects.
    let mut unshared = Snapshot::default();
    for object in after.objects() {
        unshared.insert(object.clone());
    }
    let clock = Instant::now();
    assert_eq!(Diff::between(&before, &unshared).changes.len(), 1);
    assert!(
        shared / 1000 * 5 < clock.elapsed(),
        "{shared:?} for 1000, {:?}",
        clock.elapsed()
    );
}

#[test]
fn the_writable_layer_is_compared_once_it_was_read_on_both_sides() {
    let change = |path: &str, kind| FsChange {
        path: path.to_owned(),
        kind,
    };
    let unread = container("a", None);
    let empty = container("a", Some(Vec::new()));
    let written = container("a", Some(vec![change("/note.txt", ChangeKind::Added)]));
    assert!(diff_objects(&unread, &written).is_empty());
    let fields = diff_objects(&empty, &written);
    assert_eq!(fields.len(), 1);
    assert_eq!(fields[0].path, "Changes./note.txt");
    assert_eq!(fields[0].after, Some(json!("A")));
}

#[test]
fn kinds_are_listed_apart_and_names_found() {
    let mut snapshot = Snapshot::default();
    snapshot.insert(container("vitrine", None));
    snapshot.insert(volume("aaa", json!({})));
    snapshot.insert(volume("zzz", json!({})));
    assert_eq!(snapshot.of_kind(Kind::Volume).count(), 2);
    assert_eq!(snapshot.of_kind(Kind::Image).count(), 0);
    assert_eq!(snapshot.containers().count(), 1);
    assert!(snapshot.container("vitrine").is_some());
    assert!(snapshot.container("vitri").is_none());
}

#[test]
fn an_object_that_is_renamed_has_one_place_among_the_names() {
    let mut state = Snapshot::default();
    let called = |name: &str| {
        let Object::Container(mut it) = container("a", None) else {
            unreachable!()
        };
        name.clone_into(&mut it.name);
        Object::Container(it)
    };
    let names = |state: &Snapshot| -> Vec<String> {
        let named = state.by_name(Kind::Container);
        named.map(|it| it.name().to_owned()).collect()
    };
    state.insert(called("zoé"));
    state.insert(container("milieu", None));
    assert_eq!(names(&state), ["milieu", "zoé"]);
    state.insert(called("anne"));
    assert_eq!(names(&state), ["anne", "milieu"]);
    state.remove(&called("anne").reference());
    assert_eq!(names(&state), ["milieu"]);
    assert_eq!(state.count(Kind::Container), 1);
}
