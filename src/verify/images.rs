//! Stand-ins for images that cannot be pulled: the machine's own static busybox in a small root,
//! and scripts that behave as lessons need.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use tar::{Builder, EntryType, Header};

/// The environment of official images.
const PATH_LINE: &str = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The programs of busybox that lessons run.
const APPLETS: &[&str] = &[
    "sh",
    "ash",
    "arp",
    "awk",
    "base64",
    "basename",
    "cat",
    "chmod",
    "chown",
    "chroot",
    "clear",
    "cmp",
    "cp",
    "cut",
    "date",
    "dd",
    "df",
    "diff",
    "dirname",
    "dmesg",
    "du",
    "echo",
    "egrep",
    "env",
    "expr",
    "false",
    "fgrep",
    "find",
    "free",
    "grep",
    "gunzip",
    "gzip",
    "head",
    "hexdump",
    "hostid",
    "hostname",
    "httpd",
    "id",
    "ifconfig",
    "ionice",
    "ip",
    "kill",
    "killall",
    "less",
    "ln",
    "logger",
    "ls",
    "md5sum",
    "mkdir",
    "mkfifo",
    "mknod",
    "mktemp",
    "more",
    "mount",
    "mv",
    "nc",
    "netstat",
    "nl",
    "nproc",
    "nslookup",
    "od",
    "pidof",
    "ping",
    "printf",
    "ps",
    "pwd",
    "readlink",
    "realpath",
    "rm",
    "rmdir",
    "route",
    "sed",
    "seq",
    "setsid",
    "sha256sum",
    "sleep",
    "sort",
    "stat",
    "stty",
    "su",
    "sync",
    "tac",
    "tail",
    "tar",
    "tee",
    "telnet",
    "test",
    "time",
    "timeout",
    "top",
    "touch",
    "tr",
    "traceroute",
    "true",
    "truncate",
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
    ("run/", 0o755),
    ("sys/", 0o755),
    ("tmp/", 0o1777),
    ("usr/", 0o755),
    ("var/", 0o755),
];

/// An image to make: its files, and what `docker import` sets (`-c`).
pub(super) struct StandIn {
    files: Vec<(String, u32, Cow<'static, [u8]>)>,
    /// Whether busybox and its programs are in it.
    busybox: bool,
    /// `CMD ["sh"]`, `EXPOSE 80`…
    pub(super) changes: Vec<String>,
}

impl StandIn {
    fn new(changes: &[&str]) -> Self {
        let changes = std::iter::once(&PATH_LINE).chain(changes);
        Self {
            files: Vec::new(),
            busybox: true,
            changes: changes.map(|&it| it.to_owned()).collect(),
        }
    }

    fn text(mut self, path: &str, text: &'static str) -> Self {
        self.files
            .push((path.to_owned(), 0o644, text.as_bytes().into()));
        self
    }

    fn script(mut self, path: &str, text: &'static str) -> Self {
        self.files
            .push((path.to_owned(), 0o755, text.as_bytes().into()));
        self
    }

    /// Its root file system, as a tar archive.
    pub(super) fn archive(&self) -> io::Result<Vec<u8>> {
        let mut archive = Builder::new(Vec::new());
        if self.busybox {
            base(&mut archive)?;
        }
        for (path, mode, content) in &self.files {
            let mut header = header(EntryType::Regular, *mode, content.len());
            archive.append_data(&mut header, path, &**content)?;
        }
        archive.into_inner()
    }
}

/// What stands for an image: as much of it as lessons need. An unknown one is a busybox.
pub(super) fn stand_in(image: &str) -> io::Result<StandIn> {
    let last = image.rfind('/').map_or(0, |at| at + 1);
    let name = image[last..].find([':', '@']);
    let (repository, tag) = match name {
        Some(at) => image.split_at(last + at),
        None => (image, ""),
    };
    let version = tag.trim_start_matches(':').split('-').next().unwrap_or("");
    Ok(match repository {
        "hello-world" => hello(),
        "alpine" => {
            let mut it = StandIn::new(&[r#"CMD ["/bin/sh"]"#]);
            let release = format!("{version}.0\n");
            it.files.push((
                "etc/alpine-release".to_owned(),
                0o644,
                release.into_bytes().into(),
            ));
            it.text("etc/os-release", "NAME=\"Alpine Linux\"\nID=alpine\n")
        }
        // Its stop signal is left out: engines before 23 refuse it at an import. SIGTERM ends it
        // with 0 too.
        "nginx" => {
            let mut it = StandIn::new(&[
                r#"ENTRYPOINT ["/docker-entrypoint.sh"]"#,
                r#"CMD ["nginx", "-g", "daemon off;"]"#,
                "EXPOSE 80",
            ]);
            it.changes.push(format!("ENV NGINX_VERSION={version}"));
            it.script(
                "docker-entrypoint.sh",
                include_str!("images/nginx-entrypoint.sh"),
            )
            .script("usr/sbin/nginx", include_str!("images/nginx.sh"))
            .text(
                "usr/share/nginx/html/index.html",
                include_str!("images/index.html"),
            )
        }
        "traefik/whoami" => StandIn::new(&[r#"ENTRYPOINT ["/whoami"]"#, "EXPOSE 80"])
            .script("whoami", include_str!("images/whoami.sh"))
            .script("whoami.d/answer", include_str!("images/whoami-answer.sh")),
        "node" => {
            let mut it =
                StandIn::new(&[r#"ENTRYPOINT ["docker-entrypoint.sh"]"#, r#"CMD ["node"]"#]);
            it.changes.push(format!("ENV NODE_VERSION={version}.0.0"));
            it.script(
                "usr/local/bin/docker-entrypoint.sh",
                include_str!("images/node-entrypoint.sh"),
            )
            .script("usr/local/bin/node", include_str!("images/node.sh"))
            .script("usr/local/bin/npm", include_str!("images/npm.sh"))
            .script(
                "usr/local/lib/node-answer",
                include_str!("images/node-answer.sh"),
            )
        }
        "registry" => registry()?,
        _ => StandIn::new(&[r#"CMD ["sh"]"#]),
    })
}

/// A root of small programs.
fn base(archive: &mut Builder<Vec<u8>>) -> io::Result<()> {
    let program = fs::read(busybox()?)?;
    for (name, mode) in FOLDERS {
        let mut header = header(EntryType::Directory, *mode, 0);
        archive.append_data(&mut header, name, io::empty())?;
    }
    for (name, text) in [
        (
            "etc/passwd",
            "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
        ),
        ("etc/group", "root:x:0:\nnode:x:1000:\nnobody:x:65534:\n"),
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
    Ok(())
}

/// What the stand-in of `hello-world` says.
const HELLO: &str =
    "\nHello from Docker!\nCe message vient d’une doublure de l’image hello-world.\n\n";

/// One program and nothing else, as the true image: no shell.
fn hello() -> StandIn {
    let mut it = StandIn::new(&[r#"CMD ["/hello"]"#]);
    if cfg!(target_arch = "x86_64") {
        it.busybox = false;
        it.files
            .push(("hello".to_owned(), 0o755, writes(HELLO).into()));
    } else {
        let script = format!("#!/bin/sh\ncat <<'FIN'{HELLO}FIN\n");
        it.files
            .push(("hello".to_owned(), 0o755, script.into_bytes().into()));
    }
    it
}

/// A program for x86-64 that writes a text and ends: elf(5), write(2) and exit(2) by hand.
fn writes(text: &str) -> Vec<u8> {
    const START: u64 = 0x40_0000;
    const HEADERS: u64 = 64 + 56;
    const CODE: u64 = 33;
    let size = HEADERS + CODE + text.len() as u64;
    let mut program = Vec::new();
    program.extend(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0");
    // An executable, for x86-64, version 1.
    program.extend([2, 0, 62, 0, 1, 0, 0, 0]);
    for word in [START + HEADERS, 64, 0] {
        program.extend(u64::to_le_bytes(word));
    }
    // Flags; 64 bytes of header, one program header of 56, no section.
    program.extend([0, 0, 0, 0, 64, 0, 56, 0, 1, 0, 64, 0, 0, 0, 0, 0]);
    // Loaded whole, readable and executable.
    program.extend([1, 0, 0, 0, 5, 0, 0, 0]);
    for word in [0, START, START, size, size, 0x1000] {
        program.extend(u64::to_le_bytes(word));
    }
    // mov eax, 1; mov edi, 1; lea rsi, [rip + 16]; mov edx, length; syscall
    program.extend([
        0xb8, 1, 0, 0, 0, 0xbf, 1, 0, 0, 0, 0x48, 0x8d, 0x35, 16, 0, 0, 0, 0xba,
    ]);
    program.extend(u32::try_from(text.len()).unwrap_or_default().to_le_bytes());
    program.extend([0x0f, 0x05]);
    // mov eax, 60; xor edi, edi; syscall
    program.extend([0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05]);
    program.extend(text.as_bytes());
    program
}

/// The machine's own registry (Debian's `docker-registry`), with the libraries that it loads.
fn registry() -> io::Result<StandIn> {
    let program = Path::new("/usr/bin/docker-registry");
    if !program.is_file() {
        let words = "aucun « docker-registry » sur cette machine (paquet docker-registry)";
        return Err(io::Error::new(io::ErrorKind::NotFound, words));
    }
    let mut it = StandIn::new(&[
        r#"ENTRYPOINT ["/entrypoint.sh"]"#,
        r#"CMD ["/etc/docker/registry/config.yml"]"#,
        "EXPOSE 5000",
        "VOLUME /var/lib/registry",
    ])
    .script(
        "entrypoint.sh",
        include_str!("images/registry-entrypoint.sh"),
    )
    .text(
        "etc/docker/registry/config.yml",
        include_str!("images/registry.yml"),
    );
    it.files
        .push(("bin/registry".to_owned(), 0o755, fs::read(program)?.into()));
    let listed = std::process::Command::new("ldd").arg(program).output()?;
    for library in String::from_utf8_lossy(&listed.stdout)
        .split_whitespace()
        .filter(|word| word.starts_with('/'))
    {
        let path = library.trim_start_matches('/').to_owned();
        it.files.push((path, 0o755, fs::read(library)?.into()));
    }
    Ok(it)
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

#[cfg(test)]
#[path = "images_tests.rs"]
mod tests;
