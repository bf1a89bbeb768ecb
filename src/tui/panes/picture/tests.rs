//! A true picture for each sort of command, on a simulated engine and on what a real one said.

use super::stages::{Part, stages};
use crate::domain::Step;
use crate::tui::panes::recorded::{Real, Simulated, kept, play};

/// Recorded through the tap from dockerd 20.10.24 with the docker client 28.2 (see the file).
const REAL: &str = include_str!("../fixtures/dockerd-20.10.24.json");

fn told(step: &Step) -> String {
    let lines = stages(step).into_iter().map(|it| it.words);
    lines.collect::<Vec<_>>().join("\n")
}

fn parts(step: &Step) -> Vec<Part> {
    let mut parts: Vec<Part> = stages(step).into_iter().flat_map(|it| it.parts).collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

/// Whether these are told in this order.
fn in_order(text: &str, words: &[&str]) {
    let mut from = 0;
    for word in words {
        let at = text[from..].find(word);
        assert!(at.is_some(), "«{word}» after {from} in:\n{text}");
        from += at.unwrap_or_default() + word.len();
    }
}

/// Commands, in this order, and what their pictures tell, in order too.
const PICTURES: &[(&str, &[&str])] = &[
    (
        "docker run -d --name web nginx",
        &[
            "/_ping",
            "POST /containers/create → 404\u{a0}: l’image n’est pas là",
            "POST /images/create → 200",
            "Le registre envoie",
            "l’image «\u{a0}nginx\u{a0}» est là",
            "POST /containers/create → 201",
            "le démon crée «\u{a0}web\u{a0}»",
            "/start → 204",
            "Réseau «\u{a0}bridge\u{a0}»\u{a0}: «\u{a0}web\u{a0}» y est branché",
            "démarré, PID",
        ],
    ),
    ("docker ps", &["GET /containers/json → 200", "1 élément"]),
    (
        "docker exec web true",
        &[
            "/exec → 201",
            "/start → ",
            "un processus de plus dans «\u{a0}web\u{a0}»",
            "fini, code 0",
        ],
    ),
    ("docker logs web", &["/logs", "le démon relit"]),
    (
        "docker network create reseau1",
        &["POST /networks/create → 201", "pont"],
    ),
    (
        "docker volume create vol1",
        &[
            "POST /volumes/create → 201",
            "Volume «\u{a0}vol1\u{a0}» créé",
        ],
    ),
    (
        "docker stop web",
        &[
            "/stop → 204",
            "SIGQUIT envoyé à «\u{a0}web\u{a0}»",
            "fini, code",
        ],
    ),
    (
        "docker rm web",
        &["DELETE /containers/", "le démon supprime «\u{a0}web\u{a0}»"],
    ),
    ("docker rm nosuch", &["→ 404", "No such container: nosuch"]),
    ("docker context ls", &["le client a répondu seul"]),
    ("echo bonjour", &["ce n’est pas une commande docker"]),
    (
        "docker run --rm --nosuch busybox",
        &["le client a refusé la commande"],
    ),
    ("docker pull busybox", &["Le registre envoie 1 couche"]),
    ("docker pull busybox:latest", &["déjà à jour"]),
    (
        "printf 'FROM busybox\\nRUN echo a > /a\\n' > Dockerfile; docker build -t un .",
        &[
            "POST /build → 200",
            "Étape 1/3\u{a0}: FROM busybox",
            "Étape 2/3\u{a0}: RUN echo",
            "Étiquette",
        ],
    ),
    (
        "docker run --rm busybox false",
        &["démarré", "fini, code 1", "supprimé"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_command_of_the_simulated_engine_has_its_picture() {
    let mut engine = Simulated::boot().await;
    for (line, _) in PICTURES {
        engine.run(line).await;
    }
    let steps = engine.steps();
    assert_eq!(steps.len(), PICTURES.len());
    for (step, (_, words)) in steps.iter().zip(PICTURES) {
        in_order(&told(step), words);
    }
    let lit = |rank: usize| parts(&steps[rank]);
    assert_eq!(
        lit(0),
        [
            Part::Client,
            Part::Api,
            Part::Daemon,
            Part::Registry,
            Part::Images,
            Part::Containers,
            Part::Resources,
            Part::Kernel
        ]
    );
    let asked = [Part::Client, Part::Api, Part::Daemon, Part::Containers];
    assert_eq!(lit(1), asked, "docker ps");
    assert_eq!(lit(3), asked, "docker logs wakes nobody");
    assert_eq!(lit(9), [Part::Client], "docker context ls");
    assert_eq!(lit(10), [], "not docker");
}

#[test]
fn what_a_real_engine_said_has_its_picture() {
    let steps = kept(REAL);
    let by = |line: &str| {
        steps
            .iter()
            .rev()
            .find(|it| it.command.as_ref().unwrap().line.starts_with(line))
            .unwrap()
    };
    in_order(
        &told(by("docker run -d")),
        &[
            "/_ping",
            "POST /containers/create → 201",
            "/start → 204",
            "Réseau «\u{a0}bridge\u{a0}»",
            "processus de «\u{a0}web\u{a0}» démarré",
        ],
    );
    in_order(
        &told(by("docker pull")),
        &["POST /images/create → 500", "network is unreachable"],
    );
    in_order(
        &told(by("docker build")),
        &[
            "Étape 1/3\u{a0}: FROM busybox:1.36",
            "Étape 2/3\u{a0}: RUN echo",
            "ajoutée par moussaillon",
            "Étiquette",
        ],
    );
    in_order(
        &told(by("docker stop")),
        &["/stop → 204", "SIGTERM", "SIGKILL", "fini, code 137"],
    );
    in_order(
        &told(by("docker rm -f")),
        &["DELETE /containers/web", "le démon supprime"],
    );
}

#[test]
fn the_picture_fits_small_and_large_screens() {
    let steps = kept(REAL);
    for (name, width, height) in [("80", 80, 24), ("120", 120, 40)] {
        let mut play = play(&steps[..1], width, height);
        play.leader('f');
        play.keys("s");
        insta::assert_snapshot!(format!("picture_{name}"), play.screen());
    }
}

#[test]
fn no_width_panics_and_none_is_passed() {
    let steps = kept(REAL);
    let mut play = play(&steps, 80, 24);
    play.leader('f');
    play.keys("s");
    for width in 0..140 {
        for row in super::rows(&play.model, width) {
            assert!(row.line.width() <= width.max(30), "{width}: {}", row.line);
        }
    }
    for (width, height) in [(10, 5), (60, 20), (200, 60)] {
        play.say(crate::tui::message::Message::Resize(width, height));
        play.screen();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_engine_has_its_pictures() {
    let Some(mut engine) = Real::open().await else {
        return;
    };
    let name = format!("schema-{}", std::process::id());
    for line in [
        format!("docker run -d --name {name} busybox:1.36 sleep 1000"),
        "docker ps".to_owned(),
        format!("docker exec {name} true"),
        format!("docker network create {name}; docker network rm {name}"),
        format!("docker rm -f {name}"),
        "docker context ls".to_owned(),
    ] {
        engine.run(&line).await;
    }
    let steps = engine.steps();
    let run = told(&steps[0]);
    in_order(
        &run,
        &[
            "POST /containers/create → 201",
            "/start → 204",
            "démarré, PID",
        ],
    );
    in_order(
        &told(&steps[1]),
        &["GET /containers/json → 200", "liste de conteneurs"],
    );
    in_order(
        &told(&steps[2]),
        &["/exec → 201", "un processus de plus dans", "fini, code 0"],
    );
    in_order(
        &told(&steps[3]),
        &["POST /networks/create → 201", "pont", "DELETE /networks/"],
    );
    in_order(
        &told(&steps[4]),
        &[
            "DELETE /containers/",
            "le démon supprime",
            "SIGKILL",
            "code 137",
        ],
    );
    assert_eq!(parts(&steps[5]), [Part::Client]);
}
