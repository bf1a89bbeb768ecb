//! Commands on lists, hashes, sets and sorted sets.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;

use super::commands::{Context, Outcome, count, integer, wrong_type};
use super::resp::Reply;
use super::store::{Text, Value};

/// The two ends of a range, as they are given.
pub(super) fn bounds(low: &[u8], high: &[u8]) -> Result<(i64, i64), Reply> {
    Ok((integer(low)?, integer(high)?))
}

/// The indices that two ends mean, negative ones from the end.
pub(super) fn range(length: usize, low: i64, high: i64) -> Range<usize> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let real = |at: i64| if at < 0 { at + length } else { at };
    let low = real(low).clamp(0, length);
    let high = (real(high) + 1).clamp(low, length);
    usize::try_from(low).unwrap_or(0)..usize::try_from(high).unwrap_or(0)
}

macro_rules! collection {
    ($name:ident, $variant:ident, $kind:ty) => {
        /// The collection of a key, made empty when there is none.
        fn $name<'a>(context: &'a mut Context<'_>, key: &[u8]) -> Result<&'a mut $kind, Reply> {
            let now = context.now;
            let base = &mut context.store.bases[context.base];
            if base.get(key, now).is_none() {
                base.set(key.to_vec(), Value::$variant(<$kind>::default()), None);
            }
            match base.get(key, now).map(|it| &mut it.value) {
                Some(Value::$variant(items)) => Ok(items),
                _ => Err(wrong_type()),
            }
        }
    };
}

collection!(list, List, VecDeque<Text>);
collection!(hash, Hash, BTreeMap<Text, Text>);
collection!(set, Set, BTreeSet<Text>);
collection!(sorted, Sorted, BTreeMap<Text, f64>);

pub(super) fn run(context: &mut Context<'_>, name: &str, args: &[Text]) -> Option<Outcome> {
    let outcome = match name.as_bytes().first() {
        Some(b'l' | b'r') => on_list(context, name, args),
        Some(b'h') => on_hash(context, name, args),
        Some(b's') => on_set(context, name, args),
        Some(b'z') => on_sorted(context, name, args),
        _ => None,
    };
    if let (Some(_), Some(key)) = (&outcome, args.first()) {
        context.store.bases[context.base].tidy(key);
    }
    outcome
}

fn bulks<'a>(items: impl Iterator<Item = &'a Text>) -> Reply {
    Reply::Array(items.cloned().map(Reply::Bulk).collect())
}

fn on_list(context: &mut Context<'_>, name: &str, args: &[Text]) -> Option<Outcome> {
    let key = args.first()?.clone();
    Some(match name {
        "lpush" | "rpush" => list(context, &key).map(|items| {
            for value in &args[1..] {
                if name == "lpush" {
                    items.push_front(value.clone());
                } else {
                    items.push_back(value.clone());
                }
            }
            count(items.len())
        }),
        "lpop" | "rpop" => list(context, &key).and_then(|items| {
            let mut pop = || {
                if name == "lpop" {
                    items.pop_front()
                } else {
                    items.pop_back()
                }
            };
            match args.get(1) {
                None => Ok(pop().map_or(Reply::Nil, Reply::Bulk)),
                Some(wanted) => {
                    let wanted = integer(wanted)?;
                    let popped: Vec<Reply> =
                        (0..wanted).map_while(|_| pop()).map(Reply::Bulk).collect();
                    Ok(if popped.is_empty() {
                        Reply::Nil
                    } else {
                        Reply::Array(popped)
                    })
                }
            }
        }),
        "rpoplpush" => match list(context, &key).map(VecDeque::pop_back) {
            Err(reply) => Err(reply),
            Ok(None) => Ok(Reply::Nil),
            Ok(Some(item)) => list(context, &args[1]).map(|items| {
                items.push_front(item.clone());
                Reply::Bulk(item)
            }),
        },
        "llen" => list(context, &key).map(|items| count(items.len())),
        "lrange" => bounds(&args[1], &args[2]).and_then(|(low, high)| {
            let items = list(context, &key)?;
            let range = range(items.len(), low, high);
            Ok(bulks(items.range(range)))
        }),
        "ltrim" => bounds(&args[1], &args[2]).and_then(|(low, high)| {
            let items = list(context, &key)?;
            let range = range(items.len(), low, high);
            *items = items.range(range).cloned().collect();
            Ok(Reply::ok())
        }),
        "lindex" => integer(&args[1]).and_then(|at| {
            let items = list(context, &key)?;
            let found = items.range(range(items.len(), at, at)).next().cloned();
            Ok(found.map_or(Reply::Nil, Reply::Bulk))
        }),
        "lset" => integer(&args[1]).and_then(|at| {
            let items = list(context, &key)?;
            let at = range(items.len(), at, at);
            match items.range_mut(at).next() {
                Some(item) => {
                    item.clone_from(&args[2]);
                    Ok(Reply::ok())
                }
                None => Err(Reply::Error("ERR index out of range".into())),
            }
        }),
        "lrem" => list(context, &key).map(|items| {
            let before = items.len();
            items.retain(|it| *it != args[2]);
            count(before - items.len())
        }),
        _ => return None,
    })
}

fn on_hash(context: &mut Context<'_>, name: &str, args: &[Text]) -> Option<Outcome> {
    let key = args.first()?.clone();
    Some(match name {
        "hset" | "hmset" => hash(context, &key).map(|fields| {
            let new = args[1..]
                .chunks_exact(2)
                .filter(|pair| fields.insert(pair[0].clone(), pair[1].clone()).is_none());
            let new = new.count();
            if name == "hset" {
                count(new)
            } else {
                Reply::ok()
            }
        }),
        "hsetnx" => hash(context, &key).map(|fields| {
            if fields.contains_key(&args[1]) {
                Reply::Integer(0)
            } else {
                fields.insert(args[1].clone(), args[2].clone());
                Reply::Integer(1)
            }
        }),
        "hget" => hash(context, &key).map(|fields| {
            fields
                .get(&args[1])
                .cloned()
                .map_or(Reply::Nil, Reply::Bulk)
        }),
        "hmget" => hash(context, &key).map(|fields| {
            let found = args[1..]
                .iter()
                .map(|it| fields.get(it).cloned().map_or(Reply::Nil, Reply::Bulk));
            Reply::Array(found.collect())
        }),
        "hgetall" => {
            hash(context, &key).map(|fields| bulks(fields.iter().flat_map(|(k, v)| [k, v])))
        }
        "hkeys" => hash(context, &key).map(|fields| bulks(fields.keys())),
        "hvals" => hash(context, &key).map(|fields| bulks(fields.values())),
        "hlen" => hash(context, &key).map(|fields| count(fields.len())),
        "hexists" => hash(context, &key)
            .map(|fields| Reply::Integer(i64::from(fields.contains_key(&args[1])))),
        "hdel" => hash(context, &key).map(|fields| {
            let gone = args[1..].iter().filter(|it| fields.remove(*it).is_some());
            count(gone.count())
        }),
        "hincrby" => integer(&args[2]).and_then(|by| {
            let fields = hash(context, &key)?;
            let held = fields.get(&args[1]).map_or(Ok(0), |it| integer(it))?;
            let sum = held.saturating_add(by);
            fields.insert(args[1].clone(), sum.to_string().into_bytes());
            Ok(Reply::Integer(sum))
        }),
        _ => return None,
    })
}

fn on_set(context: &mut Context<'_>, name: &str, args: &[Text]) -> Option<Outcome> {
    let key = args.first()?.clone();
    Some(match name {
        "sadd" => set(context, &key).map(|items| {
            let new = args[1..].iter().filter(|it| items.insert((*it).clone()));
            count(new.count())
        }),
        "srem" => set(context, &key).map(|items| {
            let gone = args[1..].iter().filter(|it| items.remove(*it));
            count(gone.count())
        }),
        "smembers" => set(context, &key).map(|items| bulks(items.iter())),
        "scard" => set(context, &key).map(|items| count(items.len())),
        "sismember" => {
            set(context, &key).map(|items| Reply::Integer(i64::from(items.contains(&args[1]))))
        }
        "spop" => set(context, &key).map(|items| items.pop_first().map_or(Reply::Nil, Reply::Bulk)),
        "sinter" | "sunion" => {
            let mut sets = Vec::new();
            for key in args {
                match set(context, key) {
                    Ok(items) => sets.push(items.clone()),
                    Err(reply) => return Some(Err(reply)),
                }
                context.store.bases[context.base].tidy(key);
            }
            let all: BTreeSet<Text> = sets.iter().flatten().cloned().collect();
            let kept = all
                .iter()
                .filter(|it| name == "sunion" || sets.iter().all(|set| set.contains(*it)));
            Ok(bulks(kept))
        }
        _ => return None,
    })
}

fn float(bytes: &[u8]) -> Result<f64, Reply> {
    match String::from_utf8_lossy(bytes).to_lowercase().as_str() {
        "-inf" => Ok(f64::NEG_INFINITY),
        "+inf" | "inf" => Ok(f64::INFINITY),
        text => text
            .parse()
            .map_err(|_| Reply::Error("ERR value is not a valid float".into())),
    }
}

fn on_sorted(context: &mut Context<'_>, name: &str, args: &[Text]) -> Option<Outcome> {
    let key = args.first()?.clone();
    let ranked = |scores: &BTreeMap<Text, f64>| {
        let mut all: Vec<(Text, f64)> = scores.iter().map(|(k, v)| (k.clone(), *v)).collect();
        all.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
        all
    };
    let with_scores = args.iter().any(|it| it.eq_ignore_ascii_case(b"withscores"));
    let shown = |rows: &[(Text, f64)]| {
        let mut out = Vec::new();
        for (member, score) in rows {
            out.push(Reply::Bulk(member.clone()));
            if with_scores {
                out.push(Reply::text(score.to_string()));
            }
        }
        Reply::Array(out)
    };
    Some(match name {
        "zadd" => sorted(context, &key).and_then(|scores| {
            let mut new = 0;
            for pair in args[1..].chunks_exact(2) {
                let score = float(&pair[0])?;
                new += usize::from(scores.insert(pair[1].clone(), score).is_none());
            }
            Ok(count(new))
        }),
        "zincrby" => float(&args[1]).and_then(|by| {
            let scores = sorted(context, &key)?;
            let score = scores.entry(args[2].clone()).or_insert(0.0);
            *score += by;
            Ok(Reply::text(score.to_string()))
        }),
        "zrem" => sorted(context, &key).map(|scores| {
            let gone = args[1..].iter().filter(|it| scores.remove(*it).is_some());
            count(gone.count())
        }),
        "zcard" => sorted(context, &key).map(|scores| count(scores.len())),
        "zscore" => sorted(context, &key).map(|scores| {
            let score = scores.get(&args[1]);
            score.map_or(Reply::Nil, |it| Reply::text(it.to_string()))
        }),
        "zrank" => sorted(context, &key).map(|scores| {
            let at = ranked(scores).iter().position(|it| it.0 == args[1]);
            at.map_or(Reply::Nil, count)
        }),
        "zrange" | "zrevrange" => bounds(&args[1], &args[2]).and_then(|(low, high)| {
            let mut rows = ranked(sorted(context, &key)?);
            if name == "zrevrange" || args.iter().any(|it| it.eq_ignore_ascii_case(b"rev")) {
                rows.reverse();
            }
            let range = range(rows.len(), low, high);
            Ok(shown(&rows[range]))
        }),
        "zrangebyscore" => float(&args[1]).and_then(|low| {
            let high = float(&args[2])?;
            let mut rows = ranked(sorted(context, &key)?);
            rows.retain(|it| it.1 >= low && it.1 <= high);
            Ok(shown(&rows))
        }),
        _ => return None,
    })
}
