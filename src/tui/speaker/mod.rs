//! The speaker's view in a second terminal: the demo serves its sheets on a socket of this user, and
//! any number of viewers read them and ask things of the demo.
//!
//! Both ways, one JSON value per line: [`Sheet`](crate::demo::Sheet)s come,
//! [`Remote`](crate::demo::Remote)s go.

mod serving;
mod view;

use std::io;
use std::path::PathBuf;

pub(super) use serving::serve;
pub use view::show;

/// The socket of this user's demo: in the runtime folder, else in a private one.
fn place() -> io::Result<PathBuf> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};

    let user = rustix::process::getuid().as_raw();
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").filter(|it| !it.is_empty());
    let folder = match runtime {
        Some(folder) => PathBuf::from(folder).join("moussaillon"),
        None => std::env::temp_dir().join(format!("moussaillon-{user}")),
    };
    let made = std::fs::DirBuilder::new().mode(0o700).create(&folder);
    if let Err(error) = made
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(error);
    }
    // Somebody else's folder of that name would have them read the notes and drive the demo.
    let found = std::fs::symlink_metadata(&folder)?;
    if !found.is_dir() || found.uid() != user || found.mode() & 0o077 != 0 {
        let words = format!("«\u{a0}{}\u{a0}» n’est pas à vous seul", folder.display());
        return Err(io::Error::other(words));
    }
    Ok(folder.join("demo.sock"))
}
