//! Tests of the kernel with tiny programs, and what they share.

mod files;
mod limits;
mod namespaces;
mod network;
mod processes;
mod terminal;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::*;
use crate::fs::{Layer, LayerBuilder, Overlay};

/// A small root with executables named like the programs under test.
pub(super) fn layer() -> Layer {
    let mut layer = LayerBuilder::default();
    for name in ["main", "child", "busybox"] {
        layer.file(&format!("/bin/{name}"), 0o755, "\x7fELF");
    }
    layer.symlink("/bin/sh", "busybox");
    layer.file("/bin/unknown", 0o755, "\x7fELF");
    layer.file("/bin/plain", 0o644, "\x7fELF");
    layer.file("/bin/text", 0o755, "echo hello\n");
    layer.file("/bin/script", 0o755, "#!/bin/main -x\n");
    layer.file(
        "/etc/passwd",
        0o644,
        "root:x:0:0:root:/root:/bin/sh\nwww:x:33:34:w:/var/www:/bin/sh\n",
    );
    layer.file("/etc/group", 0o644, "root:x:0:\nwww:x:34:\nadm:x:4:www\n");
    layer.file("/etc/hosts", 0o644, "127.0.0.1\tlocalhost\n");
    layer.file("/secret", 0o600, "s");
    layer.dir("/root", 0o700);
    layer.dir("/tmp", 0o1777);
    layer.build()
}

pub(super) fn tree() -> RootFs {
    Arc::new(Mutex::new(Overlay::new(&[layer()])))
}

pub(super) fn boot() -> Kernel {
    Kernel::boot(KernelOptions {
        hostname: "hote".to_owned(),
        cpus: 2,
        memory: 4 << 30,
        release: "6.1.0".to_owned(),
        date: None,
        root: tree(),
    })
}

/// A closure as a program.
pub(super) fn program<F, R>(main: F) -> Program
where
    F: Fn(Sys) -> R + Send + Sync + 'static,
    R: Future<Output = u8> + Send + 'static,
{
    Arc::new(move |sys| Box::pin(main(sys)))
}

/// A closure as the body of a fork.
pub(super) fn body<F, R>(main: F) -> impl FnOnce(Sys) -> ProgramFuture + Send + 'static
where
    F: FnOnce(Sys) -> R + Send + 'static,
    R: Future<Output = u8> + Send + 'static,
{
    move |sys| Box::pin(main(sys))
}

pub(super) fn spec(argv: &[&str]) -> ContainerSpec {
    ContainerSpec {
        id: "c0ffee".to_owned(),
        cgroup_parent: String::new(),
        root: tree(),
        read_only: false,
        mounts: Vec::new(),
        argv: argv.iter().map(|it| (*it).to_owned()).collect(),
        env: Environment::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]),
        cwd: "/".to_owned(),
        user: String::new(),
        groups: Vec::new(),
        hostname: "boite".to_owned(),
        tty: None,
        stdin: false,
        init: false,
        root_options: String::new(),
        privileged: false,
        limits: CgroupLimits::default(),
        sharing: Sharing::default(),
        security: Security::default(),
        shm_size: 64 << 20,
        network: NetworkSpec::New(Vec::new()),
    }
}

pub(super) fn exec_spec(container: Pid, argv: &[&str]) -> ExecSpec {
    let ContainerSpec {
        argv,
        env,
        cwd,
        user,
        groups,
        tty,
        stdin,
        ..
    } = spec(argv);
    ExecSpec {
        container,
        argv,
        env,
        cwd,
        user,
        groups,
        tty,
        stdin,
        privileged: false,
    }
}

pub(super) struct Outcome {
    pub(super) status: WaitStatus,
    pub(super) oom: bool,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Reads all its output, and how it ended.
pub(super) async fn outcome(started: Started) -> Outcome {
    let Started { stdio, exit, .. } = started;
    drop(stdio.stdin);
    let (stdout, stderr) = tokio::join!(all(stdio.stdout), all(stdio.stderr));
    let (status, oom) = exit.await.unwrap();
    Outcome {
        status,
        oom,
        stdout,
        stderr,
    }
}

pub(super) async fn all(mut stream: tokio::sync::mpsc::Receiver<bytes::Bytes>) -> String {
    let mut text = Vec::new();
    while let Some(bytes) = stream.recv().await {
        text.extend_from_slice(&bytes);
    }
    String::from_utf8(text).unwrap()
}

/// Runs a closure as a container's PID 1.
pub(super) async fn run<F, R>(main: F) -> Outcome
where
    F: Fn(Sys) -> R + Send + Sync + 'static,
    R: Future<Output = u8> + Send + 'static,
{
    let kernel = boot();
    kernel.install("main", program(main));
    outcome(kernel.start_container(spec(&["main"])).unwrap()).await
}

pub(super) async fn say(sys: &Sys, text: impl AsRef<str>) {
    sys.write(1, text.as_ref().as_bytes()).await.unwrap();
}
