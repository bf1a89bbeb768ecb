//! What the program keeps between two sessions: the progress, the record of what a session made,
//! recordings.

use std::fs;
use std::path::Path;

use moussaillon::cast::Recording;
use moussaillon::engine::past;
use moussaillon::lesson::progress::Store;
use moussaillon::lesson::{Attestation, Course, Lesson};

use crate::scratch::with_folder;

thread_local! {
    /// The beginning of the course, for what is shown of a progress.
    static LESSONS: Vec<Lesson> = Course::embedded()
        .entries()
        .iter()
        .take(1)
        .filter_map(|it| it.load().ok())
        .collect();
}

/// A progress file and its backup, a session's record, or a recording; the first byte says which.
pub fn progress(data: &[u8]) {
    let Some((which, rest)) = data.split_first() else {
        return;
    };
    match which {
        b'R' => with_folder(|folder| record(folder, rest)),
        b'C' => recording(rest),
        _ => with_folder(|folder| kept(folder, rest)),
    }
}

/// The day on which files are read, whatever the machine's clock says: an input does the same on any
/// day. What comes after it is mended then.
const TODAY: i64 = 20_000;
/// The days on which questions are asked: clocks that are right, or far behind.
const DAYS: [i64; 4] = [TODAY, 0, -1, i64::MIN];

fn kept(folder: &Path, bytes: &[u8]) {
    let mut files = bytes.splitn(2, |it| *it == 0);
    for name in ["progression.json", "progression.json.precedente"] {
        if let Some(bytes) = files.next() {
            fs::write(folder.join(name), bytes).expect("a temporary file");
        }
    }
    let opened = Store::open_on(folder, TODAY);
    let mut progress = opened.progress;
    let whole = opened.notices.is_empty();
    LESSONS.with(|lessons| {
        let today = (Some("Ada".to_owned()), "1er mai".to_owned());
        let shown = Attestation::of(lessons, &progress, today, |at| at.to_string());
        drop((shown.markdown(), shown.html()));
    });
    for day in DAYS {
        let _ = progress.may_review(day);
        let _ = progress.is_due("premier-conteneur", "q", day);
        progress.recall("premier-conteneur", "q", day % 2 == 0, day);
        progress.reviewed(day);
    }
    let saved = opened.store.save(&mut progress);
    let again = Store::open_on(folder, TODAY);
    if saved.is_ok() {
        assert!(again.notices.is_empty(), "{:?}", again.notices);
        assert_eq!(
            again.progress, progress,
            "what was saved is not what is read"
        );
    } else {
        assert!(!whole, "a good file that is not written again");
    }
}

/// What cannot be read is left alone.
fn record(folder: &Path, bytes: &[u8]) {
    let path = folder.join("sessions/s.jsonl");
    fs::create_dir_all(folder.join("sessions")).expect("a temporary folder");
    fs::write(&path, bytes).expect("a temporary file");
    for past in past(folder).unwrap_or_default() {
        assert!(!past.runs, "nobody holds it");
        drop(past.header.clone());
    }
    assert_eq!(fs::read(&path).ok().as_deref(), Some(bytes));
}

fn recording(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Recording::parse(&text) {
        Ok(recording) => drop((recording.duration(), recording.markers().count())),
        Err(error) => drop(error.to_string()),
    }
}
