use std::time::Duration;

use super::*;

fn limited(limits: CgroupLimits) -> ContainerSpec {
    ContainerSpec {
        limits,
        ..spec(&["main"])
    }
}

#[tokio::test]
async fn memory_beyond_the_limit_kills() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            sys.set_memory(10 << 20);
            sys.yield_now().await;
            sys.set_memory(65 << 20);
            sys.yield_now().await;
            0
        }),
    );
    let limits = CgroupLimits {
        memory: Some(64 << 20),
        ..CgroupLimits::default()
    };
    let done = outcome(kernel.start_container(limited(limits)).unwrap()).await;
    assert_eq!(
        (done.status, done.oom),
        (WaitStatus::Signaled(Signal::KILL), true)
    );
    let done = outcome(
        kernel
            .start_container(limited(CgroupLimits::default()))
            .unwrap(),
    )
    .await;
    assert_eq!((done.status, done.oom), (WaitStatus::Exited(0), false));
}

#[tokio::test]
async fn the_largest_is_killed_and_the_event_is_told() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            let child = sys
                .fork(
                    ForkOptions::default(),
                    body(|child| async move {
                        child.set_memory(100 << 20);
                        child.yield_now().await;
                        0
                    }),
                )
                .unwrap();
            let status = sys.wait(Some(child)).await.unwrap().1;
            let events = sys.read_file("/sys/fs/cgroup/memory.events").unwrap();
            assert!(String::from_utf8_lossy(&events).contains("oom_kill 1\n"));
            status.code()
        }),
    );
    let limits = CgroupLimits {
        memory: Some(64 << 20),
        ..CgroupLimits::default()
    };
    let done = outcome(kernel.start_container(limited(limits)).unwrap()).await;
    assert_eq!((done.status, done.oom), (WaitStatus::Exited(137), true));
}

#[tokio::test]
async fn the_number_of_processes_is_limited() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            let mut count = 0;
            let refused = loop {
                let forked = sys.fork(ForkOptions::default(), body(|_| std::future::pending()));
                match forked {
                    Ok(_) => count += 1,
                    Err(error) => break error,
                }
            };
            let max = sys.read_file("/sys/fs/cgroup/pids.max").unwrap();
            let current = sys.read_file("/sys/fs/cgroup/pids.current").unwrap();
            say(
                &sys,
                format!("{count} {} {max:?} {current:?}", refused.name),
            )
            .await;
            0
        }),
    );
    let limits = CgroupLimits {
        pids: Some(4),
        ..CgroupLimits::default()
    };
    let done = outcome(kernel.start_container(limited(limits)).unwrap()).await;
    assert_eq!(done.stdout, "3 EAGAIN b\"4\\n\" b\"4\\n\"");
}

#[tokio::test(start_paused = true)]
async fn processor_time_follows_shares_and_limits() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            sys.set_cpu(1.0);
            say(&sys, "busy").await;
            std::future::pending().await
        }),
    );
    let limits = CgroupLimits {
        cpus: Some(0.5),
        ..CgroupLimits::default()
    };
    let mut started = kernel.start_container(limited(limits)).unwrap();
    started.stdio.stdout.recv().await.unwrap();
    let pid = started.pid;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let near = |time: Duration, seconds: f64| (time.as_secs_f64() - seconds).abs() < 0.2;
    assert!(near(kernel.cpu_of(pid), 5.0), "{:?}", kernel.cpu_of(pid));
    assert!(near(kernel.processes_of(pid)[0].cpu, 5.0));
    kernel.freeze(pid, true);
    tokio::time::sleep(Duration::from_secs(10)).await;
    kernel.freeze(pid, false);
    assert!(near(kernel.cpu_of(pid), 5.0), "{:?}", kernel.cpu_of(pid));
    kernel.set_limits(pid, CgroupLimits::default());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(near(kernel.cpu_of(pid), 7.0), "{:?}", kernel.cpu_of(pid));
}

#[tokio::test]
async fn the_files_of_a_cgroup_say_its_limits() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            for name in ["memory.max", "cpu.max", "pids.max", "cgroup.procs"] {
                let path = format!("/sys/fs/cgroup/{name}");
                sys.write(1, &sys.read_file(&path).unwrap()).await.unwrap();
            }
            assert_eq!(
                sys.write_file("/sys/fs/cgroup/pids.max", b"9"),
                Err(Errno::EROFS)
            );
            0
        }),
    );
    let limits = CgroupLimits {
        memory: Some(64 << 20),
        cpus: Some(1.5),
        ..CgroupLimits::default()
    };
    let done = outcome(kernel.start_container(limited(limits)).unwrap()).await;
    assert_eq!(done.stdout, "67108864\n150000 100000\nmax\n1\n");
    kernel.install(
        "child",
        program(|sys| async move {
            let path = "/sys/fs/cgroup/system.slice/docker-c0ffee.scope/cpu.max";
            sys.write(1, &sys.read_file(path).unwrap()).await.unwrap();
            0
        }),
    );
    kernel.install("main", program(|_| std::future::pending()));
    let limits = CgroupLimits {
        cpus: Some(0.25),
        ..CgroupLimits::default()
    };
    let _running = kernel.start_container(limited(limits)).unwrap();
    let env = Environment::from([("PATH".to_owned(), "/bin".to_owned())]);
    let host = kernel
        .spawn_host(vec!["child".into()], env, "/", None)
        .unwrap();
    assert_eq!(outcome(host).await.stdout, "25000 100000\n");
}

#[tokio::test]
async fn a_loop_gets_no_more_than_its_quota() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            loop {
                let begun = std::time::Instant::now();
                while begun.elapsed() < Duration::from_millis(1) {}
                sys.yield_now().await;
                tokio::task::yield_now().await;
            }
        }),
    );
    let limits = CgroupLimits {
        cpus: Some(0.2),
        ..CgroupLimits::default()
    };
    let begun = std::time::Instant::now();
    let started = kernel.start_container(limited(limits)).unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    let (used, elapsed) = (kernel.cpu_of(started.pid), begun.elapsed());
    assert!(
        used < elapsed / 5 + Duration::from_millis(150),
        "{used:?} of {elapsed:?}"
    );
    assert!(used > Duration::from_millis(20), "{used:?}");
    kernel.kill(started.pid, Signal::KILL).unwrap();
    outcome(started).await;
}
