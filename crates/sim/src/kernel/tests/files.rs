use super::*;
use domain::{ChangeKind, FsChange};

const CREATE: OpenFlags = OpenFlags {
    read: false,
    write: true,
    create: true,
    exclusive: false,
    truncate: false,
    append: false,
};

/// Runs a closure as root of a container, and gives what it left in the container's root.
async fn changes(main: impl Fn(&Sys) + Send + Sync + 'static) -> Vec<FsChange> {
    let kernel = boot();
    let main = Arc::new(main);
    kernel.install(
        "main",
        program(move |sys| {
            let main = main.clone();
            async move {
                main(&sys);
                0
            }
        }),
    );
    let spec = spec(&["main"]);
    let root = spec.root.clone();
    let done = outcome(kernel.start_container(spec).unwrap()).await;
    assert_eq!(done.status, WaitStatus::Exited(0));
    let mut changes = root.lock().unwrap().changes();
    // Made by the runtime, and by the daemon's first layer on a real root.
    changes.retain(|it| !["/proc", "/dev", "/sys"].contains(&it.path.as_str()));
    changes
}

#[tokio::test]
async fn files_are_written_in_the_container_s_layer() {
    let found = changes(|sys| {
        sys.write_file("/tmp/a", b"1").unwrap();
        sys.chdir("/tmp").unwrap();
        sys.mkdir("d/", 0o777).unwrap();
        assert_eq!(sys.stat("d").unwrap().mode, 0o755);
        sys.rename("a", "d/b").unwrap();
        sys.link("d/b", "c").unwrap();
        sys.symlink("../tmp/d", "l").unwrap();
        assert_eq!(sys.read_file("l/b").unwrap(), "1");
        assert_eq!(sys.real_path("l/../c").unwrap(), "/tmp/c");
        assert_eq!(sys.rmdir("d"), Err(Errno::ENOTEMPTY));
        assert_eq!(sys.unlink("d"), Err(Errno::EISDIR));
        assert_eq!(sys.mkdir("d", 0o700), Err(Errno::EEXIST));
        assert_eq!(sys.chdir("c"), Err(Errno::ENOTDIR));
        assert_eq!(sys.stat("c/x"), Err(Errno::ENOTDIR));
        sys.unlink("/secret").unwrap();
        assert_eq!(sys.stat("/secret"), Err(Errno::ENOENT));
        assert_eq!(sys.cwd(), "/tmp");
    })
    .await;
    let shown: Vec<String> = found
        .iter()
        .map(|it| format!("{:?} {}", it.kind, it.path))
        .collect();
    assert_eq!(
        shown,
        [
            "Deleted /secret",
            "Modified /tmp",
            "Added /tmp/c",
            "Added /tmp/d",
            "Added /tmp/d/b",
            "Added /tmp/l"
        ]
    );
    assert!(found.iter().any(|it| it.kind == ChangeKind::Deleted));
}

#[tokio::test]
async fn links_that_turn_in_circles_are_refused() {
    changes(|sys| {
        sys.symlink("b", "/tmp/a").unwrap();
        sys.symlink("a", "/tmp/b").unwrap();
        assert_eq!(sys.stat("/tmp/a"), Err(Errno::ELOOP));
        assert_eq!(sys.read_link("/tmp/a").unwrap(), "b");
        // A link to nothing is written through.
        sys.symlink("new", "/tmp/l").unwrap();
        sys.write_file("/tmp/l", b"x").unwrap();
        assert_eq!(sys.read_file("/tmp/new").unwrap(), "x");
        assert_eq!(
            sys.open(
                "/tmp/l",
                OpenFlags {
                    exclusive: true,
                    ..CREATE
                },
                0o600
            ),
            Err(Errno::EEXIST)
        );
    })
    .await;
}

#[tokio::test]
async fn offsets_are_shared_and_appending_goes_to_the_end() {
    let done = run(|sys| async move {
        let fd = sys
            .open(
                "/tmp/f",
                OpenFlags {
                    read: true,
                    ..CREATE
                },
                0o644,
            )
            .unwrap();
        sys.write(fd, b"one ").await.unwrap();
        let other = sys.dup_from(fd, 10).unwrap();
        assert_eq!(other, 10);
        sys.write(other, b"two ").await.unwrap();
        let end = sys
            .open(
                "/tmp/f",
                OpenFlags {
                    append: true,
                    ..CREATE
                },
                0,
            )
            .unwrap();
        sys.write(end, b"three").await.unwrap();
        sys.seek(fd, 4).unwrap();
        let text = sys.read(other, 100).await.unwrap();
        sys.write(1, &text).await.unwrap();
        sys.unlink("/tmp/f").unwrap();
        sys.seek(fd, 0).unwrap();
        sys.write(1, &sys.read(fd, 3).await.unwrap()).await.unwrap();
        assert_eq!(sys.fstat(fd).unwrap().links, 0);
        assert_eq!(sys.write(20, b"x").await, Err(Errno::EBADF));
        assert_eq!(sys.read(end, 1).await, Err(Errno::EBADF));
        assert_eq!(sys.seek(1, 0), Err(Errno::ESPIPE));
        0
    })
    .await;
    assert_eq!(done.stdout, "two threeone");
}

#[tokio::test]
async fn permissions_hold_for_others_than_root() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            let read = |path| sys.read_file(path).err().map(|it| it.name);
            assert_eq!(read("/secret"), Some("EACCES"));
            assert_eq!(read("/root/x"), Some("EACCES"));
            assert_eq!(read("/etc/passwd"), None);
            assert_eq!(sys.write_file("/etc/passwd", b""), Err(Errno::EACCES));
            assert_eq!(sys.write_file("/etc/new", b""), Err(Errno::EACCES));
            assert_eq!(sys.unlink("/etc/passwd"), Err(Errno::EACCES));
            assert_eq!(sys.chmod("/etc/passwd", 0o777), Err(Errno::EPERM));
            assert_eq!(sys.chown("/etc/passwd", Some(33), None), Err(Errno::EPERM));
            assert_eq!(sys.access("/secret", 4), Err(Errno::EACCES));
            assert_eq!(sys.set_hostname("x"), Err(Errno::EPERM));
            sys.umask(0o077);
            sys.write_file("/tmp/mine", b"m").unwrap();
            let stat = sys.stat("/tmp/mine").unwrap();
            assert_eq!((stat.uid, stat.gid, stat.mode), (33, 34, 0o600));
            sys.chmod("/tmp/mine", 0o640).unwrap();
            0
        }),
    );
    let spec = ContainerSpec {
        user: "www".to_owned(),
        ..spec(&["main"])
    };
    assert_eq!(
        outcome(kernel.start_container(spec).unwrap()).await.status,
        WaitStatus::Exited(0)
    );
}

#[tokio::test]
async fn mounts_show_volumes_files_and_empty_trees() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            sys.write_file("/data/deep/v", b"kept").unwrap();
            assert_eq!(sys.read_file("/etc/hosts").unwrap(), "bound");
            assert_eq!(sys.write_file("/ro/x", b""), Err(Errno::EROFS));
            assert_eq!(sys.mkdir("/ro/d", 0o755), Err(Errno::EROFS));
            assert_eq!(sys.unlink("/ro/bin/main"), Err(Errno::EROFS));
            sys.write_file("/scratch/t", b"").unwrap();
            assert_eq!(sys.rename("/scratch/t", "/tmp/t"), Err(Errno::EXDEV));
            assert_eq!(sys.rmdir("/scratch"), Err(Errno::EBUSY));
            let mounts = sys.read_file("/proc/mounts").unwrap();
            let mounts = String::from_utf8_lossy(&mounts).into_owned();
            assert!(
                mounts.starts_with("overlay / overlay rw,relatime"),
                "{mounts}"
            );
            assert!(mounts.contains(" /ro ext4 ro,"), "{mounts}");
            0
        }),
    );
    let volume: RootFs = Arc::default();
    let file: RootFs = Arc::default();
    {
        let metadata =
            crate::fs::Metadata::new(crate::fs::FileKind::File, 0o644, 0, 0, kernel.now());
        file.lock()
            .unwrap()
            .create("/h", metadata, bytes::Bytes::from_static(b"bound"))
            .unwrap();
        let directory =
            crate::fs::Metadata::new(crate::fs::FileKind::Directory, 0o755, 0, 0, kernel.now());
        volume
            .lock()
            .unwrap()
            .create("/deep", directory, bytes::Bytes::new())
            .unwrap();
    }
    let mount = |target: &str, source, read_only| Mount {
        target: target.to_owned(),
        source,
        read_only,
    };
    let spec = ContainerSpec {
        mounts: vec![
            mount(
                "/data",
                MountSource::Tree(volume.clone(), "/".into()),
                false,
            ),
            mount("/etc/hosts", MountSource::Tree(file, "/h".into()), false),
            mount("/ro", MountSource::Tree(tree(), String::new()), true),
            mount("/scratch", MountSource::Tmpfs, false),
        ],
        ..spec(&["main"])
    };
    let root = spec.root.clone();
    assert_eq!(
        outcome(kernel.start_container(spec).unwrap()).await.status,
        WaitStatus::Exited(0)
    );
    assert_eq!(volume.lock().unwrap().read("/deep/v").unwrap(), "kept");
    let shown: Vec<String> = root
        .lock()
        .unwrap()
        .changes()
        .into_iter()
        .map(|it| it.path)
        .collect();
    assert!(
        shown.contains(&"/data".to_owned()) && !shown.contains(&"/data/deep".to_owned()),
        "{shown:?}"
    );
}

#[tokio::test]
async fn a_read_only_root_refuses_writing() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            assert_eq!(sys.write_file("/tmp/x", b""), Err(Errno::EROFS));
            assert_eq!(sys.write_file("/etc/passwd", b""), Err(Errno::EROFS));
            sys.write_file("/dev/null", b"x").unwrap();
            sys.write_file("/dev/shm/x", b"x").unwrap();
            0
        }),
    );
    let spec = ContainerSpec {
        read_only: true,
        ..spec(&["main"])
    };
    assert_eq!(
        outcome(kernel.start_container(spec).unwrap()).await.status,
        WaitStatus::Exited(0)
    );
}

#[tokio::test]
async fn devices_do_what_they_are_known_for() {
    let done = run(|sys| async move {
        let both = OpenFlags {
            read: true,
            write: true,
            ..OpenFlags::default()
        };
        let zero = sys.open("/dev/zero", both, 0).unwrap();
        assert_eq!(sys.read(zero, 3).await.unwrap(), &[0, 0, 0][..]);
        // `dd bs=1M` asks for a whole block.
        assert_eq!(sys.read(zero, 1 << 20).await.unwrap().len(), 1 << 20);
        let full = sys.open("/dev/full", both, 0).unwrap();
        assert_eq!(sys.write(full, b"x").await, Err(Errno::ENOSPC));
        let random = sys.open("/dev/urandom", both, 0).unwrap();
        let (one, two) = (
            sys.read(random, 16).await.unwrap(),
            sys.read(random, 16).await.unwrap(),
        );
        assert_ne!(one, two);
        assert_eq!(sys.open("/dev/tty", both, 0), Err(Errno::ENXIO));
        let out = sys
            .open(
                "/dev/stdout",
                OpenFlags {
                    read: false,
                    ..both
                },
                0,
            )
            .unwrap();
        sys.write(out, b"through the link").await.unwrap();
        assert!(
            sys.read_link("/proc/self/fd/1")
                .unwrap()
                .starts_with("pipe:[")
        );
        assert!(!sys.is_tty(1));
        0
    })
    .await;
    assert_eq!(done.stdout, "through the link");
}

#[tokio::test]
async fn proc_tells_of_processes() {
    let done = run(|sys| async move {
        let text = |path: &str| String::from_utf8(sys.read_file(path).unwrap().to_vec()).unwrap();
        assert_eq!(text("/proc/1/comm"), "main\n");
        assert_eq!(text("/proc/self/cmdline"), "main\0");
        assert!(text("/proc/1/status").contains("Pid:\t1\nPPid:\t0\n"));
        assert!(text("/proc/1/stat").starts_with("1 (main) R 0 1 1 0 -1 "));
        assert_eq!(text("/proc/1/cgroup"), "0::/\n");
        assert!(text("/proc/1/environ").contains("PATH=/usr/bin:/bin\0"));
        assert_eq!(sys.read_link("/proc/1/exe").unwrap(), "/bin/main");
        assert!(
            sys.read_link("/proc/1/ns/pid")
                .unwrap()
                .starts_with("pid:[40265")
        );
        assert_eq!(sys.read_link("/proc/self").unwrap(), "1");
        assert!(text("/proc/meminfo").starts_with("MemTotal:        4194304 kB\n"));
        assert_eq!(text("/proc/cpuinfo").matches("processor\t").count(), 2);
        assert_eq!(text("/proc/sys/kernel/hostname"), "boite\n");
        assert_eq!(text("/proc/sys/kernel/random/boot_id").len(), 37);
        assert_eq!(text("/proc/loadavg").split(' ').count(), 5);
        assert_eq!(sys.stat("/proc/2"), Err(Errno::ENOENT));
        assert_eq!(sys.write_file("/proc/uptime", b""), Err(Errno::EACCES));
        let names: Vec<String> = sys
            .read_dir("/proc")
            .unwrap()
            .into_iter()
            .map(|it| it.name)
            .collect();
        assert!(
            names.contains(&"1".to_owned()) && names.contains(&"uptime".to_owned()),
            "{names:?}"
        );
        for folder in ["/proc/1", "/proc/1/task/1"] {
            for entry in sys.read_dir(folder).unwrap() {
                let path = format!("{folder}/{}", entry.name);
                assert!(sys.lstat(&path).is_ok(), "{path}");
            }
        }
        // A walk through /proc ends.
        assert!(sys.lstat("/proc/1/task/1/comm").is_ok());
        assert!(sys.lstat("/proc/1/task/1/task").is_err());
        0
    })
    .await;
    assert_eq!(done.status, WaitStatus::Exited(0));
}

#[tokio::test]
async fn the_host_sees_the_processes_of_containers() {
    let kernel = boot();
    kernel.install("main", program(|_| std::future::pending()));
    kernel.install(
        "child",
        program(|sys| async move {
            let pid = sys.args()[1].clone();
            let text = |name: &str| sys.read_file(&format!("/proc/{pid}/{name}")).unwrap();
            sys.write(1, &text("cgroup")).await.unwrap();
            assert!(
                String::from_utf8_lossy(&text("status")).contains(&format!("NSpid:\t{pid}\t1\n"))
            );
            let own = sys.read_link("/proc/self/ns/uts").unwrap();
            assert_eq!(own, "uts:[4026531838]");
            assert_ne!(sys.read_link(&format!("/proc/{pid}/ns/uts")).unwrap(), own);
            assert_eq!(
                sys.read_link(&format!("/proc/{pid}/ns/user")).unwrap(),
                "user:[4026531837]"
            );
            0
        }),
    );
    let container = kernel.start_container(spec(&["main"])).unwrap();
    let env = Environment::from([("PATH".to_owned(), "/bin".to_owned())]);
    let argv = vec!["child".to_owned(), container.pid.0.to_string()];
    let done = outcome(kernel.spawn_host(argv, env, "/", None).unwrap()).await;
    assert_eq!(
        (done.stdout.as_str(), done.status),
        (
            "0::/system.slice/docker-c0ffee.scope\n",
            WaitStatus::Exited(0)
        )
    );
}

#[tokio::test]
async fn executables_of_an_archive_run_by_their_links_names() {
    // Made as Debian's busybox root is: names from `./`, applets that are links to one binary.
    let mut archive = ::tar::Builder::new(Vec::new());
    let mut header = ::tar::Header::new_gnu();
    header.set_mode(0o755);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_entry_type(::tar::EntryType::Directory);
    header.set_size(0);
    for path in ["./", "./bin/"] {
        archive
            .append_data(&mut header, path, std::io::empty())
            .unwrap();
    }
    header.set_entry_type(::tar::EntryType::Symlink);
    archive
        .append_link(&mut header, "./bin/sh", "busybox")
        .unwrap();
    header.set_entry_type(::tar::EntryType::Regular);
    header.set_size(8);
    archive
        .append_data(&mut header, "./bin/busybox", &b"\x7fELF\x02\x01\x01\0"[..])
        .unwrap();
    header.set_entry_type(::tar::EntryType::Link);
    header.set_size(0);
    archive
        .append_link(&mut header, "./bin/ls", "./bin/busybox")
        .unwrap();
    let archive = archive.into_inner().unwrap();

    let kernel = boot();
    kernel.install(
        "busybox",
        program(|sys| async move {
            say(&sys, format!("{:?}", sys.args())).await;
            0
        }),
    );
    kernel.install("ls", program(|_| async { 4 }));
    let layer = Layer::from_tar(&archive[..]).unwrap();
    let root: RootFs = Arc::new(Mutex::new(Overlay::new(&[layer])));
    let start = |argv: &[&str]| {
        outcome(
            kernel
                .start_container(ContainerSpec {
                    root: root.clone(),
                    ..spec(argv)
                })
                .unwrap(),
        )
    };
    assert_eq!(start(&["ls"]).await.status, WaitStatus::Exited(4));
    assert_eq!(
        start(&["sh", "-c", "x"]).await.stdout,
        "[\"sh\", \"-c\", \"x\"]"
    );
}

#[tokio::test]
async fn named_pipes_wait_for_the_other_end() {
    let done = run(|sys| async move {
        sys.mkfifo("/tmp/p", 0o644).unwrap();
        let child = sys
            .fork(
                ForkOptions::default(),
                body(|child| async move {
                    let out = child
                        .open(
                            "/tmp/p",
                            OpenFlags {
                                create: false,
                                ..CREATE
                            },
                            0,
                        )
                        .unwrap();
                    child.write(out, b"through").await.unwrap();
                    0
                }),
            )
            .unwrap();
        let input = sys
            .open(
                "/tmp/p",
                OpenFlags {
                    read: true,
                    ..OpenFlags::default()
                },
                0,
            )
            .unwrap();
        sys.write(1, &sys.read(input, 100).await.unwrap())
            .await
            .unwrap();
        assert!(sys.read(input, 100).await.unwrap().is_empty());
        sys.wait(Some(child)).await.unwrap().1.code()
    })
    .await;
    assert_eq!(
        (done.stdout.as_str(), done.status),
        ("through", WaitStatus::Exited(0))
    );
}
