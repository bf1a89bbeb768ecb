use super::hijack::detach_keys;
use super::limits::{LIMITS, Refusal, refusal, table};

#[test]
fn detach_keys_are_read() {
    assert_eq!(detach_keys("").unwrap(), [16, 17]);
    assert_eq!(detach_keys("ctrl-a,x").unwrap(), [1, b'x']);
    assert_eq!(
        detach_keys("ctrl-é").unwrap_err().message,
        "Invalid detach keys (ctrl-é) provided"
    );
}

#[test]
fn the_table_decides_what_is_refused() {
    let status = |method: hyper::Method, path: &str| {
        let segments: Vec<&str> = path.split('/').collect();
        refusal(&method, &segments).map(|it| it.status())
    };
    assert_eq!(status(hyper::Method::POST, "session"), Some(501));
    assert_eq!(
        status(hyper::Method::POST, "containers/x/checkpoints"),
        Some(501)
    );
    assert_eq!(status(hyper::Method::GET, "nulle/part"), None);
    assert_eq!(status(hyper::Method::GET, "containers/x/nulle-part"), None);
}

#[test]
fn the_table_is_published_whole() {
    let text = table();
    for limit in LIMITS {
        let beginning = limit.what.split([' ', '’']).next().unwrap();
        assert!(text.contains(beginning), "{}", limit.what);
        assert!(limit.refusal == Refusal::Partial || !limit.what.is_empty());
    }
    assert!(!text.contains(" :"), "no-break spaces before the colons");
}
