//! Signals, signal(7).

/// A signal number of Linux on x86-64 and arm64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal(pub u8);

const NAMES: [(&str, u8); 31] = [
    ("HUP", 1),
    ("INT", 2),
    ("QUIT", 3),
    ("ILL", 4),
    ("TRAP", 5),
    ("ABRT", 6),
    ("BUS", 7),
    ("FPE", 8),
    ("KILL", 9),
    ("USR1", 10),
    ("SEGV", 11),
    ("USR2", 12),
    ("PIPE", 13),
    ("ALRM", 14),
    ("TERM", 15),
    ("STKFLT", 16),
    ("CHLD", 17),
    ("CONT", 18),
    ("STOP", 19),
    ("TSTP", 20),
    ("TTIN", 21),
    ("TTOU", 22),
    ("URG", 23),
    ("XCPU", 24),
    ("XFSZ", 25),
    ("VTALRM", 26),
    ("PROF", 27),
    ("WINCH", 28),
    ("POLL", 29),
    ("PWR", 30),
    ("SYS", 31),
];

impl Signal {
    /// Terminal hung up.
    pub const HUP: Self = Self(1);
    /// Ctrl-C.
    pub const INT: Self = Self(2);
    /// Ctrl-\.
    pub const QUIT: Self = Self(3);
    /// Cannot be caught.
    pub const KILL: Self = Self(9);
    /// First free one.
    pub const USR1: Self = Self(10);
    /// Second free one.
    pub const USR2: Self = Self(12);
    /// Write to a pipe that nobody reads.
    pub const PIPE: Self = Self(13);
    /// `docker stop`'s.
    pub const TERM: Self = Self(15);
    /// A child changed state.
    pub const CHLD: Self = Self(17);
    /// Go on.
    pub const CONT: Self = Self(18);
    /// Cannot be caught.
    pub const STOP: Self = Self(19);
    /// Ctrl-Z.
    pub const TSTP: Self = Self(20);
    /// The terminal's size changed.
    pub const WINCH: Self = Self(28);

    /// Reads `15`, `TERM`, `SIGTERM`, `term` or `RTMIN+3`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse::<u8>() {
            return (1..=64).contains(&number).then_some(Self(number));
        }
        let upper = text.to_ascii_uppercase();
        let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
        match bare {
            "RTMIN" => return Some(Self(34)),
            "RTMAX" => return Some(Self(64)),
            "IOT" => return Some(Self(6)),
            "IO" => return Some(Self(29)),
            "CLD" => return Some(Self(17)),
            _ => {}
        }
        if let Some(offset) = bare
            .strip_prefix("RTMIN+")
            .and_then(|it| it.parse::<u8>().ok())
        {
            return (offset <= 30).then(|| Self(34 + offset));
        }
        if let Some(offset) = bare
            .strip_prefix("RTMAX-")
            .and_then(|it| it.parse::<u8>().ok())
        {
            return (offset <= 30).then(|| Self(64 - offset));
        }
        NAMES
            .iter()
            .find(|(name, _)| *name == bare)
            .map(|(_, number)| Self(*number))
    }

    /// `TERM`, without `SIG`; empty for a number that has no name.
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(_, number)| *number == self.0)
            .map_or("", |(name, _)| name)
    }
}
