//! `ADD http://…` and remote contexts: what the machine's own network reaches.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::super::Daemon;
use super::super::compression::{LARGEST_CONTEXT, NO_SPACE};
use super::{Built, Failure};
use crate::kernel::Errno;

/// How long a server may say nothing.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longest head of an answer, bytes.
const LONGEST_HEAD: usize = 0x1_0000;

/// What a server answered.
pub(super) struct Download {
    pub(super) content: Bytes,
    pub(super) content_type: String,
    /// The name that the address, or the answer, gives the file; empty when neither does.
    pub(super) name: String,
    pub(super) modified: SystemTime,
}

/// Whether a source is an address.
pub(super) fn is_url(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

struct Address<'a> {
    host: &'a str,
    port: u16,
    target: &'a str,
}

fn parse(url: &str) -> Option<Address<'_>> {
    let (scheme, rest) = url.split_once("://")?;
    let rest = rest.split('#').next().unwrap_or(rest);
    let (authority, target) = match rest.find(['/', '?']) {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    };
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let default = if scheme == "https" { 443 } else { 80 };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (authority, default),
    };
    (!host.is_empty()).then_some(Address { host, port, target })
}

impl Daemon {
    /// Fetches a file as dockerd would; redirections are followed ten times.
    pub(super) async fn fetch_url(&self, url: &str) -> Built<Download> {
        let mut at = url.to_owned();
        for _ in 0..10 {
            let (head, content) = self.get(&at).await?;
            let status = head.split(' ').nth(1).and_then(|it| it.parse::<u16>().ok());
            let status_line = head.lines().next().unwrap_or_default();
            let reason = status_line.split_once(' ').map_or("", |it| it.1);
            match (status, header(&head, "location")) {
                (Some(300..400), Some(location)) => {
                    at = if location.contains("://") {
                        location.to_owned()
                    } else {
                        let end = at.find("://").map_or(0, |it| it + 3);
                        let root = at[end..].find('/').map_or(at.len(), |it| end + it);
                        format!("{}{location}", &at[..root])
                    };
                }
                (Some(..400), _) => {
                    let path = parse(&at).map_or("", |it| it.target);
                    let path = path.split('?').next().unwrap_or(path);
                    let name = path.rsplit('/').next().unwrap_or_default();
                    let named = header(&head, "content-disposition")
                        .and_then(|it| it.split_once("filename="))
                        .map(|(_, name)| name.trim_matches('"').rsplit('/').next().unwrap_or(name));
                    let name = if name.is_empty() {
                        named.unwrap_or("")
                    } else {
                        name
                    };
                    let modified = header(&head, "last-modified")
                        .and_then(|it| jiff::fmt::rfc2822::parse(it).ok())
                        .map_or(UNIX_EPOCH, |it| it.timestamp().into());
                    return Ok(Download {
                        name: name.to_owned(),
                        content_type: header(&head, "content-type").unwrap_or("").to_owned(),
                        content,
                        modified,
                    });
                }
                _ => {
                    let body = String::from_utf8_lossy(&content);
                    return Err(Failure::new(format!(
                        "failed to GET {url} with status {reason}: {}",
                        body.trim()
                    )));
                }
            }
        }
        Err(Failure::new(format!(
            "Get \"{at}\": stopped after 10 redirects"
        )))
    }

    /// One request; the head of the answer and its body.
    async fn get(&self, url: &str) -> Built<(String, Bytes)> {
        let failed = |words: String| Failure::new(format!("Get \"{url}\": {words}"));
        let address = parse(url).ok_or_else(|| failed("no Host in request URL".to_owned()))?;
        let ip = match address.host {
            "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
            host => host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .map_err(|_| failed(format!("dial tcp: lookup {host}: no such host")))?,
        };
        let socket = SocketAddr::new(ip, address.port);
        let stream = self.kernel().dial(socket).await;
        let mut stream = stream.map_err(|errno: Errno| {
            failed(format!(
                "dial tcp {socket}: connect: {}",
                errno.message.to_lowercase()
            ))
        })?;
        if url.starts_with("https://") {
            return Err(failed(
                "http: server gave HTTP response to HTTPS client".to_owned(),
            ));
        }
        let request = format!(
            "GET {} HTTP/1.0\r\nHost: {}\r\nUser-Agent: Go-http-client/1.1\r\nConnection: close\r\n\r\n",
            address.target, address.host
        );
        let exchange = async {
            stream.write_all(request.as_bytes()).await?;
            let mut answer = Vec::new();
            let most = LARGEST_CONTEXT as u64 + LONGEST_HEAD as u64;
            (&mut stream).take(most).read_to_end(&mut answer).await?;
            Ok::<_, std::io::Error>(answer)
        };
        let Ok(Ok(answer)) = tokio::time::timeout(PATIENCE, exchange).await else {
            return Err(failed("EOF".to_owned()));
        };
        let end = answer
            .windows(4)
            .take(LONGEST_HEAD)
            .position(|it| it == b"\r\n\r\n")
            .ok_or_else(|| failed("EOF".to_owned()))?;
        if answer.len() - end > LARGEST_CONTEXT {
            return Err(Failure::new(NO_SPACE));
        }
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let mut content = Bytes::from(answer).slice(end + 4..);
        if let Some(length) = header(&head, "content-length").and_then(|it| it.parse().ok()) {
            content.truncate(length);
        }
        Ok((head, content))
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}
