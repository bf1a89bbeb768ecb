//! `find`.

use std::time::Duration;

use super::applet::{Applet, base_name, join, number_in, parse_size};
use super::waiting::start;
use crate::fs::{FileKind, Metadata};
use crate::kernel::{ForkOptions, Sys};
use crate::shell::pattern::Pattern;
use crate::shell::stream::Output;

/// A condition or an action.
enum Test {
    Name(Pattern, bool, bool),
    Kind(char),
    Number(Compare, fn(&Metadata, &Sys) -> u64),
    Size(Compare, u64),
    Mode(char, u32),
    Newer(std::time::SystemTime),
    Empty,
    Print(char),
    Exec(Vec<String>),
    Delete,
    Prune,
    Quit,
    True(bool),
    Not(Box<Test>),
    And(Vec<Test>),
    Or(Vec<Test>),
}

/// `+N`, `-N`, `N`
#[derive(Clone, Copy)]
enum Compare {
    More(u64),
    Less(u64),
    Exactly(u64),
}

impl Compare {
    fn holds(self, value: u64) -> bool {
        match self {
            Self::More(limit) => value > limit,
            Self::Less(limit) => value < limit,
            Self::Exactly(wanted) => value == wanted,
        }
    }
}

struct Parser<'a> {
    words: &'a [String],
    at: usize,
    sys: Sys,
    max_depth: usize,
    min_depth: usize,
    depth_first: bool,
    follow: bool,
    acts: bool,
}

/// `find [PATH]… [EXPRESSION]`
pub(super) async fn main(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let split = applet
        .args
        .iter()
        .position(|it| it.starts_with('-') && it.len() > 1 || it == "(" || it == "!")
        .unwrap_or(applet.args.len());
    let (paths, words) = applet.args.split_at(split);
    let mut parser = Parser {
        words,
        at: 0,
        sys: applet.sys.clone(),
        max_depth: usize::MAX,
        min_depth: 0,
        depth_first: false,
        follow: false,
        acts: false,
    };
    let parsed = if words.is_empty() {
        Ok(Test::True(true))
    } else {
        parser.or()
    };
    let test = match parsed {
        Ok(test) if parser.at == words.len() => test,
        Ok(_) => {
            return applet
                .fail(format!("unrecognized: {}", words[parser.at]))
                .await;
        }
        Err(message) => {
            applet.complain(&message).await;
            if message.starts_with("unrecognized") {
                applet.usage().await;
            }
            return 1;
        }
    };
    let test = if parser.acts {
        test
    } else {
        Test::And(vec![test, Test::Print('\n')])
    };
    let mut search = Search {
        applet: &applet,
        out: Output::new(&applet.sys, 1),
        max_depth: parser.max_depth,
        min_depth: parser.min_depth,
        depth_first: parser.depth_first,
        follow: parser.follow,
        next: Next::Enter,
        status: 0,
    };
    let here = vec![".".to_owned()];
    for path in if paths.is_empty() { &here } else { paths } {
        search.visit(path, 0, &test).await;
    }
    let status = search.status;
    search.out.finish(status).await
}

impl Parser<'_> {
    fn accept(&mut self, words: &[&str]) -> bool {
        let found = self
            .words
            .get(self.at)
            .is_some_and(|it| words.contains(&it.as_str()));
        self.at += usize::from(found);
        found
    }

    fn or(&mut self) -> Result<Test, String> {
        let mut tests = vec![self.and()?];
        while self.accept(&["-o", "-or"]) {
            tests.push(self.and()?);
        }
        Ok(if tests.len() == 1 {
            tests.swap_remove(0)
        } else {
            Test::Or(tests)
        })
    }

    fn and(&mut self) -> Result<Test, String> {
        let mut tests = Vec::new();
        while let Some(word) = self.words.get(self.at) {
            if matches!(word.as_str(), "-o" | "-or" | ")") {
                break;
            }
            if self.accept(&["-a", "-and"]) {
                continue;
            }
            tests.push(self.primary()?);
        }
        Ok(Test::And(tests))
    }

    fn value(&mut self, name: &str) -> Result<String, String> {
        let value = self
            .words
            .get(self.at)
            .cloned()
            .ok_or(format!("{name} requires an argument"))?;
        self.at += 1;
        Ok(value)
    }

    fn compare(&mut self, name: &str) -> Result<Compare, String> {
        let text = self.value(name)?;
        let (make, digits): (fn(u64) -> Compare, &str) = match text.chars().next() {
            Some('+') => (Compare::More, &text[1..]),
            Some('-') => (Compare::Less, &text[1..]),
            _ => (Compare::Exactly, &text),
        };
        digits
            .parse()
            .map(make)
            .map_err(|_| format!("invalid number '{text}'"))
    }

    fn primary(&mut self) -> Result<Test, String> {
        let name = self.value("")?;
        Ok(match name.as_str() {
            "(" => {
                let test = self.or()?;
                if !self.accept(&[")"]) {
                    return Err("unpaired '('".into());
                }
                test
            }
            "!" | "-not" => Test::Not(Box::new(self.primary()?)),
            "-name" | "-iname" | "-path" | "-ipath" | "-wholename" => {
                let fold = name.starts_with("-i");
                let text = self.value(&name)?;
                let text = if fold { text.to_lowercase() } else { text };
                Test::Name(
                    Pattern::new(&text),
                    name.ends_with("name") && name != "-wholename",
                    fold,
                )
            }
            "-type" => {
                let text = self.value(&name)?;
                match text
                    .chars()
                    .next()
                    .filter(|c| text.len() == 1 && "fdlbcsp".contains(*c))
                {
                    Some(letter) => Test::Kind(letter),
                    None => return Err(format!("invalid argument '{text}' to '-type'")),
                }
            }
            "-mtime" | "-atime" | "-ctime" => {
                Test::Number(self.compare(&name)?, |it, sys| age(it, sys) / 86400)
            }
            "-mmin" | "-amin" | "-cmin" => {
                Test::Number(self.compare(&name)?, |it, sys| age(it, sys) / 60)
            }
            "-links" => Test::Number(self.compare(&name)?, |it, _| it.links.into()),
            "-inum" => Test::Number(self.compare(&name)?, |it, _| it.inode),
            "-user" | "-group" => self.owner(&name)?,
            "-size" => self.size(&name)?,
            "-perm" => self.mode(&name)?,
            "-newer" => self.newer(&name)?,
            "-executable" => Test::Mode('+', 0o111),
            "-empty" => Test::Empty,
            "-print" => self.action(Test::Print('\n')),
            "-print0" => self.action(Test::Print('\0')),
            "-delete" => {
                self.depth_first = true;
                self.action(Test::Delete)
            }
            "-prune" => Test::Prune,
            "-quit" => self.action(Test::Quit),
            "-false" => Test::True(false),
            "-exec" => self.exec(&name)?,
            "-maxdepth" | "-mindepth" => self.depth(&name)?,
            "-depth" => {
                self.depth_first = true;
                Test::True(true)
            }
            "-follow" | "-L" => {
                self.follow = true;
                Test::True(true)
            }
            "-true" | "-xdev" | "-mount" | "-H" | "-noleaf" => Test::True(true),
            name => return Err(format!("unrecognized: {name}")),
        })
    }

    /// `-user`, `-group`
    fn owner(&mut self, name: &str) -> Result<Test, String> {
        let text = self.value(name)?;
        let (file, get): (_, fn(&Metadata, &Sys) -> u64) = if name == "-user" {
            ("/etc/passwd", |it, _| it.uid.into())
        } else {
            ("/etc/group", |it, _| it.gid.into())
        };
        let Some(id) = number_in(&self.sys, file, &text) else {
            return Err(format!("unknown {} {text}", &name[1..]));
        };
        Ok(Test::Number(Compare::Exactly(id.into()), get))
    }

    /// `-size`
    fn size(&mut self, name: &str) -> Result<Test, String> {
        let text = self.value(name)?;
        let digits = text.trim_start_matches(['+', '-']);
        let unit = match digits.chars().last() {
            Some('c') => 1,
            Some('k') => 1024,
            Some('M') => 1 << 20,
            _ => 512,
        };
        let number = parse_size(digits.trim_end_matches(char::is_alphabetic))
            .ok_or(format!("invalid number '{text}'"))?;
        let compare = match text.chars().next() {
            Some('+') => Compare::More(number),
            Some('-') => Compare::Less(number),
            _ => Compare::Exactly(number),
        };
        Ok(Test::Size(compare, unit))
    }

    /// `-perm`
    fn mode(&mut self, name: &str) -> Result<Test, String> {
        let text = self.value(name)?;
        let sign = text
            .chars()
            .next()
            .filter(|c| "+-/".contains(*c))
            .unwrap_or('=');
        let bits =
            super::permissions::apply_mode(text.trim_start_matches(['+', '-', '/']), 0, false, 0)
                .ok_or(format!("invalid mode '{text}'"))?;
        Ok(Test::Mode(sign, bits))
    }

    /// `-newer`
    fn newer(&mut self, name: &str) -> Result<Test, String> {
        let path = self.value(name)?;
        match self.sys.stat(&path) {
            Ok(metadata) => Ok(Test::Newer(metadata.mtime)),
            Err(error) => Err(format!("{path}: {error}")),
        }
    }

    /// `-exec … ;`, `-exec … +`
    fn exec(&mut self, name: &str) -> Result<Test, String> {
        let mut words = Vec::new();
        loop {
            let word = self.value(name)?;
            if word == ";" || word == "+" && words.last().is_some_and(|it| it == "{}") {
                break;
            }
            words.push(word);
        }
        Ok(self.action(Test::Exec(words)))
    }

    /// `-maxdepth`, `-mindepth`: options, that always hold.
    fn depth(&mut self, name: &str) -> Result<Test, String> {
        let text = self.value(name)?;
        let depth = text
            .parse()
            .map_err(|_| format!("invalid number '{text}'"))?;
        if name == "-maxdepth" {
            self.max_depth = depth;
        } else {
            self.min_depth = depth;
        }
        Ok(Test::True(true))
    }

    fn action(&mut self, test: Test) -> Test {
        self.acts = true;
        test
    }
}

fn age(metadata: &Metadata, sys: &Sys) -> u64 {
    sys.now()
        .duration_since(metadata.mtime)
        .unwrap_or(Duration::ZERO)
        .as_secs()
}

/// What follows a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// What is in it, when it is a directory.
    Enter,
    /// What is beside it.
    Prune,
    /// Nothing.
    Quit,
}

struct Search<'a> {
    applet: &'a Applet,
    out: Output,
    max_depth: usize,
    min_depth: usize,
    depth_first: bool,
    follow: bool,
    next: Next,
    status: u8,
}

type Pending<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl Search<'_> {
    fn visit<'a>(&'a mut self, path: &'a str, depth: usize, test: &'a Test) -> Pending<'a, ()> {
        Box::pin(async move {
            let sys = self.applet.sys.clone();
            let found = if self.follow {
                sys.stat(path)
            } else {
                sys.lstat(path)
            };
            let metadata = match found {
                Ok(metadata) => metadata,
                Err(error) => {
                    self.applet.complain(&format!("{path}: {error}")).await;
                    self.status = 1;
                    return;
                }
            };
            self.next = Next::Enter;
            if !self.depth_first && depth >= self.min_depth {
                self.holds(test, path, &metadata).await;
            }
            let descends = metadata.kind == FileKind::Directory
                && self.next == Next::Enter
                && depth < self.max_depth;
            if descends {
                sys.yield_now().await;
                match sys.read_dir(path) {
                    Ok(entries) => {
                        for entry in entries {
                            if self.next != Next::Quit {
                                self.visit(&join(path, &entry.name), depth + 1, test).await;
                            }
                        }
                    }
                    Err(error) => {
                        self.applet.complain(&format!("{path}: {error}")).await;
                        self.status = 1;
                    }
                }
            }
            if self.depth_first && depth >= self.min_depth && self.next != Next::Quit {
                self.holds(test, path, &metadata).await;
            }
        })
    }

    fn holds<'a>(
        &'a mut self,
        test: &'a Test,
        path: &'a str,
        metadata: &'a Metadata,
    ) -> Pending<'a, bool> {
        Box::pin(async move {
            match test {
                Test::Name(pattern, base, fold) => {
                    let text = if *base { base_name(path) } else { path };
                    if *fold {
                        pattern.matches(&text.to_lowercase())
                    } else {
                        pattern.matches(text)
                    }
                }
                Test::Kind(letter) => {
                    *letter
                        == match metadata.kind {
                            FileKind::File => 'f',
                            FileKind::Directory => 'd',
                            FileKind::Symlink(_) => 'l',
                            FileKind::CharDevice(..) => 'c',
                            FileKind::Fifo => 'p',
                            FileKind::Socket => 's',
                        }
                }
                Test::Number(compare, get) => compare.holds(get(metadata, &self.applet.sys)),
                Test::Size(compare, unit) => compare.holds(metadata.size.div_ceil(*unit)),
                Test::Mode(sign, bits) => match sign {
                    '-' => metadata.mode & bits == *bits,
                    '+' | '/' => *bits == 0 || metadata.mode & bits != 0,
                    _ => metadata.mode == *bits,
                },
                Test::Newer(time) => metadata.mtime > *time,
                Test::Empty => match metadata.kind {
                    FileKind::File => metadata.size == 0,
                    FileKind::Directory => {
                        self.applet.sys.read_dir(path).is_ok_and(|it| it.is_empty())
                    }
                    _ => false,
                },
                Test::Print(end) => self.out.write(format!("{path}{end}")).await.is_ok(),
                Test::Exec(words) => {
                    // In order with what was printed.
                    let flushed = self.out.flush().await.is_ok();
                    let argv: Vec<_> = words.iter().map(|it| it.replace("{}", path)).collect();
                    match start(self.applet, &argv, ForkOptions::default()) {
                        Ok(child) => {
                            let ended = self.applet.sys.wait(Some(child)).await;
                            flushed && ended.is_ok_and(|it| it.1.code() == 0)
                        }
                        Err(_) => false,
                    }
                }
                Test::Delete => {
                    let sys = &self.applet.sys;
                    let removed = if metadata.kind == FileKind::Directory {
                        sys.rmdir(path)
                    } else {
                        sys.unlink(path)
                    };
                    if let Err(error) = removed {
                        self.applet.complain(&format!("{path}: {error}")).await;
                        self.status = 1;
                    }
                    removed.is_ok()
                }
                Test::Prune => {
                    if self.next != Next::Quit {
                        self.next = Next::Prune;
                    }
                    true
                }
                Test::Quit => {
                    self.next = Next::Quit;
                    true
                }
                Test::True(value) => *value,
                Test::Not(test) => !self.holds(test, path, metadata).await,
                Test::And(tests) => {
                    for test in tests {
                        if !self.holds(test, path, metadata).await {
                            return false;
                        }
                    }
                    true
                }
                Test::Or(tests) => {
                    for test in tests {
                        if self.holds(test, path, metadata).await {
                            return true;
                        }
                    }
                    false
                }
            }
        })
    }
}
