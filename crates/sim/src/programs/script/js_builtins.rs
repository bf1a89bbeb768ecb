//! What JavaScript programs find without asking, and node's modules.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::classes::ours;
use super::eval::Args;
use super::json::{from_json, json_text};
use super::show::{repr, shown};
use super::value::{Promise, Ran, Value, dict, list, locked, native, text};
use super::{Interp, Lang, Stop, class_of, js_error};

pub(super) fn natives(root: &str, names: &str) -> Vec<(String, Value)> {
    names
        .split(' ')
        .map(|it| (it.to_owned(), native(&format!("{root}.{it}"))))
        .collect()
}

/// A global name.
pub(super) fn global(interp: &Interp, name: &str) -> Option<Value> {
    Some(match name {
        "console" | "JSON" | "Object" | "Array" | "Promise" | "Date" | "Number" | "String"
        | "Boolean" | "Map" | "Set" | "Symbol" | "RegExp" | "Buffer" | "require" | "setTimeout"
        | "setInterval" | "setImmediate" | "clearTimeout" | "clearInterval" | "clearImmediate"
        | "parseInt" | "parseFloat" | "isNaN" | "encodeURIComponent" | "decodeURIComponent"
        | "fetch" | "structuredClone" | "URL" | "URLSearchParams" => native(name),
        "Error" | "TypeError" | "RangeError" | "SyntaxError" | "ReferenceError" => {
            Value::Class(class_of(name, Lang::Js))
        }
        "NaN" => Value::Num(f64::NAN),
        "Infinity" => Value::Num(f64::INFINITY),
        "globalThis" | "global" => dict(Vec::<(String, Value)>::new()),
        "__filename" => text(&interp.file),
        "__dirname" => text(interp.file.rsplit_once('/').map_or(".", |it| it.0)),
        "Math" => {
            let mut all = natives(
                "Math",
                "floor ceil round abs max min random sqrt pow trunc sign log sin cos",
            );
            all.push(("PI".into(), Value::Num(std::f64::consts::PI)));
            dict(all)
        }
        "process" => {
            let mut all = natives(
                "process",
                "exit on cwd uptime hrtime memoryUsage nextTick once",
            );
            let env = interp
                .sys
                .env()
                .into_iter()
                .map(|(name, value)| (name, text(value)));
            all.push(("env".into(), dict(env.collect::<Vec<_>>())));
            all.push(("argv".into(), list(interp.argv.iter().map(text).collect())));
            all.push(("pid".into(), Value::Num(f64::from(interp.sys.pid().0))));
            all.push(("version".into(), text(super::node::version(&interp.sys))));
            all.push(("platform".into(), text("linux")));
            all.push(("arch".into(), text("x64")));
            all.push((
                "stdout".into(),
                dict([("write", native("process.stdout.write"))]),
            ));
            let versions = dict([(
                "node",
                text(super::node::version(&interp.sys).trim_start_matches('v')),
            )]);
            all.push(("versions".into(), versions));
            dict(all)
        }
        _ => return None,
    })
}

pub(super) fn first(args: &Args) -> Value {
    args.0.first().cloned().unwrap_or(Value::Undefined)
}

pub(super) fn second(args: &Args) -> Value {
    args.0.get(1).cloned().unwrap_or(Value::Undefined)
}

impl Interp {
    /// Runs a function of ours.
    pub(super) async fn native(
        self: &Arc<Self>,
        name: &str,
        this: Option<Value>,
        args: Args,
        depth: u32,
    ) -> Ran<Value> {
        if name == "bound" {
            let Some(Value::Tuple(both)) = this else {
                return Ok(Value::Undefined);
            };
            return self
                .call(both[1].clone(), Some(both[0].clone()), args, depth)
                .await;
        }
        if let (Some(method), Some(of)) = (name.strip_prefix('.'), &this) {
            return match (of, self.lang) {
                (Value::Object(object), Lang::Js) if object.class.name.starts_with('%') => {
                    self.web_js(object.clone(), method, args, depth).await
                }
                (Value::Object(object), _) if object.class.name.starts_with('%') => {
                    self.web_py(object.clone(), method, args, depth).await
                }
                (_, Lang::Js) => self.method_js(of, method, &args.0, depth).await,
                (_, Lang::Python) => self.method_py(of, method, args, depth).await,
            };
        }
        if name == "%say" {
            if let Some(Value::Tuple(both)) = &this
                && let Value::List(said) = &both[0]
            {
                let mut row = vec![both[1].clone()];
                row.extend(args.0);
                locked(said).push(list(row));
            }
            return Ok(Value::Null);
        }
        match self.lang {
            Lang::Js => self.native_js(name, args, depth).await,
            Lang::Python => self.native_py(name, args, depth).await,
        }
    }

    /// What console.log shows.
    fn line(args: &[Value]) -> String {
        let mut rest = args.iter();
        let mut out = String::new();
        if let Some(Value::Str(format)) = args.first()
            && format.contains('%')
            && args.len() > 1
        {
            rest.next();
            let mut text = format.to_string();
            for mark in ["%s", "%d", "%i", "%o", "%j"] {
                while let Some(at) = text.find(mark) {
                    let Some(value) = rest.next() else { break };
                    text.replace_range(at..at + 2, &shown(value, Lang::Js));
                }
            }
            out = text;
        } else if let Some(value) = rest.next() {
            out = Self::loose(value);
        }
        for value in rest {
            out.push(' ');
            out.push_str(&Self::loose(value));
        }
        out + "\n"
    }

    fn loose(value: &Value) -> String {
        if let Value::Str(it) = value {
            it.to_string()
        } else {
            repr(value, Lang::Js)
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "a table: one function after the other"
    )]
    async fn native_js(self: &Arc<Self>, name: &str, args: Args, depth: u32) -> Ran<Value> {
        let one = first(&args);
        let number = one.number();
        Ok(match name {
            "console.log" | "console.info" | "console.debug" => {
                self.write(1, &Self::line(&args.0)).await;
                Value::Undefined
            }
            "console.error" | "console.warn" => {
                self.write(2, &Self::line(&args.0)).await;
                Value::Undefined
            }
            "process.stdout.write" => {
                self.write(1, &shown(&one, Lang::Js)).await;
                Value::Bool(true)
            }
            "process.exit" => return Err(Stop::Exit(u8::try_from(one.int()).unwrap_or(0))),
            "process.cwd" => text(self.sys.cwd()),
            "process.uptime" | "process.hrtime" => Value::Num(self.sys.uptime().as_secs_f64()),
            "process.memoryUsage" => dict([
                ("rss", Value::Num(45e6)),
                ("heapUsed", Value::Num(5e6)),
                ("heapTotal", Value::Num(7e6)),
            ]),
            "process.on" | "process.once" => {
                self.on_signal(&shown(&one, Lang::Js), second(&args));
                Value::Undefined
            }
            "setTimeout" | "setInterval" | "setImmediate" | "process.nextTick" => {
                let wait = if name.starts_with("set") && name != "setImmediate" {
                    second(&args).number().max(1.0)
                } else {
                    0.0
                };
                self.timer(
                    one,
                    wait,
                    name == "setInterval",
                    args.0.into_iter().skip(2).collect(),
                )
            }
            "clearTimeout" | "clearInterval" | "clearImmediate" => {
                locked(&self.timers).remove(&one.int());
                Value::Undefined
            }
            "Math.floor" => Value::Num(number.floor()),
            "Math.ceil" => Value::Num(number.ceil()),
            "Math.round" => Value::Num((number + 0.5).floor()),
            "Math.trunc" => Value::Num(number.trunc()),
            "Math.abs" => Value::Num(number.abs()),
            "Math.sqrt" => Value::Num(number.sqrt()),
            "Math.sign" => Value::Num(number.signum()),
            "Math.log" => Value::Num(number.ln()),
            "Math.sin" => Value::Num(number.sin()),
            "Math.cos" => Value::Num(number.cos()),
            "Math.pow" => Value::Num(number.powf(second(&args).number())),
            "Math.max" => Value::Num(
                args.0
                    .iter()
                    .map(Value::number)
                    .fold(f64::NEG_INFINITY, f64::max),
            ),
            "Math.min" => Value::Num(
                args.0
                    .iter()
                    .map(Value::number)
                    .fold(f64::INFINITY, f64::min),
            ),
            "Math.random" => Value::Num(self.dice()),
            "Number" | "parseFloat" => Value::Num(number),
            "parseInt" => {
                let body = shown(&one, Lang::Js);
                let body = body.trim();
                let end = body
                    .char_indices()
                    .find(|(at, c)| !(c.is_ascii_digit() || (*at == 0 && *c == '-')))
                    .map_or(body.len(), |it| it.0);
                Value::Num(body[..end].parse().unwrap_or(f64::NAN))
            }
            "isNaN" | "Number.isNaN" => Value::Bool(number.is_nan()),
            "Number.isInteger" => Value::Bool(number.fract() == 0.0),
            "String" => text(self.to_text(&one).await?),
            "Boolean" => Value::Bool(one.truth(Lang::Js)),
            "Array.isArray" => Value::Bool(matches!(one, Value::List(_))),
            "Array.from" => {
                let length = if let Value::Dict(it) = &one {
                    locked(it).text("length")
                } else {
                    None
                };
                let items = match length {
                    Some(length) => vec![
                        Value::Undefined;
                        usize::try_from(length.int()).unwrap_or(0).min(1_000_000)
                    ],
                    None => self.iterate(&one)?,
                };
                let made = list(items);
                match second(&args) {
                    Value::Undefined => made,
                    mapped => return self.method_js(&made, "map", &[mapped], depth).await,
                }
            }
            "new Array" => list(vec![
                Value::Undefined;
                usize::try_from(one.int()).unwrap_or(0).min(1_000_000)
            ]),
            "Object.keys" => list(fields(&one).into_iter().map(|it| it.0).collect()),
            "Object.values" => list(fields(&one).into_iter().map(|it| it.1).collect()),
            "Object.entries" => list(
                fields(&one)
                    .into_iter()
                    .map(|(key, value)| list(vec![key, value]))
                    .collect(),
            ),
            "Object.assign" => {
                for other in args.0.iter().skip(1) {
                    for (key, value) in fields(other) {
                        super::ops::set_index(&one, &key, value, Lang::Js)?;
                    }
                }
                one
            }
            "Object.freeze" => one,
            "JSON.stringify" => json_text(&one, args.0.get(2)).map_or(Value::Undefined, text),
            "JSON.parse" => {
                let source = shown(&one, Lang::Js);
                let parsed: serde_json::Value = serde_json::from_str(&source).map_err(|_| {
                    js_error(
                        "SyntaxError",
                        format!(
                            "Unexpected token in JSON at position 0, \"{source}\" is not valid JSON"
                        ),
                    )
                })?;
                from_json(&parsed, Lang::Js)
            }
            "Date.now" => Value::Num(self.millis()),
            "Date" => text(super::super::date::format(
                self.sys.now(),
                "%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)",
            )),
            "new Date" => {
                let at = if args.0.is_empty() {
                    self.millis()
                } else {
                    number
                };
                ours("Date", vec![("%at", Value::Num(at))])
            }
            "new Promise" => {
                let promise = Arc::new(Promise::default());
                let settle = |how: &str| {
                    Value::Native(Arc::new((
                        how.to_owned(),
                        Some(Value::Promise(promise.clone())),
                    )))
                };
                let both = (vec![settle(".%resolve"), settle(".%reject")], Vec::new());
                if let Err(Stop::Throw(problem)) = self.call(one, None, both, depth + 1).await {
                    promise.settle(Err(problem));
                }
                Value::Promise(promise)
            }
            "Promise.resolve" | "Promise.reject" => {
                let promise = Promise::default();
                promise.settle(if name == "Promise.resolve" {
                    Ok(one)
                } else {
                    Err(one)
                });
                Value::Promise(Arc::new(promise))
            }
            "Promise.all" => {
                let mut all = Vec::new();
                for item in self.iterate(&one)? {
                    all.push(self.settled(item).await?);
                }
                let promise = Promise::default();
                promise.settle(Ok(list(all)));
                Value::Promise(Arc::new(promise))
            }
            "require" => return self.import(&shown(&one, Lang::Js), None).await,
            _ => return self.module_js(name, &args),
        })
    }

    fn millis(&self) -> f64 {
        let since = self
            .sys
            .now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        (since.as_secs_f64() * 1000.0).floor()
    }

    /// setTimeout and setInterval; the timer's number.
    fn timer(self: &Arc<Self>, function: Value, wait: f64, again: bool, args: Vec<Value>) -> Value {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        locked(&self.timers).insert(id);
        let interp = Arc::clone(self);
        let wait = Duration::try_from_secs_f64(wait / 1000.0).unwrap_or_default();
        self.add(Box::pin(async move {
            loop {
                interp.sys.sleep(wait).await;
                let set = locked(&interp.timers).contains(&id);
                if !set {
                    return Ok(());
                }
                interp
                    .call(function.clone(), None, (args.clone(), Vec::new()), 1)
                    .await?;
                if !again {
                    return Ok(());
                }
            }
        }));
        #[expect(clippy::cast_precision_loss, reason = "the number of a timer")]
        Value::Num(id as f64)
    }

    /// `process.on('SIGTERM', …)`
    fn on_signal(self: &Arc<Self>, name: &str, function: Value) {
        let Some(signal) = crate::kernel::Signal::parse(name.trim_start_matches("SIG")) else {
            return;
        };
        self.sys.catch(signal);
        let mut handlers = locked(&self.handlers);
        handlers.insert(signal.0, function);
    }
}

pub(super) fn fields(value: &Value) -> Vec<(Value, Value)> {
    match value {
        Value::Dict(it) => locked(it).0.clone(),
        Value::Object(it) => locked(&it.fields).0.clone(),
        Value::List(it) => locked(it)
            .iter()
            .enumerate()
            .map(|(at, it)| (text(at.to_string()), it.clone()))
            .collect(),
        _ => Vec::new(),
    }
}
