//! What the facts of a trial amount to.

use super::Answer;
use super::ports::Listening;
use crate::domain::topology::{Barrier, Member, Route, Way};
use crate::text::states;

/// The facts.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Whether the name was resolved.
    pub(super) name: Answer,
    /// Whether a ping was answered.
    pub(super) ping: Answer,
    /// The ports, and whether they took a connection.
    pub(super) ports: Vec<(u16, Answer)>,
    /// What listens in the one that was called, when that could be read.
    pub(super) listening: Option<Listening>,
}

/// Whether the one reaches the other, and why, in French.
pub(super) fn conclude(from: &Member, to: &Member, route: &Route, seen: &Seen) -> (Answer, String) {
    let (a, b) = (&from.name, &to.name);
    let open: Vec<u16> = of(seen, Answer::Yes);
    let reached = !open.is_empty() || seen.ping == Answer::Yes;
    if !reached {
        return unreached(a, to, route, seen);
    }
    let how = match route {
        Route::Ways(ways) => match ways.first() {
            Some(Way::Same) => {
                format!(
                    "«\u{a0}{a}\u{a0}» et «\u{a0}{b}\u{a0}» ont la même pile réseau\u{a0}: localhost"
                )
            }
            Some(Way::Published { .. }) => {
                format!(
                    "«\u{a0}{a}\u{a0}» joint «\u{a0}{b}\u{a0}» par le port publié sur la machine"
                )
            }
            Some(Way::Gateway { .. }) => {
                format!("«\u{a0}{a}\u{a0}» joint la pile de la machine, où vit «\u{a0}{b}\u{a0}»")
            }
            _ if seen.name == Answer::Yes => {
                format!("«\u{a0}{a}\u{a0}» joint «\u{a0}{b}\u{a0}» par son nom")
            }
            _ => format!(
                "«\u{a0}{a}\u{a0}» joint «\u{a0}{b}\u{a0}» par son adresse, pas par son nom"
            ),
        },
        Route::Closed(_) => format!("«\u{a0}{a}\u{a0}» joint «\u{a0}{b}\u{a0}» sans réseau commun"),
    };
    (Answer::Yes, format!("{how}{}.", ports(b, seen, &open)))
}

/// What is said of the ports after what was reached.
fn ports(to: &str, seen: &Seen, open: &[u16]) -> String {
    let shut = of(seen, Answer::No);
    let list = |ports: &[u16]| {
        let words: Vec<String> = ports.iter().map(u16::to_string).collect();
        words.join(", ")
    };
    match (open, shut.as_slice()) {
        ([], []) => String::new(),
        ([], shut) => {
            let why = shut.first().and_then(|port| silence(to, *port, seen));
            let why = why.unwrap_or_else(|| "aucun port essayé ne répond".to_owned());
            format!(", mais {why}")
        }
        ([one], []) => format!("\u{a0}; port {one} ouvert"),
        (open, []) => format!("\u{a0}; ports {} ouverts", list(open)),
        (open, shut) => format!(
            "\u{a0}; ouvert\u{a0}: {}, fermé\u{a0}: {}",
            list(open),
            list(shut)
        ),
    }
}

/// Why a port does not answer, when that could be read.
fn silence(to: &str, port: u16, seen: &Seen) -> Option<String> {
    match seen.listening.as_ref()?.get(&port) {
        None => Some(format!(
            "rien n’écoute sur le port {port} dans «\u{a0}{to}\u{a0}»"
        )),
        Some(true) => Some(format!(
            "«\u{a0}{to}\u{a0}» n’écoute le port {port} que sur 127.0.0.1\u{a0}: lui seul peut s’y connecter"
        )),
        Some(false) => None,
    }
}

fn unreached(a: &str, to: &Member, route: &Route, seen: &Seen) -> (Answer, String) {
    let b = &to.name;
    let no = |words: String| (Answer::No, words);
    match route {
        Route::Closed(Barrier::OtherAsleep) => {
            let without = if to.is_running() {
                "personne ne le joint"
            } else {
                "il n’a ni adresse ni nom jusqu’à son démarrage"
            };
            let word = states::word(to.state);
            no(format!("«\u{a0}{b}\u{a0}» est {word}\u{a0}: {without}."))
        }
        Route::Closed(Barrier::CallerAlone) => no(format!(
            "«\u{a0}{a}\u{a0}» n’a que sa boucle locale (--network none)\u{a0}: il ne joint personne."
        )),
        Route::Closed(Barrier::OtherAlone) => no(format!(
            "«\u{a0}{b}\u{a0}» n’a que sa boucle locale (--network none)\u{a0}: personne ne le joint."
        )),
        Route::Closed(Barrier::Forbidden) => no(format!(
            "«\u{a0}{a}\u{a0}» ne joint pas «\u{a0}{b}\u{a0}»\u{a0}: leur réseau interdit les échanges entre conteneurs."
        )),
        Route::Closed(Barrier::CallerAsleep | Barrier::NoCommon) => {
            let advice = to.places().first().map_or_else(String::new, |place| {
                format!(
                    " Pour les relier\u{a0}: docker network connect {} {a}",
                    place.network
                )
            });
            no(format!(
                "«\u{a0}{a}\u{a0}» ne joint pas «\u{a0}{b}\u{a0}»\u{a0}: aucun réseau commun.{advice}"
            ))
        }
        Route::Ways(_) if seen.ping == Answer::Unknown && of(seen, Answer::No).is_empty() => (
            Answer::Unknown,
            format!("Les outils de l’image de «\u{a0}{a}\u{a0}» ne permettent pas de conclure."),
        ),
        Route::Ways(_) => {
            let shut = of(seen, Answer::No);
            let why = shut.first().and_then(|port| silence(b, *port, seen));
            let why = why.unwrap_or_else(|| "il ne répond pas".to_owned());
            no(format!(
                "«\u{a0}{a}\u{a0}» ne joint pas «\u{a0}{b}\u{a0}»\u{a0}: {why}."
            ))
        }
    }
}

fn of(seen: &Seen, answer: Answer) -> Vec<u16> {
    let ports = seen.ports.iter().filter(|(_, it)| *it == answer);
    ports.map(|(port, _)| *port).collect()
}
