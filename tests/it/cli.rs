//! The command line as its user meets it.

use std::process::{Command, Output};

fn moussaillon(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_moussaillon"))
        .args(arguments)
        .output()
        .expect("the binary runs")
}

#[test]
fn help_is_in_french_and_names_every_command() {
    let output = moussaillon(&["--help"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success());
    for word in [
        "Usage :",
        "Commandes :",
        "simulateur",
        "lecons",
        "--moteur",
        "moussaillon docker",
    ] {
        assert!(text.contains(word), "{word} is missing from:\n{text}");
    }
    for english in ["Commands:", "Print help", "Usage:"] {
        assert!(!text.contains(english), "{english} is left in:\n{text}");
    }
}

#[test]
fn a_misspelt_command_is_named_and_another_is_proposed() {
    for (typed, meant) in [
        ("lecon", "lecons"),
        ("dokcer", "docker"),
        ("docekr", "docker"),
    ] {
        let output = moussaillon(&[typed]);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2));
        let named = format!("commande inconnue : « {typed} »");
        assert!(text.contains(&named), "{text}");
        let proposed = format!("Vouliez-vous dire « {meant} »");
        assert!(text.contains(&proposed), "{text}");
    }
    // Nothing is near this one.
    let output = moussaillon(&["xyzzy"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("Vouliez-vous dire"), "{text}");
}

#[test]
fn a_command_is_explained_without_an_engine() {
    for arguments in [
        ["expliquer", "docker run -d -p 8080:80 nginx"].as_slice(),
        &["expliquer", "docker", "run", "-d", "-p", "8080:80", "nginx"],
    ] {
        let output = moussaillon(arguments);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}");
        for words in [
            "c’est-à-dire --detach",
            "8080 : port de la machine hôte",
            "latest : étiquette",
        ] {
            assert!(text.contains(words), "{words} is missing from:\n{text}");
        }
    }
    let output = moussaillon(&["expliquer", "docker rnu nginx"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("Vouliez-vous dire : run"), "{text}");
    let output = moussaillon(&["expliquer", "--help"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("--erreur"), "{text}");
}

#[test]
fn shells_can_complete_its_commands() {
    for (shell, word) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef moussaillon"),
        ("fish", "complete -c moussaillon"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let output = moussaillon(&["completions", shell]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success());
        assert!(
            text.contains(word) && text.contains("expliquer"),
            "{shell}:\n{text}"
        );
    }
}

#[test]
fn an_error_is_explained() {
    let error = "docker: Error response from daemon: No such container: vitrine";
    let output = moussaillon(&["expliquer", "--erreur", error]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("Aucun conteneur ne s’appelle « vitrine »"),
        "{text}"
    );
    let output = moussaillon(&["expliquer", "--erreur", "bonjour"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn an_unknown_option_is_named() {
    let output = moussaillon(&["--moter", "simule"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("argument inconnu : « --moter »"), "{text}");
}

#[test]
fn an_option_before_another_command_is_not_dropped_in_silence() {
    for (arguments, option) in [
        (["--moteur", "simule", "diagnostic"].as_slice(), "--moteur"),
        (&["--lineaire", "glossaire"], "--lineaire"),
        (&["--lecons", "lessons", "diagnostic"], "--lecons"),
    ] {
        let output = moussaillon(arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(
            text.contains(&format!("«\u{a0}{option}\u{a0}», avant")),
            "{text}"
        );
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons");
    let output = moussaillon(&["--lecons", folder, "lecons"]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_simulator_asks_for_its_socket() {
    let output = moussaillon(&["simulateur"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("--socket"), "{text}");
}

#[test]
fn a_state_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (socket, file) = (folder.path().join("s.sock"), folder.path().join("etat.tar"));
    let serve = |more: &[&str]| {
        let mut words = vec!["simulateur", "--socket", socket.to_str().unwrap()];
        words.extend_from_slice(more);
        let output = moussaillon(&words);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let file = file.to_str().unwrap();
    let text = serve(&["--depart", file]);
    assert!(
        text.contains("impossible de lire") && text.contains("etat.tar"),
        "{text}"
    );
    std::fs::write(file, "bonjour").unwrap();
    let text = serve(&["--depart", file]);
    assert!(text.contains("n’est pas un état gardé"), "{text}");
    let text = serve(&["--horloge", "hier"]);
    assert!(
        text.contains("2026-01-31T08:00:00Z") && text.contains("hier"),
        "{text}"
    );
    let output = moussaillon(&["--depart", file, "--moteur", "unix:///var/run/docker.sock"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("ne vaut que pour le moteur simulé"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_state_goes_from_one_simulator_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let (socket, file) = (folder.path().join("s.sock"), folder.path().join("etat.tar"));
    let host = format!("unix://{}", socket.display());
    let docker = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_moussaillon"))
            .args(["docker", "-H", &host])
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let during = |more: &[&str], work: &dyn Fn()| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_moussaillon"))
            .arg("simulateur")
            .arg("--socket")
            .arg(&socket)
            .args(more)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while !socket.exists() {
            assert!(std::time::Instant::now() < until, "no socket");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        work();
        let pid = child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(child.wait().unwrap().success());
        assert!(!socket.exists());
    };
    let file = file.to_str().unwrap();
    during(&["--sauver", file], &|| {
        let run = ["run", "--name", "trace", "busybox", "touch", "/preuve"];
        docker(&run);
        assert!(docker(&["diff", "trace"]).contains("A /preuve"));
    });
    during(&["--depart", file], &|| {
        assert!(docker(&["diff", "trace"]).contains("A /preuve"));
    });
}

#[test]
fn the_glossary_is_searched_in_both_languages() {
    let output = moussaillon(&["glossaire", "bind", "mount"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("montage lié · en anglais bind mount"),
        "{text}"
    );
    let output = moussaillon(&["glossaire", "xyzzy"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("aucun mot du glossaire"), "{text}");
}

#[test]
fn the_cheat_sheet_is_searched_and_has_no_colour_in_a_pipe() {
    let output = moussaillon(&["aide-memoire", "RENOMME"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success());
    assert!(text.contains("docker container rename") && text.contains("$ docker rename"));
    assert!(
        !text.contains("docker pull") && !text.contains('\u{1b}'),
        "{text}"
    );
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );

    let output = moussaillon(&["aide-memoire", "xyzzy"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("aucune commande ne correspond"), "{text}");
}

#[test]
fn the_cheat_sheet_is_written_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("aide.html");
    let output = moussaillon(&[
        "aide-memoire",
        "--format",
        "html",
        "--sortie",
        file.to_str().unwrap(),
    ]);
    assert!(output.status.success() && output.stdout.is_empty());
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    let output = moussaillon(&["aide-memoire", "--format", "pdf"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_is_wrong_with_a_file_or_a_name_is_said_in_french() {
    let lessons = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for (arguments, words) in [
        (["rejouer", "/absent/cours.cast"].as_slice(), "n’existe pas"),
        (&["rejouer", "/"], "c’est un dossier"),
        (&["images", "charger", "/absent.tar"], "n’existe pas"),
        (&["--lecons", lessons], "ni une archive"),
        (&["--lecons", "/absent"], "n’existe pas"),
        (
            &["simulateur", "--socket", "/absent/s.sock"],
            "n’existe pas",
        ),
        (&["glossaire", "xyzzy"], "xyzzy"),
        (&["demo", "image-conteneu"], "image-conteneur, cycle-de-vie"),
        (&["completions", "tcsh"], "bash, zsh, fish, powershell"),
    ] {
        let output = moussaillon(arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(text.contains(words), "{arguments:?}: {text}");
        assert!(!text.contains("os error"), "{arguments:?}: {text}");
    }
}

#[test]
fn what_cannot_be_recorded_or_shown_is_refused_aloud() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("essai.cast");
    let file = file.to_str().unwrap();
    for (arguments, words) in [
        (
            ["--lineaire", "--enregistrer", file].as_slice(),
            "ne va pas avec",
        ),
        (
            &["demo", "--repetition", "--enregistrer", file, "3"],
            "ne va pas avec",
        ),
        (&["demo", "--lecture-seule", "3"], "pas en lecture seule"),
        (&["exporter", "rien"], "n’est ni une leçon"),
    ] {
        let output = moussaillon(arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(text.contains(words), "{text}");
    }
    assert!(!std::path::Path::new(file).exists());
}
