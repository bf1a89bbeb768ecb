//! `ps` of procps-ng 4: its options, and the table that it prints. The program of that name asks it
//! of the machine that it runs on; the daemon does for `docker top`, as dockerd runs the host's.

mod columns;

use std::collections::BTreeSet;
use std::time::SystemTime;

use crate::kernel::ProcessInfo;

/// What a table is read from, besides processes.
pub trait Machine {
    /// The text of a file of the machine.
    fn file(&self, path: &str) -> Option<String>;
    /// What a symbolic link says.
    fn link(&self, path: &str) -> Option<String>;
    /// Its memory, bytes.
    fn memory(&self) -> u64;
    /// Its clock.
    fn now(&self) -> SystemTime;
}

/// Who asks: those of the same user and terminal are shown when nothing else is said.
#[derive(Debug, Clone, Default)]
pub struct Asker {
    /// Its user.
    pub uid: u32,
    /// Its terminal.
    pub tty: Option<String>,
}

/// A column that is shown, and its title.
type Shown = (String, Option<String>);

/// What was asked.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the options of ps")]
pub struct Asked {
    all: bool,
    tree: bool,
    headless: bool,
    sort: Vec<String>,
    pids: Option<BTreeSet<u32>>,
    names: Option<Vec<String>>,
    users: Option<Vec<String>>,
    parents: Option<BTreeSet<u32>>,
    columns: Vec<Shown>,
    /// `-f`, `-F`, `-l`, `-y`, `-j`, `-L` and `-T`.
    full: bool,
    extra: bool,
    long: bool,
    short_long: bool,
    jobs: bool,
    threads: bool,
    thread_numbers: bool,
    /// Options without a dash, and the format that one of them asked for.
    bsd: bool,
    bsd_format: Option<char>,
}

const FULL: &str = "user:UID pid ppid c stime tname time args:CMD";
const EXTRA: &str = "user:UID pid ppid c sz rss psr stime tname time args:CMD";
const LONG: &str = "f s uid pid ppid c opri ni addr sz wchan tname time comm:CMD";
const FULL_LONG: &str = "f s user:UID pid ppid c opri ni addr sz wchan stime tname time args:CMD";
const JOBS: &str = "pid pgid sid tname time comm:CMD";
const SIMPLE: &str = "pid tname time comm:CMD";
const BSD: &str = "pid tname stat bsdtime args";
const BSD_USER: &str = "user pid pcpu pmem vsz rss tname stat start_time bsdtime args";
const BSD_JOBS: &str = "ppid pid pgid sid tname tpgid stat uid bsdtime args";
const BSD_LONG: &str = "f uid pid ppid priority ni vsz rss wchan stat tname bsdtime args";

fn shown(list: &str) -> Vec<Shown> {
    let column = |word: &str| match word.split_once(':') {
        Some((name, title)) => (name.to_owned(), Some(title.to_owned())),
        None => (word.to_owned(), None),
    };
    list.split_whitespace().map(column).collect()
}

impl Asked {
    /// Reads the three styles of options: `aux`, `-ef`, `--forest`. What is wrong otherwise.
    pub fn read(args: &[String]) -> Result<Self, String> {
        let mut asked = Self::default();
        let mut words = args.iter();
        while let Some(word) = words.next() {
            if let Some(long) = word.strip_prefix("--") {
                asked.read_long(long, &mut words)?;
                continue;
            }
            let dashed = word.starts_with('-');
            let letters = word.trim_start_matches('-');
            if !dashed && letters.chars().all(|it| it.is_ascii_digit() || it == ',') {
                asked.pids = Some(numbers(letters));
                continue;
            }
            // As everyone writes it, though there may be a user `x`.
            let dashed = dashed && letters != "aux";
            asked.read_letters(letters, dashed, &mut words)?;
        }
        Ok(asked)
    }

    fn read_long<'a>(
        &mut self,
        option: &'a str,
        words: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), String> {
        let (name, given) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (option, None),
        };
        let mut value = || given.or_else(|| words.next().map(String::as_str));
        match name {
            "forest" => self.tree = true,
            "no-headers" | "no-heading" => self.headless = true,
            "headers" => {}
            "cols" | "columns" | "width" | "rows" | "lines" => {
                value();
            }
            "pid" | "quick-pid" => self.pids = value().map(numbers),
            "ppid" => self.parents = value().map(numbers),
            "user" => self.users = value().map(texts),
            "sort" => self.sort = value().map(texts).unwrap_or_default(),
            "format" => {
                let list = value().ok_or("format specification must follow --format")?;
                columns::parse(&mut self.columns, list)?;
            }
            _ => return Err("unknown gnu long option".to_owned()),
        }
        Ok(())
    }

    fn read_letters<'a>(
        &mut self,
        letters: &'a str,
        dashed: bool,
        words: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), String> {
        self.bsd |= !dashed;
        for (at, letter) in letters.char_indices() {
            let mut value = || match &letters[at + 1..] {
                "" => words.next().map(String::as_str),
                rest => Some(rest),
            };
            match (letter, dashed) {
                ('e' | 'A', true) | ('a' | 'x', _) => self.all = true,
                ('f', true) => self.full = true,
                ('F', true) => (self.full, self.extra) = (true, true),
                ('l', true) => self.long = true,
                ('y', true) => self.short_long = true,
                ('j', true) => self.jobs = true,
                ('L', true) => self.threads = true,
                ('T', true) => self.thread_numbers = true,
                ('H', true) | ('f', false) => self.tree = true,
                ('w' | 'c' | 'M', _) | ('e' | 'r', false) => {}
                ('u' | 'j' | 'l', false) => self.bsd_format = Some(letter),
                ('h', false) => self.headless = true,
                ('p' | 'q', _) => {
                    let list = value().ok_or("list of process IDs must follow -p")?;
                    self.pids = Some(numbers(list));
                    break;
                }
                ('C', true) => {
                    let list = value().ok_or("list of command names must follow -C")?;
                    self.names = Some(texts(list));
                    break;
                }
                ('u' | 'U', _) => {
                    let list = value().ok_or("list of users must follow -u")?;
                    self.users = Some(texts(list));
                    break;
                }
                ('k', false) => {
                    self.sort = value().map(texts).unwrap_or_default();
                    break;
                }
                ('o', _) => {
                    let list = value().ok_or("format specification must follow -o")?;
                    columns::parse(&mut self.columns, list)?;
                    break;
                }
                (_, true) => return Err("unsupported SysV option".to_owned()),
                (_, false) => return Err("unsupported option (BSD syntax)".to_owned()),
            }
        }
        Ok(())
    }

    /// Whether it goes with the quick selection by numbers, `-q`, which neither sorts nor draws.
    pub fn may_be_quick(&self) -> bool {
        !self.tree && self.sort.is_empty()
    }

    /// Whether a process is one of those asked for by name, number or user; `None` when nothing
    /// such was asked.
    fn names(&self, machine: &dyn Machine, it: &ProcessInfo) -> Option<bool> {
        if let Some(pids) = &self.pids {
            return Some(pids.contains(&it.pid.0));
        }
        if let Some(parents) = &self.parents {
            return Some(parents.contains(&it.ppid.0));
        }
        if let Some(names) = &self.names {
            return Some(names.contains(&it.comm));
        }
        let users = self.users.as_ref()?;
        let name = columns::user(machine, it.uid);
        Some(users.contains(&name) || users.contains(&it.uid.to_string()))
    }

    /// Whether a process is shown to who asks; with `quick`, to one that named it by its number.
    pub fn selects(
        &self,
        machine: &dyn Machine,
        it: &ProcessInfo,
        asker: &Asker,
        quick: bool,
    ) -> bool {
        let own = || {
            let near = if self.bsd {
                it.tty.is_some()
            } else {
                it.tty == asker.tty
            };
            it.uid == asker.uid && near
        };
        let named = self.names(machine, it);
        named.unwrap_or_else(|| quick || self.all || own())
    }

    fn layout(&self) -> Vec<Shown> {
        if !self.columns.is_empty() {
            return self.columns.clone();
        }
        let format = match (self.bsd_format, self.full, self.long) {
            (Some('u'), ..) => BSD_USER,
            (Some('j'), ..) => BSD_JOBS,
            (Some(_), ..) => BSD_LONG,
            (None, true, true) => FULL_LONG,
            (None, true, _) if self.extra => EXTRA,
            (None, true, _) => FULL,
            (None, _, true) => LONG,
            _ if self.jobs => JOBS,
            _ if self.bsd => BSD,
            _ => SIMPLE,
        };
        let mut list = shown(format);
        if self.short_long && self.long {
            list.retain(|(name, _)| name != "f");
            for (name, _) in list.iter_mut().filter(|it| it.0 == "addr") {
                "rss".clone_into(name);
            }
        }
        let mut after = |column: &str, name: &str| {
            if let Some(at) = list.iter().position(|it| it.0 == column) {
                list.insert(at + 1, (name.to_owned(), None));
            }
        };
        if self.threads {
            after(
                if self.full || self.long {
                    "ppid"
                } else {
                    "pid"
                },
                "lwp",
            );
            if self.full {
                after("c", "nlwp");
            }
        }
        if self.thread_numbers {
            after("pid", "spid");
        }
        list
    }

    /// The table of these processes.
    pub fn table(&self, machine: &dyn Machine, mut processes: Vec<&ProcessInfo>) -> String {
        self.sort(machine, &mut processes);
        let rows = if self.tree {
            forest(&processes)
        } else {
            processes.iter().map(|it| (*it, String::new())).collect()
        };
        let layout = self.layout();
        let known = layout.iter().filter_map(|(name, title)| {
            let column = columns::find(name)?;
            Some((name.as_str(), title.as_deref().unwrap_or(column.1), column))
        });
        let known: Vec<_> = known.collect();
        let widths: Vec<i8> = known.iter().map(|it| it.2.2).collect();
        let mut text = String::new();
        let titles: Vec<String> = known.iter().map(|it| it.1.to_owned()).collect();
        if !self.headless && titles.iter().any(|it| !it.is_empty()) {
            text.push_str(&line(&widths, &titles));
        }
        for (process, prefix) in rows {
            let cells: Vec<String> = known
                .iter()
                .map(|(name, ..)| columns::cell(machine, process, name, &prefix))
                .collect();
            text.push_str(&line(&widths, &cells));
        }
        text
    }

    /// By number, or as `--sort` says: numbers as such, then texts; `-` reverses.
    fn sort(&self, machine: &dyn Machine, processes: &mut [&ProcessInfo]) {
        processes.sort_by_key(|it| it.pid);
        for key in self.sort.iter().rev() {
            let name = key.trim_start_matches(['+', '-']);
            let value = |it: &ProcessInfo| columns::cell(machine, it, name, "");
            processes.sort_by(|one, other| {
                let (one, other) = (value(one), value(other));
                let order = match (one.parse::<f64>(), other.parse::<f64>()) {
                    (Ok(one), Ok(other)) => one.total_cmp(&other),
                    _ => one.cmp(&other),
                };
                if key.starts_with('-') {
                    order.reverse()
                } else {
                    order
                }
            });
        }
    }
}

fn numbers(list: &str) -> BTreeSet<u32> {
    let numbers = list.split([',', ' ']);
    numbers.filter_map(|it| it.parse().ok()).collect()
}

fn texts(list: &str) -> Vec<String> {
    list.split(',').map(str::to_owned).collect()
}

/// Processes under their parents, with what is drawn before their commands.
fn forest<'a>(shown: &[&'a ProcessInfo]) -> Vec<(&'a ProcessInfo, String)> {
    let mut rows = Vec::new();
    let is_root = |it: &&&ProcessInfo| shown.iter().all(|other| other.pid != it.ppid);
    let roots: Vec<&ProcessInfo> = shown.iter().filter(is_root).copied().collect();
    let mut pending: Vec<(&ProcessInfo, String, String)> = roots
        .into_iter()
        .rev()
        .map(|it| (it, String::new(), String::new()))
        .collect();
    while let Some((process, own, below)) = pending.pop() {
        rows.push((process, own));
        let children: Vec<&ProcessInfo> = shown
            .iter()
            .filter(|it| it.ppid == process.pid)
            .copied()
            .collect();
        for (index, child) in children.iter().enumerate().rev() {
            let last = index + 1 == children.len();
            let next = format!("{below}{}", if last { "    " } else { " |  " });
            pending.push((child, format!("{below} \\_ "), next));
        }
    }
    rows
}

/// A row of cells; a width below zero is that of a column on the right.
fn line(widths: &[i8], cells: &[String]) -> String {
    let mut text = String::new();
    for (index, (cell, side)) in cells.iter().zip(widths).enumerate() {
        let width = usize::from(side.unsigned_abs());
        if index > 0 {
            text.push(' ');
        }
        let spaces = " ".repeat(width.saturating_sub(cell.chars().count()));
        match (*side < 0, index + 1 == cells.len()) {
            (true, _) => text.extend([spaces.as_str(), cell]),
            (false, true) => text.push_str(cell),
            (false, false) => text.extend([cell, spaces.as_str()]),
        }
    }
    text + "\n"
}

#[cfg(test)]
mod tests;
