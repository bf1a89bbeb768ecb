//! Cuts a program's output into whole units, whatever the reads were.
//!
//! The screen (vt100) is only ever given complete sequences, so that it can be resized or asked
//! something between any two of them. On the way, what xterm's terminfo promises and vt100 does
//! not know is put in terms that it knows (REP, HVP, CBT, line drawing…), counts that would make
//! it loop for seconds are cut down, and strings that nobody ends are dropped: memory is bounded
//! whatever comes in. Sequences are those of ECMA-48 and of xterm's `ctlseqs`.

/// Longest control sequence kept, bytes; longer ones are swallowed.
const CSI_LIMIT: usize = 256;
/// Longest OSC string kept, bytes; longer ones are swallowed.
const OSC_LIMIT: usize = 64 * 1024;
/// Largest count taken in a sequence that repeats something: more than any screen's side.
const COUNT_LIMIT: u16 = 1000;

/// A piece of output.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unit<'a> {
    /// For the screen as it is: text, controls and whole sequences.
    Bytes(&'a [u8]),
    /// The last character again, so many times.
    Repeat(char, u16),
    /// Back by so many tab stops.
    BackTab(u16),
    /// BEL.
    Bell,
    /// An operating system command, without its introducer and terminator.
    Osc(&'a [u8]),
    /// A question to the terminal.
    Query(Query),
}

/// What programs ask of a terminal and wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Query {
    /// `CSI 5 n`: are you well?
    Status,
    /// `CSI 6 n`: where is the cursor?
    Cursor,
    /// `CSI c`: what are you?
    Primary,
    /// `CSI > c`: which version are you?
    Secondary,
    /// `CSI 18 t`: how large are you, in cells?
    Size,
    /// `CSI ? N $ p`: is this mode set? We answer that we do not know it.
    Mode(u16),
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    Escape,
    /// ESC then intermediate bytes; the first of them.
    Charset(u8),
    Csi,
    CsiIgnore,
    Osc,
    OscIgnore,
    /// DCS, SOS, PM, APC: nothing in them is for us.
    Text,
}

/// The state between two reads.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    state: State,
    /// The sequence, the string or the first bytes of the character that is not complete.
    pending: Vec<u8>,
    /// The last character drawn, for REP.
    last: Option<char>,
    /// Whether G0 and G1 are DEC's line drawing set, and whether G1 is in use.
    drawing: [bool; 2],
    shifted: bool,
}

impl Decoder {
    /// Cuts `bytes`; what is incomplete is kept for the next call.
    pub(super) fn feed(&mut self, bytes: &[u8], sink: &mut impl FnMut(Unit<'_>)) {
        let mut rest = bytes;
        while let Some(&byte) = rest.first() {
            if self.state == State::Ground {
                rest = self.ground(rest, sink);
            } else if self.step(byte, sink) {
                rest = &rest[1..];
            }
        }
    }

    /// Takes text up to the next control that is not for the screen, and that control.
    fn ground<'a>(&mut self, bytes: &'a [u8], sink: &mut impl FnMut(Unit<'_>)) -> &'a [u8] {
        let end = bytes
            .iter()
            .position(|byte| matches!(byte, 0x07 | 0x0e | 0x0f | 0x1b))
            .unwrap_or(bytes.len());
        let (run, rest) = bytes.split_at(end);
        self.text(run, rest.is_empty(), sink);
        let Some((&control, rest)) = rest.split_first() else {
            return rest;
        };
        match control {
            0x07 => sink(Unit::Bell),
            0x0e => self.shifted = true,
            0x0f => self.shifted = false,
            _ => self.state = State::Escape,
        }
        rest
    }

    fn text(&mut self, run: &[u8], more_may_come: bool, sink: &mut impl FnMut(Unit<'_>)) {
        if run.is_empty() && (more_may_come || self.pending.is_empty()) {
            return;
        }
        let joined;
        let run = if self.pending.is_empty() {
            run
        } else {
            let mut whole = std::mem::take(&mut self.pending);
            whole.extend_from_slice(run);
            joined = whole;
            &joined[..]
        };
        let cut = if more_may_come {
            run.len() - partial_character(run)
        } else {
            run.len()
        };
        let (run, tail) = run.split_at(cut);
        self.pending.extend_from_slice(tail);
        if run.is_empty() {
            return;
        }
        let mapped;
        let run = if self.drawing[usize::from(self.shifted)] {
            mapped = line_drawing(run);
            mapped.as_bytes()
        } else {
            run
        };
        let start = run.len().saturating_sub(4);
        let last = String::from_utf8_lossy(&run[start..]).chars().next_back();
        self.last = last.filter(|it| !it.is_control());
        sink(Unit::Bytes(run));
    }

    /// Takes one byte inside a sequence; `false` leaves it to be taken again in the new state.
    fn step(&mut self, byte: u8, sink: &mut impl FnMut(Unit<'_>)) -> bool {
        match (self.state, byte) {
            // CAN and SUB abort any sequence; BEL ends a string.
            (_, 0x18 | 0x1a) | (State::OscIgnore | State::Text, 0x07) => self.leave(),
            (State::Osc, 0x07) => {
                let string = std::mem::take(&mut self.pending);
                self.leave();
                sink(Unit::Osc(&string));
            }
            (State::Osc, 0x1b) => {
                let string = std::mem::take(&mut self.pending);
                self.state = State::Escape;
                sink(Unit::Osc(&string));
            }
            (_, 0x1b) => {
                self.leave();
                self.state = State::Escape;
            }
            (State::Osc, _) => {
                if self.pending.len() < OSC_LIMIT {
                    if byte >= 0x20 {
                        self.pending.push(byte);
                    }
                } else {
                    self.leave();
                    self.state = State::OscIgnore;
                }
            }
            (State::OscIgnore | State::Text, _) | (_, 0x7f) => {}
            // Other controls inside a sequence act at once.
            (_, 0x07) => sink(Unit::Bell),
            (_, 0x00..0x20) => sink(Unit::Bytes(&[byte])),
            // A character of another script ends a sequence that makes no sense.
            (_, 0x80..) => {
                self.leave();
                return false;
            }
            (State::Escape, _) => self.escape(byte, sink),
            (State::Charset(set), 0x30..) => {
                match set {
                    b'(' => self.drawing[0] = byte == b'0',
                    b')' => self.drawing[1] = byte == b'0',
                    _ => {}
                }
                self.leave();
            }
            (State::Charset(_), _) => self.state = State::Charset(b' '),
            (State::Csi, 0x40..) => {
                let body = std::mem::take(&mut self.pending);
                self.leave();
                self.csi(&body, byte, sink);
            }
            (State::Csi, _) if self.pending.len() < CSI_LIMIT => self.pending.push(byte),
            (State::Csi, _) => {
                self.leave();
                self.state = State::CsiIgnore;
            }
            (State::CsiIgnore, 0x40..) => self.leave(),
            (State::CsiIgnore, _) => {}
            (State::Ground, _) => return false,
        }
        true
    }

    fn leave(&mut self) {
        self.state = State::Ground;
        self.pending.clear();
    }

    fn escape(&mut self, byte: u8, sink: &mut impl FnMut(Unit<'_>)) {
        self.leave();
        match byte {
            b'[' => self.state = State::Csi,
            b']' => self.state = State::Osc,
            b'P' | b'X' | b'^' | b'_' => self.state = State::Text,
            0x20..=0x2f => self.state = State::Charset(byte),
            // IND, NEL.
            b'D' => sink(Unit::Bytes(b"\n")),
            b'E' => sink(Unit::Bytes(b"\r\n")),
            // ST: what it ends was taken when its ESC came.
            b'\\' => {}
            b'c' => {
                *self = Self::default();
                sink(Unit::Bytes(b"\x1bc"));
            }
            _ => sink(Unit::Bytes(&[0x1b, byte])),
        }
    }

    fn csi(&mut self, body: &[u8], last: u8, sink: &mut impl FnMut(Unit<'_>)) {
        let (private, params) = match body.split_first() {
            Some((&mark @ 0x3c..=0x3f, rest)) => (Some(mark), rest),
            _ => (None, body),
        };
        let first = parameter(params, 0);
        let count = first.clamp(1, COUNT_LIMIT);
        match (private, last) {
            (None, b'b') => {
                if let Some(last) = self.last {
                    sink(Unit::Repeat(last, count));
                }
            }
            (None, b'Z') => sink(Unit::BackTab(count)),
            (None, b'I') => sink(Unit::Bytes(&b"\t".repeat(usize::from(count)))),
            (None, b'@' | b'L' | b'M' | b'P' | b'S' | b'T' | b'X') => {
                sink(Unit::Bytes(
                    format!("\x1b[{count}{}", char::from(last)).as_bytes(),
                ));
            }
            // HVP, HPA, HPR and VPR have twins that the screen knows.
            (None, b'f' | b'`' | b'a' | b'e') => {
                let twin = match last {
                    b'f' => b'H',
                    b'`' => b'G',
                    b'a' => b'C',
                    _ => b'B',
                };
                sink(Unit::Bytes(&[b"\x1b[", params, &[twin]].concat()));
            }
            (None, b's') if params.is_empty() => sink(Unit::Bytes(b"\x1b7")),
            (None, b'u') if params.is_empty() => sink(Unit::Bytes(b"\x1b8")),
            (None, b'n') if first == 5 => sink(Unit::Query(Query::Status)),
            (None, b'n') if first == 6 => sink(Unit::Query(Query::Cursor)),
            (None, b'c') if first == 0 => sink(Unit::Query(Query::Primary)),
            (None, b't') if first == 18 => sink(Unit::Query(Query::Size)),
            (Some(b'>'), b'c') => sink(Unit::Query(Query::Secondary)),
            (Some(b'?'), b'p') if params.ends_with(b"$") => sink(Unit::Query(Query::Mode(first))),
            // Titles and sizes are the learner's window's own.
            (None, b't') => {}
            (Some(b'?'), b'h' | b'l') if matches!(first, 1047 | 1048) => {
                sink(Unit::Bytes(match (first, last) {
                    (1047, b'h') => b"\x1b[?47h",
                    (1047, _) => b"\x1b[?47l",
                    (_, b'h') => b"\x1b7",
                    _ => b"\x1b8",
                }));
            }
            _ => sink(Unit::Bytes(&[b"\x1b[", body, &[last]].concat())),
        }
    }
}

/// The parameter of that rank; 0 when it is absent or makes no sense.
fn parameter(params: &[u8], rank: usize) -> u16 {
    let text = params
        .split(|byte| matches!(byte, b';' | b':' | 0x20..=0x2f))
        .nth(rank);
    let digits = text
        .and_then(|it| std::str::from_utf8(it).ok())
        .unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return 0;
    }
    digits.parse().unwrap_or(u16::MAX)
}

/// How many bytes at the end are the beginning of a character that is not whole.
fn partial_character(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        let length = match bytes[bytes.len() - back] {
            0x80..=0xbf => continue,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => 1,
        };
        return if length > back { back } else { 0 };
    }
    0
}

/// DEC Special Graphics, as VT100s draw lines.
fn line_drawing(run: &[u8]) -> String {
    const GLYPHS: [char; 31] = [
        '◆', '▒', '␉', '␌', '␍', '␊', '°', '±', '␤', '␋', '┘', '┐', '┌', '└', '┼', '⎺', '⎻', '─',
        '⎼', '⎽', '├', '┤', '┴', '┬', '│', '≤', '≥', 'π', '≠', '£', '·',
    ];
    String::from_utf8_lossy(run)
        .chars()
        .map(|it| match u8::try_from(it) {
            Ok(byte @ 0x60..=0x7e) => GLYPHS[usize::from(byte - 0x60)],
            _ => it,
        })
        .collect()
}

#[cfg(test)]
mod tests;
