//! What Python programs find without asking, and the modules that a course uses.

use std::sync::Arc;
use std::time::Duration;

use super::classes::ours;
use super::eval::Args;
use super::json::{from_json, to_json};
use super::ops::compare;
use super::show::{formatted, repr, shown};
use super::value::{Ran, Value, dict, list, locked, native, text};
use super::{Interp, Lang, Stop, class_of, py_error};
use crate::kernel::{Errno, Signal};

const FUNCTIONS: &str = " print len range str int float bool list dict tuple set open input sum min max sorted reversed enumerate zip map filter abs round type isinstance any all repr chr ord hasattr getattr setattr exit quit super format id iter next ";

/// A global name.
pub(super) fn global(name: &str) -> Option<Value> {
    if FUNCTIONS.contains(&format!(" {name} ")) {
        return Some(native(name));
    }
    let known = name.ends_with("Error")
        || matches!(
            name,
            "Exception" | "BaseException" | "KeyboardInterrupt" | "SystemExit" | "StopIteration"
        );
    known.then(|| Value::Class(class_of(name, Lang::Python)))
}

/// `os.environ[…]`
pub(super) fn environment(interp: &Interp, key: &Value) -> Ran<Value> {
    let name = shown(key, Lang::Python);
    interp
        .sys
        .var(&name)
        .map(text)
        .ok_or_else(|| py_error("KeyError", repr(key, Lang::Python)))
}

pub(super) fn os_error(error: Errno, path: &str) -> Stop {
    let (name, number) = match error {
        Errno::ENOENT => ("FileNotFoundError", 2),
        Errno::EACCES => ("PermissionError", 13),
        Errno::EISDIR => ("IsADirectoryError", 21),
        Errno::EEXIST => ("FileExistsError", 17),
        Errno::ECONNREFUSED => ("ConnectionRefusedError", 111),
        Errno::EADDRINUSE => return py_error("OSError", "[Errno 98] Address already in use"),
        _ => ("OSError", 5),
    };
    py_error(
        name,
        format!("[Errno {number}] {}: '{path}'", error.message),
    )
}

impl Interp {
    #[expect(
        clippy::too_many_lines,
        reason = "a table: one function after the other"
    )]
    pub(super) async fn native_py(
        self: &Arc<Self>,
        name: &str,
        args: Args,
        depth: u32,
    ) -> Ran<Value> {
        let (args, named) = args;
        let one = args.first().cloned().unwrap_or(Value::Null);
        let two = args.get(1).cloned();
        let keyword = |wanted: &str| {
            named
                .iter()
                .find(|it| it.0 == wanted)
                .map(|it| it.1.clone())
        };
        let path = shown(&one, Lang::Python);
        let sys = &self.sys;
        Ok(match name {
            "print" => {
                let mut parts = Vec::new();
                for value in &args {
                    parts.push(self.to_text(value).await?);
                }
                let separator = keyword("sep").map_or(" ".into(), |it| shown(&it, Lang::Python));
                let end = keyword("end").map_or("\n".into(), |it| shown(&it, Lang::Python));
                let said = parts.join(&separator) + &end;
                match keyword("file") {
                    None | Some(Value::Null) => self.write(1, &said).await,
                    Some(file) => {
                        let write = self.member(&file, "write")?;
                        let args = (vec![text(&said)], Vec::new());
                        self.call(write, None, args, depth).await?;
                    }
                }
                Value::Null
            }
            "sys.stdout.write" | "sys.stderr.write" => {
                self.write(if name.contains("err") { 2 } else { 1 }, &path)
                    .await;
                Value::Null
            }
            "sys.stdout.flush" | "sys.stderr.flush" | "random.seed" => Value::Null,
            "input" => {
                self.write(1, &if args.is_empty() { String::new() } else { path })
                    .await;
                let line = sys.read(0, 4096).await.unwrap_or_default();
                if line.is_empty() {
                    return Err(py_error("EOFError", "EOF when reading a line"));
                }
                text(String::from_utf8_lossy(&line).trim_end_matches('\n'))
            }
            "len" => {
                let items = one.items().ok_or_else(|| {
                    py_error(
                        "TypeError",
                        format!("object of type '{}' has no len()", one.kind(Lang::Python)),
                    )
                })?;
                int(items.len())
            }
            "range" => {
                let (low, high) = match &two {
                    None => (0, one.int()),
                    Some(high) => (one.int(), high.int()),
                };
                let step = args.get(2).map_or(1, Value::int);
                if step == 0 {
                    return Err(py_error("ValueError", "range() arg 3 must not be zero"));
                }
                let mut made = Vec::new();
                let mut at = low;
                while (step > 0 && at < high || step < 0 && at > high) && made.len() < 10_000_000 {
                    made.push(Value::Int(at));
                    at += step;
                }
                list(made)
            }
            "str" => text(if args.is_empty() {
                String::new()
            } else {
                self.to_text(&one).await?
            }),
            "repr" => text(repr(&one, Lang::Python)),
            "format" => text(formatted(
                &one,
                &two.map_or_else(String::new, |it| shown(&it, Lang::Python)),
                Lang::Python,
            )),
            "int" => match &one {
                Value::Str(it) => match it.trim().parse() {
                    Ok(number) => Value::Int(number),
                    Err(_) => {
                        return Err(py_error(
                            "ValueError",
                            format!(
                                "invalid literal for int() with base 10: {}",
                                repr(&one, Lang::Python)
                            ),
                        ));
                    }
                },
                other => Value::Int(other.int()),
            },
            "float" => match one.number() {
                number if number.is_nan() && matches!(one, Value::Str(_)) => {
                    return Err(py_error(
                        "ValueError",
                        format!(
                            "could not convert string to float: {}",
                            repr(&one, Lang::Python)
                        ),
                    ));
                }
                number => Value::Num(number),
            },
            "bool" => Value::Bool(one.truth(Lang::Python)),
            "list" | "reversed" | "set" | "tuple" | "iter" => {
                let mut items = if args.is_empty() {
                    Vec::new()
                } else {
                    self.iterate(&one)?
                };
                match name {
                    "reversed" => items.reverse(),
                    "set" => {
                        let mut kept: Vec<Value> = Vec::new();
                        for item in items {
                            if !kept.iter().any(|it| it.equal(&item)) {
                                kept.push(item);
                            }
                        }
                        items = kept;
                    }
                    "tuple" => return Ok(Value::Tuple(Arc::new(items))),
                    _ => {}
                }
                list(items)
            }
            "dict" => match one {
                Value::Dict(map) => {
                    Value::Dict(Arc::new(std::sync::Mutex::new(locked(&map).clone())))
                }
                _ => dict(named.clone()),
            },
            "sum" => {
                let mut sum = Value::Int(0);
                for item in self.iterate(&one)? {
                    sum = super::ops::binary("+", &sum, &item, Lang::Python)?;
                }
                sum
            }
            "min" | "max" | "sorted" => {
                let items = if args.len() > 1 {
                    args.clone()
                } else {
                    self.iterate(&one)?
                };
                let mut rows = Vec::new();
                for item in items {
                    let key = match keyword("key") {
                        Some(function) => {
                            self.call(function, None, (vec![item.clone()], Vec::new()), depth + 1)
                                .await?
                        }
                        None => item.clone(),
                    };
                    rows.push((key, item));
                }
                rows.sort_by(|a, b| compare(&a.0, &b.0).unwrap_or(std::cmp::Ordering::Equal));
                if keyword("reverse").is_some_and(|it| it.truth(Lang::Python)) {
                    rows.reverse();
                }
                let mut items: Vec<Value> = rows.into_iter().map(|it| it.1).collect();
                match name {
                    "sorted" => list(items),
                    _ if items.is_empty() => {
                        return Err(py_error(
                            "ValueError",
                            format!("{name}() arg is an empty sequence"),
                        ));
                    }
                    "min" => items.swap_remove(0),
                    _ => items.pop().unwrap_or(Value::Null),
                }
            }
            "enumerate" => {
                let from = two.map_or(0, |it| it.int());
                let rows = self.iterate(&one)?.into_iter().zip(from..);
                list(
                    rows.map(|(item, at)| Value::Tuple(Arc::new(vec![Value::Int(at), item])))
                        .collect(),
                )
            }
            "zip" => {
                let all: Vec<Vec<Value>> =
                    args.iter().map(|it| self.iterate(it)).collect::<Ran<_>>()?;
                let length = all.iter().map(Vec::len).min().unwrap_or(0);
                list(
                    (0..length)
                        .map(|at| {
                            Value::Tuple(Arc::new(all.iter().map(|it| it[at].clone()).collect()))
                        })
                        .collect(),
                )
            }
            "map" | "filter" => {
                let mut made = Vec::new();
                for item in self.iterate(&two.unwrap_or(Value::Null))? {
                    let answer = self
                        .call(
                            one.clone(),
                            None,
                            (vec![item.clone()], Vec::new()),
                            depth + 1,
                        )
                        .await?;
                    if name == "map" {
                        made.push(answer);
                    } else if answer.truth(Lang::Python) {
                        made.push(item);
                    }
                }
                list(made)
            }
            "any" => Value::Bool(self.iterate(&one)?.iter().any(|it| it.truth(Lang::Python))),
            "all" => Value::Bool(self.iterate(&one)?.iter().all(|it| it.truth(Lang::Python))),
            "abs" => {
                if let Value::Int(it) = one {
                    Value::Int(it.abs())
                } else {
                    Value::Num(one.number().abs())
                }
            }
            "round" => match two {
                Some(digits) => Value::Num(
                    format!(
                        "{:.*}",
                        usize::try_from(digits.int()).unwrap_or(0),
                        one.number()
                    )
                    .parse()
                    .unwrap_or(0.0),
                ),
                None => Value::Int(Value::Num(one.number().round()).int()),
            },
            "chr" => text(
                u32::try_from(one.int())
                    .ok()
                    .and_then(char::from_u32)
                    .unwrap_or(' ')
                    .to_string(),
            ),
            "ord" => Value::Int(path.chars().next().map_or(0, |it| i64::from(u32::from(it)))),
            "type" => match &one {
                Value::Object(it) => Value::Class(it.class.clone()),
                other => Value::Class(class_of_ours(other.kind(Lang::Python))),
            },
            "isinstance" => Value::Bool(match (&one, &two) {
                (Value::Object(it), Some(Value::Class(class))) => it.class.is(&class.name),
                (value, Some(Value::Native(kind))) => value.kind(Lang::Python) == kind.0,
                _ => false,
            }),
            "hasattr" => Value::Bool(
                self.member(&one, &shown(&two.unwrap_or(Value::Null), Lang::Python))
                    .is_ok(),
            ),
            "getattr" => {
                let found = self.member(&one, &shown(&two.unwrap_or(Value::Null), Lang::Python));
                match (found, args.get(2)) {
                    (Err(_), Some(usual)) => usual.clone(),
                    (found, _) => found?,
                }
            }
            "exit" | "quit" | "sys.exit" => {
                return Err(Stop::Exit(u8::try_from(one.int()).unwrap_or(1)));
            }
            "open" => {
                let mode = two
                    .or_else(|| keyword("mode"))
                    .map_or("r".into(), |it| shown(&it, Lang::Python));
                let held = match (mode.contains('w'), sys.read_file(&path)) {
                    (true, _) => sys.write_file(&path, b"").map(|()| String::new()),
                    (false, Ok(bytes)) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
                    (false, Err(_)) if mode.contains('a') => Ok(String::new()),
                    (false, Err(error)) => Err(error),
                };
                let held = held.map_err(|it| os_error(it, &path))?;
                ours(
                    "File",
                    vec![
                        ("name", text(&path)),
                        ("%body", text(held)),
                        ("%at", Value::Int(0)),
                        ("%mode", text(mode)),
                    ],
                )
            }
            "time.sleep" => {
                let wait = Duration::try_from_secs_f64(one.number().max(0.0)).unwrap_or_default();
                sys.sleep(wait).await;
                Value::Null
            }
            "time.time" => Value::Num(
                sys.now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .unwrap_or_default()
                    .as_secs_f64(),
            ),
            "time.perf_counter" | "time.monotonic" => Value::Num(sys.uptime().as_secs_f64()),
            "time.strftime" => text(super::super::date::format(sys.now(), &path)),
            "datetime.now" | "datetime.utcnow" => ours(
                "DateTime",
                vec![(
                    "%at",
                    Value::Num(
                        sys.now()
                            .duration_since(std::time::UNIX_EPOCH)
                            .unwrap_or_default()
                            .as_secs_f64(),
                    ),
                )],
            ),
            "os.getenv" | "os.environ.get" => match sys.var(&path) {
                Some(value) => text(value),
                None => two.unwrap_or(Value::Null),
            },
            "os.getcwd" => text(sys.cwd()),
            "os.getpid" => Value::Int(i64::from(sys.pid().0)),
            "os.uname" => ours("Uname", vec![("nodename", text(sys.hostname()))]),
            "os.listdir" => {
                let folder = if args.is_empty() { ".".into() } else { path };
                list(
                    sys.read_dir(&folder)
                        .map_err(|it| os_error(it, &folder))?
                        .into_iter()
                        .map(|it| text(it.name))
                        .collect(),
                )
            }
            "os.mkdir" | "os.makedirs" => match sys.mkdir(&path, 0o755) {
                Err(error) if named.is_empty() => return Err(os_error(error, &path)),
                _ => Value::Null,
            },
            "os.remove" => sys
                .unlink(&path)
                .map(|()| Value::Null)
                .map_err(|it| os_error(it, &path))?,
            "os.path.exists" => Value::Bool(sys.stat(&path).is_ok()),
            "os.path.isfile" => Value::Bool(sys.stat(&path).is_ok_and(|it| !it.is_dir())),
            "os.path.isdir" => Value::Bool(sys.stat(&path).is_ok_and(|it| it.is_dir())),
            "os.path.basename" => text(path.rsplit('/').next().unwrap_or(&path)),
            "os.path.dirname" => text(path.rsplit_once('/').map_or("", |it| it.0)),
            "os.path.join" => {
                let mut whole = String::new();
                for part in args.iter().map(|it| shown(it, Lang::Python)) {
                    if part.starts_with('/') || whole.is_empty() {
                        whole = part;
                    } else {
                        whole = format!("{}/{part}", whole.trim_end_matches('/'));
                    }
                }
                text(whole)
            }
            "json.dumps" | "flask.jsonify" => {
                let value = if named.is_empty() || name == "json.dumps" {
                    one
                } else {
                    dict(named.clone())
                };
                let json = to_json(&value, Lang::Python).unwrap_or_default();
                let made = match keyword("indent") {
                    Some(_) => serde_json::to_string_pretty(&json).unwrap_or_default(),
                    None if name == "flask.jsonify" => format!("{json}\n"),
                    // A space after each comma and colon, as Python writes it.
                    None => spaced(&json),
                };
                if name == "json.dumps" {
                    text(made)
                } else {
                    ours(
                        "FlaskResponse",
                        vec![("%body", text(made)), ("%kind", text("application/json"))],
                    )
                }
            }
            "json.loads" => {
                let parsed = serde_json::from_str(&path).map_err(|_| {
                    py_error(
                        "JSONDecodeError",
                        "Expecting value: line 1 column 1 (char 0)",
                    )
                })?;
                from_json(&parsed, Lang::Python)
            }
            "random.random" => Value::Num(self.dice()),
            "random.randint" => {
                let (low, high) = (one.int(), two.map_or(0, |it| it.int()));
                #[expect(clippy::cast_precision_loss, reason = "a small range")]
                let wide = (high - low + 1) as f64;
                Value::Int(low + Value::Num((self.dice() * wide).floor()).int())
            }
            "random.choice" => {
                let items = self.iterate(&one)?;
                let at =
                    Value::Num(self.dice() * f64::from(u32::try_from(items.len()).unwrap_or(0)))
                        .int();
                items
                    .get(usize::try_from(at).unwrap_or(0))
                    .cloned()
                    .ok_or_else(|| py_error("IndexError", "Cannot choose from an empty sequence"))?
            }
            "socket.gethostname" | "platform.node" => text(sys.hostname()),
            "socket.gethostbyname" => match sys
                .resolve(&path)
                .await
                .ok()
                .and_then(|it| it.first().copied())
            {
                Some(address) => text(address.to_string()),
                None => return Err(py_error("OSError", "[Errno -2] Name or service not known")),
            },
            "platform.system" => text("Linux"),
            "platform.machine" => text("x86_64"),
            "platform.release" => text(&sys.kernel().options().release),
            "platform.python_version" => text(
                sys.var("PYTHON_VERSION")
                    .unwrap_or_else(|| "3.11.12".into()),
            ),
            "math.sqrt" => Value::Num(one.number().sqrt()),
            "math.floor" => Value::Int(Value::Num(one.number().floor()).int()),
            "math.ceil" => Value::Int(Value::Num(one.number().ceil()).int()),
            "math.pow" => Value::Num(one.number().powf(two.map_or(1.0, |it| it.number()))),
            "math.log" => Value::Num(one.number().ln()),
            "math.sin" => Value::Num(one.number().sin()),
            "math.cos" => Value::Num(one.number().cos()),
            "signal.signal" => {
                let signal = Signal(u8::try_from(one.int()).unwrap_or(0));
                sys.catch(signal);
                locked(&self.handlers).insert(signal.0, two.unwrap_or(Value::Null));
                Value::Null
            }
            _ => return self.web_native_py(name, &args, &named),
        })
    }
}

pub(super) fn int(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A class that the modules come with.
pub(super) fn class_of_ours(name: &str) -> Arc<super::value::Class> {
    Arc::new(super::value::Class {
        name: name.to_owned(),
        parent: None,
        members: std::sync::Mutex::default(),
        statics: std::sync::Mutex::default(),
    })
}

/// JSON as Python writes it.
fn spaced(json: &serde_json::Value) -> String {
    use serde_json::Value as Json;
    match json {
        Json::Array(items) => format!(
            "[{}]",
            items.iter().map(spaced).collect::<Vec<_>>().join(", ")
        ),
        Json::Object(rows) => {
            let rows: Vec<String> = rows
                .iter()
                .map(|(key, value)| format!("{}: {}", Json::from(key.as_str()), spaced(value)))
                .collect();
            format!("{{{}}}", rows.join(", "))
        }
        other => other.to_string(),
    }
}
