//! Published ports: which ones, and what carries their connections.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use serde_json::{Map, Value};
use tokio::task::JoinHandle;

use super::config::flag;
use super::container::{Container, Endpoint, Published};
use super::{Daemon, Fault, Outcome, lock};
use crate::kernel::{Environment, Kernel, Pid, Signal};

/// First of the ports that Linux gives when none is named.
const FIRST_FREE: u16 = 32768;
const LAST_FREE: u16 = 60999;

/// A port of the container and where it is to be published.
struct Binding {
    container: u16,
    protocol: String,
    host_ip: String,
    /// Range of wanted ports; 0 for any.
    low: u16,
    high: u16,
}

/// A process of the host that goes with who holds this.
struct HostProcess {
    kernel: Kernel,
    pid: Pid,
}

impl Drop for HostProcess {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.kernel.kill(self.pid, Signal::KILL);
    }
}

fn bindings(container: &Container) -> Vec<Binding> {
    let mut list = Vec::new();
    let given = container
        .host
        .get("PortBindings")
        .and_then(Value::as_object);
    for (port, wanted) in given.into_iter().flatten() {
        let (number, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
        let Ok(number) = number.parse() else { continue };
        for entry in wanted.as_array().into_iter().flatten() {
            let field = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
            let (low, high) = field("HostPort")
                .split_once('-')
                .unwrap_or((field("HostPort"), field("HostPort")));
            list.push(Binding {
                container: number,
                protocol: protocol.to_owned(),
                host_ip: field("HostIp").to_owned(),
                low: low.parse().unwrap_or(0),
                high: high.parse().unwrap_or(0),
            });
        }
    }
    if flag(&container.host, "PublishAllPorts") {
        for (number, protocol) in container.exposed() {
            if !list
                .iter()
                .any(|it| it.container == number && it.protocol == protocol)
            {
                list.push(Binding {
                    container: number,
                    protocol,
                    host_ip: String::new(),
                    low: 0,
                    high: 0,
                });
            }
        }
    }
    list.sort_by_key(|it| it.container);
    list
}

/// `PortBindings`: numbers, or ranges of them for the host, whatever the protocol.
pub(super) fn validate_bindings(host: &Map<String, Value>) -> Outcome<()> {
    let given = host.get("PortBindings").and_then(Value::as_object);
    for (port, wanted) in given.into_iter().flatten() {
        let port = without_protocol(port);
        if !port.is_empty() && port.parse::<u16>().is_err() {
            return Err(no_port(port));
        }
        for entry in wanted.as_array().into_iter().flatten() {
            let asked = entry.get("HostPort").and_then(Value::as_str);
            let asked = asked.unwrap_or_default();
            let range = without_protocol(asked);
            let (low, high) = range.split_once('-').unwrap_or((range, range));
            let (low, high) = (low.parse::<u16>(), high.parse::<u16>());
            if !range.is_empty() && !matches!((low, high), (Ok(low), Ok(high)) if low <= high) {
                return Err(no_port(asked));
            }
        }
    }
    Ok(())
}

fn no_port(text: &str) -> Fault {
    Fault::invalid(format!("invalid port specification: \"{text}\""))
}

/// The `80` of `80/tcp`.
fn without_protocol(port: &str) -> &str {
    port.split('/').next().unwrap_or_default()
}

fn is_any(ip: &str) -> bool {
    matches!(ip, "0.0.0.0" | "::")
}

impl Daemon {
    /// Reserves what a container publishes.
    pub(super) fn publish_ports(
        &self,
        container: &Container,
        endpoints: &BTreeMap<String, Endpoint>,
    ) -> Outcome<Vec<Published>> {
        let open = |it: &&Endpoint| it.address.is_some() && !it.internal;
        let Some(endpoint) = endpoints.values().find(open) else {
            return Ok(Vec::new());
        };
        let mut published: Vec<Published> = Vec::new();
        for binding in bindings(container) {
            let ips: Vec<String> = match binding.host_ip.as_str() {
                "" => vec!["0.0.0.0".to_owned(), "::".to_owned()],
                ip => vec![ip.to_owned()],
            };
            let (low, high) = if binding.low == 0 {
                (FIRST_FREE, LAST_FREE)
            } else {
                (binding.low, binding.high)
            };
            let taken = self.taken_ports(&container.id);
            let is_taken = |port: u16| {
                taken.iter().chain(&published).any(|other| {
                    other.host == port
                        && other.protocol == binding.protocol
                        && ips
                            .iter()
                            .any(|ip| is_any(ip) || is_any(&other.host_ip) || *ip == other.host_ip)
                })
            };
            let refused = |why: String| {
                Fault::internal(format!(
                    "driver failed programming external connectivity on endpoint {} ({}): {why}",
                    container.name, endpoint.endpoint_id
                ))
            };
            let first = ips.first().map_or("0.0.0.0", String::as_str);
            let mut problem = format!("Bind for {first}:{low} failed: port is already allocated");
            let port = (low..=high).find(|port| {
                if is_taken(*port) {
                    return false;
                }
                if let Ok(()) = self.probe(&binding.protocol, first, *port) { true } else {
                    let address = endpoint.address.map_or_else(String::new, |it| it.to_string());
                    problem = format!(
                        "failed to bind host port for {first}:{port}:{address}:{}/{}: address already in use",
                        binding.container, binding.protocol
                    );
                    false
                }
            });
            let port = port.ok_or_else(|| refused(problem.clone()))?;
            published.extend(ips.into_iter().map(|host_ip| Published {
                container: binding.container,
                protocol: binding.protocol.clone(),
                host_ip,
                host: port,
            }));
        }
        Ok(published)
    }

    fn taken_ports(&self, except: &str) -> Vec<Published> {
        let state = lock(&self.inner.state);
        let others = state.containers.values().filter(|it| it.id != except);
        others.flat_map(|it| it.ports.iter().cloned()).collect()
    }

    /// Opens a port of the routing mesh, on the simulated host and on the real loopback.
    pub(super) fn open_port(
        &self,
        port: &Published,
        target: SocketAddr,
    ) -> Vec<tokio::task::AbortHandle> {
        let proxy = self.proxy_on_host(port, target);
        let mut tasks: Vec<_> = proxy.iter().map(JoinHandle::abort_handle).collect();
        if self.inner.real_ports {
            let address = real_address(&port.host_ip, port.host);
            let task = tokio::spawn(listen(self.inner.kernel.clone(), address, target));
            tasks.push(task.abort_handle());
        }
        tasks
    }

    /// Whether the cluster, or another program of the real machine, holds the port.
    fn probe(&self, protocol: &str, ip: &str, port: u16) -> Result<(), ()> {
        if self.is_mesh_port(port, protocol) {
            return Err(());
        }
        if protocol != "tcp" || !self.inner.real_ports {
            return Ok(());
        }
        match TcpListener::bind(real_address(ip, port)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => Err(()),
            _ => Ok(()),
        }
    }

    /// Carries connections to the published ports: on the simulated host by a `docker-proxy`
    /// process, and from the real machine's loopback by a listener.
    pub(super) fn forward_ports(
        &self,
        container: &Container,
        endpoints: &BTreeMap<String, Endpoint>,
        ports: &[Published],
    ) {
        let live = self.live(&container.id);
        let Some(address) = endpoints.values().find_map(|it| it.address) else {
            return;
        };
        for port in ports
            .iter()
            .filter(|it| it.protocol == "tcp" && !it.host_ip.contains(':'))
        {
            let target = SocketAddr::new(address.into(), port.container);
            if let Some(task) = self.proxy_on_host(port, target) {
                live.add_task(task);
            }
            if self.inner.real_ports {
                let task = tokio::spawn(listen(
                    self.inner.kernel.clone(),
                    real_address(&port.host_ip, port.host),
                    target,
                ));
                live.add_task(task);
            }
        }
    }

    fn proxy_on_host(&self, port: &Published, target: SocketAddr) -> Option<JoinHandle<()>> {
        let argv = [
            "/usr/bin/docker-proxy".to_owned(),
            "-proto".to_owned(),
            port.protocol.clone(),
            "-host-ip".to_owned(),
            port.host_ip.clone(),
            "-host-port".to_owned(),
            port.host.to_string(),
            "-container-ip".to_owned(),
            target.ip().to_string(),
            "-container-port".to_owned(),
            target.port().to_string(),
        ];
        // A machine without the program still publishes on the real loopback.
        let started = self
            .inner
            .kernel
            .spawn_host(argv.to_vec(), Environment::new(), "/", None)
            .ok()?;
        let guard = HostProcess {
            kernel: self.inner.kernel.clone(),
            pid: started.pid,
        };
        Some(tokio::spawn(async move {
            let _guard = guard;
            let _ = started.exit.await;
        }))
    }
}

/// The real address that stands for one of the simulated host: always a loopback one, so that
/// nothing is opened to the learner's neighbours.
fn real_address(ip: &str, port: u16) -> SocketAddr {
    let loopback = std::net::Ipv4Addr::LOCALHOST;
    let address = ip
        .parse()
        .ok()
        .filter(std::net::Ipv4Addr::is_loopback)
        .unwrap_or(loopback);
    SocketAddr::new(address.into(), port)
}

async fn listen(kernel: Kernel, address: SocketAddr, target: SocketAddr) {
    // Below 1024 an ordinary user may not listen: the port is then open on the simulated host only.
    let Ok(listener) = tokio::net::TcpListener::bind(address).await else {
        return;
    };
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((mut client, _)) = listener.accept().await {
        let kernel = kernel.clone();
        connections.spawn(async move {
            // docker-proxy closes at once when nobody listens in the container.
            if let Ok(mut server) = kernel.dial(target).await {
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            }
        });
        while connections.try_join_next().is_some() {}
    }
}
