//! Random keys, sizes and news: nothing may panic, and the cursor stays somewhere.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::fixtures::{Play, container, image, snapshot};
use crate::domain::{ContainerState, Step};
use crate::engine::EngineState;
use crate::tui::message::Message;

/// Numerical Recipes' generator: the same events every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[usize::try_from(self.roll(items.len() as u64)).unwrap()]
    }

    fn short(&mut self, sides: u64) -> u16 {
        u16::try_from(self.roll(sides)).unwrap()
    }
}

fn message(dice: &mut Dice) -> Message {
    const KEYS: [KeyCode; 13] = [
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Backspace,
    ];
    match dice.roll(24) {
        0 => Message::Resize(dice.short(200), dice.short(70)),
        1 => Message::Mouse(MouseEvent {
            kind: dice.pick(&[
                MouseEventKind::Down(MouseButton::Left),
                MouseEventKind::ScrollDown,
                MouseEventKind::ScrollUp,
                MouseEventKind::Drag(MouseButton::Left),
            ]),
            column: dice.short(210),
            row: dice.short(80),
            modifiers: KeyModifiers::NONE,
        }),
        2 => {
            let states = [ContainerState::Running, ContainerState::Exited];
            let names = ["jumeau1", "jumeau2", "autre"];
            let objects =
                (0..dice.roll(3)).map(|_| container(dice.pick(&names), dice.pick(&states)));
            let state = snapshot(objects.collect::<Vec<_>>().into_iter().chain([image()]));
            Message::Occurrence(crate::domain::Occurrence::State(state))
        }
        3 => Message::CommandBegan {
            line: dice.pick(&["docker stop jumeau1", "", "ls\nls"]).to_owned(),
            at: std::time::SystemTime::UNIX_EPOCH,
        },
        4 => Message::CommandEnded {
            status: Some(0),
            at: std::time::SystemTime::UNIX_EPOCH,
        },
        5 => Message::State(EngineState::Lost {
            last: snapshot([]),
            reason: "perdu".to_owned(),
        }),
        6 => Message::State(EngineState::Live(snapshot([image()]))),
        8 => Message::Settled(dice.roll(20)),
        7 => dice.pick(&[0_u8, 1, 2]).into_shell(),
        9..=11 => Message::Key(KeyEvent::new(KeyCode::Char('g'), KeyModifiers::CONTROL)),
        12..=17 => Message::Key(KeyEvent::new(dice.pick(&KEYS), KeyModifiers::NONE)),
        _ => {
            let letters: Vec<char> = "lteznpbisraudcog ?:jkqGxyé".chars().collect();
            Message::Key(KeyEvent::new(
                KeyCode::Char(dice.pick(&letters)),
                KeyModifiers::NONE,
            ))
        }
    }
}

trait IntoShell {
    fn into_shell(self) -> Message;
}

impl IntoShell for u8 {
    fn into_shell(self) -> Message {
        match self {
            0 => Message::ShellEnded(1),
            1 => Message::ShellOpened { marked: false },
            _ => Message::ShellFailed("non".to_owned()),
        }
    }
}

#[test]
fn ten_thousand_events_never_panic() {
    let mut dice = Dice(2026);
    let mut play = Play::lesson(80, 24);
    for event in 0..10_000 {
        let message = message(&mut dice);
        play.say(message);
        // Leaving the program ends nothing here.
        play.model.quit = None;
        if play.model.dirty && event % 4 == 0 {
            play.model.dirty = false;
            play.screen();
        }
        let step = play.model.shown_step();
        assert_eq!(
            play.model.state.diff,
            step.map(Step::diff).unwrap_or_default()
        );
        if let Some(study) = &play.model.study {
            assert!(study.section < study.lesson.sections.len());
        } else if dice.roll(3) == 0 {
            play.key(KeyCode::Enter);
        }
    }
    assert!(play.effects.len() > 100, "the events did something");
}

#[test]
fn every_size_draws() {
    let mut play = Play::lesson(80, 24);
    for width in (0..130).step_by(7) {
        for height in (0..45).step_by(2) {
            play.say(Message::Resize(width, height));
            play.screen();
        }
    }
}
