//! Values of both languages.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ast::Code;
use super::{Lang, Stop};

/// A value. Collections are shared, as in both languages.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Undefined,
    Null,
    Bool(bool),
    Int(i64),
    Num(f64),
    Str(Arc<str>),
    List(Arc<Mutex<Vec<Value>>>),
    Tuple(Arc<Vec<Value>>),
    Dict(Arc<Mutex<Map>>),
    Function(Arc<Function>),
    /// A function of ours, by its name, and what it is a method of.
    Native(Arc<(String, Option<Value>)>),
    Class(Arc<Class>),
    Object(Arc<Object>),
    Promise(Arc<Promise>),
}

/// A dictionary: in the order of insertion.
#[derive(Debug, Default, Clone)]
pub(super) struct Map(pub(super) Vec<(Value, Value)>);

impl Map {
    pub(super) fn get(&self, key: &Value) -> Option<Value> {
        self.0
            .iter()
            .find(|it| it.0.same(key))
            .map(|it| it.1.clone())
    }

    pub(super) fn text(&self, key: &str) -> Option<Value> {
        let found = self
            .0
            .iter()
            .find(|it| matches!(&it.0, Value::Str(name) if &**name == key));
        found.map(|it| it.1.clone())
    }

    pub(super) fn set(&mut self, key: Value, value: Value) {
        match self.0.iter_mut().find(|it| it.0.same(&key)) {
            Some(entry) => entry.1 = value,
            None => self.0.push((key, value)),
        }
    }

    pub(super) fn remove(&mut self, key: &Value) -> Option<Value> {
        let at = self.0.iter().position(|it| it.0.same(key))?;
        Some(self.0.remove(at).1)
    }
}

/// A function and where it was written.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) code: Arc<Code>,
    pub(super) scope: Scope,
    pub(super) this: Option<Value>,
    /// What `super` is.
    pub(super) home: Option<Arc<Class>>,
}

/// A class.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) name: String,
    pub(super) parent: Option<Arc<Class>>,
    pub(super) members: Mutex<Map>,
    pub(super) statics: Mutex<Map>,
}

impl Class {
    pub(super) fn find(&self, name: &str) -> Option<Value> {
        let own = locked(&self.members).text(name);
        own.or_else(|| self.parent.as_ref()?.find(name))
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name || self.parent.as_ref().is_some_and(|it| it.is(name))
    }
}

/// An instance.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) class: Arc<Class>,
    pub(super) fields: Mutex<Map>,
}

/// A promise, and those who wait for it.
#[derive(Debug, Default)]
pub(super) struct Promise {
    pub(super) settled: Mutex<Option<Result<Value, Value>>>,
    pub(super) wake: tokio::sync::Notify,
}

impl Promise {
    pub(super) fn settle(&self, outcome: Result<Value, Value>) {
        locked(&self.settled).get_or_insert(outcome);
        self.wake.notify_waiters();
    }

    pub(super) async fn wait(&self) -> Result<Value, Value> {
        loop {
            let told = self.wake.notified();
            tokio::pin!(told);
            told.as_mut().enable();
            if let Some(outcome) = locked(&self.settled).clone() {
                return outcome;
            }
            told.await;
        }
    }
}

/// The names of a block or function.
#[derive(Debug, Clone)]
pub(super) struct Scope(pub(super) Arc<Names>);

#[derive(Debug)]
pub(super) struct Names {
    pub(super) held: Mutex<HashMap<String, Value>>,
    pub(super) parent: Option<Scope>,
    /// Whether assignments of Python stay here.
    pub(super) function: bool,
    pub(super) outer: Vec<String>,
    /// Calls inside calls.
    pub(super) depth: u32,
}

impl Scope {
    /// The scope of a call.
    pub(super) fn call(function: &Function, depth: u32) -> Self {
        Self(Arc::new(Names {
            held: Mutex::default(),
            parent: Some(function.scope.clone()),
            function: true,
            outer: function.code.outer.clone(),
            depth,
        }))
    }

    pub(super) fn depth(&self) -> u32 {
        self.0.depth
    }

    pub(super) fn new(parent: Option<Self>, function: bool, outer: Vec<String>) -> Self {
        Self(Arc::new(Names {
            depth: parent.as_ref().map_or(0, Self::depth),
            held: Mutex::default(),
            parent,
            function,
            outer,
        }))
    }

    pub(super) fn block(&self) -> Self {
        Self::new(Some(self.clone()), false, Vec::new())
    }

    pub(super) fn get(&self, name: &str) -> Option<Value> {
        let own = locked(&self.0.held).get(name).cloned();
        own.or_else(|| self.0.parent.as_ref()?.get(name))
    }

    pub(super) fn declare(&self, name: &str, value: Value) {
        locked(&self.0.held).insert(name.to_owned(), value);
    }

    /// Changes a name where it is declared; whether it is.
    pub(super) fn change(&self, name: &str, value: &Value) -> bool {
        if let Some(held) = locked(&self.0.held).get_mut(name) {
            *held = value.clone();
            return true;
        }
        self.0
            .parent
            .as_ref()
            .is_some_and(|it| it.change(name, value))
    }

    /// Python's assignment: the function's own name unless it says otherwise.
    pub(super) fn assign(&self, name: &str, value: Value) {
        if !self.0.function {
            if let Some(parent) = &self.0.parent {
                return parent.assign(name, value);
            }
        } else if self.0.outer.iter().any(|it| it == name)
            && let Some(parent) = &self.0.parent
        {
            if !parent.change(name, &value) {
                parent.assign(name, value);
            }
            return;
        }
        self.declare(name, value);
    }
}

/// A poisoned lock is still a consistent one here.
pub(super) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn text(value: impl AsRef<str>) -> Value {
    Value::Str(value.as_ref().into())
}

pub(super) fn list(items: Vec<Value>) -> Value {
    Value::List(Arc::new(Mutex::new(items)))
}

pub(super) fn native(name: &str) -> Value {
    Value::Native(Arc::new((name.to_owned(), None)))
}

pub(super) fn dict<K: AsRef<str>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
    let entries = entries.into_iter().map(|(name, value)| (text(name), value));
    Value::Dict(Arc::new(Mutex::new(Map(entries.collect()))))
}

#[expect(clippy::cast_precision_loss, reason = "as both languages do")]
impl Value {
    /// Whether it is the very same, or an equal simple value.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Int(_) | Self::Num(_), Self::Int(_) | Self::Num(_)) => {
                self.number().partial_cmp(&other.number()) == Some(std::cmp::Ordering::Equal)
            }
            (Self::Str(a), Self::Str(b)) => a == b,
            (Self::List(a), Self::List(b)) => Arc::ptr_eq(a, b),
            (Self::Tuple(a), Self::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.same(b))
            }
            (Self::Dict(a), Self::Dict(b)) => Arc::ptr_eq(a, b),
            (Self::Object(a), Self::Object(b)) => Arc::ptr_eq(a, b),
            (Self::Function(a), Self::Function(b)) => Arc::ptr_eq(a, b),
            (Self::Class(a), Self::Class(b)) => Arc::ptr_eq(a, b),
            (Self::Promise(a), Self::Promise(b)) => Arc::ptr_eq(a, b),
            (Self::Native(a), Self::Native(b)) => a.0 == b.0,
            _ => false,
        }
    }

    /// Python's `==`: collections by what they hold.
    pub(super) fn equal(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(a), Self::List(b)) if !Arc::ptr_eq(a, b) => {
                let (a, b) = (locked(a).clone(), locked(b).clone());
                a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.equal(b))
            }
            (Self::Dict(a), Self::Dict(b)) if !Arc::ptr_eq(a, b) => {
                let (a, b) = (locked(a).clone(), locked(b).clone());
                a.0.len() == b.0.len()
                    && a.0
                        .iter()
                        .all(|(k, v)| b.get(k).is_some_and(|it| it.equal(v)))
            }
            _ => self.same(other),
        }
    }

    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Int(it) => *it as f64,
            Self::Num(it) => *it,
            Self::Bool(it) => f64::from(u8::from(*it)),
            Self::Null => 0.0,
            Self::Str(it) if it.trim().is_empty() => 0.0,
            Self::Str(it) => it.trim().parse().unwrap_or(f64::NAN),
            _ => f64::NAN,
        }
    }

    /// As a count; 0 when it is none.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rounded towards zero on purpose"
    )]
    pub(super) fn int(&self) -> i64 {
        match self {
            Self::Int(it) => *it,
            other => other.number() as i64,
        }
    }

    pub(super) fn truth(&self, lang: Lang) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(it) => *it,
            Self::Int(it) => *it != 0,
            Self::Num(it) => *it != 0.0 && !it.is_nan(),
            Self::Str(it) => !it.is_empty(),
            Self::List(it) => lang == Lang::Js || !locked(it).is_empty(),
            Self::Tuple(it) => !it.is_empty(),
            Self::Dict(it) => lang == Lang::Js || !locked(it).0.is_empty(),
            _ => true,
        }
    }

    /// The name of its type.
    pub(super) fn kind(&self, lang: Lang) -> &str {
        match (self, lang) {
            (Self::Undefined, Lang::Js) => "undefined",
            (Self::Bool(_), Lang::Js) => "boolean",
            (Self::Int(_) | Self::Num(_), Lang::Js) => "number",
            (Self::Str(_), Lang::Js) => "string",
            (Self::Native(_) | Self::Class(_), Lang::Js) | (Self::Function(_), _) => "function",
            (_, Lang::Js) => "object",
            (Self::Undefined | Self::Null, Lang::Python) => "NoneType",
            (Self::Bool(_), Lang::Python) => "bool",
            (Self::Int(_), Lang::Python) => "int",
            (Self::Num(_), Lang::Python) => "float",
            (Self::Str(_), Lang::Python) => "str",
            (Self::List(_), Lang::Python) => "list",
            (Self::Tuple(_), Lang::Python) => "tuple",
            (Self::Dict(_), Lang::Python) => "dict",
            (Self::Native(_), Lang::Python) => "builtin_function_or_method",
            (Self::Class(_), Lang::Python) => "type",
            (Self::Object(it), Lang::Python) => &it.class.name,
            (Self::Promise(_), Lang::Python) => "coroutine",
        }
    }

    /// What a loop goes over.
    pub(super) fn items(&self) -> Option<Vec<Value>> {
        Some(match self {
            Self::List(it) => locked(it).clone(),
            Self::Tuple(it) => it.to_vec(),
            Self::Str(it) => it.chars().map(|it| text(it.to_string())).collect(),
            Self::Dict(it) => locked(it).0.iter().map(|it| it.0.clone()).collect(),
            _ => return None,
        })
    }
}

/// Result of running something.
pub(super) type Ran<T> = Result<T, Stop>;
