//! What small HTTP servers share: reading a request with its body, writing an answer.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::http::{Request, http_date, parse_request, read_head};
use crate::kernel::{Errno, Fd, ForkOptions, Pid, Signal, Sys};

/// Largest body that is read, bytes.
const LARGEST_BODY: usize = 64 << 20;

/// A request with its body and where it came from.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// Its head.
    pub(super) request: Request,
    /// `GET / HTTP/1.1`, as sent.
    pub(super) line: String,
    /// What followed the head.
    pub(super) body: Vec<u8>,
    /// Who asks.
    pub(super) from: SocketAddr,
}

/// An answer.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// 200, 404…
    pub(super) status: u16,
    /// In the order they are sent; `Content-Length` is added unless it is there.
    pub(super) headers: Vec<(String, String)>,
    /// What follows.
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = if kind.is_empty() {
            Vec::new()
        } else {
            vec![("Content-Type".to_owned(), kind.to_owned())]
        };
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|it| it.0.eq_ignore_ascii_case(name))
    }
}

/// The reason phrase of a status, RFC 9110.
pub(super) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Payload Too Large",
        416 => "Range Not Satisfiable",
        418 => "I'm a Teapot",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Unknown",
    }
}

/// Reads the next request of a connection; `held` is what was read of it already. `None` at the
/// end, or when what came is no request.
pub(super) async fn read_call(
    sys: &Sys,
    fd: Fd,
    held: &mut Vec<u8>,
    from: SocketAddr,
) -> Option<Call> {
    let (head, rest) = read_head(sys, fd, std::mem::take(held)).await?;
    *held = rest;
    let request = parse_request(&head)?;
    if request
        .header("expect")
        .is_some_and(|it| it.eq_ignore_ascii_case("100-continue"))
    {
        sys.write(fd, b"HTTP/1.1 100 Continue\r\n\r\n").await.ok()?;
    }
    let chunked = request
        .header("transfer-encoding")
        .is_some_and(|it| it.eq_ignore_ascii_case("chunked"));
    let body = if chunked {
        read_chunks(sys, fd, held).await?
    } else {
        let length = request
            .header("content-length")
            .and_then(|it| it.parse().ok())
            .unwrap_or(0);
        fill(sys, fd, held, length).await?;
        held.drain(..length).collect()
    };
    Some(Call {
        line: head.lines().next().unwrap_or_default().to_owned(),
        request,
        body,
        from,
    })
}

/// Reads until this much is held.
async fn fill(sys: &Sys, fd: Fd, held: &mut Vec<u8>, length: usize) -> Option<()> {
    if length > LARGEST_BODY {
        return None;
    }
    while held.len() < length {
        let chunk = sys.read(fd, 1 << 16).await.ok()?;
        if chunk.is_empty() {
            return None;
        }
        held.extend_from_slice(&chunk);
    }
    Some(())
}

async fn read_chunks(sys: &Sys, fd: Fd, held: &mut Vec<u8>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = held.windows(2).position(|it| it == b"\r\n") {
                break at;
            }
            fill(sys, fd, held, held.len() + 1).await?;
        };
        let line: Vec<u8> = held.drain(..end + 2).collect();
        let text = String::from_utf8_lossy(&line[..end]).into_owned();
        let size = usize::from_str_radix(text.split(';').next()?.trim(), 16).ok()?;
        fill(sys, fd, held, size.checked_add(2)?).await?;
        body.extend(held.drain(..size));
        held.drain(..2);
        if size == 0 {
            return Some(body);
        }
        if body.len() > LARGEST_BODY {
            return None;
        }
    }
}

/// Writes an answer; without its body for `HEAD`.
pub(super) async fn write_answer(
    sys: &Sys,
    fd: Fd,
    answer: &Answer,
    head_only: bool,
) -> Result<(), Errno> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !answer.has("content-length") && !matches!(answer.status, 204 | 304) {
        head.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    if !head_only {
        bytes.extend_from_slice(&answer.body);
    }
    sys.write(fd, &bytes).await
}

/// Accepts connections for ever, each handled by `handler`, which closes nothing.
pub(super) async fn accept_all<F, H>(sys: Sys, listener: Fd, handler: H) -> u8
where
    F: Future<Output = ()> + Send + 'static,
    H: Fn(Sys, Fd, SocketAddr) -> F + Send,
{
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            accepted = sys.accept(listener) => match accepted {
                Ok((fd, from)) => {
                    let work = handler(sys.clone(), fd, from);
                    let sys = sys.clone();
                    connections.spawn(async move {
                        work.await;
                        // The other end may have closed it first.
                        let _ = sys.close(fd);
                    });
                }
                Err(_) => return 1,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

/// Listens on every address of IPv4.
pub(super) fn listen_any(sys: &Sys, port: u16) -> Result<Fd, Errno> {
    sys.listen(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port)
}

/// `Date` of now.
pub(super) fn date_header(sys: &Sys) -> String {
    http_date(sys.now())
}

/// A header's name as it is usually written: `User-Agent`.
pub(super) fn canonical(name: &str) -> String {
    name.split('-')
        .map(|part| {
            let mut letters = part.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_ascii_uppercase().to_string() + letters.as_str()
            })
        })
        .collect::<Vec<_>>()
        .join("-")
}

/// The fields of a query string or form, decoded.
pub(super) fn query_fields(text: &str) -> BTreeMap<String, String> {
    let decode = |it: &str| super::http::percent_decode(&it.replace('+', " "));
    text.split('&')
        .filter(|it| !it.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// A process that the server keeps beside it for `ps` and `docker top`: it does nothing and ends
/// when it is told.
pub(super) fn idle_child(sys: &Sys, title: &str, memory: u64) -> Option<Pid> {
    let title = title.to_owned();
    sys.fork(ForkOptions::default(), move |sys| {
        Box::pin(async move {
            sys.set_title(&[title]);
            sys.set_memory(memory);
            for signal in [Signal::TERM, Signal::WINCH, Signal::INT, Signal::USR1] {
                sys.catch(signal);
            }
            sys.next_signal().await;
            0
        })
    })
    .ok()
}

/// A new identifier, as uuid(7) has it.
pub(super) fn uuid(sys: &Sys) -> String {
    let read = sys.read_file("/proc/sys/kernel/random/uuid").ok();
    let seed = sys
        .now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    read.map_or_else(
        || {
            format!(
                "{:08x}-0000-4000-8000-{:012x}",
                seed.subsec_nanos(),
                seed.as_secs()
            )
        },
        |text| String::from_utf8_lossy(&text).trim().to_owned(),
    )
}
