//! The line editor: a terminal in raw mode, keys, and what they do to the line.

mod buffer;
mod complete;
mod docker;
mod keys;

use buffer::{Buffer, Layout, prompt_width, shown_width};
pub use keys::{Key, Keys};

use super::state::Shell;
use crate::kernel::{Signal, Sys, Tty};

/// What a mark for the terminal begins with.
const MARK: &str = "\x1b]133;";

/// What the learner did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// A line, without its end.
    Text(String),
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D on an empty line, or the terminal is gone.
    End,
}

/// A line being read.
struct Editor<'a> {
    shell: &'a mut Shell,
    sys: Sys,
    keys: Keys,
    /// What is written before the line, marks included.
    prompt: &'a str,
    buffer: Buffer,
    /// Where things were at the last drawing.
    shown: Layout,
    /// Place in the history; its length for the line being typed.
    place: usize,
    /// The line being typed, while the history is browsed.
    draft: String,
    /// The last key was Tab.
    tabbed: bool,
    /// Whether a change of the terminal's size is for it. A terminal that is given marks keeps its
    /// own screen; a trap has its own use of the signal.
    watches: bool,
}

/// Reads a line on the terminal of descriptor 0. The prompt is written first.
pub(super) async fn read_line(shell: &mut Shell, prompt: &str) -> Line {
    let sys = shell.sys.clone();
    let before = sys.tty(0);
    if let Ok(tty) = before {
        let raw = Tty {
            canonical: false,
            echo: false,
            signals: false,
            ..tty
        };
        // A terminal that went away gives an end of file just after.
        let _ = sys.set_tty(0, raw);
    }
    let place = shell.history.len();
    let mut editor = Editor {
        shell,
        keys: Keys::new(&sys, 0),
        sys: sys.clone(),
        prompt,
        buffer: Buffer::default(),
        shown: Layout::default(),
        place,
        draft: String::new(),
        tabbed: false,
        watches: !prompt.contains(MARK) && !sys.is_caught(Signal::WINCH),
    };
    if editor.watches {
        sys.catch(Signal::WINCH);
    }
    editor.write(prompt).await;
    editor.shown = editor.layout();
    let line = editor.run().await;
    if editor.watches {
        sys.default_action(Signal::WINCH);
    }
    if let Ok(tty) = before {
        let _ = sys.set_tty(0, tty);
    }
    line
}

impl Editor<'_> {
    async fn write(&self, text: &str) {
        // A terminal that went away gives an end of file when it is read.
        let _ = self.sys.write(1, text.as_bytes()).await;
    }

    fn cols(&self) -> usize {
        self.sys
            .win_size(0)
            .map_or(80, |it| usize::from(it.cols))
            .max(4)
    }

    fn layout(&self) -> Layout {
        self.buffer.layout(prompt_width(self.prompt), self.cols())
    }

    async fn run(&mut self) -> Line {
        loop {
            let Some(key) = self.next_key().await else {
                return Line::End;
            };
            let tabbed = std::mem::replace(&mut self.tabbed, key == Key::Tab);
            match key {
                Key::Enter => {
                    self.buffer.end();
                    self.redraw().await;
                    self.write("\n").await;
                    return Line::Text(self.buffer.text());
                }
                Key::Ctrl('c') => {
                    self.buffer.end();
                    self.redraw().await;
                    self.write("^C\n").await;
                    return Line::Interrupted;
                }
                Key::Ctrl('d') if self.buffer.is_empty() => {
                    self.write("\n").await;
                    return Line::End;
                }
                Key::Ctrl('r') => {
                    if let Some(line) = self.search().await {
                        return line;
                    }
                }
                Key::Ctrl('l') => {
                    self.write(&format!("\x1b[H\x1b[2J{}", self.prompt)).await;
                    self.shown = Buffer::default().layout(prompt_width(self.prompt), self.cols());
                    self.redraw().await;
                }
                Key::Tab => self.complete(tabbed).await,
                Key::Up | Key::Ctrl('p') => self.browse(self.place.checked_sub(1)).await,
                Key::Down | Key::Ctrl('n') => self.browse(self.place.checked_add(1)).await,
                Key::Char(c) if self.fits_at_end(c) => {
                    self.buffer.insert(c.encode_utf8(&mut [0; 4]));
                    self.write(c.encode_utf8(&mut [0; 4])).await;
                    self.shown = self.layout();
                }
                key => {
                    self.edit(key);
                    self.redraw().await;
                }
            }
        }
    }

    /// The next key. Meanwhile the prompt and the line are written again at each change of size, as
    /// a client that attaches to a terminal asks for.
    async fn next_key(&mut self) -> Option<Key> {
        let (keys, sys) = (Keys::new(&self.sys, 0), self.sys.clone());
        let mut key = std::pin::pin!(keys.next());
        loop {
            tokio::select! {
                biased;
                key = &mut key => return key,
                () = sys.next_of(Signal::WINCH), if self.watches => {
                    self.over_prompt(self.prompt).await;
                    self.redraw().await;
                }
            }
        }
    }

    /// Whether a character can simply be written after the others.
    fn fits_at_end(&self, c: char) -> bool {
        let width = shown_width(c);
        width > 0 && self.buffer.at_end() && self.shown.cursor.col + width < self.cols()
    }

    fn edit(&mut self, key: Key) {
        match key {
            Key::Char(c) => self.buffer.insert(c.encode_utf8(&mut [0; 4])),
            Key::Left | Key::Ctrl('b') => self.buffer.left(),
            Key::Right | Key::Ctrl('f') => self.buffer.right(),
            Key::Home | Key::Ctrl('a') => self.buffer.home(),
            Key::End | Key::Ctrl('e') => self.buffer.end(),
            Key::Backspace | Key::Ctrl('h') => self.buffer.backspace(),
            Key::Delete | Key::Ctrl('d') => self.buffer.delete(),
            Key::Ctrl('k') => self.buffer.cut_to_end(),
            Key::Ctrl('u') => self.buffer.cut_to_start(),
            Key::Ctrl('w') => self.buffer.cut_word(),
            Key::Ctrl('y') => self.buffer.paste(),
            Key::Ctrl('t') => self.buffer.transpose(),
            Key::Alt('b') => self.buffer.word_left(),
            Key::Alt('f') => self.buffer.word_right(),
            Key::Alt('d') => self.buffer.cut_word_right(),
            _ => {}
        }
    }

    /// Writes the line again from the end of the prompt on.
    async fn redraw(&mut self) {
        let prompt_width = prompt_width(self.prompt);
        let cols = self.cols();
        let now = self.layout();
        let start = Buffer::default().layout(prompt_width, cols).cursor;
        let mut text = String::new();
        push_move(&mut text, self.shown.cursor.row, start.row, start.col);
        text.push_str("\x1b[J");
        text.push_str(&self.buffer.text());
        if now.end.col == 0 && now.end.row > start.row {
            // At the edge a terminal waits before it wraps: make it.
            text.push_str(" \r");
        }
        push_move(&mut text, now.end.row, now.cursor.row, now.cursor.col);
        self.write(&text).await;
        self.shown = now;
    }

    async fn browse(&mut self, place: Option<usize>) {
        let history = &self.shell.history;
        let Some(place) = place.filter(|it| *it <= history.len()) else {
            self.write("\x07").await;
            return;
        };
        if self.place == history.len() {
            self.draft = self.buffer.text();
        }
        self.place = place;
        let text = history.get(place).unwrap_or(&self.draft).clone();
        self.buffer.set(&text);
        self.redraw().await;
    }

    async fn complete(&mut self, again: bool) {
        let before = self.buffer.before();
        let found = match docker::complete(self.shell, &before).await {
            Some(found) => found,
            None => complete::complete(self.shell, &before),
        };
        let common = found.common();
        let added = common
            .get(found.word.len()..)
            .unwrap_or_default()
            .to_owned();
        match found.candidates.as_slice() {
            [] => self.write("\x07").await,
            [one] => {
                let more = one.ends_with(['/', '=', ':']);
                let end = if more { "" } else { " " };
                self.buffer.insert(&format!("{added}{end}"));
                self.redraw().await;
            }
            _ if !added.is_empty() => {
                self.buffer.insert(&added);
                self.redraw().await;
            }
            many if again => self.list(many).await,
            _ => self.write("\x07").await,
        }
    }

    /// Shows the candidates under the line, and the line again.
    async fn list(&mut self, candidates: &[String]) {
        let names: Vec<&str> = candidates
            .iter()
            .map(|it| {
                let end = it.trim_end_matches('/').rfind('/').map_or(0, |at| at + 1);
                &it[end..]
            })
            .collect();
        let widest = names
            .iter()
            .map(|it| it.chars().map(shown_width).sum::<usize>())
            .max()
            .unwrap_or(0)
            + 2;
        let per_row = (self.cols() / widest).max(1);
        let rows = names.len().div_ceil(per_row);
        let mut text = "\n".to_owned();
        for row in 0..rows {
            for name in names.iter().skip(row).step_by(rows) {
                let width: usize = name.chars().map(shown_width).sum();
                text.push_str(name);
                text.push_str(&" ".repeat(widest - width));
            }
            text.push('\n');
        }
        text.push_str(self.prompt);
        self.write(&text).await;
        self.shown = Buffer::default().layout(prompt_width(self.prompt), self.cols());
        self.redraw().await;
    }

    /// Ctrl-R: looks for what is typed in the history, the latest first. A line when Return or
    /// Ctrl-C ended it.
    async fn search(&mut self) -> Option<Line> {
        let (before, draft) = (self.buffer.clone(), self.buffer.text());
        let mut sought = String::new();
        let mut place = self.shell.history.len();
        loop {
            let found = self.shell.history[..place.min(self.shell.history.len())]
                .iter()
                .rposition(|line| !sought.is_empty() && line.contains(&sought));
            let line = found.map_or(draft.clone(), |at| self.shell.history[at].clone());
            self.over_prompt(&format!("(reverse-i-search)'{sought}': {line}"))
                .await;
            let key = self.keys.next().await?;
            match key {
                Key::Char(c) => {
                    sought.push(c);
                    place = self.shell.history.len();
                }
                Key::Backspace => {
                    sought.pop();
                    place = self.shell.history.len();
                }
                Key::Ctrl('r') => place = found.unwrap_or(place),
                Key::Ctrl('c' | 'g') | Key::Escape => {
                    self.buffer = before;
                    self.over_prompt(self.prompt).await;
                    self.redraw().await;
                    return None;
                }
                key => {
                    self.buffer.set(&line);
                    self.place = found.unwrap_or(self.shell.history.len());
                    self.over_prompt(self.prompt).await;
                    self.redraw().await;
                    if key == Key::Enter {
                        self.write("\n").await;
                        return Some(Line::Text(line));
                    }
                    self.edit(key);
                    self.redraw().await;
                    return None;
                }
            }
        }
    }

    /// Writes something in place of the prompt and the line.
    async fn over_prompt(&mut self, text: &str) {
        let mut out = String::new();
        push_move(&mut out, self.shown.cursor.row, 0, 0);
        out.push_str("\x1b[J");
        out.push_str(text.rsplit('\n').next().unwrap_or(text));
        self.write(&out).await;
        let width = prompt_width(text);
        self.shown = Buffer::default().layout(width, self.cols());
    }
}

/// Moves the cursor between rows, then to a column.
fn push_move(text: &mut String, from_row: usize, to_row: usize, col: usize) {
    if from_row > to_row {
        text.push_str(&format!("\x1b[{}A", from_row - to_row));
    } else if to_row > from_row {
        text.push_str(&format!("\x1b[{}B", to_row - from_row));
    }
    text.push('\r');
    if col > 0 {
        text.push_str(&format!("\x1b[{col}C"));
    }
}
