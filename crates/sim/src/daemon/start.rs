//! `POST /containers/ID/start`: from an object to processes.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::config::{flag, number, text, texts};
use super::container::{Container, Endpoint, environment};
use super::endpoints::interface;
use super::start_kernel::{limits, security};
use super::{Daemon, Fault, Op, Outcome, lock};
use crate::kernel::{ContainerSpec, Environment, Errno, NetworkSpec, RootFs, StartError, WinSize};
use domain::ContainerState;

/// Where programs are looked for when nothing says so.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// An error number as Go's `syscall` words it.
fn go_words(errno: Errno) -> String {
    errno.message.to_lowercase()
}

/// What runc says after « unable to start container process: », and the exit code.
pub(super) fn runc_words(error: &StartError) -> (String, i64) {
    match error {
        StartError::NotFound(name) => (
            format!("exec: \"{name}\": executable file not found in $PATH"),
            127,
        ),
        StartError::Stat(path, errno) => {
            let code = if *errno == Errno::ENOENT { 127 } else { 126 };
            (
                format!("exec: \"{path}\": stat {path}: {}", go_words(*errno)),
                code,
            )
        }
        StartError::Exec(path, errno) => (format!("exec: \"{path}\": {}", go_words(*errno)), 126),
        StartError::Cwd(path, errno) => (
            format!(
                "chdir to cwd (\"{path}\") set in config.json failed: {}",
                go_words(*errno)
            ),
            if *errno == Errno::ENOENT { 127 } else { 126 },
        ),
        other => (other.to_string(), 128),
    }
}

impl Daemon {
    /// Starts a container by hand.
    pub async fn start_container(&self, key: &str) -> Outcome<()> {
        let container = self.container(key)?;
        match container.state {
            ContainerState::Paused => {
                return Err(Fault::conflict(
                    "cannot start a paused container, try unpause instead",
                ));
            }
            ContainerState::Running | ContainerState::Restarting => {
                return Err(Fault::not_modified());
            }
            ContainerState::Removing | ContainerState::Dead => {
                return Err(Fault::conflict(
                    "container is marked for removal and cannot be started",
                ));
            }
            ContainerState::Created | ContainerState::Exited => {}
        }
        self.launch(&container.id, false).await
    }

    /// Starts it, by hand or by its restart policy.
    pub(super) async fn launch(&self, id: &str, by_policy: bool) -> Outcome<()> {
        let live = self.live(id);
        let _one_at_a_time = live.starting.lock().await;
        let container = self.container(id)?;
        if matches!(
            container.state,
            ContainerState::Running | ContainerState::Paused
        ) {
            return Err(Fault::not_modified());
        }
        match self.try_launch(&container, by_policy) {
            Ok(()) => Ok(()),
            Err((fault, code)) => {
                live.stop_tasks().await;
                live.streams.close();
                let endpoints = container.endpoints.clone();
                self.apply(Op::StartFailed {
                    id: id.to_owned(),
                    code,
                    error: fault.message.clone(),
                })?;
                self.refresh_dns(&endpoints);
                if container.auto_remove() && !by_policy {
                    self.forget(&container, true);
                }
                Err(fault)
            }
        }
    }

    fn try_launch(&self, container: &Arc<Container>, by_policy: bool) -> Result<(), (Fault, i64)> {
        let networking = |fault: Fault| {
            (
                fault.context("failed to set up container networking: "),
                128,
            )
        };
        let named = self.take_name(container).map_err(|fault| (fault, 128))?;
        let container = &named;
        let endpoints = self.plug_all(container).map_err(networking)?;
        let ports = self
            .publish_ports(container, &endpoints)
            .map_err(networking)?;
        self.apply(Op::Plugged {
            id: container.id.clone(),
            endpoints: endpoints.clone(),
            ports: ports.clone(),
            sandbox: self.new_id(),
        })
        .map_err(|fault| (fault, 128))?;
        self.refresh_dns(&endpoints);
        let spec = self
            .spec(container, &endpoints)
            .map_err(|fault| (fault, 128))?;
        let started = self.inner.kernel.start_container(spec).map_err(|error| {
            let (words, code) = runc_words(&error);
            match error {
                StartError::NoUser(_) | StartError::NoGroup(_) => (Fault::invalid(words), 128),
                _ => (
                    Fault::invalid(format!(
                        "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: {words}"
                    )),
                    code,
                ),
            }
        })?;
        let op = Op::Started {
            id: container.id.clone(),
            pid: started.pid,
            by_policy,
        };
        // Supervision comes first: the program may end before its start is told.
        self.apply(op).map_err(|fault| (fault, 128))?;
        self.forward_ports(container, &endpoints, &ports);
        self.supervise(&container.id, started);
        self.begin_health(&container.id);
        Ok(())
    }

    /// Gives a container the host name of the one whose network it joins; the container then.
    fn take_name(&self, container: &Arc<Container>) -> Outcome<Arc<Container>> {
        let Some(key) = container.network_mode().strip_prefix("container:") else {
            return Ok(container.clone());
        };
        let other = self.joined(key)?;
        self.apply(Op::Named {
            id: container.id.clone(),
            hostname: text(&other.config, "Hostname").to_owned(),
            domain: text(&other.config, "Domainname").to_owned(),
        })?;
        self.container(&container.id)
    }

    /// The container whose network is joined, which must be running.
    fn joined(&self, key: &str) -> Outcome<Arc<Container>> {
        let other = self.container(key)?;
        if other.pid.is_some() {
            return Ok(other);
        }
        Err(Fault::conflict(format!(
            "cannot join network namespace of a non running container: {} is {}",
            other.id,
            other.state.as_str()
        )))
    }

    fn spec(
        &self,
        container: &Container,
        endpoints: &BTreeMap<String, Endpoint>,
    ) -> Outcome<ContainerSpec> {
        let config = &container.config;
        let host = &container.host;
        let mut argv = vec![container.path.clone()];
        argv.extend(container.args.iter().cloned());
        let user = text(config, "User").to_owned();
        let size = host.get("ConsoleSize").and_then(Value::as_array);
        let cells = |index: usize| {
            let value = size
                .and_then(|it| it.get(index))
                .and_then(Value::as_u64)
                .unwrap_or(0);
            u16::try_from(value).unwrap_or(0)
        };
        let (rows, cols) = (cells(0), cells(1));
        let size = if rows == 0 {
            WinSize { rows: 24, cols: 80 }
        } else {
            WinSize { rows, cols }
        };
        let cwd = match text(config, "WorkingDir") {
            "" => "/".to_owned(),
            path => path.to_owned(),
        };
        let network = match container.network_mode() {
            "host" => NetworkSpec::Host,
            mode => match mode.strip_prefix("container:") {
                Some(key) => {
                    let gone =
                        || Fault::conflict("the container whose network is joined has ended");
                    NetworkSpec::Of(self.joined(key)?.pid.ok_or_else(gone)?)
                }
                None => NetworkSpec::New(endpoints.values().filter_map(interface).collect()),
            },
        };
        Ok(ContainerSpec {
            id: container.id.clone(),
            cgroup_parent: text(host, "CgroupParent").to_owned(),
            root: Arc::clone(&container.root),
            root_options: self.mount_options(container),
            privileged: flag(host, "Privileged"),
            read_only: flag(host, "ReadonlyRootfs"),
            mounts: self.mounts(container, endpoints)?,
            argv,
            env: self.process_env(container, container.tty()),
            cwd,
            user,
            groups: texts(host, "GroupAdd"),
            hostname: text(config, "Hostname").to_owned(),
            tty: flag(config, "Tty").then_some(size),
            stdin: flag(config, "OpenStdin"),
            init: flag(host, "Init"),
            limits: limits(container),
            network,
            sharing: self.sharing(container)?,
            security: security(container),
            shm_size: u64::try_from(number(host, "ShmSize")).unwrap_or(64 << 20),
        })
    }

    pub(super) fn process_env(&self, container: &Container, tty: bool) -> Environment {
        let mut env = Environment::new();
        env.insert("PATH".to_owned(), PATH.to_owned());
        env.insert(
            "HOSTNAME".to_owned(),
            text(&container.config, "Hostname").to_owned(),
        );
        if tty {
            env.insert("TERM".to_owned(), "xterm".to_owned());
        }
        for (target, alias) in self.links(container) {
            let name = alias.to_uppercase().replace('-', "_");
            env.insert(
                format!("{name}_NAME"),
                format!("/{}/{alias}", container.name),
            );
            for (key, value) in environment(&texts(&target.config, "Env")) {
                if !matches!(key.as_str(), "HOME" | "PATH") {
                    env.insert(format!("{name}_ENV_{key}"), value);
                }
            }
            let address = target.endpoints.get("bridge").and_then(|it| it.address);
            for ((port, protocol), address) in target.exposed().iter().zip(address.iter().cycle()) {
                let key = format!("{name}_PORT_{port}_{}", protocol.to_uppercase());
                env.insert(key.clone(), format!("{protocol}://{address}:{port}"));
                env.insert(format!("{key}_ADDR"), address.to_string());
                env.insert(format!("{key}_PORT"), port.to_string());
                env.insert(format!("{key}_PROTO"), protocol.clone());
            }
        }
        env.extend(container.environment());
        env
    }

    /// The containers that it is linked to, with the alias.
    pub(super) fn links(&self, container: &Container) -> Vec<(Arc<Container>, String)> {
        let link = |link: String| {
            let (target, alias) = link.split_once(':')?;
            let alias = alias.rsplit('/').next()?.to_owned();
            Some((self.container(target).ok()?, alias))
        };
        texts(&container.host, "Links")
            .into_iter()
            .filter_map(link)
            .collect()
    }
}

/// The lines of a container's `/etc/passwd`, by field.
pub(super) fn passwd(root: &RootFs) -> Vec<Vec<String>> {
    let content = lock(root).read("/etc/passwd").unwrap_or_default();
    let content = String::from_utf8_lossy(&content);
    content
        .lines()
        .map(|line| line.split(':').map(str::to_owned).collect())
        .collect()
}
