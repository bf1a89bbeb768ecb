use crate::domain::capabilities;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::cgroup::Version;
use super::limits::{Amount, Limit, Verdict, asked, confront};
use super::*;
use crate::engine::Target;
use crate::inside::recorded::Recorded;
use crate::inside::{Need, Pace, follow as follow_need};
use crate::sim::machine::{Machine, MachineOptions};

fn verdicts(recorded: &Recorded) -> Vec<(Limit, Verdict)> {
    let reading = recorded.reading();
    let cgroup = reading.cgroup.unwrap().unwrap();
    let confronted = confront(&cgroup, &recorded.document["HostConfig"]);
    confronted
        .into_iter()
        .map(|it| (it.limit, it.verdict))
        .collect()
}

#[test]
fn version_1_on_a_hybrid_machine() {
    let recorded = Recorded::v1();
    let reading = recorded.reading();
    let own: Vec<&str> = reading
        .namespaces
        .iter()
        .filter(|it| it.sharing() == Sharing::Own)
        .map(|it| it.sort.name())
        .collect();
    assert_eq!(own, ["mnt", "pid", "net", "uts", "ipc"]);
    let cgroup = reading.cgroup.unwrap().unwrap();
    assert_eq!((cgroup.version, cgroup.own), (Version::One, true));
    assert!(
        cgroup.folder.starts_with("/sys/fs/cgroup/memory/docker/"),
        "{}",
        cgroup.folder
    );
    assert_eq!(cgroup.usage.oom_kills, Some(0));
    assert_eq!(cgroup.usage.frozen, Some(false));
    assert_eq!(cgroup.usage.pids, Some(3));
    let status = reading.status.unwrap().unwrap();
    assert_eq!((status.inner(), status.seccomp), (Some(1), Some(2)));
    assert_eq!(status.capabilities, Some(capabilities::DEFAULT));
    assert_eq!(reading.uid_map, [(0, 0, 4_294_967_295)]);
    let mounts = reading.mounts.unwrap().unwrap();
    let root = mounts.iter().find(|it| it.target == "/").unwrap();
    assert_eq!(root.option("lowerdir").unwrap().split(':').count(), 2);
    let all_same = verdicts(&recorded);
    assert!(
        all_same.iter().all(|it| it.1 == Verdict::Same),
        "{all_same:?}"
    );
}

#[test]
fn version_2_without_swap_accounting() {
    let recorded = Recorded::v2();
    let reading = recorded.reading();
    let cgroup = reading.cgroup.unwrap().unwrap();
    assert_eq!((cgroup.version, cgroup.own), (Version::Two, true));
    let (periods, held, time) = cgroup.usage.throttling.unwrap();
    assert_eq!(
        (periods, held, time),
        (24, 15, Duration::from_micros(1_017_966))
    );
    assert_eq!(cgroup.usage.peak, Some(5_046_272));
    // 512 shares are a weight of 20: another scale, not a difference.
    let verdicts = verdicts(&recorded);
    assert!(verdicts.contains(&(Limit::Weight, Verdict::Converted)));
    assert!(verdicts.iter().all(|it| !it.1.is_warning()), "{verdicts:?}");
    assert!(reading.mounts.unwrap().unwrap_err().contains("absent"));
    assert!(reading.status.unwrap().is_err());
}

#[test]
fn rootless_without_systemd_applies_nothing_and_says_so() {
    let recorded = Recorded::rootless();
    let reading = recorded.reading();
    let cgroup = reading.cgroup.as_ref().unwrap().as_ref().unwrap();
    assert!(!cgroup.own);
    assert_eq!(
        cgroup.usage,
        cgroup::Usage::default(),
        "not the whole machine's"
    );
    let verdicts = verdicts(&recorded);
    assert!(verdicts.contains(&(Limit::Memory, Verdict::NoGroup)));
    // No limit was asked of swap (-1): none is missing.
    assert!(verdicts.contains(&(Limit::Swap, Verdict::Nothing)));
    let status = reading.status.as_ref().unwrap().as_ref().unwrap();
    assert_eq!(status.capabilities, None, "not recorded is not none at all");
    let user = reading.namespaces.iter().find(|it| it.sort == Sort::User);
    assert_eq!(user.unwrap().sharing(), Sharing::Own);
    let net = reading.namespaces.iter().find(|it| it.sort == Sort::Net);
    assert!(net.unwrap().inode.is_err());
    assert_eq!(status::inner_uid(&reading.uid_map, 1000), Some(0));
    assert_eq!(status::inner_uid(&reading.uid_map, 100_998), Some(999));
    assert_eq!(status::inner_uid(&reading.uid_map, 0), None);
}

#[test]
fn what_is_asked_and_what_is_applied_are_told_apart() {
    let mut cgroup = Recorded::v2().reading().cgroup.unwrap().unwrap();
    let mut verdict = |limit: Limit, text: Option<&str>, config: Value| {
        let at = cgroup.applied.iter_mut().find(|it| it.limit == limit);
        at.unwrap().text = text.map(str::to_owned);
        let all = confront(&cgroup, &config);
        all.into_iter()
            .find(|it| it.limit == limit)
            .unwrap()
            .verdict
    };
    let memory = |bytes: u64| json!({"Memory": bytes});
    assert_eq!(
        verdict(Limit::Memory, Some("9998336"), memory(10_000_000)),
        Verdict::Rounded
    );
    assert_eq!(
        verdict(Limit::Memory, Some("max"), memory(10_000_000)),
        Verdict::Differs
    );
    assert_eq!(
        verdict(Limit::Memory, Some("9223372036854771712"), memory(0)),
        Verdict::Same
    );
    assert_eq!(
        verdict(Limit::Memory, Some("67108864"), memory(0)),
        Verdict::Differs
    );
    assert_eq!(
        verdict(Limit::Memory, None, memory(1 << 26)),
        Verdict::NotCounted
    );
    assert_eq!(verdict(Limit::Memory, None, memory(0)), Verdict::Nothing);
    // Memory and swap together against swap alone.
    let both = json!({"Memory": 1 << 26, "MemorySwap": 1 << 27});
    assert_eq!(
        verdict(Limit::Swap, Some("67108864"), both.clone()),
        Verdict::Same
    );
    assert_eq!(verdict(Limit::Swap, None, both), Verdict::NotCounted);
    let cpuset = json!({"CpusetCpus": "0,1"});
    assert_eq!(
        verdict(Limit::Cpuset, Some("0-1"), cpuset.clone()),
        Verdict::Same
    );
    assert_eq!(verdict(Limit::Cpuset, Some("0"), cpuset), Verdict::Differs);
    let quota = json!({"CpuQuota": 25_000, "CpuPeriod": 50_000});
    assert_eq!(asked(Limit::Cpu, &quota), Some(Amount::Millicores(500)));
    assert_eq!(
        verdict(Limit::Cpu, Some("25000 50000"), quota),
        Verdict::Same
    );
    assert_eq!(
        verdict(Limit::Cpu, Some("n’importe quoi"), json!({})),
        Verdict::Nothing
    );
    assert_eq!(
        verdict(Limit::Pids, Some("max"), json!({"PidsLimit": -1})),
        Verdict::Same
    );
}

#[test]
fn bad_files_never_panic() {
    for text in [
        "",
        "x",
        "36 35",
        "a - b",
        "1 2 3 4 5 6 - ",
        "\\",
        "a \\04 \\999 \\é - x y z",
    ] {
        assert!(mounts::parse(text).len() <= 1);
        assert_eq!(Status::parse(text), None);
        assert!(status::uid_map(text).len() <= 1);
    }
    let line = "1 2 0:3 / /avec\\040espace rw shared:1 master:2 - ext4 /dev/a\\134b rw,k=v";
    let mount = &mounts::parse(line)[0];
    assert_eq!(
        (mount.target.as_str(), mount.device.as_str()),
        ("/avec espace", "/dev/a\\b")
    );
    assert_eq!((mount.option("k"), mount.has("rw")), (Some("v"), true));
}

#[test]
fn names_of_capabilities_are_counted_from_their_bits() {
    let (kept, dropped) = capabilities::split(capabilities::DEFAULT);
    assert_eq!((kept.len(), dropped.len()), (14, 27));
    assert!(kept.contains(&"NET_BIND_SERVICE") && dropped.contains(&"SYS_ADMIN"));
    assert!(capabilities::split(0x1ff_ffff_ffff).1.is_empty());
}

/// The first fact that satisfies this.
pub(crate) async fn first(need: Need, place: Place, met: impl Fn(&Fact) -> bool) -> Fact {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let all = seen.clone();
    let tell: Tell = Arc::new(move |fact| {
        all.lock().unwrap().push(fact.clone());
        let _ = sender.send(fact);
    });
    let task = tokio::spawn(follow_need(need, place, tell));
    let found = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            let fact = receiver.recv().await.unwrap();
            if met(&fact) {
                return fact;
            }
        }
    });
    let found = found.await;
    task.abort();
    found.unwrap_or_else(|_| panic!("never told; last: {:?}", seen.lock().unwrap().last()))
}

/// A simulated machine that ran this line, and where to look at it.
pub(crate) async fn simulated(line: &str) -> (Machine, Place) {
    let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
    let started = machine.run(line).unwrap();
    let mut output = started.stdio;
    let drain = async {
        while let Some(chunk) = output.stderr.recv().await {
            eprintln!("{}", String::from_utf8_lossy(&chunk));
        }
    };
    drain.await;
    let _ = started.exit.await;
    let place = Place {
        target: Target::simulator(machine.dialer()),
        machine: Some(machine.clone()),
        pace: Pace::default(),
    };
    (machine, place)
}

pub(crate) async fn id_of(place: &Place, name: &str) -> String {
    let connection = place.connect().await.unwrap();
    let path = format!("/containers/{name}/json");
    let document = connection.client.json(&path).await.unwrap();
    document["Id"].as_str().unwrap().to_owned()
}

fn is_reading(fact: &Fact) -> bool {
    matches!(fact, Fact::Kernel(_))
}

fn reading(fact: Fact) -> Reading {
    match fact {
        Fact::Kernel(reading) => *reading,
        other => panic!("{other:?}"),
    }
}

const LINE: &str = "docker run -d --name amarre -m 64m --cpus 0.5 --pids-limit 20 --cpu-shares 512 -v cale:/data busybox sleep 900; docker run -d --name second --network container:amarre busybox sleep 900";

/// What must be read of [`LINE`] wherever it runs.
fn check(reading: &Reading, host_config: &Value) {
    assert_eq!(reading.namespaces.len(), 8);
    let find = |sort: Sort| {
        reading
            .namespaces
            .iter()
            .find(|it| it.sort == sort)
            .unwrap()
    };
    assert_eq!(find(Sort::Pid).sharing(), Sharing::Own);
    assert_eq!(find(Sort::User).sharing(), Sharing::Shared);
    assert_eq!(find(Sort::Time).sharing(), Sharing::Shared);
    let cgroup = reading.cgroup.as_ref().unwrap().as_ref().unwrap();
    assert!(cgroup.own, "{cgroup:?}");
    assert!(
        cgroup.usage.memory.is_some() && cgroup.usage.pids.is_some(),
        "{cgroup:?}"
    );
    for it in confront(cgroup, host_config) {
        assert!(!it.verdict.is_warning(), "{it:?}");
        assert!(it.limit != Limit::Memory || it.applied == Some(Amount::Bytes(64 << 20)));
    }
    let mounts = reading.mounts.as_ref().unwrap().as_ref().unwrap();
    for target in ["/", "/data", "/proc", "/etc/hosts"] {
        assert!(
            mounts.iter().any(|it| it.target == target),
            "{target}: {mounts:?}"
        );
    }
    let status = reading.status.as_ref().unwrap().as_ref().unwrap();
    assert_eq!(status.inner(), Some(1));
    assert_eq!(status.capabilities, Some(capabilities::DEFAULT));
}

async fn config_of(place: &Place, name: &str) -> Value {
    let connection = place.connect().await.unwrap();
    let path = format!("/containers/{name}/json");
    connection.client.json(&path).await.unwrap()["HostConfig"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulated_kernel_is_read_like_a_real_one() {
    let (_machine, mut place) = simulated(LINE).await;
    let id = id_of(&place, "amarre").await;
    let config = config_of(&place, "amarre").await;
    let told = reading(first(Need::Kernel(id.clone()), place.clone(), is_reading).await);
    assert_eq!(told.source, Source::Simulated);
    check(&told, &config);
    let net = told
        .namespaces
        .iter()
        .find(|it| it.sort == Sort::Net)
        .unwrap();
    assert_eq!(
        (net.sharing(), net.peers.as_slice()),
        (Sharing::Own, &["second".to_owned()][..])
    );
    // Without the machine's files, the container itself is asked.
    place.machine = None;
    let told = reading(first(Need::Kernel(id), place.clone(), is_reading).await);
    assert_eq!(told.source, Source::Exec, "{:?}", told.notes);
    check(&told, &config);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_that_does_not_run_says_so() {
    let (_machine, place) = simulated("docker create --name arret busybox true").await;
    let id = id_of(&place, "arret").await;
    let told = first(Need::Kernel(id), place.clone(), |_| true).await;
    assert!(
        matches!(&told, Fact::Failed(reason) if reason.contains("ne tourne pas")),
        "{told:?}"
    );
    let gone = first(Need::Kernel("f".repeat(64)), place, |_| true).await;
    assert!(
        matches!(&gone, Fact::Failed(reason) if reason.contains("n’existe plus")),
        "{gone:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_shell_what_is_declared_is_all_there_is() {
    let line = "docker run -d --name nu busybox sh -c 'rm /bin/sh; exec sleep 900'; sleep 1";
    let (_machine, mut place) = simulated(line).await;
    let id = id_of(&place, "nu").await;
    let connection = place.connect().await.unwrap();
    let absent = ground::exec::read(&connection.client, &id, |files| {
        ground::Files::read(files, "/nulle/part").is_ok()
    });
    let refused = absent.await.unwrap_err();
    assert!(refused.contains("pas de shell"), "{refused}");
    place.machine = None;
    let told = reading(first(Need::Kernel(id), place, is_reading).await);
    assert_eq!(told.source, Source::Declared);
    assert!(
        told.notes.iter().any(|it| it.contains("d’appoint")),
        "{:?}",
        told.notes
    );
    assert!(
        told.namespaces
            .iter()
            .all(|it| it.sharing() == Sharing::Unknown)
    );
}

/// A container on the real engine that `MOUSSAILLON_TEST_ENGINE` names, removed at the end.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_kernel_is_read_here_and_from_inside() {
    let Some(target) = crate::engine::real::engine() else {
        return;
    };
    let host = target.url.clone();
    let name = crate::engine::real::unique("noyau");
    let _cleanup = crate::engine::real::Cleanup::container(&host, &name);
    let arguments = "run -d -m 64m --cpus 0.5 --pids-limit 20 --cpu-shares 512 -v /data --name";
    let mut arguments: Vec<&str> = arguments.split(' ').collect();
    arguments.extend([name.as_str(), "busybox", "sleep", "900"]);
    let id = crate::engine::real::succeed(&host, &arguments).await;
    let place = Place {
        target,
        machine: None,
        pace: Pace::default(),
    };
    let config = config_of(&place, &name).await;
    let told = reading(first(Need::Kernel(id.clone()), place.clone(), is_reading).await);
    assert_eq!(
        told.source,
        Source::Local,
        "the engine must be on this machine: {:?}",
        told.notes
    );
    check(&told, &config);
    let connection = place.connect().await.unwrap();
    let inside = ground::exec::read(&connection.client, &id, |files| read::inside(files, true));
    check(&inside.await.unwrap(), &config);
}
