//! `docker-proxy`: the process of the host that listens on a published port.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::kernel::{Errno, Fd, Kernel, Program, Sys};

/// Bytes that are carried at once.
const CHUNK: usize = 16 * 1024;

/// Makes the program known.
pub(super) fn install(kernel: &Kernel) {
    let program: Program = Arc::new(|sys| Box::pin(main(sys)));
    kernel.install("docker-proxy", program);
}

async fn main(sys: Sys) -> u8 {
    let arguments = sys.args();
    let options: BTreeMap<&str, &str> = arguments
        .iter()
        .skip(1)
        .zip(arguments.iter().skip(2))
        .filter_map(|(name, value)| Some((name.strip_prefix('-')?, value.as_str())))
        .collect();
    let option = |name: &str| options.get(name).copied().unwrap_or_default();
    let address: Option<(IpAddr, u16)> = option("host-ip")
        .parse()
        .ok()
        .zip(option("host-port").parse().ok());
    let target: Option<(IpAddr, u16)> = option("container-ip")
        .parse()
        .ok()
        .zip(option("container-port").parse().ok());
    let (Some((host, port)), Some((ip, inner))) = (address, target) else {
        return 1;
    };
    let Ok(listener) = sys.listen(host, port) else {
        return 1;
    };
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((client, _)) = sys.accept(listener).await {
        let sys = sys.clone();
        connections.spawn(async move {
            // A container that does not listen: the connection is closed at once.
            if let Ok(server) = sys.connect(SocketAddr::new(ip, inner)).await {
                tokio::join!(carry(&sys, client, server), carry(&sys, server, client));
                let _ = sys.close(server);
            }
            let _ = sys.close(client);
        });
        while connections.try_join_next().is_some() {}
    }
    1
}

async fn carry(sys: &Sys, from: Fd, to: Fd) {
    let copied: Result<(), Errno> = async {
        loop {
            let bytes = sys.read(from, CHUNK).await?;
            if bytes.is_empty() {
                return Ok(());
            }
            sys.write(to, &bytes).await?;
        }
    }
    .await;
    // However it ended, the other side is told that nothing more comes.
    let _ = copied;
    let _ = sys.shutdown(to);
}
