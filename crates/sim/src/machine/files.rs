//! The machine's own files that depend on its options.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::fs::{FileKind, Metadata, Overlay};

/// Writes the host's name where Linux keeps it, and puts the engine's socket in its place.
pub(super) fn name_host(files: &mut Overlay, hostname: &str) {
    let now = SystemTime::now();
    let hosts = format!(
        "127.0.0.1\tlocalhost\n127.0.1.1\t{hostname}\n::1\tlocalhost ip6-localhost ip6-loopback\n"
    );
    for (path, content) in [
        ("/etc/hostname", format!("{hostname}\n")),
        ("/etc/hosts", hosts),
    ] {
        // Both are in the machine's list of files; a list without them goes without.
        let _ = files.truncate(path, 0, UNIX_EPOCH);
        let _ = files.write(path, 0, content.as_bytes(), now);
    }
    let socket = Metadata {
        kind: FileKind::Socket,
        mode: 0o660,
        uid: 0,
        gid: 999,
        size: 0,
        mtime: now,
        links: 1,
        inode: 0,
    };
    let _ = files.create("/run/docker.sock", socket, bytes::Bytes::new());
}
