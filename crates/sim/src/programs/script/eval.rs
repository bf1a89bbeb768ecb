//! Expressions.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::future::BoxFuture;

use super::ast::Expr;
use super::ops::{binary, index, set_index, slice, unary};
use super::show::{formatted, shown};
use super::value::{Function, Map, Ran, Scope, Value, list, locked, text};
use super::{Interp, Lang, Stop, js_error, py_error};

/// Steps between two looks at the signals.
const STEPS: u64 = 500;

/// Positional and named arguments.
pub(super) type Args = (Vec<Value>, Vec<(String, Value)>);

impl Interp {
    /// The value of an expression.
    #[expect(clippy::too_many_lines, reason = "a table: one case after the other")]
    pub(super) fn eval<'a>(
        self: &'a Arc<Self>,
        expr: &'a Expr,
        scope: &'a Scope,
    ) -> BoxFuture<'a, Ran<Value>> {
        match expr {
            Expr::Value(value) => Box::pin(std::future::ready(Ok(value.clone()))),
            Expr::Name(name) => Box::pin(std::future::ready(self.name(name, scope))),
            Expr::Function(code) => {
                let this = if code.arrow { scope.get("this") } else { None };
                let function = Function {
                    code: code.clone(),
                    scope: scope.clone(),
                    this,
                    home: None,
                };
                Box::pin(std::future::ready(Ok(Value::Function(Arc::new(function)))))
            }
            Expr::Format(parts) => Box::pin(self.format(parts, scope)),
            Expr::List(items) => Box::pin(async move { Ok(list(self.items(items, scope).await?)) }),
            Expr::Tuple(items) => {
                Box::pin(async move { Ok(Value::Tuple(Arc::new(self.items(items, scope).await?))) })
            }
            Expr::Dict(entries) => Box::pin(self.dictionary(entries, scope)),
            Expr::Class(code) => Box::pin(self.class(code, scope)),
            Expr::Member(of, name, optional) => Box::pin(async move {
                let of = self.eval(of, scope).await?;
                if *optional && matches!(of, Value::Null | Value::Undefined) {
                    return Ok(Value::Undefined);
                }
                self.member(&of, name)
            }),
            Expr::Index(of, key) => Box::pin(async move {
                let of = self.eval(of, scope).await?;
                let key = self.eval(key, scope).await?;
                if matches!(&of, Value::Native(it) if it.0 == "os.environ") {
                    return super::py_builtins::environment(self, &key);
                }
                index(&of, &key, self.lang)
            }),
            Expr::Slice(of, [low, high]) => Box::pin(async move {
                let of = self.eval(of, scope).await?;
                let mut ends = [None, None];
                for (end, expr) in ends.iter_mut().zip([low, high]) {
                    if let Some(expr) = expr {
                        *end = Some(self.eval(expr, scope).await?.int());
                    }
                }
                slice(&of, ends[0], ends[1])
            }),
            Expr::Call(callee, args, optional) => {
                Box::pin(self.call_expr(callee, args, *optional, scope))
            }
            Expr::New(class, args) => Box::pin(async move {
                let class = self.eval(class, scope).await?;
                let args = self.args(args, scope).await?;
                self.make(class, args, scope.depth() + 1).await
            }),
            Expr::Unary("typeof", it) if matches!(&**it, Expr::Name(name) if scope.get(name).is_none()) => {
                Box::pin(std::future::ready(Ok(text("undefined"))))
            }
            Expr::Unary(sign, it) => {
                Box::pin(async move { unary(sign, &self.eval(it, scope).await?, self.lang) })
            }
            Expr::Binary(sign, a, b) => Box::pin(self.binary_expr(sign, a, b, scope)),
            Expr::Logic(sign, a, b) => Box::pin(async move {
                let left = self.eval(a, scope).await?;
                if stays(sign, &left, self.lang) {
                    Ok(left)
                } else {
                    self.eval(b, scope).await
                }
            }),
            Expr::If(test, then, otherwise) => Box::pin(async move {
                let chosen = if self.eval(test, scope).await?.truth(self.lang) {
                    then
                } else {
                    otherwise
                };
                self.eval(chosen, scope).await
            }),
            Expr::Assign(target, sign, value) => {
                Box::pin(self.assign_expr(target, sign, value, scope))
            }
            Expr::Step(target, by, before) => Box::pin(async move {
                let old = self.eval(target, scope).await?.number();
                #[expect(clippy::cast_precision_loss, reason = "1 or -1")]
                let new = old + *by as f64;
                self.assign(target, Value::Num(new), scope, false).await?;
                Ok(Value::Num(if *before { new } else { old }))
            }),
            Expr::Await(it) => Box::pin(async move {
                let value = self.eval(it, scope).await?;
                self.settled(value).await
            }),
            Expr::Each {
                key,
                item,
                target,
                list: source,
                test,
            } => Box::pin(self.each(key.as_deref(), item, target, source, test.as_deref(), scope)),
            Expr::Spread(_) | Expr::Keyword(..) => Box::pin(std::future::ready(Err(
                Stop::NotSimulated("un argument étoilé ici".into()),
            ))),
        }
    }

    /// What a promise becomes.
    pub(super) async fn settled(&self, value: Value) -> Ran<Value> {
        match value {
            Value::Promise(promise) => promise.wait().await.map_err(Stop::Throw),
            other => {
                tokio::task::yield_now().await;
                Ok(other)
            }
        }
    }

    fn name(&self, name: &str, scope: &Scope) -> Ran<Value> {
        if let Some(value) = scope.get(name) {
            return Ok(value);
        }
        match (self.lang, name) {
            (Lang::Js, "this") => Ok(Value::Undefined),
            (Lang::Js, _) => super::js_builtins::global(self, name)
                .ok_or_else(|| js_error("ReferenceError", format!("{name} is not defined"))),
            (Lang::Python, _) => super::py_builtins::global(name)
                .ok_or_else(|| py_error("NameError", format!("name '{name}' is not defined"))),
        }
    }

    async fn format(
        self: &Arc<Self>,
        parts: &[(String, Option<(Expr, String)>)],
        scope: &Scope,
    ) -> Ran<Value> {
        let mut out = String::new();
        for (plain, expr) in parts {
            out.push_str(plain);
            if let Some((expr, format)) = expr {
                let value = self.eval(expr, scope).await?;
                out.push_str(&if format.is_empty() {
                    self.to_text(&value).await?
                } else {
                    formatted(&value, format, self.lang)
                });
            }
        }
        Ok(text(out))
    }

    async fn items(self: &Arc<Self>, exprs: &[Expr], scope: &Scope) -> Ran<Vec<Value>> {
        let mut items = Vec::new();
        for expr in exprs {
            match expr {
                Expr::Spread(inner) => {
                    let value = self.eval(inner, scope).await?;
                    items.extend(self.iterate(&value)?);
                }
                other => items.push(self.eval(other, scope).await?),
            }
        }
        Ok(items)
    }

    /// What a loop goes over, or the language's refusal.
    pub(super) fn iterate(&self, value: &Value) -> Ran<Vec<Value>> {
        match (value, self.lang) {
            (Value::Dict(_), Lang::Js) => Err(js_error("TypeError", "object is not iterable")),
            (value, Lang::Js) => value.items().ok_or_else(|| {
                js_error(
                    "TypeError",
                    format!("{} is not iterable", shown(value, Lang::Js)),
                )
            }),
            (value, Lang::Python) => value.items().ok_or_else(|| {
                py_error(
                    "TypeError",
                    format!("'{}' object is not iterable", value.kind(Lang::Python)),
                )
            }),
        }
    }

    async fn dictionary(
        self: &Arc<Self>,
        entries: &[(Option<Expr>, Expr)],
        scope: &Scope,
    ) -> Ran<Value> {
        let mut map = Map::default();
        for (key, value) in entries {
            let value_of = self.eval(value, scope).await?;
            match key {
                Some(key) => {
                    let key = self.eval(key, scope).await?;
                    let key = if self.lang == Lang::Js {
                        text(shown(&key, Lang::Js))
                    } else {
                        key
                    };
                    map.set(key, value_of);
                }
                None => match value_of {
                    Value::Dict(other) => {
                        for (key, value) in locked(&other).clone().0 {
                            map.set(key, value);
                        }
                    }
                    Value::Object(other) => {
                        for (key, value) in locked(&other.fields).clone().0 {
                            map.set(key, value);
                        }
                    }
                    _ => {}
                },
            }
        }
        Ok(Value::Dict(Arc::new(std::sync::Mutex::new(map))))
    }

    async fn binary_expr(
        self: &Arc<Self>,
        sign: &str,
        a: &Expr,
        b: &Expr,
        scope: &Scope,
    ) -> Ran<Value> {
        // Python's chains: 0 < x < 10.
        if self.lang == Lang::Python
            && matches!(sign, "<" | "<=" | ">" | ">=")
            && let Expr::Binary("<" | "<=" | ">" | ">=", _, middle) = a
        {
            if !self.eval(a, scope).await?.truth(self.lang) {
                return Ok(Value::Bool(false));
            }
            let middle = self.eval(middle, scope).await?;
            return binary(sign, &middle, &self.eval(b, scope).await?, self.lang);
        }
        let left = self.eval(a, scope).await?;
        let right = self.eval(b, scope).await?;
        binary(sign, &left, &right, self.lang)
    }

    async fn each(
        self: &Arc<Self>,
        key: Option<&Expr>,
        item: &Expr,
        target: &Expr,
        source: &Expr,
        test: Option<&Expr>,
        scope: &Scope,
    ) -> Ran<Value> {
        let source = self.eval(source, scope).await?;
        let mut made = Vec::new();
        let mut map = Map::default();
        for value in self.iterate(&source)? {
            let inner = Scope::new(Some(scope.clone()), true, Vec::new());
            self.assign(target, value, &inner, true).await?;
            if let Some(test) = test
                && !self.eval(test, &inner).await?.truth(self.lang)
            {
                continue;
            }
            let value = self.eval(item, &inner).await?;
            match key {
                Some(key) => map.set(self.eval(key, &inner).await?, value),
                None => made.push(value),
            }
        }
        Ok(match key {
            Some(_) => Value::Dict(Arc::new(std::sync::Mutex::new(map))),
            None => list(made),
        })
    }

    async fn assign_expr(
        self: &Arc<Self>,
        target: &Expr,
        sign: &str,
        value: &Expr,
        scope: &Scope,
    ) -> Ran<Value> {
        let value = match sign {
            "" => self.eval(value, scope).await?,
            "or" | "and" | "??" | "||" | "&&" => {
                let sign = match sign {
                    "||" => "or",
                    "&&" => "and",
                    other => other,
                };
                let old = self.eval(target, scope).await?;
                if stays(sign, &old, self.lang) {
                    return Ok(old);
                }
                self.eval(value, scope).await?
            }
            sign => {
                let old = self.eval(target, scope).await?;
                binary(sign, &old, &self.eval(value, scope).await?, self.lang)?
            }
        };
        self.assign(target, value.clone(), scope, false).await?;
        Ok(value)
    }

    /// Puts a value where an expression says; `declares` makes names of this scope.
    pub(super) fn assign<'a>(
        self: &'a Arc<Self>,
        target: &'a Expr,
        value: Value,
        scope: &'a Scope,
        declares: bool,
    ) -> BoxFuture<'a, Ran<()>> {
        Box::pin(async move {
            match target {
                Expr::Name(name) if declares => scope.declare(name, value),
                Expr::Name(name) if self.lang == Lang::Python => scope.assign(name, value),
                Expr::Name(name) => {
                    if !scope.change(name, &value) {
                        self.globals.declare(name, value);
                    }
                }
                Expr::Member(of, name, _) => {
                    let of = self.eval(of, scope).await?;
                    return self.set_member(&of, name, value);
                }
                Expr::Index(of, key) => {
                    let of = self.eval(of, scope).await?;
                    let key = self.eval(key, scope).await?;
                    return set_index(&of, &key, value, self.lang);
                }
                // A default, for what is not there.
                Expr::Assign(inner, "", default) => {
                    let value = if matches!(value, Value::Undefined) {
                        self.eval(default, scope).await?
                    } else {
                        value
                    };
                    return self.assign(inner, value, scope, declares).await;
                }
                Expr::List(targets) | Expr::Tuple(targets) => {
                    let items = self.iterate(&value)?;
                    if self.lang == Lang::Python && items.len() != targets.len() {
                        let message = if items.len() > targets.len() {
                            format!("too many values to unpack (expected {})", targets.len())
                        } else {
                            format!(
                                "not enough values to unpack (expected {}, got {})",
                                targets.len(),
                                items.len()
                            )
                        };
                        return Err(py_error("ValueError", message));
                    }
                    for (at, target) in targets.iter().enumerate() {
                        let (target, value) = match target {
                            Expr::Spread(inner) => {
                                (&**inner, list(items.iter().skip(at).cloned().collect()))
                            }
                            other => (other, items.get(at).cloned().unwrap_or(Value::Undefined)),
                        };
                        self.assign(target, value, scope, declares).await?;
                    }
                }
                Expr::Dict(entries) => {
                    let mut taken: Vec<&str> = Vec::new();
                    for (key, target) in entries {
                        let found = match key {
                            Some(Expr::Value(Value::Str(name))) => {
                                taken.push(name);
                                self.member(&value, name)?
                            }
                            // What is left.
                            None => match &value {
                                Value::Dict(map) => {
                                    let mut rest = locked(map).clone();
                                    rest.0.retain(|it| {
                                        !taken.contains(&shown(&it.0, Lang::Js).as_str())
                                    });
                                    Value::Dict(Arc::new(std::sync::Mutex::new(rest)))
                                }
                                _ => Value::Undefined,
                            },
                            Some(_) => {
                                return Err(Stop::NotSimulated(
                                    "cette forme de décomposition d’objet".into(),
                                ));
                            }
                        };
                        self.assign(target, found, scope, declares).await?;
                    }
                }
                _ => return Err(Stop::NotSimulated("cette cible d’affectation".into())),
            }
            Ok(())
        })
    }

    /// Lets signals come through now and then.
    pub(super) async fn step(&self) {
        if self
            .steps
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(STEPS)
        {
            self.sys.yield_now().await;
            tokio::task::yield_now().await;
        }
    }
}

/// Whether the left side of `and`, `or`, `??` is the answer.
fn stays(sign: &str, left: &Value, lang: Lang) -> bool {
    match sign {
        "and" => !left.truth(lang),
        "or" => left.truth(lang),
        _ => !matches!(left, Value::Null | Value::Undefined),
    }
}
