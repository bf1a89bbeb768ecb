use serde_json::json;

use super::proof::{is_near, prove};
use super::*;
use crate::engine::{Origin, Target};
use crate::inside::recorded::Recorded;
use crate::sim::machine::MachineOptions;

#[test]
fn a_process_is_proved_by_its_cgroup_or_by_its_depth_and_command() {
    let one = Recorded::v1();
    assert_eq!(prove(&one.files, &one.subject(), false), Ok(()));
    // Rootless without systemd: `0::/` says nothing.
    let bare = Recorded::rootless();
    assert_eq!(prove(&bare.files, &bare.subject(), true), Ok(()));
    assert!(
        prove(&bare.files, &bare.subject(), false).is_err(),
        "far away"
    );
    let mut other = bare.subject();
    other.argv = vec!["sleep".to_owned(), "901".to_owned()];
    let refused = prove(&bare.files, &other, true).unwrap_err();
    assert!(refused.contains("un autre processus"), "{refused}");
    // The same number, of another container.
    let mut other = one.subject();
    other.id = "f".repeat(64);
    other.argv.clear();
    assert!(prove(&one.files, &other, true).is_err());
    other.pid = 4_000_000;
    let refused = prove(&one.files, &other, true).unwrap_err();
    assert!(refused.contains("n’existe pas"), "{refused}");
}

#[tokio::test]
async fn an_engine_on_a_socket_may_be_near() {
    let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
    let target = |url: &str| Target {
        url: url.to_owned(),
        origin: Origin::Flag,
        ..Target::simulator(machine.dialer())
    };
    assert!(is_near(&target("unix:///var/run/docker.sock")));
    assert!(!is_near(&target("tcp://127.0.0.1:2375")));
    assert!(!is_near(&target("ssh://salle")));
}

#[test]
fn a_description_without_a_process_has_none() {
    assert_eq!(Subject::of(&json!({})), Subject::default());
    assert_eq!(Subject::of(&json!({"State": {"Pid": -3}})).pid, 0);
    let subject = Subject::of(&json!({"Path": "sh", "Args": ["-c", "x"], "State": {"Pid": 7}}));
    assert_eq!((subject.pid, subject.argv.len()), (7, 3));
}

#[test]
fn this_machine_says_why_it_refuses() {
    let error = Local.read("/proc/nulle-part").unwrap_err();
    assert_eq!(
        why("/proc/nulle-part", &error),
        "/proc/nulle-part\u{a0}: absent"
    );
    let words = why("/proc/1/ns/pid", &of("EACCES"));
    assert!(words.contains("réservé à root"), "{words}");
    assert!(Local.names("/").unwrap().contains(&"proc".to_owned()));
}

#[tokio::test]
async fn the_simulated_machine_s_files_are_read_as_root_does() {
    let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
    let files: &dyn Files = &machine;
    assert!(
        files
            .read("/proc/1/status")
            .unwrap()
            .starts_with("Name:\tinit")
    );
    assert_eq!(files.link("/proc/1/ns/pid").unwrap(), "pid:[4026531836]");
    assert!(files.names("/proc").unwrap().contains(&"1".to_owned()));
    let error = files.read("/proc/99999/status").unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    assert!(files.read("/proc").is_err(), "a folder is no file");
}
