//! Runs a template over a value.

use super::Mode;
use super::ast::{Command, Node, Pipe, Term, TermKind};
use super::functions;
use super::moments;
use super::value::Value;

/// Runs a template; the error is Go's text.
pub(super) fn execute(
    text: &str,
    body: &[Node],
    data: &Value,
    mode: Mode,
) -> Result<String, String> {
    let mut run = Run {
        text,
        out: String::new(),
        mode,
        variables: vec![("$".to_owned(), data.clone())],
    };
    run.body(body, data)?;
    Ok(run.out)
}

/// Whether the loop around goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

struct Run<'a> {
    text: &'a str,
    out: String,
    mode: Mode,
    variables: Vec<(String, Value)>,
}

type Done<T> = Result<T, String>;

impl Run<'_> {
    fn error(&self, at: usize, shown: &str, error: &str) -> String {
        let before = &self.text[..at.min(self.text.len())];
        let line = 1 + before.matches('\n').count();
        let column = before.rfind('\n').map_or(at, |it| at - it - 1);
        format!("template: :{line}:{column}: executing \"\" at <{shown}>: {error}")
    }

    fn body(&mut self, body: &[Node], dot: &Value) -> Done<Flow> {
        for node in body {
            let depth = self.variables.len();
            let flow = match node {
                Node::Text(text) => {
                    self.out.push_str(text);
                    Flow::On
                }
                Node::Action(pipe) => {
                    let value = self.pipe(pipe, dot)?;
                    if pipe.variables.is_empty() {
                        self.out.push_str(&value.show());
                    }
                    // A variable declared by an action lives until the end of the body.
                    continue;
                }
                Node::If(pipe, yes, no) => {
                    let truth = self.pipe(pipe, dot)?.truth();
                    self.body(if truth { yes } else { no }, dot)?
                }
                Node::With(pipe, yes, no) => {
                    let value = self.pipe(pipe, dot)?;
                    if value.truth() {
                        self.body(yes, &value)?
                    } else {
                        self.body(no, dot)?
                    }
                }
                Node::Range(pipe, each, none) => self.range(pipe, each, none, dot)?,
                Node::Break => Flow::Break,
                Node::Continue => Flow::Continue,
            };
            self.variables.truncate(depth);
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn range(&mut self, pipe: &Pipe, each: &[Node], none: &[Node], dot: &Value) -> Done<Flow> {
        let value = self.commands(pipe, dot)?;
        // One at a time: a duration counts its nanoseconds.
        let mut items: Box<dyn Iterator<Item = (Value, Value)>> = match value.bare() {
            Value::List(items, _) => Box::new((0..).map(Value::Int).zip(items.iter().cloned())),
            Value::Map(pairs, _) => {
                let pair = |(key, value): &(String, Value)| (key.as_str().into(), value.clone());
                Box::new(pairs.iter().map(pair))
            }
            Value::Int(_) | Value::Duration(_) if pipe.variables.len() > 1 => {
                let (shown, error) = (pipe.shown(), value.plain());
                let error = format!("can't use {error} to iterate over more than one variable");
                return Err(self.error(pipe.at, &shown, &error));
            }
            Value::Int(count) | Value::Duration(count) => {
                let like = |it: i64| match &value {
                    Value::Named(name, _) if !name.starts_with('*') => {
                        Value::Named(name.clone(), Box::new(Value::Int(it)))
                    }
                    value if matches!(value.bare(), Value::Duration(_)) => Value::Duration(it),
                    _ => Value::Int(it),
                };
                Box::new((0..*count).map(move |it| (Value::Int(it), like(it))))
            }
            Value::Nothing => Box::new(std::iter::empty()),
            other => {
                // The word that was read last is told.
                let last = pipe.commands.last().and_then(|it| it.words.last());
                let (at, shown) =
                    last.map_or_else(|| (pipe.at, pipe.shown()), |it| (it.at, it.shown()));
                let error = format!("range can't iterate over {}", other.plain());
                return Err(self.error(at, &shown, &error));
            }
        };
        let Some(first) = items.next() else {
            return self.body(none, dot);
        };
        for (key, item) in std::iter::once(first).chain(items) {
            let depth = self.variables.len();
            match pipe.variables.as_slice() {
                [one] => self.assign(pipe, one, item.clone()),
                [one, two] => {
                    self.assign(pipe, one, key);
                    self.assign(pipe, two, item.clone());
                }
                _ => {}
            }
            let flow = self.body(each, &item)?;
            self.variables.truncate(depth);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn assign(&mut self, pipe: &Pipe, name: &str, value: Value) {
        let old = self.variables.iter_mut().rev().find(|(it, _)| it == name);
        match old {
            Some(variable) if !pipe.declares => variable.1 = value,
            _ => self.variables.push((name.to_owned(), value)),
        }
    }

    fn pipe(&mut self, pipe: &Pipe, dot: &Value) -> Done<Value> {
        let value = self.commands(pipe, dot)?;
        for name in &pipe.variables {
            self.assign(pipe, name, value.clone());
        }
        Ok(value)
    }

    fn commands(&mut self, pipe: &Pipe, dot: &Value) -> Done<Value> {
        let mut value = None;
        for command in &pipe.commands {
            value = Some(self.command(command, dot, value)?);
        }
        Ok(value.unwrap_or(Value::Nothing))
    }

    fn command(&mut self, command: &Command, dot: &Value, piped: Option<Value>) -> Done<Value> {
        let first = &command.words[0];
        let given = command.words.len() > 1 || piped.is_some();
        match &first.kind {
            TermKind::Function(name) => self.function(name, command, dot, piped),
            TermKind::Field(names) => {
                let arguments = self.arguments(command, dot, piped)?;
                self.fields(dot, names, first, arguments)
            }
            TermKind::Variable(name, names) if !names.is_empty() => {
                let start = self.variable(name);
                let arguments = self.arguments(command, dot, piped)?;
                self.fields(&start, names, first, arguments)
            }
            TermKind::Parenthesis(pipe, names) if !names.is_empty() => {
                let start = self.commands(pipe, dot)?;
                let arguments = self.arguments(command, dot, piped)?;
                self.fields(&start, names, first, arguments)
            }
            TermKind::Nil if !given => Err(self.error(first.at, "nil", "nil is not a command")),
            _ if given => {
                let error = format!("can't give argument to non-function {}", first.shown());
                Err(self.error(first.at, &first.shown(), &error))
            }
            _ => self.term(first, dot),
        }
    }

    fn arguments(
        &mut self,
        command: &Command,
        dot: &Value,
        piped: Option<Value>,
    ) -> Done<Vec<Value>> {
        let mut arguments = command.words[1..]
            .iter()
            .map(|it| self.term(it, dot))
            .collect::<Done<Vec<_>>>()?;
        arguments.extend(piped);
        Ok(arguments)
    }

    fn function(
        &mut self,
        name: &str,
        command: &Command,
        dot: &Value,
        piped: Option<Value>,
    ) -> Done<Value> {
        let at = command.words[0].at;
        if name == "and" || name == "or" {
            // These two stop at the first argument that decides.
            let mut last = Value::Nothing;
            for word in &command.words[1..] {
                last = self.term(word, dot)?;
                if last.truth() == (name == "or") {
                    return Ok(last);
                }
            }
            return Ok(piped.unwrap_or(last));
        }
        let arguments = self.arguments(command, dot, piped)?;
        let result = if self.mode.header && functions::keeps_header(name) {
            Ok(arguments.into_iter().next().unwrap_or(Value::Nothing))
        } else {
            functions::call(name, &arguments)
        };
        result.map_err(|error| match error {
            functions::Fault::Call(text) => self.error(
                at,
                &command.shown(),
                &format!("error calling {name}: {text}"),
            ),
            functions::Fault::Use(text) => self.error(at, name, &text),
            // One that came through a pipe is told of the function.
            functions::Fault::Argument(index, text) => match command.words.get(index + 1) {
                Some(word) => self.error(word.at, &word.shown(), &text),
                None => self.error(at, name, &text),
            },
        })
    }

    fn variable(&self, name: &str) -> Value {
        let found = self.variables.iter().rev().find(|(it, _)| it == name);
        found.map_or(Value::Nothing, |(_, value)| value.clone())
    }

    fn term(&mut self, term: &Term, dot: &Value) -> Done<Value> {
        Ok(match &term.kind {
            TermKind::Dot => dot.clone(),
            TermKind::Nil => Value::Nothing,
            TermKind::Bool(value) => Value::Bool(*value),
            TermKind::Int(_, number) => Value::Int(*number),
            TermKind::Float(_, number) => Value::Float(*number),
            TermKind::Text(_, text) => text.as_str().into(),
            TermKind::Function(name) => {
                let command = Command {
                    words: vec![term.clone()],
                };
                self.function(&name.clone(), &command, dot, None)?
            }
            TermKind::Field(names) => self.fields(dot, names, term, Vec::new())?,
            TermKind::Variable(name, names) => {
                let start = self.variable(name);
                self.fields(&start, names, term, Vec::new())?
            }
            TermKind::Parenthesis(pipe, names) => {
                let start = self.commands(pipe, dot)?;
                self.fields(&start, names, term, Vec::new())?
            }
        })
    }

    fn fields(
        &self,
        start: &Value,
        names: &[String],
        term: &Term,
        arguments: Vec<Value>,
    ) -> Done<Value> {
        let mut value = start.clone();
        // Whether the value was found in what JSON decodes to without a type.
        let mut inner = false;
        let mut absent = false;
        let last = names.len().saturating_sub(1);
        let mut arguments = Some(arguments);
        for (index, name) in names.iter().enumerate() {
            let given = if index == last {
                arguments.take().unwrap_or_default()
            } else {
                Vec::new()
            };
            // What a map does not have is not looked into, unless that is an error.
            if index > 0 && absent && !self.mode.strict {
                return Ok(Value::Nothing);
            }
            absent = matches!(&value, Value::Map(pairs, _) if pairs.iter().all(|it| it.0 != *name));
            let inside = value.holds_interfaces();
            value = self.field(&value, name, term, &given, inner)?;
            inner = inside;
        }
        Ok(value)
    }

    fn field(
        &self,
        value: &Value,
        name: &str,
        term: &Term,
        given: &[Value],
        inner: bool,
    ) -> Done<Value> {
        let fail = |error: String| Err(self.error(term.at, &term.shown(), &error));
        let no_method = || {
            let kind = value.type_name();
            format!("{name} is not a method but has arguments (type {kind})")
        };
        match value {
            Value::Row(row) => {
                if let (Some(labels), "Label") = (&row.labels, name) {
                    return match given {
                        [wanted] => {
                            let wanted = wanted.plain();
                            let found = labels.iter().find(|(key, _)| *key == wanted);
                            Ok(found.map_or("", |(_, value)| value.as_str()).into())
                        }
                        _ => fail(format!(
                            "wrong number of args for Label: want 1 got {}",
                            given.len()
                        )),
                    };
                }
                match row.columns.iter().find(|(it, _)| *it == name) {
                    Some((_, value)) if given.is_empty() => Ok(value.clone()),
                    Some(_) => fail(format!(
                        "wrong number of args for {name}: want 0 got {}",
                        given.len()
                    )),
                    None => fail(format!("can't evaluate field {name} in type {}", row.name)),
                }
            }
            Value::Map(..) if self.mode.header && name == "Label" && given.len() == 1 => {
                let label = given[0].plain();
                let last = label.rsplit('.').next().unwrap_or_default();
                Ok(last.replace(['-', '_'], " ").into())
            }
            Value::Map(..) if !given.is_empty() => fail(no_method()),
            Value::Map(pairs, _) => match pairs.iter().find(|(key, _)| key == name) {
                Some((_, value)) => Ok(value.clone()),
                None if self.mode.strict => fail(format!("map has no entry for key {name:?}")),
                None => Ok(Value::Nothing),
            },
            Value::Struct(it) => match it.fields.iter().find(|field| field.name == name) {
                Some(field) if given.is_empty() => Ok(field.value.clone()),
                Some(_) => fail(no_method()),
                None => fail(format!(
                    "can't evaluate field {name} in type {}",
                    value.type_name()
                )),
            },
            Value::Nothing => {
                let text = if self.mode.strict {
                    format!("nil data; no entry for key {name:?}")
                } else {
                    format!("nil pointer evaluating interface {{}}.{name}")
                };
                fail(text)
            }
            Value::NilPointer(kind, fields) if fields.contains(&name) => {
                fail(format!("nil pointer evaluating {kind}.{name}"))
            }
            other => {
                if let Some(found) = moments::method(other.bare(), name, given) {
                    return Ok(found);
                }
                let kind = if inner {
                    "interface {}".to_owned()
                } else {
                    other.type_name()
                };
                fail(format!("can't evaluate field {name} in type {kind}"))
            }
        }
    }
}
