//! HTTP/1.1 as small servers and clients speak it: requests, answers, files.

use percent_encoding::percent_decode_str;

use crate::fs::{FileKind, Metadata};
use crate::kernel::{Errno, Fd, Sys};

/// A request, its head only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    /// `GET`
    pub(super) method: String,
    /// As sent: with the query.
    pub(super) target: String,
    /// `HTTP/1.1`
    pub(super) version: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|it| it.0 == name)
            .map(|it| it.1.as_str())
    }

    /// The path asked for, without its query, percent-decoded, `..` resolved.
    pub(super) fn path(&self) -> String {
        let path = self.target.split(['?', '#']).next().unwrap_or("/");
        let decoded = percent_decode(path);
        let mut parts: Vec<&str> = Vec::new();
        for part in decoded.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        let slash = if decoded.ends_with('/') && !parts.is_empty() {
            "/"
        } else {
            ""
        };
        format!("/{}{slash}", parts.join("/"))
    }

    /// Whether the connection stays open after the answer.
    pub(super) fn keeps_alive(&self) -> bool {
        let connection = self
            .header("connection")
            .unwrap_or_default()
            .to_ascii_lowercase();
        match self.version.as_str() {
            "HTTP/1.1" => connection != "close",
            _ => connection == "keep-alive",
        }
    }
}

/// What `%XX` stand for; what is no such escape is kept.
pub(super) fn percent_decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Largest head that is read, bytes.
const LARGEST_HEAD: usize = 16 << 10;

/// Reads up to the blank line: the head, and what came after it. `None` when the other end left
/// first, or sent too much.
pub(super) async fn read_head(sys: &Sys, fd: Fd, mut held: Vec<u8>) -> Option<(String, Vec<u8>)> {
    loop {
        if let Some(at) = held.windows(4).position(|it| it == b"\r\n\r\n") {
            let rest = held.split_off(at + 4);
            return Some((String::from_utf8_lossy(&held).into_owned(), rest));
        }
        if let Some(at) = held.windows(2).position(|it| it == b"\n\n") {
            let rest = held.split_off(at + 2);
            return Some((String::from_utf8_lossy(&held).into_owned(), rest));
        }
        if held.len() > LARGEST_HEAD {
            return None;
        }
        let chunk = sys.read(fd, 1 << 14).await.ok()?;
        if chunk.is_empty() {
            return None;
        }
        held.extend_from_slice(&chunk);
    }
}

/// Reads the lines of a head: the first one, and the headers with lower-case names.
pub(super) fn parse_head(head: &str) -> (String, Vec<(String, String)>) {
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let headers = lines
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        })
        .collect();
    (first, headers)
}

/// Reads a request's head; `None` when it is none.
pub(super) fn parse_request(head: &str) -> Option<Request> {
    let (first, headers) = parse_head(head);
    let mut words = first.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let version = words.next().unwrap_or("HTTP/0.9");
    let well_formed = method.chars().all(|c| c.is_ascii_uppercase()) && target.starts_with('/');
    well_formed.then(|| Request {
        method: method.to_owned(),
        target: target.to_owned(),
        version: version.to_owned(),
        headers,
    })
}

/// `Content-Type` of a file, from its name.
pub(super) fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |it| it.1) {
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "js" => "application/javascript",
        "json" => "application/json",
        "txt" => "text/plain",
        "xml" => "text/xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        "ico" => "image/x-icon",
        _ => "application/octet-stream",
    }
}

/// `Date` and `Last-Modified`.
pub(super) fn http_date(time: std::time::SystemTime) -> String {
    super::date::format(time, "%a, %d %b %Y %H:%M:%S GMT")
}

/// What a path asks for under a document root.
pub(super) enum Found {
    File(String, Metadata),
    /// A directory asked for without its `/`.
    Redirect,
    Missing,
    Forbidden,
}

/// Looks a path up under a document root; a directory gives its `index.html`.
pub(super) fn find(sys: &Sys, root: &str, path: &str) -> Found {
    let file = format!("{}{path}", root.trim_end_matches('/'));
    match sys.stat(&file) {
        Ok(metadata) if metadata.kind == FileKind::Directory => {
            if !path.ends_with('/') && path != "/" {
                return Found::Redirect;
            }
            let index = format!("{}/index.html", file.trim_end_matches('/'));
            match sys.stat(&index) {
                Ok(metadata) => readable(sys, index, metadata),
                Err(_) => Found::Forbidden,
            }
        }
        Ok(_) if path.ends_with('/') => Found::Missing,
        Ok(metadata) => readable(sys, file, metadata),
        Err(Errno::EACCES) => Found::Forbidden,
        Err(_) => Found::Missing,
    }
}

fn readable(sys: &Sys, path: String, metadata: Metadata) -> Found {
    if sys.access(&path, 4).is_ok() {
        Found::File(path, metadata)
    } else {
        Found::Forbidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_requests() {
        let request =
            parse_request("GET /a%20b/../c?x=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                .unwrap();
        assert_eq!(request.path(), "/c");
        assert_eq!(request.header("host"), Some("h"));
        assert!(!request.keeps_alive());
        assert_eq!(parse_request("nonsense"), None);
        let up = parse_request("GET /../../etc/passwd HTTP/1.0\r\n\r\n").unwrap();
        assert_eq!(up.path(), "/etc/passwd");
    }
}
