use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use super::*;

const FILE: &str = "progression.json";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn text(folder: &Path) -> String {
    fs::read_to_string(folder.join(FILE)).expect("a file")
}

#[test]
fn what_is_saved_is_found_again() {
    let folder = folder();
    let Opened {
        store,
        mut progress,
        notices,
    } = Store::open_in(&folder.path().join("neuf"));
    assert_eq!(notices, Vec::<String>::new());
    progress.finish("l", "e", 12, None);
    progress.finish("l", "e", 99, None);
    progress.show_hints("l", "e", 2);
    progress.show_hints("l", "e", 1);
    progress.choose("l", "q", 2);
    progress.choose("l", "q", 0);
    progress.read_section("l", "Un titre");
    progress.go_to(
        "l",
        Place {
            section: 1,
            block: 4,
        },
    );
    store.save(&mut progress).expect("a save");
    let again = Store::open_in(&folder.path().join("neuf")).progress;
    assert_eq!(again, progress);
    let exercise = &again.lesson("l").expect("kept").exercises["e"];
    assert_eq!((exercise.done_at, exercise.hints), (Some(12), 2));
    assert_eq!(again.answer("l", "q"), Some(2));
    assert_eq!(
        again.place("l"),
        Place {
            section: 1,
            block: 4
        }
    );
}

#[test]
fn the_tour_seen_in_some_lessons_is_seen_in_all() {
    let seen_first = |first: Option<&str>, then: Option<&str>| {
        let folder = folder();
        let open = |lessons: Option<&str>| match lessons {
            Some(lessons) => Store::open_for_in(Some(folder.path().to_owned()), Path::new(lessons)),
            None => Store::open_in(folder.path()),
        };
        let mut opened = open(first);
        assert!(!opened.progress.has_toured());
        opened.progress.finish("l", "e", 12, None);
        opened.progress.tour();
        opened.store.save(&mut opened.progress).expect("a save");
        let again = open(then);
        assert_eq!(again.notices, Vec::<String>::new());
        assert!(!again.progress.is_done("l", "e"), "the rest is apart");
        again.progress.has_toured()
    };
    assert!(seen_first(None, Some("/lecons/de-paul")));
    assert!(seen_first(Some("/lecons/de-paul"), None));
    assert!(seen_first(Some("/lecons/de-paul"), Some("/lecons/d-anne")));
}

#[test]
fn two_instances_lose_nothing() {
    let folder = folder();
    let mut one = Store::open_in(folder.path());
    let mut two = Store::open_in(folder.path());
    one.progress.finish("l", "a", 1, None);
    one.store.save(&mut one.progress).expect("a save");
    two.progress.finish("l", "b", 2, None);
    two.progress.go_to(
        "l",
        Place {
            section: 2,
            block: 0,
        },
    );
    two.store.save(&mut two.progress).expect("a save");
    assert!(
        two.progress.is_done("l", "a"),
        "the other's work is taken over"
    );
    one.progress.finish("l", "c", 3, None);
    one.store.save(&mut one.progress).expect("a save");
    let last = Store::open_in(folder.path()).progress;
    for exercise in ["a", "b", "c"] {
        assert!(last.is_done("l", exercise), "{exercise}");
    }
}

#[test]
fn a_damaged_file_is_set_aside_and_the_previous_one_is_used() {
    let folder = folder();
    let Opened {
        store,
        mut progress,
        ..
    } = Store::open_in(folder.path());
    progress.finish("l", "a", 1, None);
    store.save(&mut progress).expect("a save");
    progress.finish("l", "b", 2, None);
    store.save(&mut progress).expect("a save");
    let whole = text(folder.path());
    for (number, cut) in [0, 1, whole.len() / 2, whole.len() - 3]
        .into_iter()
        .enumerate()
    {
        fs::write(folder.path().join(FILE), &whole[..cut]).expect("a truncation");
        let opened = Store::open_in(folder.path());
        assert!(opened.progress.is_done("l", "a"), "cut at {cut}");
        assert_eq!(opened.notices.len(), 1);
        let notice = &opened.notices[0];
        let aside = format!("progression.json.abimee-{}", number + 1);
        assert!(
            notice.contains(&aside) && notice.contains("version précédente"),
            "{notice}"
        );
        let kept = fs::read_to_string(folder.path().join(aside)).expect("set aside");
        assert_eq!(kept, whole[..cut]);
    }
}

#[test]
fn a_damaged_file_without_backup_starts_afresh_and_says_so() {
    let folder = folder();
    fs::write(folder.path().join(FILE), "\u{0}\u{0}").expect("a file");
    let opened = Store::open_in(folder.path());
    assert_eq!(opened.progress, Progress::default());
    assert!(
        opened.notices[0].contains("repart de zéro"),
        "{:?}",
        opened.notices
    );
}

#[test]
fn a_file_damaged_while_running_does_not_stop_a_save() {
    let folder = folder();
    let Opened {
        store,
        mut progress,
        ..
    } = Store::open_in(folder.path());
    progress.finish("l", "a", 1, None);
    fs::write(folder.path().join(FILE), "{").expect("a truncation");
    store.save(&mut progress).expect("a save");
    assert!(Store::open_in(folder.path()).progress.is_done("l", "a"));
    assert!(folder.path().join("progression.json.abimee-1").exists());
}

#[test]
fn a_newer_file_is_read_and_left_alone() {
    let folder = folder();
    let newer = r#"{"format": 3, "lecons": {"l": {"exercices": {"a": {"fait": 1}}}}, "x": []}"#;
    fs::write(folder.path().join(FILE), newer).expect("a file");
    let mut opened = Store::open_in(folder.path());
    assert!(opened.progress.is_done("l", "a"));
    assert!(
        opened.notices[0].contains("format 3"),
        "{:?}",
        opened.notices
    );
    opened.progress.finish("l", "b", 2, None);
    let refused = opened.store.save(&mut opened.progress);
    assert!(matches!(refused, Err(ProgressError::Newer(3))));
    assert_eq!(text(folder.path()), newer);
}

#[test]
fn a_lesson_can_be_forgotten() {
    let folder = folder();
    let Opened {
        store,
        mut progress,
        ..
    } = Store::open_in(folder.path());
    progress.finish("l", "a", 1, None);
    progress.finish("m", "a", 1, None);
    store.save(&mut progress).expect("a save");
    store.forget(&mut progress, "l").expect("a save");
    let again = Store::open_in(folder.path()).progress;
    assert!(!again.is_done("l", "a") && again.is_done("m", "a"));
}

#[test]
fn a_folder_that_is_a_file_is_said_in_french() {
    let folder = folder();
    let path = folder.path().join("fichier");
    fs::write(&path, "").expect("a file");
    let mut opened = Store::open_in(&path);
    assert!(
        opened.notices[0].contains("ne peut pas être gardée"),
        "{:?}",
        opened.notices
    );
    assert!(opened.store.save(&mut opened.progress).is_err());
}

#[test]
fn an_instance_that_holds_the_lock_delays_but_does_not_freeze() {
    let folder = folder();
    let Opened {
        store,
        mut progress,
        ..
    } = Store::open_in(folder.path());
    let held = fs::OpenOptions::new()
        .write(true)
        .open(folder.path().join("progression.json.verrou"))
        .expect("the lock file");
    held.lock().expect("the lock");
    let began = Instant::now();
    assert!(matches!(
        store.save(&mut progress),
        Err(ProgressError::Busy)
    ));
    assert!(began.elapsed() < Duration::from_secs(5));
    held.unlock().expect("unlocked");
    store.save(&mut progress).expect("a save");
}

/// The child of the test below: saves one exercise after the other, and says each one out loud
/// once it is saved, until it is killed.
#[test]
#[ignore = "run by a_kill_at_any_moment_loses_nothing_already_saved in a child process"]
fn save_until_killed() {
    let folder = env::var_os("MOUSSAILLON_TEST_KILL").expect("the parent's folder");
    let Opened {
        store,
        mut progress,
        ..
    } = Store::open_in(Path::new(&folder));
    for number in 0.. {
        progress.finish("l", &format!("e{number}"), number, None);
        store.save(&mut progress).expect("a save");
        fs::write(Path::new(&folder).join("dit"), number.to_string()).expect("said");
        fs::rename(
            Path::new(&folder).join("dit"),
            Path::new(&folder).join("sauve"),
        )
        .expect("said whole");
    }
}

#[test]
fn a_kill_at_any_moment_loses_nothing_already_saved() {
    let folder = folder();
    let program = env::current_exe().expect("this test binary");
    for round in 0..25_u64 {
        let _former = fs::remove_file(folder.path().join("sauve"));
        let mut child = Command::new(&program)
            .args([
                "--ignored",
                "--exact",
                "lesson::progress::tests::save_until_killed",
            ])
            .env("MOUSSAILLON_TEST_KILL", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a child");
        let until = Instant::now() + Duration::from_secs(20);
        while !folder.path().join("sauve").exists() {
            assert!(Instant::now() < until, "the child saves nothing");
            std::thread::sleep(Duration::from_millis(1));
        }
        // A different moment each round, within a few saves.
        std::thread::sleep(Duration::from_micros(round * 733 % 9_000));
        child.kill().expect("killed");
        child.wait().expect("gone");
        let said = fs::read_to_string(folder.path().join("sauve")).expect("said");
        let saved: u64 = said.parse().expect("a number");
        let opened = Store::open_in(folder.path());
        assert_eq!(opened.notices, Vec::<String>::new(), "round {round}");
        for number in 0..=saved {
            assert!(
                opened.progress.is_done("l", &format!("e{number}")),
                "e{number}"
            );
        }
    }
    let leftovers = fs::read_dir(folder.path()).expect("a folder").count();
    assert!(leftovers <= 6, "files pile up: {leftovers}");
}

#[test]
fn a_file_of_the_first_format_is_taken_over_in_this_one() {
    let folder = folder();
    let former = r#"{"format": 1, "lecons": {"l": {"reponses": {"q": 1}}}}"#;
    fs::write(folder.path().join(FILE), former).expect("written");
    let mut opened = Store::open_in(folder.path());
    assert_eq!(opened.notices, Vec::<String>::new());
    // Answered before reviews were: due at once.
    assert!(opened.progress.is_due("l", "q", 100));
    assert!(!opened.progress.is_due("l", "r", 100));
    opened.progress.recall("l", "q", true, 100);
    opened.progress.reviewed(100);
    opened.store.save(&mut opened.progress).expect("a save");
    assert!(text(folder.path()).contains("\"format\": 2"));
    let again = Store::open_in(folder.path()).progress;
    assert_eq!(again, opened.progress);
    assert!(!again.is_due("l", "q", 102) && again.is_due("l", "q", 103));
    assert!(!again.may_review(100) && again.may_review(101));
}

#[test]
fn the_engine_kept_is_that_of_the_first_time() {
    let (mut one, mut two) = (Progress::default(), Progress::default());
    one.finish("l", "a", 20, Some("Docker 29".to_owned()));
    two.finish("l", "a", 10, Some("moteur simulé".to_owned()));
    two.finish("l", "a", 30, None);
    let seen = |at_first, at| Seen {
        at_first,
        at,
        engine: None,
    };
    one.see("l", "o", seen(true, 9));
    two.see("l", "o", seen(false, 8));
    one.merge(&two);
    let kept = one.lesson("l").expect("kept");
    let exercise = &kept.exercises["a"];
    let engine = exercise.engine.as_deref();
    assert_eq!(
        (exercise.done_at, engine),
        (Some(10), Some("moteur simulé"))
    );
    assert_eq!(kept.observations["o"], seen(false, 8));
}

#[test]
fn a_store_can_be_opened_on_a_given_day() {
    let folder = folder();
    let ahead = 1_000_000;
    let Opened {
        store,
        mut progress,
        ..
    } = Store::open_on(folder.path(), ahead);
    progress.reviewed(ahead);
    store.save(&mut progress).expect("a save");
    let on = |day| Store::open_on(folder.path(), day).progress;
    assert!(!on(ahead).may_review(ahead));
    // A clock that is behind brings it back to its own day, the machine's too.
    assert!(!on(100).may_review(100) && on(100).may_review(101));
    let now = Store::open_in(folder.path()).progress;
    assert!(now.may_review(ahead));
}
