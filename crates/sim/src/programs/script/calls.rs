//! Calls: arguments, functions of the program and of ours.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::ast::Expr;
use super::eval::Args;
use super::show::shown;
use super::value::{Function, Ran, Scope, Value, list, locked};
use super::{Interp, Lang, Stop, js_error, py_error};

/// Calls inside calls.
const DEEPEST: u32 = 60;

impl Interp {
    /// The arguments of a call.
    pub(super) async fn args(self: &Arc<Self>, exprs: &[Expr], scope: &Scope) -> Ran<Args> {
        let mut args = Vec::new();
        let mut named = Vec::new();
        for expr in exprs {
            match expr {
                Expr::Spread(inner) => {
                    let value = self.eval(inner, scope).await?;
                    args.extend(self.iterate(&value)?);
                }
                Expr::Keyword(name, value) if name.is_empty() => {
                    if let Value::Dict(map) = self.eval(value, scope).await? {
                        named.extend(
                            locked(&map)
                                .0
                                .iter()
                                .map(|(key, value)| (shown(key, self.lang), value.clone())),
                        );
                    }
                }
                Expr::Keyword(name, value) => {
                    named.push((name.clone(), self.eval(value, scope).await?));
                }
                other => args.push(self.eval(other, scope).await?),
            }
        }
        Ok((args, named))
    }

    pub(super) async fn call_expr(
        self: &Arc<Self>,
        callee: &Expr,
        args: &[Expr],
        optional: bool,
        scope: &Scope,
    ) -> Ran<Value> {
        let depth = scope.depth() + 1;
        if let Expr::Member(of, name, quiet) = callee {
            if matches!(&**of, Expr::Name(it) if it == "super") && self.lang == Lang::Js {
                let parent = scope.get("__super__");
                let (Some(Value::Class(parent)), Some(this)) = (parent, scope.get("this")) else {
                    return Err(js_error("SyntaxError", "'super' keyword unexpected here"));
                };
                let method = parent.find(name).ok_or_else(|| {
                    js_error(
                        "TypeError",
                        format!("(intermediate value).{name} is not a function"),
                    )
                })?;
                let args = self.args(args, scope).await?;
                return self.call(method, Some(this), args, depth).await;
            }
            let of = self.eval(of, scope).await?;
            if *quiet && matches!(of, Value::Null | Value::Undefined) {
                return Ok(Value::Undefined);
            }
            let args = self.args(args, scope).await?;
            return self.call_method(of, name, args, depth).await;
        }
        if matches!(callee, Expr::Name(it) if it == "super") {
            let parent = scope.get("__super__");
            if self.lang == Lang::Python {
                let this = scope.get("__this__").unwrap_or(Value::Null);
                let both = Value::Tuple(Arc::new(vec![this, parent.unwrap_or(Value::Null)]));
                return Ok(Value::Native(Arc::new(("super".into(), Some(both)))));
            }
            let args = self.args(args, scope).await?;
            if let (Some(Value::Class(parent)), Some(Value::Object(this))) =
                (parent, scope.get("this"))
            {
                self.initialise(&parent, &this, args, depth).await?;
            }
            return Ok(Value::Undefined);
        }
        let function = self.eval(callee, scope).await?;
        if optional && matches!(function, Value::Null | Value::Undefined) {
            return Ok(Value::Undefined);
        }
        let args = self.args(args, scope).await?;
        if self.lang == Lang::Js
            && !matches!(
                function,
                Value::Function(_) | Value::Native(_) | Value::Class(_)
            )
        {
            let shown = if let Expr::Name(name) = callee {
                name.clone()
            } else {
                "(intermediate value)".into()
            };
            return Err(js_error("TypeError", format!("{shown} is not a function")));
        }
        self.call(function, None, args, depth).await
    }

    /// Calls a function.
    pub(super) fn call(
        self: &Arc<Self>,
        function: Value,
        this: Option<Value>,
        args: Args,
        depth: u32,
    ) -> BoxFuture<'static, Ran<Value>> {
        let interp = Arc::clone(self);
        if depth > DEEPEST {
            let stop = match self.lang {
                Lang::Js => js_error("RangeError", "Maximum call stack size exceeded"),
                Lang::Python => py_error("RecursionError", "maximum recursion depth exceeded"),
            };
            return Box::pin(std::future::ready(Err(stop)));
        }
        Box::pin(async move {
            match function {
                Value::Function(function) => interp.run(function, this, args, depth).await,
                Value::Native(native) => {
                    let this = native.1.clone().or(this);
                    interp.native(&native.0, this, args, depth).await
                }
                Value::Class(_) if interp.lang == Lang::Python => {
                    interp.make(function, args, depth).await
                }
                Value::Class(class) => Err(js_error(
                    "TypeError",
                    format!(
                        "Class constructor {} cannot be invoked without 'new'",
                        class.name
                    ),
                )),
                other if interp.lang == Lang::Python => Err(py_error(
                    "TypeError",
                    format!("'{}' object is not callable", other.kind(Lang::Python)),
                )),
                _ => Err(js_error("TypeError", "object is not a function")),
            }
        })
    }

    /// Runs a function of the program; an asynchronous one gives a promise.
    pub(super) async fn run(
        self: &Arc<Self>,
        function: Arc<Function>,
        this: Option<Value>,
        args: Args,
        depth: u32,
    ) -> Ran<Value> {
        if !function.code.is_async {
            return self.body(function, this, args, depth).await;
        }
        let promise = Arc::new(super::value::Promise::default());
        let (interp, told) = (Arc::clone(self), Arc::clone(&promise));
        let mut work: super::Task = Box::pin(async move {
            match interp.body(function, this, args, 0).await {
                Ok(value) => {
                    let value = match value {
                        Value::Promise(inner) => inner.wait().await,
                        other => Ok(other),
                    };
                    told.settle(value);
                }
                Err(Stop::Throw(problem)) => {
                    // One that nobody waits for ends the program.
                    if Arc::strong_count(&told) == 1 {
                        return Err(Stop::Throw(problem));
                    }
                    told.settle(Err(problem));
                }
                Err(stop) => return Err(stop),
            }
            Ok(())
        });
        // It runs at once, up to the first thing that it waits for.
        match futures_util::poll!(&mut work) {
            std::task::Poll::Ready(done) => done?,
            std::task::Poll::Pending => self.add(work),
        }
        Ok(Value::Promise(promise))
    }

    pub(super) async fn body(
        self: &Arc<Self>,
        function: Arc<Function>,
        this: Option<Value>,
        args: Args,
        depth: u32,
    ) -> Ran<Value> {
        let code = &function.code;
        let scope = Scope::call(&function, depth);
        if let Some(class) = function.home.as_ref().and_then(|it| it.parent.clone()) {
            scope.declare("__super__", Value::Class(class));
        }
        let (mut positional, named) = args;
        match self.lang {
            Lang::Js if !code.arrow => scope.declare("this", this.unwrap_or(Value::Undefined)),
            Lang::Python => {
                if let Some(this) = this {
                    scope.declare("__this__", this.clone());
                    positional.insert(0, this);
                }
            }
            Lang::Js => {
                if let Some(this) = &function.this {
                    scope.declare("this", this.clone());
                }
            }
        }
        self.bind(code, positional, named, &scope).await?;
        match self.block(&code.body, &scope).await {
            Ok(()) => Ok(if self.lang == Lang::Js {
                Value::Undefined
            } else {
                Value::Null
            }),
            Err(Stop::Return(value)) => Ok(value),
            Err(stop) => Err(stop),
        }
    }

    pub(super) async fn bind(
        self: &Arc<Self>,
        code: &super::ast::Code,
        args: Vec<Value>,
        mut named: Vec<(String, Value)>,
        scope: &Scope,
    ) -> Ran<()> {
        let given = args.len();
        let mut rest = args.into_iter();
        let mut missing = Vec::new();
        for param in &code.params {
            let name = if let Expr::Name(name) = &param.target {
                name.as_str()
            } else {
                ""
            };
            let by_name = named.iter().position(|it| it.0 == name);
            let value = match param.rest {
                1 if self.lang == Lang::Js => list(rest.by_ref().collect()),
                1 => Value::Tuple(Arc::new(rest.by_ref().collect())),
                2 => super::value::dict(named.drain(..)),
                _ => match rest.next().or_else(|| by_name.map(|at| named.remove(at).1)) {
                    Some(value)
                        if !matches!((&value, &param.default), (Value::Undefined, Some(_))) =>
                    {
                        value
                    }
                    _ => {
                        if let Some(default) = &param.default {
                            self.eval(default, scope).await?
                        } else {
                            missing.push(format!("'{name}'"));
                            Value::Undefined
                        }
                    }
                },
            };
            self.assign(&param.target, value, scope, true).await?;
        }
        if self.lang == Lang::Js {
            return Ok(());
        }
        let name = &code.name;
        if let Some((other, _)) = named.first() {
            return Err(py_error(
                "TypeError",
                format!("{name}() got an unexpected keyword argument '{other}'"),
            ));
        }
        if rest.next().is_some() {
            let wanted = code.params.len();
            let plural = if wanted == 1 { "" } else { "s" };
            return Err(py_error(
                "TypeError",
                format!(
                    "{name}() takes {wanted} positional argument{plural} but {given} were given"
                ),
            ));
        }
        if missing.is_empty() {
            return Ok(());
        }
        let plural = if missing.len() == 1 { "" } else { "s" };
        Err(py_error(
            "TypeError",
            format!(
                "{name}() missing {} required positional argument{plural}: {}",
                missing.len(),
                missing.join(" and ")
            ),
        ))
    }
}
