//! Statements but SELECT, read.

use super::catalogue::Column;
use super::lexer::Token;
use super::parser::Parser;
use super::syntax::{Expr, Statement};
use super::{Dialect, Sql, not_simulated};

impl Parser<'_> {
    pub(super) fn statement(&mut self) -> Sql<Statement> {
        if matches!(self.peek(), Token::Word(it) if it.eq_ignore_ascii_case("select")) {
            return Ok(Statement::Select(Box::new(self.select()?)));
        }
        if self.word("create") {
            return self.create();
        }
        if self.word("drop") {
            return self.drop();
        }
        if self.word("use") {
            return Ok(Statement::Use(self.name()?));
        }
        if self.word("insert") || self.word("replace") {
            return self.insert();
        }
        if self.word("update") {
            return self.update();
        }
        if self.words("delete from") {
            let table = self.path()?;
            let filter = self.filter()?;
            return Ok(Statement::Delete { table, filter });
        }
        if self.word("truncate") {
            self.word("table");
            return Ok(Statement::Truncate(self.path()?));
        }
        if self.word("alter") {
            return self.alter();
        }
        if self.word("describe") || self.word("desc") || self.word("explain") {
            return Ok(Statement::Show(vec!["columns".into()], Some(self.path()?)));
        }
        if self.word("show") {
            return self.show();
        }
        for (word, tag) in [
            ("set", "SET"),
            ("grant", "GRANT"),
            ("revoke", "REVOKE"),
            ("flush", "FLUSH"),
            ("begin", "BEGIN"),
            ("start", "BEGIN"),
            ("commit", "COMMIT"),
            ("analyze", "ANALYZE"),
            ("lock", "LOCK TABLE"),
            ("unlock", "UNLOCK"),
            ("vacuum", "VACUUM"),
            ("comment", "COMMENT"),
        ] {
            if self.word(word) {
                self.at = self.tokens.len() - 1;
                return Ok(Statement::Nothing(tag));
            }
        }
        for (word, what) in [
            ("rollback", "ROLLBACK"),
            ("with", "WITH"),
            ("call", "CALL"),
            ("union", "UNION"),
        ] {
            if self.word(word) {
                return not_simulated(&format!("l’instruction SQL {what}"));
            }
        }
        self.wrong()
    }

    fn if_not_exists(&mut self) -> bool {
        self.words("if not exists")
    }

    fn create(&mut self) -> Sql<Statement> {
        if self.word("database") || self.word("schema") {
            let if_not_exists = self.if_not_exists();
            let name = self.name()?;
            self.at = self.tokens.len() - 1;
            return Ok(Statement::CreateDatabase {
                name,
                if_not_exists,
            });
        }
        if self.word("user") || self.word("role") {
            return self.user(false);
        }
        for (word, what) in [
            ("view", "VIEW"),
            ("trigger", "TRIGGER"),
            ("procedure", "PROCEDURE"),
            ("function", "FUNCTION"),
            ("sequence", "SEQUENCE"),
            ("type", "TYPE"),
        ] {
            if self.word(word) {
                return not_simulated(&format!("CREATE {what}"));
            }
        }
        if self.words("unique index") || self.word("index") || self.word("extension") {
            self.at = self.tokens.len() - 1;
            return Ok(Statement::Nothing("CREATE INDEX"));
        }
        self.word("temporary");
        self.expect_word("table")?;
        let if_not_exists = self.if_not_exists();
        let name = self.path()?;
        self.expect_sign("(")?;
        let mut columns: Vec<Column> = Vec::new();
        loop {
            if !self.constraint(&mut columns)? {
                columns.push(self.column()?);
            }
            if !self.sign(",") {
                break;
            }
        }
        self.expect_sign(")")?;
        // ENGINE=InnoDB DEFAULT CHARSET=utf8mb4…
        self.at = self.tokens.len() - 1;
        Ok(Statement::CreateTable {
            name,
            columns,
            if_not_exists,
        })
    }

    /// What stands between parentheses, names only.
    fn names(&mut self) -> Sql<Vec<String>> {
        self.expect_sign("(")?;
        let mut names = vec![self.name()?];
        while self.sign(",") {
            names.push(self.name()?);
        }
        self.expect_sign(")")?;
        Ok(names)
    }

    fn constraint(&mut self, columns: &mut [Column]) -> Sql<bool> {
        if self.word("constraint") {
            self.name()?;
        }
        if self.words("primary key") {
            for name in self.names()? {
                for column in columns.iter_mut().filter(|it| it.name == name) {
                    column.primary = true;
                    column.nullable = false;
                }
            }
            return Ok(true);
        }
        if self.words("foreign key") {
            self.names()?;
            self.references()?;
            return Ok(true);
        }
        let unique = self.word("unique");
        if unique || self.word("key") || self.word("index") {
            if unique && !self.word("key") {
                self.word("index");
            }
            if !matches!(self.peek(), Token::Sign("(")) {
                self.name()?;
            }
            let names = self.names()?;
            if unique && names.len() == 1 {
                for column in columns.iter_mut().filter(|it| it.name == names[0]) {
                    column.unique = true;
                }
            }
            return Ok(true);
        }
        if self.word("check") {
            self.expect_sign("(")?;
            self.expr()?;
            self.expect_sign(")")?;
            return Ok(true);
        }
        Ok(false)
    }

    fn references(&mut self) -> Sql<()> {
        self.expect_word("references")?;
        self.path()?;
        if matches!(self.peek(), Token::Sign("(")) {
            self.names()?;
        }
        while self.word("on") {
            let _ = self.word("delete") || self.word("update");
            let _ = self.word("cascade")
                || self.word("restrict")
                || self.words("set null")
                || self.words("no action");
        }
        Ok(())
    }

    fn column(&mut self) -> Sql<Column> {
        let name = self.name()?;
        let mut kind = self.name()?.to_lowercase();
        if self.sign("(") {
            kind.push('(');
            loop {
                kind.push_str(&self.literal()?);
                if !self.sign(",") {
                    break;
                }
                kind.push(',');
            }
            self.expect_sign(")")?;
            kind.push(')');
        }
        for word in ["unsigned", "varying", "precision"] {
            if self.word(word) {
                kind.push(' ');
                kind.push_str(word);
            }
        }
        if self.words("with time zone") {
            kind.push_str(" with time zone");
        }
        self.words("without time zone");
        if kind == "character varying" && self.sign("(") {
            kind = format!("varchar({})", self.literal()?);
            self.expect_sign(")")?;
        }
        let serial = kind.ends_with("serial");
        let kind = match (self.dialect, kind.as_str()) {
            (Dialect::MySql, "integer") => "int".to_owned(),
            (Dialect::MySql, "boolean" | "bool") => "tinyint(1)".to_owned(),
            (Dialect::Postgres, "int" | "serial" | "int4") => "integer".to_owned(),
            (Dialect::Postgres, "bigserial") => "bigint".to_owned(),
            (Dialect::Postgres, "bool") => "boolean".to_owned(),
            _ => kind,
        };
        let mut column = Column {
            name,
            kind,
            nullable: !serial,
            default: None,
            now: false,
            counts: serial,
            primary: false,
            unique: false,
        };
        self.column_options(&mut column)?;
        Ok(column)
    }

    fn column_options(&mut self, column: &mut Column) -> Sql<()> {
        loop {
            if self.words("not null") {
                column.nullable = false;
            } else if self.word("null") {
                column.nullable = true;
            } else if self.words("primary key") {
                column.primary = true;
                column.nullable = false;
            } else if self.word("unique") {
                self.word("key");
                column.unique = true;
            } else if self.word("auto_increment") {
                column.counts = true;
            } else if self.words("generated always as identity")
                || self.words("generated by default as identity")
            {
                column.counts = true;
                column.nullable = false;
            } else if self.word("default") {
                let expr = self.primary()?;
                match expr {
                    Expr::Value(value) => column.default = Some(value),
                    _ => column.now = true,
                }
            } else if self.words("on update current_timestamp") {
            } else if self.word("comment") || self.word("collate") || self.words("character set") {
                self.literal()?;
            } else if self.word("check") {
                self.expect_sign("(")?;
                self.expr()?;
                self.expect_sign(")")?;
            } else if matches!(self.peek(), Token::Word(it) if it.eq_ignore_ascii_case("references"))
            {
                self.references()?;
            } else if self.word("first") {
            } else if self.word("after") {
                self.name()?;
            } else {
                return Ok(());
            }
        }
    }

    fn if_exists(&mut self) -> bool {
        self.words("if exists")
    }

    fn drop(&mut self) -> Sql<Statement> {
        if self.word("database") || self.word("schema") {
            let if_exists = self.if_exists();
            return Ok(Statement::DropDatabase {
                name: self.name()?,
                if_exists,
            });
        }
        if self.word("user") || self.word("role") {
            self.if_exists();
            let (name, host) = self.account()?;
            return Ok(Statement::DropUser(name, host));
        }
        self.expect_word("table")?;
        let if_exists = self.if_exists();
        let mut names = vec![self.path()?];
        while self.sign(",") {
            names.push(self.path()?);
        }
        self.word("cascade");
        Ok(Statement::DropTable { names, if_exists })
    }

    fn account(&mut self) -> Sql<(String, String)> {
        let name = self.literal()?;
        let host = if self.sign("@") {
            self.literal()?
        } else {
            "%".into()
        };
        Ok((name, host))
    }

    fn user(&mut self, alter: bool) -> Sql<Statement> {
        let if_not_exists = self.if_not_exists() || self.if_exists();
        let (name, host) = self.account()?;
        let mut password = None;
        if self.words("identified by")
            || self.words("with password")
            || self.words("with encrypted password")
            || self.word("password")
        {
            password = Some(self.literal()?);
        } else if self.words("identified with") {
            self.literal()?;
            if self.word("by") {
                password = Some(self.literal()?);
            }
        }
        self.at = self.tokens.len() - 1;
        Ok(Statement::CreateUser {
            name,
            host,
            password,
            if_not_exists,
            alter,
        })
    }

    fn alter(&mut self) -> Sql<Statement> {
        if self.word("user") || self.word("role") {
            return self.user(true);
        }
        self.expect_word("table")?;
        let table = self.path()?;
        if self.word("add") {
            self.word("column");
            self.if_not_exists();
            if self.constraint(&mut [])? {
                return Ok(Statement::Nothing("ALTER TABLE"));
            }
            return Ok(Statement::AddColumn(table, self.column()?));
        }
        if self.word("drop") {
            self.word("column");
            return Ok(Statement::DropColumn(table, self.name()?));
        }
        if self.word("rename") {
            self.word("to");
            return Ok(Statement::Rename(table, self.name()?));
        }
        not_simulated("cette forme d’ALTER TABLE")
    }

    fn show(&mut self) -> Sql<Statement> {
        let mut words = Vec::new();
        let mut name = None;
        self.word("full");
        loop {
            if self.word("from") || self.word("in") {
                name = Some(self.path()?);
            } else if self.word("like") {
                let pattern = self.literal()?;
                words.push(format!("like {pattern}"));
            } else if let Token::Word(word) = self.peek().clone() {
                self.at += 1;
                let word = word.to_lowercase();
                let creates =
                    words.last().is_some_and(|it: &String| it == "create") && word == "table";
                words.push(word);
                if creates {
                    name = Some(self.path()?);
                } else if words.last().is_some_and(|it| it == "for") {
                    self.account()?;
                }
            } else {
                return Ok(Statement::Show(words, name));
            }
        }
    }

    fn insert(&mut self) -> Sql<Statement> {
        let mut ignore = self.word("ignore");
        self.word("into");
        let table = self.path()?;
        let mut columns = Vec::new();
        if matches!(self.peek(), Token::Sign("(")) {
            columns = self.names()?;
        }
        let mut rows = Vec::new();
        let mut select = None;
        if matches!(self.peek(), Token::Word(it) if it.eq_ignore_ascii_case("select")) {
            select = Some(Box::new(self.select()?));
        } else {
            if !self.word("values") {
                self.expect_word("value")?;
            }
            loop {
                self.expect_sign("(")?;
                let mut row = Vec::new();
                if !self.sign(")") {
                    loop {
                        row.push(if self.word("default") {
                            None
                        } else {
                            Some(self.expr()?)
                        });
                        if !self.sign(",") {
                            break;
                        }
                    }
                    self.expect_sign(")")?;
                }
                rows.push(row);
                if !self.sign(",") {
                    break;
                }
            }
        }
        if self.words("on conflict") {
            if matches!(self.peek(), Token::Sign("(")) {
                self.names()?;
            }
            if !self.words("do nothing") {
                return not_simulated("ON CONFLICT DO UPDATE");
            }
            ignore = true;
        }
        if self.words("on duplicate key update") {
            return not_simulated("ON DUPLICATE KEY UPDATE");
        }
        let returning = if self.word("returning") {
            self.items()?
        } else {
            Vec::new()
        };
        Ok(Statement::Insert {
            table,
            columns,
            rows,
            select,
            returning,
            ignore,
        })
    }

    fn update(&mut self) -> Sql<Statement> {
        let table = self.path()?;
        self.expect_word("set")?;
        let mut set = Vec::new();
        loop {
            let column = self.path()?.name;
            self.expect_sign("=")?;
            set.push((column, self.expr()?));
            if !self.sign(",") {
                break;
            }
        }
        let filter = self.filter()?;
        Ok(Statement::Update { table, set, filter })
    }
}
