//! Which engine answers: names that a session gave in one prove nothing in another.

use serde_json::Value;

use super::client::{CallError, Client};
use wire::Dialer;

impl Client {
    /// What tells the engine that answers from every other one.
    pub async fn identity(&self) -> Result<String, CallError> {
        let info = self.json("/info").await?;
        Ok(identity(&info, self.dialer()))
    }
}

/// What tells an engine from every other one, by its `GET /info`: its identifier, its storage driver
/// and its folder. Two daemons of one machine have the same identifier before Docker 23, which is
/// that of the machine's key, and hold other things. Podman draws another identifier at each call:
/// its address and its host stand for it.
pub(super) fn identity(info: &Value, dialer: &Dialer) -> String {
    let said = |key: &str| info[key].as_str().unwrap_or_default();
    let lasting = match said("ID") {
        "" => place(dialer),
        _ if info.get("BuildahVersion").is_some() => {
            format!("{} {}", place(dialer), said("Name"))
        }
        id => id.to_owned(),
    };
    format!("{lasting} {}:{}", said("Driver"), said("DockerRootDir"))
}

fn place(dialer: &Dialer) -> String {
    match dialer {
        Dialer::Unix(path) => format!("unix://{}", path.display()),
        Dialer::Tcp(address) | Dialer::Tls(address, _) => format!("tcp://{address}"),
        Dialer::Ssh(arguments) => arguments.join(" "),
        Dialer::Memory(_) => "memoire".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_engine_is_told_from_another_and_known_again() {
        let at = |path: &str| Dialer::Unix(path.into());
        let info = json!({ "ID": "5KFZ:L2VE", "Driver": "overlay2", "DockerRootDir": "/a",
            "ServerVersion": "20.10.24", "Name": "navire" });
        let with = |key: &str, value: &str| {
            let mut other = info.clone();
            other[key] = json!(value);
            other
        };
        let known = identity(&info, &at("/s"));
        // Upgraded, renamed, reached by another way: the same.
        for same in [with("ServerVersion", "28.5.2"), with("Name", "barque")] {
            assert_eq!(identity(&same, &at("/autre")), known);
        }
        for (key, value) in [
            ("ID", "5f1c2a5e-6d0f-4e0b-9f0e-6b8d0f7a1c42"),
            ("ID", ""),
            ("Driver", "overlayfs"),
            ("DockerRootDir", "/b"),
        ] {
            assert_ne!(identity(&with(key, value), &at("/s")), known, "{key}");
        }
        // Podman: another identifier at each call.
        let podman = |id: &str, name: &str| {
            json!({ "ID": id, "Driver": "overlay", "DockerRootDir": "/p", "BuildahVersion": "1.28",
                "Name": name })
        };
        let known = identity(&podman("dc9b9a4f", "navire"), &at("/s"));
        assert_eq!(identity(&podman("caf6a4fd", "navire"), &at("/s")), known);
        assert_ne!(identity(&podman("caf6a4fd", "barque"), &at("/s")), known);
        assert_ne!(identity(&podman("caf6a4fd", "navire"), &at("/t")), known);
    }
}
