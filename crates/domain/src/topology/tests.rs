use serde_json::{Value, json};

use super::*;

fn network(name: &str, more: &Value) -> Value {
    let mut document = json!({
        "Id": format!("id-{name}"), "Name": name, "Driver": "bridge", "Scope": "local",
        "Internal": false, "IPAM": {"Config": [{"Subnet": "10.1.0.0/24", "Gateway": "10.1.0.1"}]},
    });
    for (key, value) in more.as_object().unwrap() {
        document[key] = value.clone();
    }
    document
}

fn container(name: &str, mode: &str, networks: &Value) -> Value {
    json!({
        "Id": format!("{name:0>64}"), "Name": format!("/{name}"),
        "State": {"Status": "running", "Running": true, "Paused": false},
        "Config": {"ExposedPorts": {"80/tcp": {}, "53/udp": {}}},
        "HostConfig": {"NetworkMode": mode},
        "NetworkSettings": {
            "Networks": networks,
            "Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "53/udp": null},
        },
    })
}

fn at(address: &str) -> Value {
    json!({"IPAddress": address, "Gateway": "10.1.0.1", "Aliases": ["web"]})
}

fn all() -> Topology {
    let networks = [
        network("atelier", &json!({})),
        network("coffre", &json!({"Internal": true})),
        network(
            "muet",
            &json!({"Options": {"com.docker.network.bridge.enable_icc": "false"}}),
        ),
        network(
            "bridge",
            &json!({"Options": {"com.docker.network.bridge.default_bridge": "true"}}),
        ),
    ];
    let mut containers = [
        container("a", "atelier", &json!({"atelier": at("10.1.0.2")})),
        container(
            "b",
            "atelier",
            &json!({"atelier": at("10.1.0.3"), "coffre": at("10.2.0.3")}),
        ),
        container("c", "coffre", &json!({"coffre": at("10.2.0.4")})),
        container("d", "default", &json!({"bridge": at("172.17.0.2")})),
        container("e", "bridge", &json!({"bridge": at("172.17.0.3")})),
        container("h", "host", &json!({"host": {}})),
        container("n", "none", &json!({"none": {}})),
        container("s", &format!("container:{:0>64}", "a"), &json!({})),
        container("p", "container:disparu", &json!({})),
        container("x", "muet", &json!({"muet": at("10.3.0.2")})),
        container("y", "muet", &json!({"muet": at("10.3.0.3")})),
    ];
    for document in &mut containers[9..] {
        document["NetworkSettings"]["Ports"] = json!({});
    }
    Topology::of(networks.iter(), containers.iter(), std::iter::empty())
}

fn route(from: &str, to: &str) -> Route {
    let all = all();
    let named = |name: &str| all.members.iter().find(|it| it.name == name).unwrap();
    all.route(named(from), named(to))
}

#[test]
fn a_shared_network_gives_names_unless_it_is_the_default_one() {
    let Route::Ways(ways) = route("b", "a") else {
        panic!()
    };
    let Way::Network {
        network,
        address,
        names,
    } = &ways[0]
    else {
        panic!("{ways:?}")
    };
    assert_eq!(
        (network.as_str(), address.as_str()),
        ("atelier", "10.1.0.2")
    );
    assert_eq!(names, &["a", "web", "000000000000"]);
    let Route::Ways(ways) = route("d", "e") else {
        panic!()
    };
    assert_eq!(
        ways[0].host(),
        "172.17.0.3",
        "no name on the default bridge"
    );
}

#[test]
fn stacks_that_are_shared_or_absent_are_told() {
    assert_eq!(route("s", "a"), Route::Ways(vec![Way::Same]));
    assert!(matches!(route("s", "b"), Route::Ways(ways) if ways[0].host() == "b"));
    assert_eq!(route("n", "a"), Route::Closed(Barrier::CallerAlone));
    assert_eq!(route("a", "n"), Route::Closed(Barrier::OtherAlone));
    assert_eq!(route("a", "p"), Route::Closed(Barrier::NoCommon));
    assert_eq!(route("x", "y"), Route::Closed(Barrier::Forbidden));
    assert!(matches!(route("a", "h"), Route::Ways(ways) if ways[0].host() == "10.1.0.1"));
    assert!(matches!(route("h", "a"), Route::Ways(ways) if ways[0].host() == "10.1.0.2"));
}

#[test]
fn without_a_shared_network_only_published_ports_lead_there() {
    let published = Way::Published {
        address: "10.1.0.1".to_owned(),
        port: 8080,
    };
    assert_eq!(route("a", "c"), Route::Ways(vec![published]));
    // An internal network leads nowhere, not even to the machine's ports.
    assert_eq!(route("c", "a"), Route::Closed(Barrier::NoCommon));
}

#[test]
fn who_does_not_run_reaches_nobody() {
    let mut all = all();
    all.members[0].state = ContainerState::Created;
    let (a, b) = (&all.members[0], &all.members[1]);
    assert_eq!(all.route(a, b), Route::Closed(Barrier::CallerAsleep));
    assert_eq!(all.route(b, a), Route::Closed(Barrier::OtherAsleep));
}

#[test]
fn borrowed_stacks_that_turn_in_a_circle_have_no_owner() {
    let containers = [
        container("a", &format!("container:{:0>64}", "b"), &json!({})),
        container("b", &format!("container:{:0>64}", "a"), &json!({})),
    ];
    let all = Topology::of(std::iter::empty(), containers.iter(), std::iter::empty());
    assert_eq!(all.owner(&all.members[0]), None);
}

#[test]
fn ports_are_declared_or_published() {
    let all = all();
    let ports = &all.members[0].ports;
    assert_eq!(ports[0].number, 53);
    assert!(ports[0].published.is_empty());
    assert_eq!(ports[1].published, [("0.0.0.0".to_owned(), 8080)]);
}

#[test]
fn documents_that_say_nothing_are_read_all_the_same() {
    let odd = [
        json!({}),
        json!(null),
        json!({"State": 3, "HostConfig": []}),
    ];
    let all = Topology::of(odd.iter(), odd.iter(), odd.iter());
    assert_eq!(all.members.len(), 3);
    assert!(
        all.members
            .iter()
            .all(|it| !it.is_running() && it.ports.is_empty())
    );
}

#[test]
fn podmans_default_network_has_two_names() {
    let nets = [network("bridge", &json!({}))];
    let one = container("c1", "bridge", &json!({"podman": at("10.88.0.8")}));
    let all = Topology::of(nets.iter(), std::iter::once(&one), std::iter::empty());
    let bridge = all.net("bridge").unwrap();
    let on: Vec<_> = all
        .on(bridge)
        .map(|(member, _)| member.name.as_str())
        .collect();
    assert_eq!(on, ["c1"]);
    let own = "2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9";
    let default = network("podman", &json!({"Id": own}));
    let all = Topology::of(
        std::iter::once(&default),
        std::iter::once(&one),
        std::iter::empty(),
    );
    assert!(!all.net("podman").unwrap().is(Quality::Named));
    // A network that is listed under that name is itself.
    let nets = [network("bridge", &json!({})), network("podman", &json!({}))];
    let all = Topology::of(nets.iter(), std::iter::once(&one), std::iter::empty());
    assert_eq!(all.on(all.net("bridge").unwrap()).count(), 0);
    assert_eq!(all.on(all.net("podman").unwrap()).count(), 1);
}
