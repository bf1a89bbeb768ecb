//! Bytes on a connection, or requests that are well-formed and odd.

use crate::draw::Draw;
use crate::world::{World, with_world};
use crate::{archive, json};

/// Methods, paths and what their bodies begin with; `{}` is the name of an object.
const ROUTES: &[(&str, &str, &str)] = &[
    (
        "POST",
        "/containers/create",
        r#""Image":"busybox","Cmd":["sleep","60"],"#,
    ),
    (
        "POST",
        "/containers/create?name=aa",
        r#""Image":"busybox","Cmd":["sh","-c","echo a; sleep 60"],"#,
    ),
    (
        "POST",
        "/containers/create?name=bb",
        r#""Image":"busybox","Cmd":["true"],"HostConfig":{"Binds":["v:/v"]},"#,
    ),
    ("POST", "/containers/{}/start", ""),
    ("POST", "/containers/{}/stop?t=0", ""),
    ("POST", "/containers/{}/restart?t=0", ""),
    ("POST", "/containers/{}/kill", ""),
    ("POST", "/containers/{}/pause", ""),
    ("POST", "/containers/{}/unpause", ""),
    ("POST", "/containers/{}/rename", ""),
    ("POST", "/containers/{}/update", r#""Memory":6291456,"#),
    ("POST", "/containers/{}/wait", ""),
    ("POST", "/containers/{}/resize", ""),
    ("POST", "/containers/{}/attach", ""),
    (
        "POST",
        "/containers/{}/exec",
        r#""Cmd":["ls","-lR","/etc"],"AttachStdout":true,"#,
    ),
    ("POST", "/containers/prune", ""),
    ("GET", "/containers/json", ""),
    ("GET", "/containers/{}/json", ""),
    ("GET", "/containers/{}/logs", ""),
    ("GET", "/containers/{}/stats", ""),
    ("GET", "/containers/{}/top", ""),
    ("GET", "/containers/{}/changes", ""),
    ("GET", "/containers/{}/export", ""),
    ("GET", "/containers/{}/archive", ""),
    ("HEAD", "/containers/{}/archive", ""),
    ("PUT", "/containers/{}/archive", "tar"),
    ("DELETE", "/containers/{}", ""),
    ("POST", "/exec/{}/start", r#""Detach":true,"#),
    ("POST", "/exec/{}/resize", ""),
    ("GET", "/exec/{}/json", ""),
    ("POST", "/commit", r#""Env":["A=b"],"#),
    ("POST", "/build", "tar"),
    ("POST", "/build/prune", ""),
    ("POST", "/images/create", "tar"),
    ("POST", "/images/load", "tar"),
    ("POST", "/images/prune", ""),
    ("POST", "/images/{}/tag", ""),
    ("POST", "/images/{}/push", ""),
    ("GET", "/images/json", ""),
    ("GET", "/images/{}/json", ""),
    ("GET", "/images/{}/history", ""),
    ("GET", "/images/{}/get", ""),
    ("GET", "/images/get", ""),
    ("GET", "/images/search", ""),
    ("DELETE", "/images/{}", ""),
    ("GET", "/distribution/{}/json", ""),
    ("POST", "/auth", r#""username":"a","#),
    ("POST", "/networks/create", r#""Name":"aa","#),
    (
        "POST",
        "/networks/create",
        r#""Name":"bb","IPAM":{"Config":[{"Subnet":"10.9.0.0/28"}]},"#,
    ),
    ("POST", "/networks/{}/connect", r#""Container":"aa","#),
    ("POST", "/networks/{}/disconnect", r#""Container":"aa","#),
    ("POST", "/networks/prune", ""),
    ("GET", "/networks", ""),
    ("GET", "/networks/{}", ""),
    ("DELETE", "/networks/{}", ""),
    ("POST", "/volumes/create", r#""Name":"v","#),
    ("POST", "/volumes/prune", ""),
    ("GET", "/volumes", ""),
    ("GET", "/volumes/{}", ""),
    ("DELETE", "/volumes/{}", ""),
    (
        "POST",
        "/swarm/init",
        r#""ListenAddr":"0.0.0.0:2377","AdvertiseAddr":"127.0.0.1","#,
    ),
    ("POST", "/swarm/join", ""),
    ("POST", "/swarm/leave?force=1", ""),
    ("POST", "/swarm/update?version=1", ""),
    (
        "POST",
        "/services/create",
        r#""Name":"aa","TaskTemplate":{"ContainerSpec":{"Image":"busybox","Command":["sleep","60"]}},"#,
    ),
    (
        "POST",
        "/services/{}/update?version=1",
        r#""Name":"aa","TaskTemplate":{"ContainerSpec":{"Image":"busybox"}},"#,
    ),
    ("GET", "/services", ""),
    ("GET", "/services/{}", ""),
    ("GET", "/services/{}/logs?stdout=1", ""),
    ("DELETE", "/services/{}", ""),
    ("GET", "/tasks", ""),
    ("GET", "/nodes", ""),
    ("POST", "/nodes/{}/update?version=1", ""),
    ("POST", "/secrets/create", r#""Name":"aa","Data":"YQ==","#),
    ("GET", "/secrets", ""),
    ("POST", "/configs/create", r#""Name":"aa","Data":"YQ==","#),
    ("DELETE", "/configs/{}", ""),
    ("GET", "/events?until=0", ""),
    ("GET", "/system/df", ""),
    ("GET", "/info", ""),
    ("GET", "/version", ""),
    ("GET", "/_ping", ""),
];

const NAMES: [&str; 10] = [
    "aa",
    "bb",
    "busybox",
    "bridge",
    "v",
    "self",
    "busybox:latest",
    "scratch",
    "%2e%2e",
    "a%00",
];

const PARAMETERS: [&str; 48] = [
    "all",
    "size",
    "limit",
    "filters",
    "name",
    "t",
    "signal",
    "w",
    "h",
    "since",
    "until",
    "tail",
    "timestamps",
    "follow",
    "stdout",
    "stderr",
    "stream",
    "stdin",
    "logs",
    "detachKeys",
    "path",
    "noOverwriteDirNonDir",
    "copyUIDGID",
    "v",
    "force",
    "link",
    "condition",
    "ps_args",
    "container",
    "repo",
    "tag",
    "comment",
    "author",
    "changes",
    "pause",
    "fromImage",
    "fromSrc",
    "message",
    "platform",
    "dockerfile",
    "buildargs",
    "labels",
    "target",
    "remote",
    "networkmode",
    "names",
    "one-shot",
    "version",
];

const VALUES: [&str; 24] = [
    "1",
    "0",
    "true",
    "-1",
    "all",
    "a",
    "/",
    "/etc",
    "/v/..",
    "next-exit",
    "KILL",
    "99999999999",
    "1h",
    "1700000000.5",
    "CMD%20x",
    "%7B%22label%22%3A%5B%22a%3Db%22%5D%7D",
    "%7B%22until%22%3A%7B%221h%22%3Atrue%7D%7D",
    "%7B%22dangling%22%3A%5B%22x%22%5D%7D",
    "linux/arm64",
    "busybox",
    "-",
    "%ff",
    "ctrl-p,ctrl-q",
    "aux",
];

const VERSIONS: [&str; 6] = ["/v1.41", "/v1.51", "/v1.24", "", "/v1.47", "/v9.9"];

/// The HTTP server.
pub fn http(data: &[u8]) {
    let Some((how, rest)) = data.split_first() else {
        return;
    };
    with_world(async |world: &World| {
        if how & 1 == 0 {
            world
                .ask("POST", "/v1.41/containers/create?name=aa", CREATE.into())
                .await;
            world
                .send(rest, std::time::Duration::from_millis(150))
                .await;
        } else {
            let mut draw = Draw::new(rest);
            for _ in 0..8 {
                if draw.is_empty() {
                    break;
                }
                request(world, &mut draw).await;
            }
        }
    });
}

const CREATE: &str = r#"{"Image":"busybox","Cmd":["sleep","60"]}"#;

async fn request(world: &World, draw: &mut Draw<'_>) {
    let (method, path, body) = draw.among(ROUTES);
    let name = if draw.once_in(8) {
        escaped(&draw.text(12))
    } else {
        draw.among(&NAMES).to_owned()
    };
    let mut path = format!("{}{}", draw.among(&VERSIONS), path.replace("{}", &name));
    for _ in 0..draw.number(4) {
        path.push(if path.contains('?') { '&' } else { '?' });
        path += draw.among(&PARAMETERS);
        path.push('=');
        path += &if draw.once_in(5) {
            escaped(&draw.text(24))
        } else {
            draw.among(&VALUES).to_owned()
        };
    }
    let body = match (method, body) {
        (_, "tar") => archive::any(draw),
        ("POST" | "PUT", fields) => {
            let mut body = json::document(draw, fields).into_bytes();
            if draw.once_in(16) {
                body.truncate(draw.number(body.len() + 1));
            }
            body
        }
        _ => Vec::new(),
    };
    world.ask(method, &path, body).await;
}

/// Percent-encoding of what would end the request's line.
fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b':' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02x}"),
    };
    text.bytes().map(escape).collect()
}
