use std::collections::BTreeSet;

use super::super::cli::all_verbs;
use super::super::grammar::{global_flags, groups, missing_commands};
use super::*;
use crate::text::commands;

/// The place of truth: what the grammar has and what has a sentence are the same.
#[test]
fn every_word_of_the_grammar_has_its_sentence() {
    let mut wanted_commands: BTreeSet<String> = BTreeSet::from(["docker".to_owned()]);
    wanted_commands.extend(groups().map(str::to_owned));
    wanted_commands.extend(missing_commands());
    let mut options: Vec<(String, String)> = Vec::new();
    for flag in global_flags() {
        options.push(("docker".to_owned(), flag.name.to_owned()));
    }
    for verb in all_verbs() {
        let name = verb.spellings[0];
        wanted_commands.insert(name.to_owned());
        for flag in verb.all_flags() {
            let option = flag.hidden_for.unwrap_or(flag.name);
            options.push((name.to_owned(), option.to_owned()));
        }
    }
    let (commands, sentences) = commands::named();
    let commands: BTreeSet<String> = commands.into_iter().map(str::to_owned).collect();
    assert_eq!(wanted_commands, commands, "commands and their sentences");
    let missing: Vec<_> = options
        .iter()
        .filter(|(verb, option)| commands::of_option(verb, option).is_none())
        .collect();
    assert!(missing.is_empty(), "no sentence for {missing:?}");
    let unused: Vec<_> = sentences
        .iter()
        .filter(|(verb, option)| {
            let meant = |it: &(String, String)| it.1 == *option && (*verb == it.0 || *verb == "*");
            *option != "help" && !options.iter().any(meant)
        })
        .collect();
    assert!(unused.is_empty(), "sentences for nothing: {unused:?}");
}

/// The pieces as `text|role|parts`.
fn seen(line: &str) -> Vec<String> {
    explain(line, &Names::default())
        .iter()
        .map(|piece| {
            let parts: Vec<_> = piece.parts.iter().map(|it| it.text.as_str()).collect();
            format!("{}|{:?}|{}", piece.text, piece.role, parts.join(" "))
        })
        .collect()
}

#[test]
fn a_whole_line_is_read_word_by_word() {
    assert_eq!(
        seen("sudo docker run -dit --name=site -p 8080:80 -eA=b nginx:1.27 sh -c 'ls -l' > f"),
        [
            "sudo|Prefix|",
            "docker|Program|",
            "run|Verb|",
            "-d|Option|",
            "-i|Option|",
            "-t|Option|",
            "--name|Option|",
            "site|Value|",
            "-p|Option|",
            "8080:80|Value|8080 80",
            "-e|Option|",
            "A=b|Value|A b",
            "nginx:1.27|Image|docker.io library/nginx 1.27",
            "sh|Command|",
            "-c 'ls -l'|Command|",
            ">|Operator|",
            "f|Operator|",
        ]
    );
    assert_eq!(
        seen("docker container ls -aq | xargs docker rm -f"),
        [
            "docker|Program|",
            "container|Group|",
            "ls|Verb|",
            "-a|Option|",
            "-q|Option|",
            "||Operator|",
            "xargs|Prefix|",
            "docker|Program|",
            "rm|Verb|",
            "-f|Option|",
        ]
    );
}

#[test]
fn a_line_that_goes_on_in_the_next_one_is_read_on() {
    assert_eq!(
        seen("docker run \\\n  -d --name \\\n site \"ngi\\\nnx\""),
        [
            "docker|Program|",
            "run|Verb|",
            "-d|Option|",
            "--name|Option|",
            "site|Value|",
            "\"ngi\\\nnx\"|Image|docker.io library/nginx latest",
        ]
    );
}

#[test]
fn a_loop_and_a_condition_are_read_to_their_commands() {
    let begin = |line: &str, count| seen(line).into_iter().take(count).collect::<Vec<_>>();
    assert_eq!(
        seen("for n in un deux; do docker rm -f $n; done"),
        [
            "for n in un deux|Operator|",
            ";|Operator|",
            "do|Operator|",
            "docker|Program|",
            "rm|Verb|",
            "-f|Option|",
            "$n|Argument|",
            ";|Operator|",
            "done|Operator|",
        ]
    );
    assert_eq!(
        begin("if ! docker ps -q; then docker version; fi", 4),
        ["if|Operator|", "!|Operator|", "docker|Program|", "ps|Verb|"]
    );
    assert_eq!(
        begin("while docker ps", 2),
        ["while|Operator|", "docker|Program|"]
    );
    assert_eq!(seen("echo do docker"), ["echo do docker|Other|"]);
}

#[test]
fn values_are_decoded() {
    let value = |line: &str| -> Vec<String> {
        let pieces = explain(&format!("docker run {line} "), &Names::default());
        let value = pieces
            .iter()
            .find(|it| matches!(it.role, Role::Value | Role::Unknown));
        let value = value.unwrap_or_else(|| panic!("no value in {line}: {pieces:?}"));
        value
            .parts
            .iter()
            .map(|it| format!("{}={}", it.text, it.says))
            .collect()
    };
    assert_eq!(
        value("-v data:/srv:ro"),
        [
            "data=volume de ce nom, créé s’il n’existe pas",
            "/srv=là où il apparaît dans le conteneur",
            "ro=lecture seule",
        ]
    );
    assert_eq!(
        value("-v .:/srv")[0],
        ".=dossier ou fichier de la machine hôte (montage lié)"
    );
    assert_eq!(
        value("-v /srv")[0],
        "=volume anonyme, créé pour ce conteneur"
    );
    assert_eq!(
        value("-p 127.0.0.1:8080:80/udp"),
        [
            "127.0.0.1=adresse de l’hôte\u{a0}: cette machine seule pourra s’y connecter",
            "8080=port de la machine hôte",
            "80=port du conteneur, où le service écoute",
            "udp=protocole",
        ]
    );
    assert_eq!(
        value("-p 80"),
        [
            "=port de l’hôte non dit\u{a0}: le moteur en prend un libre (docker port le montre)",
            "80=port du conteneur, où le service écoute",
        ]
    );
    assert_eq!(
        value("-m 512m"),
        ["512m=512\u{a0}Mio, soit 536\u{a0}870\u{a0}912\u{a0}octets"]
    );
    assert_eq!(value("--cpus 1.5"), ["1.5=150\u{a0}% d’un processeur"]);
    assert_eq!(value("--health-interval 90s"), ["90s=1\u{a0}min 30\u{a0}s"]);
    assert_eq!(
        value("--restart on-failure:3"),
        [
            "on-failure=si le code de sortie n’est pas 0",
            "3=nombre d’essais au plus"
        ]
    );
    assert_eq!(value("--mount type=volume,src=d,dst=/srv").len(), 3);
    assert_eq!(
        value("--network front"),
        ["front=réseau de ce nom\u{a0}: les conteneurs s’y trouvent par leur nom"]
    );
    assert_eq!(
        value("-e A")[0],
        "A=variable, dont la valeur est celle de votre shell"
    );
}

#[test]
fn names_of_images_are_split() {
    let parts = |line: &str| {
        let pieces = explain(line, &Names::default());
        let image = pieces.last().unwrap();
        let parts: Vec<_> = image.parts.iter().map(|it| it.text.clone()).collect();
        (image.role, parts.join(" "))
    };
    assert_eq!(
        parts("docker pull nginx"),
        (Role::Image, "docker.io library/nginx latest".to_owned())
    );
    assert_eq!(
        parts("docker pull localhost:5000/equipe/site:2 "),
        (Role::Image, "localhost:5000 equipe/site 2".to_owned())
    );
    assert_eq!(parts("docker pull Nginx ").0, Role::Unknown);
    assert_eq!(parts("docker pull nginx: ").0, Role::Unknown);
    // It is being typed.
    assert_eq!(parts("docker pull nginx:").0, Role::Image);
}

#[test]
fn mistyped_words_are_recognised() {
    let names = Names {
        containers: vec!["vitrine".to_owned(), "base".to_owned()],
        images: vec!["nginx:1.27-alpine".to_owned()],
        networks: vec!["facade".to_owned()],
        ..Names::default()
    };
    for (line, meant) in [
        ("docker rnu nginx", "run"),
        ("docker container lst ", "list"),
        ("docker run --nme x nginx", "--name"),
        ("docker run -name x nginx", "--name"),
        ("docker stop vitirne ", "vitrine"),
        ("docker run ngnix ", "nginx"),
        ("docker run --network facad nginx", "facade"),
        ("dokcer ps", "docker"),
        ("docker ru", "run"),
        ("docker run --na", "--name"),
        ("docker image rm nginx:1.27-alpin ", "nginx:1.27-alpine"),
    ] {
        let pieces = explain(line, &names);
        let instead = pieces.iter().flat_map(|it| &it.instead).next();
        assert_eq!(
            instead.map(String::as_str),
            Some(meant),
            "{line}: {pieces:?}"
        );
    }
    for line in [
        "docker stop vitrine ",
        "docker run nginx ls",
        "docker rm -f 3fa9 base ",
        "ls -l",
    ] {
        let pieces = explain(line, &names);
        assert!(
            pieces.iter().all(|it| it.instead.is_empty()),
            "{line}: {pieces:?}"
        );
        assert!(pieces.iter().all(|it| it.role != Role::Unknown), "{line}");
    }
}

#[test]
fn no_line_is_too_broken() {
    let whole =
        "sudo docker -H x container run -it --name='a b' -p 80:80 \"$(x)\" é:1 sh -c \"y\" && z";
    for end in 0..=whole.len() {
        if let Some(line) = whole.get(..end) {
            let pieces = explain(line, &Names::default());
            for piece in &pieces {
                assert!(line.get(piece.span.clone()).is_some(), "{line}: {piece:?}");
            }
            page(line, &pieces);
            at(&pieces, end);
        }
    }
    for line in [
        "docker",
        "docker -",
        "docker run -",
        "docker run -p",
        "docker --",
        "docker run -é",
    ] {
        assert!(concerns(&explain(line, &Names::default())), "{line}");
    }
}

#[test]
fn a_page_is_plain_text() {
    let line = "docker run -d -p 8080:80 nginx";
    let pieces = explain(line, &Names::default());
    insta::assert_snapshot!(page(line, &pieces));
    let lines: Vec<_> = pieces.iter().map(in_one_line).collect();
    insta::assert_snapshot!(lines.join("\n"));
}
