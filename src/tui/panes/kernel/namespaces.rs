//! One line per namespace: whether it is the host's, its inode beside the host's, who else is in it.

use super::Sheet;
use crate::domain::Container;
use crate::inside::kernel::{Namespace, Reading, Sharing, Sort};
use crate::tui::model::Model;

pub(super) fn rows(
    sheet: &mut Sheet<'_>,
    model: &Model,
    container: &Container,
    reading: Option<&Reading>,
) {
    let theme = sheet.theme;
    let read = reading.map_or(&[][..], |it| &it.namespaces);
    let count = |wanted: Sharing| {
        let all = Sort::ALL.into_iter();
        let shown = all.map(|sort| sharing(container, sort, read).0);
        shown.filter(|it| *it == wanted).count()
    };
    let title = if read.iter().all(|it| it.inode.is_err()) {
        "Namespaces (déclarés, non observés)".to_owned()
    } else {
        format!(
            "Namespaces  ≠ {} à lui   = {} de l’hôte",
            count(Sharing::Own),
            count(Sharing::Shared)
        )
    };
    sheet.plain(&title, theme.title);
    for sort in Sort::ALL {
        let found = read.iter().find(|it| it.sort == sort);
        one(sheet, model, container, sort, found);
    }
}

/// Whether it is the host's, and whether that is only declared: what the kernel did not say, the
/// engine was asked for.
fn sharing(container: &Container, sort: Sort, read: &[Namespace]) -> (Sharing, bool) {
    let found = read.iter().find(|it| it.sort == sort);
    match found.map_or(Sharing::Unknown, Namespace::sharing) {
        Sharing::Unknown => (Mode::of(sort, container).sharing, true),
        seen => (seen, false),
    }
}

fn one(
    sheet: &mut Sheet<'_>,
    model: &Model,
    container: &Container,
    sort: Sort,
    found: Option<&Namespace>,
) {
    let theme = sheet.theme;
    let mode = Mode::of(sort, container);
    let inode = found.and_then(|it| it.inode.as_ref().ok());
    let read = found.map_or(&[][..], std::slice::from_ref);
    let (sharing, declared) = sharing(container, sort, read);
    let (glyph, word, style) = match sharing {
        Sharing::Shared => ("=", "partagé", theme.changed),
        Sharing::Own => ("≠", "propre", theme.good),
        Sharing::Unknown => ("?", "inconnu", theme.faint),
    };
    let mut pieces = vec![
        (format!("  {glyph} {:<7} ", sort.name()), style),
        (format!("{word:<8} "), style),
    ];
    if let Some(inode) = inode {
        pieces.push((format!("{inode:<10}  "), theme.strong));
    }
    match found.and_then(|it| it.host).filter(|_| inode.is_some()) {
        Some(host) => pieces.push((format!("hôte {host}  "), theme.faint)),
        None if declared && inode.is_none() => {
            pieces.push((format!("déclaré\u{a0}: {}  ", mode.words), theme.faint));
        }
        None if declared => pieces.push(("hôte non lu\u{a0}; déclaré  ".to_owned(), theme.faint)),
        None if sharing == Sharing::Own => pieces.push(("hôte non lu  ".to_owned(), theme.faint)),
        None => {}
    }
    let peers = peers(model, container, sort, found, mode.target.as_deref());
    if !peers.is_empty() {
        pieces.push((format!("avec {}", peers.join(", ")), theme.changed));
    }
    let mut more = vec![about(sort).to_owned()];
    if let Some(Err(reason)) = found.map(|it| &it.inode) {
        more.push(format!("Numéro d’inode non lu\u{a0}: {reason}."));
    }
    if let (Some(inode), Some(host)) = (inode, found.and_then(|it| it.host)) {
        more.push(compared(sort, *inode, host, &mode));
    }
    if !peers.is_empty() {
        more.push(format!(
            "Dans le même namespace que {}\u{a0}: c’est le même inode.",
            peers.join(", ")
        ));
    }
    sheet.opens(sort.name(), &pieces, &more);
}

fn compared(sort: Sort, inode: u64, host: u64, mode: &Mode) -> String {
    let name = sort.name();
    if inode == host {
        return format!(
            "{name}:[{inode}] des deux côtés\u{a0}: le même numéro, donc le même namespace."
        );
    }
    let text = format!(
        "{name}:[{inode}] dans le conteneur, {name}:[{host}] sur l’hôte\u{a0}: deux numéros, deux namespaces."
    );
    if mode.sharing == Sharing::Shared && mode.words == "host" {
        return format!(
            "{text} Pourtant le mode host est demandé\u{a0}: le moteur vit dans un autre namespace que ce programme."
        );
    }
    text
}

/// How the engine was asked to make a namespace.
struct Mode {
    sharing: Sharing,
    words: String,
    /// The container that it is shared with: a name or an identifier.
    target: Option<String>,
}

impl Mode {
    fn of(sort: Sort, container: &Container) -> Self {
        let mode = asked(sort, container);
        let target = mode.strip_prefix("container:").map(str::to_owned);
        let sharing = match (sort, mode) {
            (Sort::Time, _) | (_, "host") => Sharing::Shared,
            // userns-remap is an option of the daemon, version 1 shares it by default.
            (Sort::User | Sort::Cgroup, "") => Sharing::Unknown,
            _ => Sharing::Own,
        };
        let words = match (sort, mode) {
            (Sort::Time, _) => "toujours celui de l’hôte",
            (Sort::Mnt, _) => "toujours à lui",
            (Sort::User | Sort::Cgroup, "") => "selon le démon",
            // Podman says it of those that docker leaves empty.
            (_, "") | (Sort::Pid | Sort::Uts, "private") => "privé (défaut)",
            (_, mode) if mode.starts_with("container:") => "container",
            (_, mode) => mode,
        };
        Self {
            sharing,
            words: words.to_owned(),
            target,
        }
    }
}

/// The mode of a namespace, as `docker run` was given it.
fn asked(sort: Sort, container: &Container) -> &str {
    let key = match sort {
        Sort::Pid => "PidMode",
        Sort::Net => "NetworkMode",
        Sort::Uts => "UTSMode",
        Sort::Ipc => "IpcMode",
        Sort::Cgroup => "CgroupnsMode",
        Sort::User => "UsernsMode",
        Sort::Mnt | Sort::Time => return "",
    };
    let config = container.document.get("HostConfig");
    let mode = config.and_then(|it| it.get(key)?.as_str());
    mode.unwrap_or_default()
}

/// The other containers in it: as the kernel shows, else as the engine was asked.
fn peers(
    model: &Model,
    container: &Container,
    sort: Sort,
    found: Option<&Namespace>,
    target: Option<&str>,
) -> Vec<String> {
    let seen = found.map_or(&[][..], |it| &it.peers);
    if !seen.is_empty() {
        return seen.to_vec();
    }
    let others = model.shown_state().containers();
    let is = |it: &Container, named: &str| it.id == named || it.name == named;
    others
        .filter(|it| it.id != container.id)
        .filter(|it| {
            let shares = it.document.mentions("\"container:");
            let theirs = shares.then(|| asked(sort, it));
            let theirs = theirs.and_then(|it| it.strip_prefix("container:"));
            target.is_some_and(|named| is(it, named))
                || theirs.is_some_and(|named| is(container, named))
        })
        .map(|it| it.name.clone())
        .collect()
}

/// What it isolates, and with which option it would be shared.
const fn about(sort: Sort) -> &'static str {
    match sort {
        Sort::Mnt => {
            "Les montages\u{a0}: la racine du conteneur est celle de l’image. Aucune option ne le partage\u{a0}; -v n’y fait entrer qu’un dossier."
        }
        Sort::Pid => {
            "Les numéros de processus\u{a0}: le conteneur compte à partir de 1 et ne voit que les siens. Partagé avec --pid host ou --pid container:NOM."
        }
        Sort::Net => {
            "Le réseau\u{a0}: interfaces, adresses, ports, routes. Partagé avec --network host (rien à publier alors) ou --network container:NOM."
        }
        Sort::Uts => "Le nom d’hôte (hostname). Partagé avec --uts host.",
        Sort::Ipc => {
            "La mémoire partagée et les files de messages. Partagé avec --ipc host ou --ipc container:NOM."
        }
        Sort::User => {
            "Les utilisateurs. Docker le partage par défaut\u{a0}: root du conteneur est root de l’hôte, avec moins de capacités. À lui si le démon a --userns-remap ou tourne sans root."
        }
        Sort::Cgroup => {
            "La racine des cgroups que voit le conteneur. Partagé avec --cgroupns host, qui est le défaut en cgroup v1\u{a0}; à lui par défaut en v2."
        }
        Sort::Time => {
            "Les horloges comptées depuis le démarrage. Docker n’a pas d’option pour l’isoler\u{a0}: toujours celui de l’hôte."
        }
    }
}
