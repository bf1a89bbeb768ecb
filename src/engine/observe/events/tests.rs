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
