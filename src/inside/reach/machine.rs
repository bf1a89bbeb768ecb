//! From this machine to the ports that a container publishes.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::net::TcpStream;

use super::{Answer, Outcome, Trial};
use crate::domain::topology::Topology;
use crate::engine::Target;
use crate::inside::Place;
use crate::text::states;
use crate::wire::Dialer;

/// How long a connection may take.
const LIMIT: Duration = Duration::from_secs(2);

/// Connects to each published TCP port from this process.
pub(super) async fn attempt(place: &Place, all: &Topology, to: &str) -> Outcome {
    let Some(member) = all.member(to) else {
        return Outcome::new(Answer::Unknown, "Ce conteneur n’existe plus.");
    };
    let name = &member.name;
    if !member.is_running() {
        let word = states::word(member.state);
        let words =
            format!("«\u{a0}{name}\u{a0}» est {word}\u{a0}: ses ports ne sont pas publiés.");
        return Outcome::new(Answer::No, words);
    }
    let mut trials = Vec::new();
    let mut published = Vec::new();
    for port in member.ports.iter().filter(|it| it.protocol == "tcp") {
        published.extend(
            port.published
                .iter()
                .map(|(ip, at)| (port.number, ip.clone(), *at)),
        );
    }
    for (inside, ip, port) in published {
        trials.push(match address(&place.target, &ip) {
            Ok(host) => connect(&host, port, inside).await,
            Err(words) => Trial {
                words: format!("{ip}:{port}\u{a0}: {words}"),
                ..Trial::default()
            },
        });
    }
    let answered = |answer: Answer| trials.iter().any(|it| it.answer == answer);
    let (answer, words) = if trials.is_empty() {
        let words = format!(
            "«\u{a0}{name}\u{a0}» ne publie aucun port TCP (-p)\u{a0}: rien à essayer d’ici."
        );
        (Answer::No, words)
    } else if answered(Answer::Yes) {
        (
            Answer::Yes,
            format!("Cette machine joint «\u{a0}{name}\u{a0}» par un port publié."),
        )
    } else if answered(Answer::No) {
        let words =
            format!("Cette machine ne joint pas «\u{a0}{name}\u{a0}» par ses ports publiés.");
        (Answer::No, words)
    } else {
        let words = "Ces ports sont ceux de la machine du moteur\u{a0}: essayez depuis elle.";
        (Answer::Unknown, words.to_owned())
    };
    let mut outcome = Outcome::new(answer, words);
    outcome.trials = trials;
    outcome
}

/// The address of this machine, or of the engine's, that leads to what is published there; or why
/// there is none, in French.
fn address(target: &Target, ip: &str) -> Result<String, String> {
    let everywhere = matches!(ip, "" | "0.0.0.0" | "::");
    let local = |ip: &str| match ip {
        "" | "0.0.0.0" => "127.0.0.1".to_owned(),
        "::" => "::1".to_owned(),
        other => other.to_owned(),
    };
    let remote = match &target.dialer {
        // The simulated ports are carried by this machine's loopback.
        Dialer::Memory(_) => return Ok("127.0.0.1".to_owned()),
        Dialer::Unix(_) => return Ok(local(ip)),
        Dialer::Tcp(address) | Dialer::Tls(address, _) => {
            let host = address.rsplit_once(':').map_or(address.as_str(), |it| it.0);
            host.trim_matches(['[', ']']).to_owned()
        }
        Dialer::Ssh(_) => {
            let place = target.url.trim_start_matches("ssh://");
            let place = place.split('/').next().unwrap_or(place);
            let place = place.rsplit_once('@').map_or(place, |it| it.1);
            place.split(':').next().unwrap_or(place).to_owned()
        }
    };
    if matches!(remote.as_str(), "localhost" | "127.0.0.1" | "::1") {
        return Ok(local(ip));
    }
    if everywhere {
        return Ok(remote);
    }
    if ip.starts_with("127.") || ip == "::1" {
        return Err(format!(
            "boucle locale de la machine du moteur ({remote}), hors d’atteinte d’ici"
        ));
    }
    Ok(ip.to_owned())
}

async fn connect(host: &str, port: u16, inside: u16) -> Trial {
    let connected = tokio::time::timeout(LIMIT, TcpStream::connect((host, port))).await;
    let (answer, words) = match connected {
        Ok(Ok(_)) => (Answer::Yes, "ouvert".to_owned()),
        Ok(Err(error)) => match error.kind() {
            ErrorKind::ConnectionRefused => (Answer::No, "connexion refusée".to_owned()),
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
                (Answer::No, "aucune route vers cette adresse".to_owned())
            }
            _ => (Answer::No, error.to_string()),
        },
        Err(_) => (Answer::No, "pas de réponse".to_owned()),
    };
    let place = if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    };
    Trial {
        answer,
        words: format!("{place} ─▶ {inside}/tcp\u{a0}: {words}"),
        // What a person would type; the program itself only opens the connection.
        command: format!("nc -z -w 2 {host} {port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Origin;

    fn target(dialer: Dialer, url: &str) -> Target {
        Target {
            dialer,
            url: url.to_owned(),
            origin: Origin::Flag,
        }
    }

    #[test]
    fn a_remote_loopback_is_out_of_reach() {
        let far = target(
            Dialer::Tcp("10.9.8.7:2375".to_owned()),
            "tcp://10.9.8.7:2375",
        );
        assert_eq!(address(&far, "0.0.0.0"), Ok("10.9.8.7".to_owned()));
        assert_eq!(address(&far, "10.9.8.7"), Ok("10.9.8.7".to_owned()));
        assert!(address(&far, "127.0.0.1").is_err());
        let near = target(
            Dialer::Tcp("localhost:2375".to_owned()),
            "tcp://localhost:2375",
        );
        assert_eq!(address(&near, "127.0.0.1"), Ok("127.0.0.1".to_owned()));
        assert_eq!(address(&near, "::"), Ok("::1".to_owned()));
        let socket = target(
            Dialer::Unix("/run/docker.sock".into()),
            "unix:///run/docker.sock",
        );
        assert_eq!(address(&socket, ""), Ok("127.0.0.1".to_owned()));
    }
}
