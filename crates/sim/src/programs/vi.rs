//! `vi`: enough of it to edit a file.

use super::applet::Applet;
use super::screen::{Screen, ask};
use super::vi_text::{Text, lines_of, width};
use crate::kernel::{Errno, Sys};
use crate::shell::editor::Key;

/// An editing session.
struct Editor {
    text: Text,
    undo: Vec<Text>,
    /// What was deleted or copied: whole lines or a piece of one.
    register: Vec<Vec<char>>,
    register_is_lines: bool,
    inserting: bool,
    changed: bool,
    top: usize,
    path: Option<String>,
    message: String,
    sought: String,
    /// The first key of a command of two: `d`, `y`, `g`, `Z`, `c`, `r`.
    pending: Option<char>,
    count: usize,
}

/// `vi [FILE]`
pub(super) async fn main(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("c:RH", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    let Some(screen) = Screen::open(sys, 0) else {
        return applet.fail("standard input is not a terminal").await;
    };
    let path = options.operands.first().cloned();
    let (content, message) = match path.as_deref().map(|path| (path, sys.read_file(path))) {
        None => (String::new(), "- No file 1/1 100%".to_owned()),
        Some((path, Ok(bytes))) => {
            let content = String::from_utf8_lossy(&bytes).into_owned();
            let message = format!(
                "'{path}' {} lines, {} chars",
                content.lines().count(),
                bytes.len()
            );
            (content, message)
        }
        Some((path, Err(Errno::ENOENT))) => (String::new(), format!("'{path}' [New file]")),
        Some((path, Err(error))) => (String::new(), format!("'{path}' {error}")),
    };
    let mut editor = Editor {
        text: Text {
            lines: lines_of(&content),
            row: 0,
            col: 0,
        },
        undo: Vec::new(),
        register: Vec::new(),
        register_is_lines: true,
        inserting: false,
        changed: false,
        top: 0,
        path,
        message,
        sought: String::new(),
        pending: None,
        count: 0,
    };
    screen.write("\x1b[?1049h").await;
    loop {
        let picture = editor.draw(&screen);
        screen.write(&picture).await;
        let Some(key) = screen.keys.next().await else {
            break;
        };
        editor.message.clear();
        match key {
            Key::Char(mark @ (':' | '/')) if !editor.inserting && editor.pending.is_none() => {
                let Some(line) = ask(&screen, mark).await else {
                    continue;
                };
                if mark == '/' {
                    editor.search(line);
                } else if editor.command(sys, &line) {
                    break;
                }
            }
            key => {
                if editor.key(sys, key, usize::from(screen.size().rows)) {
                    break;
                }
            }
        }
    }
    screen.write("\x1b[?1049l").await;
    screen.close();
    0
}

impl Editor {
    fn save_undo(&mut self) {
        self.undo.push(self.text.clone());
        if self.undo.len() > 100 {
            self.undo.remove(0);
        }
        self.changed = true;
    }

    /// Acts on a key; true when the session ends.
    fn key(&mut self, sys: &Sys, key: Key, rows: usize) -> bool {
        if self.inserting {
            match key {
                Key::Escape | Key::Ctrl('c') => {
                    self.inserting = false;
                    self.text.col = self.text.col.saturating_sub(1);
                }
                Key::Enter => self.text.split(),
                Key::Tab => self.text.insert('\t'),
                Key::Backspace | Key::Ctrl('h') => self.text.backspace(),
                Key::Char(c) => self.text.insert(c),
                key => self.motion(key, rows),
            }
            self.text.clamp(self.inserting);
            return false;
        }
        if let Some(first) = self.pending.take() {
            let ends = self.two_keys(sys, first, key);
            self.count = 0;
            self.text.clamp(self.inserting);
            return ends;
        }
        if let Key::Char(c) = key
            && let Some(digit) = c.to_digit(10)
            && (digit > 0 || self.count > 0)
        {
            self.count = (self.count * 10 + usize::try_from(digit).unwrap_or(0)).min(9999);
            return false;
        }
        match key {
            Key::Char(c @ ('d' | 'y' | 'g' | 'Z' | 'c' | 'r')) => {
                self.pending = Some(c);
                return false;
            }
            Key::Char('G') => {
                self.text.row = match self.count {
                    0 => self.text.lines.len() - 1,
                    line => (line - 1).min(self.text.lines.len() - 1),
                };
            }
            Key::Char(c) => self.letter(c, rows),
            key => {
                for _ in 0..self.count.max(1) {
                    self.motion(key, rows);
                }
            }
        }
        self.count = 0;
        self.text.clamp(self.inserting);
        false
    }

    fn motion(&mut self, key: Key, rows: usize) {
        let page = rows.saturating_sub(2).max(1);
        let last = self.text.lines.len() - 1;
        match key {
            Key::Left | Key::Backspace => self.text.col = self.text.col.saturating_sub(1),
            Key::Right => self.text.col += 1,
            Key::Up => self.text.row = self.text.row.saturating_sub(1),
            Key::Down => self.text.row = (self.text.row + 1).min(last),
            Key::Enter => {
                self.text.row = (self.text.row + 1).min(last);
                self.text.col = 0;
            }
            Key::Home => self.text.col = 0,
            Key::End => self.text.col = self.text.lines[self.text.row].len(),
            Key::PageDown | Key::Ctrl('f') => self.text.row = (self.text.row + page).min(last),
            Key::PageUp | Key::Ctrl('b') => self.text.row = self.text.row.saturating_sub(page),
            Key::Ctrl('d') => self.text.row = (self.text.row + page / 2).min(last),
            Key::Ctrl('u') => self.text.row = self.text.row.saturating_sub(page / 2),
            Key::Delete => {
                self.save_undo();
                self.delete_chars(1);
            }
            _ => {}
        }
    }

    fn delete_chars(&mut self, count: usize) {
        let col = self.text.col;
        let line = self.text.line();
        let end = (col + count).min(line.len());
        if col < end {
            let cut: Vec<char> = line.drain(col..end).collect();
            self.register = vec![cut];
            self.register_is_lines = false;
        }
    }

    fn start_inserting(&mut self) {
        self.save_undo();
        self.inserting = true;
    }

    fn letter(&mut self, c: char, rows: usize) {
        let count = self.count.max(1);
        match c {
            'h' | 'j' | 'k' | 'l' | ' ' => {
                let key = match c {
                    'h' => Key::Left,
                    'j' => Key::Down,
                    'k' => Key::Up,
                    _ => Key::Right,
                };
                for _ in 0..count {
                    self.motion(key, rows);
                }
            }
            '0' => self.text.col = 0,
            '^' => {
                self.text.col = self
                    .text
                    .line()
                    .iter()
                    .position(|c| !c.is_whitespace())
                    .unwrap_or(0);
            }
            '$' => self.text.col = self.text.line().len(),
            'w' | 'W' => (0..count).for_each(|_| self.text.word_forward()),
            'b' | 'B' => (0..count).for_each(|_| self.text.word_back()),
            'e' | 'E' => {
                self.text.col += 1;
                self.text.word_forward();
                self.text.col = self.text.col.saturating_sub(1);
            }
            'i' => self.start_inserting(),
            'a' => {
                self.start_inserting();
                self.text.col += 1;
            }
            'I' => {
                self.start_inserting();
                self.text.col = 0;
            }
            'A' => {
                self.start_inserting();
                self.text.col = self.text.line().len();
            }
            'o' | 'O' => {
                self.start_inserting();
                let at = self.text.row + usize::from(c == 'o');
                self.text.lines.insert(at, Vec::new());
                self.text.row = at;
                self.text.col = 0;
            }
            'x' => {
                self.save_undo();
                self.delete_chars(count);
            }
            'X' if self.text.col > 0 => {
                self.save_undo();
                self.text.backspace();
            }
            'D' | 'C' => {
                self.save_undo();
                self.delete_chars(usize::MAX / 2);
                self.inserting = c == 'C';
            }
            'J' if self.text.row + 1 < self.text.lines.len() => {
                self.save_undo();
                let next = self.text.lines.remove(self.text.row + 1);
                let line = self.text.line();
                line.push(' ');
                line.extend(next.into_iter().skip_while(|c| c.is_whitespace()));
            }
            'p' | 'P' => self.paste(c == 'p'),
            'u' => {
                if let Some(text) = self.undo.pop() {
                    self.text = text;
                    self.message = "Undo".into();
                } else {
                    self.message = "Already at oldest change".into();
                }
            }
            'n' => self.search(self.sought.clone()),
            _ => {}
        }
    }

    fn paste(&mut self, after: bool) {
        if self.register.is_empty() {
            return;
        }
        self.save_undo();
        if self.register_is_lines {
            let at = self.text.row + usize::from(after);
            self.text.lines.splice(at..at, self.register.clone());
            self.text.row = at;
            self.text.col = 0;
        } else {
            let at = (self.text.col + usize::from(after)).min(self.text.line().len());
            let piece = self.register[0].clone();
            self.text.col = at + piece.len().saturating_sub(1);
            self.text.line().splice(at..at, piece);
        }
    }

    /// `dd`, `dw`, `d$`, `yy`, `gg`, `ZZ`, `cc`, `cw`, `rX`.
    fn two_keys(&mut self, sys: &Sys, first: char, key: Key) -> bool {
        let Key::Char(second) = key else { return false };
        let count = self.count.max(1);
        match (first, second) {
            ('g', 'g') => {
                self.text.row = 0;
                self.text.col = 0;
            }
            ('Z', 'Z') => return !self.changed || self.write(sys, None),
            ('Z', 'Q') => return true,
            ('r', c) => {
                let col = self.text.col;
                if col < self.text.line().len() {
                    self.save_undo();
                    self.text.line()[col] = c;
                }
            }
            ('d', 'd') | ('y', 'y') => {
                let end = (self.text.row + count).min(self.text.lines.len());
                let range = self.text.row..end;
                self.register_is_lines = true;
                if first == 'y' {
                    self.register = self.text.lines[range].to_vec();
                } else {
                    self.save_undo();
                    self.register = self.text.lines.drain(range).collect();
                    self.text.line();
                    self.text.col = 0;
                }
            }
            ('c', 'c') => {
                self.save_undo();
                self.text.line().clear();
                self.text.col = 0;
                self.inserting = true;
            }
            ('d' | 'c', 'w' | '$' | 'e') => {
                self.save_undo();
                let (row, col) = (self.text.row, self.text.col);
                let end = if second == '$' {
                    usize::MAX / 2
                } else {
                    (0..count).for_each(|_| self.text.word_forward());
                    if self.text.row == row {
                        self.text.col
                    } else {
                        usize::MAX / 2
                    }
                };
                (self.text.row, self.text.col) = (row, col);
                self.delete_chars(end.saturating_sub(col));
                self.inserting = first == 'c';
            }
            _ => {}
        }
        false
    }

    fn search(&mut self, sought: String) {
        self.sought = sought;
        if self.sought.is_empty() {
            return;
        }
        let count = self.text.lines.len();
        let find = |line: &[char], from: usize| {
            let text: String = line.iter().skip(from).collect();
            text.find(&self.sought)
                .map(|at| from + text[..at].chars().count())
        };
        for step in 0..=count {
            let row = (self.text.row + step) % count;
            let from = if step == 0 { self.text.col + 1 } else { 0 };
            if let Some(col) = find(&self.text.lines[row], from) {
                self.text.row = row;
                self.text.col = col;
                return;
            }
        }
        self.message = "Pattern not found".into();
    }

    /// Runs a `:` command; true when the session ends.
    fn command(&mut self, sys: &Sys, line: &str) -> bool {
        let (name, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let rest = Some(rest.trim()).filter(|it| !it.is_empty());
        match name {
            "" => false,
            "w" | "w!" => {
                self.write(sys, rest);
                false
            }
            "wq" | "wq!" | "x" => self.write(sys, rest),
            "q" if self.changed => {
                self.message = "No write since last change (:q! overrides)".into();
                false
            }
            "q" | "q!" | "qa" | "qa!" => true,
            "$" => {
                self.text.row = self.text.lines.len() - 1;
                false
            }
            name => {
                match name.parse::<usize>() {
                    Ok(number) => {
                        self.text.row = number.saturating_sub(1).min(self.text.lines.len() - 1);
                        self.text.clamp(false);
                    }
                    Err(_) => self.message = format!("'{name}' is not implemented"),
                }
                false
            }
        }
    }

    /// Writes the file; whether it could.
    fn write(&mut self, sys: &Sys, path: Option<&str>) -> bool {
        let Some(path) = path.map(str::to_owned).or_else(|| self.path.clone()) else {
            self.message = "No current filename".into();
            return false;
        };
        let only_empty = self.text.lines.len() == 1 && self.text.lines[0].is_empty();
        let content: String = if only_empty {
            String::new()
        } else {
            self.text
                .lines
                .iter()
                .flat_map(|line| line.iter().chain(std::iter::once(&'\n')))
                .collect()
        };
        match sys.write_file(&path, content.as_bytes()) {
            Ok(()) => {
                self.message = format!(
                    "'{path}' {} lines, {} chars",
                    content.lines().count(),
                    content.len()
                );
                self.path.get_or_insert(path);
                self.changed = false;
                true
            }
            Err(error) => {
                self.message = format!("'{path}' {error}");
                false
            }
        }
    }

    fn draw(&mut self, screen: &Screen) -> String {
        let size = screen.size();
        let (rows, cols) = (usize::from(size.rows).max(2) - 1, usize::from(size.cols));
        self.top = self
            .top
            .min(self.text.row)
            .max((self.text.row + 1).saturating_sub(rows));
        let mut picture = "\x1b[?25l\x1b[H".to_owned();
        for row in 0..rows {
            match self.text.lines.get(self.top + row) {
                None => picture.push('~'),
                Some(line) => {
                    let mut at = 0;
                    for c in line {
                        let w = width(*c, at);
                        if at + w > cols {
                            break;
                        }
                        if *c == '\t' {
                            picture.push_str(&" ".repeat(w));
                        } else {
                            picture.push(*c);
                        }
                        at += w;
                    }
                }
            }
            picture.push_str("\x1b[K\n");
        }
        let total = self.text.lines.len();
        let status = if self.message.is_empty() {
            format!(
                "{} {} {}{}/{total} {}%",
                if self.inserting { "I" } else { "-" },
                self.path.as_deref().unwrap_or("No file"),
                if self.changed { "[Modified] " } else { "" },
                self.text.row + 1,
                (self.text.row + 1) * 100 / total.max(1),
            )
        } else {
            self.message.clone()
        };
        picture.extend(status.chars().take(cols.saturating_sub(1)));
        picture.push_str("\x1b[K");
        let line = &self.text.lines[self.text.row];
        let col = line
            .iter()
            .take(self.text.col)
            .fold(0, |at, c| at + width(*c, at));
        picture.push_str(&format!(
            "\x1b[{};{}H\x1b[?25h",
            self.text.row - self.top + 1,
            col.min(cols.saturating_sub(1)) + 1
        ));
        picture
    }
}
