//! What the guard says: why a call did not go through, and what to do.

use domain::{Danger, Kind};

/// The object, with its article.
pub fn the_object(kind: Kind, name: &str) -> String {
    let noun = match kind {
        Kind::Container => "le conteneur",
        Kind::Image => "l’image",
        Kind::Volume => "le volume",
        Kind::Network => "le réseau",
        Kind::Service => "le service",
        Kind::Node => "le nœud",
        Kind::Secret => "le secret",
        Kind::Config => "la configuration",
    };
    format!("{noun} «\u{a0}{name}\u{a0}»")
}

/// A name, where the verb tells what it names.
pub fn quoted(name: &str) -> String {
    format!("«\u{a0}{name}\u{a0}»")
}

/// The docker command that was held back.
pub fn command(verb: &str, names: &[&str]) -> String {
    std::iter::once("docker")
        .chain(std::iter::once(verb))
        .chain(names.iter().copied())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The whole of what docker shows. `consent` is what to type to allow it once, if it can be:
/// `Ctrl-G k`.
pub fn message(reasons: &[String], consent: Option<&str>) -> String {
    let reasons = reasons.join("\u{a0}; ");
    let how = consent.map_or_else(String::new, |typed| {
        format!(
            " Pour l’autoriser une fois\u{a0}: dans moussaillon, ouvrez le garde-fou ({typed}), puis \
             relancez la commande."
        )
    });
    format!("retenu par le garde-fou de moussaillon\u{a0}: {reasons}.{how}")
}

/// An object that this session did not make.
pub fn not_ours(kind: Kind, name: &str) -> String {
    let verb = if matches!(kind, Kind::Image | Kind::Config) {
        "créée"
    } else {
        "créé"
    };
    format!(
        "{} n’a pas été {verb} pendant cette session",
        the_object(kind, name)
    )
}

/// A name of an image that somebody else put.
pub fn moves_name(name: &str) -> String {
    format!(
        "le nom «\u{a0}{name}\u{a0}» est déjà celui d’une image qui n’est pas de cette session, et \
         la commande pourrait le lui prendre"
    )
}

/// `--lecture-seule`.
pub fn read_only() -> String {
    "moussaillon a été lancé avec --lecture-seule\u{a0}: rien n’est modifié dans ce moteur"
        .to_owned()
}

/// A way out of the container's walls.
pub fn danger(danger: Danger, option: &str) -> String {
    let why = match danger {
        Danger::Privileged => "donne au conteneur tous les droits de root sur la machine",
        Danger::HostPid => "laisse le conteneur voir et tuer les processus de la machine",
        Danger::HostNetwork => {
            "donne au conteneur le réseau de la machine, avec ses services locaux"
        }
        Danger::HostIpc => "donne au conteneur la mémoire partagée de la machine",
        Danger::HostUsers => "fait du root du conteneur celui de la machine",
        Danger::Capabilities => "donne une capacité qui agit hors du conteneur",
        Danger::Devices => "donne au conteneur un périphérique de la machine",
        Danger::Security => "retire une protection du conteneur",
        Danger::EngineSocket => {
            "donne au conteneur un socket de la machine\u{a0}: celui du moteur vaut root"
        }
        Danger::SystemFolder => {
            "donne au conteneur un dossier du système, ou votre dossier personnel"
        }
        Danger::VolumeDriver => "mène le volume ailleurs que dans le dossier du moteur",
    };
    format!("«\u{a0}{option}\u{a0}» {why}, et la leçon ouverte ne le demande pas")
}

/// The builder's channel.
pub fn buildkit() -> String {
    "BuildKit passe par un canal que le garde-fou ne lit pas\u{a0}; «\u{a0}DOCKER_BUILDKIT=0 docker \
     build …\u{a0}» passe, lui"
        .to_owned()
}

/// The builder's cache.
pub fn build_cache() -> String {
    "le cache de construction est commun à tous, et rien n’y dit ce qui vient de cette session"
        .to_owned()
}

/// Plugins.
pub fn plugin() -> String {
    "une extension du moteur s’exécute avec les droits de la machine".to_owned()
}

/// Joining a swarm.
pub fn swarm_join() -> String {
    "le moteur entrerait dans un swarm qui n’est pas de cette session".to_owned()
}

/// A call that is not known.
pub fn unknown_call() -> String {
    "le garde-fou ne connaît pas cet appel, et il pourrait modifier ce qui n’est pas de cette session"
        .to_owned()
}

/// A call that cannot be read.
pub fn unreadable(why: &str) -> String {
    format!("cet appel ne se lit pas avec certitude\u{a0}: {why}")
}

/// A swarm that was not made here.
pub fn not_our_swarm() -> String {
    "le moteur est dans un swarm qui n’a pas été créé pendant cette session".to_owned()
}

/// A pull that cannot be told from one that moves a name.
pub fn may_move_bases() -> String {
    "«\u{a0}--pull\u{a0}» peut remplacer des images de base qui ne sont pas de cette session"
        .to_owned()
}

/// The last name of an image of somebody else.
pub fn last_name(name: &str) -> String {
    format!("«\u{a0}{name}\u{a0}» est le seul nom d’une image qui n’est pas de cette session")
}

/// A container's network that is not ours.
pub fn joins(kind: Kind, name: &str) -> String {
    format!(
        "{} n’est pas de cette session, et la commande s’y brancherait",
        the_object(kind, name)
    )
}

/// An archive that cannot be read.
pub fn archive() -> String {
    "l’archive ne se lit pas\u{a0}: elle pourrait remplacer des images qui ne sont pas de cette session"
        .to_owned()
}

/// What carries the session's label without having been made in it.
pub fn borrowed_label(kind: Kind, name: &str) -> String {
    format!(
        "{} porte le libellé de la session sans avoir été créé par elle",
        the_object(kind, name)
    )
}

/// The build cache, which stays whole.
pub fn the_cache() -> String {
    "le cache de construction (il est commun à tous)".to_owned()
}

/// What prunes will do, in a sentence: how many objects go, and how many stay.
pub fn foreseen(gone: usize, kept: usize) -> String {
    let gone = match gone {
        0 => "rien ne partira".to_owned(),
        1 => "1 objet partira".to_owned(),
        many => format!("{many} objets partiront"),
    };
    let kept = match kept {
        0 => String::new(),
        1 => ", 1 restera".to_owned(),
        many => format!(", {many} resteront"),
    };
    format!("Garde-fou\u{a0}: {gone}{kept}.")
}

/// What a prune will do, whole.
pub fn foreseen_whole(
    verb: &str,
    gone: &[String],
    kept: &[String],
    filters: Option<&[String]>,
) -> String {
    let goes = match (gone, filters) {
        ([], _) => "rien ne sera retiré.".to_owned(),
        (gone, None) => format!("sera retiré\u{a0}: {}.", gone.join(", ")),
        (gone, Some(_)) => format!(
            "sera retiré, si vos filtres le retiennent\u{a0}: {}.",
            gone.join(", ")
        ),
    };
    let stays = |why: &str, names: &[String]| match names {
        [] => String::new(),
        names => format!(" {why}\u{a0}: {}.", names.join(", ")),
    };
    format!(
        "«\u{a0}docker {verb}\u{a0}»\u{a0}: {goes}{}{}",
        stays("Restera, car ce n’est pas de cette session", kept),
        stays(
            "Restera aussi, car le garde-fou ne sait pas y appliquer vos filtres",
            filters.unwrap_or_default()
        )
    )
}

/// A record that cannot be kept.
pub fn not_kept(why: &str) -> String {
    format!(
        "Garde-fou\u{a0}: ce que la session crée n’a pas pu être noté sur le disque ({why})\u{a0}; \
         «\u{a0}moussaillon ranger\u{a0}» ne le verra pas tout."
    )
}

/// Another engine has come to the address.
pub fn another_engine() -> String {
    "Garde-fou\u{a0}: un autre moteur répond maintenant à cette adresse. Rien de ce qu’il contient \
     n’est à cette session."
        .to_owned()
}

/// Another engine came while a call was judged.
pub fn replaced_meanwhile() -> String {
    "retenu par le garde-fou de moussaillon\u{a0}: un autre moteur a pris cette adresse pendant la \
     commande. Relancez-la."
        .to_owned()
}

/// A plan that is about another engine.
pub fn not_that_engine() -> String {
    "un autre moteur répond maintenant à cette adresse".to_owned()
}

/// What holds an object that would be removed.
pub fn used_by(container: &str) -> String {
    format!("le conteneur «\u{a0}{container}\u{a0}», qui n’est pas de la session, s’en sert")
}

/// An image with children.
pub fn has_children() -> String {
    "une image qui n’est pas de la session en est faite".to_owned()
}

/// The swarm.
pub fn the_swarm() -> String {
    "le swarm de ce moteur".to_owned()
}

/// A swarm with others in it.
pub fn swarm_is_shared() -> String {
    "d’autres nœuds ou d’autres services s’en servent".to_owned()
}
