//! Programs end to end: a small kernel, a busybox-like root, and scripts whose real answers were
//! recorded with `record.py`.

mod accounts;
mod differential;
mod interactive;
mod memory;
mod recorded;
mod servers;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::fs::{LayerBuilder, Overlay};
use crate::kernel::{
    CgroupLimits, ContainerSpec, Interface, Kernel, KernelOptions, NetworkSpec, Pid, RootFs,
    Started, WinSize,
};
use crate::kernel::{Environment, Security, Sharing};

/// A root file system as that of the busybox image.
pub(super) fn root() -> RootFs {
    let mut layer = LayerBuilder::default();
    for name in super::busybox_names().chain(["busybox"]) {
        layer.file(&format!("/bin/{name}"), 0o755, "\x7fELF");
    }
    for name in super::OTHERS.iter().map(|it| it.0) {
        layer.file(&format!("/bin/{name}"), 0o755, "\x7fELF");
    }
    layer.file(
        "/etc/passwd",
        0o644,
        "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnginx:x:101:101:nginx:/:/bin/false\n",
    );
    layer.file(
        "/etc/group",
        0o644,
        "root:x:0:\nwww-data:x:33:\nnginx:x:101:\n",
    );
    layer.file("/etc/hosts", 0o644, "127.0.0.1\tlocalhost\n");
    layer.dir("/root", 0o700);
    layer.dir("/run", 0o755);
    layer.dir("/var/cache/nginx", 0o755);
    layer.dir("/tmp", 0o1777);
    layer.dir("/usr/lib", 0o755);
    layer.dir("/work", 0o755);
    layer.file(
        "/usr/share/nginx/html/index.html",
        0o644,
        "<h1>Welcome to nginx!</h1>\n",
    );
    Arc::new(Mutex::new(Overlay::new(&[layer.build()])))
}

/// Puts an executable file on a root.
pub(super) fn put(root: &RootFs, path: &str, content: &'static str) {
    use crate::fs::{FileKind, Metadata};
    let metadata = Metadata::new(FileKind::File, 0o755, 0, 0, std::time::UNIX_EPOCH);
    let mut fs = root.lock().unwrap();
    fs.create(path, metadata, content.into()).unwrap();
}

pub(super) fn boot() -> Kernel {
    let kernel = Kernel::boot(KernelOptions {
        hostname: "hote".into(),
        cpus: 2,
        memory: 4 << 30,
        release: "6.1.0".into(),
        date: None,
        root: root(),
    });
    super::install_all(&kernel);
    kernel
}

pub(super) fn spec(argv: &[&str]) -> ContainerSpec {
    ContainerSpec {
        id: "c0ffee".into(),
        cgroup_parent: String::new(),
        root: root(),
        read_only: false,
        mounts: Vec::new(),
        argv: argv.iter().map(|it| (*it).to_owned()).collect(),
        env: Environment::from([
            ("PATH".to_owned(), "/bin".to_owned()),
            ("HOME".to_owned(), "/root".to_owned()),
        ]),
        cwd: "/work".into(),
        user: String::new(),
        groups: Vec::new(),
        hostname: "c0ffee".into(),
        tty: None,
        stdin: false,
        init: false,
        root_options: String::new(),
        privileged: false,
        limits: CgroupLimits::default(),
        sharing: Sharing::default(),
        security: Security::default(),
        shm_size: 64 << 20,
        network: NetworkSpec::New(vec![Interface {
            network: "bridge".into(),
            address: "172.17.0.2".parse().unwrap(),
            prefix: 16,
            gateway: Some("172.17.0.1".parse().unwrap()),
            mac: "02:42:ac:11:00:02".into(),
            links: std::collections::BTreeMap::default(),
        }]),
    }
}

/// What a command did.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ran {
    pub(super) code: u8,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Bytes as text; those that are not UTF-8 as `\xNN`, which is how the recordings have them.
pub(super) fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

pub(super) async fn collect(started: Started) -> Ran {
    let Started {
        mut stdio, exit, ..
    } = started;
    drop(stdio.stdin.take());
    let out = async {
        let mut all = Vec::new();
        while let Some(chunk) = stdio.stdout.recv().await {
            all.extend_from_slice(&chunk);
        }
        all
    };
    let err = async {
        let mut all = Vec::new();
        while let Some(chunk) = stdio.stderr.recv().await {
            all.extend_from_slice(&chunk);
        }
        all
    };
    let (out, err, exit) = tokio::time::timeout(Duration::from_secs(20), async {
        tokio::join!(out, err, exit)
    })
    .await
    .expect("it ends");
    Ran {
        code: exit.expect("a status").0.code(),
        stdout: text(&out),
        stderr: text(&err),
    }
}

/// Runs a command in a container of its own.
pub(super) async fn run(argv: &[&str]) -> Ran {
    collect(boot().start_container(spec(argv)).expect("started")).await
}

/// Runs a script in a container of its own; it is not PID 1, as a script rarely is.
pub(super) async fn sh(script: &str) -> Ran {
    let kernel = boot();
    let init = kernel
        .start_container(spec(&["sleep", "1000"]))
        .expect("started");
    exec_in(&kernel, init.pid, script, "/work").await
}

/// Runs a script in a running container.
pub(super) async fn exec_in(kernel: &Kernel, container: Pid, script: &str, cwd: &str) -> Ran {
    let exec = crate::kernel::ExecSpec {
        container,
        argv: vec!["sh".into(), "-c".into(), script.into()],
        env: spec(&[]).env,
        cwd: cwd.into(),
        user: String::new(),
        groups: Vec::new(),
        tty: None,
        stdin: false,
        privileged: false,
    };
    collect(kernel.exec(exec).expect("started")).await
}

pub(super) const SIZE: WinSize = WinSize { rows: 24, cols: 80 };
