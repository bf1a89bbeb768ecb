//! Methods of JavaScript's texts, lists, promises.

use std::sync::Arc;

use super::classes::count;
use super::ops::compare;
use super::show::{formatted, number_text, shown};
use super::value::{Promise, Ran, Value, list, locked, text};
use super::{Interp, Lang, Stop, js_error};

const TEXT: &str = " toUpperCase toLowerCase trim trimStart trimEnd split includes startsWith endsWith indexOf lastIndexOf slice substring charAt charCodeAt replace replaceAll repeat padStart padEnd concat toString at localeCompare ";
const LIST: &str = " push pop shift unshift map filter forEach reduce find findIndex some every includes indexOf join slice splice concat reverse sort flat flatMap keys entries at fill toString ";

/// Whether a value has this method.
pub(super) fn knows(of: &Value, name: &str) -> bool {
    let names = match of {
        Value::Str(_) => TEXT,
        Value::List(_) => LIST,
        Value::Num(_) | Value::Int(_) => " toFixed toString toLocaleString ",
        Value::Promise(_) => " then catch finally ",
        Value::Bool(_) => " toString ",
        Value::Function(_) | Value::Native(_) => " call apply bind ",
        Value::Dict(_) | Value::Object(_) => " hasOwnProperty toString ",
        _ => "",
    };
    names.contains(&format!(" {name} "))
}

fn at(args: &[Value], index: usize) -> Value {
    args.get(index).cloned().unwrap_or(Value::Undefined)
}

/// The two ends of a slice.
fn ends(args: &[Value], length: usize) -> (usize, usize) {
    let length = i64::try_from(length).unwrap_or(0);
    let real = |value: Option<&Value>, usual: i64| {
        let at = match value {
            None | Some(Value::Undefined) => usual,
            Some(value) => value.int(),
        };
        usize::try_from((if at < 0 { at + length } else { at }).clamp(0, length)).unwrap_or(0)
    };
    let (low, high) = (real(args.first(), 0), real(args.get(1), length));
    (low.min(high), high)
}

fn found(position: Option<usize>) -> Value {
    position.map_or(Value::Num(-1.0), count)
}

impl Interp {
    pub(super) async fn method_js(
        self: &Arc<Self>,
        of: &Value,
        name: &str,
        args: &[Value],
        depth: u32,
    ) -> Ran<Value> {
        match of {
            Value::Str(it) => Ok(text_method(it, name, args)),
            Value::List(items) => {
                let held = locked(items).clone();
                if let Some(value) = list_method(items, &held, name, args) {
                    return Ok(value);
                }
                self.list_with_function(of, held, name, args, depth).await
            }
            Value::Promise(promise) => Ok(self.promise(promise.clone(), name, args)),
            Value::Num(_) | Value::Int(_) if name == "toFixed" => Ok(text(format!(
                "{:.*}",
                usize::try_from(at(args, 0).int()).unwrap_or(0),
                of.number()
            ))),
            Value::Num(it) if name == "toLocaleString" => {
                Ok(text(formatted(&Value::Num(*it), ",", Lang::Js)))
            }
            Value::Function(_) | Value::Native(_) => match name {
                "bind" => Ok(of.clone()),
                "apply" => {
                    let list = self.iterate(&at(args, 1))?;
                    self.call(of.clone(), Some(at(args, 0)), (list, Vec::new()), depth + 1)
                        .await
                }
                _ => {
                    self.call(
                        of.clone(),
                        Some(at(args, 0)),
                        (args.iter().skip(1).cloned().collect(), Vec::new()),
                        depth + 1,
                    )
                    .await
                }
            },
            Value::Dict(map) if name == "hasOwnProperty" => {
                Ok(Value::Bool(locked(map).get(&at(args, 0)).is_some()))
            }
            _ => Ok(text(shown(of, Lang::Js))),
        }
    }

    async fn list_with_function(
        self: &Arc<Self>,
        of: &Value,
        held: Vec<Value>,
        name: &str,
        args: &[Value],
        depth: u32,
    ) -> Ran<Value> {
        let function = at(args, 0);
        if name == "sort" {
            let mut sorted: Vec<Value> = Vec::new();
            // By insertion, since comparing may wait.
            for item in held {
                let mut place = sorted.len();
                while place > 0 {
                    let order = if matches!(function, Value::Undefined) {
                        compare(
                            &text(shown(&sorted[place - 1], Lang::Js)),
                            &text(shown(&item, Lang::Js)),
                        )
                        .map_or(0.0, |it| f64::from(it as i8))
                    } else {
                        let both = (vec![sorted[place - 1].clone(), item.clone()], Vec::new());
                        self.call(function.clone(), None, both, depth + 1)
                            .await?
                            .number()
                    };
                    if order <= 0.0 {
                        break;
                    }
                    place -= 1;
                }
                sorted.insert(place, item);
            }
            if let Value::List(items) = of {
                *locked(items) = sorted;
            }
            return Ok(of.clone());
        }
        if !matches!(function, Value::Function(_) | Value::Native(_)) {
            return Err(js_error(
                "TypeError",
                format!("{} is not a function", shown(&function, Lang::Js)),
            ));
        }
        if name == "reduce" {
            let mut rest = held.into_iter().enumerate();
            let mut sum = match args.get(1) {
                Some(first) => first.clone(),
                None => match rest.next() {
                    Some((_, first)) => first,
                    None => {
                        return Err(js_error(
                            "TypeError",
                            "Reduce of empty array with no initial value",
                        ));
                    }
                },
            };
            for (index, item) in rest {
                sum = self
                    .call(
                        function.clone(),
                        None,
                        (vec![sum, item, count(index)], Vec::new()),
                        depth + 1,
                    )
                    .await?;
            }
            return Ok(sum);
        }
        let mut made = Vec::new();
        for (index, item) in held.into_iter().enumerate() {
            let answer = self
                .call(
                    function.clone(),
                    None,
                    (vec![item.clone(), count(index), of.clone()], Vec::new()),
                    depth + 1,
                )
                .await?;
            let truth = answer.truth(Lang::Js);
            match name {
                "map" => made.push(answer),
                "flatMap" => made.extend(if let Value::List(_) = answer {
                    answer.items().unwrap_or_default()
                } else {
                    vec![answer]
                }),
                "filter" if truth => made.push(item),
                "find" if truth => return Ok(item),
                "findIndex" if truth => return Ok(count(index)),
                "some" if truth => return Ok(Value::Bool(true)),
                "every" if !truth => return Ok(Value::Bool(false)),
                _ => {}
            }
        }
        Ok(match name {
            "map" | "filter" | "flatMap" => list(made),
            "findIndex" => Value::Num(-1.0),
            "some" => Value::Bool(false),
            "every" => Value::Bool(true),
            _ => Value::Undefined,
        })
    }

    /// then, catch, finally; and what settles a new promise.
    fn promise(self: &Arc<Self>, promise: Arc<Promise>, name: &str, args: &[Value]) -> Value {
        let function = at(args, 0);
        match name {
            "%resolve" => {
                if let Value::Promise(inner) = function {
                    self.add(Box::pin(async move {
                        promise.settle(inner.wait().await);
                        Ok(())
                    }));
                } else {
                    promise.settle(Ok(function));
                }
                return Value::Undefined;
            }
            "%reject" => {
                promise.settle(Err(function));
                return Value::Undefined;
            }
            _ => {}
        }
        let next = Arc::new(Promise::default());
        let (told, interp) = (next.clone(), Arc::clone(self));
        let (name, other) = (name.to_owned(), at(args, 1));
        self.add(Box::pin(async move {
            let outcome = promise.wait().await;
            let (handler, given) = match (&outcome, name.as_str()) {
                (Ok(value), "then") => (function, vec![value.clone()]),
                (Err(problem), "then") => (other, vec![problem.clone()]),
                (Err(problem), "catch") => (function, vec![problem.clone()]),
                (_, "finally") => (function, Vec::new()),
                _ => (Value::Undefined, Vec::new()),
            };
            if !matches!(handler, Value::Function(_) | Value::Native(_)) {
                if let (Err(problem), 1) = (&outcome, Arc::strong_count(&told)) {
                    return Err(Stop::Throw(problem.clone()));
                }
                told.settle(outcome);
                return Ok(());
            }
            match interp.call(handler, None, (given, Vec::new()), 1).await {
                Ok(Value::Promise(inner)) => told.settle(inner.wait().await),
                Ok(_) if name == "finally" => told.settle(outcome),
                Ok(value) => told.settle(Ok(value)),
                Err(Stop::Throw(problem)) if Arc::strong_count(&told) > 1 => {
                    told.settle(Err(problem));
                }
                Err(stop) => return Err(stop),
            }
            Ok(())
        }));
        Value::Promise(next)
    }
}

fn text_method(it: &str, name: &str, args: &[Value]) -> Value {
    let one = shown(&at(args, 0), Lang::Js);
    let two = shown(&at(args, 1), Lang::Js);
    let letters: Vec<char> = it.chars().collect();
    let part = |low: usize, high: usize| text(letters[low..high].iter().collect::<String>());
    let place = |byte: Option<usize>| found(byte.map(|at| it[..at].chars().count()));
    let padding = |width: &Value| {
        let missing = usize::try_from(width.int())
            .unwrap_or(0)
            .min(100_000)
            .saturating_sub(letters.len());
        let fill = if args.len() > 1 {
            two.clone()
        } else {
            " ".into()
        };
        fill.chars()
            .cycle()
            .take(if fill.is_empty() { 0 } else { missing })
            .collect::<String>()
    };
    match name {
        "toUpperCase" => text(it.to_uppercase()),
        "toLowerCase" => text(it.to_lowercase()),
        "trim" => text(it.trim()),
        "trimStart" => text(it.trim_start()),
        "trimEnd" => text(it.trim_end()),
        "split" if args.is_empty() => list(vec![text(it)]),
        "split" if one.is_empty() => list(letters.iter().map(|it| text(it.to_string())).collect()),
        "split" => list(it.split(one.as_str()).map(text).collect()),
        "includes" => Value::Bool(it.contains(&one)),
        "startsWith" => Value::Bool(it.starts_with(&one)),
        "endsWith" => Value::Bool(it.ends_with(&one)),
        "indexOf" => place(it.find(&one)),
        "lastIndexOf" => place(it.rfind(&one)),
        "slice" | "substring" => {
            let (low, high) = ends(args, letters.len());
            part(low, high)
        }
        "charAt" => letters
            .get(usize::try_from(at(args, 0).int()).unwrap_or(0))
            .map_or_else(|| text(""), |it| text(it.to_string())),
        "at" => {
            let (low, _) = ends(args, letters.len());
            letters
                .get(low)
                .map_or(Value::Undefined, |it| text(it.to_string()))
        }
        "charCodeAt" => letters
            .get(usize::try_from(at(args, 0).int()).unwrap_or(0))
            .map_or(Value::Num(f64::NAN), |it| {
                Value::Num(f64::from(u32::from(*it)))
            }),
        "replace" => text(it.replacen(&one, &two, 1)),
        "replaceAll" => text(it.replace(&one, &two)),
        "repeat" => text(it.repeat(usize::try_from(at(args, 0).int()).unwrap_or(0).min(100_000))),
        "padStart" => text(padding(&at(args, 0)) + it),
        "padEnd" => text(it.to_owned() + &padding(&at(args, 0))),
        "concat" => text(it.to_owned() + &one),
        "localeCompare" => Value::Num(f64::from(it.cmp(&one) as i8)),
        _ => text(it),
    }
}

/// Methods that call nothing.
#[expect(clippy::too_many_lines, reason = "a table: one case after the other")]
fn list_method(
    items: &std::sync::Mutex<Vec<Value>>,
    held: &[Value],
    name: &str,
    args: &[Value],
) -> Option<Value> {
    let one = at(args, 0);
    Some(match name {
        "push" => {
            let mut items = locked(items);
            items.extend(args.iter().cloned());
            count(items.len())
        }
        "unshift" => {
            let mut items = locked(items);
            items.splice(0..0, args.iter().cloned());
            count(items.len())
        }
        "pop" => locked(items).pop().unwrap_or(Value::Undefined),
        "shift" if held.is_empty() => Value::Undefined,
        "shift" => locked(items).remove(0),
        "includes" => Value::Bool(held.iter().any(|it| it.same(&one))),
        "indexOf" => found(held.iter().position(|it| it.same(&one))),
        "join" => {
            let separator = if args.is_empty() {
                ",".into()
            } else {
                shown(&one, Lang::Js)
            };
            let parts: Vec<String> = held
                .iter()
                .map(|it| {
                    if matches!(it, Value::Null | Value::Undefined) {
                        String::new()
                    } else {
                        shown(it, Lang::Js)
                    }
                })
                .collect();
            text(parts.join(&separator))
        }
        "slice" => {
            let (low, high) = ends(args, held.len());
            list(held[low..high].to_vec())
        }
        "splice" => {
            let (low, _) = ends(&args[..args.len().min(1)], held.len());
            let gone = args
                .get(1)
                .map_or(held.len() - low, |it| {
                    usize::try_from(it.int()).unwrap_or(0)
                })
                .min(held.len() - low);
            let new = args.iter().skip(2).cloned();
            list(locked(items).splice(low..low + gone, new).collect())
        }
        "concat" => {
            let mut all = held.to_vec();
            for other in args {
                match other {
                    Value::List(it) => all.extend(locked(it).clone()),
                    other => all.push(other.clone()),
                }
            }
            list(all)
        }
        "reverse" => {
            locked(items).reverse();
            list(held.iter().rev().cloned().collect())
        }
        "flat" => list(
            held.iter()
                .flat_map(|it| {
                    if let Value::List(_) = it {
                        it.items().unwrap_or_default()
                    } else {
                        vec![it.clone()]
                    }
                })
                .collect(),
        ),
        "keys" => list((0..held.len()).map(count).collect()),
        "entries" => list(
            held.iter()
                .enumerate()
                .map(|(at, it)| list(vec![count(at), it.clone()]))
                .collect(),
        ),
        "at" => {
            let (low, _) = ends(args, held.len());
            held.get(low).cloned().unwrap_or(Value::Undefined)
        }
        "fill" => {
            for item in locked(items).iter_mut() {
                *item = one.clone();
            }
            list(vec![one; held.len()])
        }
        "toString" => text(
            number_text(f64::NAN).replace("NaN", "")
                + &held
                    .iter()
                    .map(|it| shown(it, Lang::Js))
                    .collect::<Vec<_>>()
                    .join(","),
        ),
        _ => return None,
    })
}
