//! What is read and written: references, filters, patterns, times, logs.

use std::time::Duration;

use super::super::pattern::Pattern;
use super::super::streams::{LineCutter, Log, Source};
use super::super::time::{human_duration, parse, rfc3339};
use super::super::*;
use super::core::at;

#[test]
fn references_are_read_as_docker_does() {
    let familiar = |text: &str| Reference::parse(text).map(|it| it.familiar());
    assert_eq!(familiar("nginx").unwrap(), "nginx:latest");
    assert_eq!(familiar("docker.io/library/nginx:1").unwrap(), "nginx:1");
    assert_eq!(
        familiar("localhost:5000/a/b:v1").unwrap(),
        "localhost:5000/a/b:v1"
    );
    assert_eq!(
        familiar("BAD").unwrap_err().message,
        "invalid reference format: repository name (library/BAD) must be lowercase"
    );
    for bad in [
        "",
        "a b",
        "x:é",
        "-x",
        "x/",
        "a..b",
        "a___b",
        &format!("x:{}", "t".repeat(129)),
    ] {
        assert_eq!(
            familiar(bad).unwrap_err().message,
            "invalid reference format",
            "{bad}"
        );
    }
}

#[test]
fn patterns_match_as_regular_expressions() {
    let matches = |pattern: &str, text: &str| Pattern::new(pattern).is_match(text);
    assert!(matches("fxweb", "fxweb2"));
    assert!(!matches("^fxweb$", "fxweb2"));
    assert!(matches("fx.*b$", "fxdb"));
    assert!(matches("^/fxdb$", "/fxdb"));
    assert!(matches("^(un|deux)[0-9]+$", "deux42"));
    assert!(!matches("^(un|deux)[^0-9]$", "un4"));
    assert!(matches("a?b*c+", "ccc"));
    assert!(matches("(a*)*$", "aaaa"), "an empty repetition ends");
    assert!(matches(r"v1\.2", "v1.2") && !matches(r"v1\.2", "v1x2"));
}

#[test]
fn filters_come_in_two_shapes() {
    let list = Filters::parse(r#"{"name":["a","b"]}"#).unwrap();
    let map = Filters::parse(r#"{"name":{"a":true,"b":true}}"#).unwrap();
    assert_eq!(list, map);
    assert!(list.any("name", |it| it == "b"));
    assert!(list.any("absent", |_| false));
    assert_eq!(
        list.only(&["id"]).unwrap_err().message,
        "invalid filter 'name'"
    );
    assert!(Filters::parse("{").is_err());
}

#[test]
fn durations_are_worded_as_docker_does() {
    for (seconds, wanted) in [
        (0, "Less than a second"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "About a minute"),
        (150, "2 minutes"),
        (3600, "About an hour"),
        (3 * 3600, "3 hours"),
        (72 * 3600, "3 days"),
        (21 * 24 * 3600, "3 weeks"),
        (90 * 24 * 3600, "3 months"),
        (800 * 24 * 3600, "2 years"),
    ] {
        assert_eq!(
            human_duration(Duration::from_secs(seconds)),
            wanted,
            "{seconds}"
        );
    }
}

#[test]
fn times_are_read_back() {
    let time = at(5) + Duration::from_millis(120);
    assert_eq!(parse(&rfc3339(time)), Some(time));
    assert_eq!(parse("1700000005.12"), Some(time));
    assert_eq!(parse("hier"), None);
}

#[test]
fn a_log_is_cut_at_ends_of_lines() {
    let log = Log::default();
    let mut cutter = LineCutter::new(Source::Stdout);
    cutter.feed(b"un\nde", at(1), &log);
    assert_eq!(log.from(0).0.len(), 1);
    cutter.feed(b"ux", at(2), &log);
    cutter.finish(at(3), &log);
    let (entries, next) = log.from(0);
    let lines: Vec<&[u8]> = entries.iter().map(|it| it.line.as_ref()).collect();
    assert_eq!(lines, [&b"un\n"[..], b"deux"]);
    assert_eq!(log.from(next).0, []);
    cutter.feed(&vec![b'x'; 40_000], at(4), &log);
    cutter.finish(at(4), &log);
    let long: usize = log.from(next).0.iter().map(|it| it.line.len()).sum();
    assert_eq!(long, 40_000);
    assert_eq!(log.from(next).0[0].line.len(), 16 * 1024);
}

#[test]
fn changes_are_those_of_a_dockerfile() {
    use super::super::build::apply_changes;
    use super::super::config::texts;
    let mut config = serde_json::Map::new();
    config.insert("Cmd".into(), serde_json::json!(["top"]));
    let changes = [
        "ENV A=1 B=\"2 3\"",
        "ENV A 4\nENV C=$A:x",
        "ENTRYPOINT /e",
        "EXPOSE 80 53-54/udp",
        "WORKDIR x",
        "WORKDIR y",
        "label k=$B",
        "HEALTHCHECK --interval=5s --retries=3 CMD true",
    ];
    apply_changes(&mut config, &changes.map(str::to_owned)).unwrap();
    assert_eq!(texts(&config, "Env"), ["A=4", "B=2 3", "C=4:x"]);
    assert_eq!(texts(&config, "Entrypoint"), ["/bin/sh", "-c", "/e"]);
    assert!(
        config["Cmd"].is_null(),
        "a new entry point takes no old words"
    );
    assert_eq!(config["WorkingDir"], "/x/y");
    assert!(config["ExposedPorts"].get("54/udp").is_some());
    assert_eq!(config["Labels"]["k"], "2 3");
    assert_eq!(config["Healthcheck"]["Interval"], 5_000_000_000_i64);
    let before = config.clone();
    for (change, words) in [
        ("NoSuch 1", "NoSuch is not a valid change command"),
        ("SHELL [\"x\"]", "SHELL is not a valid change command"),
        ("ENV", "ENV requires at least one argument"),
        ("ONBUILD FROM x", "FROM isn't allowed as an ONBUILD trigger"),
    ] {
        let refused = apply_changes(&mut config, &["ENV Z=1".to_owned(), change.to_owned()]);
        assert_eq!(refused.unwrap_err().message, words);
        assert_eq!(config, before);
    }
    let nothing = apply_changes(&mut config, &[String::new()]).unwrap_err();
    assert_eq!(nothing.message, "file with no instructions");
}

#[test]
fn an_environment_keeps_its_order() {
    let lines = ["X=one", "Y=two words", "Z=", "X=three"].map(str::to_owned);
    let environment = super::super::container::environment(&lines);
    let rows: Vec<String> = environment
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    // runc keeps the last one of a name, in its place.
    assert_eq!(rows, ["Y=two words", "Z=", "X=three"]);
}
