//! HTTP/1.1 to an engine over any byte stream: how a stream is opened ([`Dialer`]), how one
//! request is made on it ([`request`]), and how a connection becomes a raw stream after a 101.
//!
//! Both ends of the program stand on it: the docker command and the engine observer as clients,
//! the tap as a proxy. It knows nothing of what the calls mean.

mod dialer;
mod http;
pub mod percent;
pub mod private;
mod stream;

pub use dialer::{Acceptor, Dialer, SshFailed, TlsFileError, TlsFiles, UnknownHost, memory};
pub use http::{Answer, Body, HttpError, Upgraded, empty, full, request};
pub use stream::{ByteStream, Stream};
