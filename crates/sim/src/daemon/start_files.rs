//! What a container sees of the host: its mounts, and the three files that the daemon writes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;

use super::config::{text, texts};
use super::container::{Container, Endpoint};
use super::create_mounts::{directory, make_dirs};
use super::swarm::GATEWAY;
use super::{Daemon, Outcome, lock};
use crate::fs::{FileKind, Metadata};
use crate::kernel::{Mount, MountSource};

impl Daemon {
    /// Its mounts, with the three files that the daemon writes, kept on the host as dockerd does.
    pub(super) fn mounts(
        &self,
        container: &Container,
        endpoints: &BTreeMap<String, Endpoint>,
    ) -> Outcome<Vec<Mount>> {
        let owner = match container.network_mode().strip_prefix("container:") {
            Some(key) => self.container(key)?.id.clone(),
            None => container.id.clone(),
        };
        let folder = format!("/var/lib/docker/containers/{owner}");
        if owner == container.id {
            let hostname = format!("{}\n", text(&container.config, "Hostname"));
            self.write_host_file(&folder, "hostname", &hostname);
            self.write_host_file(&folder, "hosts", &self.hosts_file(container, endpoints));
            self.write_host_file(
                &folder,
                "resolv.conf",
                &self.resolv_conf(container, endpoints),
            );
        }
        let tree = |path: String| MountSource::Tree(Arc::clone(&self.inner.host), path);
        let mut mounts: Vec<Mount> = ["resolv.conf", "hostname", "hosts"]
            .iter()
            .map(|name| Mount {
                target: format!("/etc/{name}"),
                source: tree(format!("{folder}/{name}")),
                read_only: false,
            })
            .collect();
        for mount in &container.mounts {
            self.make_target(container, &mount.source, &mount.destination);
            let source = match mount.kind.as_str() {
                "tmpfs" => MountSource::Tmpfs,
                _ => tree(mount.source.clone()),
            };
            mounts.push(Mount {
                target: mount.destination.clone(),
                source,
                read_only: !mount.writable,
            });
        }
        for file in &container.files {
            self.make_target(container, &file.source, &file.target);
            mounts.push(Mount {
                target: file.target.clone(),
                source: tree(file.source.clone()),
                read_only: true,
            });
        }
        Ok(mounts)
    }

    /// Makes the place that a mount covers, as runc does; it shows in `docker diff`.
    fn make_target(&self, container: &Container, source: &str, target: &str) {
        let now = self.now();
        let source = lock(&self.inner.host).stat(source).map(|it| it.kind);
        let mut root = lock(&container.root);
        if root.stat(target).is_ok() {
            return;
        }
        if source == Ok(FileKind::File) {
            let parent = target.rsplit_once('/').map_or("", |(parent, _)| parent);
            make_dirs(&mut root, parent, now);
            let metadata = Metadata {
                kind: FileKind::File,
                size: 0,
                ..directory(0o755, now)
            };
            let _ = root.create(target, metadata, Bytes::new());
        } else {
            make_dirs(&mut root, target, now);
        }
    }

    /// Writes a small file of root's on the simulated host.
    pub(super) fn write_host_file(&self, folder: &str, name: &str, content: &str) {
        let now = self.now();
        let mut host = lock(&self.inner.host);
        make_dirs(&mut host, folder, now);
        let path = format!("{folder}/{name}");
        let _ = host.remove(&path, now);
        let size = content.len() as u64;
        let metadata = Metadata {
            kind: FileKind::File,
            size,
            links: 1,
            ..directory(0o644, now)
        };
        let _ = host.create(&path, metadata, Bytes::copy_from_slice(content.as_bytes()));
    }

    fn hosts_file(&self, container: &Container, endpoints: &BTreeMap<String, Endpoint>) -> String {
        let machine = lock(&self.inner.host).read("/etc/hosts");
        let machine = machine.unwrap_or_default();
        let of_machine = container.network_mode() == "host" && !machine.is_empty();
        let mut hosts = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n".to_owned();
        if of_machine {
            hosts = String::from_utf8_lossy(&machine).into_owned();
        }
        for extra in texts(&container.host, "ExtraHosts") {
            let mark = if extra.contains('=') { '=' } else { ':' };
            if let Some((name, address)) = extra.split_once(mark) {
                let address = if address == "host-gateway" {
                    "172.17.0.1"
                } else {
                    address
                };
                let _ = writeln!(hosts, "{address}\t{name}");
            }
        }
        for (target, alias) in self.links(container) {
            if let Some(address) = target.endpoints.get("bridge").and_then(|it| it.address) {
                let own = text(&target.config, "Hostname");
                let _ = writeln!(hosts, "{address}\t{alias} {own} {}", target.name);
            }
        }
        let names = endpoints
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "ingress" | GATEWAY));
        for (_, endpoint) in names {
            if let Some(address) = endpoint.address {
                let _ = writeln!(hosts, "{address}\t{}", text(&container.config, "Hostname"));
            }
            if let Some(address) = endpoint.address6 {
                let _ = writeln!(hosts, "{address}\t{}", text(&container.config, "Hostname"));
            }
        }
        hosts
    }

    fn resolv_conf(&self, container: &Container, endpoints: &BTreeMap<String, Endpoint>) -> String {
        let state = lock(&self.inner.state);
        let embedded = endpoints
            .values()
            .filter_map(|it| state.networks.get(&it.network_id))
            .any(|it| it.has_dns());
        drop(state);
        let mut content = String::new();
        let servers = texts(&container.host, "Dns");
        if embedded {
            content.push_str("nameserver 127.0.0.11\n");
        } else if servers.is_empty() {
            let host = lock(&self.inner.host)
                .read("/etc/resolv.conf")
                .unwrap_or_default();
            content.push_str(&String::from_utf8_lossy(&host));
        } else {
            for server in servers {
                let _ = writeln!(content, "nameserver {server}");
            }
        }
        let search = texts(&container.host, "DnsSearch");
        if !search.is_empty() {
            let _ = writeln!(content, "search {}", search.join(" "));
        }
        let mut options = texts(&container.host, "DnsOptions");
        if embedded && options.is_empty() {
            options.push("ndots:0".to_owned());
        }
        if !options.is_empty() {
            let _ = writeln!(content, "options {}", options.join(" "));
        }
        content
    }
}
