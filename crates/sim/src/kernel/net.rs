//! Network namespaces and TCP between them, in memory.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::sync::Notify;

use super::clock::Clock;
use super::lock::Locked;
use super::wake::until;
use super::{Errno, Interface};

/// Bytes in flight in each direction of a connection.
const WINDOW: usize = 0x1_0000;
/// How long an address that nobody has on a network is asked for (ARP).
const NO_NEIGHBOUR: Duration = Duration::from_millis(3_070);
/// How long connect(2) tries when nothing answers, with Linux's `tcp_syn_retries`.
const NO_ANSWER: Duration = Duration::from_secs(127);
/// First port of those that connect(2) takes.
const EPHEMERAL: u16 = 32_768;

/// A network namespace.
#[derive(Debug)]
pub(super) struct NetNamespace {
    /// Whether it is the host's, where every bridge has its gateway address.
    pub(super) host: bool,
    pub(super) inode: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    interfaces: Vec<Interface>,
    listeners: Vec<Weak<Listener>>,
    next_port: u16,
}

/// A listening socket.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) address: SocketAddr,
    queue: Mutex<VecDeque<(DuplexStream, SocketAddr)>>,
    ready: Notify,
}

/// One end of a connection.
#[derive(Debug)]
pub(super) struct Socket {
    reader: tokio::sync::Mutex<ReadHalf<DuplexStream>>,
    writer: tokio::sync::Mutex<WriteHalf<DuplexStream>>,
    pub(super) local: SocketAddr,
    pub(super) peer: SocketAddr,
}

impl Socket {
    pub(super) fn new(stream: DuplexStream, local: SocketAddr, peer: SocketAddr) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        let (reader, writer) = (
            tokio::sync::Mutex::new(reader),
            tokio::sync::Mutex::new(writer),
        );
        Self {
            reader,
            writer,
            local,
            peer,
        }
    }

    pub(super) async fn read(&self, max: usize) -> Result<Bytes, Errno> {
        let mut bytes = BytesMut::with_capacity(max.min(WINDOW));
        let mut reader = self.reader.lock().await;
        let mut limited = (&mut *reader).take(max as u64);
        limited
            .read_buf(&mut bytes)
            .await
            .map_err(|_| Errno::ECONNRESET)?;
        Ok(bytes.freeze())
    }

    pub(super) async fn write(&self, bytes: &[u8]) -> Result<(), Errno> {
        self.writer
            .lock()
            .await
            .write_all(bytes)
            .await
            .map_err(|_| Errno::EPIPE)
    }

    /// Both directions as one stream again, once nobody else uses it.
    pub(super) fn into_stream(self) -> DuplexStream {
        self.reader.into_inner().unsplit(self.writer.into_inner())
    }

    /// Half-closes it for writing. Closing a stream in memory never waits; `EAGAIN` while someone
    /// else is writing.
    pub(super) fn shut(&self) -> Result<(), Errno> {
        let mut writer = self.writer.try_lock().map_err(|_| Errno::EAGAIN)?;
        // What is written has already gone: one poll does it.
        let _ = writer.shutdown().now_or_never();
        Ok(())
    }
}

impl Listener {
    /// The next connection, and who calls.
    pub(super) async fn accept(&self) -> (Socket, SocketAddr) {
        let (stream, peer) = until(&self.ready, || self.queue.locked().pop_front()).await;
        (Socket::new(stream, self.address, peer), peer)
    }

    fn call(&self, stream: DuplexStream, from: SocketAddr) {
        self.queue.locked().push_back((stream, from));
        self.ready.notify_waiters();
    }

    fn serves(&self, address: SocketAddr) -> bool {
        let own = self.address;
        own.port() == address.port() && (own.ip() == address.ip() || own.ip().is_unspecified())
    }
}

impl NetNamespace {
    pub(super) fn new(host: bool, inode: u64, interfaces: Vec<Interface>) -> Self {
        let state = State {
            interfaces,
            listeners: Vec::new(),
            next_port: EPHEMERAL,
        };
        Self {
            host,
            inode,
            state: Mutex::new(state),
        }
    }

    pub(super) fn interfaces(&self) -> Vec<Interface> {
        self.state.locked().interfaces.clone()
    }

    pub(super) fn plug(&self, interface: Interface) {
        let mut state = self.state.locked();
        state
            .interfaces
            .retain(|it| it.network != interface.network);
        state.interfaces.push(interface);
    }

    pub(super) fn unplug(&self, network: &str) {
        self.state
            .locked()
            .interfaces
            .retain(|it| it.network != network);
    }

    /// Listening sockets' addresses.
    pub(super) fn listening(&self) -> Vec<SocketAddr> {
        let state = self.state.locked();
        state
            .listeners
            .iter()
            .filter_map(Weak::upgrade)
            .map(|it| it.address)
            .collect()
    }

    pub(super) fn listen(&self, address: SocketAddr) -> Result<Arc<Listener>, Errno> {
        let mut state = self.state.locked();
        let ip = address.ip();
        let own = ip.is_unspecified()
            || ip.is_loopback()
            || self.host
            || state.interfaces.iter().any(|it| it.address == ip);
        if !own {
            return Err(Errno::EADDRNOTAVAIL);
        }
        state.listeners.retain(|it| it.strong_count() > 0);
        let port = match address.port() {
            0 => state.port(),
            port => port,
        };
        let clashes = |it: &Arc<Listener>| {
            it.address.port() == port
                && (it.address.ip() == ip
                    || it.address.ip().is_unspecified()
                    || ip.is_unspecified())
        };
        if state
            .listeners
            .iter()
            .filter_map(Weak::upgrade)
            .any(|it| clashes(&it))
        {
            return Err(Errno::EADDRINUSE);
        }
        let address = SocketAddr::new(ip, port);
        let (queue, ready) = (Mutex::default(), Notify::new());
        let listener = Arc::new(Listener {
            address,
            queue,
            ready,
        });
        state.listeners.push(Arc::downgrade(&listener));
        Ok(listener)
    }

    fn listener(&self, address: SocketAddr) -> Option<Arc<Listener>> {
        let state = self.state.locked();
        state
            .listeners
            .iter()
            .filter_map(Weak::upgrade)
            .find(|it| it.serves(address))
    }

    fn has(&self, ip: IpAddr) -> bool {
        self.state
            .locked()
            .interfaces
            .iter()
            .any(|it| it.address == ip)
    }

    fn port(&self) -> u16 {
        self.state.locked().port()
    }
}

impl State {
    fn port(&mut self) -> u16 {
        let port = self.next_port;
        self.next_port = port.checked_add(1).unwrap_or(EPHEMERAL);
        port
    }
}

/// All networks of a machine.
#[derive(Debug, Default)]
pub(super) struct Network {
    namespaces: Mutex<Vec<Weak<NetNamespace>>>,
    dns: Mutex<BTreeMap<String, BTreeMap<String, Vec<IpAddr>>>>,
    /// Answers given for names that several addresses have.
    turns: AtomicUsize,
    balancer: Mutex<Balancer>,
}

/// Virtual addresses, as IPVS serves them: each connection goes to the next of those behind.
#[derive(Debug, Default)]
struct Balancer {
    addresses: BTreeMap<IpAddr, Vec<IpAddr>>,
    turns: BTreeMap<IpAddr, usize>,
}

impl Balancer {
    /// Where the next connection to an address goes; `None` for one that is not virtual.
    fn next(&mut self, address: IpAddr) -> Option<Result<IpAddr, Errno>> {
        let behind = self.addresses.get(&address)?;
        let turn = self.turns.entry(address).or_default();
        let chosen = behind.get(*turn % behind.len().max(1)).copied();
        *turn = turn.wrapping_add(1);
        Some(chosen.ok_or(Errno::ECONNREFUSED))
    }
}

/// Where a packet goes.
enum Route {
    To(Arc<NetNamespace>, IpAddr),
    Fails(Duration, Errno),
}

impl Network {
    pub(super) fn add(&self, namespace: &Arc<NetNamespace>) {
        let mut namespaces = self.namespaces.locked();
        namespaces.retain(|it| it.strong_count() > 0);
        namespaces.push(Arc::downgrade(namespace));
    }

    pub(super) fn set_dns(&self, network: &str, names: BTreeMap<String, Vec<IpAddr>>) {
        let mut dns = self.dns.locked();
        if names.is_empty() {
            dns.remove(network);
        } else {
            dns.insert(network.to_owned(), names);
        }
    }

    pub(super) fn set_virtual(&self, addresses: BTreeMap<IpAddr, Vec<IpAddr>>) {
        self.balancer.locked().addresses = addresses;
    }

    /// What the embedded DNS server answers in a namespace.
    pub(super) fn resolve(&self, from: &NetNamespace, name: &str) -> Vec<IpAddr> {
        let dns = self.dns.locked();
        let known = |it: &Interface| {
            let name = it.links.get(name).map_or(name, String::as_str);
            dns.get(&it.network)
                .and_then(|names| names.get(name))
                .cloned()
        };
        let mut found = from.interfaces().iter().find_map(known).unwrap_or_default();
        // A name that several have is answered by each in turn.
        if found.len() > 1 {
            let turn = self.turns.fetch_add(1, Ordering::Relaxed);
            let by = turn % found.len();
            found.rotate_left(by);
        }
        found
    }

    /// Whether an address answers, and from which address of ours it is called.
    pub(super) async fn reach(
        &self,
        from: &Arc<NetNamespace>,
        ip: IpAddr,
    ) -> Result<IpAddr, Errno> {
        if let Some(found) = self.balancer.locked().addresses.get(&ip)
            && let Route::To(_, source) = self.route(from, found.first().copied().unwrap_or(ip))
        {
            return Ok(source);
        }
        match self.route(from, ip) {
            Route::To(_, source) => Ok(source),
            Route::Fails(after, error) => {
                Clock::sleep(after).await;
                Err(error)
            }
        }
    }

    pub(super) async fn connect(
        &self,
        from: &Arc<NetNamespace>,
        to: SocketAddr,
    ) -> Result<(DuplexStream, SocketAddr), Errno> {
        let to = match self.balancer.locked().next(to.ip()) {
            Some(chosen) => SocketAddr::new(chosen?, to.port()),
            None => to,
        };
        let (target, source) = match self.route(from, to.ip()) {
            Route::To(target, source) => (target, source),
            Route::Fails(after, error) => {
                Clock::sleep(after).await;
                return Err(error);
            }
        };
        let local = SocketAddr::new(source, from.port());
        let listener = target.listener(to).ok_or(Errno::ECONNREFUSED)?;
        let (ours, theirs) = tokio::io::duplex(WINDOW);
        listener.call(theirs, local);
        Ok((ours, local))
    }

    fn route(&self, from: &Arc<NetNamespace>, to: IpAddr) -> Route {
        const AT_ONCE: Duration = Duration::ZERO;
        if to.is_loopback() || to.is_unspecified() || from.has(to) {
            let source = if from.has(to) {
                to
            } else {
                IpAddr::V4(Ipv4Addr::LOCALHOST)
            };
            return Route::To(from.clone(), source);
        }
        let all: Vec<_> = self
            .namespaces
            .locked()
            .iter()
            .filter_map(Weak::upgrade)
            .collect();
        let host = all.iter().find(|it| it.host).cloned();
        // Every interface of the machine with its namespace: bridges are where they are plugged.
        let plugged: Vec<(Interface, &Arc<NetNamespace>)> = all
            .iter()
            .flat_map(|space| space.interfaces().into_iter().map(move |it| (it, space)))
            .collect();
        let is_gateway = plugged.iter().any(|(it, _)| it.gateway == Some(to));
        if from.host {
            if is_gateway {
                return Route::To(from.clone(), to);
            }
            let found = plugged.iter().find(|(it, _)| it.address == to);
            if let Some((interface, space)) = found {
                let source = interface.gateway.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
                return Route::To((*space).clone(), source);
            }
            let neighbour = plugged.iter().any(|(it, _)| same_network(it, to));
            return if neighbour {
                Route::Fails(NO_NEIGHBOUR, Errno::EHOSTUNREACH)
            } else {
                Route::Fails(AT_ONCE, Errno::ENETUNREACH)
            };
        }
        let own = from.interfaces();
        if let Some(interface) = own.iter().find(|it| same_network(it, to)) {
            let peer = |(it, _): &&(Interface, &Arc<NetNamespace>)| {
                it.network == interface.network && it.address == to
            };
            if let Some((_, space)) = plugged.iter().find(peer) {
                return Route::To((*space).clone(), interface.address);
            }
            return match host {
                Some(host) if is_gateway => Route::To(host, interface.address),
                _ => Route::Fails(NO_NEIGHBOUR, Errno::EHOSTUNREACH),
            };
        }
        match (own.iter().find(|it| it.gateway.is_some()), host) {
            (None, _) => Route::Fails(AT_ONCE, Errno::ENETUNREACH),
            (Some(out), Some(host)) if is_gateway => Route::To(host, out.address),
            // Bridges are isolated from each other, and nothing is beyond the host.
            _ => Route::Fails(NO_ANSWER, Errno::ETIMEDOUT),
        }
    }
}

/// Whether an address is in the network of an interface.
fn same_network(interface: &Interface, ip: IpAddr) -> bool {
    match (interface.address, ip) {
        (IpAddr::V4(own), IpAddr::V4(other)) => {
            let mask = u32::MAX
                .checked_shl(32 - u32::from(interface.prefix.min(32)))
                .unwrap_or(0);
            own.to_bits() & mask == other.to_bits() & mask
        }
        (IpAddr::V6(own), IpAddr::V6(other)) => {
            let shift = 128 - u32::from(interface.prefix.min(128));
            let mask = u128::MAX.checked_shl(shift).unwrap_or(0);
            own.to_bits() & mask == other.to_bits() & mask
        }
        _ => false,
    }
}
