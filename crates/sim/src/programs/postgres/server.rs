//! `postgres`, `initdb`, `pg_ctl`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use super::super::applet::Applet;
use super::super::mysql::check_of;
use super::super::serving::{accept_all, idle_child};
use super::super::sql::{Answer, Dialect, Server, Session, SqlError, Value, run, split_statements};
use super::wire::{Channel, error_body, message, texts};
use crate::kernel::{Errno, Fd, ForkOptions, Pid, Signal, Sys};

/// Says where the server listens, for its clients, and that it runs.
const PID_FILE: &str = "postmaster.pid";
/// What is asked of a client whose password is needed: `SSLRequest` and `GSSENCRequest` codes.
const NO_THANKS: [u32; 2] = [80_877_103, 80_877_104];

/// What connections share.
#[derive(Clone)]
struct Shared {
    data: Arc<Mutex<Server>>,
    trusts: bool,
}

impl Shared {
    fn data(&self) -> MutexGuard<'_, Server> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn log(sys: &Sys, level: &str, text: &str) {
    let now = sys.now();
    let millis = now
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .subsec_millis();
    let time = super::super::date::format(now, "%Y-%m-%d %H:%M:%S");
    let line = format!(
        "{time}.{millis:03} UTC [{}] {level}:  {text}\n",
        sys.pid().0
    );
    // A log that nobody reads is no reason to stop serving.
    let _ = sys.write(2, line.as_bytes()).await;
}

/// `initdb --username=NAME [--pwfile=PASSWORD]`
pub(in super::super) async fn initdb(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let sys = applet.sys.clone();
    let value = |name: &str| {
        let found = applet.args.iter().find_map(|it| it.strip_prefix(name));
        found.unwrap_or_default().to_owned()
    };
    let (user, password) = (value("--username="), value("--pwfile="));
    let user = if user.is_empty() {
        "postgres".to_owned()
    } else {
        user
    };
    let folder = super::folder(&sys);
    let text = format!(
        "The files belonging to this database system will be owned by user \"postgres\".\nThis user must also own the server process.\n\nThe database cluster will be initialized with locale \"en_US.utf8\".\nThe default database encoding has accordingly been set to \"UTF8\".\nThe default text search configuration will be set to \"english\".\n\nData page checksums are disabled.\n\nfixing permissions on existing directory {folder} ... ok\ncreating subdirectories ... ok\nselecting dynamic shared memory implementation ... posix\nselecting default max_connections ... 100\nselecting default shared_buffers ... 128MB\nselecting default time zone ... Etc/UTC\ncreating configuration files ... ok\n"
    );
    applet.print(text).await;
    sys.set_cpu(0.8);
    sys.sleep(Duration::from_millis(400)).await;
    let mut data = Server::new(
        sys.clone(),
        Dialect::Postgres,
        &super::version(&sys),
        &folder,
    );
    if let Err(problem) = make_cluster(&sys, &mut data, &folder, &user, &password) {
        return applet
            .fail(format!("error: could not create the cluster: {problem}"))
            .await;
    }
    applet.print("running bootstrap script ... ok\nperforming post-bootstrap initialization ... ok\nsyncing data to disk ... ok\n\n\nSuccess. You can now start the database server using:\n\n").await;
    let warning = "initdb: warning: enabling \"trust\" authentication for local connections\ninitdb: hint: You can change this by editing pg_hba.conf or using the option -A, or --auth-local and --auth-host, the next time you run initdb.\n";
    // Told after the rest, as the image shows it.
    let _ = sys.write(2, warning.as_bytes()).await;
    applet
        .print(format!("    pg_ctl -D {folder} -l logfile start\n\n"))
        .await
}

fn make_cluster(
    sys: &Sys,
    data: &mut Server,
    folder: &str,
    user: &str,
    password: &str,
) -> Result<(), String> {
    for name in ["", "/base", "/global", "/pg_wal", "/pg_tblspc"] {
        match sys.mkdir(&format!("{folder}{name}"), 0o700) {
            Ok(()) => {}
            Err(Errno::EEXIST) if name.is_empty() => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    for (name, text) in [
        ("PG_VERSION", "16\n"),
        ("postgresql.conf", "listen_addresses = '*'\n"),
        (
            "pg_hba.conf",
            "local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all all scram-sha-256\n",
        ),
    ] {
        sys.write_file(&format!("{folder}/{name}"), text.as_bytes())
            .map_err(|error| error.to_string())?;
    }
    data.make_database("postgres")
        .map_err(|error| error.message)?;
    data.set_user(user, "%", check_of(password));
    data.save_users().map_err(|error| error.message)
}

/// `pg_ctl [-D DIR] [-o OPTIONS] [-w] [-m MODE] start | stop | status`
pub(in super::super) async fn ctl(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let sys = applet.sys.clone();
    let folder = super::folder(&sys);
    let pid_file = format!("{folder}/{PID_FILE}");
    let running = || {
        let bytes = sys.read_file(&pid_file).ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        text.lines().next()?.parse::<u32>().ok().map(Pid)
    };
    match applet.args.last().map(String::as_str) {
        Some("start") => {
            let private = applet
                .args
                .iter()
                .any(|it| it.contains("listen_addresses=''"));
            applet.print("waiting for server to start....").await;
            let group = ForkOptions {
                group: Some(None),
                ..ForkOptions::default()
            };
            if let Err(error) = sys.fork(group, move |sys| Box::pin(serve(sys, private))) {
                return applet
                    .fail(format!("could not start server: {error}"))
                    .await;
            }
            for _ in 0..200 {
                if running().is_some() {
                    return applet.print(" done\nserver started\n").await;
                }
                sys.sleep(Duration::from_millis(20)).await;
            }
            applet.print(" stopped waiting\n").await;
            1
        }
        Some("stop") => {
            let Some(pid) = running() else {
                return applet
                    .fail(format!(
                        "PID file \"{pid_file}\" does not exist\nIs server running?"
                    ))
                    .await;
            };
            // It may be ending already.
            let _ = sys.kill(pid, Signal::INT);
            applet.print("waiting for server to shut down....").await;
            while running().is_some() {
                sys.sleep(Duration::from_millis(20)).await;
            }
            applet.print(" done\nserver stopped\n").await
        }
        _ => {
            let Some(pid) = running() else {
                applet.print("pg_ctl: no server running\n").await;
                return 3;
            };
            let text = format!("pg_ctl: server is running (PID: {})\n", pid.0);
            applet.print(text).await
        }
    }
}

/// `postgres`
pub(in super::super) async fn main(sys: Sys) -> u8 {
    if sys.args().iter().any(|it| it == "--version" || it == "-V") {
        let text = format!("postgres (PostgreSQL) {}\n", super::version(&sys));
        return u8::from(sys.write(1, text.as_bytes()).await.is_err());
    }
    if sys
        .read_file(&format!("{}/PG_VERSION", super::folder(&sys)))
        .is_err()
    {
        let text = format!(
            "postgres: could not access directory \"{}\": No such file or directory\nRun initdb or pg_basebackup to initialize a PostgreSQL data directory.\n",
            super::folder(&sys)
        );
        let _ = sys.write(2, text.as_bytes()).await;
        return 2;
    }
    serve(sys, false).await
}

async fn serve(sys: Sys, private: bool) -> u8 {
    let (folder, version) = (super::folder(&sys), super::version(&sys));
    let address = if private {
        Ipv4Addr::LOCALHOST
    } else {
        Ipv4Addr::UNSPECIFIED
    };
    sys.set_title(&["postgres".to_owned()]);
    sys.set_memory(26 << 20);
    let banner = format!(
        "starting PostgreSQL {version} (Debian {version}-1.pgdg120+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit"
    );
    log(&sys, "LOG", &banner).await;
    let listener = match sys.listen(IpAddr::V4(address), 5432) {
        Ok(fd) => fd,
        Err(error) => {
            log(
                &sys,
                "LOG",
                &format!("could not bind IPv4 address \"0.0.0.0\": {error}"),
            )
            .await;
            log(&sys, "FATAL", "could not create any TCP/IP sockets").await;
            return 1;
        }
    };
    if !private {
        log(
            &sys,
            "LOG",
            "listening on IPv4 address \"0.0.0.0\", port 5432",
        )
        .await;
        log(&sys, "LOG", "listening on IPv6 address \"::\", port 5432").await;
    }
    log(
        &sys,
        "LOG",
        "listening on Unix socket \"/var/run/postgresql/.s.PGSQL.5432\"",
    )
    .await;
    let mut data = Server::new(sys.clone(), Dialect::Postgres, &version, &folder);
    data.load();
    let shared = Shared {
        data: Arc::new(Mutex::new(data)),
        trusts: private
            || sys
                .var("POSTGRES_HOST_AUTH_METHOD")
                .is_some_and(|it| it == "trust"),
    };
    for signal in [Signal::TERM, Signal::INT, Signal::QUIT] {
        sys.catch(signal);
    }
    let time = super::super::date::format(sys.now(), "%Y-%m-%d %H:%M:%S UTC");
    log(
        &sys,
        "LOG",
        &format!("database system was shut down at {time}"),
    )
    .await;
    let children: Vec<Pid> = [
        "checkpointer ",
        "background writer ",
        "walwriter ",
        "autovacuum launcher ",
        "logical replication launcher ",
    ]
    .iter()
    .filter_map(|it| idle_child(&sys, &format!("postgres: {it}"), 4 << 20))
    .collect();
    log(
        &sys,
        "LOG",
        "database system is ready to accept connections",
    )
    .await;
    let pid_file = format!("{folder}/{PID_FILE}");
    // Without the file, pg_ctl finds no server.
    let _ = sys.write_file(&pid_file, format!("{}\n", sys.pid().0).as_bytes());
    tokio::select! {
        status = accept_all(sys.clone(), listener, move |sys, fd, from| talk(sys, fd, from, shared.clone())) => return status,
        signal = sys.next_signal() => {
            let kind = match signal {
                Signal::TERM => "smart",
                Signal::INT => "fast",
                _ => "immediate",
            };
            log(&sys, "LOG", &format!("received {kind} shutdown request")).await;
        }
    }
    log(&sys, "LOG", "aborting any active transactions").await;
    for child in children {
        // It may have been told by its group already.
        let _ = sys.kill(child, Signal::TERM);
        let _ = sys.wait(Some(child)).await;
    }
    log(&sys, "LOG", "shutting down").await;
    log(&sys, "LOG", "database system is shut down").await;
    let _ = sys.unlink(&pid_file);
    0
}

/// Who calls, once trusted; the refusal has been said.
async fn admit(channel: &mut Channel, shared: &Shared, from: SocketAddr) -> Option<Session> {
    let fields = loop {
        let first = channel.first().await?;
        let code = u32::from_be_bytes(first.get(..4)?.try_into().ok()?);
        if NO_THANKS.contains(&code) {
            channel.raw(b"N").await.ok()?;
            continue;
        }
        break texts(&first[4..]);
    };
    let field = |name: &str| {
        let mut pairs = fields.chunks_exact(2);
        pairs.find(|it| it[0] == name).map(|it| it[1].clone())
    };
    let user = field("user").unwrap_or_default();
    let database = field("database").unwrap_or_else(|| user.clone());
    let check = shared.data().user(&user, false).cloned();
    let mut refusal = None;
    if !from.ip().is_loopback() && !shared.trusts {
        channel.write(b'R', &3_u32.to_be_bytes()).await.ok()?;
        let (_, password) = channel.read().await?;
        let given = texts(&password).into_iter().next().unwrap_or_default();
        if check.as_deref() != Some(check_of(&given).as_str()) {
            refusal = Some((
                "28P01",
                format!("password authentication failed for user \"{user}\""),
            ));
        }
    } else if check.is_none() {
        refusal = Some(("28000", format!("role \"{user}\" does not exist")));
    }
    if refusal.is_none() && !shared.data().has_database(&database) {
        refusal = Some(("3D000", format!("database \"{database}\" does not exist")));
    }
    if let Some((state, text)) = refusal {
        log(&channel.sys, "FATAL", &text).await;
        channel
            .write(b'E', &error_body("FATAL", state, &text))
            .await
            .ok()?;
        return None;
    }
    let mut hello = message(b'R', &0_u32.to_be_bytes());
    let version = super::version(&channel.sys);
    for (name, value) in [
        ("server_version", version.as_str()),
        ("server_encoding", "UTF8"),
        ("client_encoding", "UTF8"),
        ("DateStyle", "ISO, MDY"),
        ("standard_conforming_strings", "on"),
        ("TimeZone", "Etc/UTC"),
        ("integer_datetimes", "on"),
    ] {
        hello.extend(message(b'S', format!("{name}\0{value}\0").as_bytes()));
    }
    hello.extend(message(b'K', &[0, 0, 0, 99, 0, 0, 0, 1]));
    hello.extend(message(b'Z', b"I"));
    channel.raw(&hello).await.ok()?;
    Some(Session::new(user, Some(database)))
}

async fn talk(sys: Sys, fd: Fd, from: SocketAddr, shared: Shared) {
    let mut channel = Channel::new(sys, fd);
    let Some(mut session) = admit(&mut channel, &shared, from).await else {
        return;
    };
    while let Some((letter, body)) = channel.read().await {
        let out = match letter {
            b'X' => return,
            b'Q' => {
                let text = texts(&body).into_iter().next().unwrap_or_default();
                let (mut out, problem) = query(&shared, &mut session, &text);
                if let Some(problem) = problem {
                    log(&channel.sys, "ERROR", &problem.message).await;
                    log(&channel.sys, "STATEMENT", &text).await;
                    out.extend(message(
                        b'E',
                        &error_body("ERROR", problem.state, &problem.message),
                    ));
                }
                out.extend(message(b'Z', b"I"));
                out
            }
            // The extended query protocol ends with Sync; all of it is refused there.
            b'S' => {
                let mut out = message(
                    b'E',
                    &error_body("ERROR", "0A000", "non simulé\u{a0}: les requêtes préparées"),
                );
                out.extend(message(b'Z', b"I"));
                out
            }
            _ => continue,
        };
        if channel.raw(&out).await.is_err() {
            return;
        }
    }
}

/// Runs the statements of a message: what is answered, up to the first that fails.
fn query(shared: &Shared, session: &mut Session, text: &str) -> (Vec<u8>, Option<SqlError>) {
    let mut out = Vec::new();
    let statements = split_statements(text);
    let mut empty = true;
    for statement in statements.iter().filter(|it| !it.is_empty()) {
        empty = false;
        let answer = match run(&mut shared.data(), session, statement) {
            Ok(answer) => answer,
            Err(problem) => return (out, Some(problem)),
        };
        match answer {
            Answer::Done(_, tag) => out.extend(message(b'C', format!("{tag}\0").as_bytes())),
            Answer::Rows(names, rows) => {
                out.extend(message(b'T', &columns(&names, &rows)));
                for row in &rows {
                    let mut body = u16::try_from(row.len()).unwrap_or(0).to_be_bytes().to_vec();
                    for value in row {
                        match value.shown(true) {
                            None => body.extend_from_slice(&(-1_i32).to_be_bytes()),
                            Some(text) => {
                                body.extend_from_slice(
                                    &i32::try_from(text.len()).unwrap_or(0).to_be_bytes(),
                                );
                                body.extend_from_slice(text.as_bytes());
                            }
                        }
                    }
                    out.extend(message(b'D', &body));
                }
                let inserts = statement
                    .get(..6)
                    .is_some_and(|it| it.eq_ignore_ascii_case("insert"));
                let tag = if inserts {
                    format!("INSERT 0 {}\0", rows.len())
                } else {
                    format!("SELECT {}\0", rows.len())
                };
                out.extend(message(b'C', tag.as_bytes()));
            }
        }
    }
    if empty {
        out.extend(message(b'I', &[]));
    }
    (out, None)
}

/// `RowDescription`: names, and types by what the rows hold.
fn columns(names: &[String], rows: &[Vec<Value>]) -> Vec<u8> {
    let mut body = u16::try_from(names.len())
        .unwrap_or(0)
        .to_be_bytes()
        .to_vec();
    for (at, name) in names.iter().enumerate() {
        let sample = rows.iter().map(|it| &it[at]).find(|it| !it.is_null());
        let (kind, size): (u32, i16) = match sample {
            Some(Value::Int(_)) => (23, 4),
            Some(Value::Bool(_)) => (16, 1),
            Some(Value::Real(_)) => (701, 8),
            Some(Value::Decimal { .. }) => (1700, -1),
            _ => (25, -1),
        };
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0]);
        body.extend_from_slice(&kind.to_be_bytes());
        body.extend_from_slice(&size.to_be_bytes());
        body.extend_from_slice(&(-1_i32).to_be_bytes());
        body.extend_from_slice(&[0, 0]);
    }
    body
}
