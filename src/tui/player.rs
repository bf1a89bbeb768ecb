//! Playing a recording: pause, speed, jumps from step to step.

use std::io::{IsTerminal, stdin, stdout};
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, eyre};
use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::Constraint::{Fill, Length};
use ratatui::layout::Layout;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::panels::terminal::{ShellView, cells};
use super::settings::{Look, Settings};
use super::theme::Theme;
use super::widgets::wrap::{line_width, truncate};
use crate::cast::{Recording, What};
use crate::text::system::{reason, write};

/// How far an arrow goes.
const JUMP: Duration = Duration::from_secs(5);
/// Speeds, in tenths.
const SPEEDS: [u32; 7] = [2, 5, 10, 20, 40, 80, 160];
/// The speed at which it was recorded, among them.
const USUAL: usize = 2;
/// The longest sleep while it plays: the clock goes on.
const TICK: Duration = Duration::from_millis(200);

/// Plays a recording until who watches leaves it. Without a terminal, writes its last screen.
pub fn replay(recording: &Recording) -> Result<()> {
    let mut player = Player::new(recording);
    if !stdin().is_terminal() || !stdout().is_terminal() {
        player.seek(recording.duration());
        let shown = player.screen().contents() + "\n";
        return write(&mut stdout(), &shown).map_err(|error| eyre!("{}.", reason(&error)));
    }
    let theme = Settings::read(&Look::default()).theme;
    let mut terminal = ratatui::try_init()?;
    let played = player.watch(&mut terminal, &theme);
    ratatui::try_restore()?;
    played
}

struct Player<'r> {
    recording: &'r Recording,
    parser: vt100::Parser,
    /// How many events are on the screen.
    shown: usize,
    at: Duration,
    speed: usize,
    paused: bool,
}

impl<'r> Player<'r> {
    fn new(recording: &'r Recording) -> Self {
        let (cols, rows) = recording.size;
        Self {
            recording,
            parser: vt100::Parser::new(rows, cols, 0),
            shown: 0,
            at: Duration::ZERO,
            speed: USUAL,
            paused: false,
        }
    }

    fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Goes to a moment: forward from what is shown, back from the beginning.
    fn seek(&mut self, at: Duration) {
        let at = at.min(self.recording.duration());
        if at < self.at {
            let (cols, rows) = self.recording.size;
            self.parser = vt100::Parser::new(rows, cols, 0);
            self.shown = 0;
        }
        self.at = at;
        for event in &self.recording.events[self.shown..] {
            if event.at > at {
                break;
            }
            self.shown += 1;
            match &event.what {
                What::Output(text) => self.parser.process(text.as_bytes()),
                What::Resize(cols, rows) => {
                    // A new screen: half a wide character may be left at the edge of the old one,
                    // and the program draws everything again.
                    self.parser = vt100::Parser::new(*rows, *cols, 0);
                }
                What::Marker(_) | What::Place(_) | What::Outcome(_) => {}
            }
        }
    }

    /// The step at this moment: its rank from 1, how many there are, its name.
    fn step(&self) -> (usize, usize, &str) {
        let before = |(at, _): &(Duration, &str)| *at <= self.at;
        let all = self.recording.markers().count();
        let rank = self.recording.markers().take_while(before).count();
        let name = self.recording.markers().take_while(before).last();
        (rank, all, name.map_or("", |(_, name)| name))
    }

    /// Goes to the next step, or to the one before.
    fn jump(&mut self, forward: bool) {
        let there = if forward {
            self.recording.markers().find(|(at, _)| *at > self.at)
        } else {
            // The beginning of a step that has just begun is not where one wants to go.
            let back = self.at.saturating_sub(Duration::from_secs(1));
            self.recording.markers().filter(|(at, _)| *at < back).last()
        };
        let end = if forward {
            self.recording.duration()
        } else {
            Duration::ZERO
        };
        self.seek(there.map_or(end, |(at, _)| at));
    }

    fn watch(&mut self, terminal: &mut ratatui::DefaultTerminal, theme: &Theme) -> Result<()> {
        loop {
            terminal.draw(|frame| self.draw(frame, theme))?;
            let over = self.shown == self.recording.events.len();
            let before = Instant::now();
            let pressed = if self.paused || over {
                Some(event::read()?)
            } else {
                let wait = self.next_in().min(TICK);
                event::poll(wait)?.then(event::read).transpose()?
            };
            if !self.paused && !over {
                let spent = before.elapsed() * SPEEDS[self.speed] / 10;
                self.seek(self.at + spent);
            }
            if let Some(Event::Key(key)) = pressed
                && key.kind != KeyEventKind::Release
                && !self.key(key)
            {
                return Ok(());
            }
        }
    }

    /// How long until the next event, at this speed.
    fn next_in(&self) -> Duration {
        let next = self.recording.events.get(self.shown);
        let left = next.map_or(TICK, |it| it.at.saturating_sub(self.at));
        left * 10 / SPEEDS[self.speed]
    }

    /// Applies a key; `false` leaves.
    fn key(&mut self, event: KeyEvent) -> bool {
        match event.code {
            KeyCode::Char('q') | KeyCode::Esc => return false,
            KeyCode::Char('c') if event.modifiers.contains(KeyModifiers::CONTROL) => return false,
            KeyCode::Char(' ') => self.paused = !self.paused,
            KeyCode::Right => self.seek(self.at + JUMP),
            KeyCode::Left => self.seek(self.at.saturating_sub(JUMP)),
            KeyCode::Up | KeyCode::Char('+') => {
                self.speed = (self.speed + 1).min(SPEEDS.len() - 1);
            }
            KeyCode::Down | KeyCode::Char('-') => self.speed = self.speed.saturating_sub(1),
            KeyCode::PageDown | KeyCode::Char('n') => self.jump(true),
            KeyCode::PageUp | KeyCode::Char('p') => self.jump(false),
            KeyCode::Home => self.seek(Duration::ZERO),
            KeyCode::End => self.seek(self.recording.duration()),
            _ => {}
        }
        true
    }

    fn draw(&self, frame: &mut Frame<'_>, theme: &Theme) {
        let [area, last] = Layout::vertical([Fill(1), Length(1)]).areas(frame.area());
        // A window as high as the recording loses its last line to ours: the keys of the screen
        // that was recorded.
        let view = ShellView {
            screen: self.screen(),
            selected: &|_, _| false,
            found: &|_, _| Style::new(),
        };
        cells(frame, area, &view);
        let width = usize::from(last.width);
        frame.render_widget(self.bar(theme, width), last);
    }

    fn bar(&self, theme: &Theme, width: usize) -> Line<'static> {
        let time = |it: Duration| format!("{}:{:02}", it.as_secs() / 60, it.as_secs() % 60);
        let glyph = if self.paused { "⏸" } else { "▶" };
        let (tenths, (rank, all, name)) = (SPEEDS[self.speed], self.step());
        let speed = match (tenths / 10, tenths % 10) {
            (whole, 0) => format!("×{whole}"),
            (whole, rest) => format!("×{whole},{rest}"),
        };
        let mut line = Line::from(vec![
            Span::styled(
                format!(
                    " {glyph} {} / {} {speed} ",
                    time(self.at),
                    time(self.recording.duration())
                ),
                theme.key,
            ),
            Span::styled(format!("étape {rank}/{all} "), theme.strong),
        ]);
        let keys = " Espace pause  ← → 5 s  ↑ ↓ vitesse  n p étape  q quitter";
        let keys_width = Line::raw(keys).width();
        let left = width.saturating_sub(line_width(&line));
        let first = name.lines().next().unwrap_or_default();
        let room = left.saturating_sub(keys_width);
        if room >= 12 {
            line.push_span(Span::styled(truncate(first, room), theme.code));
            let gap = width.saturating_sub(line_width(&line) + keys_width);
            line.push_span(Span::raw(" ".repeat(gap)));
        }
        line.push_span(Span::styled(
            truncate(keys, width.saturating_sub(line_width(&line))),
            theme.faint,
        ));
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording() -> Recording {
        let text = "{\"version\": 2, \"width\": 40, \"height\": 5}\n\
                    [0.5, \"o\", \"un\"]\n[10, \"m\", \"docker ps\"]\n[10.5, \"o\", \" deux\"]\n\
                    [20, \"m\", \"docker images\"]\n[21, \"o\", \"\\r\\ntrois\"]\n";
        Recording::parse(text).unwrap()
    }

    #[test]
    fn a_moment_is_the_same_from_both_sides() {
        let recording = recording();
        let mut player = Player::new(&recording);
        player.seek(Duration::from_secs(15));
        assert_eq!(player.screen().contents(), "un deux");
        assert_eq!(player.step(), (1, 2, "docker ps"));
        player.seek(Duration::from_secs(60));
        assert_eq!(player.screen().contents(), "un deux\ntrois");
        player.seek(Duration::from_secs(15));
        assert_eq!(player.screen().contents(), "un deux");
    }

    #[test]
    fn odd_sizes_and_times_are_played() {
        let text = "{\"version\": 3, \"term\": {\"cols\": 1, \"rows\": 1}}\n\
                    [1e19, \"o\", \"日é\\r\\n日\"]\n[1e19, \"r\", \"1x1\"]\n[0, \"o\", \"日\\r\\nx\"]\n";
        let recording = Recording::parse(text).unwrap();
        let mut player = Player::new(&recording);
        assert!(player.next_in() > TICK);
        player.key(KeyEvent::new(KeyCode::End, KeyModifiers::NONE));
        player.key(KeyEvent::new(KeyCode::Right, KeyModifiers::NONE));
        assert_eq!(player.shown, recording.events.len());
    }

    #[test]
    fn keys_pause_jump_and_change_the_speed() {
        let recording = recording();
        let mut player = Player::new(&recording);
        let press = |player: &mut Player<'_>, code| {
            assert!(player.key(KeyEvent::new(code, KeyModifiers::NONE)));
            (player.at.as_secs(), player.step().0)
        };
        assert_eq!(press(&mut player, KeyCode::Char('n')), (10, 1));
        assert_eq!(press(&mut player, KeyCode::PageDown), (20, 2));
        assert_eq!(press(&mut player, KeyCode::Char('p')), (10, 1));
        assert_eq!(press(&mut player, KeyCode::Right), (15, 1));
        assert_eq!(press(&mut player, KeyCode::Home), (0, 0));
        press(&mut player, KeyCode::Up);
        press(&mut player, KeyCode::Char(' '));
        assert!(player.paused && SPEEDS[player.speed] == 20);
        assert!(!player.key(KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE)));
    }
}
