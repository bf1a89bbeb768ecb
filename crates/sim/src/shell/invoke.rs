//! How the shell is started: its options, and where its commands come from.

use std::collections::BTreeMap;

use super::dialect::{BASH_VERSION, Dialect};
use super::state::{Run, Shell, Stop};
use super::stream::Input;
use super::syntax::{Source, SyntaxError, expand_aliases, goes_on, parse};
use crate::kernel::{Signal, Sys};

/// Where commands come from.
enum Commands {
    /// `-c`
    Text(String),
    /// A script.
    File(String),
    /// Standard input.
    Stdin,
    /// `--version`
    Version,
}

/// `sh`: a program.
pub async fn main(sys: Sys) -> u8 {
    let args = sys.args();
    let name = args
        .first()
        .map_or("sh", String::as_str)
        .trim_start_matches('-')
        .to_owned();
    let mut shell = Shell::new(sys, name);
    shell.mode.login = args.first().is_some_and(|it| it.starts_with('-'));
    let commands = match options(&mut shell, args.get(1..).unwrap_or_default()) {
        Ok(commands) => commands,
        Err(message) => {
            shell.complain(message).await;
            return 2;
        }
    };
    if matches!(commands, Commands::Stdin) {
        shell.mode.stdin = true;
        shell.mode.interactive |= shell.sys.is_tty(0) && shell.sys.is_tty(2);
    }
    // It asks for SIGINT whatever it runs: as PID 1 it would not get it otherwise.
    if !shell.mode.interactive && shell.sys.pid().0 == 1 {
        shell.sys.catch(Signal::INT);
        shell.mode.interruptible = true;
    }
    if shell.mode.login {
        shell.source_if_there("/etc/profile").await;
        let home = shell.variables.get("HOME").unwrap_or_default().to_owned();
        shell.source_if_there(&format!("{home}/.profile")).await;
    }
    let result = match commands {
        Commands::Text(text) => {
            if shell.dialect == Dialect::Ash {
                // It counts the lines of `-c` from 0.
                shell.line_base = usize::MAX;
            }
            shell.run_text(&text, true).await
        }
        Commands::File(path) => match shell.sys.read_file(&path) {
            Ok(bytes) => {
                shell.command_name = Some(shell.arg0.clone());
                shell.run_text(&script_text(&bytes), false).await
            }
            Err(error) => {
                shell.arg0 = "sh".into();
                shell
                    .complain(format!("can't open '{path}': {error}"))
                    .await;
                return 2;
            }
        },
        Commands::Version => {
            let said = shell.sys.write(1, BASH_VERSION.as_bytes()).await;
            return u8::from(said.is_err());
        }
        Commands::Stdin if shell.mode.interactive => return super::interactive::run(shell).await,
        Commands::Stdin => shell.run_stdin().await,
    };
    shell.finish(result).await
}

/// A text file run as a command: a new shell in the same process.
pub(super) async fn run_script(sys: Sys, path: &str, argv: Vec<String>) -> u8 {
    let mut shell = Shell::new(sys, path.to_owned());
    shell.parameters = argv.into_iter().skip(1).collect();
    let result = match shell.sys.read_file(path) {
        Ok(bytes) => {
            shell.command_name = Some(path.to_owned());
            shell.run_text(&script_text(&bytes), false).await
        }
        Err(error) => {
            shell.complain(error).await;
            return 126;
        }
    };
    shell.finish(result).await
}

/// What ash reads in a file: everything but its NUL bytes, be it a program for another machine.
fn script_text(bytes: &[u8]) -> String {
    let kept: Vec<u8> = bytes.iter().copied().filter(|it| *it != 0).collect();
    String::from_utf8_lossy(&kept).into_owned()
}

/// Reads the command line; the complaint when it is wrong.
fn options(shell: &mut Shell, arguments: &[String]) -> Result<Commands, String> {
    let mut rest = arguments;
    let mut wants_text = false;
    while let Some((word, after)) = rest.split_first() {
        let on = match word.chars().next() {
            Some('-') => true,
            Some('+') => false,
            _ => break,
        };
        rest = after;
        if word == "--" || word == "-" {
            break;
        }
        if let Some(long) = word.strip_prefix("--") {
            match long {
                "login" => shell.mode.login = true,
                "version" if shell.dialect == Dialect::Bash => return Ok(Commands::Version),
                "norc" | "noprofile" | "posix" => {}
                _ => return Err(format!("illegal option --{long}")),
            }
            continue;
        }
        for letter in word[1..].chars() {
            match letter {
                'c' => wants_text = true,
                'i' => shell.mode.interactive = on,
                's' => shell.mode.stdin = on,
                'l' => shell.mode.login = on,
                'o' => {
                    let Some((name, after)) = rest.split_first() else {
                        continue;
                    };
                    rest = after;
                    if !shell.options.set(name, on) {
                        return Err(format!("illegal option {word} {name}"));
                    }
                }
                letter if shell.options.set_letter(letter, on) => {}
                letter => return Err(format!("illegal option -{letter}")),
            }
        }
    }
    if wants_text {
        shell.mode.command = true;
        let Some((text, after)) = rest.split_first() else {
            return Err("-c requires an argument".into());
        };
        if let Some((name, after)) = after.split_first() {
            shell.arg0.clone_from(name);
            shell.parameters = after.to_vec();
        }
        return Ok(Commands::Text(text.clone()));
    }
    match rest.split_first() {
        Some((file, after)) if !shell.mode.stdin => {
            shell.arg0.clone_from(file);
            shell.parameters = after.to_vec();
            Ok(Commands::File(file.clone()))
        }
        _ => {
            shell.parameters = rest.to_vec();
            Ok(Commands::Stdin)
        }
    }
}

impl Shell {
    async fn source_if_there(&mut self, path: &str) {
        if let Ok(bytes) = self.sys.read_file(path) {
            // Whatever a profile does wrong, the shell starts.
            let _ = self.run_text(&String::from_utf8_lossy(&bytes), false).await;
        }
    }

    /// Runs source text. With `tail`, the process ends with it.
    pub(super) async fn run_text(&mut self, text: &str, tail: bool) -> Run {
        // An alias only counts for the lines after it: then they are read one by one.
        if self.aliases.is_empty()
            && !text.contains("alias")
            && let Source::Complete(program) = parse(text)
        {
            let last = program.complete_commands.len();
            let mut status = 0;
            for (index, list) in program.complete_commands.iter().enumerate() {
                status = self.run_list(list, tail && index + 1 == last).await?;
            }
            return Ok(status);
        }
        let mut reader = LineReader::default();
        let mut status = 0;
        let base = self.line_base;
        for line in text.split_inclusive('\n') {
            if let Some(ran) = self.run_line(&mut reader, line, base).await? {
                status = ran;
            }
        }
        if let Some(ran) = self.run_rest(&mut reader, base).await? {
            status = ran;
        }
        self.line_base = base;
        Ok(status)
    }

    async fn run_stdin(&mut self) -> Run {
        let sys = self.sys.clone();
        let mut input = Input::new(&sys, 0);
        let mut reader = LineReader::default();
        let mut status = 0;
        while let Ok(Some(line)) = input.line().await {
            let line = String::from_utf8_lossy(&line).into_owned();
            if let Some(ran) = self.run_line(&mut reader, &line, 0).await? {
                status = ran;
            }
        }
        if let Some(ran) = self.run_rest(&mut reader, 0).await? {
            status = ran;
        }
        Ok(status)
    }

    /// Adds a line to what is being read, and runs it once it is whole.
    pub(super) async fn run_line(
        &mut self,
        reader: &mut LineReader,
        line: &str,
        base: usize,
    ) -> Run<Option<u8>> {
        match reader.add(line, &self.aliases) {
            None | Some(Source::Incomplete(_)) => Ok(None),
            Some(Source::Complete(program)) => {
                self.line_base = base.wrapping_add(reader.take());
                let mut status = None;
                for list in &program.complete_commands {
                    status = Some(self.run_list(list, false).await?);
                }
                Ok(status)
            }
            Some(Source::Wrong(error)) => {
                let before = reader.take();
                self.line = base.wrapping_add(before).wrapping_add(error.line);
                self.status = 2;
                self.complain(error).await;
                Err(Stop::Error(2))
            }
        }
    }

    /// The end of file: what is still open is an error, but for here-documents.
    pub(super) async fn run_rest(
        &mut self,
        reader: &mut LineReader,
        base: usize,
    ) -> Run<Option<u8>> {
        if std::mem::take(&mut reader.goes_on) {
            return Box::pin(self.run_line(reader, "\n", base)).await;
        }
        let Some(error) = reader.open.take() else {
            return Ok(None);
        };
        if let Some(tags) = error.open_here_documents() {
            let end = format!("\n{}\n", tags.join("\n"));
            return Box::pin(self.run_line(reader, &end, base)).await;
        }
        self.line = base.wrapping_add(reader.before).wrapping_add(error.line);
        self.status = 2;
        self.complain(error).await;
        Err(Stop::Error(2))
    }

    /// The exit code that a result stands for, once the EXIT trap has run.
    pub(super) async fn finish(&mut self, result: Run) -> u8 {
        let mut status = match result {
            Ok(status) | Err(Stop::Exit(status) | Stop::Return(status) | Stop::Error(status)) => {
                status
            }
            Err(Stop::Break(_) | Stop::Continue(_)) => self.status,
        };
        if let Some(action) = self.traps.remove(&0) {
            self.status = status;
            if let Err(Stop::Exit(code)) = Box::pin(self.run_text(&action, false)).await {
                status = code;
            }
        }
        status
    }
}

/// Lines read until they make commands.
#[derive(Default)]
pub(super) struct LineReader {
    text: String,
    /// Lines of the commands already run.
    before: usize,
    open: Option<SyntaxError>,
    /// Its last line ends with a backslash.
    goes_on: bool,
}

impl LineReader {
    /// Whether a command has begun that is not complete.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some() || self.goes_on
    }

    /// Whether this line would complete what is being read.
    pub(super) fn would_be_whole(&self, line: &str, aliases: &BTreeMap<String, String>) -> bool {
        let text = format!("{}{line}\n", self.text);
        let source = parse(&expand_aliases(&text, aliases));
        !matches!(source, Source::Incomplete(_)) && !goes_on(&text)
    }

    /// Adds a line; nothing when what is read is not complete yet.
    fn add(&mut self, line: &str, aliases: &BTreeMap<String, String>) -> Option<Source> {
        self.text.push_str(line);
        let source = parse(&expand_aliases(&self.text, aliases));
        self.goes_on = matches!(source, Source::Complete(_)) && goes_on(&self.text);
        self.open = None;
        match source {
            Source::Incomplete(error) => {
                self.open = Some(error);
                None
            }
            source => (!self.goes_on).then_some(source),
        }
    }

    /// Forgets the text; the number of lines that were before it.
    pub(super) fn take(&mut self) -> usize {
        let before = self.before;
        self.before += self.text.lines().count();
        self.text.clear();
        self.open = None;
        self.goes_on = false;
        before
    }
}
