//! A bidirectional byte stream, whatever carries it.

use tokio::io::{AsyncRead, AsyncWrite};

/// What can carry HTTP: a socket, a pipe in memory, a child's standard streams.
pub trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

/// A stream whose carrier does not matter any more.
pub type Stream = Box<dyn ByteStream>;
