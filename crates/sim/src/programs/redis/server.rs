//! `redis-server`.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use tokio::sync::broadcast;

use super::super::serving::accept_all;
use super::VERSION;
use super::commands::{Context, run, writes};
use super::resp::{Parsed, Reply, encode_request, parse_request};
use super::settings::settings;
use super::store::{Store, Text};
use crate::kernel::{Errno, Fd, OpenFlags, Signal, Sys};

/// What a snapshot begins with.
const MAGIC: &[u8] = b"REDIS0012";

/// A running server. Clones are the same one.
#[derive(Clone)]
struct Server {
    sys: Sys,
    store: Arc<Mutex<Store>>,
    /// What was published: channel and message.
    published: broadcast::Sender<(Text, Text)>,
    /// Told when a client asks for the end: whether to save.
    end: tokio::sync::mpsc::Sender<bool>,
}

/// `redis-server [FILE] [--NAME VALUE…]…`
#[expect(clippy::too_many_lines, reason = "the life of a server, told in order")]
pub(in crate::programs) async fn main(sys: Sys) -> u8 {
    let args: Vec<String> = sys.args().into_iter().skip(1).collect();
    let version = sys.var("REDIS_VERSION").unwrap_or_else(|| VERSION.into());
    if args.iter().any(|it| it == "--version" || it == "-v") {
        let text = format!(
            "Redis server v={version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=e1c0b5c6b5a0a4\n"
        );
        return u8::from(sys.write(1, text.as_bytes()).await.is_err());
    }
    let (settings, file) = match settings(&sys, &args) {
        Ok(settings) => settings,
        Err(problem) => {
            let text = format!("\n*** FATAL CONFIG FILE ERROR (Redis {version}) ***\n{problem}\n");
            let _ = sys.write(2, text.as_bytes()).await;
            return 1;
        }
    };
    let port = settings
        .get("port")
        .and_then(|it| it.parse().ok())
        .unwrap_or(6379);
    let mut store = Store::new(sys.now(), sys.uptime());
    store.settings = settings;
    let (end, mut ended) = tokio::sync::mpsc::channel(1);
    let server = Server {
        sys: sys.clone(),
        store: Arc::new(Mutex::new(store)),
        published: broadcast::channel(256).0,
        end,
    };
    sys.set_title(&[format!("redis-server *:{port}")]);
    sys.set_memory(10 << 20);
    server
        .log('C', '*', "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo")
        .await;
    let line = format!(
        "Redis version={version}, bits=64, commit=00000000, modified=0, pid={}, just started",
        sys.pid().0
    );
    server.log('C', '*', &line).await;
    if file {
        server.log('C', '*', "Configuration loaded").await;
    } else if args.is_empty() {
        server.log('C', '#', "Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf").await;
    } else {
        server.log('C', '*', "Configuration loaded").await;
    }
    server
        .log('M', '*', "monotonic clock: POSIX clock_gettime")
        .await;
    let listener = match sys.listen(std::net::Ipv4Addr::UNSPECIFIED.into(), port) {
        Ok(fd) => fd,
        Err(error) => {
            let line = format!(
                "Warning: Could not create server TCP listening socket *:{port}: bind: {error}"
            );
            server.log('M', '#', &line).await;
            server
                .log('M', '#', "Failed listening on port, aborting.")
                .await;
            return 1;
        }
    };
    server
        .log('M', '*', &format!("Running mode=standalone, port={port}."))
        .await;
    server.log('M', '*', "Server initialized").await;
    server.load(&version).await;
    server
        .log('M', '*', "Ready to accept connections tcp")
        .await;
    for signal in [Signal::TERM, Signal::INT] {
        sys.catch(signal);
    }
    let serving = server.clone();
    let accepting = accept_all(sys.clone(), listener, move |_, fd, from| {
        serving.clone().serve(fd, from)
    });
    let cron = server.cron();
    tokio::pin!(accepting, cron);
    let saves = tokio::select! {
        status = &mut accepting => return status,
        () = &mut cron => return 1,
        saves = ended.recv() => {
            server.log('M', '*', "User requested shutdown...").await;
            saves.unwrap_or(true)
        }
        signal = sys.next_signal() => {
            let time = sys.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            let line = format!(
                "{}:signal-handler ({time}) Received SIG{} scheduling shutdown...\n",
                sys.pid().0,
                signal.name()
            );
            let _ = sys.write(1, line.as_bytes()).await;
            server.log('M', '*', "User requested shutdown...").await;
            true
        }
    };
    if saves && !server.store().setting("save").is_empty() {
        server
            .log('M', '*', "Saving the final RDB snapshot before exiting.")
            .await;
        if let Err(error) = server.save().await {
            let line = format!("Error trying to save the DB, can't exit: {error}");
            server.log('M', '#', &line).await;
        }
    }
    server
        .log('M', '#', "Redis is now ready to exit, bye bye...")
        .await;
    0
}

impl Server {
    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn log(&self, role: char, level: char, text: &str) {
        let now = self.sys.now();
        let millis = now
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .subsec_millis();
        let time = super::super::date::format(now, "%d %b %Y %H:%M:%S");
        let line = format!(
            "{}:{role} {time}.{millis:03} {level} {text}\n",
            self.sys.pid().0
        );
        // A log that nobody reads is no reason to stop serving.
        let _ = self.sys.write(1, line.as_bytes()).await;
    }

    fn path(&self, name: &str) -> String {
        format!(
            "{}/{name}",
            self.store().setting("dir").trim_end_matches('/')
        )
    }

    fn dump_path(&self) -> String {
        let name = self.store().setting("dbfilename").to_owned();
        self.path(&name)
    }

    fn log_path(&self) -> String {
        self.path("appendonlydir/appendonly.aof.1.incr.aof")
    }

    fn appends(&self) -> bool {
        self.store().setting("appendonly") == "yes"
    }

    /// Reads what an earlier server left.
    async fn load(&self, version: &str) {
        let (path, magic) = if self.appends() {
            (self.log_path(), 0)
        } else {
            (self.dump_path(), MAGIC.len())
        };
        let Ok(bytes) = self.sys.read_file(&path) else {
            if self.appends() {
                // Without the folder nothing is appended, and the first write tells.
                let _ = self.sys.mkdir(&self.path("appendonlydir"), 0o755);
                self.log(
                    'M',
                    '*',
                    "Creating AOF base file appendonly.aof.1.base.rdb on server start",
                )
                .await;
                self.log(
                    'M',
                    '*',
                    "Creating AOF incr file appendonly.aof.1.incr.aof on server start",
                )
                .await;
            }
            return;
        };
        let mut rest = bytes.get(magic..).unwrap_or_default();
        let mut base = 0;
        let mut keys = 0;
        while let Parsed::Whole(words, used) = parse_request(rest) {
            rest = &rest[used..];
            self.execute(&mut base, &words);
            keys = self.store().bases.iter().map(super::store::Base::len).sum();
        }
        self.store().dirty = 0;
        if magic > 0 {
            self.log(
                'M',
                '*',
                &format!("Loading RDB produced by version {version}"),
            )
            .await;
            self.log('M', '*', "RDB memory usage when created 0.92 Mb")
                .await;
            self.log(
                'M',
                '*',
                &format!("Done loading RDB, keys loaded: {keys}, keys expired: 0."),
            )
            .await;
            self.log('M', '*', "DB loaded from disk: 0.001 seconds")
                .await;
        } else {
            self.log('M', '*', "DB loaded from append only file: 0.001 seconds")
                .await;
        }
    }

    fn write_dump(&self) -> Result<(), Errno> {
        let mut bytes = MAGIC.to_vec();
        for words in self.store().commands() {
            bytes.extend(encode_request(&words));
        }
        self.sys.write_file(&self.dump_path(), &bytes)?;
        let mut store = self.store();
        store.dirty = 0;
        store.last_save = self.sys.now();
        Ok(())
    }

    async fn save(&self) -> Result<(), Errno> {
        self.write_dump()?;
        self.log('M', '*', "DB saved on disk").await;
        Ok(())
    }

    /// Snapshots after so many changes in so many seconds, and keys whose time has come.
    async fn cron(&self) {
        loop {
            self.sys.sleep(Duration::from_secs(1)).await;
            let now = self.sys.now();
            let due = {
                let mut store = self.store();
                for base in &mut store.bases {
                    base.purge(now);
                }
                let points: Vec<u64> = store
                    .setting("save")
                    .split_whitespace()
                    .filter_map(|it| it.parse().ok())
                    .collect();
                let since = now
                    .duration_since(store.last_save)
                    .unwrap_or_default()
                    .as_secs();
                points
                    .chunks_exact(2)
                    .find(|it| since >= it[0] && store.dirty >= it[1])
                    .map(|it| (it[0], it[1]))
            };
            if let Some((seconds, changes)) = due {
                self.log(
                    'M',
                    '*',
                    &format!("{changes} changes in {seconds} seconds. Saving..."),
                )
                .await;
                // A folder that cannot be written to is told at the next save that is asked for.
                let _ = self.save().await;
            }
        }
    }

    /// Runs a command on the data.
    fn execute(&self, base: &mut usize, words: &[Text]) -> Reply {
        let Some((name, args)) = words.split_first() else {
            return Reply::ok();
        };
        let name = String::from_utf8_lossy(name).to_lowercase();
        if name == "select" {
            let index = args
                .first()
                .and_then(|it| String::from_utf8_lossy(it).parse().ok());
            return match index.filter(|it| *it < 16) {
                Some(index) => {
                    *base = index;
                    Reply::ok()
                }
                None => Reply::Error("ERR DB index is out of range".into()),
            };
        }
        let mut store = self.store();
        store.commands += 1;
        let mut context = Context {
            now: self.sys.now(),
            sys: &self.sys,
            store: &mut store,
            base: *base,
        };
        run(&mut context, &name, args)
    }

    async fn serve(self, fd: Fd, _from: SocketAddr) {
        {
            let mut store = self.store();
            store.connections += 1;
            store.clients += 1;
        }
        let mut client = Client {
            base: 0,
            trusted: self.store().setting("requirepass").is_empty(),
            channels: Vec::new(),
            queue: None,
        };
        self.talk(fd, &mut client).await;
        self.store().clients -= 1;
    }

    async fn talk(&self, fd: Fd, client: &mut Client) {
        let mut held = Vec::new();
        let mut news = self.published.subscribe();
        loop {
            let words = match parse_request(&held) {
                Parsed::Whole(words, used) => {
                    held.drain(..used);
                    words
                }
                Parsed::Wrong(why) => {
                    let mut out = Vec::new();
                    Reply::Error(format!("ERR {why}")).encode(&mut out);
                    let _ = self.sys.write(fd, &out).await;
                    return;
                }
                Parsed::More => {
                    tokio::select! {
                        chunk = self.sys.read(fd, 1 << 16) => match chunk {
                            Ok(chunk) if !chunk.is_empty() => held.extend_from_slice(&chunk),
                            _ => return,
                        },
                        told = news.recv() => if let Ok((channel, message)) = told
                            && client.channels.contains(&channel) {
                            let mut out = Vec::new();
                            Reply::Array(vec![Reply::text("message"), Reply::Bulk(channel), Reply::Bulk(message)]).encode(&mut out);
                            if self.sys.write(fd, &out).await.is_err() {
                                return;
                            }
                        },
                    }
                    continue;
                }
            };
            if words.is_empty() {
                continue;
            }
            let mut out = Vec::new();
            let goes_on = self.handle(client, &words, &mut out).await;
            if self.sys.write(fd, &out).await.is_err() || !goes_on {
                return;
            }
        }
    }

    /// Answers a command; whether the connection goes on.
    async fn handle(&self, client: &mut Client, words: &[Text], out: &mut Vec<u8>) -> bool {
        let name = String::from_utf8_lossy(&words[0]).to_lowercase();
        let args = &words[1..];
        if !client.trusted && !matches!(name.as_str(), "auth" | "hello" | "quit") {
            Reply::Error("NOAUTH Authentication required.".into()).encode(out);
            return true;
        }
        let reply = match name.as_str() {
            "quit" => {
                Reply::ok().encode(out);
                return false;
            }
            "auth" => self.authenticate(client, args),
            "hello" => Reply::Error("NOPROTO unsupported protocol version".into()),
            "multi" if client.queue.is_some() => {
                Reply::Error("ERR MULTI calls can not be nested".into())
            }
            "multi" => {
                client.queue = Some(Vec::new());
                Reply::ok()
            }
            "discard" => match client.queue.take() {
                Some(_) => Reply::ok(),
                None => Reply::Error("ERR DISCARD without MULTI".into()),
            },
            "exec" => match client.queue.take() {
                Some(queue) => {
                    let mut replies = Vec::new();
                    for words in queue {
                        replies.push(self.execute_logged(&mut client.base, &words).await);
                    }
                    Reply::Array(replies)
                }
                None => Reply::Error("ERR EXEC without MULTI".into()),
            },
            _ if client.queue.is_some() => {
                if let Some(queue) = &mut client.queue {
                    queue.push(words.to_vec());
                }
                Reply::Simple("QUEUED".into())
            }
            "subscribe" | "unsubscribe" => {
                for channel in args {
                    if name == "subscribe" {
                        client.channels.push(channel.clone());
                    } else {
                        client.channels.retain(|it| it != channel);
                    }
                    let count = i64::try_from(client.channels.len()).unwrap_or(0);
                    Reply::Array(vec![
                        Reply::text(name.clone()),
                        Reply::Bulk(channel.clone()),
                        Reply::Integer(count),
                    ])
                    .encode(out);
                }
                return true;
            }
            "publish" if args.len() == 2 => {
                let heard = self
                    .published
                    .send((args[0].clone(), args[1].clone()))
                    .unwrap_or(0);
                super::commands::count(heard.saturating_sub(1))
            }
            "save" => match self.save().await {
                Ok(()) => Reply::ok(),
                Err(_) => Reply::Error("ERR".into()),
            },
            "bgsave" => {
                let pid = self.sys.pid().0 + 20;
                self.log('M', '*', &format!("Background saving started by pid {pid}"))
                    .await;
                let saved = self.write_dump();
                self.log('C', '*', "DB saved on disk").await;
                self.log('M', '*', "Background saving terminated with success")
                    .await;
                match saved {
                    Ok(()) => Reply::Simple("Background saving started".into()),
                    Err(error) => Reply::Error(format!("ERR {error}")),
                }
            }
            "bgrewriteaof" => Reply::Simple("Background append only file rewriting started".into()),
            "shutdown" => {
                let saves = !args.iter().any(|it| it.eq_ignore_ascii_case(b"nosave"));
                // The server is ending already.
                let _ = self.end.send(saves).await;
                return false;
            }
            "blpop" | "brpop" if args.len() >= 2 => self.pop_waiting(client, &name, args).await,
            _ => self.execute_logged(&mut client.base, words).await,
        };
        reply.encode(out);
        true
    }

    fn authenticate(&self, client: &mut Client, args: &[Text]) -> Reply {
        let wanted = self.store().setting("requirepass").to_owned();
        if wanted.is_empty() {
            return Reply::Error("ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?".into());
        }
        if args.last().is_some_and(|it| *it == wanted.as_bytes()) {
            client.trusted = true;
            Reply::ok()
        } else {
            Reply::Error("WRONGPASS invalid username-password pair or user is disabled.".into())
        }
    }

    /// Runs a command, and appends it to the log when it changes something.
    async fn execute_logged(&self, base: &mut usize, words: &[Text]) -> Reply {
        let reply = self.execute(base, words);
        let name = String::from_utf8_lossy(&words[0]).to_lowercase();
        let logged = writes(&name) && !matches!(reply, Reply::Error(_)) && self.appends();
        if logged {
            let mut bytes = encode_request(&[b"SELECT".to_vec(), base.to_string().into_bytes()]);
            bytes.extend(encode_request(words));
            let flags = OpenFlags {
                write: true,
                create: true,
                append: true,
                ..OpenFlags::default()
            };
            match self.sys.open(&self.log_path(), flags, 0o644) {
                Ok(fd) => {
                    let written = self.sys.write(fd, &bytes).await;
                    let _ = self.sys.close(fd);
                    if let Err(error) = written {
                        return Reply::Error(format!(
                            "MISCONF Errors writing to the AOF file: {error}"
                        ));
                    }
                }
                Err(error) => {
                    return Reply::Error(format!(
                        "MISCONF Errors writing to the AOF file: {error}"
                    ));
                }
            }
        }
        reply
    }

    async fn pop_waiting(&self, client: &mut Client, name: &str, args: &[Text]) -> Reply {
        let Some((limit, keys)) = args.split_last() else {
            return Reply::Nil;
        };
        let limit: f64 = String::from_utf8_lossy(limit).parse().unwrap_or(0.0);
        let mut waited = 0.0;
        let pop = name.trim_start_matches('b').as_bytes().to_vec();
        loop {
            for key in keys {
                let words = [pop.clone(), key.clone()];
                match self.execute_logged(&mut client.base, &words).await {
                    Reply::Nil => {}
                    Reply::Bulk(item) => {
                        return Reply::Array(vec![Reply::Bulk(key.clone()), Reply::Bulk(item)]);
                    }
                    other => return other,
                }
            }
            if limit > 0.0 && waited >= limit {
                return Reply::Nil;
            }
            waited += 0.05;
            self.sys.sleep(Duration::from_millis(50)).await;
        }
    }
}

/// What the server knows of a connection.
struct Client {
    base: usize,
    trusted: bool,
    channels: Vec<Text>,
    /// Commands between MULTI and EXEC.
    queue: Option<Vec<Vec<Text>>>,
}
