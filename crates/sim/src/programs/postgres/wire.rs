//! Messages.

use crate::kernel::{Errno, Fd, Sys};

/// Largest message, bytes.
const LARGEST: usize = 64 << 20;

/// A connection that carries messages.
pub(super) struct Channel {
    pub(super) sys: Sys,
    fd: Fd,
    held: Vec<u8>,
}

impl Channel {
    pub(super) fn new(sys: Sys, fd: Fd) -> Self {
        Self {
            sys,
            fd,
            held: Vec::new(),
        }
    }

    async fn fill(&mut self, length: usize) -> Option<()> {
        while self.held.len() < length {
            let chunk = self.sys.read(self.fd, 1 << 16).await.ok()?;
            if chunk.is_empty() {
                return None;
            }
            self.held.extend_from_slice(&chunk);
        }
        Some(())
    }

    /// The body of a message whose length begins at `at`.
    async fn body(&mut self, at: usize) -> Option<Vec<u8>> {
        self.fill(at + 4).await?;
        let bytes = self.held.get(at..at + 4)?;
        let length = usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()?;
        if !(4..=LARGEST).contains(&length) {
            return None;
        }
        self.fill(at + length).await?;
        let body = self.held[at + 4..at + length].to_vec();
        self.held.drain(..at + length);
        Some(body)
    }

    /// The first message of a client, which has no letter.
    pub(super) async fn first(&mut self) -> Option<Vec<u8>> {
        self.body(0).await
    }

    /// The next message and its letter.
    pub(super) async fn read(&mut self) -> Option<(u8, Vec<u8>)> {
        self.fill(1).await?;
        let letter = *self.held.first()?;
        Some((letter, self.body(1).await?))
    }

    pub(super) async fn raw(&mut self, bytes: &[u8]) -> Result<(), Errno> {
        self.sys.write(self.fd, bytes).await
    }

    pub(super) async fn write(&mut self, letter: u8, body: &[u8]) -> Result<(), Errno> {
        self.raw(&message(letter, body)).await
    }
}

/// A message: letter, length, body.
pub(super) fn message(letter: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![letter];
    let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// Texts that end with a zero.
pub(super) fn texts(bytes: &[u8]) -> Vec<String> {
    let parts = bytes.split(|it| *it == 0);
    parts
        .map(|it| String::from_utf8_lossy(it).into_owned())
        .collect()
}

/// The fields of an error: severity, SQLSTATE, text.
pub(super) fn error_body(severity: &str, state: &str, text: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for (letter, value) in [('S', severity), ('V', severity), ('C', state), ('M', text)] {
        body.extend(letter.to_string().bytes());
        body.extend_from_slice(value.as_bytes());
        body.push(0);
    }
    body.push(0);
    body
}

/// What psql shows of an error: `ERROR:  …`.
pub(super) fn error_text(body: &[u8]) -> String {
    let fields = texts(body);
    let field = |letter: &str| {
        let found = fields.iter().find_map(|it| it.strip_prefix(letter));
        found.unwrap_or_default().to_owned()
    };
    format!("{}:  {}", field("S"), field("M"))
}
