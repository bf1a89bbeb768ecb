//! What a program draws on a terminal, as lines that are printed once.

/// Columns: no line that a person reads is longer.
const COLS: u16 = 400;
/// Lines that a program may go back to and draw again.
const ROWS: u16 = 100;
/// Room that is left under the cursor before the page is turned.
const MARGIN: u16 = 8;
/// Bytes drawn at once: they fill no more than that room.
const STRIDE: usize = 1024;

/// What is said of a full-screen program's output.
const DRAWN: &str =
    "(Ce programme dessine sur tout l’écran\u{a0}: ce qu’il montre n’est pas lu ici.)\n";
/// The same while it runs.
const FULL_SCREEN: &str = "(Ce programme dessine sur tout l’écran\u{a0}: ce qu’il montre n’est pas \
                           lu ici. :interrompre l’arrête.)\n";

/// A page on which a program writes. What it writes over a line already printed is lost: a progress
/// bar is said once.
pub(crate) struct Paper {
    parser: vt100::Parser,
    /// Lines printed, from the top of the page.
    printed: u16,
    /// What was printed of the line under the cursor.
    begun: String,
    /// Whether the first line is the command itself, echoed by its shell.
    echoed: bool,
    /// A line that the learner's terminal has shown already.
    typed: Option<String>,
    /// Whether a full-screen program was told of.
    told: bool,
}

/// What a command wrote on a terminal or in a pipe, as the lines that a person reads: without
/// colours, and a line drawn again as it was last.
pub(crate) fn plain(bytes: &[u8]) -> String {
    let mut paper = Paper::new(false);
    let mut out = String::new();
    for line in bytes.split_inclusive(|it| *it == b'\n') {
        // In a pipe, no terminal adds the carriage return.
        let text = line.strip_suffix(b"\n");
        out += &paper.feed(text.unwrap_or(line));
        if text.is_some() {
            out += &paper.feed(b"\r\n");
        }
    }
    if paper.parser.screen().alternate_screen() {
        out.push_str(DRAWN);
        return out;
    }
    out + &paper.flush(true)
}

impl Paper {
    /// A blank page. `echoed` when the first line repeats the command.
    pub(crate) fn new(echoed: bool) -> Self {
        Self {
            parser: vt100::Parser::new(ROWS, COLS, 0),
            printed: 0,
            begun: String::new(),
            echoed,
            typed: None,
            told: false,
        }
    }

    /// The learner typed this for the program, and saw it.
    pub(crate) fn saw(&mut self, line: &str) {
        self.typed = Some(line.trim().to_owned());
        // Enter ended the line on their side.
    }

    /// Draws what came; gives what can be printed at once.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> String {
        let mut out = String::new();
        for line in bytes.split_inclusive(|it| *it == b'\n') {
            for piece in line.chunks(STRIDE) {
                let clears = [&b"\x1b[2J"[..], b"\x1b[H", b"\x1bc"];
                if clears
                    .iter()
                    .any(|it| piece.windows(it.len()).any(|at| at == *it))
                {
                    self.turn(&mut out);
                }
                self.parser.process(piece);
                let (row, _) = self.parser.screen().cursor_position();
                if row >= ROWS - MARGIN {
                    self.turn(&mut out);
                }
            }
        }
        out
    }

    /// Prints what is drawn and not printed yet; the line under the cursor too, as far as it goes,
    /// and with its end once the program has ended.
    pub(crate) fn flush(&mut self, ended: bool) -> String {
        let mut out = String::new();
        if self.parser.screen().alternate_screen() {
            if !std::mem::replace(&mut self.told, true) {
                out.push_str(FULL_SCREEN);
            }
            return out;
        }
        let (row, _) = self.parser.screen().cursor_position();
        self.print_to(row, &mut out);
        let text = self.row(row);
        if self.printed > row || self.echoed {
            return out;
        }
        if ended {
            if !text.is_empty() || !self.begun.is_empty() {
                self.print_to(row + 1, &mut out);
            }
        } else if text.len() > self.begun.len() && self.typed.is_none() {
            let more = text.strip_prefix(self.begun.as_str());
            out.push_str(more.unwrap_or(&text));
            self.begun = text;
        }
        out
    }

    fn row(&self, row: u16) -> String {
        let mut rows = self.parser.screen().rows(0, COLS);
        let text = rows.nth(usize::from(row)).unwrap_or_default();
        text.trim_end().to_owned()
    }

    /// Prints the lines above this one.
    fn print_to(&mut self, end: u16, out: &mut String) {
        while self.printed < end {
            let text = self.row(self.printed);
            let wrapped = self.parser.screen().row_wrapped(self.printed);
            self.printed += 1;
            if std::mem::take(&mut self.echoed) {
                continue;
            }
            let begun = std::mem::take(&mut self.begun);
            let rest = text.strip_prefix(begun.as_str());
            if let Some(rest) = rest
                && let Some(typed) = self.typed.take()
            {
                if rest.trim() == typed {
                    continue;
                }
                self.typed = None;
            }
            if rest.is_none() {
                out.push('\n');
            }
            out.push_str(rest.unwrap_or(&text));
            if !wrapped {
                out.push('\n');
            }
        }
    }

    /// Begins a new page with the line under the cursor.
    fn turn(&mut self, out: &mut String) {
        if self.parser.screen().alternate_screen() {
            return;
        }
        let (row, column) = self.parser.screen().cursor_position();
        self.print_to(row, out);
        let text = self.row(row);
        let mut parser = vt100::Parser::new(ROWS, COLS, 0);
        parser.process(text.as_bytes());
        parser.process(format!("\x1b[{}G", column + 1).as_bytes());
        self.parser = parser;
        self.printed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(pieces: &[&str]) -> String {
        let mut paper = Paper::new(false);
        let mut out = String::new();
        for piece in pieces {
            out += &paper.feed(piece.as_bytes());
            out += &paper.flush(false);
        }
        out + &paper.flush(true)
    }

    #[test]
    fn lines_are_printed_once_without_colours() {
        assert_eq!(printed(&["un\r\n\x1b[31mdeux\x1b[0m\r\n"]), "un\ndeux\n");
        assert_eq!(printed(&["sans fin de ligne"]), "sans fin de ligne\n");
        assert_eq!(printed(&["un", " deux\r\n"]), "un deux\n");
    }

    #[test]
    fn what_is_drawn_again_is_said_once() {
        let bar = [
            "couche  10 %\r\n",
            "\x1b[1A\x1b[2Kcouche  90 %\r\n",
            "fini\r\n",
        ];
        assert_eq!(printed(&bar), "couche  10 %\nfini\n");
        assert_eq!(printed(&["10 %\r50 %\rfini\r\n"]), "fini\n");
    }

    #[test]
    fn a_long_output_loses_no_line() {
        let lines: Vec<String> = (0..1000).map(|it| format!("ligne {it}\n")).collect();
        let wanted = lines.concat();
        let written = wanted.replace('\n', "\r\n");
        assert_eq!(printed(&[&written]), wanted);
        let long = "x".repeat(3 * usize::from(COLS) + 7);
        assert_eq!(
            printed(&[&format!("{long}\r\nfin\r\n")]),
            format!("{long}\nfin\n")
        );
        assert_eq!(
            printed(&["avant\r\n\x1b[H\x1b[2Japrès\r\n"]),
            "avant\naprès\n"
        );
    }

    #[test]
    fn what_was_written_is_read_from_a_terminal_and_from_a_pipe() {
        assert_eq!(plain(b"un\r\n\x1b[31mdeux\x1b[0m\r\n"), "un\ndeux\n");
        assert_eq!(plain(b"un\n  deux\nfin"), "un\n  deux\nfin\n");
        assert_eq!(plain(b"10 %\r50 %\rfini\n"), "fini\n");
        assert_eq!(plain(b"\x1b[?1049hune image"), DRAWN);
        assert_eq!(plain(b""), "");
    }

    #[test]
    fn what_the_learner_typed_and_saw_is_not_repeated() {
        let mut paper = Paper::new(false);
        paper.feed(b"/ # ");
        assert_eq!(paper.flush(false), "/ #");
        paper.saw("ls");
        let said = paper.feed(b"ls\r\nbin  etc\r\n/ # ") + &paper.flush(false);
        assert_eq!(said, "bin  etc\n/ #");
    }

    #[test]
    fn the_echo_of_a_shell_is_dropped() {
        let mut paper = Paper::new(true);
        paper.feed(b"docker ps\r\nCONTAINER ID\r\n");
        assert_eq!(paper.flush(true), "CONTAINER ID\n");
    }

    #[test]
    fn a_full_screen_program_is_told_of_once() {
        let mut paper = Paper::new(false);
        paper.feed(b"\x1b[?1049h\x1b[Hune image");
        assert_eq!(paper.flush(false), FULL_SCREEN);
        paper.feed(b"une autre");
        assert_eq!(paper.flush(false), "");
        paper.feed(b"\x1b[?1049ladieu\r\n");
        assert_eq!(paper.flush(true), "adieu\n");
    }
}
