//! Tests of the terminal without a shell: a link whose other end the test holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Terminal;
use crate::terminal::link::OUTPUT_DEPTH;
use crate::terminal::{
    CellPosition, LooseEnd, Marks, MouseAction, MouseButton, MouseInput, Size, TerminalEvent,
};

/// The program's end.
struct Program {
    end: LooseEnd,
    wakes: Arc<AtomicUsize>,
}

impl Program {
    fn says(&self, text: &str) {
        assert!(self.end.says(text.as_bytes()), "too much at a time");
    }

    /// All that it was sent.
    fn read(&mut self) -> String {
        String::from_utf8(self.end.read()).unwrap()
    }
}

fn open(marks: Marks) -> (Terminal, Program) {
    let wakes = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&wakes);
    let wake = move || {
        counter.fetch_add(1, Ordering::Relaxed);
    };
    let (terminal, end) = Terminal::loose(marks, Size { rows: 4, cols: 10 }, wake);
    (terminal, Program { end, wakes })
}

fn cell(row: u16, col: u16) -> CellPosition {
    CellPosition { row, col }
}

fn key(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

#[test]
fn a_selection_is_text_and_follows_it() {
    let (mut terminal, program) = open(Marks::Full);
    program.says("un\r\ndeux  \r\ntrois");
    let _ = terminal.poll();
    terminal.select_from(cell(0, 1));
    assert_eq!(terminal.selected_text(), None, "a click");
    terminal.select_to(cell(2, 2));
    assert_eq!(terminal.selected_text().unwrap(), "n\ndeux\ntro");
    assert!(terminal.is_selected(cell(0, 1)) && terminal.is_selected(cell(1, 9)));
    assert!(!terminal.is_selected(cell(0, 0)) && !terminal.is_selected(cell(2, 3)));
    // It scrolls off, and is still there.
    program.says("\r\n4\r\n5\r\n6\r\n7\r\n8");
    let _ = terminal.poll();
    assert_eq!(terminal.selected_text().unwrap(), "n\ndeux\ntro");
    assert!(!terminal.is_selected(cell(0, 1)));
    terminal.scroll(100);
    assert_eq!(terminal.scrolled(), 4);
    assert!(terminal.is_selected(cell(0, 1)));
    terminal.clear_selection();
    assert_eq!(terminal.selected_text(), None);
}

#[test]
fn a_selection_reads_backwards_and_joins_wrapped_lines() {
    let (mut terminal, program) = open(Marks::Full);
    program.says("0123456789abcd\r\n漢字");
    let _ = terminal.poll();
    terminal.select_from(cell(2, 1));
    terminal.select_to(cell(0, 8));
    assert_eq!(terminal.selected_text().unwrap(), "89abcd\n漢");
}

#[test]
fn a_selection_goes_away_with_the_screen_it_was_on() {
    let (mut terminal, program) = open(Marks::Full);
    program.says("texte");
    let _ = terminal.poll();
    terminal.select_from(cell(0, 0));
    terminal.select_to(cell(0, 4));
    program.says("\x1b[?1049h");
    let _ = terminal.poll();
    assert_eq!(terminal.selected_text(), None);
    assert!(!terminal.is_selected(cell(0, 0)));
}

#[test]
fn typing_shows_the_last_lines_again() {
    let (mut terminal, mut program) = open(Marks::Full);
    program.says("1\r\n2\r\n3\r\n4\r\n5\r\n6");
    let _ = terminal.poll();
    terminal.scroll(1);
    assert_eq!((terminal.scrolled(), terminal.cursor()), (1, None));
    terminal.scroll(-5);
    assert_eq!(terminal.cursor(), Some(cell(3, 1)));
    terminal.scroll(2);
    terminal.key(key(KeyCode::Char('x')));
    assert_eq!(terminal.scrolled(), 0);
    program.says("\x1b[?1h");
    let _ = terminal.poll();
    terminal.key(key(KeyCode::Up));
    assert_eq!(program.read(), "x\x1bOA");
}

#[test]
fn a_paste_cannot_type_keys() {
    let (mut terminal, mut program) = open(Marks::Full);
    terminal.paste("a\r\nb\x1b[201~\x03c");
    assert_eq!(program.read(), "a\rb[201~c");
    program.says("\x1b[?2004h");
    let _ = terminal.poll();
    terminal.paste("a\nb\x1b[201~c");
    assert_eq!(program.read(), "\x1b[200~a\nb[201~c\x1b[201~");
}

#[test]
fn a_command_is_typed_at_the_prompt_only() {
    let (mut terminal, mut program) = open(Marks::Full);
    assert!(!terminal.type_command("ls", true));
    program.says("\x1b]133;A\x07$ \x1b]133;B\x07");
    let _ = terminal.poll();
    assert!(terminal.type_command("ls", false));
    program.says("ls");
    let _ = terminal.poll();
    assert!(terminal.type_command("id", true));
    assert_eq!(program.read(), "ls\x05\x15id\r");
    program.says("\r\n\x1b]133;C;cmdline_url=id\x07");
    let _ = terminal.poll();
    assert!(!terminal.type_command("ls", true), "something runs");
    assert_eq!(program.read(), "");
}

#[test]
fn the_mouse_is_for_who_asks() {
    let (mut terminal, mut program) = open(Marks::Full);
    let at = |action| MouseInput {
        action,
        row: 1,
        col: 2,
        modifiers: KeyModifiers::NONE,
    };
    let press = at(MouseAction::Press(MouseButton::Left));
    assert!(!terminal.mouse(press) && !terminal.mouse(at(MouseAction::WheelUp)));
    program.says("\x1b[?1049h");
    let _ = terminal.poll();
    assert!(!terminal.mouse(press) && terminal.mouse(at(MouseAction::WheelUp)));
    assert_eq!(program.read(), "\x1b[A\x1b[A\x1b[A");
    program.says("\x1b[?1000h\x1b[?1006h");
    let _ = terminal.poll();
    assert!(terminal.mouse(press));
    assert_eq!(program.read(), "\x1b[<0;3;2M");
}

#[test]
fn a_poll_is_short_and_asks_for_another() {
    let (mut terminal, program) = open(Marks::Full);
    let chunk = "\x1b[1000L".repeat(3000);
    for _ in 0..OUTPUT_DEPTH {
        program.says(&chunk);
    }
    assert_eq!(terminal.poll()[0], TerminalEvent::Output);
    assert_eq!(program.wakes.load(Ordering::Relaxed), 1);
    assert!(!terminal.poll().is_empty(), "there was more");
}

#[test]
fn the_end_comes_after_the_last_words() {
    let (mut terminal, program) = open(Marks::Full);
    program.says("adieu");
    program.end.end(3);
    let exited = TerminalEvent::Exited { status: 3 };
    assert_eq!(terminal.poll(), [TerminalEvent::Output, exited]);
    assert!(terminal.has_ended() && terminal.screen().contents().contains("adieu"));
    assert!(terminal.poll().is_empty());
    assert!(!terminal.type_command("ls", true));
}

#[test]
fn words_are_found_in_all_that_is_kept_and_the_search_goes_back_where_it_began() {
    let (mut terminal, program) = open(Marks::Full);
    program.says("le réseau\r\n1\r\n2\r\n3\r\n4\r\nun RESEAU et un reseau\r\n$ ");
    let _ = terminal.poll();
    assert_eq!(terminal.is_found(cell(0, 0)), None);
    // The last one first; the line was cut by the screen, and the word too.
    assert_eq!(terminal.find("réseau", None), (2, 3));
    assert_eq!(terminal.scrolled(), 0);
    assert_eq!(terminal.is_found(cell(0, 3)), Some(false));
    assert_eq!(terminal.is_found(cell(0, 2)), None);
    let here = |terminal: &Terminal| {
        let cells = (0..4).flat_map(|row| (0..10).map(move |col| cell(row, col)));
        cells
            .filter(|it| terminal.is_found(*it) == Some(true))
            .map(|it| (it.row, it.col))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        here(&terminal),
        [(1, 6), (1, 7), (1, 8), (1, 9), (2, 0), (2, 1)]
    );
    assert_eq!(terminal.find("réseau", Some(0)), (0, 3));
    assert_eq!(terminal.scrolled(), 5, "the first line is in sight");
    assert_eq!(here(&terminal).first(), Some(&(0, 3)));
    assert_eq!(terminal.find("réseaux", None), (0, 0));
    assert_eq!(terminal.scrolled(), 0, "nothing found: where it began");
    assert_eq!(terminal.find("réseau", Some(0)), (0, 3));
    terminal.end_search(true);
    assert_eq!((terminal.scrolled(), here(&terminal).len()), (0, 0));
    // From further up, the nearest one is the one above; what comes meanwhile changes nothing.
    terminal.scroll(100);
    assert_eq!(terminal.find("reseau", None), (0, 3));
    program.says("\r\n5\r\n6");
    let _ = terminal.poll();
    assert_eq!(terminal.find("reseau", Some(2)), (2, 3));
    assert_eq!(here(&terminal).len(), 6);
    terminal.end_search(true);
    assert_eq!(terminal.screen().rows(0, 10).next().unwrap(), "le réseau");
    terminal.end_search(false);
}

#[test]
fn the_whole_text_has_what_scrolled_off_and_joins_wrapped_lines() {
    let (mut terminal, program) = open(Marks::Full);
    assert_eq!(terminal.whole_text(), "");
    program.says("0123456789abcd\r\n\r\n2\r\n3\r\n4  ");
    let _ = terminal.poll();
    assert_eq!(terminal.whole_text(), "0123456789abcd\n\n2\n3\n4");
    assert_eq!(terminal.scrolled(), 0);
}
