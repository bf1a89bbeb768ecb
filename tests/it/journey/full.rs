//! A disk without room: said, and nothing that was done is lost once there is some again.

use std::fs;
use std::process::Command;

use super::driver::Options;
use super::losses::{Engine, write_course};

/// Mounts a small disk for the state, fills it, and keeps aside what is in it at the end.
const SCRIPT: &str = r#"
unshare -m bash -c '
  mount -t tmpfs -o size=32k,mode=755 moussaillon "$MOUSSAILLON_ETAT" || exit 90
  dd if=/dev/zero of="$MOUSSAILLON_ETAT/plein" bs=4k 2>/dev/null
  "$0" "$@"
  status=$?
  cp -r "$MOUSSAILLON_ETAT" "$HOME/garde"
  exit $status
' "$0" "$@"
"#;

#[test]
fn a_full_disk_is_said_and_what_was_done_is_kept_once_there_is_room() {
    let place = tempfile::tempdir().unwrap();
    let state = place.path().join("etat");
    fs::create_dir(&state).unwrap();
    let mounts = Command::new("unshare")
        .args(["-m", "mount", "-t", "tmpfs", "moussaillon"])
        .arg(&state)
        .status();
    if !mounts.is_ok_and(|it| it.success()) {
        eprintln!("SKIPPED: only root can mount a small disk");
        return;
    }
    let engine = Engine::start(&place.path().join("s"));
    let course = place.path().join("cours");
    write_course(&course);
    let mut program = Options::on(&engine.url())
        .size(40, 120)
        .argument("--lecons")
        .argument(course.to_str().unwrap())
        .variable("MOUSSAILLON_ETAT", state.to_str().unwrap())
        .script(SCRIPT)
        .start();
    program.wait_for("Les coffres");
    program.wait_without("connexion");
    program.type_text("\r");
    program.wait_for("bord$");
    program.type_text("\x1b");
    program.wait_for("Faites le coffre 1.");
    program.type_text("\x07tdocker volume create coffre1\r");
    program.wait_for("Exercice réussi");
    program.wait_for("isque est plein");
    program.type_text(&format!("rm {}/plein\r", state.display()));
    program.type_text("\x07n");
    program.wait_for("Faites le coffre 2.");
    program.type_text("\x07tdocker volume create coffre2\r");
    // What is on the screen of the first one may still be there.
    program.wait_for("✔ coffre2");
    program.wait_for("Exercice réussi");
    program.type_text("\x07q");
    assert_eq!(program.wait_for_end(), 0);
    let home = program.into_home();
    let kept = home.path().join("garde/autres-lecons");
    let folder = fs::read_dir(kept).unwrap().flatten().next().unwrap();
    let text = fs::read_to_string(folder.path().join("progression.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    for rank in 1..=2 {
        let done = &document["lecons"]["coffres"]["exercices"][format!("coffre-{rank}")]["fait"];
        assert!(!done.is_null(), "{rank}: {text}");
    }
}
