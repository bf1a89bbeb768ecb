//! On a real engine: `MOUSSAILLON_TEST_ENGINE=unix:///… cargo test --lib verify::images`.

use super::super::{Options, REAL_ENGINE, open};

/// What a stand-in must do: an image, lines to run in order, and what the last one must say.
const PROOFS: &[(&str, &[&str], &str)] = &[
    (
        "hello-world:linux",
        &["docker run --rm hello-world:linux"],
        "Hello from Docker!",
    ),
    (
        "alpine:3.20",
        &["docker run --rm alpine:3.20 cat /etc/alpine-release"],
        "3.20",
    ),
    (
        "nginx:1.27-alpine",
        &[
            "docker run -d --name doublure-nginx nginx:1.27-alpine",
            "sleep 1; docker exec doublure-nginx wget -qO- http://127.0.0.1/",
        ],
        "Welcome to nginx!",
    ),
    (
        "nginx:1.27-alpine",
        &[
            "docker run -d --name doublure-nginx nginx:1.27-alpine",
            "sleep 1; docker exec doublure-nginx wget -qO- http://127.0.0.1/",
            "sleep 1; docker logs doublure-nginx",
        ],
        "\"GET / HTTP/1.1\" 200",
    ),
    (
        "nginx:1.27-alpine",
        &[
            "docker run -d --name doublure-nginx nginx:1.27-alpine",
            "sleep 1; docker stop doublure-nginx",
            "docker inspect -f 'code {{.State.ExitCode}}' doublure-nginx",
        ],
        "code 0",
    ),
    (
        "traefik/whoami:v1.11",
        &[
            "docker run -d --name doublure-qui --hostname moi traefik/whoami:v1.11",
            "sleep 1; docker exec doublure-qui wget -qO- http://127.0.0.1/api",
        ],
        "Hostname: moi",
    ),
    (
        "node:20-alpine",
        &[
            "docker run -d --name doublure-node node:20-alpine sh -c \"echo 'require(\\\"http\\\").createServer((q, r) => r.end(\\\"Bonjour\\\")).listen(3000)' > /app.js; exec node /app.js\"",
            "sleep 1; docker exec doublure-node wget -qO- http://127.0.0.1:3000/",
        ],
        "Bonjour",
    ),
    (
        "registry:2",
        &[
            "docker run -d --name doublure-registre registry:2",
            "sleep 2; docker exec doublure-registre wget -qO- http://127.0.0.1:5000/v2/_catalog",
        ],
        "{\"repositories\":[]}",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stand_ins_behave_as_lessons_need() {
    let Ok(engine) = std::env::var("MOUSSAILLON_TEST_ENGINE") else {
        eprintln!("SKIPPED: MOUSSAILLON_TEST_ENGINE names no engine (unix:///…)");
        return;
    };
    let _alone = REAL_ENGINE.lock().await;
    let options = Options {
        engine,
        ..Options::default()
    };
    let mut bench = open(&options).await.expect("an engine");
    let mut faults = Vec::new();
    for (image, lines, wanted) in PROOFS {
        let images = [(*image).to_owned()];
        bench.provide(&images, true).await.expect("a stand-in");
        bench.fresh().await.expect("a fresh state");
        let mut last = String::new();
        for line in *lines {
            let ran = bench.run(line).await.expect("the engine answers");
            if ran.status != Some(0) {
                faults.push(format!(
                    "{image}: «{line}» {:?}: {}",
                    ran.status, ran.output
                ));
            }
            last = ran.output;
        }
        if !last.contains(wanted) {
            faults.push(format!("{image}: «{wanted}» is not in «{last}»"));
        }
    }
    bench.close().await.expect("a clean engine");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
