use serde_json::json;

use super::*;

#[test]
fn a_container_s_typed_fields_are_those_of_its_document() {
    let document = json!({
        "Id": "c1", "Name": "/vitrine", "Image": "sha256:i", "Path": "sleep", "Args": ["600"],
        "State": {"Status": "exited", "ExitCode": 137},
        "Config": {"Image": "busybox", "Labels": {"a": "b"}},
        "NetworkSettings": {"Ports": {
            "80/tcp": [{"HostIp": "::", "HostPort": "8080"}, {"HostIp": "0.0.0.0", "HostPort": "8080"}],
            "53/udp": null
        }}
    });
    let container = container(document.clone(), None);
    assert_eq!(
        (container.id.as_str(), container.name.as_str()),
        ("c1", "vitrine")
    );
    assert_eq!(
        (container.image.as_str(), container.image_id.as_str()),
        ("busybox", "sha256:i")
    );
    assert_eq!(
        (container.state, container.exit_code),
        (ContainerState::Exited, 137)
    );
    assert_eq!(container.command, ["sleep", "600"]);
    let ports: Vec<_> = container
        .ports
        .iter()
        .map(|it| (it.host_ip.as_str(), it.host))
        .collect();
    assert_eq!(ports, [("0.0.0.0", 8080), ("::", 8080)]);
    assert_eq!(
        (
            container.ports[0].container,
            container.ports[0].protocol.as_str()
        ),
        (80, "tcp")
    );
    assert_eq!(container.labels["a"], "b");
    assert_eq!(*container.document, document);
}

#[test]
fn states_of_other_engines_are_understood() {
    let state = |word: &str, running: bool| {
        super::state(&json!({"State": {"Status": word, "Running": running}}))
    };
    assert_eq!(state("paused", true), ContainerState::Paused);
    assert_eq!(state("initialized", false), ContainerState::Created);
    assert_eq!(state("stopping", false), ContainerState::Running);
    assert_eq!(state("nouveau", true), ContainerState::Running);
    assert_eq!(state("stopped", false), ContainerState::Exited);
}

#[test]
fn an_image_without_a_name_has_no_tag() {
    let image = image(json!({
        "Id": "sha256:i", "RepoTags": ["b:2", "<none>:<none>", "a:1"], "Size": 12,
        "RootFS": {"Layers": ["sha256:l1", "sha256:l2"]}
    }));
    assert_eq!(image.tags, ["a:1", "b:2"]);
    assert_eq!((image.size, image.layers.len()), (12, 2));
    assert!(
        super::image(json!({"Id": "sha256:i", "RepoTags": null}))
            .tags
            .is_empty()
    );
}

#[test]
fn changes_are_sorted_and_none_is_none() {
    let document =
        json!([{"Path": "/b", "Kind": 1}, {"Path": "/a", "Kind": 0}, {"Path": "/c", "Kind": 2}]);
    let letters: String = changes(&document)
        .iter()
        .map(|it| it.path.clone() + it.kind.letter())
        .collect();
    assert_eq!(letters, "/aC/bA/cD");
    assert!(changes(&Value::Null).is_empty());
}
