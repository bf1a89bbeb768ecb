//! `redis-cli`.

use std::net::SocketAddr;

use super::resp::{Reply, encode_request, read_reply, split_words};
use crate::kernel::{Fd, Sys};

/// Where the server is, and how answers are shown.
struct Cli {
    sys: Sys,
    host: String,
    port: u16,
    password: Option<String>,
    base: String,
    raw: bool,
    connection: Option<(Fd, Vec<u8>)>,
}

/// `redis-cli [-h HOST] [-p PORT] [-a PASSWORD] [-n DB] [-r N] [-i S] [--raw] [COMMAND…]`
pub(in crate::programs) async fn main(sys: Sys) -> u8 {
    let args: Vec<String> = sys.args().into_iter().skip(1).collect();
    let mut cli = Cli {
        raw: !sys.is_tty(1),
        host: "127.0.0.1".into(),
        port: 6379,
        password: sys.var("REDISCLI_AUTH"),
        base: "0".into(),
        connection: None,
        sys,
    };
    let (mut repeat, mut pause) = (1_u64, 0.0);
    let mut words = args.iter().peekable();
    while let Some(option) = words.next_if(|it| it.starts_with('-')) {
        let mut value = || words.next().cloned().unwrap_or_default();
        match option.as_str() {
            "-h" => cli.host = value(),
            "-p" => cli.port = value().parse().unwrap_or(6379),
            "-a" | "--pass" => {
                cli.password = Some(value());
                let warning = "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n";
                let _ = cli.sys.write(2, warning.as_bytes()).await;
            }
            "-n" => cli.base = value(),
            "-r" => repeat = value().parse().unwrap_or(1),
            "-i" => pause = value().parse().unwrap_or(0.0),
            "-u" => {
                let url = value();
                let rest = url.trim_start_matches("redis://");
                let (credentials, place) = rest.rsplit_once('@').unwrap_or(("", rest));
                if let Some(password) = credentials.rsplit(':').next().filter(|it| !it.is_empty()) {
                    cli.password = Some(password.to_owned());
                }
                let place = place.split('/').next().unwrap_or(place);
                let (host, port) = place.split_once(':').unwrap_or((place, "6379"));
                host.clone_into(&mut cli.host);
                cli.port = port.parse().unwrap_or(6379);
            }
            "--raw" => cli.raw = true,
            "--no-raw" => cli.raw = false,
            "--no-auth-warning" | "-3" | "-2" => {}
            "--version" | "-v" => {
                let version = cli
                    .sys
                    .var("REDIS_VERSION")
                    .unwrap_or_else(|| super::VERSION.into());
                let text = format!("redis-cli {version}\n");
                return u8::from(cli.sys.write(1, text.as_bytes()).await.is_err());
            }
            other => {
                let text = format!("Unrecognized option or bad number of args for: '{other}'\n");
                let _ = cli.sys.write(2, text.as_bytes()).await;
                return 1;
            }
        }
    }
    let command: Vec<String> = words.cloned().collect();
    if command.is_empty() {
        return cli.converse().await;
    }
    let mut status = 0;
    for _ in 0..repeat {
        status = cli.run(&command).await;
        if pause > 0.0 {
            let time = std::time::Duration::try_from_secs_f64(pause).unwrap_or_default();
            cli.sys.sleep(time).await;
        }
    }
    status
}

impl Cli {
    async fn connect(&mut self) -> Result<(), ()> {
        if self.connection.is_some() {
            return Ok(());
        }
        let problem = match self
            .sys
            .resolve(&self.host)
            .await
            .ok()
            .and_then(|it| it.first().copied())
        {
            None => "Name or service not known".to_owned(),
            Some(address) => match self.sys.connect(SocketAddr::new(address, self.port)).await {
                Ok(fd) => {
                    self.connection = Some((fd, Vec::new()));
                    return self.greet().await;
                }
                Err(error) => error.to_string(),
            },
        };
        let text = format!(
            "Could not connect to Redis at {}:{}: {problem}\n",
            self.host, self.port
        );
        let _ = self.sys.write(2, text.as_bytes()).await;
        Err(())
    }

    async fn greet(&mut self) -> Result<(), ()> {
        if let Some(password) = self.password.clone() {
            let reply = self.ask(&["AUTH".into(), password]).await;
            if let Some(Reply::Error(text)) = reply {
                let _ = self
                    .sys
                    .write(2, format!("AUTH failed: {text}\n").as_bytes())
                    .await;
            }
        }
        if self.base != "0" {
            let base = self.base.clone();
            self.ask(&["SELECT".into(), base]).await;
        }
        Ok(())
    }

    /// Sends a command and reads its answer; `None` when the server has gone.
    async fn ask(&mut self, words: &[String]) -> Option<Reply> {
        let (fd, held) = self.connection.as_mut()?;
        let words: Vec<Vec<u8>> = words.iter().map(|it| it.clone().into_bytes()).collect();
        self.sys.write(*fd, &encode_request(&words)).await.ok()?;
        read_reply(&self.sys, *fd, held).await
    }

    async fn run(&mut self, words: &[String]) -> u8 {
        if self.connect().await.is_err() {
            return 1;
        }
        match self.ask(words).await {
            None => {
                self.connection = None;
                if words[0].eq_ignore_ascii_case("shutdown") {
                    return 0;
                }
                let _ = self
                    .sys
                    .write(2, b"Error: Server closed the connection\n")
                    .await;
                1
            }
            Some(reply) => {
                let failed = matches!(reply, Reply::Error(_));
                self.show(&reply, words).await;
                if words[0].eq_ignore_ascii_case("subscribe") {
                    self.listen().await;
                }
                u8::from(failed && self.raw)
            }
        }
    }

    /// Shows what is published until the end.
    async fn listen(&mut self) {
        while let Some((fd, held)) = self.connection.as_mut() {
            match read_reply(&self.sys, *fd, held).await {
                Some(reply) => self.show(&reply, &[]).await,
                None => self.connection = None,
            }
        }
    }

    async fn show(&self, reply: &Reply, words: &[String]) {
        let plain = self.raw
            || words
                .first()
                .is_some_and(|it| it.eq_ignore_ascii_case("info"));
        let mut text = if plain { raw(reply) } else { pretty(reply, "") };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        if plain && matches!(reply, Reply::Error(_)) {
            text.push('\n');
        }
        // Nobody reads it.
        let _ = self.sys.write(1, text.as_bytes()).await;
    }

    /// Reads commands to the end of the input.
    async fn converse(&mut self) -> u8 {
        let shows_prompt = self.sys.is_tty(0);
        let mut held: Vec<u8> = Vec::new();
        let mut status = 0;
        if shows_prompt {
            let _ = self.connect().await;
        }
        loop {
            if shows_prompt {
                let place = if self.connection.is_some() {
                    let base = if self.base == "0" {
                        String::new()
                    } else {
                        format!("[{}]", self.base)
                    };
                    format!("{}:{}{base}> ", self.host, self.port)
                } else {
                    "not connected> ".to_owned()
                };
                let _ = self.sys.write(1, place.as_bytes()).await;
            }
            let line = loop {
                if let Some(at) = held.iter().position(|it| *it == b'\n') {
                    let line: Vec<u8> = held.drain(..=at).collect();
                    break String::from_utf8_lossy(&line).trim().to_owned();
                }
                match self.sys.read(0, 4096).await {
                    Ok(chunk) if !chunk.is_empty() => held.extend_from_slice(&chunk),
                    _ if held.is_empty() => return status,
                    _ => held.push(b'\n'),
                }
            };
            match split_words(&line) {
                None => {
                    let _ = self.sys.write(1, b"Invalid argument(s)\n").await;
                }
                Some(words) if words.is_empty() => {}
                Some(words) if matches!(words[0].as_str(), "quit" | "exit") => return 0,
                Some(words) => {
                    status = self.run(&words).await;
                    if words[0].eq_ignore_ascii_case("select") && status == 0 && words.len() > 1 {
                        self.base.clone_from(&words[1]);
                    }
                }
            }
        }
    }
}

/// An answer as a pipe is given it.
fn raw(reply: &Reply) -> String {
    match reply {
        Reply::Simple(text) | Reply::Error(text) => text.clone(),
        Reply::Integer(number) => number.to_string(),
        Reply::Bulk(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Reply::Nil => String::new(),
        Reply::Array(items) => items.iter().map(raw).collect::<Vec<_>>().join("\n"),
    }
}

/// An answer as a terminal is given it.
fn pretty(reply: &Reply, indent: &str) -> String {
    match reply {
        Reply::Simple(text) => format!("{text}\n"),
        Reply::Error(text) => format!("(error) {text}\n"),
        Reply::Integer(number) => format!("(integer) {number}\n"),
        Reply::Bulk(bytes) => format!("\"{}\"\n", escaped(bytes)),
        Reply::Nil => "(nil)\n".into(),
        Reply::Array(items) if items.is_empty() => "(empty array)\n".into(),
        Reply::Array(items) => {
            let width = items.len().to_string().len();
            let inner = format!("{indent}{}", " ".repeat(width + 2));
            let mut text = String::new();
            for (index, item) in items.iter().enumerate() {
                let lead = if index == 0 { "" } else { indent };
                text.push_str(&format!(
                    "{lead}{:>width$}) {}",
                    index + 1,
                    pretty(item, &inner)
                ));
            }
            text
        }
    }
}

/// Bytes as a terminal is shown them: what is not ASCII is written by its number.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        match byte {
            b'\\' | b'"' => text.extend(['\\', char::from(*byte)]),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            7 => text.push_str("\\a"),
            8 => text.push_str("\\b"),
            b' '..=b'~' => text.push(char::from(*byte)),
            _ => text.push_str(&format!("\\x{byte:02x}")),
        }
    }
    text
}

/// What a server answers to one command, for programs that use it: a number, a text or nothing;
/// `None` when it cannot be reached.
pub(in crate::programs) async fn ask(
    sys: &Sys,
    address: SocketAddr,
    words: &[String],
) -> Option<Result<Result<i64, Option<String>>, String>> {
    let fd = sys.connect(address).await.ok()?;
    let words: Vec<Vec<u8>> = words.iter().map(|it| it.clone().into_bytes()).collect();
    sys.write(fd, &encode_request(&words)).await.ok()?;
    let reply = read_reply(sys, fd, &mut Vec::new()).await;
    // The other end may have closed it first.
    let _ = sys.close(fd);
    Some(match reply? {
        Reply::Error(problem) => Err(problem),
        Reply::Integer(number) => Ok(Ok(number)),
        Reply::Nil => Ok(Err(None)),
        other => Ok(Err(Some(raw(&other)))),
    })
}
