//! `telnet`, `traceroute`, `arp`, `dnsdomainname`: whom one can reach.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::applet::Applet;
use super::network::relay;
use crate::kernel::{Errno, Sys};

/// What a probe of `traceroute` carries, bytes.
const PROBE: u64 = 18;

async fn address_of(sys: &Sys, host: &str) -> Option<IpAddr> {
    sys.resolve(host).await.ok()?.first().copied()
}

/// `telnet HOST [PORT]`
pub(super) async fn telnet(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("al:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let (host, port) = match options.operands.as_slice() {
        [host] => (host, "23"),
        [host, port] => (host, port.as_str()),
        _ => return applet.usage().await,
    };
    let Ok(port) = port.parse::<u16>() else {
        return applet.fail(format!("bad port '{port}'")).await;
    };
    let sys = &applet.sys;
    let Some(address) = address_of(sys, host).await else {
        return applet.fail(format!("bad address '{host}'")).await;
    };
    match sys.connect(SocketAddr::new(address, port)).await {
        Ok(fd) => {
            relay(sys, fd).await;
            let _ = sys.write(2, b"Connection closed by foreign host\n").await;
            1
        }
        Err(error) => {
            applet
                .fail(format!("can't connect to remote host ({address}): {error}"))
                .await
        }
    }
}

/// `traceroute [-n] [-m HOPS] [-q PROBES] [-w SECONDS] HOST`: everything is one hop away at most.
pub(super) async fn traceroute(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("46FIlnrvf:m:q:s:w:p:i:t:z:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let Some(host) = options.operands.first() else {
        return applet.usage().await;
    };
    let sys = applet.sys.clone();
    let Some(address) = address_of(&sys, host).await else {
        return applet.fail(format!("bad address '{host}'")).await;
    };
    if let Err(error) = first_answer(&sys, address).await {
        return applet
            .fail(format!("can't connect to remote host ({address}): {error}"))
            .await;
    }
    let hops = options
        .value('m')
        .and_then(|it| it.parse::<u32>().ok())
        .unwrap_or(30);
    applet
        .print(format!(
            "traceroute to {host} ({address}), {hops} hops max, 46 byte packets\n"
        ))
        .await;
    for hop in 1..=hops {
        let answered = tokio::select! {
            answered = sys.ping(address, PROBE) => answered.ok(),
            () = sys.sleep(Duration::from_secs(5)) => None,
        };
        let Some(time) = answered else {
            applet.print(format!("{hop:2}  *  *  *\n")).await;
            continue;
        };
        let time = time.as_secs_f64() * 1000.0;
        let name = if options.has('n') {
            address.to_string()
        } else {
            format!("{host} ({address})")
        };
        let text = format!(
            "{hop:2}  {name}  {time:.3} ms  {:.3} ms  {:.3} ms\n",
            time * 0.6,
            time * 0.5
        );
        return applet.print(text).await;
    }
    0
}

/// Whether there is a way to an address at all.
async fn first_answer(sys: &Sys, address: IpAddr) -> Result<(), Errno> {
    tokio::select! {
        biased;
        answered = sys.ping(address, PROBE) => match answered {
            Err(Errno::ENETUNREACH) => Err(Errno::ENETUNREACH),
            _ => Ok(()),
        },
        () = sys.yield_now() => Ok(()),
    }
}

/// `arp [-an]`: nobody was talked to.
pub(super) async fn arp(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    match applet.options("vnaHADspi:t:d", &[]).await {
        Ok(_) => 0,
        Err(status) => status,
    }
}

/// `dnsdomainname`
pub(super) async fn dnsdomainname(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let name = applet.sys.hostname();
    match name.split_once('.') {
        Some((_, domain)) => applet.print(format!("{domain}\n")).await,
        None => 0,
    }
}
