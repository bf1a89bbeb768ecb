//! The tap between two raw ends: what goes in, byte by byte, and what comes out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::DropGuard;

use super::*;
use crate::GuardOptions;
use domain::{ApiCall, CallOutcome};
use wire::Stream;

/// A tap before an engine of our own.
struct Bench {
    tap: Tap,
    occurrences: mpsc::UnboundedReceiver<Occurrence>,
    connections: Arc<AtomicUsize>,
    _stop: DropGuard,
}

impl Bench {
    /// `engine` is given each connection that the tap opens.
    fn new<F>(engine: impl Fn(Stream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::guarded(engine, None)
    }

    fn guarded<F>(
        engine: impl Fn(Stream) -> F + Send + 'static,
        options: Option<GuardOptions>,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (dialer, mut acceptor) = memory();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Some(stream) = acceptor.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(engine(stream));
            }
        });
        let (sender, occurrences) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let target = Target::simulator(dialer);
        let guard = options.map(|it| Guard::new(&target, "essai", it).unwrap().0);
        let plan = Plan {
            target,
            session: "essai".to_owned(),
            guard,
            occurrences: sender,
            socket: true,
        };
        let tap = Tap::open(plan, &TaskTracker::new(), &stop).unwrap();
        Self {
            tap,
            occurrences,
            connections,
            _stop: stop.drop_guard(),
        }
    }

    async fn client(&self) -> Stream {
        self.tap.dialer.dial().await.unwrap()
    }

    /// The next report of a call.
    async fn call(&mut self) -> ApiCall {
        let next = tokio::time::timeout(Duration::from_secs(5), self.occurrences.recv());
        match next.await.unwrap() {
            Some(Occurrence::Call(call)) => call,
            other => panic!("{other:?}"),
        }
    }
}

/// Reads until the text ends so; fails after a while.
async fn read_until(stream: &mut Stream, end: &str) -> String {
    let mut read = Vec::new();
    let reading = async {
        while !read.ends_with(end.as_bytes()) {
            let mut byte = [0];
            if stream.read(&mut byte).await.unwrap() == 0 {
                break;
            }
            read.push(byte[0]);
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(5), reading)
        .await
        .is_err();
    let text = String::from_utf8_lossy(&read).into_owned();
    assert!(
        !ended && text.ends_with(end),
        "{end:?} never came: {text:?}"
    );
    text
}

async fn write(stream: &mut Stream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
}

#[tokio::test]
async fn heads_go_through_as_they_were_written() {
    let bench = Bench::new(|mut engine| async move {
        let head = read_until(&mut engine, "\r\n\r\n").await;
        assert!(
            head.starts_with("GET /v1.51/containers/json?all=1 HTTP/1.1\r\n"),
            "{head}"
        );
        for line in [
            "Host: api.moby.localhost\r\n",
            "X-Bizarre: Été\r\n",
            "USER-agent: D\r\n",
        ] {
            assert!(head.contains(line), "{line} in {head}");
        }
        write(
            &mut engine,
            "HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\nx-lower: a\r\nContent-Length: 2\r\n\r\n[]",
        )
        .await;
    });
    let mut client = bench.client().await;
    write(&mut client, "GET /v1.51/containers/json?all=1 HTTP/1.1\r\nHost: api.moby.localhost\r\nX-Bizarre: Été\r\nUSER-agent: D\r\n\r\n").await;
    let answer = read_until(&mut client, "[]").await;
    assert_eq!(
        answer,
        "HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\nx-lower: a\r\nContent-Length: 2\r\n\r\n[]"
    );
}

#[tokio::test]
async fn one_client_connection_is_one_engine_connection() {
    let bench = Bench::new(|mut engine| async move {
        for _ in 0..3 {
            read_until(&mut engine, "\r\n\r\n").await;
            write(&mut engine, "HTTP/1.1 204 No Content\r\n\r\n").await;
        }
    });
    let mut client = bench.client().await;
    for _ in 0..3 {
        write(&mut client, "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n").await;
        read_until(&mut client, "\r\n\r\n").await;
    }
    assert_eq!(bench.connections.load(Ordering::SeqCst), 1);
    let mut other = bench.client().await;
    write(&mut other, "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n").await;
    read_until(&mut other, "\r\n\r\n").await;
    assert_eq!(bench.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_engine_that_closed_an_idle_connection_is_dialled_again() {
    let bench = Bench::new(|mut engine| async move {
        read_until(&mut engine, "\r\n\r\n").await;
        write(&mut engine, "HTTP/1.1 204 No Content\r\n\r\n").await;
    });
    let mut client = bench.client().await;
    for _ in 0..2 {
        write(&mut client, "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n").await;
        read_until(&mut client, "HTTP/1.1 204 No Content\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(bench.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_head_request_keeps_its_length_and_has_no_body() {
    let bench = Bench::new(|mut engine| async move {
        read_until(&mut engine, "\r\n\r\n").await;
        write(&mut engine, "HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n").await;
        read_until(&mut engine, "\r\n\r\n").await;
        write(
            &mut engine,
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK",
        )
        .await;
    });
    let mut client = bench.client().await;
    write(&mut client, "HEAD /_ping HTTP/1.1\r\nHost: d\r\n\r\n").await;
    let head = read_until(&mut client, "\r\n\r\n").await;
    assert!(head.contains("Content-Length: 42"), "{head}");
    // The connection is still in step.
    write(&mut client, "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n").await;
    read_until(&mut client, "\r\n\r\nOK").await;
}

#[tokio::test]
async fn chunks_and_trailers_flow_as_they_come_both_ways() {
    let bench = Bench::new(|mut engine| async move {
        let head = read_until(&mut engine, "\r\n\r\n").await;
        assert!(
            head.to_lowercase().contains("transfer-encoding: chunked"),
            "{head}"
        );
        write(
            &mut engine,
            "HTTP/1.1 200 OK\r\nTrailer: x-sum\r\nTransfer-Encoding: chunked\r\n\r\n",
        )
        .await;
        // Each chunk of the request is answered before the next one is sent.
        for chunk in ["5\r\npremi\r\n", "6\r\nsecond\r\n"] {
            assert_eq!(read_until(&mut engine, chunk).await, chunk);
            write(&mut engine, chunk).await;
        }
        assert_eq!(read_until(&mut engine, "0\r\n\r\n").await, "0\r\n\r\n");
        write(&mut engine, "0\r\nx-sum: 11\r\n\r\n").await;
    });
    let mut client = bench.client().await;
    write(&mut client, "POST /build HTTP/1.1\r\nHost: d\r\nTE: trailers\r\nContent-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    write(&mut client, "5\r\npremi\r\n").await;
    read_until(&mut client, "\r\n\r\n").await;
    read_until(&mut client, "5\r\npremi\r\n").await;
    write(&mut client, "6\r\nsecond\r\n").await;
    read_until(&mut client, "6\r\nsecond\r\n").await;
    write(&mut client, "0\r\n\r\n").await;
    read_until(&mut client, "0\r\nx-sum: 11\r\n\r\n").await;
}

#[tokio::test]
async fn a_client_that_waits_for_100_continue_gets_it() {
    let bench = Bench::new(|mut engine| async move {
        read_until(&mut engine, "tar").await;
        write(
            &mut engine,
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
        )
        .await;
    });
    let mut client = bench.client().await;
    write(&mut client, "PUT /containers/a/archive HTTP/1.1\r\nHost: d\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n").await;
    assert_eq!(
        read_until(&mut client, "\r\n\r\n").await,
        "HTTP/1.1 100 Continue\r\n\r\n"
    );
    write(&mut client, "tar").await;
    assert!(
        read_until(&mut client, "\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 201 Created")
    );
}

/// Once as it begins and once as it ends: what is told in between is gathered.
#[tokio::test]
async fn a_quick_call_is_told_twice() {
    let mut bench = Bench::new(|mut engine| async move {
        read_until(&mut engine, "\r\n\r\n").await;
        write(
            &mut engine,
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        )
        .await;
        read_until(&mut engine, "\r\n\r\n").await;
    });
    let mut client = bench.client().await;
    write(&mut client, "GET /a HTTP/1.1\r\nHost: d\r\n\r\n").await;
    read_until(&mut client, "[]").await;
    assert_eq!(bench.call().await.outcome, CallOutcome::Pending);
    let ended = bench.call().await;
    assert_eq!(ended.outcome, CallOutcome::Answered(200));
    assert_eq!(ended.response_body, "[]");
    write(&mut client, "GET /b HTTP/1.1\r\nHost: d\r\n\r\n").await;
    assert_eq!(bench.call().await.path, "/b");
}

#[tokio::test]
async fn a_raw_stream_passes_both_ways_and_its_input_ends_alone() {
    let mut bench = Bench::new(|mut engine| async move {
        let head = read_until(&mut engine, "\r\n\r\n").await;
        assert!(head.contains("Upgrade: tcp"), "{head}");
        write(&mut engine, "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nbanner>").await;
        let mut input = String::new();
        engine.read_to_string(&mut input).await.unwrap();
        write(&mut engine, &format!("got {input}")).await;
        engine.shutdown().await.unwrap();
    });
    let mut client = bench.client().await;
    write(&mut client, "POST /v1.51/containers/a/attach?stream=1 HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n").await;
    let head = read_until(&mut client, "\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    assert!(
        head.contains("Content-Type: application/vnd.docker.raw-stream\r\n"),
        "{head}"
    );
    read_until(&mut client, "banner>").await;
    assert_eq!(bench.call().await.outcome, CallOutcome::Pending);
    assert_eq!(bench.call().await.outcome, CallOutcome::Upgraded);
    write(&mut client, "stdin").await;
    client.shutdown().await.unwrap();
    let mut rest = String::new();
    client.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "got stdin");
    let ended = bench.call().await;
    assert_eq!(ended.number, 1);
    assert!(
        ended.response_body.contains("5\u{a0}octets envoyés"),
        "{}",
        ended.response_body
    );
}

#[tokio::test]
async fn a_client_that_leaves_takes_the_engine_s_connection_with_it() {
    let (gone, left) = tokio::sync::oneshot::channel();
    let gone = Arc::new(std::sync::Mutex::new(Some(gone)));
    let bench = Bench::new(move |mut engine| {
        let gone = Arc::clone(&gone);
        async move {
            read_until(&mut engine, "\r\n\r\n").await;
            write(
                &mut engine,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            )
            .await;
            // Nothing more is said: only the end of the connection can be noticed.
            let mut rest = Vec::new();
            let _ = engine.read_to_end(&mut rest).await;
            let _ = gone.lock().unwrap().take().unwrap().send(());
        }
    });
    let mut client = bench.client().await;
    write(&mut client, "GET /events HTTP/1.1\r\nHost: d\r\n\r\n").await;
    read_until(&mut client, "\r\n\r\n").await;
    drop(client);
    tokio::time::timeout(Duration::from_secs(5), left)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn the_label_is_added_where_something_is_created_and_bodies_stay_as_they_are_elsewhere() {
    let mut bench = Bench::new(|mut engine| async move {
        for (path, end, expected) in [
            (
                "/v1.51/containers/create?name=a",
                "}}",
                r#"{"Image":"b","Labels":{"moussaillon.session":"essai"}}"#,
            ),
            ("/v1.51/containers/a/start", "}", r#"{ "Image" : "b" }"#),
        ] {
            let head = read_until(&mut engine, "\r\n\r\n").await;
            assert!(head.starts_with(&format!("POST {path} ")), "{head}");
            let length = format!("content-length: {}\r\n", expected.len());
            assert!(head.to_lowercase().contains(&length), "{head}");
            assert_eq!(read_until(&mut engine, end).await, expected);
            write(
                &mut engine,
                "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}",
            )
            .await;
        }
    });
    let mut client = bench.client().await;
    write(&mut client, "POST /v1.51/containers/create?name=a HTTP/1.1\r\nHost: d\r\nContent-Length: 13\r\n\r\n{\"Image\":\"b\"}").await;
    read_until(&mut client, "{}").await;
    write(&mut client, "POST /v1.51/containers/a/start HTTP/1.1\r\nHost: d\r\nContent-Length: 17\r\n\r\n{ \"Image\" : \"b\" }").await;
    read_until(&mut client, "{}").await;
    bench.call().await;
    bench.call().await;
    // What the client asked is what is shown.
    let ended = bench.call().await;
    assert_eq!(ended.request_body, r#"{"Image":"b"}"#);
    assert_eq!(
        (ended.outcome, ended.response_body.as_str()),
        (CallOutcome::Answered(201), "{}")
    );
}

#[tokio::test]
async fn a_refused_call_never_reaches_the_engine_and_says_why_in_docker_s_shape() {
    let options = GuardOptions {
        read_only: true,
        ..GuardOptions::default()
    };
    let mut bench = Bench::guarded(|_| async {}, Some(options));
    let mut client = bench.client().await;
    write(
        &mut client,
        "POST /v1.51/volumes/prune HTTP/1.1\r\nHost: d\r\n\r\n",
    )
    .await;
    let answer = read_until(&mut client, "}").await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let message: serde_json::Value = serde_json::from_str(body).unwrap();
    let words = message["message"].as_str().unwrap();
    assert!(words.contains("--lecture-seule"), "{words}");
    assert_eq!(bench.connections.load(Ordering::SeqCst), 0);
    bench.call().await;
    let call = bench.call().await;
    assert_eq!(call.outcome, CallOutcome::Answered(403));
    assert!(call.response_body.contains("--lecture-seule"));
}

#[tokio::test]
async fn an_engine_that_hangs_up_is_a_502_with_the_reason() {
    let mut bench = Bench::new(|engine| async move { drop(engine) });
    let mut client = bench.client().await;
    write(&mut client, "GET /info HTTP/1.1\r\nHost: d\r\n\r\n").await;
    let answer = read_until(&mut client, "}").await;
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    assert!(answer.contains("a coupé la connexion"), "{answer}");
    let mut last = bench.call().await;
    while !matches!(last.outcome, CallOutcome::Failed(_)) {
        last = bench.call().await;
    }
}

#[tokio::test]
async fn the_socket_is_private_and_goes_with_the_tap() {
    use std::os::unix::fs::PermissionsExt;
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let bench = Bench::new(|_| async {});
    let socket = bench.tap.socket.clone().unwrap();
    let folder = socket.parent().unwrap().to_owned();
    assert_eq!((mode(&socket), mode(&folder)), (0o600, 0o700));
    drop(bench);
    assert!(!folder.exists());

    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let bench = Bench::new(|_| async {});
        let folder = bench
            .tap
            .socket
            .as_ref()
            .unwrap()
            .parent()
            .unwrap()
            .to_owned();
        std::panic::panic_any(folder);
    }));
    let folder = *panicked.unwrap_err().downcast::<PathBuf>().unwrap();
    assert!(!folder.exists());
}
