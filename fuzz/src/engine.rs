//! An engine that answers anything, and who reads it: the connection, the observer, the docker
//! command.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use moussaillon::docker::{self, Context, HostFiles, Io, Keepers};
use moussaillon::engine::{EngineState, Session, SessionOptions, Target};
use moussaillon::wire::{Acceptor, Dialer, Stream, memory};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::draw::Draw;
use crate::json;
use crate::world::with_clock;

/// How long an engine is observed, or a command waited for, by a clock that jumps.
const PATIENCE: Duration = Duration::from_secs(3);
/// Answers that one input gives at most: reconnections have no end.
const ANSWERS: usize = 64;
/// Bytes that arrive at once when an answer comes in pieces.
const PIECE: usize = 7;

/// What paths are answered with when the answer makes sense, and what their documents begin with.
/// The first that a path contains is it; `[` before it makes it a list.
const DOCUMENTS: &[(&str, &str)] = &[
    (
        "/version",
        r#""Version":"28.5.2","ApiVersion":"1.51","MinAPIVersion":"1.24","Os":"linux","Arch":"amd64","#,
    ),
    (
        "/info",
        r#""ID":"e","Name":"h","SystemTime":"2026-01-31T08:00:00.5Z","Swarm":{"ControlAvailable":true},"#,
    ),
    (
        "/events",
        r#""Type":"container","Action":"start","Actor":{"ID":"a","Attributes":{"name":"a"}},"timeNano":1700000000000000000,"time":1700000000,"#,
    ),
    (
        "/containers/json",
        r#"["Id":"a","Names":["/a"],"Image":"busybox","State":"running","Status":"Up 2 hours","#,
    ),
    ("/containers/create", r#""Id":"a","Warnings":[],"#),
    (
        "/stats",
        r#""read":"2026-01-31T08:00:00Z","name":"/a","id":"a","cpu_stats":{},"memory_stats":{"usage":1},"#,
    ),
    (
        "/top",
        r#""Titles":["PID","CMD"],"Processes":[["1","sh"]],"#,
    ),
    ("/changes", r#"["Path":"/a","Kind":0,"#),
    ("/wait", r#""StatusCode":0,"#),
    (
        "/history",
        r#"["Id":"a","Created":1700000000,"CreatedBy":"RUN a","Size":1,"#,
    ),
    ("/images/search", r#"["name":"a","star_count":1,"#),
    (
        "/images/create",
        r#""status":"Pulling fs layer","id":"a","progressDetail":{"current":1,"total":2},"#,
    ),
    ("/build", r#""stream":"Step 1/1 : FROM a\n","#),
    ("/prune", r#""ContainersDeleted":["a"],"SpaceReclaimed":1,"#),
    (
        "/images/json",
        r#"["Id":"sha256:a","RepoTags":["busybox:latest"],"Created":1700000000,"Size":1,"#,
    ),
    (
        "/volumes/",
        r#""Name":"v","Driver":"local","Mountpoint":"/v","Scope":"local","#,
    ),
    ("/volumes", r#""Volumes":[{"Name":"v","Driver":"local"}],"#),
    (
        "/networks/",
        r#""Id":"n","Name":"bridge","Driver":"bridge","Scope":"local","IPAM":{"Config":[{"Subnet":"172.17.0.0/16"}]},"#,
    ),
    (
        "/networks",
        r#"["Id":"n","Name":"bridge","Driver":"bridge","Scope":"local","#,
    ),
    (
        "/services/",
        r#""ID":"s","Version":{"Index":1},"Spec":{"Name":"s"},"#,
    ),
    (
        "/services",
        r#"["ID":"s","Spec":{"Name":"s","Mode":{"Replicated":{"Replicas":1}}},"#,
    ),
    (
        "/tasks",
        r#"["ID":"t","ServiceID":"s","NodeID":"d","Slot":1,"Status":{"State":"running"},"DesiredState":"running","#,
    ),
    ("/nodes/", r#""ID":"d","Description":{"Hostname":"h"},"#),
    (
        "/nodes",
        r#"["ID":"d","Spec":{"Role":"manager"},"Description":{"Hostname":"h"},"Status":{"State":"ready"},"#,
    ),
    (
        "/system/df",
        r#""LayersSize":1,"Images":[],"Containers":[],"Volumes":[],"BuildCache":[],"#,
    ),
    ("/secrets", r#"["ID":"x","Spec":{"Name":"x"},"#),
    ("/configs", r#"["ID":"y","Spec":{"Name":"y"},"#),
    ("/exec", r#""Id":"b","ExitCode":0,"Running":false,"#),
    (
        "/images/",
        r#""Id":"sha256:a","RepoTags":["busybox:latest"],"Created":"2026-01-31T08:00:00Z","Size":1,"Config":{},"RootFS":{"Layers":["sha256:l"]},"#,
    ),
    (
        "/containers/",
        r#""Id":"a","Name":"/a","Created":"2026-01-31T08:00:00Z","State":{"Status":"running","Pid":2},"Config":{"Image":"busybox"},"#,
    ),
];

/// Command lines that write nothing on this machine.
const COMMANDS: &[&str] = &[
    "ps -a",
    "ps -s --format json",
    "ps --no-trunc --format {{.Names}}{{.Ports}}{{.Mounts}}{{.Labels}}",
    "inspect a",
    "inspect -s -f {{json_.}} a",
    "logs a",
    "logs -t --tail 3 a",
    "stats --no-stream",
    "stats --no-stream --format json",
    "top a",
    "port a",
    "diff a",
    "wait a",
    "attach --no-stdin a",
    "exec a ls",
    "run busybox ls",
    "run -d --rm busybox",
    "start -a a",
    "images -a --digests",
    "images --tree",
    "history --no-trunc a",
    "search a",
    "pull busybox",
    "push a",
    "image prune -f",
    "system prune -af --volumes",
    "system df -v",
    "info",
    "version",
    "version --format json",
    "events --until 1s",
    "volume ls",
    "volume inspect v",
    "network ls",
    "network inspect bridge",
    "service ls",
    "service ps s",
    "service inspect --pretty s",
    "service logs s",
    "node ls",
    "node inspect --pretty d",
    "node ps",
    "stack ls",
    "stack ps s",
    "secret ls",
    "config inspect --pretty y",
    "swarm init",
    "swarm join-token worker",
];

/// What is left of the input: every connection draws from it, in turn.
type Shared = Arc<Mutex<(Vec<u8>, usize)>>;

/// An engine that answers what it wants; the first byte says who reads it.
pub fn engine(data: &[u8]) {
    let Some((how, rest)) = data.split_first() else {
        return;
    };
    let (how, rest) = (usize::from(*how), rest.to_vec());
    with_clock(async || {
        let (dialer, acceptor) = memory();
        let serving = tokio::spawn(serve(acceptor, Arc::new(Mutex::new((rest, 0)))));
        match how.checked_sub(128) {
            None => observe(dialer).await,
            Some(command) => {
                let line = COMMANDS[command % COMMANDS.len()];
                run(dialer, line).await;
            }
        }
        serving.abort();
    });
}

async fn observe(dialer: Dialer) {
    let options = SessionOptions {
        socket: false,
        ..SessionOptions::default()
    };
    let mut session = Session::open_with(Target::simulator(dialer), options).expect("a session");
    let _ = timeout(PATIENCE, async {
        while session.state.changed().await.is_ok() {
            if let EngineState::Lost { reason, .. } = &*session.state.borrow_and_update() {
                assert!(!reason.is_empty(), "lost without a reason");
            }
        }
    })
    .await;
    while session.occurrences.try_recv().is_ok() {}
    session.close().await;
}

async fn run(dialer: Dialer, line: &str) {
    let context = Context {
        args: line.split(' ').map(|it| it.replace('_', " ")).collect(),
        env: BTreeMap::new(),
        cwd: "/nonexistent".into(),
        files: Arc::new(HostFiles),
        keepers: Keepers::Nowhere,
        dialer,
        endpoint: "unix:///var/run/docker.sock".to_owned(),
        context: "default".to_owned(),
    };
    let io = Io {
        stdin: Box::new(tokio::io::empty()),
        stdout: Box::new(tokio::io::sink()),
        stderr: Box::new(tokio::io::sink()),
        terminal: None,
    };
    let _ = timeout(PATIENCE, docker::run(context, io)).await;
}

async fn serve(mut acceptor: Acceptor, left: Shared) {
    while let Some(stream) = acceptor.accept().await {
        tokio::spawn(answer(stream, Arc::clone(&left)));
    }
}

/// Answers one request, and hangs up, or not.
async fn answer(mut stream: Stream, left: Shared) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !request.windows(4).any(|it| it == b"\r\n\r\n") {
        match stream.read(&mut piece).await {
            Ok(read @ 1..) => request.extend_from_slice(&piece[..read]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&request);
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let (bytes, torn, held) = {
        let mut left = left.lock().expect("no panic goes on");
        if left.1 >= ANSWERS {
            return;
        }
        left.1 += 1;
        let mut draw = Draw::new(&left.0);
        let said = said(&path, &mut draw);
        let rest = draw.rest().to_vec();
        left.0 = rest;
        said
    };
    for piece in bytes.chunks(if torn { PIECE } else { usize::MAX }) {
        if stream.write_all(piece).await.is_err() {
            return;
        }
        if torn {
            tokio::task::yield_now().await;
        }
    }
    if held {
        // A client that waits for more has its limits.
        let _ = timeout(PATIENCE, stream.read(&mut piece)).await;
    }
}

/// An answer, whether it comes in pieces, and whether the connection is then held.
fn said(path: &str, draw: &mut Draw<'_>) -> (Vec<u8>, bool, bool) {
    let how = draw.byte();
    let (torn, held) = (how & 64 != 0, how & 128 != 0);
    let bytes = match how & 31 {
        31 => draw.bytes(256).to_vec(),
        30 => framed(
            "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
            multiplexed(draw),
        ),
        29 => framed("HTTP/1.1 200 OK\r\n\r\n", multiplexed(draw)),
        28 => framed(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            chunks(path, draw),
        ),
        27 => whole(draw.among(&STATUSES), &draw.text(64)),
        26 => whole(
            draw.among(&STATUSES),
            &json::document(draw, r#""message":"non","#),
        ),
        25 => whole(
            "200 OK",
            draw.among(&["null", "[]", "{}", "[null]", "\"a\"", "1e999", "[[[[", ""]),
        ),
        _ => whole("200 OK", &document(path, draw)),
    };
    (bytes, torn, held)
}

const STATUSES: [&str; 10] = [
    "200 OK",
    "201 Created",
    "204 No Content",
    "301 Moved",
    "400 Bad Request",
    "404 Not Found",
    "409 Conflict",
    "500 Internal Server Error",
    "503 Service Unavailable",
    "999 a",
];

fn document(path: &str, draw: &mut Draw<'_>) -> String {
    let fields = DOCUMENTS.iter().find(|(part, _)| path.contains(part));
    let fields = fields.map_or("", |(_, fields)| fields);
    match fields.strip_prefix('[') {
        Some(fields) => {
            let items: Vec<String> = (0..=draw.number(3))
                .map(|_| json::document(draw, fields))
                .collect();
            format!("[{}]", items.join(","))
        }
        // Streams of documents, one a line.
        None if ["/events", "/stats", "/create", "/build"]
            .iter()
            .any(|it| path.contains(it)) =>
        {
            (0..=draw.number(4))
                .map(|_| json::document(draw, fields) + "\n")
                .collect()
        }
        None => json::document(draw, fields),
    }
}

fn whole(status: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nApi-Version: 1.51\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn framed(head: &str, body: Vec<u8>) -> Vec<u8> {
    [head.as_bytes(), &body].concat()
}

/// What a container writes, with the heads that tell its outputs apart, some of them wrong.
fn multiplexed(draw: &mut Draw<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..draw.number(6) {
        let which = draw.number(5) as u8;
        let bytes = draw.bytes(32);
        let length = if draw.once_in(8) {
            u32::from_be_bytes([draw.byte(), draw.byte(), draw.byte(), draw.byte()])
        } else {
            bytes.len() as u32
        };
        out.extend([which, 0, 0, 0]);
        out.extend(length.to_be_bytes());
        out.extend_from_slice(bytes);
    }
    out
}

fn chunks(path: &str, draw: &mut Draw<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..draw.number(5) {
        let text = document(path, draw);
        out.extend(format!("{:x}\r\n{text}\r\n", text.len()).into_bytes());
    }
    if !draw.once_in(4) {
        out.extend(b"0\r\n\r\n");
    }
    out
}
