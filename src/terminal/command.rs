//! Which shell is started, and in what surroundings.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The shells that we know how to ask for marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShellKind {
    /// GNU bash, 3.2 and later.
    Bash,
    /// zsh.
    Zsh,
    /// fish.
    Fish,
    /// A POSIX shell whose prompt is printed as it is: dash.
    Posix,
    /// A POSIX shell that edits its line and must be told what does not show: busybox's ash, bash
    /// called `sh`.
    PosixEditing,
    /// Any other: what it runs is not known.
    Other,
}

/// A shell to start on a pty.
#[derive(Debug, Clone)]
pub struct ShellCommand {
    program: PathBuf,
    kind: ShellKind,
    directory: Option<PathBuf>,
    pub(super) env: Vec<(OsString, OsString)>,
    pub(super) docker_host: Option<String>,
    pub(super) docker: Option<PathBuf>,
}

impl ShellCommand {
    /// The shell at this path, or of this name in `PATH`.
    pub fn new(program: impl AsRef<Path>) -> Self {
        let named = program.as_ref();
        let program = on_path(named.as_os_str(), std::env::var_os("PATH"))
            .unwrap_or_else(|| named.to_owned());
        let target = program.canonicalize().unwrap_or_else(|_| program.clone());
        let kind = ShellKind::of(&program, &target);
        // By the name of `sh`, bash would not read the file that it is given.
        let program = if kind == ShellKind::Bash {
            target
        } else {
            program
        };
        Self {
            program,
            kind,
            directory: None,
            env: Vec::new(),
            docker_host: None,
            docker: None,
        }
    }

    /// The user's login shell: `SHELL`, else what passwd(5) says, else `/bin/sh`.
    pub fn of_user() -> Self {
        Self::new(portable_pty::CommandBuilder::new_default_prog().get_shell())
    }

    /// Where `docker` will connect, `unix:///…`: the tap.
    #[must_use]
    pub fn docker_host(mut self, url: impl Into<String>) -> Self {
        self.docker_host = Some(url.into());
        self
    }

    /// The program to call `docker` when there is none in `PATH`.
    #[must_use]
    pub fn docker_fallback(mut self, program: impl Into<PathBuf>) -> Self {
        self.docker = Some(program.into());
        self
    }

    /// Adds a variable to its environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Where it starts; our own working directory by default.
    #[must_use]
    pub fn in_directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.directory = Some(path.into());
        self
    }

    /// Its path.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Which one it is.
    pub fn kind(&self) -> ShellKind {
        self.kind
    }

    pub(super) fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }

    /// A variable as the shell will first see it.
    pub(super) fn variable(&self, name: &str) -> Option<OsString> {
        let given = self
            .env
            .iter()
            .rev()
            .find(|(it, _)| it == name)
            .map(|(_, value)| value.clone());
        given.or_else(|| std::env::var_os(name))
    }
}

impl ShellKind {
    /// By the name it is called by and by what that leads to.
    fn of(program: &Path, target: &Path) -> Self {
        let name = |path: &Path| {
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        };
        let (called, real) = (name(program), name(target));
        match real.as_str() {
            "bash" => Self::Bash,
            "fish" => Self::Fish,
            "dash" => Self::Posix,
            "busybox" | "ash" => Self::PosixEditing,
            // `zsh-5.9`, `bash-5.2`.
            _ if real.starts_with("zsh") => Self::Zsh,
            _ if real.starts_with("bash-") => Self::Bash,
            // On macOS, `sh` is bash behind a program of its own.
            _ if called == "sh" => Self::PosixEditing,
            _ => Self::Other,
        }
    }
}

/// The file that a command's name leads to along such a `PATH`, execvp(3).
pub(super) fn on_path(name: &OsStr, path: Option<OsString>) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let runs = |path: &Path| {
        path.metadata()
            .is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
    };
    if Path::new(name).components().count() > 1 {
        return Some(PathBuf::from(name)).filter(|it| runs(it));
    }
    std::env::split_paths(&path?)
        .map(|it| it.join(name))
        .find(|it| runs(it))
}
