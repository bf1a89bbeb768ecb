//! Buffered reading and writing for programs.

use bytes::Bytes;

use crate::kernel::{Errno, Fd, Sys};

/// Bytes to write, sent when there are enough of them.
pub struct Output {
    sys: Sys,
    fd: Fd,
    buffer: Vec<u8>,
}

const CHUNK: usize = 4096;

impl Output {
    /// What is written goes to this descriptor.
    pub fn new(sys: &Sys, fd: Fd) -> Self {
        Self {
            sys: sys.clone(),
            fd,
            buffer: Vec::new(),
        }
    }

    /// Adds text without sending it.
    pub fn push(&mut self, text: impl AsRef<[u8]>) {
        self.buffer.extend_from_slice(text.as_ref());
    }

    /// Adds a line without sending it.
    pub fn line(&mut self, text: impl AsRef<[u8]>) {
        self.push(text);
        self.buffer.push(b'\n');
    }

    /// Adds text, and sends what there is once it is much. Waits for the reader.
    pub async fn write(&mut self, text: impl AsRef<[u8]>) -> Result<(), Errno> {
        self.push(text);
        if self.buffer.len() >= CHUNK {
            self.flush().await
        } else {
            Ok(())
        }
    }

    /// Sends everything.
    pub async fn flush(&mut self) -> Result<(), Errno> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.buffer);
        self.sys.write(self.fd, &bytes).await
    }

    /// Sends everything; the exit code: the one given, or 1 when it cannot be written.
    pub async fn finish(mut self, status: u8) -> u8 {
        if self.flush().await.is_ok() {
            status
        } else {
            status.max(1)
        }
    }
}

/// Lines from a descriptor.
pub struct Input {
    sys: Sys,
    fd: Fd,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
    hoard: Hoard,
}

impl Input {
    /// Reads this descriptor.
    pub fn new(sys: &Sys, fd: Fd) -> Self {
        Self {
            sys: sys.clone(),
            fd,
            buffer: Vec::new(),
            at: 0,
            ended: false,
            hoard: Hoard::default(),
        }
    }

    /// The next line, with its `\n` when it has one; `None` at the end.
    pub async fn line(&mut self) -> Result<Option<Vec<u8>>, Errno> {
        let mut searched = 0;
        loop {
            let rest = &self.buffer[self.at..];
            if let Some(end) = rest[searched..].iter().position(|it| *it == b'\n') {
                let line = rest[..=searched + end].to_vec();
                self.at += line.len();
                return Ok(Some(line));
            }
            searched = rest.len();
            if self.ended {
                let line = rest.to_vec();
                self.at = self.buffer.len();
                return Ok((!line.is_empty()).then_some(line));
            }
            self.fill().await?;
        }
    }

    /// The next line as text, without its `\n`.
    pub async fn text_line(&mut self) -> Result<Option<String>, Errno> {
        Ok(self.line().await?.map(|mut line| {
            if line.last() == Some(&b'\n') {
                line.pop();
            }
            String::from_utf8_lossy(&line).into_owned()
        }))
    }

    /// Some bytes, none at the end.
    pub async fn chunk(&mut self) -> Result<Vec<u8>, Errno> {
        if self.at == self.buffer.len() && !self.ended {
            self.fill().await?;
        }
        let chunk = self.buffer[self.at..].to_vec();
        self.at = self.buffer.len();
        Ok(chunk)
    }

    /// Everything that is left.
    pub async fn rest(&mut self) -> Result<Vec<u8>, Errno> {
        while !self.ended {
            self.fill().await?;
        }
        self.chunk().await
    }

    async fn fill(&mut self) -> Result<(), Errno> {
        let bytes: Bytes = self.sys.read(self.fd, 1 << 16).await?;
        self.buffer.drain(..self.at);
        self.at = 0;
        self.ended = bytes.is_empty();
        if self.ended {
            return self.hoard.whole();
        }
        self.hoard.add(&self.sys, &mut self.buffer, &bytes);
        Ok(())
    }
}

/// How much a program may really keep of what it reads, bytes.
const MOST_KEPT: usize = 64 << 20;
/// From how much on memory is booked, bytes.
pub(super) const BOOKED_FROM: u64 = 1 << 20;

/// Books the memory of a program that keeps what it reads. What is beyond [`MOST_KEPT`] is counted
/// and not kept: one that reads for ever is killed by the simulated kernel, at the limit of its
/// control group or at the end of the machine's memory, and never takes the real one's.
#[derive(Debug, Default)]
pub struct Hoard {
    /// Bytes that were counted only.
    beyond: u64,
    /// What was booked last.
    booked: u64,
}

impl Hoard {
    /// Adds bytes to what is kept.
    pub fn add(&mut self, sys: &Sys, kept: &mut Vec<u8>, bytes: &[u8]) {
        if kept.len() < MOST_KEPT {
            kept.extend_from_slice(bytes);
        } else {
            self.beyond += bytes.len() as u64;
        }
        let all = kept.len() as u64 + self.beyond;
        if all >= self.booked + BOOKED_FROM {
            self.booked = all;
            sys.set_memory(all + BOOKED_FROM);
        }
    }

    /// Whether everything was kept: `ENOMEM` otherwise.
    pub fn whole(&self) -> Result<(), Errno> {
        if self.beyond == 0 {
            Ok(())
        } else {
            Err(Errno::ENOMEM)
        }
    }
}
