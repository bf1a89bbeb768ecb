//! `psql`, `pg_isready`, `createdb`.

use std::net::SocketAddr;

use super::super::sql::split_statements;
use super::wire::{Channel, error_text, texts};
use crate::kernel::Sys;

const SOCKET: &str = "/var/run/postgresql/.s.PGSQL.5432";

/// What the command line says.
#[derive(Debug, Default)]
struct Options {
    host: Option<String>,
    port: u16,
    user: String,
    database: String,
    commands: Vec<String>,
    file: Option<String>,
    /// `-t`: rows only.
    bare: bool,
    /// `-A`: no alignment.
    plain: bool,
    stops: bool,
}

async fn say(sys: &Sys, fd: u32, text: &str) {
    // Nobody reads it.
    let _ = sys.write(fd, text.as_bytes()).await;
}

fn options(sys: &Sys) -> Options {
    let env = |name: &str| sys.var(name);
    let mut options = Options {
        host: env("PGHOST"),
        port: env("PGPORT").and_then(|it| it.parse().ok()).unwrap_or(5432),
        user: env("PGUSER").unwrap_or_else(|| {
            if sys.uid() == 0 {
                "root".into()
            } else {
                "postgres".into()
            }
        }),
        database: env("PGDATABASE").unwrap_or_default(),
        ..Options::default()
    };
    let mut operands = Vec::new();
    let mut words = sys.args().into_iter().skip(1);
    while let Some(word) = words.next() {
        let (name, inline) = match word.strip_prefix("--") {
            Some(long) => match long.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (long.to_owned(), None),
            },
            None if word.len() > 1 && word.starts_with('-') => {
                // Flags may stand before the option that takes a value: -tAc.
                let flags = word[1..].trim_start_matches(['t', 'A', 'q', 'X', 'w', 'W']);
                let before = &word[1..word.len() - flags.len()];
                options.bare |= before.contains('t');
                options.plain |= before.contains('A');
                if flags.is_empty() {
                    continue;
                }
                let (first, rest) = flags.split_at(1);
                (
                    first.to_owned(),
                    (!rest.is_empty()).then(|| rest.to_owned()),
                )
            }
            None => {
                operands.push(word);
                continue;
            }
        };
        let mut value = || inline.clone().or_else(|| words.next()).unwrap_or_default();
        match name.as_str() {
            "h" | "host" => options.host = Some(value()),
            "p" | "port" => options.port = value().parse().unwrap_or(5432),
            "U" | "username" => options.user = value(),
            "d" | "dbname" => options.database = value(),
            "c" | "command" => options.commands.push(value()),
            "f" | "file" => options.file = Some(value()),
            "v" | "set" => options.stops |= value().starts_with("ON_ERROR_STOP"),
            "l" | "list" => options.commands.push("\\l".into()),
            "P" | "pset" => drop(value()),
            "tuples-only" => options.bare = true,
            "no-align" => options.plain = true,
            _ => {}
        }
    }
    let mut operands = operands.into_iter();
    if let Some(first) = operands.next() {
        // postgresql://user:password@host:port/database
        let url = first
            .strip_prefix("postgresql://")
            .or_else(|| first.strip_prefix("postgres://"));
        match url {
            Some(rest) => {
                let (credentials, place) = rest.rsplit_once('@').unwrap_or(("", rest));
                let (place, database) = place.split_once('/').unwrap_or((place, ""));
                let (host, port) = place.split_once(':').unwrap_or((place, "5432"));
                options.host = Some(host.to_owned());
                options.port = port.parse().unwrap_or(5432);
                database.clone_into(&mut options.database);
                let user = credentials.split(':').next().unwrap_or_default();
                if !user.is_empty() {
                    user.clone_into(&mut options.user);
                }
            }
            None => options.database = first,
        }
        if let Some(user) = operands.next() {
            options.user = user;
        }
    }
    if options.database.is_empty() {
        options.database.clone_from(&options.user);
    }
    options
}

/// Connects; what is wrong as the client words it.
async fn connect(sys: &Sys, options: &Options) -> Result<Channel, String> {
    let host = options.host.as_deref().unwrap_or("localhost");
    let address = sys
        .resolve(host)
        .await
        .ok()
        .and_then(|it| it.first().copied());
    let Some(address) = address else {
        return Err(format!(
            "could not translate host name \"{host}\" to address: Name or service not known"
        ));
    };
    let place = match &options.host {
        Some(host) => format!(
            "connection to server at \"{host}\" ({address}), port {} failed",
            options.port
        ),
        None => format!("connection to server on socket \"{SOCKET}\" failed"),
    };
    let fd = sys.connect(SocketAddr::new(address, options.port)).await.map_err(|_| match &options.host {
        Some(_) => format!("{place}: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?"),
        None => format!("{place}: No such file or directory\n\tIs the server running locally and accepting connections on that socket?"),
    })?;
    let mut channel = Channel::new(sys.clone(), fd);
    let fields = format!("user\0{}\0database\0{}\0\0", options.user, options.database);
    let mut hello = u32::try_from(fields.len() + 8)
        .unwrap_or(8)
        .to_be_bytes()
        .to_vec();
    hello.extend_from_slice(&196_608_u32.to_be_bytes());
    hello.extend_from_slice(fields.as_bytes());
    let lost = || format!("{place}: server closed the connection unexpectedly");
    channel.raw(&hello).await.map_err(|_| lost())?;
    loop {
        let (letter, body) = channel.read().await.ok_or_else(lost)?;
        match letter {
            b'R' if body == 3_u32.to_be_bytes() => {
                let password = password(sys, &options.user).await;
                if password.is_empty() {
                    return Err(format!("{place}: fe_sendauth: no password supplied"));
                }
                channel
                    .write(b'p', format!("{password}\0").as_bytes())
                    .await
                    .map_err(|_| lost())?;
            }
            b'E' => return Err(format!("{place}: {}", error_text(&body))),
            b'Z' => return Ok(channel),
            _ => {}
        }
    }
}

async fn password(sys: &Sys, user: &str) -> String {
    if let Some(password) = sys.var("PGPASSWORD") {
        return password;
    }
    if !sys.is_tty(0) {
        return String::new();
    }
    say(sys, 2, &format!("Password for user {user}: ")).await;
    if let Ok(tty) = sys.tty(0) {
        let _ = sys.set_tty(0, crate::kernel::Tty { echo: false, ..tty });
    }
    let line = sys.read(0, 4096).await.unwrap_or_default();
    if let Ok(tty) = sys.tty(0) {
        let _ = sys.set_tty(0, crate::kernel::Tty { echo: true, ..tty });
    }
    say(sys, 2, "\n").await;
    String::from_utf8_lossy(&line).trim().to_owned()
}

type Cells = Vec<Vec<Option<String>>>;

/// Rows as psql aligns them; the second of a column's name is whether it is numeric.
fn aligned(title: &str, names: &[(String, bool)], rows: &Cells, bare: bool) -> String {
    let shown = |it: &Option<String>| it.clone().unwrap_or_default();
    let widths: Vec<usize> = (0..names.len())
        .map(|at| {
            let cells = rows.iter().map(|row| shown(&row[at]).chars().count());
            cells
                .max()
                .unwrap_or(0)
                .max(if bare { 0 } else { names[at].0.chars().count() })
        })
        .collect();
    let mut text = String::new();
    if !title.is_empty() {
        let whole: usize = widths
            .iter()
            .map(|it| it + 3)
            .sum::<usize>()
            .saturating_sub(1);
        text.push_str(format!("{title:^whole$}").trim_end());
        text.push('\n');
    }
    if !bare {
        let heads: Vec<String> = names
            .iter()
            .zip(&widths)
            .map(|((name, _), width)| format!(" {name:^width$} "))
            .collect();
        text.push_str(&format!("{}\n", heads.join("|")));
        let lines: Vec<String> = widths.iter().map(|it| "-".repeat(it + 2)).collect();
        text.push_str(&format!("{}\n", lines.join("+")));
    }
    for row in rows {
        let mut cells: Vec<String> = Vec::new();
        for (at, value) in row.iter().enumerate() {
            let width = widths[at];
            let value = shown(value);
            cells.push(match (names[at].1, at + 1 == row.len()) {
                (true, _) => format!(" {value:>width$}"),
                (false, true) => format!(" {value}"),
                (false, false) => format!(" {value:<width$}"),
            });
        }
        text.push_str(&format!("{}\n", cells.join(" |")));
    }
    if !bare {
        let plural = if rows.len() == 1 { "row" } else { "rows" };
        text.push_str(&format!("({} {plural})\n", rows.len()));
    }
    text + "\n"
}

/// Sends statements, shows what comes; whether all went well.
async fn query(channel: &mut Channel, text: &str, title: &str, options: &Options) -> bool {
    let sys = channel.sys.clone();
    if channel
        .write(b'Q', format!("{text}\0").as_bytes())
        .await
        .is_err()
    {
        return false;
    }
    let mut well = true;
    let mut names: Vec<(String, bool)> = Vec::new();
    let mut rows: Cells = Vec::new();
    while let Some((letter, body)) = channel.read().await {
        match letter {
            b'T' => {
                names.clear();
                rows.clear();
                let mut rest = body.get(2..).unwrap_or_default();
                while let Some(end) = rest.iter().position(|it| *it == 0) {
                    let name = String::from_utf8_lossy(&rest[..end]).into_owned();
                    let kind = rest
                        .get(end + 7..end + 11)
                        .and_then(|it| it.try_into().ok())
                        .map_or(25, u32::from_be_bytes);
                    names.push((name, matches!(kind, 20 | 21 | 23 | 700 | 701 | 1700)));
                    rest = rest.get(end + 19..).unwrap_or_default();
                }
            }
            b'D' => {
                let mut rest = body.get(2..).unwrap_or_default();
                let mut row = Vec::new();
                while let Some(length) = rest
                    .get(..4)
                    .and_then(|it| it.try_into().ok())
                    .map(i32::from_be_bytes)
                {
                    rest = &rest[4..];
                    row.push(usize::try_from(length).ok().map(|length| {
                        let value = String::from_utf8_lossy(rest.get(..length).unwrap_or_default())
                            .into_owned();
                        rest = rest.get(length..).unwrap_or_default();
                        value
                    }));
                }
                rows.push(row);
            }
            b'C' if names.is_empty() => {
                let tag = texts(&body).into_iter().next().unwrap_or_default();
                say(&sys, 1, &format!("{tag}\n")).await;
            }
            b'C' => {
                let shown = if options.plain {
                    let line = |row: &Vec<Option<String>>| {
                        row.iter()
                            .map(|it| it.clone().unwrap_or_default())
                            .collect::<Vec<_>>()
                            .join("|")
                            + "\n"
                    };
                    let head = if options.bare {
                        String::new()
                    } else {
                        names
                            .iter()
                            .map(|it| it.0.clone())
                            .collect::<Vec<_>>()
                            .join("|")
                            + "\n"
                    };
                    let foot = if options.bare {
                        String::new()
                    } else {
                        format!("({} rows)\n", rows.len())
                    };
                    head + &rows.iter().map(line).collect::<String>() + &foot
                } else {
                    aligned(title, &names, &rows, options.bare)
                };
                say(&sys, 1, &shown).await;
                let tag = texts(&body).into_iter().next().unwrap_or_default();
                if tag.starts_with("INSERT") {
                    say(&sys, 1, &format!("{tag}\n")).await;
                }
                names.clear();
            }
            b'E' => {
                let place = options
                    .file
                    .as_ref()
                    .map_or_else(String::new, |file| format!("psql:{file}:1: "));
                say(&sys, 2, &format!("{place}{}\n", error_text(&body))).await;
                well = false;
            }
            b'Z' => return well,
            _ => {}
        }
    }
    say(&sys, 2, "server closed the connection unexpectedly\n").await;
    false
}

/// A command that begins with `\`; `None` when it ends the program.
async fn backslash(channel: &mut Channel, command: &str, options: &mut Options) -> Option<bool> {
    let sys = channel.sys.clone();
    let mut words = command.split_whitespace();
    let word = words.next().unwrap_or_default();
    let of = words.next().unwrap_or_default().trim_end_matches(';');
    let text = match word {
        "\\q" => return None,
        "\\l" => "SELECT datname AS \"Name\" FROM pg_database ORDER BY 1".to_owned(),
        "\\dt" | "\\d" if of.is_empty() => "SELECT table_schema AS \"Schema\", table_name AS \"Name\", 'table' AS \"Type\" FROM information_schema.tables ORDER BY 2".to_owned(),
        "\\d" => format!("SHOW COLUMNS FROM {of}"),
        "\\du" => "SELECT rolname AS \"Role name\" FROM pg_roles".to_owned(),
        "\\conninfo" => {
            say(&sys, 1, &format!("You are connected to database \"{}\" as user \"{}\" via socket in \"/var/run/postgresql\" at port \"5432\".\n", options.database, options.user)).await;
            return Some(true);
        }
        "\\c" | "\\connect" => {
            let before = std::mem::replace(&mut options.database, of.to_owned());
            match connect(&sys, options).await {
                Ok(other) => {
                    *channel = other;
                    say(&sys, 1, &format!("You are now connected to database \"{of}\" as user \"{}\".\n", options.user)).await;
                    return Some(true);
                }
                Err(problem) => {
                    options.database = before;
                    say(&sys, 2, &format!("{problem}\nPrevious connection kept\n")).await;
                    return Some(false);
                }
            }
        }
        other => {
            say(&sys, 2, &format!("psql: non simulé\u{a0}: la commande {other}\n")).await;
            return Some(false);
        }
    };
    let title = match word {
        "\\l" => "List of databases".to_owned(),
        "\\du" => "List of roles".to_owned(),
        "\\d" if !of.is_empty() => format!("Table \"public.{of}\""),
        _ => "List of relations".to_owned(),
    };
    Some(query(channel, &text, &title, options).await)
}

/// Runs one command or several statements.
async fn run(channel: &mut Channel, text: &str, options: &mut Options) -> Option<bool> {
    if text.trim_start().starts_with('\\') {
        return backslash(channel, text.trim(), options).await;
    }
    Some(query(channel, text, "", options).await)
}

/// `psql [-h HOST] [-p PORT] [-U USER] [-d DATABASE] [-c COMMAND] [-f FILE] [-tA] [DATABASE [USER]]`
pub(in super::super) async fn psql(sys: Sys) -> u8 {
    let version = super::version(&sys);
    if sys.args().iter().any(|it| it == "--version" || it == "-V") {
        say(&sys, 1, &format!("psql (PostgreSQL) {version}\n")).await;
        return 0;
    }
    let mut options = options(&sys);
    let mut channel = match connect(&sys, &options).await {
        Ok(channel) => channel,
        Err(problem) => {
            say(&sys, 2, &format!("psql: error: {problem}\n")).await;
            return 2;
        }
    };
    if !options.commands.is_empty() {
        let mut status = 0;
        for command in options.commands.clone() {
            match run(&mut channel, &command, &mut options).await {
                Some(true) => status = 0,
                Some(false) => status = 1,
                None => return 0,
            }
        }
        return status;
    }
    let source = match &options.file {
        Some(path) => match sys.read_file(path) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => {
                say(&sys, 2, &format!("psql: error: {path}: {error}\n")).await;
                return 1;
            }
        },
        None if !sys.is_tty(0) => {
            let mut all = Vec::new();
            while let Ok(chunk) = sys.read(0, 1 << 16).await {
                if chunk.is_empty() {
                    break;
                }
                all.extend_from_slice(&chunk);
            }
            Some(String::from_utf8_lossy(&all).into_owned())
        }
        None => None,
    };
    if let Some(source) = source {
        for statement in split_statements(&source).iter().filter(|it| !it.is_empty()) {
            match run(&mut channel, statement, &mut options).await {
                Some(false) if options.stops => return 3,
                None => return 0,
                _ => {}
            }
        }
        return 0;
    }
    say(
        &sys,
        1,
        &format!("psql ({version} (Debian {version}-1.pgdg120+1))\nType \"help\" for help.\n\n"),
    )
    .await;
    let mut held = String::new();
    loop {
        let mark = if held.is_empty() { "=#" } else { "-#" };
        say(&sys, 1, &format!("{}{mark} ", options.database)).await;
        let line = sys.read(0, 1 << 16).await.unwrap_or_default();
        if line.is_empty() {
            say(&sys, 1, "\\q\n").await;
            return 0;
        }
        held.push_str(&String::from_utf8_lossy(&line));
        let text = held.trim().to_owned();
        if matches!(text.as_str(), "exit" | "quit") {
            return 0;
        }
        if text.is_empty() {
            held.clear();
        } else if text.starts_with('\\') || text.ends_with(';') {
            held.clear();
            if run(&mut channel, &text, &mut options).await.is_none() {
                return 0;
            }
        }
    }
}

/// `pg_isready [-h HOST] [-p PORT] [-U USER]`
pub(in super::super) async fn isready(sys: Sys) -> u8 {
    let options = options(&sys);
    let place = match &options.host {
        Some(host) => format!("{host}:{}", options.port),
        None => format!("/var/run/postgresql:{}", options.port),
    };
    let host = options.host.as_deref().unwrap_or("localhost");
    let address = sys
        .resolve(host)
        .await
        .ok()
        .and_then(|it| it.first().copied());
    let open = match address {
        Some(address) => sys
            .connect(SocketAddr::new(address, options.port))
            .await
            .is_ok(),
        None => false,
    };
    let (text, status) = if open {
        ("accepting connections", 0)
    } else {
        ("no response", 2)
    };
    say(&sys, 1, &format!("{place} - {text}\n")).await;
    status
}

/// `createdb`, `dropdb`, `createuser`: a name, or that of the user.
pub(in super::super) async fn createdb(sys: Sys) -> u8 {
    let name = sys
        .args()
        .first()
        .map(|it| it.rsplit('/').next().unwrap_or(it).to_owned())
        .unwrap_or_default();
    let mut options = options(&sys);
    let wanted = std::mem::replace(&mut options.database, "postgres".into());
    let text = match name.as_str() {
        "createdb" => format!("CREATE DATABASE \"{wanted}\""),
        "dropdb" => format!("DROP DATABASE \"{wanted}\""),
        _ => format!("CREATE ROLE \"{wanted}\""),
    };
    match connect(&sys, &options).await {
        Ok(mut channel) => {
            // Says nothing when it goes well.
            let quiet = channel
                .write(b'Q', format!("{text}\0").as_bytes())
                .await
                .is_ok();
            while let Some((letter, body)) = channel.read().await {
                match letter {
                    b'E' => {
                        say(&sys, 2, &format!("{name}: error: {}\n", error_text(&body))).await;
                        return 1;
                    }
                    b'Z' => break,
                    _ => {}
                }
            }
            u8::from(!quiet)
        }
        Err(problem) => {
            say(&sys, 2, &format!("{name}: error: {problem}\n")).await;
            1
        }
    }
}
