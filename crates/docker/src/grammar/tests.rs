use super::find::{Asked, read};
use super::*;

fn asked(line: &str) -> Result<Asked, (String, u8)> {
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    read(&words).map_err(|failure| (failure.message, failure.status))
}

fn values(line: &str) -> Values {
    match asked(line) {
        Ok(Asked::Verb(_, values)) => *values,
        Ok(_) => panic!("{line}: not a verb"),
        Err((error, _)) => panic!("{line}: {error}"),
    }
}

fn error(line: &str) -> (String, u8) {
    match asked(line) {
        Err(error) => error,
        Ok(_) => panic!("{line}: no error"),
    }
}

#[test]
fn flags_are_read_as_pflag_does() {
    let run = values("run -itd -eA=1 --env B=2 -e=C=3 --rm=false --name=web nginx -v --rm");
    assert!(run.on("interactive") && run.on("tty") && run.on("detach") && !run.on("rm"));
    assert_eq!(run.list("env"), ["A=1", "B=2", "C=3"]);
    assert_eq!(run.text("name"), "web");
    assert_eq!(run.args, ["nginx", "-v", "--rm"]);
    assert!(!run.changed("volume"));
    assert_eq!(values("run --net host busybox").text("network"), "host");
    assert_eq!(
        values("run -m 64m --cpus 0.5 busybox").number("memory"),
        64 << 20
    );
    assert_eq!(values("rm web -f -- -x").args, ["web", "-x"]);
    assert_eq!(
        values("network create --subnet 10.1.0.0/16,10.2.0.0/16 n")
            .list("subnet")
            .len(),
        2
    );
}

#[test]
fn spellings_lead_to_one_verb_under_the_name_that_messages_use() {
    for (line, name) in [
        ("ps", "ps"),
        ("container list", "container ls"),
        ("container ps", "container ls"),
        ("images", "images"),
        ("image list", "image ls"),
        ("rmi x", "rmi"),
        ("image remove x", "image rm"),
        ("volume list", "volume ls"),
    ] {
        assert_eq!(values(line).name, name, "{line}");
    }
}

#[test]
fn errors_are_those_of_the_real_client() {
    let after = |error: &str, path: &str, usage: &str| {
        format!("{error}\n\nUsage:  {path} {usage}\n\nRun '{path} --help' for more information")
    };
    let run = "[OPTIONS] IMAGE [COMMAND] [ARG...]";
    for (line, text) in [
        ("run --nope", "unknown flag: --nope"),
        ("run -Zd", "unknown shorthand flag: 'Z' in -Zd"),
        ("run -dZ", "unknown shorthand flag: 'Z' in -Z"),
        ("run -e", "flag needs an argument: 'e' in -e"),
        ("run --env", "flag needs an argument: --env"),
        ("run --=3", "bad flag syntax: --=3"),
        (
            "run -m abc x",
            "invalid argument \"abc\" for \"-m, --memory\" flag: invalid size: 'abc'",
        ),
        (
            "run --cpus abc x",
            "invalid argument \"abc\" for \"--cpus\" flag: failed to parse abc as a rational number",
        ),
        (
            "run --add-host bad x",
            "invalid argument \"bad\" for \"--add-host\" flag: bad format for add-host: \"bad\"",
        ),
        (
            "run --rm=maybe x",
            "invalid argument \"maybe\" for \"--rm\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax",
        ),
    ] {
        assert_eq!(error(line), (after(text, "docker run", run), 125), "{line}");
    }
    assert_eq!(
        error("rm"),
        (
            "docker: 'docker rm' requires at least 1 argument\n\nUsage:  docker rm [OPTIONS] \
             CONTAINER [CONTAINER...]\n\nSee 'docker rm --help' for more information"
                .to_owned(),
            1
        )
    );
    assert_eq!(
        error("container list x").0,
        "docker: 'docker container ls' accepts no arguments\n\nUsage:  docker container ls \
         [OPTIONS]\n\nRun 'docker container ls --help' for more information"
    );
    assert_eq!(
        error("foo").0,
        "docker: unknown command: docker foo\n\nRun 'docker --help' for more information"
    );
    assert_eq!(
        error("volume foo").0,
        "docker: unknown command: docker volume foo\n\nUsage:  docker volume COMMAND\n\nRun \
         'docker volume --help' for more information"
    );
}

#[test]
fn what_comes_before_the_verb_says_which_engine() {
    let words: Vec<String> = ["-H", "tcp://x:1", "--context=c", "-D", "ps", "-H"]
        .map(str::to_owned)
        .into();
    let global = global_options(&words);
    assert_eq!(global.hosts, ["tcp://x:1"]);
    assert_eq!(global.context.as_deref(), Some("c"));
    assert!(global.debug);
}

/// The pages are those that `docker … --help` 28.2.2 printed, 80 columns wide.
#[test]
fn help_pages_are_those_of_the_real_client() {
    let pages = [
        ("", include_str!("help/docker.txt")),
        ("container", include_str!("help/container.txt")),
        ("run", include_str!("help/run.txt")),
        ("images", include_str!("help/images.txt")),
        ("ps", include_str!("help/ps.txt")),
        ("exec", include_str!("help/exec.txt")),
        ("logs", include_str!("help/logs.txt")),
        ("inspect", include_str!("help/inspect.txt")),
        ("cp", include_str!("help/cp.txt")),
        ("start", include_str!("help/start.txt")),
        ("rm", include_str!("help/rm.txt")),
        ("network create", include_str!("help/network.create.txt")),
        ("volume", include_str!("help/volume.txt")),
        ("system df", include_str!("help/system.df.txt")),
    ];
    for (line, expected) in pages {
        match asked(&format!("{line} --help")) {
            Ok(Asked::Help { page, .. }) => {
                assert_eq!(
                    page.text(80, "/root/.docker", &everything()),
                    expected,
                    "{line}"
                );
            }
            _ => panic!("{line}: no help page"),
        }
    }
}

/// What is supposed of an engine that does not answer.
fn everything() -> Greeting {
    Greeting {
        api: super::super::API_VERSION.to_owned(),
        os: "linux".to_owned(),
        reached: false,
        experimental: true,
        swarm: None,
    }
}

fn page(line: &str, engine: &Greeting) -> String {
    match asked(&format!("{line} --help")) {
        Ok(Asked::Help { page, .. }) => page.text(80, "/root/.docker", engine),
        _ => panic!("{line}: no help page"),
    }
}

#[test]
fn what_the_engine_does_not_have_is_hidden_and_refused() {
    let old = Greeting {
        api: "1.41".to_owned(),
        reached: true,
        experimental: false,
        swarm: Some("inactive".to_owned()),
        ..everything()
    };
    for (line, word) in [
        ("run", "--annotation"),
        ("run", "--io-maxiops"),
        ("build", "--squash"),
        ("volume create", "--group"),
        ("swarm", "join-token"),
        ("volume", "update"),
        ("", "service"),
    ] {
        assert!(page(line, &everything()).contains(word), "{line} {word}");
        assert!(!page(line, &old).contains(word), "{line} {word}");
    }
    let refusal = |line: &str| {
        let Ok(Asked::Verb(verb, values)) = asked(line) else {
            panic!("{line}");
        };
        check_needs(verb, &values, &old).map_err(|it| it.message)
    };
    assert_eq!(
        refusal("push --platform linux/amd64 a"),
        Err(
            "\"--platform\" requires API version 1.46, but the Docker daemon API version is 1.41"
                .to_owned()
        )
    );
    assert_eq!(refusal("run --platform linux/amd64 a"), Ok(()));
}

#[test]
fn a_deprecated_flag_is_taken_with_a_word() {
    let values = values("stop --time 3 a");
    assert_eq!(values.text("timeout"), "3");
    assert_eq!(
        values.notices,
        ["Flag --time has been deprecated, use --timeout instead"]
    );
    assert!(values.spelled("time") && !values.spelled("timeout"));
}

#[test]
fn every_verb_has_sorted_flags_and_names_of_its_own() {
    let mut seen = std::collections::BTreeSet::new();
    for verb in crate::cli::all_verbs() {
        let shown: Vec<_> = verb.flags.iter().map(|flag| flag.name).collect();
        assert!(shown.is_sorted(), "{:?}", verb.spellings);
        for spelling in verb.spellings {
            assert!(seen.insert(*spelling), "{spelling}");
        }
    }
}
