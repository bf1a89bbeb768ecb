//! What network cards count, and what carries a connection between two of them.
//!
//! Nothing here is cut in real frames: they are reckoned from what programs write, as Linux counts
//! them on a `veth`. A frame has 14 bytes of Ethernet and 20 of IP, then 32 of TCP with its
//! timestamps (40 when a connection opens, 20 when it is refused) or 8 of ICMP or UDP. A write goes
//! in segments of at most [`SEGMENT`] bytes (a virtual card takes them whole, whatever its MTU), each
//! acknowledged by a frame of its own; a connection takes three frames to open and four to close. An
//! address is asked for once (ARP), and a card that is plugged hears three frames of IPv6 from the
//! other end of its cable. Names asked of the embedded DNS server stay on the loopback, as on a real
//! engine: it has its socket in the container's own namespace.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};

use super::lock::Locked;

/// The most that one TCP segment carries between virtual cards, bytes.
const SEGMENT: u64 = 65_160;
const ARP: u64 = 42;
/// Ethernet, IP and TCP with its timestamps.
const TCP: u64 = 66;
/// The same of a frame that opens a connection.
const SYN: u64 = 74;
/// The same of one that refuses it.
const RESET: u64 = 54;
/// Ethernet, IP, and ICMP or UDP.
const DATAGRAM: u64 = 42;
/// Two reports of who listens to multicast, and a search for who has the same address.
const PLUGGED: (u64, u64) = (90 + 86 + 90, 3);

/// Bytes and frames that a network card received and sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes received.
    pub rx_bytes: u64,
    /// Frames received.
    pub rx_packets: u64,
    /// Bytes sent.
    pub tx_bytes: u64,
    /// Frames sent.
    pub tx_packets: u64,
}

impl Traffic {
    /// The same seen from the other end of the cable.
    #[must_use]
    pub const fn seen_from_the_other_end(self) -> Self {
        Self {
            rx_bytes: self.tx_bytes,
            rx_packets: self.tx_packets,
            tx_bytes: self.rx_bytes,
            tx_packets: self.rx_packets,
        }
    }
}

/// A network card.
#[derive(Debug, Default)]
pub(super) struct Card {
    received: [AtomicU64; 2],
    sent: [AtomicU64; 2],
    /// Whose Ethernet addresses it knows.
    neighbours: Mutex<BTreeSet<IpAddr>>,
}

fn add(counters: &[AtomicU64; 2], bytes: u64, frames: u64) {
    counters[0].fetch_add(bytes, Ordering::Relaxed);
    counters[1].fetch_add(frames, Ordering::Relaxed);
}

impl Card {
    /// One that was just plugged in a bridge.
    pub(super) fn plugged() -> Arc<Self> {
        let card = Self::default();
        add(&card.received, PLUGGED.0, PLUGGED.1);
        Arc::new(card)
    }

    pub(super) fn traffic(&self) -> Traffic {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Traffic {
            rx_bytes: read(&self.received[0]),
            rx_packets: read(&self.received[1]),
            tx_bytes: read(&self.sent[0]),
            tx_packets: read(&self.sent[1]),
        }
    }

    /// Asks once who has an address that nobody has.
    pub(super) fn asks_in_vain(&self) {
        add(&self.sent, ARP, 1);
    }

    /// Sends a request to open a connection that nobody answers.
    pub(super) fn calls_in_vain(&self) {
        add(&self.sent, SYN, 1);
    }

    /// Sends an echo request that nobody answers.
    pub(super) fn echoes_in_vain(&self, size: u64) {
        add(&self.sent, DATAGRAM + size, 1);
    }
}

/// The way from a card to another one; a loopback is both.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) from: Arc<Card>,
    pub(super) to: Arc<Card>,
}

impl Way {
    pub(super) const fn new(from: Arc<Card>, to: Arc<Card>) -> Self {
        Self { from, to }
    }

    pub(super) fn reversed(&self) -> Self {
        Self::new(self.to.clone(), self.from.clone())
    }

    fn goes(&self, bytes: u64, frames: u64) {
        add(&self.from.sent, bytes, frames);
        add(&self.to.received, bytes, frames);
    }

    fn comes(&self, bytes: u64, frames: u64) {
        add(&self.to.sent, bytes, frames);
        add(&self.from.received, bytes, frames);
    }

    /// Asks for the Ethernet address of who is called, unless it is known.
    fn introduces(&self, to: IpAddr) {
        if !Arc::ptr_eq(&self.from, &self.to) && self.from.neighbours.locked().insert(to) {
            self.goes(ARP, 1);
            self.comes(ARP, 1);
        }
    }

    /// A connection to this address opens.
    pub(super) fn opens(&self, to: IpAddr) {
        self.introduces(to);
        self.goes(SYN + TCP, 2);
        self.comes(SYN, 1);
    }

    /// Nobody listens there.
    pub(super) fn is_refused(&self, to: IpAddr) {
        self.introduces(to);
        self.goes(SYN, 1);
        self.comes(RESET, 1);
    }

    /// An echo request of so many bytes is answered.
    pub(super) fn echoes(&self, to: IpAddr, size: u64) {
        self.introduces(to);
        self.goes(DATAGRAM + size, 1);
        self.comes(DATAGRAM + size, 1);
    }

    /// A name is asked for, in IPv4 and in IPv6, and answered with so many addresses.
    pub(super) fn asks(&self, name: &str, found: usize) {
        let question = DATAGRAM + 12 + name.len() as u64 + 2 + 4;
        self.goes(2 * question, 2);
        self.comes(2 * question + 16 * found as u64, 2);
    }

    fn carries(&self, bytes: usize) {
        let bytes = bytes as u64;
        let segments = bytes.div_ceil(SEGMENT);
        self.goes(bytes + segments * TCP, segments);
        self.comes(segments * TCP, segments);
    }

    fn closes(&self) {
        self.goes(TCP, 1);
        self.comes(TCP, 1);
    }
}

/// One end of a connection: what is written there is counted on its way.
#[derive(Debug)]
pub(super) struct End {
    stream: DuplexStream,
    way: Way,
    closed: bool,
}

impl End {
    /// Both ends of a connection with this window.
    pub(super) fn pair(way: &Way, window: usize) -> (Self, Self) {
        let (ours, theirs) = tokio::io::duplex(window);
        let end = |stream, way| Self {
            stream,
            way,
            closed: false,
        };
        (end(ours, way.clone()), end(theirs, way.reversed()))
    }

    fn close(&mut self) {
        if !std::mem::replace(&mut self.closed, true) {
            self.way.closes();
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.close();
    }
}

impl AsyncRead for End {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for End {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = written {
            self.way.carries(count);
        }
        written
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        self.close();
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
