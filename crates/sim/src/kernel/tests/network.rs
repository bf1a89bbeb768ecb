use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn on(network: &str, address: &str) -> Interface {
    let base = address.rsplit_once('.').unwrap().0;
    Interface {
        network: network.to_owned(),
        address: ip(address),
        prefix: 16,
        gateway: Some(ip(&format!("{base}.1"))),
        mac: "02:42:ac:11:00:02".to_owned(),
        links: std::collections::BTreeMap::default(),
    }
}

fn at(interfaces: Vec<Interface>, argv: &[&str]) -> ContainerSpec {
    ContainerSpec {
        network: NetworkSpec::New(interfaces),
        ..spec(argv)
    }
}

/// A server that answers what it reads, in capitals; then a client that says what it got.
fn install(kernel: &Kernel) {
    kernel.install(
        "main",
        program(|sys| async move {
            let listener = sys.listen(Ipv4Addr::UNSPECIFIED.into(), 80).unwrap();
            assert_eq!(
                sys.listen(Ipv4Addr::UNSPECIFIED.into(), 80),
                Err(Errno::EADDRINUSE)
            );
            say(&sys, "listening").await;
            loop {
                let (socket, _) = sys.accept(listener).await.unwrap();
                let mut request = Vec::new();
                loop {
                    let bytes = sys.read(socket, 100).await.unwrap();
                    if bytes.is_empty() {
                        break;
                    }
                    request.extend_from_slice(&bytes);
                }
                sys.write(socket, &request.to_ascii_uppercase())
                    .await
                    .unwrap();
                sys.close(socket).unwrap();
            }
        }),
    );
    kernel.install(
        "child",
        program(|sys| async move {
            let name = sys.args()[1].clone();
            let addresses = match sys.resolve(&name).await {
                Ok(addresses) => addresses,
                Err(error) => {
                    say(&sys, format!("resolve: {}", error.name)).await;
                    return 1;
                }
            };
            match sys.connect(SocketAddr::new(addresses[0], 80)).await {
                Ok(socket) => {
                    sys.write(socket, b"hello").await.unwrap();
                    sys.shutdown(socket).unwrap();
                    let answer = sys.read(socket, 100).await.unwrap();
                    sys.write(1, &answer).await.unwrap();
                    0
                }
                Err(error) => {
                    say(&sys, error.name).await;
                    2
                }
            }
        }),
    );
}

async fn server(kernel: &Kernel, interfaces: Vec<Interface>) -> Started {
    let mut started = kernel.start_container(at(interfaces, &["main"])).unwrap();
    assert_eq!(started.stdio.stdout.recv().await.unwrap(), "listening");
    started
}

async fn client(kernel: &Kernel, interfaces: Vec<Interface>, name: &str) -> String {
    outcome(
        kernel
            .start_container(at(interfaces, &["child", name]))
            .unwrap(),
    )
    .await
    .stdout
}

#[tokio::test(start_paused = true)]
async fn containers_of_a_network_reach_each_other() {
    let kernel = boot();
    install(&kernel);
    let server = server(&kernel, vec![on("bridge", "172.17.0.2")]).await;
    let own = || vec![on("bridge", "172.17.0.3")];
    assert_eq!(client(&kernel, own(), "172.17.0.2").await, "HELLO");
    assert_eq!(client(&kernel, own(), "172.17.0.9").await, "EHOSTUNREACH");
    assert_eq!(client(&kernel, own(), "127.0.0.1").await, "ECONNREFUSED");
    assert_eq!(client(&kernel, own(), "172.17.0.1").await, "ECONNREFUSED");
    let other = || vec![on("other", "172.18.0.3")];
    assert_eq!(client(&kernel, other(), "172.17.0.2").await, "ETIMEDOUT");
    assert_eq!(
        client(&kernel, Vec::new(), "172.17.0.2").await,
        "ENETUNREACH"
    );
    kernel.plug(server.pid, on("other", "172.18.0.2"));
    assert_eq!(client(&kernel, other(), "172.18.0.2").await, "HELLO");
    kernel.unplug(server.pid, "other");
    assert_eq!(client(&kernel, other(), "172.18.0.2").await, "EHOSTUNREACH");
    kernel.kill(server.pid, Signal::KILL).unwrap();
    outcome(server).await;
    assert_eq!(client(&kernel, own(), "172.17.0.2").await, "EHOSTUNREACH");
}

#[tokio::test]
async fn names_are_known_only_where_a_network_tells_them() {
    let kernel = boot();
    install(&kernel);
    let _server = server(
        &kernel,
        vec![on("net", "172.18.0.2"), on("bridge", "172.17.0.2")],
    )
    .await;
    let names = BTreeMap::from([("vitrine".to_owned(), vec![ip("172.18.0.2")])]);
    kernel.set_dns("net", names);
    assert_eq!(
        client(&kernel, vec![on("net", "172.18.0.3")], "vitrine").await,
        "HELLO"
    );
    assert_eq!(
        client(&kernel, vec![on("bridge", "172.17.0.3")], "vitrine").await,
        "resolve: ENOENT"
    );
    assert_eq!(
        client(&kernel, Vec::new(), "localhost").await,
        "ECONNREFUSED"
    );
}

#[tokio::test]
async fn the_host_reaches_containers_and_publishes_ports() {
    let kernel = boot();
    install(&kernel);
    let _server = server(&kernel, vec![on("bridge", "172.17.0.2")]).await;
    let target: SocketAddr = "172.17.0.2:80".parse().unwrap();
    let mut stream = kernel.dial(target).await.unwrap();
    stream.write_all(b"dial").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "DIAL");
    let closed = kernel.dial("172.17.0.2:81".parse().unwrap()).await.err();
    assert_eq!(closed, Some(Errno::ECONNREFUSED));

    let published = kernel
        .publish("0.0.0.0:80".parse().unwrap(), target)
        .unwrap();
    assert_eq!(
        kernel
            .publish("127.0.0.1:80".parse().unwrap(), target)
            .err(),
        Some(Errno::EADDRINUSE)
    );
    let env = Environment::from([("PATH".to_owned(), "/bin".to_owned())]);
    let argv = vec!["child".to_owned(), "127.0.0.1".to_owned()];
    let host = || {
        kernel
            .spawn_host(argv.clone(), env.clone(), "/", None)
            .unwrap()
    };
    assert_eq!(outcome(host()).await.stdout, "HELLO");
    // Through the gateway, which is the host's.
    assert_eq!(
        client(&kernel, vec![on("bridge", "172.17.0.3")], "172.17.0.1").await,
        "HELLO"
    );
    drop(published);
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(outcome(host()).await.stdout, "ECONNREFUSED");
}

#[tokio::test]
async fn a_namespace_can_be_shared() {
    let kernel = boot();
    install(&kernel);
    let first = server(&kernel, vec![on("bridge", "172.17.0.2")]).await;
    let sharing = ContainerSpec {
        network: NetworkSpec::Of(first.pid),
        ..spec(&["child", "127.0.0.1"])
    };
    assert_eq!(
        outcome(kernel.start_container(sharing).unwrap())
            .await
            .stdout,
        "HELLO"
    );
    let gone = ContainerSpec {
        network: NetworkSpec::Of(Pid(99_999)),
        ..spec(&["child", "x"])
    };
    assert_eq!(kernel.start_container(gone).err(), Some(StartError::Gone));
}

/// What a container's only card counted, without the frames that it hears when it is plugged.
fn counted(kernel: &Kernel, container: &Started) -> [u64; 4] {
    let [it] = kernel.traffic_of(container.pid).try_into().unwrap();
    let Traffic {
        rx_bytes,
        rx_packets,
        tx_bytes,
        tx_packets,
    } = it;
    [rx_bytes - 266, rx_packets - 3, tx_bytes, tx_packets]
}

#[tokio::test]
async fn cards_count_the_frames_of_a_connection() {
    let kernel = boot();
    install(&kernel);
    let server = server(&kernel, vec![on("bridge", "172.17.0.2")]).await;
    assert_eq!(counted(&kernel, &server), [0; 4]);
    let own = || vec![on("bridge", "172.17.0.3")];
    assert_eq!(client(&kernel, own(), "172.17.0.2").await, "HELLO");
    tokio::time::sleep(Duration::from_millis(20)).await;
    // ARP, SYN, its acknowledgement, the request, two ends and what acknowledges the rest.
    let received = 42 + 74 + 66 + (66 + 5) + 66 + 2 * 66;
    let sent = 42 + 74 + (66 + 5) + 66 + 2 * 66;
    assert_eq!(counted(&kernel, &server), [received, 7, sent, 6]);
    // The host is met for the first time, and refused.
    let closed = kernel.dial("172.17.0.2:81".parse().unwrap()).await.err();
    assert_eq!(closed, Some(Errno::ECONNREFUSED));
    let (received, sent) = (received + 42 + 74, sent + 42 + 54);
    assert_eq!(counted(&kernel, &server), [received, 9, sent, 8]);
    // A container that shares the namespace counts the same.
    let sharing = ContainerSpec {
        network: NetworkSpec::Of(server.pid),
        ..spec(&["child", "127.0.0.1"])
    };
    let started = kernel.start_container(sharing).unwrap();
    assert_eq!(
        kernel.traffic_of(started.pid),
        kernel.traffic_of(server.pid)
    );
    assert_eq!(outcome(started).await.stdout, "HELLO");
    assert_eq!(counted(&kernel, &server), [received, 9, sent, 8]);
}

#[tokio::test]
async fn the_host_has_a_bridge_and_a_cable_for_each_container() {
    let kernel = boot();
    install(&kernel);
    kernel.set_bridges(vec![Bridge {
        network: "bridge".to_owned(),
        name: "docker0".to_owned(),
        address: Some((ip("172.17.0.1"), 16)),
    }]);
    kernel.install(
        "child",
        program(|sys| async move {
            for it in sys.links() {
                let master = it.master.unwrap_or_default();
                let name = it.name.chars().take(4).collect::<String>();
                let line = format!("{} {name} {:?} {} {master};", it.index, it.peer, it.carrier);
                sys.write(1, line.as_bytes()).await.unwrap();
            }
            0
        }),
    );
    let links = async |network| {
        let spec = ContainerSpec {
            network,
            ..spec(&["child"])
        };
        outcome(kernel.start_container(spec).unwrap()).await.stdout
    };
    let alone = "1 lo None true ;2 eth0 None true ;3 dock None false ;";
    assert_eq!(links(NetworkSpec::Host).await, alone);
    let _server = server(&kernel, vec![on("bridge", "172.17.0.2")]).await;
    assert_eq!(
        links(NetworkSpec::Host).await,
        "1 lo None true ;2 eth0 None true ;3 dock None true ;4 veth Some(2) true docker0;"
    );
    let own = NetworkSpec::New(vec![on("bridge", "172.17.0.3")]);
    assert_eq!(links(own).await, "1 lo None true ;2 eth0 Some(5) true ;");
}
