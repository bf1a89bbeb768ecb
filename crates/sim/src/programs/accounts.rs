//! The account files, `/etc/passwd`, `/etc/group` and `/etc/shadow`, and `getent`, which reads them.

use super::applet::Applet;
use crate::kernel::{Errno, Sys};
use crate::shell::stream::Input;

const SHADOW: &str = "/etc/shadow";

/// A file of lines of fields.
struct Table {
    path: &'static str,
    rows: Vec<Vec<String>>,
}

/// The accounts of a root file system, in memory until [`Accounts::save`].
pub(super) struct Accounts {
    users: Table,
    groups: Table,
    shadow: Table,
}

/// What a new line of `/etc/passwd` says.
pub(super) struct User<'a> {
    pub(super) name: &'a str,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) comment: &'a str,
    pub(super) home: &'a str,
    pub(super) shell: &'a str,
}

/// Where numbers are taken from: those of system accounts or those of people.
#[derive(Clone, Copy)]
pub(super) struct Range {
    first: u32,
    last: u32,
    downwards: bool,
}

impl Range {
    /// People, everywhere.
    pub(super) const PEOPLE: Self = Self::up(1000, 59_999);
    /// System accounts of busybox and of Debian's `adduser`.
    pub(super) const SYSTEM: Self = Self::up(100, 999);
    /// System accounts of `useradd`, the highest first.
    pub(super) const SYSTEM_DOWN: Self = Self {
        downwards: true,
        ..Self::SYSTEM
    };

    const fn up(first: u32, last: u32) -> Self {
        Self {
            first,
            last,
            downwards: false,
        }
    }
}

impl Table {
    fn read(sys: &Sys, path: &'static str) -> Self {
        let text = sys.read_file(path).unwrap_or_default();
        let rows = String::from_utf8_lossy(&text)
            .lines()
            .map(|line| line.split(':').map(str::to_owned).collect())
            .collect();
        Self { path, rows }
    }

    fn find(&self, name: &str) -> Option<&Vec<String>> {
        self.rows
            .iter()
            .find(|row| row.first().is_some_and(|it| it == name))
    }

    fn find_mut(&mut self, name: &str) -> Option<&mut Vec<String>> {
        self.rows
            .iter_mut()
            .find(|row| row.first().is_some_and(|it| it == name))
    }

    fn has_number(&self, number: u32) -> bool {
        self.rows.iter().any(|row| field(row, 2) == Some(number))
    }

    fn remove(&mut self, name: &str) {
        self.rows
            .retain(|row| row.first().is_none_or(|it| it != name));
    }

    fn save(&self, sys: &Sys) -> Result<(), Errno> {
        let text: String = self
            .rows
            .iter()
            .map(|row| format!("{}\n", row.join(":")))
            .collect();
        sys.write_file(self.path, text.as_bytes())
    }
}

fn field(row: &[String], at: usize) -> Option<u32> {
    row.get(at)?.parse().ok()
}

fn set(row: &mut [String], at: usize, value: &str) {
    if let Some(it) = row.get_mut(at) {
        value.clone_into(it);
    }
}

impl Accounts {
    pub(super) fn read(sys: &Sys) -> Self {
        Self {
            users: Table::read(sys, "/etc/passwd"),
            groups: Table::read(sys, "/etc/group"),
            shadow: Table::read(sys, SHADOW),
        }
    }

    pub(super) fn save(&self, sys: &Sys) -> Result<(), Errno> {
        self.users.save(sys)?;
        self.groups.save(sys)?;
        // Without the file, passwords are in none.
        if sys.stat(SHADOW).is_ok() {
            self.shadow.save(sys)?;
        }
        Ok(())
    }

    pub(super) fn has_user(&self, name: &str) -> bool {
        self.users.find(name).is_some()
    }

    pub(super) fn has_uid(&self, uid: u32) -> bool {
        self.users.has_number(uid)
    }

    pub(super) fn has_gid(&self, gid: u32) -> bool {
        self.groups.has_number(gid)
    }

    /// The home of a user.
    pub(super) fn home(&self, name: &str) -> Option<String> {
        self.users.find(name)?.get(5).cloned()
    }

    /// The number of a group.
    pub(super) fn gid(&self, name: &str) -> Option<u32> {
        field(self.groups.find(name)?, 2)
    }

    /// The number of a group given by its name or its number.
    pub(super) fn known_gid(&self, text: &str) -> Option<u32> {
        self.gid(text)
            .or_else(|| text.parse().ok().filter(|it| self.has_gid(*it)))
    }

    /// The name of a group.
    pub(super) fn group_named(&self, gid: u32) -> Option<String> {
        let row = self
            .groups
            .rows
            .iter()
            .find(|row| field(row, 2) == Some(gid))?;
        row.first().cloned()
    }

    /// A user whose main group this is.
    pub(super) fn someone_of(&self, gid: u32) -> Option<String> {
        let row = self
            .users
            .rows
            .iter()
            .find(|row| field(row, 3) == Some(gid))?;
        row.first().cloned()
    }

    /// The first number that is free for a user, and for its group if it has its own.
    pub(super) fn free_uid(&self, range: Range, with_group: bool) -> Option<u32> {
        free(range, |it| {
            self.has_uid(it) || with_group && self.has_gid(it)
        })
    }

    /// The first number that is free for a group.
    pub(super) fn free_gid(&self, range: Range) -> Option<u32> {
        free(range, |it| self.has_gid(it))
    }

    /// Adds a user, without a password.
    pub(super) fn add_user(&mut self, user: &User<'_>, password: &str) {
        self.users.rows.push(vec![
            user.name.to_owned(),
            "x".to_owned(),
            user.uid.to_string(),
            user.gid.to_string(),
            user.comment.to_owned(),
            user.home.to_owned(),
            user.shell.to_owned(),
        ]);
        let line = format!("{}:{password}:20000:0:99999:7:::", user.name);
        self.shadow
            .rows
            .push(line.split(':').map(str::to_owned).collect());
    }

    pub(super) fn add_group(&mut self, name: &str, gid: u32) {
        self.groups.rows.push(vec![
            name.to_owned(),
            "x".to_owned(),
            gid.to_string(),
            String::new(),
        ]);
    }

    /// Makes a user a member of a group.
    pub(super) fn join(&mut self, user: &str, group: &str) {
        let Some(row) = self.groups.find_mut(group) else {
            return;
        };
        row.resize(4, String::new());
        if row[3].split(',').all(|it| it != user) {
            row[3] = if row[3].is_empty() {
                user.to_owned()
            } else {
                format!("{},{user}", row[3])
            };
        }
    }

    /// Takes a user out of a group.
    pub(super) fn leave(&mut self, user: &str, group: &str) {
        let Some(members) = self.groups.find_mut(group).and_then(|row| row.get_mut(3)) else {
            return;
        };
        let left: Vec<&str> = members.split(',').filter(|it| *it != user).collect();
        *members = left.join(",");
    }

    /// Takes a user out of every group.
    pub(super) fn leave_all(&mut self, user: &str) {
        let names: Vec<String> = self
            .groups
            .rows
            .iter()
            .filter_map(|row| row.first().cloned())
            .collect();
        for name in names {
            self.leave(user, &name);
        }
    }

    pub(super) fn remove_user(&mut self, name: &str) {
        self.leave_all(name);
        self.users.remove(name);
        self.shadow.remove(name);
    }

    pub(super) fn remove_group(&mut self, name: &str) {
        self.groups.remove(name);
    }

    /// Changes a field of a user's line.
    pub(super) fn set_user(&mut self, name: &str, at: usize, value: &str) {
        if let Some(row) = self.users.find_mut(name) {
            set(row, at, value);
        }
    }

    /// Gives a user a password, which nothing checks: only that there is one is kept.
    pub(super) fn set_password(&mut self, name: &str, kept: &str) {
        if let Some(row) = self.shadow.find_mut(name) {
            set(row, 1, kept);
        }
    }
}

fn free(range: Range, taken: impl Fn(u32) -> bool) -> Option<u32> {
    let mut numbers = range.first..=range.last;
    if range.downwards {
        numbers.rev().find(|it| !taken(*it))
    } else {
        numbers.find(|it| !taken(*it))
    }
}

/// Makes a home that belongs to its user; whether it was not there.
pub(super) fn make_home(sys: &Sys, home: &str, uid: u32, gid: u32, mode: u32) -> bool {
    if sys.stat(home).is_ok() || super::files::make_all(sys, home).is_err() {
        return false;
    }
    // Whoever may write /etc/passwd may do this.
    let _ = sys.chmod(home, mode);
    let _ = sys.chown(home, Some(uid), Some(gid));
    true
}

/// Asks for a line without showing what is typed; `None` at the end of the input.
pub(super) async fn ask_hidden(sys: &Sys, input: &mut Input, prompt: &str) -> Option<String> {
    let _ = sys.write(2, prompt.as_bytes()).await;
    let before = sys.tty(0).ok();
    if let Some(tty) = before {
        let _ = sys.set_tty(0, crate::kernel::Tty { echo: false, ..tty });
    }
    let line = input.text_line().await.ok().flatten();
    if let Some(tty) = before {
        let _ = sys.set_tty(0, tty);
    }
    let _ = sys.write(2, b"\n").await;
    line
}

/// `getent passwd | group | shadow | hosts [KEY]…`
pub(super) async fn getent(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let sys = &applet.sys;
    let Some((base, keys)) = applet.args.split_first() else {
        let text = "getent: wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.\n";
        let _ = sys.write(2, text.as_bytes()).await;
        return 1;
    };
    let accounts = Accounts::read(sys);
    let table = match base.as_str() {
        "passwd" => &accounts.users,
        "group" => &accounts.groups,
        "shadow" => &accounts.shadow,
        "hosts" | "ahosts" => return hosts(&applet, keys).await,
        _ => {
            let text = format!(
                "Unknown database: {base}\nTry `getent --help' or `getent --usage' for more information.\n"
            );
            let _ = sys.write(2, text.as_bytes()).await;
            return 1;
        }
    };
    let mut text = String::new();
    let mut status = 0;
    if keys.is_empty() {
        text = table.rows.iter().map(|it| it.join(":") + "\n").collect();
    }
    for key in keys {
        let number = key.parse::<u32>().ok();
        let found = table
            .rows
            .iter()
            .find(|row| row.first() == Some(key) || number.is_some() && field(row, 2) == number);
        match found {
            Some(row) => text.push_str(&(row.join(":") + "\n")),
            None => status = 2,
        }
    }
    applet.print(text).await.max(status)
}

async fn hosts(applet: &Applet, keys: &[String]) -> u8 {
    if keys.is_empty() {
        let file = applet.sys.read_file("/etc/hosts").unwrap_or_default();
        let text: String = String::from_utf8_lossy(&file)
            .lines()
            .filter_map(|line| line.split('#').next()?.split_once(char::is_whitespace))
            .map(|(address, names)| format!("{address:<15} {}\n", names.trim()))
            .collect();
        return applet.print(text).await;
    }
    let mut status = 0;
    for key in keys {
        match applet.sys.resolve(key).await {
            Ok(addresses) if !addresses.is_empty() => {
                status = applet
                    .print(format!("{:<15} {key}\n", addresses[0].to_string()))
                    .await
                    .max(status);
            }
            _ => status = 2,
        }
    }
    status
}
