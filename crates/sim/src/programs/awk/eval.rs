//! `awk` expressions.

use std::collections::HashMap;

use super::super::regex::Regex;
use super::interpret::{Cell, Flow, Machine, Run};
use super::streams::{open_command, open_input};
use super::syntax::{Expr, Source};
use super::value::{Table, Value, encode, from_count, integer};

/// How deep expressions and calls may go: each level takes some of the real stack.
pub(super) const DEEPEST: usize = 80;

impl Machine {
    /// The value of an expression.
    pub(super) async fn eval(&mut self, expr: &Expr) -> Run<Value> {
        match expr {
            Expr::Number(value) => Ok(Value::Number(*value)),
            Expr::Text(text) => Ok(Value::Text(text.clone())),
            Expr::Name(name) => self.get(name),
            Expr::Regex(regex) => Ok(Value::flag(regex.find(&self.record).is_some())),
            _ => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return self.fatal("Recursion is too deep");
                }
                let value = Box::pin(self.compound(expr)).await;
                self.depth -= 1;
                value
            }
        }
    }

    async fn compound(&mut self, expr: &Expr) -> Run<Value> {
        match expr {
            Expr::Field(index) => {
                let index = self.eval(index).await?.number();
                self.field(index)
            }
            Expr::Element(name, keys) => {
                let key = self.key(keys).await?;
                let table = self.array(name)?;
                Ok(self.element(table, key)?.clone())
            }
            Expr::Assign(to, operator, from) => {
                let mut value = self.eval(from).await?;
                if let Some(operator) = operator {
                    let before = self.eval(to).await?.number();
                    value = self.arithmetic(operator, before, value.number())?;
                }
                self.assign(to, value.clone()).await?;
                Ok(value)
            }
            Expr::Step(to, by, before) => {
                let old = self.eval(to).await?.number();
                let new = Value::Number(old + by);
                self.assign(to, new.clone()).await?;
                Ok(if *before { new } else { Value::Number(old) })
            }
            Expr::Choice(condition, yes, no) => {
                let holds = self.eval(condition).await?.truth();
                self.eval(if holds { yes } else { no }).await
            }
            Expr::Binary(operator, left, right) => self.binary(operator, left, right).await,
            Expr::Concat(left, right) => {
                let left = self.eval(left).await?;
                let right = self.eval(right).await?;
                let format = self.convert();
                let text = left.text(&format) + &right.text(&format);
                self.bounded(text).map(Value::Text)
            }
            Expr::Unary(operator, operand) => {
                let value = self.eval(operand).await?;
                Ok(match *operator {
                    "!" => Value::flag(!value.truth()),
                    "-" => Value::Number(-value.number()),
                    _ => Value::Number(value.number()),
                })
            }
            Expr::Match(negated, text, pattern) => {
                let text = self.eval(text).await?.text(&self.convert());
                let regex = self.pattern(pattern).await?;
                Ok(Value::flag(regex.find(&text).is_some() != *negated))
            }
            Expr::In(keys, name) => {
                let key = self.key(keys).await?;
                let table = self.array(name)?;
                Ok(Value::flag(self.tables[table].has(&key)))
            }
            Expr::Call(name, arguments) => Box::pin(self.call(name, arguments)).await,
            Expr::Builtin(name, arguments) => Box::pin(self.builtin(name, arguments)).await,
            Expr::Getline(into, source) => Box::pin(self.getline(into.as_deref(), source)).await,
            Expr::List(list) => {
                let mut last = Value::Unset;
                for expr in list {
                    last = self.eval(expr).await?;
                }
                Ok(last)
            }
            Expr::Number(_) | Expr::Text(_) | Expr::Name(_) | Expr::Regex(_) => Ok(Value::Unset),
        }
    }

    async fn binary(&mut self, operator: &'static str, left: &Expr, right: &Expr) -> Run<Value> {
        let left = self.eval(left).await?;
        match operator {
            "&&" if !left.truth() => return Ok(Value::flag(false)),
            "||" if left.truth() => return Ok(Value::flag(true)),
            _ => {}
        }
        let right = self.eval(right).await?;
        let order = if left.is_number() && right.is_number() {
            left.number().partial_cmp(&right.number())
        } else {
            let format = self.convert();
            Some(left.text(&format).cmp(&right.text(&format)))
        };
        Ok(Value::flag(match operator {
            "&&" | "||" => right.truth(),
            "<" => order.is_some_and(std::cmp::Ordering::is_lt),
            "<=" => order.is_some_and(std::cmp::Ordering::is_le),
            ">" => order.is_some_and(std::cmp::Ordering::is_gt),
            ">=" => order.is_some_and(std::cmp::Ordering::is_ge),
            "==" => order.is_some_and(std::cmp::Ordering::is_eq),
            "!=" => order.is_none_or(std::cmp::Ordering::is_ne),
            _ => return self.arithmetic(operator, left.number(), right.number()),
        }))
    }

    fn arithmetic(&self, operator: &str, left: f64, right: f64) -> Run<Value> {
        Ok(Value::Number(match operator {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" | "%" if right == 0.0 => return self.fatal("Division by zero"),
            "/" => left / right,
            "%" => left % right,
            _ => left.powf(right),
        }))
    }

    pub(super) fn convert(&self) -> String {
        match self.globals.get("CONVFMT") {
            Some(Cell::Value(value)) => value.text("%.6g"),
            _ => "%.6g".into(),
        }
    }

    /// The expression after `~`, a separator: a pattern.
    pub(super) async fn pattern(&mut self, expr: &Expr) -> Run<Regex> {
        if let Expr::Regex(regex) = expr {
            return Ok((**regex).clone());
        }
        let text = self.eval(expr).await?.text(&self.convert());
        self.compile(&text)
    }

    /// The key that subscripts make.
    pub(super) async fn key(&mut self, keys: &[Expr]) -> Run<String> {
        let mut texts = Vec::new();
        for key in keys {
            texts.push(self.eval(key).await?.text(&self.convert()));
        }
        let separator = self.get("SUBSEP")?.text("%.6g");
        self.bounded(texts.join(&separator))
    }

    pub(super) fn element(&mut self, table: usize, key: String) -> Run<&mut Value> {
        if !self.tables[table].has(&key) {
            self.elements += 1;
            self.bounded(String::new())?;
        }
        Ok(self.tables[table].element(key))
    }

    fn cell(&mut self, name: &str) -> &mut Cell {
        let scope = match self.frames.last_mut() {
            Some(frame) if frame.contains_key(name) => frame,
            _ => &mut self.globals,
        };
        scope
            .entry(name.to_owned())
            .or_insert(Cell::Value(Value::Unset))
    }

    /// The value of a variable.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "read among steps that may halt, as `set` and `field`"
    )]
    pub(super) fn get(&mut self, name: &str) -> Run<Value> {
        if name == "NF" {
            return Ok(Value::Number(from_count(self.fields.len())));
        }
        match self.cell(name) {
            Cell::Value(value) => Ok(value.clone()),
            Cell::Array(_) => Ok(Value::Unset),
        }
    }

    /// Gives a variable a value.
    pub(super) fn set(&mut self, name: &str, value: Value) -> Run<()> {
        if name == "NF" {
            self.resize(value.number())?;
            return self.rebuild();
        }
        *self.cell(name) = Cell::Value(value);
        Ok(())
    }

    /// The array of this name, made when there is none.
    pub(super) fn array(&mut self, name: &str) -> Run<usize> {
        let next = self.tables.len();
        let cell = self.cell(name);
        match cell {
            Cell::Array(index) => Ok(*index),
            Cell::Value(Value::Unset) => {
                *cell = Cell::Array(next);
                self.tables.push(Table::default());
                Ok(next)
            }
            Cell::Value(_) => self.fatal("Not an array"),
        }
    }

    /// How many elements an array has; `None` when the name is not an array's.
    pub(super) fn array_length(&mut self, name: &str) -> Option<usize> {
        match *self.cell(name) {
            Cell::Array(table) => Some(self.tables[table].len()),
            Cell::Value(_) => None,
        }
    }

    fn field(&self, index: f64) -> Run<Value> {
        match integer(index) {
            0 => Ok(Value::read(self.record.clone())),
            index => match usize::try_from(index) {
                Ok(index) => Ok(self.fields.get(index - 1).cloned().unwrap_or_default()),
                Err(_) => self.fatal("Access to negative field"),
            },
        }
    }

    /// Gives a variable, an element or a field a value.
    pub(super) async fn assign(&mut self, to: &Expr, value: Value) -> Run<()> {
        match to {
            Expr::Name(name) => self.set(name, value),
            Expr::Element(name, keys) => {
                let key = self.key(keys).await?;
                let table = self.array(name)?;
                *self.element(table, key)? = value;
                Ok(())
            }
            Expr::Field(index) => {
                let index = self.eval(index).await?.number();
                if integer(index) == 0 {
                    let text = value.text(&self.convert());
                    return self.set_record(text);
                }
                let Ok(place) = usize::try_from(integer(index) - 1) else {
                    return self.fatal("Access to negative field");
                };
                if place >= self.fields.len() {
                    self.resize(index)?;
                }
                let text = value.text(&self.convert());
                self.fields[place] = match value {
                    Value::Text(text) => Value::Text(text),
                    _ => Value::read(text),
                };
                self.rebuild()
            }
            _ => self.fatal("Not a variable"),
        }
    }

    async fn call(&mut self, name: &str, arguments: &[Expr]) -> Run<Value> {
        let script = self.script.clone();
        let Some(function) = script.functions.get(name) else {
            return self.fatal("Call to undefined function");
        };
        let mut frame = HashMap::new();
        // Names without a value yet: arrays when the function makes them so.
        let mut untyped = Vec::new();
        for (index, argument) in arguments.iter().enumerate() {
            let cell = match argument {
                Expr::Name(name) if name != "NF" => self.cell(name).clone(),
                _ => Cell::Value(self.eval(argument).await?),
            };
            let Some(parameter) = function.parameters.get(index) else {
                continue;
            };
            if let (Cell::Value(Value::Unset), Expr::Name(name)) = (&cell, argument) {
                untyped.push((name, parameter));
            }
            frame.insert(parameter.clone(), cell);
        }
        for parameter in &function.parameters {
            frame
                .entry(parameter.clone())
                .or_insert(Cell::Value(Value::Unset));
        }
        self.frames.push(frame);
        let flow = self.statement(&function.body).await;
        let frame = self.frames.pop().unwrap_or_default();
        for (name, parameter) in untyped {
            if let Some(cell @ Cell::Array(_)) = frame.get(parameter) {
                *self.cell(name) = cell.clone();
            }
        }
        match flow? {
            Flow::Return(value) => Ok(value),
            _ => Ok(Value::Unset),
        }
    }

    async fn getline(&mut self, into: Option<&Expr>, source: &Source) -> Run<Value> {
        let record = match source {
            Source::Main => self.next_record().await?,
            Source::File(expr) | Source::Command(expr) => {
                let name = self.eval(expr).await?.text(&self.convert());
                let is_command = matches!(source, Source::Command(_));
                if !self.readers.contains_key(&name) {
                    let path = String::from_utf8_lossy(&encode(&name)).into_owned();
                    self.flush().await;
                    let opened = if is_command {
                        open_command(&self.applet, &path)
                    } else {
                        open_input(&self.applet, &path)
                    };
                    let Ok(reader) = opened else {
                        return Ok(Value::Number(-1.0));
                    };
                    self.readers.insert(name.clone(), reader);
                }
                let separator = self.separator()?;
                let read = match self.readers.get_mut(&name) {
                    Some(reader) => reader.record(&separator).await,
                    None => Ok(None),
                };
                let Ok(record) = read else {
                    return Ok(Value::Number(-1.0));
                };
                if is_command && record.is_some() {
                    let count = self.get("NR")?.number() + 1.0;
                    self.set("NR", Value::Number(count))?;
                }
                record
            }
        };
        let Some(record) = record else {
            return Ok(Value::Number(0.0));
        };
        match into {
            Some(into) => self.assign(into, Value::read(record)).await?,
            None => self.set_record(record)?,
        }
        Ok(Value::Number(1.0))
    }
}
