//! `nc`, `ping`, `nslookup`, `ip`, `ifconfig`, `route`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::applet::{Applet, parse_duration};
use crate::kernel::{Errno, Fd, Link, Signal, Sys};

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
    let all = applet.sys.links();
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
            .filter(|link| only.is_none_or(|it| it == link.name))
            .map(|link| describe_link(link, &view))
            .collect(),
    };
    applet.print(text).await
}

fn describe_link(link: &Link, view: &View) -> String {
    let number = link.index;
    let cut = if view.one_line { "\\" } else { "\n" };
    let mut text = String::new();
    let loopback = link.name == "lo";
    if !view.one_line || view.link {
        text.push_str(&if loopback {
            format!("{number}: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000")
        } else {
            let peer = link.peer.map_or_else(String::new, |it| format!("@if{it}"));
            let flags = match (link.carrier, link.peer) {
                (true, Some(_)) => "BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN",
                (true, None) => "BROADCAST,MULTICAST,UP,LOWER_UP",
                (false, _) => "NO-CARRIER,BROADCAST,MULTICAST,UP",
            };
            let master = link.master.as_ref();
            let master = master.map_or_else(String::new, |it| format!("master {it} "));
            format!(
                "{number}: {}{peer}: <{flags}> mtu 1500 qdisc noqueue {master}",
                link.name
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
    let links = sys.links();
    for it in &links {
        if let Some(gateway) = it.gateway {
            text.push_str(&format!("default via {gateway} dev {} \n", it.name));
            break;
        }
    }
    for it in links.iter().filter(|it| it.name != "lo") {
        if let Some((IpAddr::V4(address), prefix)) = it.address {
            text.push_str(&format!(
                "{}/{prefix} dev {} scope link  src {address} \n",
                network(address, prefix),
                it.name
            ));
        }
    }
    text
}

/// `ifconfig [INTERFACE]`
pub(super) async fn ifconfig(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let wanted = applet.args.iter().find(|it| !it.starts_with('-'));
    let mut all = applet.sys.links();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    let text: String = all
        .iter()
        .filter(|it| wanted.is_none_or(|name| *name == it.name))
        .map(configuration)
        .collect();
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

/// What `ifconfig` shows of a device.
fn configuration(link: &Link) -> String {
    let loopback = link.name == "lo";
    let mut text = if loopback {
        "lo        Link encap:Local Loopback  \n".to_owned()
    } else {
        format!(
            "{:<9} Link encap:Ethernet  HWaddr {}  \n",
            link.name,
            link.mac.to_uppercase()
        )
    };
    if let Some((IpAddr::V4(address), prefix)) = link.address {
        let bcast = if loopback {
            String::new()
        } else {
            format!("  Bcast:{}", broadcast(address, prefix))
        };
        let mask = mask(prefix);
        text.push_str(&format!(
            "          inet addr:{address}{bcast}  Mask:{mask}\n"
        ));
    }
    let (flags, mtu, queue) = match (loopback, link.carrier) {
        (true, _) => ("UP LOOPBACK RUNNING", 65536, 1000),
        (false, true) => ("UP BROADCAST RUNNING MULTICAST", 1500, 0),
        (false, false) => ("UP BROADCAST MULTICAST", 1500, 0),
    };
    let it = link.traffic;
    text.push_str(&format!(
        "          {flags}  MTU:{mtu}  Metric:1\n          RX packets:{} errors:0 dropped:0 overruns:0 frame:0\n          TX packets:{} errors:0 dropped:0 overruns:0 carrier:0\n          collisions:0 txqueuelen:{queue} \n          RX bytes:{} ({})  TX bytes:{} ({})\n\n",
        it.rx_packets,
        it.tx_packets,
        it.rx_bytes,
        in_units(it.rx_bytes),
        it.tx_bytes,
        in_units(it.tx_bytes),
    ));
    text
}

/// `99.9 KiB`
fn in_units(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut tenths = u128::from(bytes) * 10;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
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
        .and_then(|it| it.parse::<u64>().ok())
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
        // Requests go whether or not those before were answered; the last one is waited for.
        let pause = match (sent < count, times.is_empty()) {
            (true, _) => pause,
            (false, true) => wait,
            (false, false) => Duration::from_secs(1),
        };
        let begun = sys.uptime();
        let answered = tokio::select! {
            answered = sys.ping(address, size) => Some(answered),
            () = sys.sleep(pause) => None,
            _ = sys.next_signal() => break,
        };
        match answered {
            Some(Ok(time)) => {
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
                if sent == count {
                    break;
                }
            }
            Some(Err(Errno::ENETUNREACH)) => {
                return applet.fail(format!("sendto: {}", Errno::ENETUNREACH)).await;
            }
            Some(Err(_)) | None => {}
        }
        let rest = pause.saturating_sub(sys.uptime().saturating_sub(begun));
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
    // With a loopback alone, only what is on it is asked.
    if sys.links().len() == 1 && !server.starts_with("127.") {
        let error = Errno::ENETUNREACH;
        return applet
            .fail(format!("can't connect to remote host ({server}): {error}"))
            .await;
    }
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
