//! Statements.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::future::BoxFuture;

use super::ast::{Expr, Kind, Stmt};
use super::value::{Ran, Scope, Value, locked, text};
use super::{Interp, Lang, Stop};

type Handler = (Option<Expr>, Option<Expr>, Vec<Stmt>);

impl Interp {
    /// Statements one after the other; functions are declared first, as JavaScript does.
    pub(super) fn block<'a>(
        self: &'a Arc<Self>,
        body: &'a [Stmt],
        scope: &'a Scope,
    ) -> BoxFuture<'a, Ran<()>> {
        Box::pin(async move {
            if self.lang == Lang::Js {
                for statement in body {
                    if let Kind::Let(Expr::Name(name), Some(value @ Expr::Function(code))) =
                        &statement.kind
                        && code.name == *name
                        && !code.arrow
                    {
                        scope.declare(name, self.eval(value, scope).await?);
                    }
                }
            }
            for statement in body {
                self.line.store(statement.line as u64, Ordering::Relaxed);
                self.step().await;
                self.statement(&statement.kind, scope).await?;
            }
            Ok(())
        })
    }

    #[expect(clippy::too_many_lines, reason = "a table: one case after the other")]
    fn statement<'a>(
        self: &'a Arc<Self>,
        kind: &'a Kind,
        scope: &'a Scope,
    ) -> BoxFuture<'a, Ran<()>> {
        match kind {
            Kind::Expr(expr) => Box::pin(async move { self.eval(expr, scope).await.map(drop) }),
            Kind::Let(target, value) => Box::pin(async move {
                let value = match value {
                    Some(value) => self.eval(value, scope).await?,
                    None => Value::Undefined,
                };
                self.assign(target, value, scope, self.lang == Lang::Js)
                    .await
            }),
            Kind::Block(body) => Box::pin(async move { self.block(body, &scope.block()).await }),
            Kind::If(test, then, otherwise) => Box::pin(async move {
                if matches!(test, Expr::Value(Value::Bool(true))) {
                    return self.block(then, scope).await;
                }
                let body = if self.eval(test, scope).await?.truth(self.lang) {
                    then
                } else {
                    otherwise
                };
                self.block(body, &self.inner(scope)).await
            }),
            Kind::While(test, body) => Box::pin(async move {
                while self.eval(test, scope).await?.truth(self.lang) {
                    self.step().await;
                    match self.block(body, &self.inner(scope)).await {
                        Err(Stop::Break) => break,
                        Ok(()) | Err(Stop::Continue) => {}
                        Err(stop) => return Err(stop),
                    }
                }
                Ok(())
            }),
            Kind::Loop(first, test, step, body) => {
                Box::pin(self.counted(first.as_deref(), test.as_ref(), step.as_ref(), body, scope))
            }
            Kind::For(target, source, body, keys) => {
                Box::pin(self.over(target, source, body, *keys, scope))
            }
            Kind::Return(value) => Box::pin(async move {
                let nothing = if self.lang == Lang::Js {
                    Value::Undefined
                } else {
                    Value::Null
                };
                let value = match value {
                    Some(value) => self.eval(value, scope).await?,
                    None => nothing,
                };
                Err(Stop::Return(value))
            }),
            Kind::Break => Box::pin(std::future::ready(Err(Stop::Break))),
            Kind::Continue => Box::pin(std::future::ready(Err(Stop::Continue))),
            Kind::Throw(value) => Box::pin(async move {
                let value = match value {
                    Some(value) => self.eval(value, scope).await?,
                    None => scope.get("%caught").unwrap_or(Value::Null),
                };
                Err(Stop::Throw(match value {
                    Value::Class(_) => {
                        self.make(value, (Vec::new(), Vec::new()), scope.depth() + 1)
                            .await?
                    }
                    other => other,
                }))
            }),
            Kind::Try(body, handlers, otherwise, last) => {
                Box::pin(self.attempt(body, handlers, otherwise, last, scope))
            }
            Kind::With(expr, name, body) => Box::pin(async move {
                let value = self.eval(expr, scope).await?;
                let owned =
                    matches!(&value, Value::Object(it) if it.class.find("__enter__").is_some());
                let none = || (Vec::new(), Vec::new());
                let entered = if owned {
                    self.call_method(value.clone(), "__enter__", none(), scope.depth() + 1)
                        .await?
                } else {
                    value.clone()
                };
                if let Some(name) = name {
                    self.assign(name, entered, scope, false).await?;
                }
                let done = self.block(body, scope).await;
                if owned {
                    let args = (vec![Value::Null; 3], Vec::new());
                    self.call_method(value, "__exit__", args, scope.depth() + 1)
                        .await?;
                } else if super::py_methods::knows(&value, "close") {
                    self.call_method(value, "close", none(), scope.depth() + 1)
                        .await?;
                }
                done
            }),
            Kind::Delete(target) => Box::pin(async move {
                let (of, key) = match target {
                    Expr::Index(of, key) => {
                        (self.eval(of, scope).await?, self.eval(key, scope).await?)
                    }
                    Expr::Member(of, name, _) => (self.eval(of, scope).await?, text(name)),
                    _ => return Err(Stop::NotSimulated("del d’un nom".into())),
                };
                match of {
                    Value::Dict(map) => drop(locked(&map).remove(&key)),
                    Value::Object(it) => drop(locked(&it.fields).remove(&key)),
                    Value::List(items) => {
                        let at = usize::try_from(key.int()).unwrap_or(usize::MAX);
                        let mut items = locked(&items);
                        if at < items.len() {
                            items.remove(at);
                        }
                    }
                    _ => {}
                }
                Ok(())
            }),
            Kind::Import(module, name, alias) => Box::pin(async move {
                let found = self.import(module, name.as_deref()).await?;
                scope.declare(alias, found);
                Ok(())
            }),
        }
    }

    /// The scope of a block: its own for JavaScript, the function's for Python.
    fn inner(&self, scope: &Scope) -> Scope {
        if self.lang == Lang::Js {
            scope.block()
        } else {
            scope.clone()
        }
    }

    async fn counted(
        self: &Arc<Self>,
        first: Option<&Stmt>,
        test: Option<&Expr>,
        step: Option<&Expr>,
        body: &[Stmt],
        scope: &Scope,
    ) -> Ran<()> {
        let scope = scope.block();
        if let Some(first) = first {
            self.statement(&first.kind, &scope).await?;
        }
        loop {
            if let Some(test) = test
                && !self.eval(test, &scope).await?.truth(self.lang)
            {
                return Ok(());
            }
            self.step().await;
            match self.block(body, &scope.block()).await {
                Err(Stop::Break) => return Ok(()),
                Ok(()) | Err(Stop::Continue) => {}
                Err(stop) => return Err(stop),
            }
            if let Some(step) = step {
                self.eval(step, &scope).await?;
            }
        }
    }

    async fn over(
        self: &Arc<Self>,
        target: &Expr,
        source: &Expr,
        body: &[Stmt],
        keys: bool,
        scope: &Scope,
    ) -> Ran<()> {
        let source = self.eval(source, scope).await?;
        let items = match (&source, keys) {
            (Value::Dict(_), true) => source.items().unwrap_or_default(),
            (Value::Object(it), true) => {
                locked(&it.fields).0.iter().map(|it| it.0.clone()).collect()
            }
            (Value::List(it), true) => (0..locked(it).len())
                .map(|at| text(at.to_string()))
                .collect(),
            _ => self.iterate(&source)?,
        };
        for item in items {
            self.step().await;
            let inner = self.inner(scope);
            self.assign(target, item, &inner, self.lang == Lang::Js)
                .await?;
            match self.block(body, &inner).await {
                Err(Stop::Break) => return Ok(()),
                Ok(()) | Err(Stop::Continue) => {}
                Err(stop) => return Err(stop),
            }
        }
        Ok(())
    }

    async fn attempt(
        self: &Arc<Self>,
        body: &[Stmt],
        handlers: &[Handler],
        otherwise: &[Stmt],
        last: &[Stmt],
        scope: &Scope,
    ) -> Ran<()> {
        let mut done = self.block(body, &self.inner(scope)).await;
        if let Err(Stop::Throw(problem)) = &done {
            let problem = problem.clone();
            for (kind, name, body) in handlers {
                if let Some(kind) = kind {
                    let kind = self.eval(kind, scope).await?;
                    if !catches(&kind, &problem) {
                        continue;
                    }
                }
                let inner = self.inner(scope);
                inner.declare("%caught", problem.clone());
                if let Some(name) = name {
                    self.assign(name, problem, &inner, true).await?;
                }
                done = self.block(body, &inner).await;
                break;
            }
        } else if done.is_ok() {
            done = self.block(otherwise, scope).await;
        }
        self.block(last, &self.inner(scope)).await?;
        done
    }
}

/// Whether `except KIND` catches an error.
fn catches(kind: &Value, problem: &Value) -> bool {
    match (kind, problem) {
        (Value::Tuple(kinds), _) => kinds.iter().any(|it| catches(it, problem)),
        (Value::Class(class), Value::Object(it)) => it.class.is(&class.name),
        _ => false,
    }
}
