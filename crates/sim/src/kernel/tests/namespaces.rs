//! Namespaces that containers share, and what the host does to them.

use super::*;

/// A container that waits, and others that join it.
fn waiting(kernel: &Kernel, id: &str, sharing: Sharing) -> Started {
    kernel.install("main", program(|_| std::future::pending()));
    let spec = ContainerSpec {
        id: id.to_owned(),
        sharing,
        ..spec(&["main"])
    };
    kernel.start_container(spec).unwrap()
}

/// What a program says on the host.
async fn on_host<F, R>(kernel: &Kernel, main: F) -> String
where
    F: Fn(Sys) -> R + Send + Sync + 'static,
    R: Future<Output = u8> + Send + 'static,
{
    kernel.install("child", program(main));
    let env = Environment::from([("PATH".to_owned(), "/bin".to_owned())]);
    let argv = vec!["child".to_owned()];
    let done = outcome(kernel.spawn_host(argv, env, "/", None).unwrap()).await;
    assert_eq!(done.status, WaitStatus::Exited(0), "{}", done.stderr);
    done.stdout
}

fn inode(kernel: &Kernel, pid: Pid, name: &str) -> impl Future<Output = String> + use<> {
    let path = format!("/proc/{}/ns/{name}", pid.0);
    let kernel = kernel.clone();
    async move {
        on_host(&kernel, move |sys| {
            let path = path.clone();
            async move {
                let link = sys.read_link(&path).unwrap();
                say(&sys, link).await;
                0
            }
        })
        .await
    }
}

#[tokio::test]
async fn containers_have_their_own_namespaces_unless_they_share() {
    let kernel = boot();
    let one = waiting(&kernel, "one", Sharing::default());
    let two = waiting(&kernel, "two", Sharing::default());
    let joined = waiting(
        &kernel,
        "joined",
        Sharing {
            pid: Share::Of(one.pid),
            uts: Share::Host,
            ..Sharing::default()
        },
    );
    for name in ["pid", "mnt", "net", "uts", "ipc", "cgroup"] {
        let (a, b) = (
            inode(&kernel, one.pid, name).await,
            inode(&kernel, two.pid, name).await,
        );
        assert_ne!(a, b, "{name}");
        assert!(a.starts_with(&format!("{name}:[")), "{a}");
    }
    assert_eq!(
        inode(&kernel, one.pid, "user").await,
        inode(&kernel, Pid(1), "user").await
    );
    assert_eq!(
        inode(&kernel, one.pid, "pid").await,
        inode(&kernel, joined.pid, "pid").await
    );
    assert_eq!(inode(&kernel, joined.pid, "uts").await, "uts:[4026531838]");
    assert_eq!(kernel.inner_pid(joined.pid), Some(Pid(2)));
    assert_eq!(kernel.processes_of(one.pid).len(), 1);
    // The end of its owner ends a PID namespace, and so every container in it.
    kernel.kill(one.pid, Signal::KILL).unwrap();
    let (one, joined) = tokio::join!(outcome(one), outcome(joined));
    assert_eq!(one.status, WaitStatus::Signaled(Signal::KILL));
    assert_eq!(joined.status, WaitStatus::Signaled(Signal::KILL));
    // Who has joined another one's, or the host's, is no PID 1: a plain signal ends it.
    let guest = waiting(
        &kernel,
        "guest",
        Sharing {
            pid: Share::Host,
            ..Sharing::default()
        },
    );
    assert_eq!(kernel.inner_pid(guest.pid), Some(guest.pid));
    kernel.kill(guest.pid, Signal::TERM).unwrap();
    assert_eq!(
        outcome(guest).await.status,
        WaitStatus::Signaled(Signal::TERM)
    );
}

#[tokio::test]
async fn what_is_written_to_a_group_takes_effect() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            sys.set_memory(50 << 20);
            std::future::pending().await
        }),
    );
    let started = kernel.start_container(spec(&["main"])).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let said = on_host(&kernel, |sys| async move {
        let group = "/sys/fs/cgroup/system.slice/docker-c0ffee.scope";
        let read = |name: &str| {
            let bytes = sys.read_file(&format!("{group}/{name}")).unwrap();
            String::from_utf8(bytes.to_vec()).unwrap()
        };
        let current = read("memory.current");
        let write = |name: &str, text: &str| {
            let path = format!("{group}/{name}");
            sys.write_file(&path, text.as_bytes())
        };
        write("pids.max", "7\n").unwrap();
        write("cpu.max", "50000 100000\n").unwrap();
        assert_eq!(write("cpu.max", "x"), Err(Errno::EINVAL));
        let limits = read("pids.max") + &read("cpu.max");
        write("memory.max", "32M").unwrap();
        say(&sys, format!("{current}{limits}")).await;
        0
    })
    .await;
    assert_eq!(said, "52428800\n7\n50000 100000\n");
    let done = outcome(started).await;
    assert_eq!(
        (done.status, done.oom),
        (WaitStatus::Signaled(Signal::KILL), true)
    );
}

#[tokio::test]
async fn the_host_enters_the_namespaces_of_a_container() {
    let kernel = boot();
    let one = waiting(&kernel, "one", Sharing::default());
    let pid = one.pid;
    let said = on_host(&kernel, move |sys| async move {
        let wanted = [Namespace::Uts, Namespace::Mount, Namespace::Pid];
        sys.enter_namespaces(pid, &wanted).unwrap();
        let child = sys
            .fork(
                ForkOptions::default(),
                body(|sys| async move {
                    let text = format!("{} {}\n", sys.hostname(), sys.pid().0);
                    say(&sys, text).await;
                    0
                }),
            )
            .unwrap();
        assert!(child.0 > 0);
        sys.wait(None).await.unwrap();
        sys.unshare(&[Namespace::Uts]).unwrap();
        sys.set_hostname("ailleurs").unwrap();
        say(&sys, sys.hostname()).await;
        0
    })
    .await;
    assert_eq!(said, "boite 2\nailleurs");
    drop(one);
}

#[tokio::test]
async fn a_container_may_not_do_what_its_capabilities_do_not_grant() {
    let done = run(|sys| async move {
        assert_eq!(sys.unshare(&[Namespace::Uts]), Err(Errno::EPERM));
        assert_eq!(
            sys.mount("x", "/tmp", Some("tmpfs"), false),
            Err(Errno::EPERM)
        );
        assert_eq!(sys.set_hostname("x"), Err(Errno::EPERM));
        let status = sys.read_file("/proc/self/status").unwrap();
        let status = String::from_utf8(status.to_vec()).unwrap();
        assert!(status.contains("CapEff:\t00000000a80425fb\n"), "{status}");
        let cgroup = sys.read_file("/proc/self/cgroup").unwrap();
        assert_eq!(&cgroup[..], b"0::/\n");
        let write = sys.write_file("/sys/fs/cgroup/memory.max", b"max");
        assert_eq!(write, Err(Errno::EROFS));
        0
    })
    .await;
    assert_eq!(done.status, WaitStatus::Exited(0), "{}", done.stderr);
}
