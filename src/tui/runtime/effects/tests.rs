//! What is sent to the shell, and the frames that it causes.

use std::time::Instant;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Size;
use tokio::sync::mpsc::unbounded_channel;

use super::*;
use crate::terminal::{CellPosition, LooseEnd, Marks};
use crate::tui::runtime::Options;
use crate::tui::settings::Look;
use crate::tui::update::fixtures::Play;

/// A lesson whose terminal has the keys, and the program in it.
fn at_the_terminal() -> (Loop, LooseEnd) {
    let mut play = Play::lesson(120, 40);
    play.leader('t');
    let options = Options {
        engine: "simule".to_owned(),
        start: None,
        lessons: None,
        linear: false,
        read_only: false,
        guarded: false,
        demo: None,
        record: None,
        look: Look::default(),
        began: Instant::now(),
    };
    let (sender, receiver) = unbounded_channel();
    let size = Size {
        width: 40,
        height: 4,
    };
    let (shell, program) = Shell::loose(Marks::Full, size);
    let looped = Loop {
        shell: Some(shell),
        ..Loop::new(&options, play.model, sender, receiver)
    };
    (looped, program)
}

impl Loop {
    /// Whether this makes a frame due.
    fn draws(&mut self, act: impl FnOnce(&mut Self)) -> bool {
        self.model.dirty = false;
        act(self);
        self.model.dirty
    }

    /// Whether what the program wrote makes a frame due.
    fn draws_what_came(&mut self) -> bool {
        self.draws(|it| it.take(Incoming::ShellWoken))
    }
}

fn press(code: KeyCode) -> Message {
    Message::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

#[tokio::test]
async fn a_key_of_the_shell_is_drawn_with_its_echo_and_not_before() {
    let (mut looped, mut program) = at_the_terminal();
    assert!(!looped.draws(|it| it.apply(press(KeyCode::Char('l')))));
    assert!(!looped.draws(|it| it.apply(Message::Paste("s -l".to_owned()))));
    assert_eq!(program.read(), b"ls -l");
    assert!(program.says(b"ls -l"));
    assert!(looped.draws_what_came());
    assert!(!looped.draws_what_came(), "it is drawn once");
}

#[tokio::test]
async fn a_key_that_moves_what_is_shown_is_drawn_at_once() {
    let (mut looped, program) = at_the_terminal();
    assert!(program.says(b"1\r\n2\r\n3\r\n4\r\n5\r\n6"));
    looped.draws_what_came();
    looped.with_shell(|shell| shell.scroll(2));
    assert!(looped.draws(|it| it.apply(press(KeyCode::Char('l')))));
    assert!(!looped.draws(|it| it.apply(press(KeyCode::Char('l')))));
    // What was selected no longer is.
    looped.with_shell(|shell| {
        shell.select(
            CellPosition { row: 0, col: 0 },
            CellPosition { row: 1, col: 0 },
        );
    });
    assert!(looped.draws(|it| it.apply(press(KeyCode::Char('l')))));
    assert!(!looped.draws(|it| it.apply(press(KeyCode::Char('l')))));
    // A sentence that stood until the next key goes away.
    looped.model.notice = Some("Indice".into());
    assert!(looped.draws(|it| it.apply(press(KeyCode::Char('l')))));
}
