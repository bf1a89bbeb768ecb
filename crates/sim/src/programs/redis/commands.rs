//! Commands on keys, strings and the server itself.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::lists;
use super::resp::Reply;
use super::store::{Store, Text, Value, fits};
use crate::kernel::Sys;

/// Commands that change what is held, and so are logged.
const WRITES: &[&str] = &[
    "append",
    "decr",
    "decrby",
    "del",
    "expire",
    "expireat",
    "flushall",
    "flushdb",
    "getdel",
    "getset",
    "hdel",
    "hincrby",
    "hmset",
    "hset",
    "hsetnx",
    "incr",
    "incrby",
    "incrbyfloat",
    "lpop",
    "lpush",
    "lrem",
    "lset",
    "ltrim",
    "mset",
    "persist",
    "pexpire",
    "pexpireat",
    "psetex",
    "rename",
    "renamenx",
    "rpop",
    "rpush",
    "rpoplpush",
    "sadd",
    "set",
    "setex",
    "setnx",
    "spop",
    "srem",
    "unlink",
    "zadd",
    "zincrby",
    "zrem",
];

/// Whether a command changes what is held.
pub(super) fn writes(name: &str) -> bool {
    WRITES.contains(&name)
}

pub(super) fn wrong_type() -> Reply {
    Reply::Error("WRONGTYPE Operation against a key holding the wrong kind of value".into())
}

fn not_integer() -> Reply {
    Reply::Error("ERR value is not an integer or out of range".into())
}

pub(super) fn integer(bytes: &[u8]) -> Result<i64, Reply> {
    std::str::from_utf8(bytes)
        .ok()
        .and_then(|it| it.parse().ok())
        .ok_or_else(not_integer)
}

pub(super) fn count(number: usize) -> Reply {
    Reply::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

fn arity(name: &str) -> Reply {
    Reply::Error(format!(
        "ERR wrong number of arguments for '{name}' command"
    ))
}

/// A command being run.
pub(super) struct Context<'a> {
    pub(super) sys: &'a Sys,
    pub(super) store: &'a mut Store,
    /// Which database.
    pub(super) base: usize,
    pub(super) now: SystemTime,
}

/// Runs a command; `name` is in lower case and `args` follows it.
pub(super) fn run(context: &mut Context<'_>, name: &str, args: &[Text]) -> Reply {
    let least = match name {
        "set" | "setnx" | "getset" | "append" | "rename" | "renamenx" | "expire" | "pexpire"
        | "expireat" | "pexpireat" | "incrby" | "decrby" | "incrbyfloat" | "mset" | "lpush"
        | "rpush" | "lindex" | "sadd" | "srem" | "sismember" | "hget" | "hdel" | "hexists"
        | "zscore" | "zrank" | "zrem" | "publish" | "rpoplpush" => 2,
        "setex" | "psetex" | "lrange" | "ltrim" | "lrem" | "lset" | "hset" | "hsetnx" | "hmset"
        | "hincrby" | "zadd" | "zrange" | "zrevrange" | "zincrby" | "zrangebyscore"
        | "getrange" => 3,
        "get" | "del" | "unlink" | "exists" | "type" | "ttl" | "pttl" | "persist" | "incr"
        | "decr" | "strlen" | "keys" | "mget" | "llen" | "lpop" | "rpop" | "scard" | "smembers"
        | "spop" | "hgetall" | "hkeys" | "hvals" | "hlen" | "zcard" | "echo" | "config"
        | "scan" | "getdel" | "sinter" | "sunion" | "hmget" => 1,
        _ => 0,
    };
    if args.len() < least {
        return arity(name);
    }
    let reply = keys(context, name, args)
        .or_else(|| lists::run(context, name, args))
        .or_else(|| server(context, name, args));
    let reply = reply.unwrap_or_else(|| {
        let shown: String = args
            .iter()
            .map(|it| format!("'{}' ", String::from_utf8_lossy(it)))
            .collect();
        Err(Reply::Error(format!(
            "ERR unknown command '{name}', with args beginning with: {shown}"
        )))
    });
    match reply {
        Ok(reply) => {
            if writes(name) {
                context.store.dirty += 1;
            }
            reply
        }
        Err(reply) => reply,
    }
}

/// The answer, or the refusal.
pub(super) type Outcome = Result<Reply, Reply>;

impl Context<'_> {
    pub(super) fn text(&mut self, key: &[u8]) -> Result<Option<Text>, Reply> {
        let now = self.now;
        match self.store.bases[self.base]
            .get(key, now)
            .map(|it| &it.value)
        {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(_) => Err(wrong_type()),
        }
    }

    fn add(&mut self, key: &[u8], by: i64) -> Outcome {
        let held = self.text(key)?;
        let number = held.map_or(Ok(0), |it| integer(&it))?;
        let sum = number
            .checked_add(by)
            .ok_or_else(|| Reply::Error("ERR increment or decrement would overflow".into()))?;
        self.replace(key, sum.to_string().into_bytes());
        Ok(Reply::Integer(sum))
    }

    /// Sets a text, keeping its time to live.
    fn replace(&mut self, key: &[u8], text: Text) {
        let now = self.now;
        let base = &mut self.store.bases[self.base];
        let until = base.get(key, now).and_then(|it| it.until);
        base.set(key.to_vec(), Value::Text(text), until);
    }

    fn expire(&mut self, key: &[u8], until: SystemTime) -> Reply {
        let now = self.now;
        let base = &mut self.store.bases[self.base];
        match base.get(key, now) {
            None => Reply::Integer(0),
            Some(entry) => {
                entry.until = Some(until);
                base.get(key, now);
                Reply::Integer(1)
            }
        }
    }
}

fn millis(number: i64) -> Duration {
    Duration::from_millis(u64::try_from(number).unwrap_or(0))
}

#[expect(
    clippy::too_many_lines,
    reason = "a table: one command after the other"
)]
fn keys(context: &mut Context<'_>, name: &str, args: &[Text]) -> Option<Outcome> {
    let now = context.now;
    let base = context.base;
    let first = args.first().cloned().unwrap_or_default();
    Some(match name {
        "get" => context
            .text(&first)
            .map(|it| it.map_or(Reply::Nil, Reply::Bulk)),
        "set" => set(context, args),
        "setnx" => Ok(if context.store.bases[base].get(&first, now).is_some() {
            Reply::Integer(0)
        } else {
            context.store.bases[base].set(first, Value::Text(args[1].clone()), None);
            Reply::Integer(1)
        }),
        "setex" | "psetex" => integer(&args[1]).map(|time| {
            let time = if name == "setex" {
                time.saturating_mul(1000)
            } else {
                time
            };
            let value = Value::Text(args[2].clone());
            context.store.bases[base].set(first, value, Some(now + millis(time)));
            Reply::ok()
        }),
        "getset" => context.text(&first).map(|old| {
            context.store.bases[base].set(first, Value::Text(args[1].clone()), None);
            old.map_or(Reply::Nil, Reply::Bulk)
        }),
        "getdel" => context.text(&first).map(|old| {
            context.store.bases[base].remove(&first, now);
            old.map_or(Reply::Nil, Reply::Bulk)
        }),
        "mget" => {
            let found = args.iter().map(|key| {
                context
                    .text(key)
                    .ok()
                    .flatten()
                    .map_or(Reply::Nil, Reply::Bulk)
            });
            Ok(Reply::Array(found.collect()))
        }
        "mset" if args.len() % 2 == 1 => Err(arity(name)),
        "mset" => {
            for pair in args.chunks_exact(2) {
                context.store.bases[base].set(pair[0].clone(), Value::Text(pair[1].clone()), None);
            }
            Ok(Reply::ok())
        }
        "append" => context.text(&first).map(|held| {
            let mut text = held.unwrap_or_default();
            text.extend_from_slice(&args[1]);
            let length = text.len();
            context.replace(&first, text);
            count(length)
        }),
        "strlen" => context
            .text(&first)
            .map(|it| count(it.map_or(0, |it| it.len()))),
        "getrange" => lists::bounds(&args[1], &args[2]).and_then(|(low, high)| {
            let text = context.text(&first)?.unwrap_or_default();
            let range = lists::range(text.len(), low, high);
            Ok(Reply::Bulk(text[range].to_vec()))
        }),
        "incr" => context.add(&first, 1),
        "decr" => context.add(&first, -1),
        "incrby" => integer(&args[1]).and_then(|by| context.add(&first, by)),
        "decrby" => integer(&args[1]).and_then(|by| context.add(&first, by.saturating_neg())),
        "incrbyfloat" => {
            let number = |it: &[u8]| String::from_utf8_lossy(it).parse::<f64>().ok();
            context.text(&first).and_then(|held| {
                let held = held.map_or(Some(0.0), |it| number(&it));
                let (Some(held), Some(by)) = (held, number(&args[1])) else {
                    return Err(Reply::Error("ERR value is not a valid float".into()));
                };
                let text = (held + by).to_string();
                context.replace(&first, text.clone().into_bytes());
                Ok(Reply::text(text))
            })
        }
        "del" | "unlink" => {
            let gone = args
                .iter()
                .filter(|key| context.store.bases[base].remove(key, now).is_some());
            Ok(count(gone.count()))
        }
        "exists" => {
            let there = args
                .iter()
                .filter(|key| context.store.bases[base].get(key, now).is_some());
            Ok(count(there.count()))
        }
        "type" => {
            let kind = context.store.bases[base]
                .get(&first, now)
                .map_or("none", |it| it.value.kind());
            Ok(Reply::Simple(kind.into()))
        }
        "keys" => {
            context.store.bases[base].purge(now);
            let found = context.store.bases[base]
                .keys()
                .filter(|key| fits(&first, key));
            Ok(Reply::Array(found.cloned().map(Reply::Bulk).collect()))
        }
        "scan" => {
            context.store.bases[base].purge(now);
            let pattern = args
                .windows(2)
                .find(|it| it[0].eq_ignore_ascii_case(b"match"))
                .map_or_else(|| b"*".to_vec(), |it| it[1].clone());
            let found = context.store.bases[base]
                .keys()
                .filter(|key| fits(&pattern, key));
            let found = found.cloned().map(Reply::Bulk).collect();
            Ok(Reply::Array(vec![Reply::text("0"), Reply::Array(found)]))
        }
        "expire" | "pexpire" | "expireat" | "pexpireat" => integer(&args[1]).map(|time| {
            let scaled = if name.starts_with('p') {
                time
            } else {
                time.saturating_mul(1000)
            };
            let from = if name.ends_with("at") {
                UNIX_EPOCH
            } else {
                now
            };
            context.expire(&first, from + millis(scaled))
        }),
        "ttl" | "pttl" => Ok(
            match context.store.bases[base]
                .get(&first, now)
                .map(|it| it.until)
            {
                None => Reply::Integer(-2),
                Some(None) => Reply::Integer(-1),
                Some(Some(until)) => {
                    let left = until.duration_since(now).unwrap_or_default().as_millis();
                    let left = if name == "ttl" {
                        (left + 500) / 1000
                    } else {
                        left
                    };
                    Reply::Integer(i64::try_from(left).unwrap_or(i64::MAX))
                }
            },
        ),
        "persist" => {
            let entry = context.store.bases[base].get(&first, now);
            let until = entry.and_then(|it| it.until.take());
            Ok(Reply::Integer(i64::from(until.is_some())))
        }
        "rename" | "renamenx" => match context.store.bases[base].remove(&first, now) {
            None => Err(Reply::Error("ERR no such key".into())),
            Some(entry) => {
                let taken = context.store.bases[base].get(&args[1], now).is_some();
                if name == "renamenx" && taken {
                    context.store.bases[base].set(first, entry.value, entry.until);
                    return Some(Ok(Reply::Integer(0)));
                }
                context.store.bases[base].set(args[1].clone(), entry.value, entry.until);
                Ok(if name == "rename" {
                    Reply::ok()
                } else {
                    Reply::Integer(1)
                })
            }
        },
        _ => return None,
    })
}

fn set(context: &mut Context<'_>, args: &[Text]) -> Outcome {
    let now = context.now;
    let base = context.base;
    let mut until = None;
    let (mut only_new, mut only_old, mut keep, mut get) = (false, false, false, false);
    let mut words = args[2..].iter();
    while let Some(word) = words.next() {
        match word.to_ascii_lowercase().as_slice() {
            b"nx" => only_new = true,
            b"xx" => only_old = true,
            b"keepttl" => keep = true,
            b"get" => get = true,
            option @ (b"ex" | b"px") => {
                let time = integer(words.next().map_or(b"", Vec::as_slice))?;
                if time <= 0 {
                    return Err(Reply::Error(
                        "ERR invalid expire time in 'set' command".into(),
                    ));
                }
                let time = if option == b"ex" {
                    time.saturating_mul(1000)
                } else {
                    time
                };
                until = Some(now + millis(time));
            }
            _ => return Err(Reply::Error("ERR syntax error".into())),
        }
    }
    let old = if get { context.text(&args[0])? } else { None };
    let held = context.store.bases[base].get(&args[0], now);
    if (only_new && held.is_some()) || (only_old && held.is_none()) {
        return Ok(old.map_or(Reply::Nil, Reply::Bulk));
    }
    if keep {
        until = held.and_then(|it| it.until);
    }
    context.store.bases[base].set(args[0].clone(), Value::Text(args[1].clone()), until);
    Ok(if get {
        old.map_or(Reply::Nil, Reply::Bulk)
    } else {
        Reply::ok()
    })
}

fn server(context: &mut Context<'_>, name: &str, args: &[Text]) -> Option<Outcome> {
    let text = |at: usize| {
        args.get(at)
            .map(|it| String::from_utf8_lossy(it).to_lowercase())
            .unwrap_or_default()
    };
    Some(Ok(match name {
        "ping" => args.first().map_or_else(
            || Reply::Simple("PONG".into()),
            |it| Reply::Bulk(it.clone()),
        ),
        "echo" => Reply::Bulk(args[0].clone()),
        "dbsize" => {
            context.store.bases[context.base].purge(context.now);
            count(context.store.bases[context.base].len())
        }
        "flushdb" => {
            context.store.bases[context.base].clear();
            Reply::ok()
        }
        "flushall" => {
            context
                .store
                .bases
                .iter_mut()
                .for_each(super::store::Base::clear);
            Reply::ok()
        }
        "time" => {
            let now = context.now.duration_since(UNIX_EPOCH).unwrap_or_default();
            Reply::Array(vec![
                Reply::text(now.as_secs().to_string()),
                Reply::text(now.subsec_micros().to_string()),
            ])
        }
        "lastsave" => {
            let at = context
                .store
                .last_save
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            Reply::Integer(i64::try_from(at.as_secs()).unwrap_or(0))
        }
        "config" if text(0) == "get" => {
            let wanted = text(1);
            let found = context
                .store
                .settings
                .iter()
                .filter(|(name, _)| fits(wanted.as_bytes(), name.as_bytes()));
            Reply::Array(
                found
                    .flat_map(|(k, v)| [Reply::text(k), Reply::text(v)])
                    .collect(),
            )
        }
        "config" if text(0) == "set" && args.len() >= 3 => {
            let value = String::from_utf8_lossy(&args[2]).into_owned();
            context.store.settings.insert(text(1), value);
            Reply::ok()
        }
        "config" if matches!(text(0).as_str(), "rewrite" | "resetstat") => Reply::ok(),
        "client" => match text(0).as_str() {
            "getname" => Reply::Nil,
            "id" => Reply::Integer(3),
            _ => Reply::ok(),
        },
        "command" if text(0) == "count" => Reply::Integer(241),
        "command" => Reply::Array(Vec::new()),
        "memory" | "object" | "latency" | "slowlog" | "debug" | "cluster" | "acl" => {
            return Some(Err(Reply::Error(format!(
                "ERR non simulé\u{a0}: {} {}",
                name.to_uppercase(),
                text(0).to_uppercase()
            ))));
        }
        "info" => Reply::text(info(context, &text(0))),
        _ => return None,
    }))
}

fn info(context: &Context<'_>, section: &str) -> String {
    let store = &context.store;
    let setting = |name: &str| store.setting(name).to_owned();
    let up = context.sys.uptime().saturating_sub(store.started).as_secs();
    let version = context
        .sys
        .var("REDIS_VERSION")
        .unwrap_or_else(|| super::VERSION.into());
    let sections = [
        (
            "Server",
            format!(
                "redis_version:{version}\r\nredis_git_sha1:00000000\r\nredis_git_dirty:0\r\nredis_mode:standalone\r\nos:Linux {} x86_64\r\narch_bits:64\r\nprocess_id:{}\r\ntcp_port:{}\r\nuptime_in_seconds:{up}\r\nuptime_in_days:{}\r\nhz:10\r\nexecutable:/data/redis-server\r\nconfig_file:\r\n",
                context.sys.kernel().options().release,
                context.sys.pid().0,
                setting("port"),
                up / 86400,
            ),
        ),
        (
            "Clients",
            format!("connected_clients:{}\r\nmaxclients:10000\r\nblocked_clients:0\r\n", store.clients),
        ),
        (
            "Memory",
            "used_memory:1024000\r\nused_memory_human:1000.00K\r\nused_memory_rss:8388608\r\nmaxmemory:0\r\nmaxmemory_human:0B\r\nmaxmemory_policy:noeviction\r\n".to_owned(),
        ),
        (
            "Persistence",
            format!(
                "loading:0\r\nrdb_changes_since_last_save:{}\r\nrdb_bgsave_in_progress:0\r\nrdb_last_save_time:{}\r\nrdb_last_bgsave_status:ok\r\naof_enabled:{}\r\naof_rewrite_in_progress:0\r\n",
                store.dirty,
                store.last_save.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
                u8::from(setting("appendonly") == "yes"),
            ),
        ),
        (
            "Stats",
            format!(
                "total_connections_received:{}\r\ntotal_commands_processed:{}\r\nrejected_connections:0\r\n",
                store.connections, store.commands
            ),
        ),
        (
            "Replication",
            "role:master\r\nconnected_slaves:0\r\nmaster_failover_state:no-failover\r\nmaster_repl_offset:0\r\n".to_owned(),
        ),
        (
            "Keyspace",
            store
                .bases
                .iter()
                .enumerate()
                .filter(|(_, base)| base.len() > 0)
                .map(|(index, base)| {
                    format!("db{index}:keys={},expires={},avg_ttl=0,subexpiry=0\r\n", base.len(), base.expiring())
                })
                .collect(),
        ),
    ];
    let wanted: Vec<String> = sections
        .iter()
        .filter(|(name, _)| {
            section.is_empty()
                || matches!(section, "all" | "everything" | "default")
                || name.eq_ignore_ascii_case(section)
        })
        .map(|(name, text)| format!("# {name}\r\n{text}"))
        .collect();
    wanted.join("\r\n")
}
