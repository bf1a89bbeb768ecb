//! What is not simulated: the one table, which the API and `moussaillon simulateur limites` read.

use hyper::Method;

use crate::daemon::Fault;

/// What a limit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// 501, « non simulé : … ».
    NotSimulated,
    /// The call works, with less behind it than on a real engine.
    Partial,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Method, or `*`.
    pub method: &'static str,
    /// Beginning of the path; `*` is any one segment. Empty for what is no route.
    pub path: &'static str,
    /// How it is refused.
    pub refusal: Refusal,
    /// What is not there, in French.
    pub what: &'static str,
}

const fn limit(
    method: &'static str,
    path: &'static str,
    refusal: Refusal,
    what: &'static str,
) -> Limit {
    Limit {
        method,
        path,
        refusal,
        what,
    }
}

use Refusal::{NotSimulated, Partial};

/// The table.
pub const LIMITS: &[Limit] = &[
    limit(
        "",
        "",
        NotSimulated,
        "dans docker build : BuildKit, les contextes dans un dépôt git",
    ),
    limit(
        "",
        "",
        NotSimulated,
        "les archives compressées en bzip2, xz ou zstd",
    ),
    limit("*", "session", NotSimulated, "BuildKit (docker buildx)"),
    limit("*", "grpc", NotSimulated, "BuildKit (docker buildx)"),
    limit("*", "plugins", NotSimulated, "les greffons (docker plugin)"),
    limit(
        "*",
        "containers/*/checkpoints",
        NotSimulated,
        "les points de reprise (docker checkpoint)",
    ),
    limit(
        "*",
        "containers/*/attach/ws",
        NotSimulated,
        "l’attachement par WebSocket",
    ),
    limit("", "", NotSimulated, "les réseaux macvlan et ipvlan"),
    limit(
        "",
        "",
        NotSimulated,
        "les registres autres que le Docker Hub simulé et ceux qui tournent sur la machine simulée (127.0.0.1, localhost) ; docker manifest",
    ),
    limit(
        "",
        "",
        Partial,
        "les ports publiés n’écoutent, sur la vraie machine, que sur la boucle locale ; au-dessous de 1024, sur la machine simulée seule si le système refuse",
    ),
    limit(
        "",
        "",
        Partial,
        "les ports udp et sctp sont attribués et affichés, sans trafic",
    ),
    limit(
        "",
        "",
        Partial,
        "les adresses IPv6, les périphériques et les profils seccomp sont enregistrés, sans effet",
    ),
    limit(
        "",
        "",
        Partial,
        "le Docker Hub simulé n’a pas de comptes : docker login y est refusé",
    ),
    limit(
        "",
        "",
        Partial,
        "l’essaim a un seul nœud : docker swarm join répond comme quand l’autre nœud ne répond pas ; ni greffons, ni volumes de grappe (CSI)",
    ),
    limit(
        "",
        "",
        Partial,
        "les pilotes de journaux sont tous acceptés, et tous gardent leurs lignes comme json-file (sauf none)",
    ),
    limit(
        "",
        "",
        Partial,
        "node et python lisent une partie de leur langage (fonctions, classes, promesses, exceptions, http, express, Flask, redis) ; le reste répond « non simulé : … » en nommant la construction",
    ),
    limit(
        "",
        "",
        Partial,
        "MySQL et PostgreSQL : le SQL d’un premier cours, sans sous-requêtes, vues, transactions ni clés étrangères vérifiées",
    ),
    limit(
        "",
        "",
        Partial,
        "apt, apk, pip et npm : un petit catalogue de paquets (assets/hub/paquets), sans réseau",
    ),
];

/// How a call is refused; `None` when the table says nothing of it.
pub(super) fn refusal(method: &Method, segments: &[&str]) -> Option<Fault> {
    let matches = |limit: &&Limit| {
        !limit.path.is_empty()
            && (limit.method == "*" || limit.method == method.as_str())
            && limit.path.split('/').enumerate().all(|(index, wanted)| {
                segments
                    .get(index)
                    .is_some_and(|it| wanted == "*" || wanted == *it)
            })
    };
    LIMITS
        .iter()
        .find(matches)
        .map(|limit| Fault::not_implemented(format!("non simulé\u{a0}: {}", limit.what)))
}

/// The table as `moussaillon simulateur limites` prints it.
pub fn table() -> String {
    let mut text = String::from("Ce que le moteur simulé ne fait pas, ou fait en partie :\n\n");
    for (title, wanted) in [
        ("Refusé (« non simulé : … ») :", NotSimulated),
        ("Fait en partie :", Partial),
    ] {
        text.push_str(title);
        text.push('\n');
        let mut told = Vec::new();
        for limit in LIMITS.iter().filter(|it| it.refusal == wanted) {
            // Two routes may be refused for the same reason.
            if told.contains(&limit.what) {
                continue;
            }
            told.push(limit.what);
            text.push_str("  - ");
            text.push_str(limit.what);
            text.push('\n');
        }
        text.push('\n');
    }
    crate_typography(&text)
}

/// No-break spaces where French wants them.
fn crate_typography(text: &str) -> String {
    let mut out = text.to_owned();
    for mark in [" :", " ;", " !", " ?", " »"] {
        out = out.replace(mark, &mark.replace(' ', "\u{a0}"));
    }
    out.replace("« ", "«\u{a0}")
}
