//! `wget` and `curl`.

use std::net::SocketAddr;

use super::applet::{Applet, Options, base_name};
use super::http::{parse_head, read_head};
use crate::kernel::{Errno, Fd, OpenFlags, Sys};
use crate::shell::stream::Hoard;

/// A URL's parts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Url {
    scheme: String,
    host: String,
    port: u16,
    target: String,
}

fn parse_url(text: &str) -> Option<Url> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let (authority, target) = match rest.find(['/', '?']) {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    };
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let default = if scheme == "https" { 443 } else { 80 };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') => (host, port.parse().ok()?),
        _ => (authority, default),
    };
    let target = if target.starts_with('?') {
        format!("/{target}")
    } else {
        target.to_owned()
    };
    let host = host.trim_matches(['[', ']']);
    (!host.is_empty()).then(|| Url {
        scheme: scheme.into(),
        host: host.into(),
        port,
        target,
    })
}

impl Url {
    fn authority(&self) -> String {
        if self.port == 80 {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Where a `Location` leads from here.
    fn join(&self, location: &str) -> Option<Self> {
        if location.contains("://") {
            return parse_url(location);
        }
        let target = if location.starts_with('/') {
            location.to_owned()
        } else {
            let directory = self.target.rsplit_once('/').map_or("", |it| it.0);
            format!("{directory}/{location}")
        };
        Some(Self {
            target,
            ..self.clone()
        })
    }
}

/// What is wrong before there is an answer.
enum Failure {
    Name,
    Connect(SocketAddr, Errno),
    Read,
}

/// An answer: its head, and what is left to read.
struct Answer {
    fd: Fd,
    head: String,
    status: u16,
    headers: Vec<(String, String)>,
    held: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|it| it.0 == name)
            .map(|it| it.1.as_str())
    }

    /// The whole body: what its length says, chunks, or all until the end.
    async fn body(&mut self, sys: &Sys) -> Result<Vec<u8>, Errno> {
        let length = self
            .header("content-length")
            .and_then(|it| it.parse::<usize>().ok());
        let chunked = self
            .header("transfer-encoding")
            .is_some_and(|it| it == "chunked");
        let mut body = std::mem::take(&mut self.held);
        let mut hoard = Hoard::default();
        while length.is_none_or(|length| body.len() < length) {
            if chunked && body.ends_with(b"0\r\n\r\n") {
                break;
            }
            let chunk = sys.read(self.fd, 1 << 16).await?;
            if chunk.is_empty() {
                break;
            }
            hoard.add(sys, &mut body, &chunk);
        }
        Ok(if chunked { unchunk(&body) } else { body })
    }
}

fn unchunk(mut body: &[u8]) -> Vec<u8> {
    let mut result = Vec::new();
    while let Some(at) = body.windows(2).position(|it| it == b"\r\n") {
        let size = String::from_utf8_lossy(&body[..at]).into_owned();
        let Ok(size) = usize::from_str_radix(size.split(';').next().unwrap_or("").trim(), 16)
        else {
            break;
        };
        let start = at + 2;
        if size == 0 || start + size > body.len() {
            break;
        }
        result.extend_from_slice(&body[start..start + size]);
        body = body.get(start + size + 2..).unwrap_or_default();
    }
    result
}

async fn address(sys: &Sys, url: &Url) -> Result<SocketAddr, Failure> {
    let addresses = sys.resolve(&url.host).await.map_err(|_| Failure::Name)?;
    let first = addresses.first().ok_or(Failure::Name)?;
    Ok(SocketAddr::new(*first, url.port))
}

async fn ask(sys: &Sys, address: SocketAddr, request: &[u8]) -> Result<Answer, Failure> {
    let fd = sys
        .connect(address)
        .await
        .map_err(|error| Failure::Connect(address, error))?;
    if sys.write(fd, request).await.is_err() {
        return Err(Failure::Read);
    }
    let (head, held) = read_head(sys, fd, Vec::new()).await.ok_or(Failure::Read)?;
    let (first, headers) = parse_head(&head);
    let status = first
        .split(' ')
        .nth(1)
        .and_then(|it| it.parse().ok())
        .ok_or(Failure::Read)?;
    Ok(Answer {
        fd,
        head,
        status,
        headers,
        held,
    })
}

/// `wget [-qScO FILE] [-T SECONDS] [--spider] [--header H] [--post-data D] URL…`
pub(super) async fn wget(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let long = &[
        ("spider", '!'),
        ("header", 'H'),
        ("post-data", 'D'),
        ("quiet", 'q'),
        ("output-document", 'O'),
        ("no-check-certificate", 'N'),
        ("timeout", 'T'),
        ("tries", 't'),
        ("user-agent", 'U'),
    ];
    let options = match applet.options("cqSO:o:P:T:t:U:H:D:!N", long).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.operands.is_empty() {
        return applet.usage().await;
    }
    for text in &options.operands {
        let status = wget_one(&applet, &options, text).await;
        if status != 0 {
            return status;
        }
    }
    0
}

async fn wget_one(applet: &Applet, options: &Options, text: &str) -> u8 {
    let sys = &applet.sys;
    let (url, mut answer) = match follow(applet, options, text).await {
        Ok(found) => found,
        Err(status) => return status,
    };
    if !(200..300).contains(&answer.status) {
        let line = answer.head.lines().next().unwrap_or_default().to_owned();
        return applet.fail(format!("server returned error: {line}")).await;
    }
    if options.has('!') {
        say(applet, options, "remote file exists\n".into()).await;
        return 0;
    }
    let body = match answer.body(sys).await {
        Ok(body) => body,
        Err(error) => return applet.fail(format!("read error: {error}")).await,
    };
    let path = target(options, &url);
    if path == "-" {
        say(applet, options, "writing to stdout\n".into()).await;
        let status = applet.print(&body).await;
        say(
            applet,
            options,
            format!("{}written to stdout\n", progress("-", body.len())),
        )
        .await;
        return status;
    }
    if options.value('O').is_none() && sys.stat(&path).is_ok() {
        return applet
            .fail(format!("can't open '{path}': File exists"))
            .await;
    }
    say(applet, options, format!("saving to '{path}'\n")).await;
    if let Err(error) = sys.write_file(&path, &body) {
        return applet.fail(format!("can't open '{path}': {error}")).await;
    }
    say(
        applet,
        options,
        format!("{}'{path}' saved\n", progress(&path, body.len())),
    )
    .await;
    0
}

/// Asks for a page, wherever it has moved to; the exit code of a failure that was said.
async fn follow(applet: &Applet, options: &Options, text: &str) -> Result<(Url, Answer), u8> {
    let sys = &applet.sys;
    let Some(mut url) = parse_url(text) else {
        return Err(applet.fail(format!("bad address '{text}'")).await);
    };
    for _ in 0..5 {
        if url.scheme == "https" {
            return Err(applet.fail("note: TLS certificate validation not implemented\nwget: can't connect to remote host: Connection refused".to_string()).await);
        }
        if url.scheme != "http" {
            return Err(applet.fail(format!("not an http or ftp url: {text}")).await);
        }
        let Ok(place) = address(sys, &url).await else {
            return Err(applet
                .fail(format!("bad address '{}'", url.authority()))
                .await);
        };
        say(
            applet,
            options,
            format!("Connecting to {} ({})\n", url.authority(), place),
        )
        .await;
        let request = request(options, &url);
        let limit = options
            .value('T')
            .and_then(super::applet::parse_duration)
            .unwrap_or(std::time::Duration::from_secs(900));
        let asked = tokio::select! {
            asked = ask(sys, place, request.as_bytes()) => asked,
            () = sys.sleep(limit) => return Err(applet.fail("download timed out").await),
        };
        let got = match asked {
            Ok(got) => got,
            Err(Failure::Connect(place, error)) => {
                return Err(applet
                    .fail(format!(
                        "can't connect to remote host ({}): {error}",
                        place.ip()
                    ))
                    .await);
            }
            Err(_) => {
                return Err(applet
                    .fail("error getting response: Connection reset by peer")
                    .await);
            }
        };
        if options.has('S') {
            say(
                applet,
                options,
                got.head
                    .lines()
                    .filter(|it| !it.is_empty())
                    .map(|it| format!("  {it}\n"))
                    .collect(),
            )
            .await;
        }
        if let (300..400, Some(location)) = (got.status, got.header("location")) {
            let Some(next) = url.join(location) else {
                return Err(applet.fail(format!("bad redirection: {location}")).await);
            };
            url = next;
            // The body of a redirection is of no use.
            let _ = sys.close(got.fd);
        } else {
            return Ok((url, got));
        }
    }
    Err(applet.fail("too many redirections").await)
}

fn request(options: &Options, url: &Url) -> String {
    let mut request = format!(
        "{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\nConnection: close\r\n",
        if options.has('D') { "POST" } else { "GET" },
        url.target,
        url.authority(),
        options.value('U').unwrap_or("Wget"),
    );
    for header in options.values('H') {
        request.push_str(&format!("{header}\r\n"));
    }
    match options.value('D') {
        Some(data) => request.push_str(&format!(
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{data}",
            data.len()
        )),
        None => request.push_str("\r\n"),
    }
    request
}

/// The file that is written.
fn target(options: &Options, url: &Url) -> String {
    if let Some(path) = options.value('O') {
        path.to_owned()
    } else {
        let name = base_name(url.target.split('?').next().unwrap_or("/"));
        let name = if name == "/" || url.target.ends_with('/') {
            "index.html"
        } else {
            name
        };
        match options.value('P') {
            Some(directory) => super::applet::join(directory, name),
            None => name.to_owned(),
        }
    }
}

/// Tells how it goes, unless `-q`.
async fn say(applet: &Applet, options: &Options, text: String) {
    if !options.has('q') {
        // Progress that nobody reads is lost.
        let _ = applet.sys.write(2, text.as_bytes()).await;
    }
}

/// The last state of the progress bar.
fn progress(name: &str, size: usize) -> String {
    let shown: String = base_name(name).chars().take(20).collect();
    format!(
        "{shown:<20} 100% |{}| {size:>5}  0:00:00 ETA\n",
        "*".repeat(32)
    )
}

/// `curl [-sSifIvLo FILE] [-X METHOD] [-H HEADER] [-d DATA] [-w FORMAT] URL…`
pub(super) async fn curl(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let long = &[
        ("silent", 's'),
        ("include", 'i'),
        ("head", 'I'),
        ("output", 'o'),
        ("verbose", 'v'),
        ("location", 'L'),
        ("fail", 'f'),
        ("request", 'X'),
        ("header", 'H'),
        ("data", 'd'),
        ("write-out", 'w'),
        ("show-error", 'S'),
        ("max-time", 'm'),
        ("connect-timeout", 'c'),
        ("insecure", 'k'),
    ];
    let Ok(options) = applet.options("sSifIvLkOo:X:H:d:w:m:c:A:", long).await else {
        return 2;
    };
    if options.operands.is_empty() {
        let _ = applet
            .sys
            .write(
                2,
                b"curl: try 'curl --help' or 'curl --manual' for more information\n",
            )
            .await;
        return 2;
    }
    let mut status = 0;
    for text in &options.operands {
        if let Err((code, message)) = curl_one(&applet, &options, text).await {
            status = code;
            if !options.has('s') || options.has('S') {
                let _ = applet
                    .sys
                    .write(2, format!("curl: ({code}) {message}\n").as_bytes())
                    .await;
            }
        }
    }
    status
}

async fn curl_one(applet: &Applet, options: &Options, text: &str) -> Result<(), (u8, String)> {
    let sys = &applet.sys;
    let mut url =
        parse_url(text).ok_or((3, "URL using bad/illegal format or missing URL".to_owned()))?;
    for _ in 0..50 {
        if url.scheme != "http" {
            return Err(match url.scheme.as_str() {
                "https" => (35, "TLS connect error".into()),
                other => (1, format!("Protocol \"{other}\" not supported")),
            });
        }
        let place = address(sys, &url)
            .await
            .map_err(|_| (6, format!("Could not resolve host: {}", url.host)))?;
        let method = match options.value('X') {
            Some(method) => method,
            None if options.has('I') => "HEAD",
            None if options.has('d') => "POST",
            None => "GET",
        };
        let agent = options.value('A').unwrap_or("curl/8.5.0");
        let mut request = format!(
            "{method} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {agent}\r\nAccept: */*\r\nConnection: close\r\n",
            url.target,
            url.authority()
        );
        for header in options.values('H') {
            request.push_str(&format!("{header}\r\n"));
        }
        let data = options.values('d').collect::<Vec<_>>().join("&");
        if options.has('d') {
            request.push_str(&format!(
                "Content-Length: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
                data.len()
            ));
        }
        request.push_str("\r\n");
        if options.has('v') {
            let sent: String = request.lines().map(|it| format!("> {it}\n")).collect();
            let text = format!(
                "*   Trying {place}...\n* Connected to {} ({}) port {}\n{sent}",
                url.host,
                place.ip(),
                place.port()
            );
            let _ = sys.write(2, text.as_bytes()).await;
        }
        request.push_str(&data);
        let mut answer = match ask(sys, place, request.as_bytes()).await {
            Ok(answer) => answer,
            Err(Failure::Connect(..)) => {
                return Err((
                    7,
                    format!(
                        "Failed to connect to {} port {} after 0 ms: Couldn't connect to server",
                        url.host, url.port
                    ),
                ));
            }
            Err(_) => return Err((52, "Empty reply from server".into())),
        };
        if options.has('v') {
            let got: String = answer.head.lines().map(|it| format!("< {it}\n")).collect();
            let _ = sys.write(2, got.as_bytes()).await;
        }
        let mut out = Vec::new();
        if options.has('i') || options.has('I') {
            out.extend_from_slice(answer.head.as_bytes());
        }
        if options.has('f') && answer.status >= 400 {
            return Err((
                22,
                format!("The requested URL returned error: {}", answer.status),
            ));
        }
        let redirected = options.has('L') && (300..400).contains(&answer.status);
        if !options.has('I') && !redirected {
            out.extend(
                answer
                    .body(sys)
                    .await
                    .map_err(|_| (56, "Recv failure: Connection reset by peer".to_owned()))?,
            );
        }
        write_out(applet, options, &url, &out).await?;
        // Everything was read.
        let _ = sys.close(answer.fd);
        if let Some(next) = answer
            .header("location")
            .filter(|_| redirected)
            .and_then(|it| url.join(it))
        {
            url = next;
            continue;
        }
        if let Some(format) = options.value('w') {
            let text = format
                .replace("%{http_code}", &answer.status.to_string())
                .replace("%{response_code}", &answer.status.to_string())
                .replace("%{size_download}", &out.len().to_string())
                .replace("\\n", "\n");
            applet.print(text).await;
        }
        return Ok(());
    }
    Err((47, "Maximum (50) redirects followed".into()))
}

async fn write_out(
    applet: &Applet,
    options: &Options,
    url: &Url,
    bytes: &[u8],
) -> Result<(), (u8, String)> {
    let path = match options.value('o') {
        Some(path) => Some(path.to_owned()),
        None if options.has('O') => Some(base_name(&url.target).to_owned()),
        None => None,
    };
    let failed = |_| (23, "Failure writing output to destination".to_owned());
    match path {
        None => applet.sys.write(1, bytes).await.map_err(failed),
        Some(path) => {
            let flags = OpenFlags {
                write: true,
                create: true,
                truncate: true,
                ..OpenFlags::default()
            };
            let fd = applet.sys.open(&path, flags, 0o644).map_err(failed)?;
            let written = applet.sys.write(fd, bytes).await.map_err(failed);
            let _ = applet.sys.close(fd);
            written
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_urls() {
        let url = parse_url("http://web:8080/a?b").unwrap();
        assert_eq!(
            (url.host.as_str(), url.port, url.target.as_str()),
            ("web", 8080, "/a?b")
        );
        assert_eq!(parse_url("localhost").unwrap().target, "/");
        assert_eq!(url.join("c").unwrap().target, "/c");
        assert_eq!(parse_url("http://"), None);
        assert_eq!(unchunk(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), b"abcde");
    }
}
