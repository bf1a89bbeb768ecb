//! Sockets: listen(2), accept(2), connect(2), names.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::super::file::{BOTH, Object, OpenFile};
use super::super::net::Socket;
use super::super::{Errno, Interface};
use super::{Fd, Sys};

impl Sys {
    /// Listens on a TCP port of its network namespace; each accepted connection is a descriptor.
    /// Port 0 takes a free one.
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

    /// Whether an address answers an echo request, ping(8): the time it took.
    pub async fn ping(&self, address: IpAddr) -> Result<Duration, Errno> {
        self.checkpoint().await;
        let view = self.view()?;
        let begun = self.uptime();
        self.kernel
            .inner
            .network
            .reach(&view.space.net, address)
            .await?;
        // What a bridge takes.
        Ok(self.uptime().saturating_sub(begun) + Duration::from_micros(70))
    }

    /// The interfaces of its network namespace, loopback excepted: `eth0`, `eth1`…
    pub fn interfaces(&self) -> Vec<Interface> {
        self.view()
            .map(|view| view.space.net.interfaces())
            .unwrap_or_default()
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
