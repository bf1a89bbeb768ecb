//! Classes, instances, members.

use std::sync::{Arc, Mutex};

use super::ast::{ClassCode, Code, Expr, Kind, Stmt};
use super::eval::Args;
use super::show::{exception, repr, shown};
use super::value::{Class, Function, Map, Object, Ran, Scope, Value, locked, text};
use super::{Interp, Lang, Stop, js_error, py_error};

impl Interp {
    pub(super) async fn class(self: &Arc<Self>, code: &ClassCode, scope: &Scope) -> Ran<Value> {
        let parent = match &code.parent {
            None => None,
            Some(expr) => match self.eval(expr, scope).await? {
                Value::Class(class) => Some(class),
                other => {
                    return Err(Stop::NotSimulated(format!(
                        "hériter de {}",
                        shown(&other, self.lang)
                    )));
                }
            },
        };
        let class = Arc::new(Class {
            name: code.name.clone(),
            parent,
            members: Mutex::default(),
            statics: Mutex::default(),
        });
        for (name, expr, fixed) in &code.members {
            let (name, value) = match expr {
                Expr::Function(code) => {
                    let function = Function {
                        code: code.clone(),
                        scope: scope.clone(),
                        this: None,
                        home: Some(class.clone()),
                    };
                    (name.clone(), Value::Function(Arc::new(function)))
                }
                // A field of JavaScript is made anew for each instance.
                other if self.lang == Lang::Js && !fixed => {
                    let body = vec![Stmt {
                        line: 0,
                        kind: Kind::Return(Some(other.clone())),
                    }];
                    let code = Code {
                        name: String::new(),
                        params: Vec::new(),
                        body,
                        is_async: false,
                        arrow: false,
                        outer: Vec::new(),
                    };
                    let function = Function {
                        code: Arc::new(code),
                        scope: scope.clone(),
                        this: None,
                        home: None,
                    };
                    (format!("={name}"), Value::Function(Arc::new(function)))
                }
                other => (name.clone(), self.eval(other, scope).await?),
            };
            let place = if *fixed {
                &class.statics
            } else {
                &class.members
            };
            locked(place).set(text(name), value);
        }
        Ok(Value::Class(class))
    }

    /// Makes an instance, or what a constructor of ours makes.
    pub(super) async fn make(self: &Arc<Self>, class: Value, args: Args, depth: u32) -> Ran<Value> {
        let class = match class {
            Value::Class(class) => class,
            Value::Native(native) => {
                return self
                    .native(&format!("new {}", native.0), None, args, depth)
                    .await;
            }
            other if self.lang == Lang::Js => {
                return Err(js_error(
                    "TypeError",
                    format!("{} is not a constructor", shown(&other, self.lang)),
                ));
            }
            other => {
                return Err(py_error(
                    "TypeError",
                    format!("'{}' object is not callable", other.kind(self.lang)),
                ));
            }
        };
        let object = Arc::new(Object {
            class: class.clone(),
            fields: Mutex::default(),
        });
        self.initialise(&class, &object, args, depth).await?;
        Ok(Value::Object(object))
    }

    /// Runs the constructor of a class on an instance.
    pub(super) async fn initialise(
        self: &Arc<Self>,
        class: &Arc<Class>,
        object: &Arc<Object>,
        args: Args,
        depth: u32,
    ) -> Ran<()> {
        let this = Value::Object(object.clone());
        let own: Vec<(Value, Value)> = locked(&class.members).clone().0;
        if self.lang == Lang::Js {
            let builds = own.iter().any(|it| shown(&it.0, Lang::Js) == "constructor");
            if let (false, Some(parent)) = (builds, &class.parent) {
                Box::pin(self.initialise(parent, object, args.clone(), depth)).await?;
            }
            for (name, value) in &own {
                if let Some(name) = shown(name, Lang::Js).strip_prefix('=') {
                    let value = self
                        .call(
                            value.clone(),
                            Some(this.clone()),
                            (Vec::new(), Vec::new()),
                            depth + 1,
                        )
                        .await?;
                    locked(&object.fields).set(text(name), value);
                }
            }
        }
        let constructor = if self.lang == Lang::Js {
            locked(&class.members).text("constructor")
        } else {
            class.find("__init__")
        };
        if let Some(constructor) = constructor {
            self.call(constructor, Some(this), args, depth + 1).await?;
        } else if exception(&this)
            && locked(&object.fields).text("message").is_none()
            && let Some(message) = args.0.first()
        {
            locked(&object.fields).set(text("message"), text(shown(message, self.lang)));
        } else if self.lang == Lang::Python && !exception(&this) && !args.0.is_empty() {
            return Err(py_error(
                "TypeError",
                format!("{}() takes no arguments", class.name),
            ));
        }
        Ok(())
    }

    /// `value.name`
    pub(super) fn member(self: &Arc<Self>, of: &Value, name: &str) -> Ran<Value> {
        let bound =
            |this: &Value| Value::Native(Arc::new((format!(".{name}"), Some(this.clone()))));
        let found = match of {
            Value::Dict(map) if self.lang == Lang::Js => locked(map).text(name),
            Value::Dict(map) => {
                let map = locked(map);
                map.text("__module__").and_then(|_| map.text(name))
            }
            Value::Object(object) => {
                let own = locked(&object.fields).text(name);
                own.or_else(|| {
                    let found = object.class.find(name)?;
                    Some(match found {
                        Value::Function(_) => Value::Native(Arc::new((
                            "bound".into(),
                            Some(Value::Tuple(Arc::new(vec![of.clone(), found]))),
                        ))),
                        other => other,
                    })
                })
            }
            Value::Class(class) => locked(&class.statics).text(name).or_else(|| match name {
                "name" | "__name__" => Some(text(&class.name)),
                _ => class.find(name),
            }),
            Value::Function(function) if matches!(name, "name" | "__name__") => {
                Some(text(&function.code.name))
            }
            Value::Native(native) if native.1.is_none() => {
                return Ok(Value::Native(Arc::new((
                    format!("{}.{name}", native.0),
                    None,
                ))));
            }
            Value::List(items) if self.lang == Lang::Js && name == "length" => {
                Some(count(locked(items).len()))
            }
            Value::Str(it) if self.lang == Lang::Js && name == "length" => {
                Some(count(it.encode_utf16().count()))
            }
            Value::Null | Value::Undefined if self.lang == Lang::Js => {
                return Err(js_error(
                    "TypeError",
                    format!(
                        "Cannot read properties of {} (reading '{name}')",
                        shown(of, self.lang)
                    ),
                ));
            }
            _ => None,
        };
        if let Some(found) = found {
            return Ok(found);
        }
        match (of, self.lang) {
            (Value::Object(object), Lang::Js) if name == "constructor" => {
                Ok(Value::Class(object.class.clone()))
            }
            (Value::Object(object), Lang::Js) if exception(of) && name == "name" => {
                Ok(text(&object.class.name))
            }
            (Value::Object(_), Lang::Js) if exception(of) && name == "stack" => {
                Ok(text(repr(of, Lang::Js)))
            }
            (Value::Object(object), _) if object.class.name.starts_with('%') => Ok(bound(of)),
            (Value::Object(object), Lang::Python) if name == "__class__" => {
                Ok(Value::Class(object.class.clone()))
            }
            (Value::Object(_), Lang::Python) if exception(of) && name == "args" => {
                let message = text(shown(of, Lang::Python));
                Ok(Value::Tuple(Arc::new(vec![message])))
            }
            (_, Lang::Js) if super::js_methods::knows(of, name) => Ok(bound(of)),
            (_, Lang::Python) if super::py_methods::knows(of, name) => Ok(bound(of)),
            (_, Lang::Js) => Ok(Value::Undefined),
            (_, Lang::Python) => Err(py_error(
                "AttributeError",
                format!(
                    "'{}' object has no attribute '{name}'",
                    of.kind(Lang::Python)
                ),
            )),
        }
    }

    /// `value.name = to`
    pub(super) fn set_member(&self, of: &Value, name: &str, to: Value) -> Ran<()> {
        match of {
            Value::Dict(map) if self.lang == Lang::Js => locked(map).set(text(name), to),
            Value::Object(object) => locked(&object.fields).set(text(name), to),
            Value::Class(class) => locked(&class.statics).set(text(name), to),
            Value::Native(native) if native.0 == "module" => self.globals.declare("%exports", to),
            _ if self.lang == Lang::Js => {
                return Err(js_error(
                    "TypeError",
                    format!(
                        "Cannot set properties of {} (setting '{name}')",
                        shown(of, self.lang)
                    ),
                ));
            }
            _ => {
                return Err(py_error(
                    "AttributeError",
                    format!("'{}' object has no attribute '{name}'", of.kind(self.lang)),
                ));
            }
        }
        Ok(())
    }

    /// `value.name(args)`
    pub(super) async fn call_method(
        self: &Arc<Self>,
        of: Value,
        name: &str,
        args: Args,
        depth: u32,
    ) -> Ran<Value> {
        if let Value::Native(native) = &of
            && native.0 == "super"
            && let Some(Value::Tuple(both)) = &native.1
        {
            let [this, Value::Class(parent)] = both.as_slice() else {
                return Ok(Value::Null);
            };
            return if let Some(method) = parent.find(name) {
                self.call(method, Some(this.clone()), args, depth).await
            } else {
                if let (Value::Object(object), Some(message)) = (this, args.0.first()) {
                    locked(&object.fields).set(text("message"), text(shown(message, Lang::Python)));
                }
                Ok(Value::Null)
            };
        }
        if let Value::Object(object) = &of
            && locked(&object.fields).text(name).is_none()
            && let Some(method @ Value::Function(_)) = object.class.find(name)
        {
            return self.call(method, Some(of), args, depth).await;
        }
        let method = self.member(&of, name)?;
        match method {
            Value::Undefined => Err(js_error(
                "TypeError",
                format!("{}.{name} is not a function", kind_of(&of)),
            )),
            method => {
                let this = matches!(
                    (&of, self.lang),
                    (
                        Value::Dict(_) | Value::Object(_) | Value::Class(_),
                        Lang::Js
                    )
                )
                .then(|| of.clone());
                self.call(method, this, args, depth).await
            }
        }
    }

    /// `str()`: an instance may have its own.
    pub(super) async fn to_text(self: &Arc<Self>, value: &Value) -> Ran<String> {
        if let Value::Object(object) = value {
            let name = if self.lang == Lang::Js {
                "toString"
            } else {
                "__str__"
            };
            if let Some(method) = object
                .class
                .find(name)
                .or_else(|| object.class.find("__repr__"))
            {
                let made = self
                    .call(method, Some(value.clone()), (Vec::new(), Vec::new()), 1)
                    .await?;
                return Ok(shown(&made, self.lang));
            }
        }
        Ok(shown(value, self.lang))
    }
}

fn kind_of(value: &Value) -> String {
    match value {
        Value::Dict(_) | Value::Object(_) => "object".into(),
        other => shown(other, Lang::Js),
    }
}

/// A length as a number of JavaScript.
pub(super) fn count(length: usize) -> Value {
    Value::Num(f64::from(u32::try_from(length).unwrap_or(u32::MAX)))
}

/// A dictionary that is a module of Python.
pub(super) fn module(entries: Vec<(&str, Value)>) -> Value {
    let mut map = Map::default();
    map.set(text("__module__"), Value::Null);
    for (name, value) in entries {
        map.set(text(name), value);
    }
    Value::Dict(Arc::new(Mutex::new(map)))
}

/// An object of ours, whose methods are found by its class's name.
pub(super) fn ours(class: &str, fields: Vec<(&str, Value)>) -> Value {
    let fields = fields
        .into_iter()
        .map(|(name, value)| (text(name), value))
        .collect();
    let class = Class {
        name: format!("%{class}"),
        parent: None,
        members: Mutex::default(),
        statics: Mutex::default(),
    };
    Value::Object(Arc::new(Object {
        class: Arc::new(class),
        fields: Mutex::new(Map(fields)),
    }))
}
