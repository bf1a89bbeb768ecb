//! What a redis server holds.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Bytes of a key or a value.
pub(super) type Text = Vec<u8>;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(Text),
    List(VecDeque<Text>),
    Hash(BTreeMap<Text, Text>),
    Set(BTreeSet<Text>),
    Sorted(BTreeMap<Text, f64>),
}

impl Value {
    /// What `TYPE` says.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::List(_) => "list",
            Self::Hash(_) => "hash",
            Self::Set(_) => "set",
            Self::Sorted(_) => "zset",
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Text(_) => false,
            Self::List(it) => it.is_empty(),
            Self::Hash(it) => it.is_empty(),
            Self::Set(it) => it.is_empty(),
            Self::Sorted(it) => it.is_empty(),
        }
    }
}

/// A value and when it goes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) value: Value,
    pub(super) until: Option<SystemTime>,
}

/// One of the sixteen databases.
#[derive(Debug, Clone, Default)]
pub(super) struct Base {
    entries: BTreeMap<Text, Entry>,
}

impl Base {
    pub(super) fn get(&mut self, key: &[u8], now: SystemTime) -> Option<&mut Entry> {
        self.drop_expired(key, now);
        self.entries.get_mut(key)
    }

    fn drop_expired(&mut self, key: &[u8], now: SystemTime) {
        let gone = self
            .entries
            .get(key)
            .is_some_and(|it| it.until.is_some_and(|until| until <= now));
        if gone {
            self.entries.remove(key);
        }
    }

    pub(super) fn set(&mut self, key: Text, value: Value, until: Option<SystemTime>) {
        self.entries.insert(key, Entry { value, until });
    }

    pub(super) fn remove(&mut self, key: &[u8], now: SystemTime) -> Option<Entry> {
        self.drop_expired(key, now);
        self.entries.remove(key)
    }

    /// Forgets a collection that has become empty.
    pub(super) fn tidy(&mut self, key: &[u8]) {
        if self.entries.get(key).is_some_and(|it| it.value.is_empty()) {
            self.entries.remove(key);
        }
    }

    pub(super) fn purge(&mut self, now: SystemTime) {
        self.entries
            .retain(|_, it| it.until.is_none_or(|until| until > now));
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn expiring(&self) -> usize {
        self.entries
            .values()
            .filter(|it| it.until.is_some())
            .count()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Text> {
        self.entries.keys()
    }

    /// The commands that make this database again.
    fn commands(&self, out: &mut Vec<Vec<Text>>) {
        for (key, entry) in &self.entries {
            let mut words: Vec<Text> = Vec::new();
            let mut begin = |name: &str| {
                words.push(name.as_bytes().to_vec());
                words.push(key.clone());
            };
            match &entry.value {
                Value::Text(text) => {
                    begin("SET");
                    words.push(text.clone());
                }
                Value::List(items) => {
                    begin("RPUSH");
                    words.extend(items.iter().cloned());
                }
                Value::Set(items) => {
                    begin("SADD");
                    words.extend(items.iter().cloned());
                }
                Value::Hash(fields) => {
                    begin("HSET");
                    words.extend(fields.iter().flat_map(|(k, v)| [k.clone(), v.clone()]));
                }
                Value::Sorted(scores) => {
                    begin("ZADD");
                    words.extend(scores.iter().flat_map(|(member, score)| {
                        [score.to_string().into_bytes(), member.clone()]
                    }));
                }
            }
            out.push(words);
            if let Some(until) = entry.until {
                let at = until.duration_since(UNIX_EPOCH).unwrap_or_default();
                out.push(vec![
                    b"PEXPIREAT".to_vec(),
                    key.clone(),
                    at.as_millis().to_string().into_bytes(),
                ]);
            }
        }
    }
}

/// Everything the server holds.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) bases: Vec<Base>,
    /// `CONFIG SET`.
    pub(super) settings: BTreeMap<String, String>,
    /// Changes since the last snapshot.
    pub(super) dirty: u64,
    pub(super) last_save: SystemTime,
    pub(super) commands: u64,
    pub(super) connections: u64,
    pub(super) clients: u64,
    pub(super) started: Duration,
}

impl Store {
    pub(super) fn new(now: SystemTime, started: Duration) -> Self {
        Self {
            bases: vec![Base::default(); 16],
            settings: BTreeMap::new(),
            dirty: 0,
            last_save: now,
            commands: 0,
            connections: 0,
            clients: 0,
            started,
        }
    }

    pub(super) fn setting(&self, name: &str) -> &str {
        self.settings.get(name).map_or("", String::as_str)
    }

    /// The commands that make everything again.
    pub(super) fn commands(&self) -> Vec<Vec<Text>> {
        let mut all = Vec::new();
        for (index, base) in self.bases.iter().enumerate() {
            if base.len() > 0 {
                all.push(vec![b"SELECT".to_vec(), index.to_string().into_bytes()]);
                base.commands(&mut all);
            }
        }
        all
    }
}

/// Whether a key fits a pattern of `KEYS`: `*`, `?`, `[abc]`, `\x`.
pub(super) fn fits(pattern: &[u8], key: &[u8]) -> bool {
    match (pattern.split_first(), key.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            fits(rest, key)
                || key
                    .split_first()
                    .is_some_and(|(_, after)| fits(pattern, after))
        }
        (Some((b'?', rest)), Some((_, after))) => fits(rest, after),
        (Some((b'[', rest)), Some((letter, after))) => {
            let Some(end) = rest.iter().position(|it| *it == b']') else {
                return false;
            };
            let (set, negated) = match rest[..end].strip_prefix(b"^") {
                Some(set) => (set, true),
                None => (&rest[..end], false),
            };
            let within = set
                .windows(3)
                .any(|it| it[1] == b'-' && (it[0]..=it[2]).contains(letter));
            (set.contains(letter) || within) != negated && fits(&rest[end + 1..], after)
        }
        (Some((b'\\', rest)), Some((letter, after))) => rest
            .split_first()
            .is_some_and(|(escaped, rest)| escaped == letter && fits(rest, after)),
        (Some((wanted, rest)), Some((letter, after))) => wanted == letter && fits(rest, after),
        _ => false,
    }
}
