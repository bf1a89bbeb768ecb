//! HTTP/1.1 to an engine over any byte stream: how a stream is opened ([`Dialer`]), how requests go
//! on it ([`request`], [`Connection`]), how they are served ([`serve`]), and how a connection becomes
//! a raw stream after a 101.
//!
//! Both ends of the program stand on it: the docker command and the engine observer as clients, the
//! simulated engine as a server, the tap as both. It knows nothing of what the calls mean.

mod dialer;
mod http;
pub mod percent;
pub mod private;
mod stream;

pub use dialer::{Acceptor, Dialer, SshFailed, TlsFileError, TlsFiles, UnknownHost, memory};
pub use http::{
    Answer, Body, BodyError, Connection, HeaderNames, HttpError, SendError, Service, Upgraded,
    empty, full, request, serve,
};
pub use stream::{ByteStream, Stream};
