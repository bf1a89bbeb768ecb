//! Whether a name is known to the caller, and whether what it names answers a ping.

use std::net::IpAddr;

use super::tools::{self, Tools};
use super::{Answer, Trial};
use crate::engine::CallError;

/// What became of a name.
pub(super) struct Named {
    /// Its address.
    pub(super) address: Option<IpAddr>,
    /// What was tried; `None` when the image has nothing that resolves names.
    pub(super) trial: Option<Trial>,
}

/// A command that resolves a name, and how what it prints is read.
type Resolver<'a> = (Vec<&'a str>, fn(&str) -> Option<IpAddr>);

/// Resolves a name: getent and ping ask as programs do; nslookup asks the DNS server itself, and
/// may give up on it where they do not, so that its word is not the last one about a name that the
/// network is `expected` to know.
pub(super) async fn resolve(
    tools: &Tools<'_>,
    name: &str,
    expected: bool,
) -> Result<Named, CallError> {
    let all: [(&str, Resolver<'_>); 3] = [
        (
            "getent",
            (vec!["getent", "hosts", name], tools::getent_address),
        ),
        (
            "nslookup",
            (vec!["nslookup", name], tools::nslookup_address),
        ),
        (
            "ping",
            (
                vec!["ping", "-c", "1", "-W", "1", name],
                tools::ping_address,
            ),
        ),
    ];
    let mut named = Named {
        address: None,
        trial: None,
    };
    for (_, (argv, read)) in all.into_iter().filter(|(tool, _)| tools.has(tool)) {
        let ran = tools.run(&argv).await?;
        named.address = read(&ran.stdout);
        let (answer, words) = match (named.address, ran.status) {
            (Some(address), _) => (
                Answer::Yes,
                format!("nom\u{a0}: «\u{a0}{name}\u{a0}» est {address}"),
            ),
            (None, Some(code)) if code > 128 => (
                Answer::Unknown,
                format!("nom\u{a0}: {} s’est interrompu (code {code})", argv[0]),
            ),
            (None, None) => (
                Answer::Unknown,
                format!("nom\u{a0}: {} n’a pas fini à temps", argv[0]),
            ),
            (None, Some(_)) => (
                Answer::No,
                format!("nom\u{a0}: «\u{a0}{name}\u{a0}» est inconnu"),
            ),
        };
        let trial = Trial {
            answer,
            words,
            command: tools.typed(&argv),
        };
        // What could not be told takes nothing back.
        if named.trial.is_none() || answer != Answer::Unknown {
            named.trial = Some(trial);
        }
        let last_word = argv[0] == "getent" || !expected;
        if answer == Answer::Yes || answer == Answer::No && last_word {
            break;
        }
    }
    Ok(named)
}

/// One echo; `None` when the image has no ping.
pub(super) async fn ping(tools: &Tools<'_>, host: &str) -> Result<Option<Trial>, CallError> {
    if !tools.has("ping") {
        return Ok(None);
    }
    let argv = ["ping", "-c", "1", "-W", "1", host];
    let ran = tools.run(&argv).await?;
    let written = format!("{}{}", ran.stdout, ran.stderr);
    let refused = written.to_ascii_lowercase();
    let refused = refused.contains("permission denied") || refused.contains("not permitted");
    let (answer, words) = match ran.status {
        Some(0) => (Answer::Yes, format!("ping\u{a0}: {host} répond")),
        // The image's user may not open the socket that ping needs: this says nothing of the other.
        _ if refused => (
            Answer::Unknown,
            "ping\u{a0}: interdit à l’utilisateur de ce conteneur".to_owned(),
        ),
        _ => {
            let why = tools::refusal(&written).unwrap_or("pas de réponse");
            (Answer::No, format!("ping\u{a0}: {host}, {why}"))
        }
    };
    Ok(Some(Trial {
        answer,
        words,
        command: tools.typed(&argv),
    }))
}
