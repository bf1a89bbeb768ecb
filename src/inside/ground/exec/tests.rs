use std::process::Command;

use super::*;

/// Runs the reader with this machine's `sh`, as [`read`] does with a container's.
fn here<T>(reader: impl Fn(&Transcript) -> T) -> T {
    let mut transcript = Transcript::default();
    for _ in 0..ROUNDS {
        reader(&transcript);
        let missed = transcript.take_missed();
        if missed.is_empty() {
            break;
        }
        let output = Command::new("sh")
            .args(["-c", &script(&missed), "moussaillon"])
            .output()
            .unwrap();
        transcript.learn(missed, &String::from_utf8_lossy(&output.stdout));
    }
    reader(&transcript)
}

#[test]
fn a_script_prints_what_the_reader_misses() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let odd = "avec ' une apostrophe";
    std::fs::write(path("a"), "un\ndeux\n").unwrap();
    std::fs::write(path(odd), "sans fin de ligne").unwrap();
    std::os::unix::fs::symlink("pid:[42]", path("lien")).unwrap();
    let (text, other, link, names, absent) = here(|files| {
        (
            files.read(&path("a")).ok(),
            files.read(&path(odd)).ok(),
            files.link(&path("lien")).ok(),
            files.names(folder.path().to_str().unwrap()).ok(),
            files.read(&path("rien")).map_err(|it| it.kind()),
        )
    });
    assert_eq!(text.as_deref(), Some("un\ndeux\n"));
    assert_eq!(other.as_deref(), Some("sans fin de ligne"));
    assert_eq!(link.as_deref(), Some("pid:[42]"));
    assert_eq!(names.unwrap().len(), 3);
    assert_eq!(absent, Err(io::ErrorKind::NotFound));
}

#[test]
fn what_a_path_leads_to_is_asked_in_a_second_round() {
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("premier");
    let second = folder.path().join("second");
    std::fs::write(&first, second.to_str().unwrap()).unwrap();
    std::fs::write(&second, "trouvé").unwrap();
    let found = here(|files| {
        let next = files.read(first.to_str().unwrap()).ok()?;
        files.read(&next).ok()
    });
    assert_eq!(found.as_deref(), Some("trouvé"));
}

#[test]
fn a_refusal_is_french() {
    let status = |message: &str| CallError::Status {
        status: 409,
        message: message.to_owned(),
    };
    let paused = refusal(&status(
        "Container abc is paused, unpause the container before exec",
    ));
    assert!(paused.contains("suspendu"), "{paused}");
    let bare = refusal(&status("exec: \"sh\": executable file not found in $PATH"));
    assert!(bare.contains("pas de shell"), "{bare}");
    assert!(no_shell("Killed").contains("Killed"));
}
