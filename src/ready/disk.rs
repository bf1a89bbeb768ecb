//! Room on disks.

use std::path::Path;

/// Bytes that this user may still write there; `None` when it cannot be known.
#[cfg(unix)]
pub(super) fn free(path: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(path).ok()?;
    Some(about.f_bavail.saturating_mul(about.f_frsize))
}

/// Bytes that this user may still write there; `None` when it cannot be known.
#[cfg(not(unix))]
pub(super) fn free(_path: &Path) -> Option<u64> {
    None
}
