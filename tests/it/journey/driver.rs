//! Plays the program: types keys, and waits for what the screen shows.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};

/// How long a screen is waited for on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// The screen is settled when nothing came for so long.
const QUIET: Duration = Duration::from_millis(300);

/// What a terminal's settings were, to be found again at the end.
type Settings = (u64, u64, u64);

/// The program, running in a terminal of ours.
pub(crate) struct Program {
    parser: vt100::Parser<Clipboard>,
    output: Receiver<Vec<u8>>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    /// Kept open: the terminal outlives the program, as a window does.
    _slave: Box<dyn SlavePty + Send>,
    settings: Settings,
    home: tempfile::TempDir,
    status: Option<portable_pty::ExitStatus>,
}

/// How to start it.
pub(crate) struct Options {
    rows: u16,
    cols: u16,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
    home: tempfile::TempDir,
    script: Option<String>,
    bashrc: String,
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

impl Options {
    /// On this engine, in a terminal of 24 lines and 80 columns, and the home of somebody who has
    /// only seen the tour of the screen.
    pub(crate) fn on(engine: &str) -> Self {
        let options = Self::newcomer_on(engine);
        let folder = options.home.path().join(".local/state/moussaillon");
        std::fs::create_dir_all(&folder).unwrap();
        let progress = r#"{"format": 2, "visite": true}"#;
        std::fs::write(folder.join("progression.json"), progress).unwrap();
        options
    }

    /// The same, in an empty home.
    pub(crate) fn newcomer_on(engine: &str) -> Self {
        Self {
            rows: 24,
            cols: 80,
            arguments: vec!["--moteur".to_owned(), engine.to_owned()],
            variables: Vec::new(),
            home: tempfile::tempdir().unwrap(),
            script: None,
            bashrc: "PS1='bord$ '\n".to_owned(),
        }
    }

    /// More lines for bash to read as it starts.
    pub(crate) fn bashrc(mut self, lines: &str) -> Self {
        self.bashrc.push_str(lines);
        self
    }

    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    pub(crate) fn size(mut self, rows: u16, cols: u16) -> Self {
        (self.rows, self.cols) = (rows, cols);
        self
    }

    /// Other arguments, in place of those of [`Self::on`] the first time.
    pub(crate) fn arguments(mut self, arguments: &[&str]) -> Self {
        if self.arguments.first().is_some_and(|it| it == "--moteur") {
            self.arguments.clear();
        }
        self.arguments
            .extend(arguments.iter().map(|&it| it.to_owned()));
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Through this script of bash, whose `$0` and arguments are the program's.
    pub(crate) fn script(mut self, script: &str) -> Self {
        self.script = Some(script.to_owned());
        self
    }

    pub(crate) fn home_path(&self) -> &std::path::Path {
        self.home.path()
    }

    /// In the home of another run: what it saved is there.
    pub(crate) fn home(mut self, home: tempfile::TempDir) -> Self {
        self.home = home;
        self
    }

    pub(crate) fn start(self) -> Program {
        let pair = native_pty_system()
            .openpty(size(self.rows, self.cols))
            .unwrap();
        let program = env!("CARGO_BIN_EXE_moussaillon");
        let mut command = CommandBuilder::new(match self.script {
            Some(_) => "/bin/bash",
            None => program,
        });
        if let Some(script) = &self.script {
            command.args(["-c", script, program]);
        }
        command.args(&self.arguments);
        command.env_clear();
        for (name, value) in [
            ("TERM", "xterm-256color"),
            ("LANG", "fr_FR.UTF-8"),
            ("LC_ALL", "C.UTF-8"),
            ("SHELL", "/bin/bash"),
            ("RUST_BACKTRACE", "0"),
        ] {
            command.env(name, value);
        }
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.home.path());
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command.cwd(self.home.path());
        std::fs::write(self.home.path().join(".bashrc"), &self.bashrc).unwrap();
        let settings = settings(pair.master.as_ref());
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Program {
            parser: parser(self.rows, self.cols),
            output,
            writer: pair.master.take_writer().unwrap(),
            child,
            master: pair.master,
            _slave: pair.slave,
            settings,
            home: self.home,
            status: None,
        }
    }
}

/// The last text copied (OSC 52), in base64.
#[derive(Default)]
struct Clipboard(Vec<u8>);

impl vt100::Callbacks for Clipboard {
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.0 = data.to_vec();
    }
}

fn parser(rows: u16, cols: u16) -> vt100::Parser<Clipboard> {
    vt100::Parser::new_with_callbacks(rows, cols, 0, Clipboard::default())
}

fn settings(master: &dyn MasterPty) -> Settings {
    let termios = master.get_termios().unwrap();
    (
        termios.input_flags.bits().into(),
        termios.output_flags.bits().into(),
        termios.local_flags.bits().into(),
    )
}

impl Program {
    /// Takes what comes, for that long at most; whether something came.
    fn read(&mut self, limit: Duration) -> bool {
        match self.output.recv_timeout(limit) {
            Ok(bytes) => {
                self.parser.process(&bytes);
                self.answer(&bytes);
                true
            }
            Err(_) => false,
        }
    }

    /// Answers the two questions that programs wait for: where the cursor is, what we are.
    fn answer(&mut self, bytes: &[u8]) {
        if bytes.windows(4).any(|it| it == b"\x1b[6n") {
            let (row, col) = self.parser.screen().cursor_position();
            self.type_text(&format!("\x1b[{};{}R", row + 1, col + 1));
        }
        if bytes.windows(3).any(|it| it == b"\x1b[c") {
            self.type_text("\x1b[?62;22c");
        }
    }

    /// Types text, control characters included.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.writer.write_all(text.as_bytes()).unwrap();
    }

    /// What the screen shows.
    pub(crate) fn text(&self) -> String {
        self.parser.screen().contents()
    }

    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// What was copied last, in base64.
    pub(crate) fn clipboard(&self) -> &[u8] {
        &self.parser.callbacks().0
    }

    /// Where the last line that shows this text does: row and column, from 0.
    #[track_caller]
    pub(crate) fn find(&self, text: &str) -> (u16, u16) {
        let (rows, cols) = self.screen().size();
        let at = |row, col| {
            self.screen()
                .contents_between(row, col, row, cols)
                .starts_with(text)
        };
        let mut cells = (0..rows)
            .rev()
            .flat_map(|row| (0..cols).map(move |col| (row, col)));
        cells
            .find(|(row, col)| at(*row, *col))
            .unwrap_or_else(|| panic!("no « {text} »"))
    }

    /// The screen in a frame, for a failed test.
    pub(super) fn dump(&self) -> String {
        let (_, cols) = self.parser.screen().size();
        let edge = "─".repeat(cols.into());
        let rows: Vec<String> = self.parser.screen().rows(0, cols).collect();
        format!("┌{edge}\n│{}\n└{edge}", rows.join("\n│"))
    }

    /// Waits until that is true of the screen.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !done(self) {
            let status = self.child.try_wait().unwrap();
            assert!(
                begun.elapsed() < PATIENCE,
                "never: {what} (ended: {status:?})\n{}",
                self.dump()
            );
            self.read(Duration::from_millis(50));
        }
    }

    /// Waits until that is true, but no longer than this.
    pub(crate) fn wait_a_little(&mut self, limit: Duration, done: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !done(self) && begun.elapsed() < limit {
            self.read(Duration::from_millis(10));
        }
    }

    /// Waits until the screen shows this text. Spaces count for any blank, so that it is found
    /// across the lines that the program wraps.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) {
        let wanted = squeezed(text);
        self.wait_until(text, |it| squeezed(&it.text()).contains(&wanted));
    }

    /// Waits until the screen no longer shows this text.
    #[track_caller]
    pub(crate) fn wait_without(&mut self, text: &str) {
        let unwanted = squeezed(text);
        self.wait_until(&format!("without {text}"), |it| {
            !squeezed(&it.text()).contains(&unwanted)
        });
    }

    /// Waits until the screen stays as it is.
    pub(crate) fn settle(&mut self) {
        while self.read(QUIET) {}
    }

    pub(crate) fn resize(&mut self, rows: u16, cols: u16) {
        // Half a wide character at the new edge would make vt100 panic later: start afresh, the
        // program draws everything again.
        self.settle();
        let mut parser = parser(rows.max(2), cols.max(2));
        parser.process(&self.parser.screen().input_mode_formatted());
        if self.parser.screen().alternate_screen() {
            parser.process(b"\x1b[?1049h");
        }
        if self.parser.screen().hide_cursor() {
            parser.process(b"\x1b[?25l");
        }
        self.parser = parser;
        self.master.resize(size(rows, cols)).unwrap();
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        let status = std::process::Command::new("kill")
            .args(["-s", name, &pid])
            .status();
        assert!(status.unwrap().success());
    }

    /// Waits for the end; its exit code, and what the screen shows then.
    #[track_caller]
    pub(crate) fn wait_for_end(&mut self) -> u32 {
        self.wait_until("the end", |_| true);
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.settle();
                let code = status.exit_code();
                self.status = Some(status);
                return code;
            }
            assert!(begun.elapsed() < PATIENCE, "it never ends\n{}", self.dump());
            self.read(Duration::from_millis(50));
        }
    }

    /// Checks that the terminal is as the program found it.
    #[track_caller]
    pub(crate) fn assert_restored(&self) {
        let screen = self.parser.screen();
        assert!(
            !screen.alternate_screen(),
            "still in the alternate screen\n{}",
            self.dump()
        );
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "pastes are still bracketed");
        assert!(
            !screen.application_cursor(),
            "the arrows are still an application's"
        );
        assert_eq!(
            screen.mouse_protocol_mode(),
            vt100::MouseProtocolMode::None,
            "the mouse"
        );
        assert_eq!(
            settings(self.master.as_ref()),
            self.settings,
            "stty's settings"
        );
    }

    /// Ends it if need be, and gives its home for another run.
    pub(crate) fn into_home(mut self) -> tempfile::TempDir {
        self.kill();
        std::mem::replace(&mut self.home, tempfile::tempdir().unwrap())
    }

    pub(super) fn kill(&mut self) {
        if self.status.is_none() && self.child.try_wait().unwrap().is_none() {
            self.signal("KILL");
            self.status = self.child.wait().ok();
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.status.is_none() && !std::thread::panicking() {
            self.kill();
        } else if self.status.is_none() {
            let _ = self.child.kill();
        }
    }
}

/// Text with its blanks and frames (box drawing characters) as single spaces.
pub(super) fn squeezed(text: &str) -> String {
    let blank = |it: char| it.is_whitespace() || ('\u{2500}'..='\u{257f}').contains(&it);
    text.split(blank)
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
