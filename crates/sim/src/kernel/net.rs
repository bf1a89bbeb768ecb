//! Network namespaces and TCP between them, in memory.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::Notify;

use super::clock::Clock;
use super::links::{Bridge, Bridges, HOST_ADDRESS, Link};
use super::lock::Locked;
use super::traffic::{Card, End, Traffic, Way};
use super::wake::until;
use super::{Errno, Interface};

/// Bytes in flight in each direction of a connection.
const WINDOW: usize = 0x1_0000;
/// How often an address that nobody has on a network is asked for (ARP), and how long each time.
const NO_NEIGHBOUR: (u32, Duration) = (3, Duration::from_millis(1_023));
/// How often connect(2) calls when nothing answers, with Linux's `tcp_syn_retries`; it waits twice
/// as long each time, from a second.
const CALLS: u32 = 7;
/// The number of the first device but `lo`.
const FIRST_INDEX: u32 = 2;
/// The same on the host, whose own card comes first.
const FIRST_HOST_INDEX: u32 = 3;
/// First port of those that connect(2) takes.
const EPHEMERAL: u16 = 32_768;

/// A network namespace.
#[derive(Debug)]
pub(super) struct NetNamespace {
    /// Whether it is the host's, where every bridge has its gateway address.
    pub(super) host: bool,
    pub(super) inode: u64,
    pub(super) loopback: Arc<Card>,
    state: Mutex<State>,
}

/// An interface that is plugged in a namespace.
#[derive(Debug, Clone)]
pub(super) struct Plugged {
    pub(super) interface: Interface,
    pub(super) card: Arc<Card>,
    /// Its number in the namespace.
    pub(super) index: u32,
    /// That of the other end of its cable, on the host.
    pub(super) peer: u32,
}

#[derive(Debug)]
struct State {
    plugged: Vec<Plugged>,
    /// The number of the next one.
    next_index: u32,
    listeners: Vec<Weak<Listener>>,
    next_port: u16,
}

/// A listening socket.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) address: SocketAddr,
    queue: Mutex<VecDeque<(End, SocketAddr)>>,
    ready: Notify,
}

/// One end of a connection.
#[derive(Debug)]
pub(super) struct Socket {
    reader: tokio::sync::Mutex<ReadHalf<End>>,
    writer: tokio::sync::Mutex<WriteHalf<End>>,
    pub(super) local: SocketAddr,
    pub(super) peer: SocketAddr,
}

impl Socket {
    pub(super) fn new(stream: End, local: SocketAddr, peer: SocketAddr) -> Self {
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
    pub(super) fn into_stream(self) -> End {
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

    fn call(&self, stream: End, from: SocketAddr) {
        self.queue.locked().push_back((stream, from));
        self.ready.notify_waiters();
    }

    fn serves(&self, address: SocketAddr) -> bool {
        let own = self.address;
        own.port() == address.port()
            && own.is_ipv4() == address.is_ipv4()
            && (own.ip() == address.ip() || own.ip().is_unspecified())
    }
}

impl NetNamespace {
    /// One with a loopback alone.
    pub(super) fn new(host: bool, inode: u64) -> Self {
        let state = State {
            plugged: Vec::new(),
            next_index: FIRST_INDEX,
            listeners: Vec::new(),
            next_port: EPHEMERAL,
        };
        Self {
            host,
            inode,
            loopback: Arc::default(),
            state: Mutex::new(state),
        }
    }

    pub(super) fn plugged(&self) -> Vec<Plugged> {
        self.state.locked().plugged.clone()
    }

    pub(super) fn unplug(&self, network: &str) {
        self.state
            .locked()
            .plugged
            .retain(|it| it.interface.network != network);
    }

    /// What its cards counted, in their order; the loopback is none of them.
    pub(super) fn traffic(&self) -> Vec<Traffic> {
        let state = self.state.locked();
        state.plugged.iter().map(|it| it.card.traffic()).collect()
    }

    /// Listening sockets' addresses, those of IPv4 first.
    pub(super) fn listening(&self) -> Vec<SocketAddr> {
        let state = self.state.locked();
        let alive = state.listeners.iter().filter_map(Weak::upgrade);
        let mut all: Vec<SocketAddr> = alive.map(|it| it.address).collect();
        all.sort_by_key(SocketAddr::is_ipv6);
        all
    }

    pub(super) fn listen(&self, address: SocketAddr) -> Result<Arc<Listener>, Errno> {
        let mut state = self.state.locked();
        let ip = address.ip();
        let own = ip.is_unspecified()
            || ip.is_loopback()
            || self.host
            || state.plugged.iter().any(|it| it.interface.address == ip);
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
                && it.address.is_ipv4() == ip.is_ipv4()
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
            .plugged
            .iter()
            .any(|it| it.interface.address == ip)
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
    bridges: Mutex<Bridges>,
    /// Devices that the host ever had, but `lo` and its own card.
    devices: AtomicU32,
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
    /// To this namespace, from this address, along this way.
    To(Arc<NetNamespace>, IpAddr, Way),
    /// Nowhere.
    Unreachable,
    /// On a network where nobody has the address.
    Missing(Arc<Card>),
    /// To where nothing answers.
    Lost(Arc<Card>),
}

impl Network {
    pub(super) fn add(&self, namespace: &Arc<NetNamespace>) {
        let mut namespaces = self.namespaces.locked();
        namespaces.retain(|it| it.strong_count() > 0);
        namespaces.push(Arc::downgrade(namespace));
    }

    /// Plugs an interface in a namespace, in place of the one of the same network.
    pub(super) fn plug(&self, namespace: &NetNamespace, interface: Interface) {
        let peer = self.number();
        let mut state = namespace.state.locked();
        state
            .plugged
            .retain(|it| it.interface.network != interface.network);
        let index = state.next_index;
        state.next_index += 1;
        state.plugged.push(Plugged {
            interface,
            card: Card::plugged(),
            index,
            peer,
        });
    }

    fn number(&self) -> u32 {
        self.devices.fetch_add(1, Ordering::Relaxed) + FIRST_HOST_INDEX
    }

    pub(super) fn set_bridges(&self, bridges: Vec<Bridge>) {
        self.bridges.locked().set(bridges, || self.number());
    }

    /// The devices of a namespace.
    pub(super) fn links(&self, of: &NetNamespace) -> Vec<Link> {
        if !of.host {
            return super::links::links(of);
        }
        let all = self.all();
        let plugged: Vec<Plugged> = all.iter().flat_map(|it| it.plugged()).collect();
        self.bridges.locked().links(of, &plugged)
    }

    fn all(&self) -> Vec<Arc<NetNamespace>> {
        let namespaces = self.namespaces.locked();
        namespaces.iter().filter_map(Weak::upgrade).collect()
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
        let plugged = from.plugged();
        let known = |it: &Plugged| {
            let it = &it.interface;
            let name = it.links.get(name).map_or(name, String::as_str);
            dns.get(&it.network)
                .and_then(|names| names.get(name))
                .cloned()
        };
        let mut found = plugged.iter().find_map(known).unwrap_or_default();
        // A name that several have is answered by each in turn.
        if found.len() > 1 {
            let turn = self.turns.fetch_add(1, Ordering::Relaxed);
            let by = turn % found.len();
            found.rotate_left(by);
        }
        // The server is on the loopback of whom one of its networks serves.
        if plugged
            .iter()
            .any(|it| dns.contains_key(&it.interface.network))
        {
            Way::new(from.loopback.clone(), from.loopback.clone()).asks(name, found.len());
        }
        found
    }

    /// Sends an echo request of so many bytes, ping(8), and waits for the answer.
    pub(super) async fn echo(
        &self,
        from: &Arc<NetNamespace>,
        ip: IpAddr,
        size: u64,
    ) -> Result<(), Errno> {
        let behind = self.balancer.locked().addresses.get(&ip).cloned();
        let to = behind.and_then(|it| it.first().copied()).unwrap_or(ip);
        match self.route(from, to) {
            Route::To(_, _, way) => {
                way.echoes(to, size);
                Ok(())
            }
            Route::Unreachable => Err(Errno::ENETUNREACH),
            Route::Missing(card) => Err(missed(&card).await),
            Route::Lost(card) => {
                card.echoes_in_vain(size);
                std::future::pending().await
            }
        }
    }

    pub(super) async fn connect(
        &self,
        from: &Arc<NetNamespace>,
        to: SocketAddr,
    ) -> Result<(End, SocketAddr), Errno> {
        let to = match self.balancer.locked().next(to.ip()) {
            Some(chosen) => SocketAddr::new(chosen?, to.port()),
            None => to,
        };
        let (target, source, way) = match self.route(from, to.ip()) {
            Route::To(target, source, way) => (target, source, way),
            Route::Unreachable => return Err(Errno::ENETUNREACH),
            Route::Missing(card) => return Err(missed(&card).await),
            Route::Lost(card) => {
                for call in 0..CALLS {
                    card.calls_in_vain();
                    Clock::sleep(Duration::from_secs(1 << call)).await;
                }
                return Err(Errno::ETIMEDOUT);
            }
        };
        let local = SocketAddr::new(source, from.port());
        let Some(listener) = target.listener(to) else {
            way.is_refused(to.ip());
            return Err(Errno::ECONNREFUSED);
        };
        way.opens(to.ip());
        let (ours, theirs) = End::pair(&way, WINDOW);
        listener.call(theirs, local);
        Ok((ours, local))
    }

    fn route(&self, from: &Arc<NetNamespace>, to: IpAddr) -> Route {
        let inside = |source| {
            let way = Way::new(from.loopback.clone(), from.loopback.clone());
            Route::To(from.clone(), source, way)
        };
        if from.has(to) {
            return inside(to);
        }
        if to.is_loopback() || to.is_unspecified() {
            return inside(match to {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        // Only the loopback has IPv6.
        if to.is_ipv6() {
            return Route::Unreachable;
        }
        let all = self.all();
        let host = all.iter().find(|it| it.host).cloned();
        // Every interface of the machine with its namespace: bridges are where they are plugged.
        let plugged: Vec<(Plugged, &Arc<NetNamespace>)> = all
            .iter()
            .flat_map(|space| space.plugged().into_iter().map(move |it| (it, space)))
            .collect();
        let of_host = to == IpAddr::V4(HOST_ADDRESS)
            || self.bridges.locked().hold(to)
            || plugged
                .iter()
                .any(|(it, _)| it.interface.gateway == Some(to));
        let bridge = |it: &Plugged| self.bridges.locked().card(&it.interface.network);
        if from.host {
            if of_host {
                return inside(to);
            }
            let found = plugged.iter().find(|(it, _)| it.interface.address == to);
            if let Some((it, space)) = found {
                let gateway = it.interface.gateway;
                let source = gateway.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
                let way = Way::new(bridge(it), it.card.clone());
                return Route::To((*space).clone(), source, way);
            }
            let neighbour = plugged
                .iter()
                .find(|(it, _)| same_network(&it.interface, to));
            return match neighbour {
                Some((it, _)) => Route::Missing(bridge(it)),
                None => Route::Unreachable,
            };
        }
        let own = from.plugged();
        if let Some(out) = own.iter().find(|it| same_network(&it.interface, to)) {
            let peer = |(it, _): &&(Plugged, &Arc<NetNamespace>)| {
                it.interface.network == out.interface.network && it.interface.address == to
            };
            let source = out.interface.address;
            if let Some((it, space)) = plugged.iter().find(peer) {
                let way = Way::new(out.card.clone(), it.card.clone());
                return Route::To((*space).clone(), source, way);
            }
            return match host {
                Some(host) if of_host => {
                    Route::To(host, source, Way::new(out.card.clone(), bridge(out)))
                }
                _ => Route::Missing(out.card.clone()),
            };
        }
        match (own.iter().find(|it| it.interface.gateway.is_some()), host) {
            (None, _) => Route::Unreachable,
            (Some(out), Some(host)) if of_host => {
                let way = Way::new(out.card.clone(), bridge(out));
                Route::To(host, out.interface.address, way)
            }
            // Bridges are isolated from each other, and nothing is beyond the host.
            (Some(out), _) => Route::Lost(out.card.clone()),
        }
    }
}

/// Asks for an address that nobody has until it is given up.
async fn missed(card: &Card) -> Errno {
    let (times, pause) = NO_NEIGHBOUR;
    for _ in 0..times {
        card.asks_in_vain();
        Clock::sleep(pause).await;
    }
    Errno::EHOSTUNREACH
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
