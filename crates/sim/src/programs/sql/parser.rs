//! From tokens to statements: the SQL of a first course, in both dialects.

use super::lexer::{Token, tokens};
use super::syntax::{Expr, Item, Path, Select, Source, Statement};
use super::value::Value;
use super::{Dialect, Sql, SqlError, not_simulated};

pub(super) struct Parser<'a> {
    text: &'a str,
    pub(super) tokens: Vec<(Token, usize)>,
    pub(super) at: usize,
    pub(super) dialect: Dialect,
}

/// Reads one statement.
pub(super) fn parse(text: &str, dialect: Dialect) -> Sql<Statement> {
    let mut parser = Parser {
        text,
        tokens: tokens(text)?,
        at: 0,
        dialect,
    };
    let statement = parser.statement()?;
    while parser.sign(";") {}
    if *parser.peek() != Token::End {
        return parser.wrong();
    }
    Ok(statement)
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |it| &it.0)
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    /// The syntax error at this place, as the server words it.
    pub(super) fn wrong<T>(&self) -> Sql<T> {
        let at = self.tokens.get(self.at).map_or(self.text.len(), |it| it.1);
        let rest = &self.text[at..];
        let message = match self.dialect {
            Dialect::MySql => {
                let line = self.text[..at].matches('\n').count() + 1;
                let near: String = rest.chars().take(80).collect();
                format!(
                    "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '{near}' at line {line}"
                )
            }
            Dialect::Postgres if rest.trim().is_empty() => "syntax error at end of input".into(),
            Dialect::Postgres => {
                let word: String = rest
                    .chars()
                    .take_while(|it| !it.is_whitespace() && *it != ';')
                    .collect();
                format!("syntax error at or near \"{word}\"")
            }
        };
        Err(SqlError {
            code: 1064,
            state: if self.dialect == Dialect::MySql {
                "42000"
            } else {
                "42601"
            },
            message,
        })
    }

    /// Takes a word if it comes next.
    pub(super) fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Word(it) if it.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    /// Takes these words if they all come next.
    pub(super) fn words(&mut self, words: &str) -> bool {
        let begin = self.at;
        if words.split(' ').all(|it| self.word(it)) {
            return true;
        }
        self.at = begin;
        false
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Sql<()> {
        if self.word(word) {
            Ok(())
        } else {
            self.wrong()
        }
    }

    pub(super) fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(it) if *it == sign);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect_sign(&mut self, sign: &str) -> Sql<()> {
        if self.sign(sign) {
            Ok(())
        } else {
            self.wrong()
        }
    }

    pub(super) fn name(&mut self) -> Sql<String> {
        match self.peek().clone() {
            Token::Word(word) => {
                self.at += 1;
                Ok(if self.dialect == Dialect::Postgres {
                    word.to_lowercase()
                } else {
                    word
                })
            }
            Token::Name(name) => {
                self.at += 1;
                Ok(name)
            }
            _ => self.wrong(),
        }
    }

    pub(super) fn path(&mut self) -> Sql<Path> {
        let first = self.name()?;
        if self.sign(".") {
            let name = self.name()?;
            return Ok(Path {
                owner: Some(first),
                name,
            });
        }
        Ok(Path {
            owner: None,
            name: first,
        })
    }

    pub(super) fn literal(&mut self) -> Sql<String> {
        match self.next() {
            Token::Text(text) | Token::Number(text) | Token::Word(text) | Token::Name(text) => {
                Ok(text)
            }
            _ => {
                self.at -= 1;
                self.wrong()
            }
        }
    }

    pub(super) fn filter(&mut self) -> Sql<Option<Expr>> {
        if self.word("where") {
            Ok(Some(self.expr()?))
        } else {
            Ok(None)
        }
    }

    pub(super) fn items(&mut self) -> Sql<Vec<Item>> {
        let mut items = Vec::new();
        loop {
            let begin = self.tokens.get(self.at).map_or(0, |it| it.1);
            if self.sign("*") {
                items.push(Item {
                    expr: None,
                    of: None,
                    name: String::new(),
                });
            } else if matches!(
                (self.tokens.get(self.at + 1), self.tokens.get(self.at + 2)),
                (Some((Token::Sign("."), _)), Some((Token::Sign("*"), _)))
            ) {
                let of = Some(self.name()?);
                self.at += 2;
                items.push(Item {
                    expr: None,
                    of,
                    name: String::new(),
                });
            } else {
                let expr = self.expr()?;
                let end = self.tokens.get(self.at).map_or(self.text.len(), |it| it.1);
                let written = self.text[begin..end].trim().to_owned();
                let alias = if self.word("as") {
                    Some(self.literal()?)
                } else {
                    self.alias()?
                };
                let name = alias.unwrap_or_else(|| match (&expr, self.dialect) {
                    (Expr::Column(path), _) => path.name.clone(),
                    (Expr::Call(name, _, _), Dialect::Postgres) => name.clone(),
                    (_, Dialect::Postgres) => "?column?".into(),
                    // A text alone names its column; quotes inside an expression are part of it.
                    (Expr::Value(Value::Text(text)), _) => text.clone(),
                    _ => written,
                });
                items.push(Item {
                    expr: Some(expr),
                    of: None,
                    name,
                });
            }
            if !self.sign(",") {
                return Ok(items);
            }
        }
    }

    /// A name after an expression or a table, without AS.
    fn alias(&mut self) -> Sql<Option<String>> {
        const CLAUSES: &[&str] = &[
            "from",
            "where",
            "group",
            "order",
            "limit",
            "having",
            "join",
            "inner",
            "left",
            "right",
            "cross",
            "on",
            "union",
            "offset",
            "set",
            "returning",
            "for",
            "natural",
            "full",
            "using",
        ];
        match self.peek() {
            Token::Word(word) if !CLAUSES.iter().any(|it| it.eq_ignore_ascii_case(word)) => {
                Ok(Some(self.name()?))
            }
            Token::Name(_) => Ok(Some(self.name()?)),
            _ => Ok(None),
        }
    }

    fn source(&mut self) -> Sql<Source> {
        if matches!(self.peek(), Token::Sign("(")) {
            return not_simulated("les sous-requêtes");
        }
        let table = self.path()?;
        let alias = if self.word("as") {
            Some(self.name()?)
        } else {
            self.alias()?
        };
        Ok(Source {
            alias: alias.unwrap_or_else(|| table.name.clone()),
            table,
            on: None,
            left: false,
        })
    }

    pub(super) fn select(&mut self) -> Sql<Select> {
        self.expect_word("select")?;
        let mut select = Select {
            distinct: self.word("distinct"),
            items: self.items()?,
            ..Select::default()
        };
        if self.word("from") {
            select.from.push(self.source()?);
            loop {
                let left = self.words("left outer join") || self.words("left join");
                if left || self.words("inner join") || self.words("cross join") || self.word("join")
                {
                    let mut source = self.source()?;
                    source.left = left;
                    if self.word("on") {
                        source.on = Some(self.expr()?);
                    }
                    select.from.push(source);
                } else if self.sign(",") {
                    select.from.push(self.source()?);
                } else {
                    break;
                }
            }
            if self.word("right") || self.word("full") || self.word("natural") {
                return not_simulated("RIGHT, FULL et NATURAL JOIN");
            }
        }
        select.filter = self.filter()?;
        if self.words("group by") {
            select.group = self.list()?;
        }
        if self.word("having") {
            select.having = Some(self.expr()?);
        }
        if self.words("order by") {
            loop {
                let expr = self.expr()?;
                let down = self.word("desc");
                if !down {
                    self.word("asc");
                }
                select.order.push((expr, down));
                if !self.sign(",") {
                    break;
                }
            }
        }
        if self.word("limit") {
            let first = self.count()?;
            select.limit = Some(first);
            if self.sign(",") {
                select.offset = first;
                select.limit = Some(self.count()?);
            }
        }
        if self.word("offset") {
            select.offset = self.count()?;
        }
        if self.word("union") {
            return not_simulated("UNION");
        }
        Ok(select)
    }

    fn count(&mut self) -> Sql<usize> {
        if let Token::Number(digits) = self.next() {
            return digits.parse().or_else(|_| self.wrong());
        }
        self.at -= 1;
        self.wrong()
    }

    pub(super) fn list(&mut self) -> Sql<Vec<Expr>> {
        let mut list = vec![self.expr()?];
        while self.sign(",") {
            list.push(self.expr()?);
        }
        Ok(list)
    }

    pub(super) fn expr(&mut self) -> Sql<Expr> {
        let mut left = self.conjunction()?;
        while self.word("or") {
            left = Expr::Binary("or", Box::new(left), Box::new(self.conjunction()?));
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Sql<Expr> {
        let mut left = self.negation()?;
        while self.word("and") {
            left = Expr::Binary("and", Box::new(left), Box::new(self.negation()?));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Sql<Expr> {
        if self.word("not") {
            return Ok(Expr::Unary("not", Box::new(self.negation()?)));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Sql<Expr> {
        let left = self.sum()?;
        for sign in ["=", "<>", "!=", "<=", ">=", "<", ">", "<=>"] {
            if self.sign(sign) {
                let sign = if sign == "!=" { "<>" } else { sign };
                return Ok(Expr::Binary(sign, Box::new(left), Box::new(self.sum()?)));
            }
        }
        if self.word("is") {
            let negated = self.word("not");
            self.expect_word("null")?;
            return Ok(Expr::IsNull(Box::new(left), negated));
        }
        let negated = self.word("not");
        if self.word("in") {
            self.expect_sign("(")?;
            if matches!(self.peek(), Token::Word(it) if it.eq_ignore_ascii_case("select")) {
                return not_simulated("les sous-requêtes");
            }
            let list = self.list()?;
            self.expect_sign(")")?;
            return Ok(Expr::In(Box::new(left), list, negated));
        }
        if self.word("between") {
            let low = self.sum()?;
            self.expect_word("and")?;
            return Ok(Expr::Between(
                Box::new(left),
                Box::new(low),
                Box::new(self.sum()?),
                negated,
            ));
        }
        let ignores_case = self.word("ilike");
        if ignores_case || self.word("like") {
            let ignores_case = ignores_case || self.dialect == Dialect::MySql;
            return Ok(Expr::Like(
                Box::new(left),
                Box::new(self.sum()?),
                negated,
                ignores_case,
            ));
        }
        if negated { self.wrong() } else { Ok(left) }
    }

    fn sum(&mut self) -> Sql<Expr> {
        let mut left = self.product()?;
        'more: loop {
            for sign in ["+", "-", "||"] {
                if self.sign(sign) {
                    left = Expr::Binary(sign, Box::new(left), Box::new(self.product()?));
                    continue 'more;
                }
            }
            return Ok(left);
        }
    }

    fn product(&mut self) -> Sql<Expr> {
        let mut left = self.unary()?;
        'more: loop {
            for sign in ["*", "/", "%"] {
                if self.sign(sign) {
                    left = Expr::Binary(sign, Box::new(left), Box::new(self.unary()?));
                    continue 'more;
                }
            }
            return Ok(left);
        }
    }

    fn unary(&mut self) -> Sql<Expr> {
        if self.sign("-") {
            return Ok(Expr::Unary("-", Box::new(self.unary()?)));
        }
        let expr = self.primary()?;
        if self.sign("::") {
            self.name()?;
        }
        Ok(expr)
    }

    pub(super) fn primary(&mut self) -> Sql<Expr> {
        if self.sign("(") {
            if matches!(self.peek(), Token::Word(it) if it.eq_ignore_ascii_case("select")) {
                return not_simulated("les sous-requêtes");
            }
            let expr = self.expr()?;
            self.expect_sign(")")?;
            return Ok(expr);
        }
        if self.sign("@@") {
            let path = self.path()?;
            return Ok(Expr::Variable(path.name.to_lowercase()));
        }
        match self.peek().clone() {
            Token::Text(text) => {
                self.at += 1;
                Ok(Expr::Value(Value::Text(text)))
            }
            Token::Number(digits) => {
                self.at += 1;
                let value = digits
                    .parse()
                    .map(Value::Int)
                    .or_else(|_| digits.parse().map(Value::Real));
                value.map(Expr::Value).or_else(|_| self.wrong())
            }
            Token::Name(text) if self.dialect == Dialect::MySql && self.quoted_text() => {
                self.at += 1;
                Ok(Expr::Value(Value::Text(text)))
            }
            Token::Word(word) => match word.to_lowercase().as_str() {
                "null" => Ok(self.constant(Value::Null)),
                "true" => Ok(self.constant(Value::Bool(true))),
                "false" => Ok(self.constant(Value::Bool(false))),
                "case" => self.case(),
                "exists" => not_simulated("les sous-requêtes"),
                _ => self.column_or_call(),
            },
            Token::Name(_) => self.column_or_call(),
            _ => self.wrong(),
        }
    }

    /// Whether the quoted name here is a text: MySQL quotes those with `"` too.
    fn quoted_text(&self) -> bool {
        let at = self.tokens.get(self.at).map_or(0, |it| it.1);
        self.text[at..].starts_with('"')
    }

    fn constant(&mut self, value: Value) -> Expr {
        self.at += 1;
        Expr::Value(value)
    }

    fn case(&mut self) -> Sql<Expr> {
        self.at += 1;
        let mut branches = Vec::new();
        while self.word("when") {
            let when = self.expr()?;
            self.expect_word("then")?;
            branches.push((when, self.expr()?));
        }
        let otherwise = if self.word("else") {
            Some(Box::new(self.expr()?))
        } else {
            None
        };
        self.expect_word("end")?;
        Ok(Expr::Case(branches, otherwise))
    }

    fn column_or_call(&mut self) -> Sql<Expr> {
        const BARE: &[&str] = &[
            "current_timestamp",
            "current_date",
            "current_user",
            "current_database",
            "localtime",
        ];
        let path = self.path()?;
        let lower = path.name.to_lowercase();
        if self.sign("(") {
            let distinct = self.word("distinct");
            let mut args = Vec::new();
            if self.sign("*") {
                args.push(Expr::Star);
                self.expect_sign(")")?;
            } else if !self.sign(")") {
                args = self.list()?;
                self.expect_sign(")")?;
            }
            return Ok(Expr::Call(lower, args, distinct));
        }
        if path.owner.is_none() && BARE.contains(&lower.as_str()) {
            return Ok(Expr::Call(lower, Vec::new(), false));
        }
        Ok(Expr::Column(path))
    }
}
