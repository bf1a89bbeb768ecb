//! `nc`, `ping`, `nslookup`, `ip`, `ifconfig`, `route`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::applet::{Applet, parse_duration};
use crate::kernel::{Fd, Signal, Sys};

/// `nc [-lzv] [-p PORT] [-w SECONDS] HOST PORT`
pub(super) async fn nc(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("lvzunkp:w:i:e:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    if options.has('l') {
        let port = options
            .value('p')
            .or(options.operands.last().map(String::as_str))
            .and_then(|it| it.parse().ok());
        let Some(port) = port else {
            return applet.usage().await;
        };
        let listener = match sys.listen(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port) {
            Ok(fd) => fd,
            Err(error) => return applet.fail(format!("bind: {error}")).await,
        };
        return match sys.accept(listener).await {
            Ok((fd, _)) => relay(sys, fd).await,
            Err(error) => applet.fail(format!("accept: {error}")).await,
        };
    }
    let [host, port] = options.operands.as_slice() else {
        return applet.usage().await;
    };
    let Ok(port) = port.parse::<u16>() else {
        return applet.fail(format!("bad port '{port}'")).await;
    };
    let Some(address) = sys
        .resolve(host)
        .await
        .ok()
        .and_then(|it| it.first().copied())
    else {
        return applet.fail(format!("bad address '{host}'")).await;
    };
    let place = SocketAddr::new(address, port);
    let limit = options
        .value('w')
        .and_then(parse_duration)
        .unwrap_or(Duration::from_secs(130));
    let connected = tokio::select! {
        connected = sys.connect(place) => connected,
        () = sys.sleep(limit) => return applet.fail("timed out").await,
    };
    match connected {
        Ok(_) if options.has('z') => {
            if options.has('v') {
                let _ = sys
                    .write(2, format!("{host} ({place}) open\n").as_bytes())
                    .await;
            }
            0
        }
        Ok(fd) => relay(sys, fd).await,
        Err(error) => {
            applet
                .fail(format!("can't connect to remote host ({address}): {error}"))
                .await
        }
    }
}

/// Copies both ways until the other end has said everything.
pub(super) async fn relay(sys: &Sys, fd: Fd) -> u8 {
    let up = async {
        while let Ok(chunk) = sys.read(0, 1 << 14).await {
            if chunk.is_empty() || sys.write(fd, &chunk).await.is_err() {
                break;
            }
        }
        // The other end may have closed first.
        let _ = sys.shutdown(fd);
        std::future::pending::<()>().await;
    };
    let down = async {
        while let Ok(chunk) = sys.read(fd, 1 << 14).await {
            if chunk.is_empty() || sys.write(1, &chunk).await.is_err() {
                break;
            }
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
    }
    0
}

/// An interface, as `/sys` and `/proc/net` tell it.
struct Link {
    name: String,
    address: Option<(IpAddr, u8)>,
    mac: String,
}

/// The links of the network namespace.
fn links(sys: &Sys) -> Vec<Link> {
    let mut links = vec![Link {
        name: "lo".into(),
        address: Some((IpAddr::V4(Ipv4Addr::LOCALHOST), 8)),
        mac: "00:00:00:00:00:00".into(),
    }];
    links.extend(
        sys.interfaces()
            .into_iter()
            .enumerate()
            .map(|(index, it)| Link {
                name: format!("eth{index}"),
                address: Some((it.address, it.prefix)),
                mac: it.mac,
            }),
    );
    links
}

fn mask(prefix: u8) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0))
}

fn network(address: Ipv4Addr, prefix: u8) -> Ipv4Addr {
    Ipv4Addr::from_bits(address.to_bits() & mask(prefix).to_bits())
}

fn broadcast(address: Ipv4Addr, prefix: u8) -> Ipv4Addr {
    Ipv4Addr::from_bits(address.to_bits() | !mask(prefix).to_bits())
}

/// How `ip` shows links.
struct View {
    /// Whether the link itself is shown, and its address of a family.
    link: bool,
    address: bool,
    /// `-o`: an object is a line.
    one_line: bool,
}

/// `ip [-4] [-6] [-o] addr | link | route | neigh [show] [[dev] DEVICE]`
pub(super) async fn ip(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let given = |option: &str| applet.args.iter().any(|it| it == option);
    let words: Vec<&str> = applet
        .args
        .iter()
        .map(String::as_str)
        .filter(|it| !it.starts_with('-'))
        .collect();
    let Some(object) = words.first() else {
        return applet.usage().await;
    };
    let known = ["address", "link", "route", "neigh", "rule"];
    let Some(object) = known.iter().find(|it| it.starts_with(object)) else {
        return applet.usage().await;
    };
    if words
        .get(1)
        .is_some_and(|it| matches!(*it, "add" | "del" | "set" | "flush" | "replace"))
    {
        return applet
            .fail("RTNETLINK answers: Operation not permitted")
            .await
            .max(2);
    }
    let mut rest = words[1..].iter().copied();
    let only = rest.find(|it| *it != "dev" && !["show", "list"].iter().any(|s| s.starts_with(it)));
    let all = links(&applet.sys);
    if let Some(name) = only
        && all.iter().all(|it| it.name != name)
        && matches!(*object, "address" | "link")
    {
        return applet.fail(format!("can't find device '{name}'")).await;
    }
    let view = View {
        link: !(given("-4") || given("-6") || given("-o") && *object == "address"),
        address: *object == "address" && !given("-6"),
        one_line: given("-o"),
    };
    let text = match *object {
        // Only IPv4 is simulated.
        "route" if given("-6") => String::new(),
        "route" => routes(&applet.sys),
        "rule" => {
            "0:\tfrom all lookup local \n32766:\tfrom all lookup main \n32767:\tfrom all lookup default \n".to_owned()
        }
        // Nobody was talked to.
        "neigh" => String::new(),
        _ => all
            .iter()
            .enumerate()
            .filter(|(_, link)| only.is_none_or(|it| it == link.name))
            .map(|(index, link)| describe_link(index, link, &view))
            .collect(),
    };
    applet.print(text).await
}

fn describe_link(index: usize, link: &Link, view: &View) -> String {
    let number = index + 1;
    let cut = if view.one_line { "\\" } else { "\n" };
    let mut text = String::new();
    let loopback = link.name == "lo";
    if !view.one_line || view.link {
        text.push_str(&if loopback {
            format!("{number}: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000")
        } else {
            format!(
                "{number}: {}@if{}: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue ",
                link.name,
                number + 1,
            )
        });
        text.push_str(if view.link { cut } else { "\n" });
    }
    if view.link {
        let (kind, broadcast) = if loopback {
            ("loopback", "00:00:00:00:00:00")
        } else {
            ("ether", "ff:ff:ff:ff:ff:ff")
        };
        text.push_str(&format!("    link/{kind} {} brd {broadcast}\n", link.mac));
    }
    if let (true, Some((IpAddr::V4(address), prefix))) = (view.address, link.address) {
        let (brd, scope) = if loopback {
            (String::new(), "host")
        } else {
            (format!(" brd {}", broadcast(address, prefix)), "global")
        };
        if view.one_line {
            text.push_str(&format!("{number}: {}", link.name));
        }
        text.push_str(&format!(
            "    inet {address}/{prefix}{brd} scope {scope} {}{cut}       valid_lft forever preferred_lft forever\n",
            link.name
        ));
    }
    text
}

fn routes(sys: &Sys) -> String {
    let mut text = String::new();
    let interfaces = sys.interfaces();
    for (index, it) in interfaces.iter().enumerate() {
        if let Some(gateway) = it.gateway {
            text.push_str(&format!("default via {gateway} dev eth{index} \n"));
            break;
        }
    }
    for (index, it) in interfaces.iter().enumerate() {
        if let IpAddr::V4(address) = it.address {
            text.push_str(&format!(
                "{}/{} dev eth{index} scope link  src {address} \n",
                network(address, it.prefix),
                it.prefix
            ));
        }
    }
    text
}

/// `ifconfig [INTERFACE]`
pub(super) async fn ifconfig(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let wanted = applet.args.iter().find(|it| !it.starts_with('-'));
    let mut all = links(&applet.sys);
    // The loopback comes last.
    all.rotate_left(1);
    let mut text = String::new();
    for link in all
        .iter()
        .filter(|it| wanted.is_none_or(|name| *name == it.name))
    {
        let Some((IpAddr::V4(address), prefix)) = link.address else {
            continue;
        };
        let counters = "          RX packets:0 errors:0 dropped:0 overruns:0 frame:0\n          TX packets:0 errors:0 dropped:0 overruns:0 carrier:0\n";
        text.push_str(&if link.name == "lo" {
            format!("lo        Link encap:Local Loopback  \n          inet addr:{address}  Mask:{}\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n{counters}          collisions:0 txqueuelen:1000 \n          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)\n\n", mask(prefix))
        } else {
            format!("{:<9} Link encap:Ethernet  HWaddr {}  \n          inet addr:{address}  Bcast:{}  Mask:{}\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n{counters}          collisions:0 txqueuelen:0 \n          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)\n\n", link.name, link.mac.to_uppercase(), broadcast(address, prefix), mask(prefix))
        });
    }
    match wanted {
        Some(name) if text.is_empty() => {
            applet
                .fail(format!(
                    "{name}: error fetching interface information: Device not found"
                ))
                .await
        }
        _ => applet.print(text).await,
    }
}

/// `ping [-c COUNT] [-i SECONDS] [-q] [-s SIZE] [-w SECONDS] [-W SECONDS] HOST`
pub(super) async fn ping(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("46qc:i:s:w:W:t:I:A", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let Some(host) = options.operands.first() else {
        return applet.usage().await;
    };
    let sys = applet.sys.clone();
    let Some(address) = sys
        .resolve(host)
        .await
        .ok()
        .and_then(|it| it.first().copied())
    else {
        return applet.fail(format!("bad address '{host}'")).await;
    };
    let count = options
        .value('c')
        .and_then(|it| it.parse::<u32>().ok())
        .unwrap_or(u32::MAX);
    let pause = options
        .value('i')
        .and_then(parse_duration)
        .unwrap_or(Duration::from_secs(1));
    let size = options
        .value('s')
        .and_then(|it| it.parse::<u32>().ok())
        .unwrap_or(56);
    let wait = options
        .value('W')
        .and_then(parse_duration)
        .unwrap_or(Duration::from_secs(10));
    applet
        .print(format!("PING {host} ({address}): {size} data bytes\n"))
        .await;
    sys.catch(Signal::INT);
    let mut times: Vec<f64> = Vec::new();
    let mut sent = 0;
    while sent < count {
        sent += 1;
        let answered = tokio::select! {
            answered = sys.ping(address) => answered.ok(),
            () = sys.sleep(wait) => None,
        };
        if let Some(time) = answered {
            let time = time.as_secs_f64() * 1000.0;
            times.push(time);
            if !options.has('q') {
                let line = format!(
                    "{} bytes from {address}: seq={} ttl=64 time={time:.3} ms\n",
                    size + 8,
                    sent - 1
                );
                if applet.print(line).await != 0 {
                    return 1;
                }
            }
        }
        let rest = if sent < count { pause } else { Duration::ZERO };
        let interrupted = tokio::select! {
            () = sys.sleep(rest) => false,
            _ = sys.next_signal() => true,
        };
        if interrupted {
            break;
        }
    }
    let received = times.len();
    let lost = 100 - u32::try_from(received).unwrap_or(0) * 100 / sent.max(1);
    let mut text = format!(
        "\n--- {host} ping statistics ---\n{sent} packets transmitted, {received} packets received, {lost}% packet loss\n"
    );
    if received > 0 {
        let least = times.iter().copied().fold(f64::MAX, f64::min);
        let most = times.iter().copied().fold(0.0, f64::max);
        let mean = times.iter().sum::<f64>() / f64::from(u32::try_from(received).unwrap_or(1));
        text.push_str(&format!(
            "round-trip min/avg/max = {least:.3}/{mean:.3}/{most:.3} ms\n"
        ));
    }
    applet.print(text).await.max(u8::from(received == 0))
}

/// `nslookup NAME`
pub(super) async fn nslookup(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let Some(name) = applet.args.iter().find(|it| !it.starts_with('-')) else {
        return applet.usage().await;
    };
    let sys = &applet.sys;
    let resolver = sys.read_file("/etc/resolv.conf").unwrap_or_default();
    let resolver = String::from_utf8_lossy(&resolver).into_owned();
    let server = resolver
        .lines()
        .find_map(|line| line.strip_prefix("nameserver ").map(str::trim))
        .unwrap_or("127.0.0.11")
        .to_owned();
    let mut text = format!("Server:\t\t{server}\nAddress:\t{server}:53\n\n");
    let found = sys.resolve(name).await.unwrap_or_default();
    let status = if found.is_empty() {
        text.push_str(&format!("** server can't find {name}: NXDOMAIN\n\n"));
        1
    } else {
        text.push_str("Non-authoritative answer:\n");
        for address in &found {
            text.push_str(&format!("Name:\t{name}\nAddress: {address}\n"));
        }
        text.push('\n');
        0
    };
    applet.print(text).await.max(status)
}
