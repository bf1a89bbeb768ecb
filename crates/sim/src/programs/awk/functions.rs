//! The functions of `awk`.

use super::super::regex::{Captures, Regex};
use super::super::waiting::start;
use super::interpret::{Machine, Run};
use super::streams::shell_words;
use super::syntax::Expr;
use super::value::{Value, from_count, from_integer, integer, sprintf};
use crate::kernel::ForkOptions;

impl Machine {
    /// A function of the language.
    #[expect(
        clippy::too_many_lines,
        reason = "a table, one line for most functions"
    )]
    pub(super) async fn builtin(&mut self, name: &'static str, arguments: &[Expr]) -> Run<Value> {
        match name {
            "split" => return self.split_into(arguments).await,
            "sub" | "gsub" | "gensub" => return self.substitute(name, arguments).await,
            "match" => return self.find(arguments).await,
            "length" => {
                if let [Expr::Name(name)] = arguments
                    && matches!(self.get(name)?, Value::Unset)
                    && name != "NF"
                    && let Some(count) = self.array_length(name)
                {
                    return Ok(Value::Number(from_count(count)));
                }
            }
            _ => {}
        }
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.eval(argument).await?);
        }
        let format = self.convert();
        let count = values.len();
        let text = |index: usize| {
            values
                .get(index)
                .map_or(String::new(), |it| it.text(&format))
        };
        let number = |index: usize| values.get(index).map_or(0.0, Value::number);
        let bits = |index: usize| {
            let value = integer(number(index));
            u32::try_from(value & 0xffff_ffff).unwrap_or(0)
        };
        let least = match name {
            "substr" | "index" | "atan2" | "and" | "or" | "xor" | "lshift" | "rshift" => 2,
            "cos" | "sin" | "exp" | "log" | "sqrt" | "int" | "tolower" | "toupper" | "system"
            | "close" | "sprintf" | "compl" => 1,
            _ => 0,
        };
        if count < least {
            return self.fatal("Too few arguments");
        }
        Ok(match name {
            "length" if count == 0 => Value::Number(from_count(self.record.chars().count())),
            "length" => Value::Number(from_count(text(0).chars().count())),
            "index" => {
                let (text, wanted) = (text(0), text(1));
                let at = text.find(&wanted).filter(|_| !wanted.is_empty());
                let at = at.map_or(0, |at| text[..at].chars().count() + 1);
                Value::Number(from_count(at))
            }
            "substr" => {
                let from = usize::try_from(integer(number(1)) - 1).unwrap_or(0);
                let length = if count > 2 {
                    usize::try_from(integer(number(2))).unwrap_or(0)
                } else {
                    usize::MAX
                };
                Value::Text(text(0).chars().skip(from).take(length).collect())
            }
            "tolower" => Value::Text(text(0).to_ascii_lowercase()),
            "toupper" => Value::Text(text(0).to_ascii_uppercase()),
            "sprintf" => match sprintf(&text(0), values.get(1..).unwrap_or_default()) {
                Ok(text) => Value::Text(self.bounded(text)?),
                Err(message) => return self.fatal(message),
            },
            "int" => Value::Number(number(0).trunc()),
            "sqrt" => Value::Number(number(0).sqrt()),
            "exp" => Value::Number(number(0).exp()),
            "log" => Value::Number(number(0).ln()),
            "sin" => Value::Number(number(0).sin()),
            "cos" => Value::Number(number(0).cos()),
            "atan2" => Value::Number(number(0).atan2(number(1))),
            "and" => Value::Number(f64::from(bits(0) & bits(1))),
            "or" => Value::Number(f64::from(bits(0) | bits(1))),
            "xor" => Value::Number(f64::from(bits(0) ^ bits(1))),
            "compl" => Value::Number(f64::from(!bits(0))),
            "lshift" => Value::Number(f64::from(bits(0).checked_shl(bits(1)).unwrap_or(0))),
            "rshift" => Value::Number(f64::from(bits(0).checked_shr(bits(1)).unwrap_or(0))),
            "rand" => Value::Number(self.draw()),
            "srand" => {
                let before = self.seed;
                let now = self.seconds();
                let seed = if count > 0 { integer(number(0)) } else { now };
                self.seed = seed.cast_unsigned();
                self.random = self.seed;
                Value::Number(from_integer(before.cast_signed()))
            }
            "systime" => Value::Number(from_integer(self.seconds())),
            "fflush" => {
                self.flush().await;
                Value::Number(0.0)
            }
            "close" => Value::Number(f64::from(self.close(&text(0)).await)),
            "system" => {
                self.flush().await;
                let words = shell_words(&text(0));
                let Ok(child) = start(&self.applet, &words, ForkOptions::default()) else {
                    return Ok(Value::Number(-1.0));
                };
                match self.applet.sys.wait(Some(child)).await {
                    Ok((_, status)) => Value::Number(f64::from(status.code())),
                    Err(_) => Value::Number(-1.0),
                }
            }
            other => return self.fatal(&format!("{other}: fonction non simulée")),
        })
    }

    fn seconds(&self) -> i64 {
        let now = self.applet.sys.now();
        let since = now.duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |it| i64::try_from(it.as_secs()).unwrap_or(0))
    }

    /// The next number from 0 to 1: splitmix64.
    fn draw(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let top = u32::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or(0);
        f64::from(top) / f64::from(1_u32 << 31)
    }

    async fn split_into(&mut self, arguments: &[Expr]) -> Run<Value> {
        let [text, Expr::Name(name), rest @ ..] = arguments else {
            return self.fatal("Too few arguments");
        };
        let text = self.eval(text).await?.text(&self.convert());
        let parts = match rest.first() {
            Some(Expr::Regex(_)) if text.is_empty() => Vec::new(),
            Some(Expr::Regex(regex)) => super::interpret::split_by(&text, regex),
            Some(separator) => {
                let separator = self.eval(separator).await?.text(&self.convert());
                self.split(&text, &separator)?
            }
            None => {
                let separator = self.get("FS")?.text("%.6g");
                self.split(&text, &separator)?
            }
        };
        let table = self.array(name)?;
        self.elements -= self.tables[table].len();
        self.tables[table].clear();
        let count = parts.len();
        for (index, part) in parts.into_iter().enumerate() {
            *self.element(table, (index + 1).to_string())? = Value::read(part);
        }
        Ok(Value::Number(from_count(count)))
    }

    async fn find(&mut self, arguments: &[Expr]) -> Run<Value> {
        let [text, pattern, ..] = arguments else {
            return self.fatal("Too few arguments");
        };
        let text = self.eval(text).await?.text(&self.convert());
        let regex = self.pattern(pattern).await?;
        let found = regex
            .find(&text)
            .and_then(|it| it.first().copied().flatten());
        let (start, length) = match found {
            Some((start, end)) => (from_count(start + 1), from_count(end - start)),
            None => (0.0, -1.0),
        };
        self.set("RSTART", Value::Number(start))?;
        self.set("RLENGTH", Value::Number(length))?;
        Ok(Value::Number(start))
    }

    async fn substitute(&mut self, name: &str, arguments: &[Expr]) -> Run<Value> {
        let is_general = name == "gensub";
        let [pattern, with, rest @ ..] = arguments else {
            return self.fatal("Too few arguments");
        };
        let regex = self.pattern(pattern).await?;
        let with = self.eval(with).await?.text(&self.convert());
        let (which, rest) = match (is_general, rest) {
            (true, [which, rest @ ..]) => {
                let which = self.eval(which).await?.text(&self.convert());
                let all = which.starts_with(['g', 'G']);
                (
                    if all {
                        None
                    } else {
                        Some(which.parse().unwrap_or(1))
                    },
                    rest,
                )
            }
            (true, []) => return self.fatal("Too few arguments"),
            (false, rest) => (if name == "gsub" { None } else { Some(1) }, rest),
        };
        let whole = Expr::Field(Box::new(Expr::Number(0.0)));
        let target = rest.first().unwrap_or(&whole);
        let text = self.eval(target).await?.text(&self.convert());
        let (result, count) = replace(&text, &regex, &with, which, is_general);
        let result = self.bounded(result)?;
        if is_general {
            return Ok(Value::Text(result));
        }
        if count > 0 && matches!(target, Expr::Name(_) | Expr::Element(..) | Expr::Field(_)) {
            self.assign(target, Value::Text(result)).await?;
        }
        Ok(Value::Number(from_count(count)))
    }
}

/// Replaces every match, or one: the text and how many were.
fn replace(
    text: &str,
    regex: &Regex,
    with: &str,
    which: Option<usize>,
    groups: bool,
) -> (String, usize) {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at, mut seen, mut count) = (String::new(), 0, 0, 0);
    let mut after_match = false;
    while at <= chars.len() {
        let Some(captures) = regex.find_at(&chars, at) else {
            break;
        };
        let Some((start, end)) = captures.first().copied().flatten() else {
            break;
        };
        out.extend(&chars[at..start]);
        // An empty match right after another is none.
        let is_match = !(start == end && after_match && start == at);
        if is_match {
            seen += 1;
            if which.is_none_or(|it| it == seen) {
                count += 1;
                fill(&mut out, with, &chars, &captures, groups);
            } else {
                out.extend(&chars[start..end]);
            }
        }
        at = end;
        after_match = true;
        if start == end {
            out.extend(chars.get(end));
            at += 1;
            after_match = false;
        }
        if which == Some(seen) || out.len() > super::interpret::MOST_BYTES {
            break;
        }
    }
    out.extend(chars.get(at..).unwrap_or_default());
    (out, count)
}

/// Adds a replacement: `&`, `\&`, and `\0` to `\9` for `gensub`.
fn fill(out: &mut String, with: &str, text: &[char], captures: &Captures, groups: bool) {
    let mut chars = with.chars().peekable();
    while let Some(c) = chars.next() {
        let group = match (c, chars.peek().copied()) {
            ('&', _) => 0,
            ('\\', Some(next @ ('&' | '\\'))) => {
                chars.next();
                out.push(next);
                continue;
            }
            ('\\', Some(digit @ '0'..='9')) if groups => {
                chars.next();
                usize::try_from(digit.to_digit(10).unwrap_or(0)).unwrap_or(0)
            }
            (c, _) => {
                out.push(c);
                continue;
            }
        };
        if let Some((start, end)) = captures.get(group).copied().flatten() {
            out.extend(&text[start..end]);
        }
    }
}
