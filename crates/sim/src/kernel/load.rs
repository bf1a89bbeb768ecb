//! From a file to a program, execve(2).

use super::lock::Locked;
use super::walk::{EXECUTABLE, Found, Place, View};
use super::{Errno, Program};
use crate::fs::FileKind;

/// Interpreters of interpreters.
const DEEPEST: usize = 4;
/// What an executable begins with.
const ELF: &[u8] = b"\x7fELF";
/// Where commands are looked for without `PATH`.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A program ready to run.
pub(super) struct Loaded {
    pub(super) program: Program,
    pub(super) argv: Vec<String>,
    /// `/proc/PID/comm`.
    pub(super) comm: String,
    /// `/proc/PID/exe`.
    pub(super) exe: String,
}

impl View {
    /// Finds a command as execvp(3) does: along this `PATH` when its name has no `/`.
    pub(super) fn which(&self, name: &str, path: Option<&str>) -> Result<String, Errno> {
        if name.contains('/') {
            self.executable(name)?;
            return Ok(name.to_owned());
        }
        if name.is_empty() {
            return Err(Errno::ENOENT);
        }
        let mut failure = Errno::ENOENT;
        for directory in path.unwrap_or(DEFAULT_PATH).split(':') {
            let directory = if directory.is_empty() { "." } else { directory };
            let candidate = format!("{}/{name}", directory.trim_end_matches('/'));
            match self.executable(&candidate) {
                Ok(_) => return Ok(candidate),
                Err(Errno::EACCES) => failure = Errno::EACCES,
                Err(_) => {}
            }
        }
        Err(failure)
    }

    /// A regular file with the execute bit.
    fn executable(&self, path: &str) -> Result<Found, Errno> {
        let (found, metadata) = self.existing(path, true)?;
        if metadata.kind != FileKind::File {
            return Err(Errno::EACCES);
        }
        self.allowed(&metadata, EXECUTABLE)?;
        Ok(found)
    }

    /// Loads an executable file: one that begins with `#!` by its interpreter, another by its name.
    pub(super) fn load(&self, path: &str, argv: Vec<String>) -> Result<Loaded, Errno> {
        let comm = base(path).chars().take(15).collect();
        let mut path = path.to_owned();
        let mut argv = argv;
        for _ in 0..DEEPEST {
            let found = self.executable(&path)?;
            let Place::Tree(fs, inside) = &found.place else {
                return Err(Errno::EACCES);
            };
            let head = {
                let fs = fs.locked();
                fs.read_at(fs.stat(inside)?.inode, 0, 256)?
            };
            if let Some(line) = head.strip_prefix(b"#!") {
                let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
                let line = String::from_utf8_lossy(line).trim().to_owned();
                let (interpreter, option) = match line.split_once([' ', '\t']) {
                    Some((interpreter, option)) => {
                        (interpreter.to_owned(), Some(option.trim().to_owned()))
                    }
                    None => (line, None),
                };
                if interpreter.is_empty() {
                    return Err(Errno::ENOEXEC);
                }
                let rest = argv.into_iter().skip(1);
                let head = [interpreter.clone()].into_iter().chain(option);
                argv = head.chain([path]).chain(rest).collect();
                path = interpreter;
                continue;
            }
            if !head.is_empty() && !head.starts_with(ELF) && is_text(&head) {
                return Err(Errno::ENOEXEC);
            }
            let program = self
                .inner
                .program(base(&path))
                .or_else(|| self.inner.program(base(&found.path)));
            let program = program.ok_or(Errno::ENOEXEC)?;
            return Ok(Loaded {
                program,
                argv,
                comm,
                exe: found.path,
            });
        }
        Err(Errno::ELOOP)
    }
}

fn base(path: &str) -> &str {
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(path)
}

fn is_text(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| *byte >= 32 || matches!(byte, b'\n' | b'\t' | b'\r' | 12 | 27))
}
