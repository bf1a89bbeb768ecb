//! `mysqld`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use super::super::serving::accept_all;
use super::super::sql::{Answer, Dialect, Server, Session, SqlError, Value, run, split_statements};
use super::packet::{Channel, Reader, put_length, put_text, verify};
use crate::kernel::{Errno, Fd, ForkOptions, Signal, Sys};

const FOLDER: &str = "/var/lib/mysql";
/// What clients prove that they know the password with; as good as any.
const CHALLENGE: &[u8; 20] = b"moussaillon-mysqld-1";
/// Tells the clients that files are at work.
const SOCKET: &str = "/var/run/mysqld/mysqld.sock";

/// What connections share.
#[derive(Clone)]
struct Shared {
    data: Arc<Mutex<Server>>,
    end: tokio::sync::mpsc::Sender<()>,
}

impl Shared {
    fn data(&self) -> MutexGuard<'_, Server> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A line of the error log.
async fn log(sys: &Sys, level: &str, code: &str, text: &str) {
    let now = sys.now();
    let micros = now
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .subsec_micros();
    let time = super::super::date::format(now, "%Y-%m-%dT%H:%M:%S");
    let line = if super::version(sys).starts_with('5') {
        format!("{time}.{micros:06}Z 0 [{level}] {text}\n")
    } else {
        format!("{time}.{micros:06}Z 0 [{level}] [{code}] [Server] {text}\n")
    };
    // A log that nobody reads is no reason to stop serving.
    let _ = sys.write(2, line.as_bytes()).await;
}

/// `mysqld [--initialize-insecure] [--daemonize] [--skip-networking] [--port=N] [--datadir=DIR]`
pub(in super::super) async fn main(sys: Sys) -> u8 {
    let args: Vec<String> = sys.args().into_iter().skip(1).collect();
    let version = super::version(&sys);
    let has = |name: &str| args.iter().any(|it| it == name);
    let value = |name: &str| {
        let prefix = format!("--{name}=");
        args.iter()
            .find_map(|it| it.strip_prefix(&prefix).map(str::to_owned))
    };
    if has("--version") || has("-V") {
        let text = format!(
            "/usr/sbin/mysqld  Ver {version} for Linux on x86_64 (MySQL Community Server - GPL)\n"
        );
        return u8::from(sys.write(1, text.as_bytes()).await.is_err());
    }
    let folder = value("datadir").unwrap_or_else(|| FOLDER.to_owned());
    let mut data = Server::new(sys.clone(), Dialect::MySql, &version, &folder);
    let pid = sys.pid().0;
    if has("--initialize-insecure") || has("--initialize") {
        let text = format!(
            "/usr/sbin/mysqld (mysqld {version}) initializing of server in progress as process {pid}"
        );
        log(&sys, "System", "MY-013169", &text).await;
        log(
            &sys,
            "System",
            "MY-013576",
            "InnoDB initialization has started.",
        )
        .await;
        sys.set_cpu(0.8);
        sys.sleep(Duration::from_millis(600)).await;
        if let Err(problem) = initialize(&sys, &mut data, &folder) {
            log(&sys, "ERROR", "MY-010457", &format!("--initialize specified but the data directory has files in it. Aborting. ({problem})")).await;
            return 1;
        }
        log(
            &sys,
            "System",
            "MY-013577",
            "InnoDB initialization has ended.",
        )
        .await;
        log(&sys, "Warning", "MY-010453", "root@localhost is created with an empty password ! Please consider switching off the --initialize-insecure option.").await;
        return 0;
    }
    if sys.stat(&format!("{folder}/mysql")).is_err() {
        log(
            &sys,
            "ERROR",
            "MY-010326",
            "Fatal error: Can't open and lock privilege tables: Table 'mysql.user' doesn't exist",
        )
        .await;
        log(&sys, "ERROR", "MY-010119", "Aborting").await;
        return 1;
    }
    let port = value("port").and_then(|it| it.parse().ok()).unwrap_or(3306);
    let private = has("--skip-networking");
    let text = format!("/usr/sbin/mysqld (mysqld {version}) starting as process {pid}");
    log(&sys, "System", "MY-010116", &text).await;
    log(
        &sys,
        "System",
        "MY-013576",
        "InnoDB initialization has started.",
    )
    .await;
    data.load();
    sys.sleep(Duration::from_millis(300)).await;
    log(
        &sys,
        "System",
        "MY-013577",
        "InnoDB initialization has ended.",
    )
    .await;
    if has("--daemonize") {
        let options = ForkOptions {
            group: Some(None),
            ..ForkOptions::default()
        };
        return match sys.fork(options, move |sys| {
            Box::pin(serve(sys, data, port, private))
        }) {
            Ok(_) => 0,
            Err(_) => 1,
        };
    }
    serve(sys, data, port, private).await
}

fn initialize(sys: &Sys, data: &mut Server, folder: &str) -> Result<(), String> {
    for name in ["", "/mysql", "/performance_schema", "/sys"] {
        match sys.mkdir(&format!("{folder}{name}"), 0o750) {
            Ok(()) => {}
            Err(Errno::EEXIST) if name.is_empty() => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    for (name, size) in [
        ("ibdata1", 64),
        ("mysql.ibd", 64),
        ("undo_001", 16),
        ("undo_002", 16),
        ("auto.cnf", 56),
    ] {
        sys.write_file(&format!("{folder}/{name}"), &vec![b'.'; size])
            .map_err(|error| error.to_string())?;
    }
    data.set_user("root", "localhost", String::new());
    data.save_users().map_err(|error| error.message)
}

async fn serve(sys: Sys, data: Server, port: u16, private: bool) -> u8 {
    let version = super::version(&sys);
    let address = if private {
        Ipv4Addr::LOCALHOST
    } else {
        Ipv4Addr::UNSPECIFIED
    };
    sys.set_title(&["mysqld".to_owned()]);
    sys.set_memory(if version.starts_with('5') {
        200 << 20
    } else {
        390 << 20
    });
    let listener = match sys.listen(IpAddr::V4(address), port) {
        Ok(fd) => fd,
        Err(error) => {
            log(
                &sys,
                "ERROR",
                "MY-010262",
                &format!("Can't start server: Bind on TCP/IP port: {error}"),
            )
            .await;
            log(
                &sys,
                "ERROR",
                "MY-010257",
                "Do you already have another mysqld server running on port: 3306 ?",
            )
            .await;
            log(&sys, "ERROR", "MY-010119", "Aborting").await;
            return 1;
        }
    };
    let data = data.moved(sys.clone());
    let (end, mut ended) = tokio::sync::mpsc::channel(1);
    let shared = Shared {
        data: Arc::new(Mutex::new(data)),
        end,
    };
    // The folder of sockets may be missing: clients find the port all the same.
    let _ = sys.write_file(SOCKET, b"");
    log(
        &sys,
        "Warning",
        "MY-010068",
        "CA certificate ca.pem is self signed.",
    )
    .await;
    let shown = if private { 0 } else { port };
    let kind = if version.starts_with('5') {
        "Note"
    } else {
        "System"
    };
    let text = format!(
        "/usr/sbin/mysqld: ready for connections. Version: '{version}'  socket: '{SOCKET}'  port: {shown}  MySQL Community Server - GPL."
    );
    log(&sys, kind, "MY-010931", &text).await;
    for signal in [Signal::TERM, Signal::INT, Signal::QUIT] {
        sys.catch(signal);
    }
    tokio::select! {
        status = accept_all(sys.clone(), listener, move |sys, fd, from| talk(sys, fd, from, shared.clone())) => return status,
        _ = ended.recv() => {
            let text = format!("Received SHUTDOWN from user root. Shutting down mysqld (Version: {version}).");
            log(&sys, "System", "MY-013172", &text).await;
        }
        signal = sys.next_signal() => {
            if signal == Signal::INT {
                return 130;
            }
            let text = format!("Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: {version}).");
            log(&sys, "System", "MY-013172", &text).await;
        }
    }
    let _ = sys.unlink(SOCKET);
    let text = format!(
        "/usr/sbin/mysqld: Shutdown complete (mysqld {version})  MySQL Community Server - GPL."
    );
    log(&sys, "System", "MY-010910", &text).await;
    0
}

fn ok_packet(affected: usize, id: usize) -> Vec<u8> {
    let mut packet = vec![0];
    put_length(&mut packet, affected);
    put_length(&mut packet, id);
    packet.extend_from_slice(&[2, 0, 0, 0]);
    packet
}

fn error_packet(problem: &SqlError) -> Vec<u8> {
    let mut packet = vec![0xff];
    packet.extend_from_slice(&problem.code.to_le_bytes());
    packet.push(b'#');
    packet.extend_from_slice(problem.state.as_bytes());
    packet.extend_from_slice(problem.message.as_bytes());
    packet
}

/// What a server says first, protocol 10.
fn greeting(version: &str) -> Vec<u8> {
    let mut packet = vec![10];
    packet.extend_from_slice(version.as_bytes());
    packet.extend_from_slice(&[0, 8, 0, 0, 0]);
    packet.extend_from_slice(&CHALLENGE[..8]);
    packet.push(0);
    // LONG_PASSWORD, CONNECT_WITH_DB, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION; PLUGIN_AUTH.
    packet.extend_from_slice(&0xa20d_u16.to_le_bytes());
    packet.push(255);
    packet.extend_from_slice(&2_u16.to_le_bytes());
    packet.extend_from_slice(&0x0008_u16.to_le_bytes());
    packet.push(21);
    packet.extend_from_slice(&[0; 10]);
    packet.extend_from_slice(&CHALLENGE[8..]);
    packet.push(0);
    packet.extend_from_slice(b"mysql_native_password\0");
    packet
}

/// Reads who calls; the session, or the refusal.
fn admit(shared: &Shared, packet: &[u8], from: SocketAddr) -> Result<Session, SqlError> {
    let mut reader = Reader(packet);
    let flags = reader.number(4);
    reader.bytes(28);
    let name = reader.until_zero();
    let length = usize::try_from(reader.number(1)).unwrap_or(0);
    let answer = reader.bytes(length).to_vec();
    let database = if flags & 8 == 0 {
        String::new()
    } else {
        reader.until_zero()
    };
    let local = from.ip().is_loopback();
    let host = if local {
        "localhost".to_owned()
    } else {
        from.ip().to_string()
    };
    let data = shared.data();
    let trusted = data
        .user(&name, local)
        .is_some_and(|check| verify(check, CHALLENGE, &answer));
    if !trusted {
        let used = if answer.is_empty() { "NO" } else { "YES" };
        return Err(SqlError {
            code: 1045,
            state: "28000",
            message: format!("Access denied for user '{name}'@'{host}' (using password: {used})"),
        });
    }
    if !database.is_empty() && !data.has_database(&database) {
        return Err(SqlError {
            code: 1049,
            state: "42000",
            message: format!("Unknown database '{database}'"),
        });
    }
    let database = (!database.is_empty()).then_some(database);
    Ok(Session::new(format!("{name}@{host}"), database))
}

async fn talk(sys: Sys, fd: Fd, from: SocketAddr, shared: Shared) {
    let version = super::version(&sys);
    let mut channel = Channel::new(sys, fd);
    if channel.write(&greeting(&version)).await.is_err() {
        return;
    }
    let Some(packet) = channel.read().await else {
        return;
    };
    let mut session = match admit(&shared, &packet, from) {
        Ok(session) => session,
        Err(problem) => {
            // Who is refused may be gone.
            let _ = channel.write(&error_packet(&problem)).await;
            return;
        }
    };
    let mut sent = channel.write(&ok_packet(0, 0)).await;
    while sent.is_ok() {
        channel.restart();
        let Some(packet) = channel.read().await else {
            return;
        };
        let text = String::from_utf8_lossy(packet.get(1..).unwrap_or_default()).into_owned();
        sent = match packet.first() {
            Some(1) | None => return,
            Some(2) => {
                query(
                    &mut channel,
                    &shared,
                    &mut session,
                    &format!("USE `{text}`"),
                )
                .await
            }
            Some(3) => query(&mut channel, &shared, &mut session, &text).await,
            Some(8) => {
                let _ = channel.write(&ok_packet(0, 0)).await;
                // The server is ending already.
                let _ = shared.end.send(()).await;
                return;
            }
            Some(14) => channel.write(&ok_packet(0, 0)).await,
            Some(_) => {
                let problem = SqlError {
                    code: 1047,
                    state: "08S01",
                    message: "Unknown command".into(),
                };
                channel.write(&error_packet(&problem)).await
            }
        };
    }
}

async fn query(
    channel: &mut Channel,
    shared: &Shared,
    session: &mut Session,
    text: &str,
) -> Result<(), Errno> {
    let statements = split_statements(text);
    let text = statements
        .into_iter()
        .find(|it| !it.is_empty())
        .unwrap_or_default();
    if text.is_empty() {
        let problem = SqlError {
            code: 1065,
            state: "42000",
            message: "Query was empty".into(),
        };
        return channel.write(&error_packet(&problem)).await;
    }
    let answer = run(&mut shared.data(), session, &text);
    match answer {
        Err(problem) => channel.write(&error_packet(&problem)).await,
        Ok(Answer::Done(affected, _)) => channel.write(&ok_packet(affected, 0)).await,
        Ok(Answer::Rows(names, rows)) => {
            let mut packet = Vec::new();
            put_length(&mut packet, names.len());
            channel.write(&packet).await?;
            for (at, name) in names.iter().enumerate() {
                let numeric = rows.iter().any(|it| {
                    matches!(
                        it[at],
                        Value::Int(_) | Value::Real(_) | Value::Bool(_) | Value::Decimal { .. }
                    )
                });
                let mut packet = Vec::new();
                for text in ["def", "", "", "", name, ""] {
                    put_text(&mut packet, text);
                }
                packet.push(0x0c);
                packet.extend_from_slice(&255_u16.to_le_bytes());
                packet.extend_from_slice(&1024_u32.to_le_bytes());
                packet.push(if numeric { 8 } else { 253 });
                packet.extend_from_slice(&[0, 0, 0, 0, 0]);
                channel.write(&packet).await?;
            }
            let end = [0xfe, 0, 0, 2, 0];
            channel.write(&end).await?;
            for row in rows {
                let mut packet = Vec::new();
                for value in row {
                    match value.shown(false) {
                        None => packet.push(0xfb),
                        Some(text) => put_text(&mut packet, &text),
                    }
                }
                channel.write(&packet).await?;
            }
            channel.write(&end).await
        }
    }
}
