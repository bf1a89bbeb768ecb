//! `/proc/PID/status`, proc(5).

use crate::inside::ground::fields;

/// What it says of a process.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// The name of its program, cut at fifteen bytes.
    pub name: String,
    /// `R`, `S`, `D`, `T`, `Z`…
    pub state: char,
    /// Its parent, as seen from where it was read; 0 for none.
    pub parent: u32,
    /// Its numbers, from the reader's PID namespace down to its own.
    pub numbers: Vec<u32>,
    /// Its effective user, as seen from where it was read.
    pub uid: u32,
    /// Threads.
    pub threads: u32,
    /// Resident memory, bytes; `None` for a zombie, which has none.
    pub resident: Option<u64>,
    /// Effective capabilities; `None` when the kernel does not say.
    pub capabilities: Option<u64>,
    /// Capabilities that it could ever get.
    pub bounding: Option<u64>,
    /// `no_new_privs`.
    pub no_new_privileges: bool,
    /// 0 none, 1 strict, 2 a filter; `None` when the kernel does not say.
    pub seccomp: Option<u8>,
}

impl Status {
    /// Reads the file; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let fields = fields(text, ":");
        let words = |name: &str| fields.get(name).map(|it| it.split_whitespace());
        let number = |name: &str| words(name)?.next()?.parse::<u32>().ok();
        let set = |name: &str| u64::from_str_radix(words(name)?.next()?, 16).ok();
        let own = number("Pid")?;
        let numbers: Vec<u32> = words("NSpid")
            .into_iter()
            .flatten()
            .filter_map(|it| it.parse().ok())
            .collect();
        Some(Self {
            name: (*fields.get("Name")?).to_owned(),
            state: words("State")?.next()?.chars().next()?,
            parent: number("PPid").unwrap_or(0),
            numbers: if numbers.is_empty() {
                vec![own]
            } else {
                numbers
            },
            // Real, effective, saved, file system.
            uid: words("Uid")?.nth(1)?.parse().ok()?,
            threads: number("Threads").unwrap_or(1),
            resident: number("VmRSS").map(|kib| u64::from(kib) << 10),
            capabilities: set("CapEff"),
            bounding: set("CapBnd"),
            no_new_privileges: number("NoNewPrivs") == Some(1),
            seccomp: number("Seccomp").and_then(|it| u8::try_from(it).ok()),
        })
    }

    /// Its number in its own PID namespace.
    pub fn inner(&self) -> Option<u32> {
        self.numbers.last().copied()
    }
}

/// Reads `/proc/PID/uid_map`, `user_namespaces(7)`: lines of (first inside, first outside, count).
pub fn uid_map(text: &str) -> Vec<(u32, u32, u32)> {
    let line = |line: &str| {
        let mut numbers = line.split_whitespace().map(str::parse::<u32>);
        let mut next = || numbers.next()?.ok();
        Some((next()?, next()?, next()?))
    };
    text.lines().filter_map(line).collect()
}

/// The number that a user has inside; `None` when it is not mapped (it shows as 65534).
pub fn inner_uid(map: &[(u32, u32, u32)], outside: u32) -> Option<u32> {
    map.iter().find_map(|(inside, first, count)| {
        let rank = outside.checked_sub(*first)?;
        (rank < *count).then(|| inside.saturating_add(rank))
    })
}
