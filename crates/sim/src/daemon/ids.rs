//! Identifiers, digests and the names of containers that were given none.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const ADJECTIVES: [&str; 48] = [
    "admiring",
    "adoring",
    "agitated",
    "amazing",
    "awesome",
    "blissful",
    "bold",
    "brave",
    "busy",
    "charming",
    "clever",
    "compassionate",
    "confident",
    "cool",
    "cranky",
    "dazzling",
    "determined",
    "eager",
    "ecstatic",
    "elastic",
    "elegant",
    "epic",
    "exciting",
    "focused",
    "friendly",
    "gallant",
    "gifted",
    "gracious",
    "happy",
    "hopeful",
    "hungry",
    "infallible",
    "inspiring",
    "jolly",
    "keen",
    "kind",
    "loving",
    "modest",
    "nifty",
    "nostalgic",
    "optimistic",
    "quirky",
    "relaxed",
    "serene",
    "stoic",
    "trusting",
    "vibrant",
    "zen",
];

const SURNAMES: [&str; 48] = [
    "agnesi",
    "allen",
    "archimedes",
    "babbage",
    "bardeen",
    "bartik",
    "bell",
    "blackwell",
    "bohr",
    "borg",
    "cartwright",
    "chatelet",
    "curie",
    "darwin",
    "dijkstra",
    "einstein",
    "euclid",
    "euler",
    "fermat",
    "fermi",
    "feynman",
    "franklin",
    "galileo",
    "germain",
    "goldberg",
    "gould",
    "hamilton",
    "hawking",
    "hopper",
    "hypatia",
    "jackson",
    "johnson",
    "kepler",
    "knuth",
    "lamarr",
    "leavitt",
    "lovelace",
    "meitner",
    "mendeleev",
    "mirzakhani",
    "moser",
    "noether",
    "pascal",
    "pasteur",
    "ride",
    "ritchie",
    "shannon",
    "turing",
];

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Takes the digest of what is written to it, and keeps nothing else.
#[derive(Debug, Default)]
pub struct Hashing(Sha256);

impl Hashing {
    /// The hexadecimal digits.
    pub fn digits(self) -> String {
        hex(&self.0.finalize())
    }

    /// `sha256:…`.
    pub fn digest(self) -> String {
        format!("sha256:{}", self.digits())
    }
}

impl std::io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// `sha256:…` of these bytes.
pub fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

/// The first twelve digits of an identifier, without `sha256:`.
pub fn short(id: &str) -> &str {
    let digits = id.strip_prefix("sha256:").unwrap_or(id);
    digits.get(..12).unwrap_or(digits)
}

/// A source of identifiers: the same seed gives the same ones, in the same order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct IdSource {
    seed: u64,
    count: u64,
}

impl IdSource {
    /// A source from a seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }

    fn draw(&mut self) -> [u8; 32] {
        self.count += 1;
        self.digest_of_count()
    }

    fn digest_of_count(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(self.seed.to_le_bytes());
        hasher.update(self.count.to_le_bytes());
        hasher.finalize().into()
    }

    /// The engine's own identifier: that of its seed, which goes with what it holds.
    pub fn engine(&self) -> String {
        let digits = hex(&Self { count: 0, ..*self }.digest_of_count());
        format!(
            "{}-{}-4{}-a{}-{}",
            &digits[..8],
            &digits[8..12],
            &digits[12..15],
            &digits[15..18],
            &digits[18..30]
        )
    }

    /// 32 bytes.
    pub fn bytes(&mut self) -> [u8; 32] {
        self.draw()
    }

    /// 25 letters and digits, as the objects of a cluster are named.
    pub fn swarm_id(&mut self) -> String {
        super::swarm::base36(&self.draw(), 25)
    }

    /// 64 hexadecimal digits, of which the first twelve are not all decimal (a short identifier
    /// that looks like a number would confuse the programs it is given to; dockerd avoids it too).
    pub fn id(&mut self) -> String {
        loop {
            let id = hex(&self.draw());
            if id.bytes().take(12).any(|digit| digit.is_ascii_alphabetic()) {
                return id;
            }
        }
    }

    /// `adjective_surname`.
    pub fn name(&mut self) -> String {
        let bytes = self.draw();
        let pick =
            |list: &[&'static str], byte: u8| list.get(usize::from(byte) % list.len()).copied();
        format!(
            "{}_{}",
            pick(&ADJECTIVES, bytes[0]).unwrap_or_default(),
            pick(&SURNAMES, bytes[1]).unwrap_or_default()
        )
    }

    /// `adjective_surname`, then a digit: what is tried when the first name was taken.
    pub fn other_name(&mut self) -> String {
        let name = self.name();
        format!("{name}{}", self.draw()[0] % 10)
    }

    /// A locally administered Ethernet address, as libnetwork draws them.
    pub fn mac(&mut self) -> String {
        let bytes = self.draw();
        let first = (bytes[0] & 0xfe) | 0x02;
        format!(
            "{first:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}",
            bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]
        )
    }
}
