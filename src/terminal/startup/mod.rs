//! The start-up files that make a shell say where its commands begin and end.
//!
//! They live in a private directory that goes away with the terminal, and read the user's own
//! files, which stay as they are: same prompt, same history, same aliases.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::wire::private::PrivateFolder;

use super::command::{ShellCommand, ShellKind, on_path};

/// How much a shell says of the commands it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// When each begins, its text, when it ends and how.
    Full,
    /// Only once it has ended.
    Prompt,
    /// Nothing: its commands are not known.
    None,
}

/// Variables by which `docker` would go elsewhere, or ask for TLS on our socket.
const DOCKER_VARIABLES: [&str; 4] = [
    "DOCKER_CONTEXT",
    "DOCKER_TLS",
    "DOCKER_TLS_VERIFY",
    "DOCKER_CERT_PATH",
];

/// What to start a shell with.
pub(super) struct Startup {
    pub(super) args: Vec<OsString>,
    pub(super) env: Vec<(OsString, OsString)>,
    pub(super) removed: Vec<&'static str>,
    pub(super) marks: Marks,
    /// Removed when dropped.
    directory: PrivateFolder,
}

impl Startup {
    /// Writes the files for this shell.
    pub(super) fn prepare(shell: &ShellCommand) -> io::Result<Self> {
        let directory = PrivateFolder::new()?;
        let mut startup = Self {
            args: Vec::new(),
            env: shell.env.clone(),
            removed: Vec::new(),
            marks: Marks::Full,
            directory,
        };
        let directory = startup.directory.path().to_owned();
        startup.surround(shell, &directory)?;
        startup.mark(shell, &directory)?;
        Ok(startup)
    }

    fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.env.push((name.into(), value.into()));
    }

    /// The variables of `docker`, and its name when nobody has it. The files set them again after
    /// the user's own, which may well set others.
    fn surround(&mut self, shell: &ShellCommand, directory: &Path) -> io::Result<()> {
        if let Some(url) = &shell.docker_host {
            self.removed.extend(DOCKER_VARIABLES);
            self.set("DOCKER_HOST", url);
            self.set("MOUSSAILLON_DOCKER_HOST", url);
        }
        let Some(program) = &shell.docker else {
            return Ok(());
        };
        if on_path("docker".as_ref(), shell.variable("PATH")).is_some() {
            return Ok(());
        }
        let names = directory.join("bin");
        fs::create_dir(&names)?;
        symlink(program, names.join("docker"))?;
        let mut path = names.clone().into_os_string();
        if let Some(rest) = shell.variable("PATH") {
            path.push(":");
            path.push(rest);
        }
        self.set("PATH", path);
        self.set("MOUSSAILLON_BIN", names);
        Ok(())
    }

    fn mark(&mut self, shell: &ShellCommand, directory: &Path) -> io::Result<()> {
        let file = |name: &str, text: &str| -> io::Result<OsString> {
            let path = directory.join(name);
            fs::write(&path, text)?;
            Ok(path.into_os_string())
        };
        match shell.kind() {
            ShellKind::Bash => {
                // On macOS every terminal starts login shells, and users write their files so.
                if cfg!(target_os = "macos") {
                    self.set("MOUSSAILLON_LOGIN", "1");
                }
                let path = file("bash", include_str!("bash.sh"))?;
                self.args = vec!["--rcfile".into(), path, "-i".into()];
            }
            ShellKind::Zsh => {
                file(".zshenv", include_str!("zshenv.zsh"))?;
                if let Some(user) = shell.variable("ZDOTDIR") {
                    self.set("MOUSSAILLON_ZDOTDIR", user);
                }
                self.set("ZDOTDIR", directory);
                self.args = vec!["-i".into()];
                if cfg!(target_os = "macos") {
                    self.args.push("-l".into());
                }
            }
            ShellKind::Fish => {
                let path = file("config.fish", include_str!("config.fish"))?;
                let mut source = OsString::from("source ");
                source.push(path);
                self.args = vec!["-i".into(), "--init-command".into(), source];
            }
            kind @ (ShellKind::Posix | ShellKind::PosixEditing) => {
                if let Some(user) = shell.variable("ENV") {
                    self.set("MOUSSAILLON_ENV", user);
                }
                let path = file("env", include_str!("env.sh"))?;
                self.set("ENV", path);
                if kind == ShellKind::PosixEditing {
                    self.set("MOUSSAILLON_HIDE", "1");
                }
                if shell.program().ends_with("busybox") {
                    self.args.push("sh".into());
                }
                self.args.push("-i".into());
                self.marks = Marks::Prompt;
            }
            ShellKind::Other => self.marks = Marks::None,
        }
        Ok(())
    }
}
