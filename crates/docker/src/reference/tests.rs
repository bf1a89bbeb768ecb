use super::*;

#[test]
fn names_are_completed_and_shortened() {
    for (text, full, familiar) in [
        (
            "busybox",
            "docker.io/library/busybox:latest",
            "busybox:latest",
        ),
        (
            "docker.io/library/nginx:1.27",
            "docker.io/library/nginx:1.27",
            "nginx:1.27",
        ),
        (
            "bitnami/redis",
            "docker.io/bitnami/redis:latest",
            "bitnami/redis:latest",
        ),
        (
            "localhost:5000/app",
            "localhost:5000/app:latest",
            "localhost:5000/app:latest",
        ),
        ("ghcr.io/o/app:v1", "ghcr.io/o/app:v1", "ghcr.io/o/app:v1"),
    ] {
        let reference = Reference::parse(text).unwrap().with_default_tag();
        assert_eq!(
            (reference.full().as_str(), reference.familiar().as_str()),
            (full, familiar)
        );
    }
}

#[test]
fn errors_are_those_of_docker() {
    let error = |text| Reference::parse(text).unwrap_err();
    assert_eq!(
        error("BusyBox"),
        "invalid reference format: repository name (library/BusyBox) must be lowercase"
    );
    assert_eq!(error("busybox:"), "invalid reference format");
    assert_eq!(error("a b"), "invalid reference format");
    assert_eq!(error(""), "invalid reference format");
    assert!(error(&"a".repeat(64)).starts_with("invalid repository name (aaaa"));
}
