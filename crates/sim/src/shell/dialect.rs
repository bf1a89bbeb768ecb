//! Which shell this is: busybox's `ash`, Debian's `dash`, or `bash`. They read the same language
//! here; what they say of errors and their prompts differ.

use crate::kernel::{Errno, Sys};

/// A shell, by the file it was started from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Ash,
    Dash,
    Bash,
}

/// What `bash --version` says.
pub(super) const BASH_VERSION: &str = "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>\n\nThis is free software; you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n";

impl Dialect {
    pub(super) fn of(sys: &Sys) -> Self {
        match sys.executable().rsplit('/').next() {
            Some("bash") => Self::Bash,
            Some("dash") => Self::Dash,
            _ => Self::Ash,
        }
    }

    /// What `PS1` is when nothing sets it.
    pub(super) fn prompt(self, sys: &Sys) -> &'static str {
        match self {
            Self::Ash => "\\w \\$ ",
            Self::Dash if sys.uid() == 0 => "# ",
            Self::Dash => "$ ",
            // Debian sets it in /etc/bash.bashrc.
            Self::Bash if sys.stat("/etc/debian_version").is_ok() => "\\u@\\h:\\w\\$ ",
            Self::Bash => "bash-5.2\\$ ",
        }
    }

    pub(super) fn not_found(self, name: &str) -> String {
        match self {
            Self::Bash if name.contains('/') => format!("{name}: {}", Errno::ENOENT),
            Self::Bash => format!("{name}: command not found"),
            Self::Ash | Self::Dash => format!("{name}: not found"),
        }
    }

    pub(super) fn cannot_open(self, path: &str, error: Errno) -> String {
        let absent = matches!(error, Errno::ENOENT | Errno::ENOTDIR);
        match self {
            Self::Ash if absent => format!("can't open {path}: no such file"),
            Self::Ash => format!("can't open {path}: {error}"),
            Self::Dash if absent => format!("cannot open {path}: No such file"),
            Self::Dash => format!("cannot open {path}: {error}"),
            Self::Bash => format!("{path}: {error}"),
        }
    }

    pub(super) fn cannot_create(self, path: &str, error: Errno) -> String {
        let absent = matches!(error, Errno::ENOENT | Errno::ENOTDIR);
        match self {
            Self::Ash if absent => format!("can't create {path}: nonexistent directory"),
            Self::Ash => format!("can't create {path}: {error}"),
            Self::Dash if absent => format!("cannot create {path}: Directory nonexistent"),
            Self::Dash => format!("cannot create {path}: {error}"),
            Self::Bash => format!("{path}: {error}"),
        }
    }

    /// The status after a file that could not be opened.
    pub(super) fn redirection_status(self) -> u8 {
        if self == Self::Dash { 2 } else { 1 }
    }

    /// The status after a `cd` that failed.
    pub(super) fn cd_status(self) -> u8 {
        if self == Self::Bash { 1 } else { 2 }
    }

    pub(super) fn cannot_enter(self, path: &str, error: Errno) -> String {
        match self {
            Self::Ash => format!("can't cd to {path}: {error}"),
            Self::Dash => format!("can't cd to {path}"),
            Self::Bash => format!("{path}: {error}"),
        }
    }
}
