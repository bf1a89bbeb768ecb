//! What the mouse does to the room that panels have.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::fixtures::Play;
use crate::tui::book::Book;
use crate::tui::layout::areas;
use crate::tui::message::Message;
use crate::tui::model::{Focus, Overlay};
use crate::tui::panes::Pane;

fn mouse(play: &mut Play, kind: MouseEventKind, column: u16, row: u16) {
    play.say(Message::Mouse(MouseEvent {
        kind,
        column,
        row,
        modifiers: KeyModifiers::NONE,
    }));
}

fn pull(play: &mut Play, from: (u16, u16), to: (u16, u16)) {
    mouse(
        play,
        MouseEventKind::Down(MouseButton::Left),
        from.0,
        from.1,
    );
    mouse(play, MouseEventKind::Drag(MouseButton::Left), to.0, to.1);
    mouse(play, MouseEventKind::Up(MouseButton::Left), to.0, to.1);
}

#[test]
fn the_line_right_of_the_text_is_pulled_and_the_shell_follows() {
    let mut play = Play::lesson(120, 40);
    let before = areas(&play.model);
    let edge = before.separators[0].x;
    pull(&mut play, (edge, 20), (edge + 12, 20));
    let after = areas(&play.model);
    let moved = after.separators[0].x - edge;
    assert!((11..=13).contains(&moved), "{moved}");
    assert!(after.terminal.body.width < before.terminal.body.width);
    assert_eq!(play.model.shell_size.width, after.terminal.body.width);
    // However far it is pulled, both sides stay.
    pull(&mut play, (after.separators[0].x, 20), (119, 20));
    assert!(areas(&play.model).terminal.body.width >= 20);
    let edge = areas(&play.model).separators[0].x;
    pull(&mut play, (edge, 20), (0, 20));
    assert!(areas(&play.model).lesson.body.width >= 20);
}

#[test]
fn the_title_of_the_pane_is_pulled_or_chooses_another() {
    let mut play = Play::lesson(120, 40);
    let title = areas(&play.model).pane.title;
    pull(
        &mut play,
        (title.x + 1, title.y),
        (title.x + 1, title.y - 5),
    );
    let then = areas(&play.model).pane.title;
    assert!(
        (4..=6).contains(&(title.y - then.y)),
        "{} {}",
        title.y,
        then.y
    );
    // « Hist. » follows « ─▸ État ».
    mouse(
        &mut play,
        MouseEventKind::Down(MouseButton::Left),
        then.x + 10,
        then.y,
    );
    assert_eq!(
        (play.model.pane, play.model.focus),
        (Pane::History, Focus::Pane)
    );
}

#[test]
fn keys_do_what_the_mouse_does() {
    let mut play = Play::lesson(120, 40);
    let before = areas(&play.model);
    play.leader('>');
    play.leader('+');
    let after = areas(&play.model);
    assert!(after.lesson.body.width > before.lesson.body.width);
    assert!(after.pane.body.height > before.pane.body.height);
    play.leader('<');
    play.leader('-');
    assert_eq!(areas(&play.model).pane.body.height, before.pane.body.height);
}

#[test]
fn a_tab_is_clicked() {
    let mut play = Play::lesson(80, 24);
    mouse(&mut play, MouseEventKind::Down(MouseButton::Left), 12, 0);
    assert_eq!(play.model.focus, Focus::Terminal);
    mouse(&mut play, MouseEventKind::Down(MouseButton::Left), 22, 0);
    assert_eq!(play.model.focus, Focus::Pane);
    mouse(&mut play, MouseEventKind::Down(MouseButton::Left), 2, 0);
    assert_eq!(play.model.focus, Focus::Lesson);
    mouse(&mut play, MouseEventKind::Down(MouseButton::Left), 60, 0);
    assert_eq!(play.model.focus, Focus::Lesson);
}

#[test]
fn a_right_click_on_a_word_opens_the_glossary_there() {
    let mut play = Play::lesson(120, 40);
    let body = areas(&play.model).lesson.body;
    // « Une image est un moule », somewhere in the first part.
    let screen = play.screen();
    let (row, line) = screen
        .lines()
        .enumerate()
        .find(|(_, line)| line.contains("Une image est"))
        .expect("the sentence is on the screen");
    let column = line.chars().take_while(|it| *it != 'U').count() + 5;
    let at = (u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
    assert!(body.y <= at.1);
    mouse(
        &mut play,
        MouseEventKind::Down(MouseButton::Right),
        at.0,
        at.1,
    );
    let terms: Vec<&str> = play
        .model
        .glossary
        .here
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(terms, ["image"]);
    assert!(matches!(
        play.model.overlay,
        Some(Overlay::Book(Book::Glossary))
    ));
    play.key(crossterm::event::KeyCode::Esc);
    // « Une »: the notice says that it has no entry.
    mouse(
        &mut play,
        MouseEventKind::Down(MouseButton::Right),
        at.0 - 5,
        at.1,
    );
    assert_eq!(play.model.overlay, None);
    assert!(
        play.screen().contains("n’est pas dans le glossaire"),
        "{}",
        play.screen()
    );
}
