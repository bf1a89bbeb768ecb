//! What `docker login` keeps: in docker's configuration file, or in the keyring of a program,
//! `docker-credential-NAME`, as `credHelpers` and `credsStore` of that file say. Such a program is
//! given a verb, reads its standard input and answers on its standard output
//! (<https://github.com/docker/docker-credential-helpers>).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

use super::base64::{base64, unbase64};
use super::files::go_words;
use super::format::words::text;

/// The address under which the Hub's credentials are kept.
pub(crate) const HUB: &str = "https://index.docker.io/v1/";
/// The name of who has an identity token instead of a password.
const TOKEN: &str = "<token>";
/// What these programs say of a registry that they do not know.
const NOT_FOUND: &str = "credentials not found in native keychain";

/// Where the programs that keep credentials are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keepers {
    /// On this machine, run in this environment.
    Here(BTreeMap<String, String>),
    /// Nowhere: on the simulated machine there are none.
    Nowhere,
}

/// Who one is for a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// The name.
    pub(crate) user: String,
    /// The password; empty with a token.
    pub(crate) password: String,
    /// The identity token; empty with a password.
    pub(crate) token: String,
}

impl Credentials {
    /// As the engine reads them.
    fn document(&self, server: &str) -> Json {
        if self.token.is_empty() {
            json!({"username": self.user, "password": self.password, "serveraddress": server})
        } else {
            json!({"username": self.user, "identitytoken": self.token, "serveraddress": server})
        }
    }
}

/// The program that keeps a registry's credentials; `None` when the file does.
fn keeper<'c>(config: &'c Json, server: &str) -> Option<&'c str> {
    let own = config["credHelpers"][server].as_str();
    own.or_else(|| config["credsStore"].as_str())
        .filter(|it| !it.is_empty())
}

impl Keepers {
    /// Asks a program; what it answers, or how it failed, as docker words it.
    fn ask(&self, keeper: &str, verb: &str, input: &str) -> Result<String, String> {
        let program = format!("docker-credential-{keeper}");
        let missing = || format!("exec: {program:?}: executable file not found in $PATH, out: ``");
        let Self::Here(environment) = self else {
            return Err(missing());
        };
        let mut command = Command::new(&program);
        command
            .arg(verb)
            .env_clear()
            .envs(environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => missing(),
            _ => format!("exec: {program:?}: {}, out: ``", go_words(&error)),
        };
        let mut child = command.spawn().map_err(failed)?;
        if let Some(mut stdin) = child.stdin.take() {
            // One that reads nothing has its reasons, which it tells.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output().map_err(failed)?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() {
            return Ok(said);
        }
        let status = output.status.code().unwrap_or(-1);
        Err(format!("exit status {status}, out: `{said}`"))
    }
}

/// What is kept for a registry, if anything.
pub(crate) fn kept(
    config: &Json,
    server: &str,
    keepers: &Keepers,
) -> Result<Option<Credentials>, String> {
    let Some(keeper) = keeper(config, server) else {
        return Ok(in_file(config, server));
    };
    let said = match keepers.ask(keeper, "get", server) {
        Ok(said) => said,
        Err(error) if error.contains(NOT_FOUND) => return Ok(None),
        Err(error) => return Err(format!("error getting credentials - err: {error}")),
    };
    let said: Json = serde_json::from_str(&said)
        .map_err(|error| format!("error getting credentials - err: {error}"))?;
    let (user, secret) = (text(&said["Username"]), text(&said["Secret"]).to_owned());
    Ok(Some(if user == TOKEN {
        Credentials {
            user: String::new(),
            password: String::new(),
            token: secret,
        }
    } else {
        Credentials {
            user: user.to_owned(),
            password: secret,
            token: String::new(),
        }
    }))
}

fn in_file(config: &Json, server: &str) -> Option<Credentials> {
    let entries = config["auths"].as_object()?;
    let entry = entries.get(server).or_else(|| {
        // Kept as an address, as docker did once.
        let mut others = entries.iter().filter(|(name, _)| host(name) == server);
        others.next().map(|(_, entry)| entry)
    })?;
    let decoded = unbase64(text(&entry["auth"]));
    let decoded = String::from_utf8_lossy(&decoded);
    let (user, password) = match decoded.split_once(':') {
        Some(it) => it,
        None => (text(&entry["username"]), text(&entry["password"])),
    };
    let token = text(&entry["identitytoken"]);
    (!user.is_empty() || !token.is_empty()).then(|| Credentials {
        user: user.to_owned(),
        password: password.to_owned(),
        token: token.to_owned(),
    })
}

/// The registry of an address: `hote:5000` for `https://hote:5000/v2/`.
pub(crate) fn host(address: &str) -> &str {
    let bare = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    bare.unwrap_or(address).split('/').next().unwrap_or(address)
}

/// Whether the file itself holds the password of a registry, which anybody who reads it has then.
pub(crate) fn is_in_the_open(config: &Json, server: &str) -> bool {
    keeper(config, server).is_none()
        && in_file(config, server).is_some_and(|it| !it.password.is_empty())
}

/// Keeps a registry's credentials; `config` is then to be written.
pub(crate) fn keep(
    config: &mut Json,
    server: &str,
    credentials: &Credentials,
    keepers: &Keepers,
) -> Result<(), String> {
    let Credentials {
        user,
        password,
        token,
    } = credentials;
    let entry = match keeper(config, server) {
        Some(keeper) => {
            let (user, secret) = if token.is_empty() {
                (user.as_str(), password)
            } else {
                (TOKEN, token)
            };
            let said = json!({"ServerURL": server, "Username": user, "Secret": secret});
            keepers
                .ask(keeper, "store", &said.to_string())
                .map_err(|error| format!("error storing credentials - err: {error}"))?;
            // The file says that there are some, and no more.
            json!({})
        }
        None if token.is_empty() => {
            json!({"auth": base64(format!("{user}:{password}").as_bytes())})
        }
        None => json!({
            "auth": base64(format!("{user}:").as_bytes()), "identitytoken": token,
        }),
    };
    let entries = &mut config["auths"];
    if !entries.is_object() {
        // Nothing that docker reads.
        *entries = json!({});
    }
    entries[server] = entry;
    Ok(())
}

/// Forgets a registry's credentials: the program that keeps them, if there is one, then the file;
/// `config` is then to be written, if this is true. A program that fails leaves the file as it was.
pub(crate) fn erase(config: &mut Json, server: &str, keepers: &Keepers) -> Result<bool, String> {
    if let Some(keeper) = keeper(config, server) {
        keepers
            .ask(keeper, "erase", server)
            .map_err(|error| format!("error erasing credentials - err: {error}"))?;
    }
    let entries = config["auths"].as_object_mut();
    Ok(entries.is_some_and(|it| it.remove(server).is_some()))
}

/// What `X-Registry-Auth` says for a registry; nothing when nothing is kept for it, or when the
/// program that keeps it fails: docker then asks as anybody does.
pub fn header(config: &Json, registry: &str, keepers: &Keepers) -> Option<String> {
    let server = if registry == "docker.io" {
        HUB
    } else {
        registry
    };
    let kept = kept(config, server, keepers).ok()??;
    Some(encoded(&kept.document(server)))
}

/// What `X-Registry-Config` says: every registry's credentials. A program that fails is left out,
/// as if it kept none.
pub(crate) fn all(config: &Json, keepers: &Keepers) -> String {
    let keys = |name: &str| {
        let object = config[name].as_object();
        object.map(|it| it.keys().cloned().collect::<Vec<_>>())
    };
    let mut servers: BTreeSet<String> = ["auths", "credHelpers"]
        .iter()
        .filter_map(|it| keys(it))
        .flatten()
        .collect();
    if let Some(store) = config["credsStore"].as_str().filter(|it| !it.is_empty())
        && let Ok(list) = keepers.ask(store, "list", "")
        && let Ok(Json::Object(list)) = serde_json::from_str(&list)
    {
        servers.extend(list.into_iter().map(|(server, _)| server));
    }
    let known = servers.into_iter().filter_map(|server| {
        let kept = kept(config, &server, keepers).ok()??;
        let document = kept.document(&server);
        Some((server, document))
    });
    encoded(&Json::Object(known.collect()))
}

/// A document as a header holds it.
pub(crate) fn encoded(document: &Json) -> String {
    base64(document.to_string().as_bytes())
        .replace('+', "-")
        .replace('/', "_")
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::*;

    /// A program that keeps credentials in files beside itself, one for each registry.
    const SCRIPT: &str = r#"#!/bin/sh
folder=$(dirname "$0")
input=$(cat)
name() { printf %s "$1" | tr -c 'a-z0-9\n' _; }
case $1 in
store) server=$(printf %s "$input" | sed 's/.*"ServerURL":"\([^"]*\)".*/\1/')
  printf %s "$input" >"$folder/$(name "$server").kept" ;;
get) cat "$folder/$(name "$input").kept" 2>/dev/null ||
  { echo credentials not found in native keychain; exit 1; } ;;
erase) rm "$folder/$(name "$input").kept" ;;
list) echo '{"hote:5000":"ada"}' ;;
esac
"#;

    fn keepers(folder: &Path) -> Keepers {
        let program = folder.join("docker-credential-coffre");
        fs::write(&program, SCRIPT).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
        Keepers::Here([("PATH".to_owned(), path)].into())
    }

    fn ada(password: &str, token: &str) -> Credentials {
        Credentials {
            user: if token.is_empty() { "ada" } else { "" }.to_owned(),
            password: password.to_owned(),
            token: token.to_owned(),
        }
    }

    #[test]
    fn a_program_keeps_gives_and_forgets() {
        let folder = tempfile::tempdir().unwrap();
        let keepers = keepers(folder.path());
        for mut config in [
            json!({"credsStore": "coffre"}),
            json!({"credsStore": "absent", "credHelpers": {"hote:5000": "coffre"}}),
        ] {
            assert_eq!(kept(&config, "hote:5000", &keepers), Ok(None));
            keep(&mut config, "hote:5000", &ada("secret", ""), &keepers).unwrap();
            assert_eq!(
                config["auths"]["hote:5000"],
                json!({}),
                "nothing in the file"
            );
            let found = kept(&config, "hote:5000", &keepers);
            assert_eq!(found, Ok(Some(ada("secret", ""))));
            let said = header(&config, "hote:5000", &keepers).unwrap();
            let said = String::from_utf8(unbase64(&said.replace('-', "+").replace('_', "/")));
            assert!(said.unwrap().contains("\"password\":\"secret\""));
            assert_eq!(erase(&mut config, "hote:5000", &keepers), Ok(true));
            assert_eq!(kept(&config, "hote:5000", &keepers), Ok(None));
            keep(&mut config, "hote:5000", &ada("", "jeton"), &keepers).unwrap();
            let found = kept(&config, "hote:5000", &keepers);
            assert_eq!(found, Ok(Some(ada("", "jeton"))));
            assert_eq!(erase(&mut config, "hote:5000", &keepers), Ok(true));
        }
    }

    #[test]
    fn a_program_that_is_missing_is_said_as_docker_does() {
        let config = json!({"credsStore": "absent"});
        let folder = tempfile::tempdir().unwrap();
        for keepers in [keepers(folder.path()), Keepers::Nowhere] {
            assert_eq!(
                kept(&config, HUB, &keepers).unwrap_err(),
                "error getting credentials - err: exec: \"docker-credential-absent\": executable \
                 file not found in $PATH, out: ``"
            );
            assert_eq!(header(&config, "docker.io", &keepers), None);
        }
    }

    #[test]
    fn without_a_program_the_file_keeps() {
        let mut config = json!({});
        keep(&mut config, HUB, &ada("a:b", ""), &Keepers::Nowhere).unwrap();
        let found = kept(&config, HUB, &Keepers::Nowhere);
        assert_eq!(found, Ok(Some(ada("a:b", ""))));
        let all = unbase64(&all(&config, &Keepers::Nowhere));
        assert!(String::from_utf8(all).unwrap().contains(HUB));
        assert_eq!(header(&config, "hote:5000", &Keepers::Nowhere), None);
    }

    #[test]
    fn a_file_that_somebody_else_wrote_is_read_and_written() {
        for auths in [json!([]), json!("rien"), json!(7)] {
            let mut config = json!({"auths": auths, "detachKeys": "ctrl-x"});
            assert_eq!(kept(&config, HUB, &Keepers::Nowhere), Ok(None));
            keep(&mut config, HUB, &ada("secret", ""), &Keepers::Nowhere).unwrap();
            let found = kept(&config, HUB, &Keepers::Nowhere);
            assert_eq!(found, Ok(Some(ada("secret", ""))));
            assert_eq!(config["detachKeys"], "ctrl-x");
        }
        let config = json!({"auths": {
            "https://hote:5000/v2/": {"auth": base64(b"ada:secret")},
            "autre": {"username": "ada", "password": "secret"},
            "vide": {},
        }});
        for server in ["hote:5000", "autre"] {
            let found = kept(&config, server, &Keepers::Nowhere);
            assert_eq!(found, Ok(Some(ada("secret", ""))), "{server}");
        }
        for server in ["vide", "hote", "absent"] {
            assert_eq!(
                kept(&config, server, &Keepers::Nowhere),
                Ok(None),
                "{server}"
            );
        }
    }
}
