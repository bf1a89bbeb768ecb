//! The speaker's side: the sheet on the screen, and keys that go to the demo.

use std::io::{BufRead, BufReader, IsTerminal, Write, stdin, stdout};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, SystemTime};

use color_eyre::eyre::{Result, eyre};
use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::Constraint::{Fill, Length};
use ratatui::layout::Layout;
use ratatui::text::{Line, Text};

use super::place;
use crate::demo::{Remote, Sheet};
use crate::text::system::{reason, write};
use crate::tui::keymap::digit;
use crate::tui::settings::{Look, Settings};
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::wrap_text;

/// How often a demo that is not there is looked for.
const AGAIN: Duration = Duration::from_millis(500);
/// The longest wait for a key: the time left goes on.
const TICK: Duration = Duration::from_millis(250);
/// The keys, for the last lines.
const KEYS: &str = "Entrée\u{a0}dérouler · Espace\u{a0}taper · →\u{a0}←\u{a0}étapes · j\u{a0}aller\u{a0}à · \
                    d\u{a0}dévoiler · r\u{a0}répéter · z\u{a0}remettre\u{a0}l’état · e\u{a0}changements · \
                    n\u{a0}noir · q\u{a0}quitter";
/// The most digits of the number of a beat.
const DIGITS: usize = 4;

/// What the demo's socket says.
enum Heard {
    /// The sheet, and where to ask for things.
    Sheet(Box<Sheet>),
    /// There is a demo.
    Demo(UnixStream),
    /// There is none any more.
    Lost,
}

/// Shows the speaker's view of the demo that is given on this machine, whenever there is one.
/// Without a terminal, writes the sheet once.
pub fn show() -> Result<()> {
    let path = place()?;
    if !stdin().is_terminal() || !stdout().is_terminal() {
        let stream = UnixStream::connect(&path)
            .map_err(|_| eyre!("aucune démonstration n’est en cours sur cette machine"))?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        let sheet: Sheet = serde_json::from_str(&line)?;
        let lines = lines(&sheet, &Theme::default(), 80);
        let text: String = lines.iter().map(|line| line.to_string() + "\n").collect();
        return write(&mut stdout(), &text).map_err(|error| eyre!("{}.", reason(&error)));
    }
    let (sender, heard) = channel();
    thread::spawn(move || follow(&path, &sender));
    let theme = Settings::read(&Look::default()).theme;
    let mut terminal = ratatui::try_init()?;
    let shown = watch(&mut terminal, &theme, &heard);
    ratatui::try_restore()?;
    shown
}

/// Hears the demo, and looks for it again when it is gone, until nobody listens.
fn follow(path: &Path, sender: &Sender<Heard>) {
    loop {
        if let Some(stream) = connect(path) {
            if sender.send(Heard::Demo(stream.1)).is_err() {
                return;
            }
            for line in BufReader::new(stream.0).lines() {
                let Some(sheet) = line.ok().and_then(|it| serde_json::from_str(&it).ok()) else {
                    break;
                };
                if sender.send(Heard::Sheet(Box::new(sheet))).is_err() {
                    return;
                }
            }
            if sender.send(Heard::Lost).is_err() {
                return;
            }
        }
        thread::sleep(AGAIN);
    }
}

/// Both ways of a connection.
fn connect(path: &Path) -> Option<(UnixStream, UnixStream)> {
    let stream = UnixStream::connect(path).ok()?;
    Some((stream.try_clone().ok()?, stream))
}

fn watch(
    terminal: &mut ratatui::DefaultTerminal,
    theme: &Theme,
    heard: &Receiver<Heard>,
) -> Result<()> {
    let (mut viewer, mut demo) = (Viewer::default(), None);
    loop {
        while let Ok(heard) = heard.try_recv() {
            match heard {
                Heard::Sheet(it) => {
                    viewer.scroll = 0;
                    viewer.sheet = Some(it);
                }
                Heard::Demo(stream) => demo = Some(stream),
                Heard::Lost => (viewer, demo) = (Viewer::default(), None),
            }
        }
        terminal.draw(|frame| viewer.draw(frame, theme))?;
        if !event::poll(TICK)? {
            continue;
        }
        let Event::Key(key) = event::read()? else {
            continue;
        };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match viewer.press(key) {
            Pressed::Leave => return Ok(()),
            Pressed::Ask(remote) => {
                if let Some(demo) = demo.as_mut() {
                    // A demo that has just ended says so by itself.
                    let _ = writeln!(demo, "{}", serde_json::to_string(&remote)?);
                }
            }
            Pressed::Here => {}
        }
    }
}

/// What a key does.
#[derive(Debug, PartialEq, Eq)]
enum Pressed {
    /// It ends the view.
    Leave,
    /// It asks this of the demo.
    Ask(Remote),
    /// Nothing beyond the view.
    Here,
}

/// What is on the screen.
#[derive(Default)]
struct Viewer {
    /// `None` when there is no demo.
    sheet: Option<Box<Sheet>>,
    scroll: usize,
    /// The number of the beat to go to, while it is typed.
    jump: Option<String>,
}

impl Viewer {
    fn press(&mut self, key: KeyEvent) -> Pressed {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        if key.code == KeyCode::Char('c') && control {
            return Pressed::Leave;
        }
        if let Some(number) = &mut self.jump {
            if let Some(digit) = digit(&key).filter(|_| number.len() < DIGITS) {
                number.push_str(&digit.to_string());
                return Pressed::Here;
            }
            match key.code {
                KeyCode::Backspace => drop(number.pop()),
                KeyCode::Enter => {
                    let beat = number
                        .parse::<usize>()
                        .ok()
                        .and_then(|it| it.checked_sub(1));
                    self.jump = None;
                    return beat.map_or(Pressed::Here, |it| Pressed::Ask(Remote::Jump(it)));
                }
                KeyCode::Esc => self.jump = None,
                _ => {}
            }
            return Pressed::Here;
        }
        match key.code {
            KeyCode::Char('q') | KeyCode::Esc => return Pressed::Leave,
            KeyCode::Char('j') if self.sheet.is_some() => self.jump = Some(String::new()),
            KeyCode::Down => self.scroll += 1,
            KeyCode::Up => self.scroll = self.scroll.saturating_sub(1),
            _ => return remote(key).map_or(Pressed::Here, Pressed::Ask),
        }
        Pressed::Here
    }

    fn draw(&mut self, frame: &mut Frame<'_>, theme: &Theme) {
        let area = frame.area();
        let width = usize::from(area.width);
        let keys = match (&self.jump, &self.sheet) {
            (Some(number), Some(sheet)) => vec![Line::styled(
                format!(
                    "Aller à l’étape\u{a0}: {number}▏ (de 1 à {}\u{a0}; Entrée y va, Échap renonce)",
                    sheet.beats
                ),
                theme.strong,
            )],
            _ => wrap_text(KEYS, theme.faint, width),
        };
        let bottom = u16::try_from(keys.len()).unwrap_or(0).min(area.height);
        let [above, last] = Layout::vertical([Fill(1), Length(bottom)]).areas(area);
        let lines = match &self.sheet {
            Some(sheet) => lines(sheet, theme, width),
            None => wrap_text(
                "En attente d’une démonstration sur cette machine\u{a0}: «\u{a0}moussaillon demo \
                 LEÇON\u{a0}» dans un autre terminal.",
                theme.faint,
                width,
            ),
        };
        let most = lines.len().saturating_sub(usize::from(above.height));
        self.scroll = self.scroll.min(most);
        let shown: Vec<Line<'_>> = lines.into_iter().skip(self.scroll).collect();
        frame.render_widget(Text::from(shown), above);
        frame.render_widget(Text::from(keys), last);
    }
}

/// What a key asks of the demo.
const fn remote(key: KeyEvent) -> Option<Remote> {
    Some(match key.code {
        KeyCode::Enter => Remote::Go,
        KeyCode::Char(' ') => Remote::Type,
        KeyCode::Right | KeyCode::PageDown => Remote::Next,
        KeyCode::Left | KeyCode::PageUp => Remote::Previous,
        KeyCode::Char('d') => Remote::Reveal,
        KeyCode::Char('e') => Remote::Wide,
        KeyCode::Char('n') => Remote::Black,
        KeyCode::Char('r') => Remote::Repeat,
        KeyCode::Char('z') => Remote::Reset,
        _ => return None,
    })
}

/// A sheet as lines, at this width.
fn lines(sheet: &Sheet, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut text = |words: &str, style| lines.extend(wrap_text(words, style, width));
    text(
        &format!(
            "{} · étape {}/{} · {}",
            sheet.lesson,
            sheet.beat,
            sheet.beats,
            left(sheet)
        ),
        theme.bar,
    );
    text(&sheet.part, theme.title);
    text("", theme.text);
    text(&format!("▸ {}", sheet.label), theme.strong);
    if !sheet.next.is_empty() {
        text(&format!("  puis\u{a0}: {}", sheet.next), theme.faint);
    }
    if !sheet.command.is_empty() {
        text("", theme.text);
        text("Prochaine commande", theme.title);
        text(&format!("$ {}", sheet.command), theme.code);
        text(&format!("  attendu\u{a0}: {}", sheet.expected), theme.text);
    }
    for (rank, note) in sheet.notes.iter().enumerate() {
        if rank == 0 {
            text("", theme.text);
            text("Notes", theme.title);
        }
        text(&format!("• {note}"), theme.text);
    }
    for (rank, (said, answer)) in sheet.questions.iter().enumerate() {
        if rank == 0 {
            text("", theme.text);
            text("Ce que la salle peut dire", theme.title);
        }
        text(&format!("• {said}"), theme.text);
        text(&format!("  → {answer}"), theme.good);
    }
    lines
}

/// The time left, or by how much it is over.
fn left(sheet: &Sheet) -> String {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let end = sheet.began + sheet.planned;
    let (seconds, words) = if now <= end {
        (end - now, "reste")
    } else {
        (now - end, "dépassé de")
    };
    format!("{words} {}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::sync::watch;

    use super::*;
    use crate::tui::speaker::serving::serve_at;

    fn sheet(beat: usize) -> Sheet {
        Sheet {
            beat,
            ..Sheet::default()
        }
    }

    fn next(heard: &Receiver<Heard>) -> Heard {
        heard
            .recv_timeout(Duration::from_secs(20))
            .expect("the demo is heard")
    }

    fn beat(heard: &Receiver<Heard>) -> usize {
        match next(heard) {
            Heard::Sheet(it) => it.beat,
            _ => panic!("a sheet"),
        }
    }

    #[test]
    fn a_number_is_typed_to_go_to_a_beat_and_other_keys_are_the_demo_s() {
        let mut viewer = Viewer::default();
        let mut press = |code| viewer.press(KeyEvent::new(code, KeyModifiers::NONE));
        assert_eq!(press(KeyCode::Char('j')), Pressed::Here);
        // Without a demo, there is nowhere to go.
        assert_eq!(press(KeyCode::Char('z')), Pressed::Ask(Remote::Reset));
        viewer.sheet = Some(Box::new(sheet(1)));
        let mut press = |code| viewer.press(KeyEvent::new(code, KeyModifiers::NONE));
        for key in ['j', '1', 'z', '2', '9'] {
            assert_eq!(press(KeyCode::Char(key)), Pressed::Here);
        }
        press(KeyCode::Backspace);
        let there = Pressed::Ask(Remote::Jump(11));
        assert_eq!(press(KeyCode::Enter), there);
        for key in ['j', '3'] {
            press(KeyCode::Char(key));
        }
        assert_eq!(press(KeyCode::Esc), Pressed::Here);
        assert_eq!(press(KeyCode::Enter), Pressed::Ask(Remote::Go));
        assert_eq!(press(KeyCode::Char('d')), Pressed::Ask(Remote::Reveal));
        assert_eq!(press(KeyCode::Esc), Pressed::Leave);
    }

    #[test]
    fn its_keys_are_all_on_a_screen_of_eighty_columns() {
        let backend = ratatui::backend::TestBackend::new(80, 24);
        let mut terminal = ratatui::Terminal::new(backend).unwrap();
        let mut viewer = Viewer {
            sheet: Some(Box::new(sheet(1))),
            ..Viewer::default()
        };
        terminal
            .draw(|frame| viewer.draw(frame, &Theme::default()))
            .unwrap();
        let shown = terminal.backend().to_string();
        for word in [
            "j\u{a0}aller\u{a0}à",
            "z\u{a0}remettre\u{a0}l’état",
            "q\u{a0}quitter",
        ] {
            assert!(shown.contains(word), "{shown}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn viewers_come_before_or_after_and_find_the_demo_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo.sock");
        let viewer = |path: &Path| {
            let (sender, heard) = channel();
            let path = path.to_owned();
            thread::spawn(move || follow(&path, &sender));
            heard
        };
        let early = viewer(&path);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let say = {
            let asked = Arc::clone(&asked);
            move |remote| asked.lock().unwrap().push(remote)
        };
        let (sheets, seen) = watch::channel(sheet(1));
        serve_at(&path, seen.clone(), say.clone()).unwrap();
        assert!(serve_at(&path, seen, say.clone()).is_err(), "one demo only");
        let Heard::Demo(mut stream) = next(&early) else {
            panic!("a demo")
        };
        assert_eq!(beat(&early), 1);
        let late = viewer(&path);
        assert!(matches!(next(&late), Heard::Demo(_)));
        assert_eq!(beat(&late), 1);
        sheets.send_replace(sheet(2));
        assert_eq!((beat(&early), beat(&late)), (2, 2));
        writeln!(stream, "\"Go\"\nautre chose\n\"Black\"").unwrap();
        while asked.lock().unwrap().len() < 2 {
            tokio::task::yield_now().await;
        }
        assert_eq!(*asked.lock().unwrap(), [Remote::Go, Remote::Black]);
        drop(sheets);
        assert!(matches!(next(&early), Heard::Lost));
        while path.exists() {
            tokio::task::yield_now().await;
        }
        let (_sheets, seen) = watch::channel(sheet(7));
        serve_at(&path, seen, say).unwrap();
        assert!(matches!(next(&early), Heard::Demo(_)));
        assert_eq!(beat(&early), 7);
    }
}
