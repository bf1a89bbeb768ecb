//! Errors of system calls, errno(3).

/// An error number with its name and message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Errno {
    /// `ENOENT`.
    pub name: &'static str,
    /// `No such file or directory`, as glibc's strerror(3) words it.
    pub message: &'static str,
}

macro_rules! errnos {
    ($($name:ident $message:literal),* $(,)?) => {
        impl Errno {
            $(#[doc = $message] pub const $name: Self = Self { name: stringify!($name), message: $message };)*
        }
    };
}

errnos! {
    EPERM "Operation not permitted",
    ENOENT "No such file or directory",
    ESRCH "No such process",
    EINTR "Interrupted system call",
    EIO "Input/output error",
    E2BIG "Argument list too long",
    ENOEXEC "Exec format error",
    EBADF "Bad file descriptor",
    ECHILD "No child processes",
    EAGAIN "Resource temporarily unavailable",
    ENOMEM "Cannot allocate memory",
    EACCES "Permission denied",
    EBUSY "Device or resource busy",
    ENXIO "No such device or address",
    EEXIST "File exists",
    EXDEV "Invalid cross-device link",
    ENODEV "No such device",
    ENOTDIR "Not a directory",
    EISDIR "Is a directory",
    EINVAL "Invalid argument",
    EMFILE "Too many open files",
    ENOTTY "Inappropriate ioctl for device",
    EFBIG "File too large",
    ENOSPC "No space left on device",
    ESPIPE "Illegal seek",
    EROFS "Read-only file system",
    EPIPE "Broken pipe",
    ENAMETOOLONG "File name too long",
    ENOSYS "Function not implemented",
    ENOTEMPTY "Directory not empty",
    ELOOP "Too many levels of symbolic links",
    EADDRINUSE "Address already in use",
    EADDRNOTAVAIL "Cannot assign requested address",
    ENETUNREACH "Network is unreachable",
    ECONNRESET "Connection reset by peer",
    ECONNREFUSED "Connection refused",
    EHOSTUNREACH "No route to host",
    ETIMEDOUT "Connection timed out",
}

impl std::fmt::Display for Errno {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.message)
    }
}

impl std::error::Error for Errno {}
