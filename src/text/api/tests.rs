//! Paths taken apart, and a sentence for each call that the simulated engine answers.

use super::*;

fn sentence(method: &str, path: &str) -> Option<&'static str> {
    meaning(method, &Target::of(path))
}

#[test]
fn a_path_is_taken_apart() {
    let sent = "/v1.51/images/create?fromImage=docker.io%2Flibrary%2Fnginx&tag=1+2&x";
    let target = Target::of(sent);
    assert_eq!((target.version, target.path), ("/v1.51", "/images/create"));
    assert_eq!(target.get("fromImage"), "docker.io/library/nginx");
    assert_eq!((target.get("tag"), target.get("x")), ("1 2", ""));
    let bare = Target::of("/_ping");
    assert_eq!((bare.version, bare.path), ("", "/_ping"));
    let odd = Target::of("/v1.51");
    assert_eq!((odd.version, odd.path), ("/v1.51", ""));
    for hostile in ["", "/", "?", "é%", "/v1.é/x", "/%zz?%=&&=%F"] {
        Target::of(hostile).segments();
    }
}

#[test]
fn names_of_images_have_slashes() {
    let told = sentence("GET", "/v1.51/images/ghcr.io/a/b:1/json").unwrap();
    assert!(told.contains("sait de l’image"), "{told}");
    let told = sentence("GET", "/containers/json?all=1").unwrap();
    assert!(told.contains("Liste les conteneurs"), "{told}");
    assert_eq!(sentence("POST", "/containers/json"), None);
    assert_eq!(sentence("GET", "/nosuch"), None);
}

#[test]
fn each_line_of_the_table_is_a_sentence_and_none_hides_another() {
    let lines = SHEET
        .lines()
        .filter(|it| !it.is_empty() && !it.starts_with('#'));
    assert_eq!(lines.count(), TABLE.len(), "each line is read");
    for entry in TABLE.iter() {
        assert!(entry.sentence.ends_with('.'), "{}", entry.sentence);
        assert!(!entry.sentence.contains('\''), "{}", entry.sentence);
        let path: Vec<String> = entry
            .path
            .iter()
            .map(|it| it.replace(['{', '}'], ""))
            .collect();
        let path = format!("/{}", path.join("/"));
        let method = entry.method.replace('*', "DELETE");
        assert_eq!(
            sentence(&method, &path),
            Some(entry.sentence.as_str()),
            "{path}"
        );
    }
}

/// The routes of the simulated engine, as its sources write them: `(&Method::GET, ["json"])`.
fn routes() -> Vec<(String, String)> {
    let sources = [
        (
            "containers",
            include_str!("../../../crates/sim/src/http/containers.rs"),
        ),
        (
            "containers/x",
            include_str!("../../../crates/sim/src/http/containers_io.rs"),
        ),
        ("exec", include_str!("../../../crates/sim/src/http/exec.rs")),
        (
            "images",
            include_str!("../../../crates/sim/src/http/images.rs"),
        ),
        (
            "networks",
            include_str!("../../../crates/sim/src/http/networks.rs"),
        ),
        (
            "volumes",
            include_str!("../../../crates/sim/src/http/volumes.rs"),
        ),
        ("", include_str!("../../../crates/sim/src/http/registry.rs")),
        (
            "build",
            include_str!("../../../crates/sim/src/http/build.rs"),
        ),
        (
            "swarm",
            include_str!("../../../crates/sim/src/http/swarm.rs"),
        ),
        ("", include_str!("../../../crates/sim/src/http/system.rs")),
    ];
    let mut routes = Vec::new();
    for (file, source) in sources {
        let mut under = vec![file];
        for line in source.lines() {
            // A function of the file that answers for another resource.
            under = match line
                .split(['(', ' '])
                .find(|it| ["cluster", "services", "tasks", "nodes", "blobs"].contains(it))
            {
                Some("cluster") if line.contains("fn ") => vec!["swarm"],
                Some("blobs") if line.contains("fn ") => vec!["secrets", "configs"],
                Some(name) if line.contains("fn ") => vec![name],
                _ => under,
            };
            let Some((methods, rest)) = line
                .trim()
                .strip_prefix("(&Method::")
                .and_then(|it| it.split_once(", "))
            else {
                continue;
            };
            let Some((pattern, _)) = rest.split_once(") ") else {
                continue;
            };
            let words: Vec<String> = pattern
                .split(['[', ']', ',', ' '])
                .filter(|it| !it.is_empty() && *it != "@" && *it != "..")
                .map(|it| match it.strip_prefix('"') {
                    Some(word) => word.trim_end_matches('"').to_owned(),
                    None => "x".to_owned(),
                })
                .collect();
            for method in methods.split(" | &Method::") {
                for resource in &under {
                    let path = format!("/{resource}/{}", words.join("/"));
                    routes.push((method.to_owned(), path.replace("//", "/")));
                }
            }
        }
    }
    routes.push(("POST".to_owned(), "/commit".to_owned()));
    routes.push(("GET".to_owned(), "/events".to_owned()));
    routes
}

#[test]
fn each_route_of_the_simulated_engine_has_its_sentence() {
    let routes = routes();
    assert!(
        routes.len() > 85,
        "{} routes were found: {routes:?}",
        routes.len()
    );
    let known = [
        "/containers/x/start",
        "/build/",
        "/auth",
        "/nodes/x/update",
        "/secrets/create",
    ];
    for path in known {
        assert!(
            routes.iter().any(|(_, it)| it == path),
            "{path}: {routes:?}"
        );
    }
    let untold: Vec<_> = routes
        .iter()
        .filter(|(method, path)| sentence(method, path).is_none())
        .collect();
    assert!(untold.is_empty(), "{untold:?}");
}
