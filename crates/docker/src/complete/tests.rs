use super::super::places::Place;
use super::wanted::{Wanted, place, wanted};
use super::{commands, options};

fn want(line: &str) -> Wanted {
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let last = words.pop().unwrap_or_default();
    wanted(&words, &last)
}

#[test]
fn commands_are_those_of_the_group() {
    assert!(matches!(want("r"), Wanted::Command("")));
    assert!(matches!(
        want("-H x container "),
        Wanted::Command("container")
    ));
    assert_eq!(
        commands("", "ru"),
        ["run\tCreate and run a new container from an image"]
    );
    let volume: Vec<_> = commands("volume", "");
    let names: Vec<_> = volume
        .iter()
        .filter_map(|it| it.split('\t').next())
        .collect();
    assert_eq!(
        names,
        ["create", "inspect", "ls", "prune", "rm", "update"],
        "as the real client"
    );
    assert!(matches!(want("nosuch "), Wanted::Unknown));
}

#[test]
fn options_are_those_of_the_verb_not_yet_given() {
    let Wanted::Option(flags, given) = want("run --rm -it --env A=b --r") else {
        panic!("not an option");
    };
    let found = options(&flags, &given, "--r");
    let names: Vec<_> = found
        .iter()
        .filter_map(|it| it.split('\t').next())
        .collect();
    assert_eq!(names, ["--read-only", "--restart", "--runtime"]);
    assert_eq!(
        options(&flags, &given, "--env"),
        [
            "--env\tSet environment variables",
            "--env-file\tRead in a file of environment variables"
        ]
    );
    // As the real client says them: without the default.
    assert_eq!(
        options(&flags, &given, "--sig-p"),
        ["--sig-proxy\tProxy received signals to the process"]
    );
}

#[test]
fn arguments_are_known_by_their_rank() {
    let at = |line: &str| match want(line) {
        Wanted::Argument(verb, rank, _) => place(verb, rank),
        _ => panic!("{line}: not an argument"),
    };
    assert_eq!(at("run -d --name x "), Some(Place::Image));
    assert_eq!(at("run busybox "), Some(Place::Command));
    assert_eq!(at("rm -f a b "), Some(Place::Container));
    assert_eq!(at("network connect "), Some(Place::Network));
    assert_eq!(at("network connect n "), Some(Place::Container));
    assert_eq!(at("network connect n c "), None);
    assert_eq!(at("build -t x "), Some(Place::Context));
    assert!(matches!(want("run --network "), Wanted::Value(flag) if flag.name == "network"));
    assert!(matches!(want("run --network="), Wanted::Value(flag) if flag.name == "network"));
    assert!(matches!(want("run -p "), Wanted::Value(flag) if flag.name == "publish"));
    // After the image, everything is for the command in the container.
    assert!(matches!(
        want("run busybox ls -"),
        Wanted::Argument(_, 2, _)
    ));
}
