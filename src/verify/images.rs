//! Stand-ins for images that cannot be pulled: the machine's own static busybox in a small root.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use tar::{Builder, EntryType, Header};

/// The environment of official images.
pub(super) const PATH_LINE: &str =
    "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The programs of busybox that lessons run.
const APPLETS: &[&str] = &[
    "sh",
    "ash",
    "cat",
    "chmod",
    "chown",
    "cp",
    "cut",
    "date",
    "dd",
    "df",
    "du",
    "echo",
    "env",
    "expr",
    "false",
    "find",
    "free",
    "grep",
    "gunzip",
    "gzip",
    "head",
    "hostname",
    "httpd",
    "id",
    "ifconfig",
    "ip",
    "kill",
    "killall",
    "ln",
    "ls",
    "mkdir",
    "mount",
    "mv",
    "nc",
    "nproc",
    "nslookup",
    "od",
    "ping",
    "printf",
    "ps",
    "pwd",
    "readlink",
    "rm",
    "rmdir",
    "sed",
    "seq",
    "sha256sum",
    "sleep",
    "sort",
    "stat",
    "stty",
    "tail",
    "tar",
    "tee",
    "test",
    "time",
    "timeout",
    "top",
    "touch",
    "tr",
    "true",
    "tty",
    "umount",
    "uname",
    "uniq",
    "uptime",
    "usleep",
    "vi",
    "watch",
    "wc",
    "wget",
    "which",
    "whoami",
    "xargs",
    "yes",
];

/// The folders of the official busybox image, with their modes.
const FOLDERS: &[(&str, u32)] = &[
    ("bin/", 0o755),
    ("dev/", 0o755),
    ("etc/", 0o755),
    ("home/", 0o755),
    ("proc/", 0o755),
    ("root/", 0o700),
    ("sys/", 0o755),
    ("tmp/", 0o1777),
    ("usr/", 0o755),
    ("var/", 0o755),
];

/// A root file system, as a tar archive.
pub(super) fn stand_in() -> io::Result<Vec<u8>> {
    let program = fs::read(busybox()?)?;
    let mut archive = Builder::new(Vec::new());
    for (name, mode) in FOLDERS {
        let mut header = header(EntryType::Directory, *mode, 0);
        archive.append_data(&mut header, name, io::empty())?;
    }
    for (name, text) in [
        (
            "etc/passwd",
            "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
        ),
        ("etc/group", "root:x:0:\nnobody:x:65534:\n"),
    ] {
        let mut header = header(EntryType::Regular, 0o644, text.len());
        archive.append_data(&mut header, name, text.as_bytes())?;
    }
    let mut file = header(EntryType::Regular, 0o755, program.len());
    archive.append_data(&mut file, "bin/busybox", program.as_slice())?;
    for applet in APPLETS {
        let mut header = header(EntryType::Symlink, 0o777, 0);
        archive.append_link(&mut header, format!("bin/{applet}"), "busybox")?;
    }
    archive.into_inner()
}

fn header(kind: EntryType, mode: u32, size: usize) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size as u64);
    header
}

/// The machine's busybox. A dynamic one would find no library in the image.
fn busybox() -> io::Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path)
        .chain([PathBuf::from("/bin"), PathBuf::from("/usr/bin")])
        .map(|folder| folder.join("busybox"))
        .find(|file| file.is_file())
        .ok_or_else(|| {
            let words = "aucun « busybox » sur cette machine (paquet busybox-static)";
            io::Error::new(io::ErrorKind::NotFound, words)
        })?;
    if is_static(&fs::read(&found)?) {
        return Ok(found);
    }
    let words = format!(
        "« {} » n’est pas statique : installez le paquet busybox-static",
        Path::display(&found)
    );
    Err(io::Error::new(io::ErrorKind::InvalidData, words))
}

/// Whether an ELF program asks for no interpreter: `PT_INTERP` (3) is in no program header of a
/// 64-bit little-endian file (elf(5)).
fn is_static(program: &[u8]) -> bool {
    let short = |at: usize| {
        program
            .get(at..at + 2)
            .map(|it| usize::from(u16::from_le_bytes([it[0], it[1]])))
    };
    let long = |at: usize| {
        let bytes: [u8; 8] = program.get(at..at + 8)?.try_into().ok()?;
        usize::try_from(u64::from_le_bytes(bytes)).ok()
    };
    let (Some(table), Some(size), Some(number)) = (long(32), short(54), short(56)) else {
        return false;
    };
    program.starts_with(b"\x7fELF\x02\x01")
        && (0..number).all(|index| short(table + index * size).is_some_and(|kind| kind != 3))
}
