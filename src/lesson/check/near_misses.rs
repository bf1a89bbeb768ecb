//! The goals of the course let nothing pass by accident: each state that meets an exercise's goal
//! is spoilt in every way that the exercise names, and the goal must fail each time.

use std::sync::Arc;

use super::tests::{container, image, state, wrote};
use super::*;
use crate::domain::{ChangeKind, Container, ContainerState, FsChange, Object, Occurrence};
use crate::lesson::{Course, Exercise};

/// A container spoilt in one way, and the name of that way; `None` is a container that is gone.
type Spoilt = (String, Option<Container>);

fn spoil(good: &Container) -> Vec<Spoilt> {
    let mut spoilt: Vec<Spoilt> = vec![("supprimé".into(), None)];
    let mut add = |what: &str, change: &dyn Fn(&mut Container)| {
        let mut bad = good.clone();
        change(&mut bad);
        spoilt.push((what.to_owned(), Some(bad)));
    };
    add("renommé", &|it| it.name.push('x'));
    add("autre image", &|it| {
        (it.image, it.image_id) = ("alpine:3.20".into(), "sha256:bbbb".into());
    });
    add("recréé", &|it| it.id = "f".repeat(64));
    for other in [
        ContainerState::Created,
        ContainerState::Running,
        ContainerState::Paused,
        ContainerState::Restarting,
        ContainerState::Exited,
        ContainerState::Dead,
    ] {
        if other != good.state {
            add("autre état", &|it| it.state = other);
        }
    }
    let changes = good
        .changes
        .as_ref()
        .map(|it| it.to_vec())
        .unwrap_or_default();
    for (index, change) in changes.iter().enumerate() {
        let mut edit = |what: &str, edited: Option<FsChange>| {
            let mut changes = changes.clone();
            changes.remove(index);
            changes.extend(edited);
            add(what, &|it| it.changes = Some(Arc::new(changes.clone())));
        };
        let moved = format!("/tmp{}", change.path);
        edit("couche vidée", None);
        edit(
            "autre chemin",
            Some(FsChange {
                path: moved,
                ..change.clone()
            }),
        );
        edit(
            "autre genre",
            Some(FsChange {
                kind: ChangeKind::Modified,
                ..change.clone()
            }),
        );
        edit(
            "autre genre",
            Some(FsChange {
                kind: ChangeKind::Deleted,
                ..change.clone()
            }),
        );
    }
    add("couche non lue", &|it| it.changes = None);
    spoilt
}

fn snapshot(containers: &[Container]) -> Snapshot {
    let mut objects: Vec<Object> = containers.iter().cloned().map(Object::Container).collect();
    objects.push(image("busybox:1.36", "sha256:aaaa"));
    objects.push(image("alpine:3.20", "sha256:bbbb"));
    state(objects)
}

fn is_met(exercise: &Exercise, before: &[Container], now: &[Container]) -> bool {
    let start = Start {
        state: snapshot(before),
        ..Start::default()
    };
    let mut timeline = Timeline::starting_at(snapshot(before));
    timeline.apply(Occurrence::State(snapshot(now).into()));
    check(
        &exercise.goals,
        Evidence {
            start: &start,
            timeline: &timeline,
        },
    )
    .is_met()
}

/// `now` meets the goal; each spoiling of it must not, but those of `free` (a container and a way),
/// which the exercise leaves free.
#[track_caller]
fn nothing_near_passes(
    exercise: &str,
    before: &[Container],
    now: &[Container],
    free: &[(&str, &str)],
) {
    let course = Course::embedded();
    let lesson = course
        .find("image-conteneur")
        .expect("the lesson")
        .load()
        .expect("readable");
    let exercise = lesson
        .exercises()
        .find(|it| it.id == exercise)
        .expect("the exercise");
    assert!(
        !is_met(exercise, before, before),
        "the start meets the goal"
    );
    assert!(
        is_met(exercise, before, now),
        "the target does not meet the goal"
    );
    let mut tried = 0;
    for (index, good) in now.iter().enumerate() {
        for (what, bad) in spoil(good) {
            let mut spoilt = now.to_vec();
            spoilt.remove(index);
            spoilt.extend(bad);
            let passes = is_met(exercise, before, &spoilt);
            let is_free = free.contains(&(good.name.as_str(), what.as_str()));
            assert_eq!(passes, is_free, "{} : {what}", good.name);
            tried += 1;
        }
    }
    assert!(tried > 10, "{tried} near misses only");
}

fn exited(mut it: Container) -> Container {
    it.state = ContainerState::Exited;
    it
}

fn noted(name: &str, path: &str) -> Container {
    wrote(container(name), &[(ChangeKind::Added, path)])
}

#[test]
fn of_the_twins() {
    let one = container("jumeau1");
    nothing_near_passes(
        "deux-jumeaux",
        std::slice::from_ref(&one),
        &[one.clone(), container("jumeau2")],
        &[
            ("jumeau1", "recréé"),
            ("jumeau1", "couche non lue"),
            ("jumeau2", "recréé"),
            ("jumeau2", "couche non lue"),
        ],
    );
}

#[test]
fn of_the_recipe_apart() {
    let before = [noted("jumeau1", "/note.txt"), container("jumeau2")];
    let mut free = Vec::new();
    for name in ["jumeau1", "jumeau2"] {
        for what in ["autre image", "recréé", "autre état"] {
            free.push((name, what));
        }
    }
    for what in ["couche vidée", "autre chemin", "autre genre"] {
        free.push(("jumeau1", what));
    }
    let now = [
        noted("jumeau1", "/note.txt"),
        noted("jumeau2", "/recette.txt"),
    ];
    nothing_near_passes("une-recette-a-part", &before, &now, &free);
    let course = Course::embedded();
    let lesson = course
        .find("image-conteneur")
        .expect("the lesson")
        .load()
        .expect("readable");
    let exercise = lesson.exercises().nth(1).expect("the exercise");
    let both = [
        noted("jumeau1", "/recette.txt"),
        noted("jumeau2", "/recette.txt"),
    ];
    assert!(!is_met(exercise, &before, &both), "jumeau2 alone");
}

#[test]
fn of_the_same_twin() {
    let before = [exited(noted("jumeau1", "/note.txt"))];
    let now = [noted("jumeau1", "/note.txt")];
    nothing_near_passes(
        "le-meme-jumeau",
        &before,
        &now,
        &[("jumeau1", "autre image")],
    );
}

#[test]
fn of_the_great_tidying() {
    let before = [
        noted("jumeau1", "/note.txt"),
        noted("jumeau2", "/recette.txt"),
    ];
    let now = [
        exited(noted("jumeau2", "/recette.txt")),
        noted("temoin", "/preuve.txt"),
    ];
    let free = [("jumeau2", "autre image"), ("temoin", "recréé")];
    nothing_near_passes("le-grand-menage", &before, &now, &free);
    let course = Course::embedded();
    let lesson = course
        .find("image-conteneur")
        .expect("the lesson")
        .load()
        .expect("readable");
    let exercise = lesson.exercises().last().expect("the exercise");
    let kept = [
        now[0].clone(),
        now[1].clone(),
        noted("jumeau1", "/note.txt"),
    ];
    assert!(!is_met(exercise, &before, &kept), "jumeau1 is still there");
    let mut renamed = before[0].clone();
    renamed.name = "temoin".into();
    let renamed = wrote(renamed, &[(ChangeKind::Added, "/preuve.txt")]);
    assert!(
        !is_met(exercise, &before, &[now[0].clone(), renamed]),
        "a twin renamed"
    );
}
