//! All that a teacher asks of a learner for whom something does not work, in one text to paste:
//! this machine, its terminal, the engine and how it was found, images, what is kept, what is left
//! of former sessions. Without secrets nor names of people.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::mask::mask;
use super::stock::{held, wanted};
use super::{counted, disk};
use crate::engine::{Connection, Environment, Found, Origin, Target, connect, find};
use crate::lesson::Course;
use crate::lesson::progress::{Store, state_folder};
use crate::text::harmless::harmless;
use crate::text::quantity;
use crate::wire::private;

/// How long the engine is waited for.
const PATIENCE: Duration = Duration::from_secs(8);

/// What only the caller knows.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `--moteur`.
    pub engine: String,
    /// The folder of the settings, and what is wrong in its file.
    pub settings: (Option<PathBuf>, Vec<String>),
    /// Somebody else's lessons.
    pub lessons: Option<PathBuf>,
    /// The running session, in the interface: its name, and how the engine is doing.
    pub session: Option<String>,
}

/// The text, one fact per line.
pub async fn diagnostic(asked: &Asked) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "{name:<15} {}", value.trim());
    };
    line("moussaillon", version());
    line("Heure", now());
    line("Système", system());
    line("Terminal", terminal());
    line("Langue", locale());
    line(
        "Shell",
        variable("SHELL").unwrap_or_else(|| "inconnu".to_owned()),
    );
    line("Client docker", client());
    for (name, value) in engine(asked).await {
        line(name, value);
    }
    line("État", state());
    line("Progression", progress(asked.lessons.as_deref()));
    line("Réglages", settings(&asked.settings));
    line("Séances", sessions(asked.session.as_deref()));
    let home = variable("HOME").unwrap_or_default();
    let lines = text.lines().map(|line| mask(&harmless(line), &home));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

fn variable(name: &str) -> Option<String> {
    let value = env::var_os(name)?.to_string_lossy().into_owned();
    (!value.is_empty()).then_some(value)
}

fn version() -> String {
    let sort = if cfg!(debug_assertions) {
        " (construction de mise au point)"
    } else {
        ""
    };
    format!("{}{sort}", env!("CARGO_PKG_VERSION"))
}

fn now() -> String {
    let now = jiff::Zoned::now();
    now.strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}

fn system() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release
        .lines()
        .find_map(|it| it.strip_prefix("PRETTY_NAME="))
        .map_or(env::consts::OS, |it| it.trim_matches('"'));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let place = if kernel.to_lowercase().contains("microsoft") {
        ", WSL"
    } else if Path::new("/.dockerenv").exists() || Path::new("/run/.containerenv").exists() {
        ", dans un conteneur"
    } else {
        ""
    };
    format!(
        "{name}, noyau {}, {}{place}",
        kernel.trim(),
        env::consts::ARCH
    )
}

fn terminal() -> String {
    let mut facts = vec![variable("TERM").unwrap_or_else(|| "TERM absent".to_owned())];
    if let Some(name) = variable("TERM_PROGRAM") {
        facts.push(name);
    }
    facts.push(match crossterm::terminal::size() {
        Ok((columns, rows)) => format!("{columns}×{rows}"),
        Err(_) => "taille inconnue".to_owned(),
    });
    facts.push(match variable("COLORTERM").as_deref() {
        _ if variable("NO_COLOR").is_some() => "sans couleur (NO_COLOR)".to_owned(),
        Some("truecolor" | "24bit") => "16 millions de couleurs".to_owned(),
        _ if facts[0].contains("256") => "256 couleurs".to_owned(),
        _ => "couleurs de base".to_owned(),
    });
    for (name, word) in [
        ("TMUX", "tmux"),
        ("STY", "screen"),
        ("SSH_CONNECTION", "par ssh"),
        ("VSCODE_INJECTION", "VS Code"),
    ] {
        if variable(name).is_some() {
            facts.push(word.to_owned());
        }
    }
    facts.join(", ")
}

fn locale() -> String {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let set = names.iter().find_map(|name| Some((name, variable(name)?)));
    match set {
        None => {
            "ni LANG, ni LC_ALL : les accents et les cadres risquent d’être mal affichés".to_owned()
        }
        Some((name, value)) => {
            let plain = value.to_lowercase().replace('-', "");
            let good = if plain.contains("utf8") {
                "Unicode"
            } else {
                "pas d’UTF-8 : les accents et les cadres risquent d’être mal affichés"
            };
            format!("{name}={value} ({good})")
        }
    }
}

fn client() -> String {
    let folders = env::var_os("PATH").unwrap_or_default();
    let place = env::split_paths(&folders)
        .map(|it| it.join("docker"))
        .find(|it| it.is_file());
    match place {
        Some(path) => path.display().to_string(),
        None => "absent du PATH : moussaillon fournit le sien".to_owned(),
    }
}

async fn engine(asked: &Asked) -> Vec<(&'static str, String)> {
    let environment = Environment::of_this_process();
    let mut lines = Vec::new();
    let chosen: Vec<_> = [
        "DOCKER_HOST",
        "DOCKER_CONTEXT",
        "DOCKER_TLS_VERIFY",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "https_proxy",
    ]
    .iter()
    .filter_map(|name| Some(format!("{name}={}", variable(name)?)))
    .collect();
    if !chosen.is_empty() {
        lines.push(("Environnement", chosen.join(" ")));
    }
    let found = find(Some(&asked.engine), &environment).await;
    let target = match found {
        Err(error) => {
            lines.push(("Moteur", format!("aucun : {}", error.explain().what)));
            return lines;
        }
        Ok(Found::Simulator { reason }) => {
            lines.push(("Moteur", format!("simulé ({reason})")));
            return lines;
        }
        Ok(Found::Engine(target)) => target,
    };
    lines.push(("Moteur", format!("{} ({})", target.url, origin(&target))));
    let connected = tokio::time::timeout(PATIENCE, connect(&target)).await;
    match connected {
        Err(_) => lines.push(("", "ne répond pas".to_owned())),
        Ok(Err(error)) => lines.push(("", error.explain().what)),
        Ok(Ok(connection)) => {
            let about = tokio::time::timeout(PATIENCE, answers(asked, &target, &connection)).await;
            lines.extend(about.unwrap_or_else(|_| vec![("", "ne répond plus".to_owned())]));
        }
    }
    lines
}

fn origin(target: &Target) -> String {
    match &target.origin {
        Origin::Flag => "--moteur".to_owned(),
        Origin::DockerHost => "DOCKER_HOST".to_owned(),
        Origin::Context(name) => format!("contexte «\u{a0}{name}\u{a0}»"),
        Origin::DefaultSocket => "socket habituelle".to_owned(),
        Origin::RootlessSocket => "sans privilèges".to_owned(),
        Origin::PodmanSocket => "Podman".to_owned(),
        Origin::Simulator => "simulé".to_owned(),
    }
}

async fn answers(
    asked: &Asked,
    target: &Target,
    connection: &Connection,
) -> Vec<(&'static str, String)> {
    let Connection { client, info, .. } = connection;
    let mut lines = vec![(
        "",
        format!(
            "{} {}, API {}, {}",
            info.product, info.version, info.api_version, info.platform
        ),
    )];
    let about = match client.json("/info").await {
        Ok(about) => about,
        Err(error) => {
            lines.push(("", format!("docker info échoue : {error}")));
            return lines;
        }
    };
    let said = |key: &str| about[key].as_str().unwrap_or("?").to_owned();
    let number = |key: &str| about[key].as_u64().unwrap_or(0);
    let rootless = is_rootless(&about);
    lines.push((
        "",
        format!(
            "{}, noyau {}, cgroup v{} ({}), stockage {}{}, Swarm {}",
            said("OperatingSystem"),
            said("KernelVersion"),
            said("CgroupVersion"),
            said("CgroupDriver"),
            said("Driver"),
            if rootless { ", sans privilèges" } else { "" },
            about["Swarm"]["LocalNodeState"].as_str().unwrap_or("?"),
        ),
    ));
    lines.push((
        "",
        format!(
            "{} processeurs, {} de mémoire, conteneurs : {} ({} en marche), {}",
            number("NCPU"),
            quantity::binary(number("MemTotal")),
            number("Containers"),
            number("ContainersRunning"),
            counted(usize::try_from(number("Images")).unwrap_or(0)),
        ),
    ));
    let here = matches!(target.dialer, crate::wire::Dialer::Unix(_));
    if let Some(free) = disk::free(Path::new(&said("DockerRootDir"))).filter(|_| here) {
        let free = quantity::decimal(free);
        lines.push(("", format!("disque du moteur : {free} libres")));
    }
    if let Ok(theirs) = said("SystemTime").parse::<jiff::Timestamp>() {
        let gap = theirs.as_second() - jiff::Timestamp::now().as_second();
        if gap.abs() > 5 {
            lines.push(("", format!("son horloge diffère de {gap} s de celle d’ici")));
        }
    }
    let warnings = about["Warnings"].as_array().into_iter().flatten();
    for warning in warnings.filter_map(Value::as_str) {
        lines.push(("", warning.to_owned()));
    }
    lines.push(("Images", images(asked, connection).await));
    lines
}

/// Whether an engine, by its `GET /info`, is not run by root.
pub(super) fn is_rootless(about: &Value) -> bool {
    let all = about["SecurityOptions"].as_array().into_iter().flatten();
    all.filter_map(Value::as_str)
        .any(|it| it == "name=rootless")
}

async fn images(asked: &Asked, connection: &Connection) -> String {
    let needed = course(asked.lessons.as_deref())
        .and_then(|course| wanted(&course, &[]).map_err(|error| error.to_string()));
    let needed = match needed {
        Ok(needed) => needed,
        Err(why) => return why,
    };
    let mut missing = Vec::new();
    for it in &needed {
        match held(&connection.client, &it.image).await {
            Ok(Some(_)) => {}
            Ok(None) => missing.push(it.image.as_str()),
            Err(error) => {
                return error
                    .to_string()
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .to_owned();
            }
        }
    }
    let total = needed.len();
    match missing.len() {
        0 => format!("les {total} des leçons sont là"),
        many => format!(
            "{} sur {total} ; il manque {}",
            total - many,
            missing.join(", ")
        ),
    }
}

fn course(lessons: Option<&Path>) -> Result<Course, String> {
    lessons.map_or_else(
        || Ok(Course::embedded()),
        |path| Course::open(path).map_err(|error| error.to_string()),
    )
}

fn state() -> String {
    let Some(folder) = state_folder() else {
        return "aucun dossier : la progression ne dure que la séance".to_owned();
    };
    let shown = folder.display();
    let writable = fs::create_dir_all(&folder)
        .and_then(|()| tempfile::NamedTempFile::new_in(&folder))
        .map_or_else(
            |error| format!("ne s’écrit pas ({error})"),
            |_file| "s’écrit".to_owned(),
        );
    let free = disk::free(&folder).map_or_else(String::new, |it| {
        format!(", {} libres", quantity::decimal(it))
    });
    format!("{shown} : {writable}{free}")
}

fn progress(lessons: Option<&Path>) -> String {
    let opened = lessons.map_or_else(Store::open, Store::open_for);
    let read = course(lessons).map(|course| {
        let mut begun = Vec::new();
        for lesson in course.entries().iter().filter_map(|it| it.load().ok()) {
            let all = lesson.exercises().count();
            let done = lesson
                .exercises()
                .filter(|it| opened.progress.is_done(&lesson.id, &it.id))
                .count();
            if done > 0 {
                begun.push(format!("{} {done}/{all}", lesson.id));
            }
        }
        begun
    });
    let mut facts = match read {
        Err(why) => vec![why],
        Ok(begun) if begun.is_empty() => vec!["aucun exercice réussi".to_owned()],
        Ok(begun) => vec![begun.join(", ")],
    };
    facts.extend(opened.notices);
    facts.join(" — ")
}

fn settings((folder, notices): &(Option<PathBuf>, Vec<String>)) -> String {
    let file = folder.as_ref().map(|it| it.join("reglages.yaml"));
    let place = match file {
        Some(file) if file.exists() => file.display().to_string(),
        Some(file) => format!("{} (absent : réglages d’origine)", file.display()),
        None => "aucun dossier".to_owned(),
    };
    let mut facts = vec![place];
    facts.extend(notices.iter().cloned());
    facts.join(" — ")
}

fn sessions(own: Option<&str>) -> String {
    let found = private::found();
    let alive = found.iter().filter(|it| it.alive).count();
    let mut facts = vec![match own {
        Some(own) => own.to_owned(),
        None => format!("{alive} dossiers de séances en cours"),
    }];
    for it in found.iter().filter(|it| !it.alive) {
        facts.push(format!("abandonné : {}", it.path.display()));
    }
    facts.join(" — ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_tells_each_thing_and_no_secret() {
        let asked = Asked {
            engine: "tcp://ada:motdepasse@127.0.0.1:9".to_owned(),
            settings: (None, vec!["touche inconnue token=abcdef".to_owned()]),
            session: Some("une séance".to_owned()),
            lessons: None,
        };
        let text = diagnostic(&asked).await;
        for name in [
            "moussaillon",
            "Heure",
            "Système",
            "Terminal",
            "Langue",
            "Shell",
            "Moteur",
            "État",
            "Progression",
            "Réglages",
            "Séances",
        ] {
            assert!(text.contains(name), "{name}: {text}");
        }
        for secret in ["motdepasse", "abcdef"] {
            assert!(!text.contains(secret), "{text}");
        }
        assert!(text.contains("une séance"), "{text}");
    }
}
