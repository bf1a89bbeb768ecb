use super::*;

fn labelled(body: &str) -> Option<String> {
    add_to_body(body.as_bytes(), "s1").map(|it| String::from_utf8(it).unwrap())
}

#[test]
fn only_calls_that_create_are_concerned() {
    for path in [
        "/v1.51/containers/create?name=a",
        "/containers/create",
        "/v1.41/volumes/create",
    ] {
        assert!(concerns_body("POST", path), "{path}");
    }
    for path in [
        "/v1.51/containers/json",
        "/v1.51/exec/a/start",
        "/volumes/create/x",
        "/v",
    ] {
        assert!(!concerns_body("POST", path), "{path}");
    }
    assert!(!concerns_body("GET", "/containers/create"));
}

#[test]
fn the_label_joins_the_others_and_replaces_none() {
    let label = r#"{"Image":"b","Labels":{"moussaillon.session":"s1"},"Memory":9007199254740993}"#;
    assert_eq!(
        labelled(r#"{"Image":"b","Labels":null,"Memory":9007199254740993}"#).as_deref(),
        Some(label)
    );
    assert_eq!(
        labelled(r#"{"Labels":{"a":"b"}}"#).as_deref(),
        Some(r#"{"Labels":{"a":"b","moussaillon.session":"s1"}}"#)
    );
    assert_eq!(
        labelled("{}").as_deref(),
        Some(r#"{"Labels":{"moussaillon.session":"s1"}}"#)
    );
    // Already labelled, or nothing that the engine would take.
    for body in [
        r#"{"Labels":{"moussaillon.session":"other"}}"#,
        "",
        "[]",
        r#"{"Labels":3}"#,
        "{",
    ] {
        assert_eq!(labelled(body), None, "{body}");
    }
}

#[test]
fn a_build_gets_the_label_in_its_query() {
    let added = |path: &str| add_to_build("POST", path, "s1");
    let mine = "labels=%7B%22moussaillon.session%22%3A%22s1%22%7D";
    assert_eq!(
        added("/v1.51/build?t=a%3Ab").unwrap(),
        format!("/v1.51/build?t=a%3Ab&{mine}")
    );
    assert_eq!(
        added("/build?labels=%7B%7D").unwrap(),
        format!("/build?{mine}")
    );
    assert_eq!(added("/build").unwrap(), format!("/build?{mine}"));
    let other = added("/build?labels=%7B%22a%22%3A%22b+c%22%7D&rm=1").unwrap();
    let expected = r#"{"a":"b c","moussaillon.session":"s1"}"#;
    assert_eq!(
        percent::decode_form(other.strip_prefix("/build?rm=1&labels=").unwrap()),
        expected
    );
    assert_eq!(added(&format!("/build?{mine}")), None);
    assert_eq!(added("/build/prune"), None);
    assert_eq!(add_to_build("GET", "/build", "s1"), None);
}
