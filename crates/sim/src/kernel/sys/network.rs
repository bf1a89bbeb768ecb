//! Sockets: listen(2), accept(2), connect(2), names.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::super::file::{BOTH, Object, OpenFile};
use super::super::net::Socket;
use super::super::{Errno, Link};
use super::{Fd, Sys};

impl Sys {
    /// Listens on a TCP port of its network namespace; each accepted connection is a descriptor.
    /// Port 0 takes a free one. In IPv6, it takes the calls of IPv6 alone (`IPV6_V6ONLY`).
    pub fn listen(&self, address: IpAddr, port: u16) -> Result<Fd, Errno> {
        let view = self.view()?;
        let listener = view.space.net.listen(SocketAddr::new(address, port))?;
        self.install(OpenFile::anonymous(Object::Listener(listener), BOTH), 0)
    }

    /// accept(2) on a listening descriptor: the connection and who calls.
    pub async fn accept(&self, fd: Fd) -> Result<(Fd, SocketAddr), Errno> {
        self.checkpoint().await;
        let file = self.file(fd)?;
        let Object::Listener(listener) = &file.object else {
            return Err(Errno::EINVAL);
        };
        let (socket, peer) = listener.accept().await;
        let fd = self.install(OpenFile::anonymous(Object::Socket(socket), BOTH), 0)?;
        Ok((fd, peer))
    }

    /// connect(2) over TCP.
    pub async fn connect(&self, address: SocketAddr) -> Result<Fd, Errno> {
        self.checkpoint().await;
        let view = self.view()?;
        let inner = &self.kernel.inner;
        let (stream, local) = inner.network.connect(&view.space.net, address).await?;
        let socket = Socket::new(stream, local, address);
        self.install(OpenFile::anonymous(Object::Socket(socket), BOTH), 0)
    }

    /// Half-closes a connection for writing, shutdown(2).
    pub fn shutdown(&self, fd: Fd) -> Result<(), Errno> {
        let file = self.file(fd)?;
        match &file.object {
            Object::Socket(socket) => socket.shut(),
            _ => Err(Errno::EINVAL),
        }
    }

    /// getsockname(2) and getpeername(2) of a connection; the first only of a listening socket.
    pub fn socket_addresses(&self, fd: Fd) -> Result<(SocketAddr, Option<SocketAddr>), Errno> {
        match &self.file(fd)?.object {
            Object::Socket(socket) => Ok((socket.local, Some(socket.peer))),
            Object::Listener(listener) => Ok((listener.address, None)),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Whether an address answers an echo request of so many bytes, ping(8): the time it took.
    pub async fn ping(&self, address: IpAddr, size: u64) -> Result<Duration, Errno> {
        self.checkpoint().await;
        let view = self.view()?;
        let begun = self.uptime();
        let network = &self.kernel.inner.network;
        network.echo(&view.space.net, address, size).await?;
        // What a bridge takes.
        Ok(self.uptime().saturating_sub(begun) + Duration::from_micros(70))
    }

    /// The devices of its network namespace, `lo` first.
    pub fn links(&self) -> Vec<Link> {
        self.view()
            .map(|view| self.kernel.inner.network.links(&view.space.net))
            .unwrap_or_default()
    }

    /// The addresses of its network namespace, the loopback's excepted.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let links = self.links().into_iter().skip(1);
        links
            .filter_map(|it| it.address)
            .map(|(it, _)| it)
            .collect()
    }

    /// The addresses that its network namespace listens on.
    pub fn listening(&self) -> Vec<SocketAddr> {
        self.view()
            .map(|view| view.space.net.listening())
            .unwrap_or_default()
    }

    /// Looks a name up: literal addresses, `/etc/hosts`, then the namespace's DNS. `ENOENT` when
    /// nobody knows it.
    pub async fn resolve(&self, name: &str) -> Result<Vec<IpAddr>, Errno> {
        self.checkpoint().await;
        if let Ok(address) = name.parse() {
            return Ok(vec![address]);
        }
        let view = self.view()?;
        let hosts = view.text("/etc/hosts");
        let known = hosts.lines().filter_map(|line| {
            let mut words = line
                .split('#')
                .next()
                .unwrap_or_default()
                .split_whitespace();
            let address: IpAddr = words.next()?.parse().ok()?;
            words
                .any(|word| word.eq_ignore_ascii_case(name))
                .then_some(address)
        });
        let mut known: Vec<IpAddr> = known.collect();
        // IPv4 first: nothing listens on IPv6 here but by name.
        known.sort_by_key(IpAddr::is_ipv6);
        if known.is_empty() {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            known = self.kernel.inner.network.resolve(&view.space.net, &name);
        }
        if known.is_empty() && name.eq_ignore_ascii_case("localhost") {
            known.push(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        if known.is_empty() {
            Err(Errno::ENOENT)
        } else {
            Ok(known)
        }
    }
}
