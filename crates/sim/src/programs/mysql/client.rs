//! `mysql` and `mysqladmin`.

use std::net::SocketAddr;

use super::super::sql::split_statements;
use super::packet::{Channel, Reader, scramble};
use crate::kernel::Sys;

const WARNING: &str = "[Warning] Using a password on the command line interface can be insecure.\n";
const SOCKET: &str = "/var/run/mysqld/mysqld.sock";

/// What the command line says.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one for each flag of the command line"
)]
pub(super) struct Options {
    host: Option<String>,
    port: u16,
    user: String,
    password: String,
    asks: bool,
    execute: Vec<String>,
    bare: bool,
    table: bool,
    silent: bool,
    pub(super) databases: bool,
    pub(super) operands: Vec<String>,
}

/// What a query answered.
pub(super) enum Reply {
    Done(u64),
    Rows(Vec<(String, bool)>, Vec<Vec<Option<String>>>),
    /// `ERROR 1045 (28000): …`
    Error(String),
}

pub(super) async fn say(sys: &Sys, fd: u32, text: &str) {
    // Nobody reads it.
    let _ = sys.write(fd, text.as_bytes()).await;
}

pub(super) async fn options(sys: &Sys, program: &str) -> Options {
    let mut options = Options {
        port: 3306,
        user: if sys.uid() == 0 {
            "root".into()
        } else {
            "mysql".into()
        },
        password: sys.var("MYSQL_PWD").unwrap_or_default(),
        ..Options::default()
    };
    let mut warned = false;
    let mut words = sys.args().into_iter().skip(1);
    while let Some(word) = words.next() {
        let (name, inline) = if let Some(long) = word.strip_prefix("--") {
            match long.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (long.to_owned(), None),
            }
        } else if word.len() > 1 && word.starts_with('-') {
            let name = word[1..]
                .chars()
                .next()
                .map(String::from)
                .unwrap_or_default();
            let rest = &word[1 + name.len()..];
            (name, (!rest.is_empty()).then(|| rest.to_owned()))
        } else {
            options.operands.push(word);
            continue;
        };
        match name.as_str() {
            "p" | "password" => match inline {
                Some(password) => {
                    options.password = password;
                    warned = true;
                }
                None => options.asks = true,
            },
            "u" | "user" => options.user = inline.or_else(|| words.next()).unwrap_or_default(),
            "h" | "host" => options.host = inline.or_else(|| words.next()),
            "P" | "port" => {
                options.port = inline
                    .or_else(|| words.next())
                    .and_then(|it| it.parse().ok())
                    .unwrap_or(3306);
            }
            "e" | "execute" => options.execute.extend(inline.or_else(|| words.next())),
            "D" | "database" => options.operands.extend(inline.or_else(|| words.next())),
            "N" | "skip-column-names" => options.bare = true,
            "t" | "table" => options.table = true,
            "s" | "silent" => options.silent = true,
            "databases" | "B" if program == "mysqldump" => options.databases = true,
            _ => {}
        }
    }
    if warned && !options.password.is_empty() {
        say(sys, 2, &format!("{program}: {WARNING}")).await;
    }
    if options.asks {
        say(sys, 2, "Enter password: ").await;
        if let Ok(tty) = sys.tty(0) {
            // A pipe has nothing to hide.
            let _ = sys.set_tty(0, crate::kernel::Tty { echo: false, ..tty });
        }
        let line = sys.read(0, 4096).await.unwrap_or_default();
        options.password = String::from_utf8_lossy(&line).trim().to_owned();
        if let Ok(tty) = sys.tty(0) {
            let _ = sys.set_tty(0, crate::kernel::Tty { echo: true, ..tty });
        }
        say(sys, 2, "\n").await;
    }
    options
}

/// Connects; what is wrong as the client words it.
pub(super) async fn connect(
    sys: &Sys,
    options: &Options,
    database: Option<&str>,
) -> Result<Channel, String> {
    let host = options.host.as_deref().unwrap_or("localhost");
    let address = sys
        .resolve(host)
        .await
        .ok()
        .and_then(|it| it.first().copied());
    let Some(address) = address else {
        return Err(format!(
            "ERROR 2005 (HY000): Unknown MySQL server host '{host}' (-2)"
        ));
    };
    let fd = sys.connect(SocketAddr::new(address, options.port)).await.map_err(|_| {
        if host == "localhost" {
            format!("ERROR 2002 (HY000): Can't connect to local MySQL server through socket '{SOCKET}' (2)")
        } else {
            format!("ERROR 2003 (HY000): Can't connect to MySQL server on '{host}:{}' (111)", options.port)
        }
    })?;
    let mut channel = Channel::new(sys.clone(), fd);
    let lost = || {
        "ERROR 2013 (HY000): Lost connection to MySQL server at 'reading initial communication packet', system error: 0".to_owned()
    };
    let greeting = channel.read().await.ok_or_else(lost)?;
    let mut reader = Reader(greeting.get(1..).unwrap_or_default());
    reader.until_zero();
    reader.bytes(4);
    let mut challenge = reader.bytes(8).to_vec();
    reader.bytes(19);
    challenge.extend_from_slice(reader.bytes(12));
    let mut packet = Vec::new();
    // CONNECT_WITH_DB when there is one, PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH.
    let flags: u32 = 0x0008_8201 | if database.is_some() { 8 } else { 0 };
    packet.extend_from_slice(&flags.to_le_bytes());
    packet.extend_from_slice(&(1_u32 << 24).to_le_bytes());
    packet.push(255);
    packet.extend_from_slice(&[0; 23]);
    packet.extend_from_slice(options.user.as_bytes());
    packet.push(0);
    let answer = scramble(&options.password, &challenge);
    packet.push(u8::try_from(answer.len()).unwrap_or(0));
    packet.extend_from_slice(&answer);
    if let Some(database) = database {
        packet.extend_from_slice(database.as_bytes());
        packet.push(0);
    }
    packet.extend_from_slice(b"mysql_native_password\0");
    channel.write(&packet).await.map_err(|_| lost())?;
    let verdict = channel.read().await.ok_or_else(lost)?;
    match problem(&verdict) {
        Some(problem) => Err(problem),
        None => Ok(channel),
    }
}

/// The error that a packet is.
fn problem(packet: &[u8]) -> Option<String> {
    let rest = packet.strip_prefix(&[0xff])?;
    let mut reader = Reader(rest);
    let code = reader.number(2);
    reader.bytes(1);
    let state = String::from_utf8_lossy(reader.bytes(5)).into_owned();
    Some(format!(
        "ERROR {code} ({state}): {}",
        String::from_utf8_lossy(reader.0)
    ))
}

pub(super) async fn query(channel: &mut Channel, text: &str) -> Reply {
    let lost =
        || Reply::Error("ERROR 2013 (HY000): Lost connection to MySQL server during query".into());
    channel.restart();
    let mut packet = vec![3];
    packet.extend_from_slice(text.as_bytes());
    if channel.write(&packet).await.is_err() {
        return lost();
    }
    let Some(first) = channel.read().await else {
        return lost();
    };
    if let Some(problem) = problem(&first) {
        return Reply::Error(problem);
    }
    let mut reader = Reader(&first);
    let count = reader.length().unwrap_or(0);
    if count == 0 {
        return Reply::Done(reader.length().unwrap_or(0) as u64);
    }
    let mut names = Vec::new();
    for _ in 0..count {
        let Some(packet) = channel.read().await else {
            return lost();
        };
        let mut reader = Reader(&packet);
        let texts: Vec<String> = (0..6).filter_map(|_| reader.text()).collect();
        reader.bytes(7);
        let numeric = reader.number(1) == 8;
        names.push((texts.get(4).cloned().unwrap_or_default(), numeric));
    }
    channel.read().await;
    let mut rows = Vec::new();
    loop {
        let Some(packet) = channel.read().await else {
            return lost();
        };
        if packet.first() == Some(&0xfe) && packet.len() < 9 {
            return Reply::Rows(names, rows);
        }
        let mut reader = Reader(&packet);
        rows.push((0..count).map(|_| reader.text()).collect());
    }
}

/// Rows with a frame.
fn framed(names: &[(String, bool)], rows: &[Vec<Option<String>>]) -> String {
    let shown = |it: &Option<String>| it.clone().unwrap_or_else(|| "NULL".into());
    let widths: Vec<usize> = (0..names.len())
        .map(|at| {
            let cells = rows.iter().map(|row| shown(&row[at]).chars().count());
            cells.max().unwrap_or(0).max(names[at].0.chars().count())
        })
        .collect();
    let line: String = widths
        .iter()
        .map(|it| format!("+{}", "-".repeat(it + 2)))
        .collect::<String>()
        + "+\n";
    let cell = |text: &str, width: usize, right: bool| {
        let blank = " ".repeat(width.saturating_sub(text.chars().count()));
        if right {
            format!("| {blank}{text} ")
        } else {
            format!("| {text}{blank} ")
        }
    };
    let mut text = line.clone();
    for (at, (name, _)) in names.iter().enumerate() {
        text.push_str(&cell(name, widths[at], false));
    }
    text.push_str("|\n");
    text.push_str(&line);
    for row in rows {
        for (at, value) in row.iter().enumerate() {
            text.push_str(&cell(&shown(value), widths[at], names[at].1));
        }
        text.push_str("|\n");
    }
    text + &line
}

/// Rows with tabulations.
fn plain(names: &[(String, bool)], rows: &[Vec<Option<String>>], bare: bool) -> String {
    let mut text = String::new();
    if !bare {
        let names: Vec<&str> = names.iter().map(|it| it.0.as_str()).collect();
        text.push_str(&names.join("\t"));
        text.push('\n');
    }
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|it| {
                it.as_ref().map_or_else(
                    || "NULL".into(),
                    |it| it.replace('\n', "\\n").replace('\t', "\\t"),
                )
            })
            .collect();
        text.push_str(&cells.join("\t"));
        text.push('\n');
    }
    text
}

/// `mysql [-u USER] [-pPASSWORD] [-h HOST] [-P PORT] [-e SQL] [-N] [-t] [DATABASE]`
pub(in super::super) async fn shell(sys: Sys) -> u8 {
    let args = sys.args();
    let version = super::version(&sys);
    if args.iter().any(|it| it == "--version" || it == "-V") {
        say(
            &sys,
            1,
            &format!("mysql  Ver {version} for Linux on x86_64 (MySQL Community Server - GPL)\n"),
        )
        .await;
        return 0;
    }
    let options = options(&sys, "mysql").await;
    let mut channel =
        match connect(&sys, &options, options.operands.first().map(String::as_str)).await {
            Ok(channel) => channel,
            Err(problem) => {
                say(&sys, 2, &format!("{problem}\n")).await;
                return 1;
            }
        };
    let interactive = options.execute.is_empty() && sys.is_tty(0);
    let framed_too = options.table || sys.is_tty(1);
    if !options.execute.is_empty() {
        let text = options.execute.join(";");
        return script(&sys, &mut channel, &text, &options, framed_too, false).await;
    }
    if !interactive {
        let mut text = Vec::new();
        while let Ok(chunk) = sys.read(0, 1 << 16).await {
            if chunk.is_empty() {
                break;
            }
            text.extend_from_slice(&chunk);
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        return script(&sys, &mut channel, &text, &options, options.table, false).await;
    }
    say(&sys, 1, &format!("Welcome to the MySQL monitor.  Commands end with ; or \\g.\nYour MySQL connection id is 8\nServer version: {version} MySQL Community Server - GPL\n\nType 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.\n\n")).await;
    let mut held = String::new();
    loop {
        say(
            &sys,
            1,
            if held.is_empty() {
                "mysql> "
            } else {
                "    -> "
            },
        )
        .await;
        let line = sys.read(0, 1 << 16).await.unwrap_or_default();
        if line.is_empty() {
            say(&sys, 1, "Bye\n").await;
            return 0;
        }
        held.push_str(&String::from_utf8_lossy(&line));
        let text = held.trim().replace("\\g", ";");
        if matches!(
            text.trim_end_matches(';').to_lowercase().as_str(),
            "exit" | "quit" | "\\q"
        ) {
            say(&sys, 1, "Bye\n").await;
            return 0;
        }
        if text.is_empty() || text.ends_with("\\c") {
            held.clear();
        } else if text.ends_with(';') || text.to_lowercase().starts_with("use ") {
            held.clear();
            script(&sys, &mut channel, &text, &options, true, true).await;
        }
    }
}

/// Runs statements; stops at the first error unless someone types them.
async fn script(
    sys: &Sys,
    channel: &mut Channel,
    text: &str,
    options: &Options,
    table: bool,
    typed: bool,
) -> u8 {
    let mut status = 0;
    for statement in split_statements(text).iter().filter(|it| !it.is_empty()) {
        let statement = statement.trim_end_matches("\\G").trim();
        match query(channel, statement).await {
            Reply::Error(problem) => {
                let place = if typed || !options.execute.is_empty() {
                    String::new()
                } else {
                    " at line 1".into()
                };
                let (head, rest) = problem.split_once(':').unwrap_or((&problem, ""));
                let shown = if typed {
                    problem.clone()
                } else {
                    format!("{head}{place}:{rest}")
                };
                say(sys, 2, &format!("{shown}\n")).await;
                if !typed {
                    return 1;
                }
                status = 1;
            }
            Reply::Done(affected) if typed => {
                let uses = statement.to_lowercase().starts_with("use ");
                let rows = if affected == 1 { "row" } else { "rows" };
                let text = if uses {
                    "Database changed\n".to_owned()
                } else {
                    format!("Query OK, {affected} {rows} affected (0.01 sec)\n\n")
                };
                say(sys, 1, &text).await;
            }
            Reply::Done(_) => {}
            Reply::Rows(_, rows) if rows.is_empty() => {
                if typed {
                    say(sys, 1, "Empty set (0.00 sec)\n\n").await;
                }
            }
            Reply::Rows(names, rows) => {
                let mut text = if table {
                    framed(&names, &rows)
                } else {
                    plain(&names, &rows, options.bare || options.silent)
                };
                if typed {
                    let plural = if rows.len() == 1 { "row" } else { "rows" };
                    text.push_str(&format!("{} {plural} in set (0.00 sec)\n\n", rows.len()));
                }
                say(sys, 1, &text).await;
            }
        }
    }
    status
}

/// `mysqladmin [-u USER] [-pPASSWORD] [-h HOST] ping|shutdown|status|version|create DB|drop DB`
pub(in super::super) async fn admin(sys: Sys) -> u8 {
    let options = options(&sys, "mysqladmin").await;
    let command = options.operands.first().map_or("", String::as_str);
    if command.is_empty() {
        say(&sys, 1, "mysqladmin  Ver 8.0 for Linux on x86_64 (MySQL Community Server - GPL)\nUsage: mysqladmin [OPTIONS] command command....\n").await;
        return 1;
    }
    let connected = connect(&sys, &options, None).await;
    let mut channel = match connected {
        Ok(channel) => channel,
        // The server answered: it is alive.
        Err(problem) if command == "ping" && problem.starts_with("ERROR 1045") => {
            if !options.silent {
                say(&sys, 1, "mysqld is alive\n").await;
            }
            return 0;
        }
        Err(problem) => {
            let host = options.host.as_deref().unwrap_or("localhost");
            let text = problem.split_once(": ").map_or(problem.as_str(), |it| it.1);
            let mut shown =
                format!("\u{7}mysqladmin: connect to server at '{host}' failed\nerror: '{text}'\n");
            if text.starts_with("Can't connect to local") {
                shown.push_str(&format!(
                    "Check that mysqld is running and that the socket: '{SOCKET}' exists!\n"
                ));
            }
            if !options.silent {
                say(&sys, 2, &shown).await;
            }
            return 1;
        }
    };
    let done = match command {
        "ping" => {
            if !options.silent {
                say(&sys, 1, "mysqld is alive\n").await;
            }
            return 0;
        }
        "shutdown" => {
            channel.restart();
            if channel.write(&[8]).await.is_ok() {
                channel.read().await;
            }
            // It is down when nobody answers any more.
            for _ in 0..100 {
                if connect(&sys, &options, None).await.is_err() {
                    break;
                }
                sys.sleep(std::time::Duration::from_millis(20)).await;
            }
            return 0;
        }
        "status" => {
            say(&sys, 1, "Uptime: 10  Threads: 2  Questions: 5  Slow queries: 0  Opens: 119  Flush tables: 3  Open tables: 38  Queries per second avg: 0.500\n").await;
            return 0;
        }
        "version" => query(&mut channel, "SELECT VERSION()").await,
        "create" | "drop" => {
            let name = options.operands.get(1).cloned().unwrap_or_default();
            query(&mut channel, &format!("{command} DATABASE `{name}`")).await
        }
        other => Reply::Error(format!("mysqladmin: Unknown command: '{other}'")),
    };
    match done {
        Reply::Error(problem) => {
            say(&sys, 2, &format!("{problem}\n")).await;
            1
        }
        Reply::Rows(_, rows) => {
            let text = rows
                .into_iter()
                .flatten()
                .flatten()
                .collect::<Vec<_>>()
                .join("\n");
            say(&sys, 1, &format!("Server version\t\t{text}\n")).await;
            0
        }
        Reply::Done(_) => 0,
    }
}
