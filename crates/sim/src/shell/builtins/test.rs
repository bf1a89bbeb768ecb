//! `test`, `[`, and the conditions of `[[`.

use brush_parser::ast::{BinaryPredicate, ExtendedTestExpr, UnaryPredicate};

use crate::fs::{FileKind, Metadata};
use crate::kernel::Sys;
use crate::shell::state::{Run, Shell};

/// What is wrong with a condition, as busybox says it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TestError {
    /// `[` without `]`.
    #[error("missing ]")]
    MissingBracket,
    /// A word that is not an operator where one is expected.
    #[error("{0}: unknown operand")]
    Unknown(String),
    /// A comparison of numbers of which this is not one.
    #[error("{0}: bad number")]
    Number(String),
    /// Nothing where an operand is expected.
    #[error("argument expected")]
    Missing,
    /// `(` without `)`.
    #[error("closing paren expected")]
    Parenthesis,
}

/// Whether the condition `test …` holds; `name` is `test`, `[` or `[[`.
pub fn evaluate(sys: &Sys, name: &str, arguments: &[String]) -> Result<bool, TestError> {
    let words = match name {
        "[" | "[[" => {
            let closing = if name == "[" { "]" } else { "]]" };
            match arguments.split_last() {
                Some((last, rest)) if last == closing => rest,
                _ => return Err(TestError::MissingBracket),
            }
        }
        _ => arguments,
    };
    // XCU test: the number of arguments decides first.
    match words {
        [] => Ok(false),
        [one] => Ok(!one.is_empty()),
        [not, one] if not == "!" => Ok(one.is_empty()),
        [left, operator, right] if is_binary(operator) => binary(sys, left, operator, right),
        [not, left, operator, right] if not == "!" && is_binary(operator) => {
            Ok(!binary(sys, left, operator, right)?)
        }
        words => {
            let mut parser = Parser { sys, words, at: 0 };
            let value = parser.or()?;
            match parser.words.get(parser.at) {
                None => Ok(value),
                Some(word) => Err(TestError::Unknown(word.clone())),
            }
        }
    }
}

struct Parser<'a> {
    sys: &'a Sys,
    words: &'a [String],
    at: usize,
}

impl Parser<'_> {
    fn accept(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at).is_some_and(|it| it == word);
        self.at += usize::from(found);
        found
    }

    fn or(&mut self) -> Result<bool, TestError> {
        let mut value = self.and()?;
        while self.accept("-o") {
            value |= self.and()?;
        }
        Ok(value)
    }

    fn and(&mut self) -> Result<bool, TestError> {
        let mut value = self.not()?;
        while self.accept("-a") {
            value &= self.not()?;
        }
        Ok(value)
    }

    fn not(&mut self) -> Result<bool, TestError> {
        if self.at + 1 < self.words.len() && self.accept("!") {
            return Ok(!self.not()?);
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<bool, TestError> {
        let word = self.words.get(self.at).ok_or(TestError::Missing)?.clone();
        if let [operator, right, ..] = &self.words[self.at + 1..]
            && is_binary(operator)
        {
            self.at += 3;
            return binary(self.sys, &word, operator, right);
        }
        self.at += 1;
        if word == "(" {
            let value = self.or()?;
            return if self.accept(")") {
                Ok(value)
            } else {
                Err(TestError::Parenthesis)
            };
        }
        if is_unary(&word) && self.at < self.words.len() {
            let operand = &self.words[self.at];
            self.at += 1;
            return Ok(unary(self.sys, &word, operand));
        }
        match self.words.get(self.at) {
            Some(next) if next != "-a" && next != "-o" && next != ")" => {
                Err(TestError::Unknown(if is_unary(&word) {
                    word
                } else {
                    next.clone()
                }))
            }
            _ => Ok(!word.is_empty()),
        }
    }
}

fn is_unary(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next() == Some('-')
        && chars
            .next()
            .is_some_and(|c| "nzefdhLrwxspSbcugktOGN".contains(c))
        && chars.next().is_none()
}

fn is_binary(word: &str) -> bool {
    matches!(
        word,
        "=" | "=="
            | "!="
            | "<"
            | ">"
            | "-eq"
            | "-ne"
            | "-lt"
            | "-le"
            | "-gt"
            | "-ge"
            | "-nt"
            | "-ot"
            | "-ef"
    )
}

fn unary(sys: &Sys, operator: &str, operand: &str) -> bool {
    let is = |wanted: fn(&Metadata) -> bool| sys.stat(operand).is_ok_and(|it| wanted(&it));
    match operator {
        "-n" => !operand.is_empty(),
        "-z" => operand.is_empty(),
        "-e" => sys.stat(operand).is_ok(),
        "-f" => is(|it| it.kind == FileKind::File),
        "-d" => is(|it| it.kind == FileKind::Directory),
        "-h" | "-L" => sys
            .lstat(operand)
            .is_ok_and(|it| matches!(it.kind, FileKind::Symlink(_))),
        "-p" => is(|it| it.kind == FileKind::Fifo),
        "-S" => is(|it| it.kind == FileKind::Socket),
        "-c" => is(|it| matches!(it.kind, FileKind::CharDevice(..))),
        "-s" => is(|it| it.size > 0),
        "-u" => is(|it| it.mode & 0o4000 != 0),
        "-g" => is(|it| it.mode & 0o2000 != 0),
        "-k" => is(|it| it.mode & 0o1000 != 0),
        "-r" => sys.access(operand, 4).is_ok(),
        "-w" => sys.access(operand, 2).is_ok(),
        "-x" => sys.access(operand, 1).is_ok(),
        "-O" => sys.stat(operand).is_ok_and(|it| it.uid == sys.uid()),
        "-G" => sys.stat(operand).is_ok_and(|it| it.gid == sys.gid()),
        "-t" => operand.parse().is_ok_and(|fd| sys.is_tty(fd)),
        _ => false,
    }
}

fn number(text: &str) -> Result<i64, TestError> {
    text.trim()
        .parse()
        .map_err(|_| TestError::Number(text.to_owned()))
}

fn binary(sys: &Sys, left: &str, operator: &str, right: &str) -> Result<bool, TestError> {
    let modified = |path: &str| sys.stat(path).ok().map(|it| it.mtime);
    Ok(match operator {
        "=" | "==" => left == right,
        "!=" => left != right,
        "<" => left < right,
        ">" => left > right,
        "-nt" => modified(left) > modified(right),
        "-ot" => modified(left) < modified(right),
        "-ef" => match (sys.stat(left), sys.stat(right)) {
            (Ok(left), Ok(right)) => left.inode == right.inode,
            _ => false,
        },
        _ => {
            let (left, right) = (number(left)?, number(right)?);
            match operator {
                "-eq" => left == right,
                "-ne" => left != right,
                "-lt" => left < right,
                "-le" => left <= right,
                "-gt" => left > right,
                _ => left >= right,
            }
        }
    })
}

impl Shell {
    /// `[[ … ]]`
    pub(in crate::shell) fn extended_test<'a>(
        &'a mut self,
        expression: &'a ExtendedTestExpr,
    ) -> std::pin::Pin<Box<dyn Future<Output = Run<bool>> + Send + 'a>> {
        Box::pin(async move {
            Ok(match expression {
                ExtendedTestExpr::And(left, right) => {
                    self.extended_test(left).await? && self.extended_test(right).await?
                }
                ExtendedTestExpr::Or(left, right) => {
                    self.extended_test(left).await? || self.extended_test(right).await?
                }
                ExtendedTestExpr::Not(inner) => !self.extended_test(inner).await?,
                ExtendedTestExpr::Parenthesized(inner) => self.extended_test(inner).await?,
                ExtendedTestExpr::UnaryTest(predicate, word) => {
                    let operand = self.expand_text(&word.value).await?;
                    unary(&self.sys, unary_name(predicate), &operand)
                }
                ExtendedTestExpr::BinaryTest(predicate, left, right) => {
                    let left = self.expand_text(&left.value).await?;
                    match predicate {
                        BinaryPredicate::StringExactlyMatchesPattern
                        | BinaryPredicate::StringExactlyMatchesString => {
                            self.expand_pattern(&right.value).await?.matches(&left)
                        }
                        BinaryPredicate::StringDoesNotExactlyMatchPattern
                        | BinaryPredicate::StringDoesNotExactlyMatchString => {
                            !self.expand_pattern(&right.value).await?.matches(&left)
                        }
                        predicate => {
                            let right = self.expand_text(&right.value).await?;
                            match binary(&self.sys, &left, binary_name(predicate), &right) {
                                Ok(value) => value,
                                Err(error) => return self.fail(error).await,
                            }
                        }
                    }
                }
            })
        })
    }
}

fn unary_name(predicate: &UnaryPredicate) -> &'static str {
    match predicate {
        UnaryPredicate::FileExists => "-e",
        UnaryPredicate::FileExistsAndIsCharSpecialFile => "-c",
        UnaryPredicate::FileExistsAndIsDir => "-d",
        UnaryPredicate::FileExistsAndIsRegularFile => "-f",
        UnaryPredicate::FileExistsAndIsSetgid => "-g",
        UnaryPredicate::FileExistsAndIsSymlink => "-h",
        UnaryPredicate::FileExistsAndHasStickyBit => "-k",
        UnaryPredicate::FileExistsAndIsFifo => "-p",
        UnaryPredicate::FileExistsAndIsReadable => "-r",
        UnaryPredicate::FileExistsAndIsNotZeroLength => "-s",
        UnaryPredicate::FdIsOpenTerminal => "-t",
        UnaryPredicate::FileExistsAndIsSetuid => "-u",
        UnaryPredicate::FileExistsAndIsWritable => "-w",
        UnaryPredicate::FileExistsAndIsExecutable => "-x",
        UnaryPredicate::FileExistsAndOwnedByEffectiveGroupId => "-G",
        UnaryPredicate::FileExistsAndOwnedByEffectiveUserId => "-O",
        UnaryPredicate::FileExistsAndIsSocket => "-S",
        UnaryPredicate::StringHasZeroLength => "-z",
        UnaryPredicate::StringHasNonZeroLength => "-n",
        _ => "",
    }
}

fn binary_name(predicate: &BinaryPredicate) -> &'static str {
    match predicate {
        BinaryPredicate::FilesReferToSameDeviceAndInodeNumbers => "-ef",
        BinaryPredicate::LeftFileIsNewerOrExistsWhenRightDoesNot => "-nt",
        BinaryPredicate::LeftFileIsOlderOrDoesNotExistWhenRightDoes => "-ot",
        BinaryPredicate::LeftSortsBeforeRight => "<",
        BinaryPredicate::LeftSortsAfterRight => ">",
        BinaryPredicate::ArithmeticEqualTo => "-eq",
        BinaryPredicate::ArithmeticNotEqualTo => "-ne",
        BinaryPredicate::ArithmeticLessThan => "-lt",
        BinaryPredicate::ArithmeticLessThanOrEqualTo => "-le",
        BinaryPredicate::ArithmeticGreaterThan => "-gt",
        BinaryPredicate::ArithmeticGreaterThanOrEqualTo => "-ge",
        _ => "=",
    }
}
