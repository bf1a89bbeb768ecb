//! What the value of an option says, part by part.

use super::super::grammar::{Flag, Kind};
use super::super::units;
use super::{Part, image};

/// The parts of a value; none when there is nothing to add to the option's own sentence.
pub(super) fn parts(flag: &Flag, value: &str) -> Vec<Part> {
    let name = flag.hidden_for.unwrap_or(flag.name);
    match name {
        "publish" | "publish-add" if value.contains("target=") => pairs(value, PORT_KEYS),
        "publish" | "publish-add" => published(value),
        "volume" => mounted(value),
        "mount" | "mount-add" => pairs(value, MOUNT_KEYS),
        "env" | "env-add" => variable(value),
        "restart" => restart(value),
        "network" | "network-add" => network(value),
        "user" => user(value),
        "label" | "label-add" | "container-label" | "container-label-add" | "filter" => {
            named(value, "clé", "valeur")
        }
        "tag" | "image" => image::parts(value).unwrap_or_default(),
        "platform" => platform(value),
        "add-host" | "host" | "host-add" if value.contains([':', '=']) => {
            let (host, address) = value.split_once(['=', ':']).unwrap_or((value, ""));
            vec![
                Part::new(host, "nom"),
                Part::new(address, "adresse (host-gateway\u{a0}: la machine hôte)"),
            ]
        }
        "ulimit" => limits(value),
        "signal" | "stop-signal" => signal(value),
        "pull" => word(value, PULLS),
        "format" => format(value),
        "tmpfs" => colon(value, "dossier du conteneur", "options"),
        "device" => device(value),
        "time" | "timeout" | "stop-timeout" => seconds(value),
        "pid" | "ipc" | "uts" | "userns" | "cgroupns" => word(value, NAMESPACES),
        "availability" => word(value, AVAILABILITIES),
        _ => by_kind(flag.kind, value),
    }
}

fn by_kind(kind: Kind, value: &str) -> Vec<Part> {
    let read = match kind {
        Kind::Bytes if value == "-1" => Some("sans limite".to_owned()),
        Kind::Bytes => units::ram_in_bytes(value).ok().map(bytes),
        Kind::Duration => units::parse_duration(value).ok().map(duration),
        Kind::Decimal => units::nano_cpus(value).ok().map(|nanos| {
            let thousandths = nanos / 1_000_000;
            format!("{}\u{a0}% d’un processeur", percent(thousandths))
        }),
        _ => return Vec::new(),
    };
    vec![match read {
        Some(says) => Part::owned(value, says),
        None => Part::new(value, "valeur que docker ne saura pas lire"),
    }]
}

fn percent(thousandths: i64) -> String {
    match thousandths % 10 {
        0 => (thousandths / 10).to_string(),
        rest => format!("{},{rest}", thousandths / 10),
    }
}

/// A size in bytes, for a reader.
fn bytes(size: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(1 << 30, "Gio"), (1 << 20, "Mio"), (1 << 10, "Kio")];
    for (unit, name) in UNITS {
        if size >= unit && size % unit == 0 {
            return format!(
                "{}\u{a0}{name}, soit {}\u{a0}octets",
                size / unit,
                thousands(size)
            );
        }
    }
    format!("{}\u{a0}octets", thousands(size))
}

/// A whole number, its thousands apart.
fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digit != '-' {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

fn duration(nanos: i64) -> String {
    const SECOND: i64 = 1_000_000_000;
    if nanos % SECOND != 0 {
        return format!("{}\u{a0}ms", nanos / 1_000_000);
    }
    let seconds = nanos / SECOND;
    let units = [
        (seconds / 3600, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let shown: Vec<_> = units
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number}\u{a0}{unit}"))
        .collect();
    if shown.is_empty() {
        "tout de suite".to_owned()
    } else {
        shown.join(" ")
    }
}

fn seconds(value: &str) -> Vec<Part> {
    match value.parse::<i64>() {
        Ok(-1) => vec![Part::new(value, "attendre sans fin")],
        Ok(number) => vec![Part::owned(value, duration(number * 1_000_000_000))],
        Err(_) => Vec::new(),
    }
}

/// `[address:][host:]container[/protocol]`.
fn published(value: &str) -> Vec<Part> {
    let (ports, protocol) = match value.rsplit_once('/') {
        Some((ports, protocol)) => (ports, Some(protocol)),
        None => (value, None),
    };
    let (rest, inside) = match ports.rsplit_once(':') {
        Some((rest, inside)) => (Some(rest), inside),
        None => (None, ports),
    };
    let (address, host) = match rest.map(|it| it.rsplit_once(':').unwrap_or(("", it))) {
        Some(("", host)) if host.contains('.') => (Some(host), ""),
        Some(("", host)) => (None, host),
        Some((address, host)) => (Some(address), host),
        None => (None, ""),
    };
    let mut parts = Vec::new();
    match address {
        Some(address @ ("127.0.0.1" | "localhost" | "[::1]")) => parts.push(Part::new(
            address,
            "adresse de l’hôte\u{a0}: cette machine seule pourra s’y connecter",
        )),
        Some(address) => parts.push(Part::new(address, "adresse de l’hôte où écouter")),
        None => {}
    }
    if host.is_empty() {
        parts.push(Part::new(
            "",
            "port de l’hôte non dit\u{a0}: le moteur en prend un libre (docker port le montre)",
        ));
    } else {
        parts.push(Part::new(host, "port de la machine hôte"));
    }
    if !inside.is_empty() {
        parts.push(Part::new(inside, "port du conteneur, où le service écoute"));
    }
    if let Some(protocol) = protocol {
        parts.push(Part::new(protocol, "protocole"));
    }
    parts
}

/// `[source:]target[:options]`.
fn mounted(value: &str) -> Vec<Part> {
    let fields: Vec<&str> = value.split(':').collect();
    let (source, target, options) = match fields.as_slice() {
        [target] => ("", *target, ""),
        [source, target] => (*source, *target, ""),
        [source, target, options, ..] => (*source, *target, *options),
        [] => return Vec::new(),
    };
    let mut parts = Vec::new();
    let from_host = source.starts_with(['/', '.', '~', '$']);
    parts.push(match (source, from_host) {
        ("", _) => Part::new("", "volume anonyme, créé pour ce conteneur"),
        (_, true) => Part::new(
            source,
            "dossier ou fichier de la machine hôte (montage lié)",
        ),
        (_, false) => Part::new(source, "volume de ce nom, créé s’il n’existe pas"),
    });
    if !target.is_empty() {
        parts.push(Part::new(
            target,
            if target.starts_with('/') {
                "là où il apparaît dans le conteneur"
            } else {
                "là où il apparaît dans le conteneur\u{a0}: il faut un chemin absolu"
            },
        ));
    }
    for option in options.split(',').filter(|it| !it.is_empty()) {
        parts.extend(word(option, MOUNT_OPTIONS));
    }
    parts
}

type Meanings = &'static [(&'static str, &'static str)];

const MOUNT_OPTIONS: Meanings = &[
    ("ro", "lecture seule"),
    ("rw", "lecture et écriture"),
    ("z", "étiquette SELinux partagée entre conteneurs"),
    ("Z", "étiquette SELinux propre à ce conteneur"),
    (
        "nocopy",
        "ne pas remplir le volume avec les fichiers de l’image",
    ),
    (
        "rprivate",
        "les montages faits d’un côté ne paraissent pas de l’autre",
    ),
];

const MOUNT_KEYS: Meanings = &[
    (
        "type",
        "sorte de montage\u{a0}: volume, bind (dossier de l’hôte), tmpfs (en mémoire)",
    ),
    (
        "source",
        "ce qui est monté\u{a0}: nom du volume ou chemin sur l’hôte",
    ),
    (
        "src",
        "ce qui est monté\u{a0}: nom du volume ou chemin sur l’hôte",
    ),
    ("target", "là où il apparaît dans le conteneur"),
    ("dst", "là où il apparaît dans le conteneur"),
    ("destination", "là où il apparaît dans le conteneur"),
    ("readonly", "lecture seule"),
    ("ro", "lecture seule"),
    ("volume-driver", "pilote du volume"),
    ("volume-label", "libellé du volume"),
    (
        "volume-nocopy",
        "ne pas remplir le volume avec les fichiers de l’image",
    ),
    ("volume-opt", "réglage du pilote du volume"),
    ("volume-subpath", "dossier du volume à monter"),
    ("tmpfs-size", "taille maximale, en octets"),
    ("tmpfs-mode", "droits du dossier, en octal"),
    (
        "bind-propagation",
        "comment les montages faits d’un côté paraissent de l’autre",
    ),
    ("bind-recursive", "que faire des montages qui sont dessous"),
];

const PORT_KEYS: Meanings = &[
    ("published", "port des nœuds"),
    ("target", "port du conteneur, où le service écoute"),
    ("protocol", "protocole"),
    (
        "mode",
        "ingress\u{a0}: tous les nœuds mènent au service\u{a0}; host\u{a0}: seulement ceux qui ont une tâche",
    ),
];

const PULLS: Meanings = &[
    ("missing", "seulement si l’image n’est pas ici"),
    ("always", "toujours, pour avoir la dernière"),
    ("never", "jamais\u{a0}: échouer si l’image n’est pas ici"),
];

const NAMESPACES: Meanings = &[
    (
        "host",
        "partagé avec la machine hôte\u{a0}: moins d’isolement",
    ),
    ("private", "propre au conteneur"),
    (
        "shareable",
        "propre au conteneur, et d’autres pourront s’y joindre",
    ),
    ("none", "aucun"),
];

const AVAILABILITIES: Meanings = &[
    ("active", "reçoit des tâches"),
    ("pause", "garde ses tâches, n’en reçoit pas de nouvelles"),
    (
        "drain",
        "n’en garde aucune\u{a0}: elles partent sur d’autres nœuds",
    ),
];

const NETWORKS: Meanings = &[
    (
        "bridge",
        "réseau par défaut\u{a0}: les conteneurs ne s’y trouvent pas par leur nom",
    ),
    (
        "host",
        "pas de réseau à soi\u{a0}: celui de la machine hôte",
    ),
    ("none", "aucun réseau, sinon la boucle locale"),
    ("default", "le réseau par défaut, bridge"),
];

const SIGNALS: Meanings = &[
    (
        "TERM",
        "demande l’arrêt\u{a0}; le processus peut s’y préparer",
    ),
    ("15", "SIGTERM\u{a0}: demande l’arrêt"),
    (
        "KILL",
        "tue sur-le-champ\u{a0}; le processus n’en sait rien",
    ),
    ("9", "SIGKILL\u{a0}: tue sur-le-champ"),
    ("INT", "ce qu’envoie Ctrl-C"),
    ("HUP", "souvent\u{a0}: relire sa configuration"),
    (
        "QUIT",
        "pour nginx\u{a0}: finir les requêtes en cours, puis s’arrêter",
    ),
    ("USR1", "au gré du programme"),
    ("USR2", "au gré du programme"),
    ("STOP", "suspend le processus"),
    ("CONT", "fait repartir le processus"),
];

const RESTARTS: Meanings = &[
    ("no", "jamais (c’est le défaut)"),
    ("on-failure", "si le code de sortie n’est pas 0"),
    ("always", "toujours, même après un redémarrage du moteur"),
    (
        "unless-stopped",
        "toujours, sauf si vous l’avez arrêté vous-même",
    ),
];

/// The meaning of one word of a table.
fn word(value: &str, meanings: Meanings) -> Vec<Part> {
    if let Some(name) = value.strip_prefix("container:") {
        return vec![Part::owned(
            value,
            format!("partagé avec le conteneur {name}"),
        )];
    }
    let known = meanings.iter().find(|(it, _)| *it == value);
    known
        .map(|(_, says)| Part::new(value, says))
        .into_iter()
        .collect()
}

/// `key=value,key=value`, each key from a table.
fn pairs(value: &str, meanings: Meanings) -> Vec<Part> {
    value
        .split(',')
        .filter(|it| !it.is_empty())
        .map(|pair| {
            let key = pair.split('=').next().unwrap_or(pair);
            let known = meanings.iter().find(|(it, _)| *it == key);
            Part::new(pair, known.map_or("clé inconnue ici", |(_, says)| says))
        })
        .collect()
}

fn named(value: &str, key: &'static str, meaning: &'static str) -> Vec<Part> {
    match value.split_once('=') {
        Some((name, rest)) => vec![Part::new(name, key), Part::new(rest, meaning)],
        None => vec![Part::new(value, key)],
    }
}

fn colon(value: &str, first: &'static str, second: &'static str) -> Vec<Part> {
    match value.split_once(':') {
        Some((one, other)) => vec![Part::new(one, first), Part::new(other, second)],
        None => vec![Part::new(value, first)],
    }
}

fn variable(value: &str) -> Vec<Part> {
    match value.split_once('=') {
        Some((name, "")) => vec![Part::new(name, "variable"), Part::new("", "valeur vide")],
        Some((name, content)) => vec![Part::new(name, "variable"), Part::new(content, "valeur")],
        None => vec![Part::new(
            value,
            "variable, dont la valeur est celle de votre shell",
        )],
    }
}

fn restart(value: &str) -> Vec<Part> {
    let (policy, count) = match value.split_once(':') {
        Some((policy, count)) => (policy, Some(count)),
        None => (value, None),
    };
    let mut parts = word(policy, RESTARTS);
    if parts.is_empty() {
        parts.push(Part::new(policy, "politique que docker ne connaît pas"));
    }
    if let Some(count) = count {
        parts.push(Part::new(count, "nombre d’essais au plus"));
    }
    parts
}

fn network(value: &str) -> Vec<Part> {
    if value.contains('=') {
        return pairs(
            value,
            &[
                ("name", "nom du réseau"),
                ("alias", "autre nom du conteneur sur ce réseau"),
                ("ip", "adresse IPv4 sur ce réseau"),
                ("ip6", "adresse IPv6 sur ce réseau"),
                ("mac-address", "adresse matérielle sur ce réseau"),
                ("driver-opt", "réglage du pilote"),
                ("gw-priority", "priorité de la route par défaut"),
            ],
        );
    }
    let known = word(value, NETWORKS);
    if known.is_empty() && !value.is_empty() {
        return vec![Part::new(
            value,
            "réseau de ce nom\u{a0}: les conteneurs s’y trouvent par leur nom",
        )];
    }
    known
}

fn user(value: &str) -> Vec<Part> {
    let (name, group) = match value.split_once(':') {
        Some((name, group)) => (name, Some(group)),
        None => (value, None),
    };
    let says = match name {
        "0" | "root" => "root, l’administrateur du conteneur",
        _ if name.bytes().all(|it| it.is_ascii_digit()) => {
            "numéro d’utilisateur (UID), même inconnu de l’image"
        }
        _ => "utilisateur, qui doit exister dans l’image",
    };
    let mut parts = vec![Part::new(name, says)];
    parts.extend(group.map(|it| Part::new(it, "groupe")));
    parts
}

fn platform(value: &str) -> Vec<Part> {
    let says = ["système", "architecture du processeur", "variante"];
    value
        .split('/')
        .zip(says)
        .map(|(part, says)| Part::new(part, says))
        .collect()
}

fn limits(value: &str) -> Vec<Part> {
    let Some((name, bounds)) = value.split_once('=') else {
        return vec![Part::new(value, "ressource limitée")];
    };
    let (soft, hard) = bounds.split_once(':').unwrap_or((bounds, ""));
    let mut parts = vec![
        Part::new(name, "ressource limitée"),
        Part::new(soft, "limite courante"),
    ];
    if !hard.is_empty() {
        parts.push(Part::new(
            hard,
            "limite que le processus ne peut pas dépasser",
        ));
    }
    parts
}

fn signal(value: &str) -> Vec<Part> {
    let upper = value.to_uppercase();
    let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
    SIGNALS
        .iter()
        .find(|(it, _)| *it == bare)
        .map(|(_, says)| Part::new(value, says))
        .into_iter()
        .collect()
}

fn format(value: &str) -> Vec<Part> {
    let says = match value {
        "json" => "un objet JSON par ligne",
        "table" => "le tableau ordinaire",
        _ if value.starts_with("table ") => "un tableau dont le modèle donne les colonnes",
        _ if value.contains("{{") => "un modèle Go\u{a0}: ce qui est entre {{ }} est remplacé",
        _ => return Vec::new(),
    };
    vec![Part::new(value, says)]
}

fn device(value: &str) -> Vec<Part> {
    let says = [
        "périphérique de l’hôte",
        "son nom dans le conteneur",
        "droits\u{a0}: r lire, w écrire, m créer",
    ];
    value
        .split(':')
        .zip(says)
        .map(|(part, says)| Part::new(part, says))
        .collect()
}
