use super::*;

const START: &str = r#"{"status":"start","id":"c1","from":"busybox","Type":"container","Action":"start","Actor":{"ID":"c1","Attributes":{"image":"busybox","name":"vitrine"}},"scope":"local","time":1700000000,"timeNano":1700000000123456789}"#;

#[test]
fn an_event_is_read_as_the_engine_writes_it() {
    let mut pending = BytesMut::from(format!("{START}\n").as_str());
    let events = take_events(&mut pending).unwrap();
    let [event] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(
        (event.kind.as_str(), event.action.as_str()),
        ("container", "start")
    );
    assert_eq!((event.id.as_str(), event.name()), ("c1", "vitrine"));
    assert_eq!(event.time, EventTime(1_700_000_000_123_456_789));
}

#[test]
fn objects_are_taken_whole_wherever_the_stream_is_cut() {
    let text = format!("{START}\n{START}{START}\n");
    for cut in 0..text.len() {
        let mut pending = BytesMut::from(&text.as_bytes()[..cut]);
        let mut events = take_events(&mut pending).unwrap();
        pending.extend_from_slice(&text.as_bytes()[cut..]);
        events.extend(take_events(&mut pending).unwrap());
        assert_eq!(events.len(), 3, "cut at {cut}");
        assert!(
            pending.iter().all(u8::is_ascii_whitespace),
            "cut at {cut}: {pending:?}"
        );
    }
}

#[test]
fn what_is_not_json_is_an_error() {
    let mut pending = BytesMut::from("<html>");
    assert!(take_events(&mut pending).is_err());
}

#[test]
fn what_happened_before_is_dropped_unless_its_time_is_unknown() {
    let at = |time: i64| {
        let mut pending = BytesMut::from(START);
        let mut event = take_events(&mut pending).unwrap().remove(0);
        event.time = EventTime(time);
        event
    };
    assert!(is_older(&at(9), Some(EventTime(10))));
    assert!(!is_older(&at(10), Some(EventTime(10))));
    assert!(!is_older(&at(0), Some(EventTime(10))));
    assert!(!is_older(&at(9), None));
}

#[test]
fn what_the_program_runs_in_containers_is_no_event() {
    let event = |action: &str, exec: &str| EngineEvent {
        kind: "container".to_owned(),
        action: action.to_owned(),
        id: "c1".to_owned(),
        attributes: [("execID".to_owned(), exec.to_owned())].into(),
        time: EventTime(1),
    };
    let mut own = Own::default();
    let mine = "exec_create: sh -c cat /proc/1/status moussaillon";
    assert!(own.is_ours(&event(mine, "e1")));
    assert!(!own.is_ours(&event("exec_create: sh -c echo moussaillon-non", "e2")));
    assert!(own.is_ours(&event(&mine.replace("create", "start"), "e1")));
    assert!(!own.is_ours(&event("exec_die", "e2")));
    assert!(own.is_ours(&event("exec_die", "e1")));
    assert!(!own.is_ours(&event("die", "e1")));
    assert!(own.execs.is_empty());
}

/// What Podman 4.3.1 writes, shortened.
#[test]
fn podmans_events_are_read_in_dockers_words() {
    const ID: &str = "13c9c60fe8dd873215277444639721788734b573cdc94925698a560e224ede6e";
    let read = |kind: &str, action: &str, id: &str, name: &str| {
        let text = format!(
            r#"{{"status":"{action}","Type":"{kind}","Action":"{action}","Actor":{{"ID":"{id}","Attributes":{{"containerExitCode":"0","image":"","name":"{name}","podId":""}}}},"time":1,"timeNano":1}}"#
        );
        take_events(&mut BytesMut::from(text.as_str()))
            .unwrap()
            .remove(0)
    };
    let told = |event: &EngineEvent| (event.action.clone(), event.id.clone());
    let volume = read("volume", "create", "", "vol1");
    assert_eq!(told(&volume), ("create".to_owned(), "vol1".to_owned()));
    let volume = read("volume", "remove", "", "vol1");
    assert_eq!(told(&volume), ("destroy".to_owned(), "vol1".to_owned()));
    for (theirs, dockers) in [
        ("exec", "exec_start"),
        ("exec_died", "exec_die"),
        ("remove", "destroy"),
        ("die", "die"),
    ] {
        assert_eq!(read("container", theirs, ID, "c1").action, dockers);
    }
    let network = read("network", "connect", ID, "c1");
    assert_eq!((network.name(), network.id.as_str()), ("", ""));
    assert_eq!(network.attributes["container"], ID);
    // An image that lost a name is told as deleted, and is still there.
    let image = read("image", "delete", ID, "docker.io/library/moi:1");
    assert_eq!(told(&image), ("untag".to_owned(), format!("sha256:{ID}")));
}
