//! What is mounted in the container: its layers, its volumes, and what docker and the kernel add.

use serde_json::Value;

use super::Sheet;
use crate::domain::Container;
use crate::inside::kernel::{Mount, Reading};
use crate::text::layers;

/// What a mount is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Root,
    Asked,
    Docker,
    Hidden,
    ReadOnly,
    Kernel,
    /// Under a folder of the host that was mounted with what is mounted in it.
    Nested,
    Other,
}

/// The files that docker writes for each container.
const WRITTEN: [&str; 3] = ["/etc/resolv.conf", "/etc/hostname", "/etc/hosts"];
/// File systems that are the kernel's own.
const KERNEL: [&str; 8] = [
    "proc",
    "sysfs",
    "devpts",
    "mqueue",
    "cgroup",
    "cgroup2",
    "devtmpfs",
    "securityfs",
];

/// `image` is how many layers the container's image has, when it is known.
pub(super) fn rows(
    sheet: &mut Sheet<'_>,
    container: &Container,
    image: Option<usize>,
    reading: &Reading,
) {
    let theme = sheet.theme;
    let mounts = match &reading.mounts {
        Some(Ok(mounts)) => mounts,
        Some(Err(reason)) => {
            sheet.plain("Montages", theme.title);
            sheet.wrapped("  ✘ ", reason, theme.bad);
            return;
        }
        None => return,
    };
    sheet.plain(&format!("Montages ({})", mounts.len()), theme.title);
    let asked = asked(container);
    let with = |wanted: Role| {
        mounts
            .iter()
            .filter(move |it| role(it, &asked_targets(container)) == wanted)
    };
    for mount in with(Role::Root) {
        root(sheet, mount, image);
    }
    for mount in with(Role::Asked) {
        let found = asked.iter().find(|it| it.target == mount.target);
        let (sort, source) = found.map_or(("", ""), |it| (it.sort.as_str(), it.source.as_str()));
        let access = if mount.read_only { "ro" } else { "rw" };
        let from = if source.is_empty() {
            String::new()
        } else {
            format!("{source} ")
        };
        let pieces = [
            (format!("  + {sort:<8} "), theme.good),
            (format!("{from}→ {}", mount.target), theme.strong),
            (format!("  {access}"), theme.faint),
        ];
        let words = if mount.read_only {
            "en lecture seule"
        } else {
            "en lecture et écriture"
        };
        let more = [
            format!(
                "{} du système {} ({}), monté sur {} {words}.",
                mount.root, mount.sort, mount.device, mount.target
            ),
            "Ce qui s’y écrit ne va pas dans la couche du conteneur\u{a0}: docker diff ne le montre pas, docker rm ne l’efface pas.".to_owned(),
        ];
        sheet.opens(&format!("montage {}", mount.target), &pieces, &more);
    }
    let nested = with(Role::Nested).count();
    if nested > 0 {
        let words = format!("  · montés sous ces dossiers par l’hôte\u{a0}: {nested}");
        sheet.plain(&words, theme.faint);
    }
    for (wanted, word, about) in [
        (
            Role::Docker,
            "docker",
            "Écrits par docker pour ce conteneur et montés par-dessus ceux de l’image\u{a0}: c’est par eux qu’il connaît son nom et ses serveurs de noms.",
        ),
        (
            Role::Hidden,
            "masqués",
            "Fichiers du noyau recouverts par du vide (HostConfig.MaskedPaths)\u{a0}: ils diraient ou changeraient trop de l’hôte.",
        ),
        (
            Role::ReadOnly,
            "protégés",
            "Réglages du noyau en lecture seule (HostConfig.ReadonlyPaths).",
        ),
        (
            Role::Kernel,
            "noyau",
            "Systèmes de fichiers que le noyau fabrique\u{a0}: rien n’en est sur un disque.",
        ),
        (Role::Other, "autres", "Montés par un autre que docker."),
    ] {
        let targets: Vec<&str> = with(wanted).map(|it| it.target.as_str()).collect();
        if targets.is_empty() {
            continue;
        }
        let pieces = [
            (format!("  · {word:<8} "), theme.text),
            (format!("{} ", targets.len()), theme.strong),
            (targets.join(" "), theme.faint),
        ];
        let more = [about.to_owned(), targets.join(" ")];
        sheet.opens(&format!("montages {word}"), &pieces, &more);
    }
}

fn root(sheet: &mut Sheet<'_>, mount: &Mount, image: Option<usize>) {
    let theme = sheet.theme;
    let access = if mount.read_only {
        ", en lecture seule (--read-only)"
    } else {
        ""
    };
    let Some(lower) = mount.option("lowerdir") else {
        let words = format!("/ est un système {}{access}", mount.sort);
        let more = [format!("{} {}", mount.device, mount.options)];
        sheet.opens(
            "montage /",
            &[("  ◆ ".to_owned(), theme.key), (words, theme.strong)],
            &more,
        );
        return;
    };
    let lowers: Vec<&str> = lower.split(':').collect();
    let upper = mount.option("upperdir");
    // Without the image, nothing tells its layers from the engine's.
    let image = image.filter(|it| *it <= lowers.len());
    let own = image.unwrap_or(lowers.len());
    let counted = layers::stacked(own, lowers.len() - own, upper.is_some());
    let words = format!("/ est un {}\u{a0}: {counted}{access}", mount.sort);
    let mut more = vec![
        layers::HOW.to_owned(),
        "Pour le noyau, lowerdir est tout ce qui ne change pas, de haut en bas\u{a0}; upperdir est la couche inscriptible.".to_owned(),
    ];
    if let Some(upper) = upper {
        more.push(format!("upperdir = {upper}"));
    }
    more.extend(lowers.iter().map(|it| format!("lowerdir {it}")));
    sheet.opens(
        "montage /",
        &[("  ◆ ".to_owned(), theme.key), (words, theme.strong)],
        &more,
    );
}

/// A mount that the engine was asked for.
struct Asked {
    target: String,
    sort: String,
    source: String,
}

fn asked(container: &Container) -> Vec<Asked> {
    let list = container.document.get("Mounts").and_then(Value::as_array);
    let text = |it: &Value, key: &str| {
        it.get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let mut asked: Vec<Asked> = list
        .into_iter()
        .flatten()
        .map(|it| {
            let sort = text(it, "Type");
            let name = text(it, "Name");
            Asked {
                target: text(it, "Destination"),
                source: if name.is_empty() {
                    text(it, "Source")
                } else {
                    name
                },
                sort: if sort == "bind" {
                    "dossier".to_owned()
                } else {
                    sort
                },
            }
        })
        .collect();
    let tmpfs = container
        .document
        .pointer("/HostConfig/Tmpfs")
        .and_then(Value::as_object);
    asked.extend(tmpfs.into_iter().flatten().map(|(target, _)| Asked {
        target: target.clone(),
        sort: "tmpfs".to_owned(),
        source: String::new(),
    }));
    asked
}

fn asked_targets(container: &Container) -> Vec<String> {
    asked(container).into_iter().map(|it| it.target).collect()
}

fn role(mount: &Mount, asked: &[String]) -> Role {
    let target = mount.target.as_str();
    let under = |folder: &str| {
        target
            .strip_prefix(folder.trim_end_matches('/'))
            .is_some_and(|rest| rest.starts_with('/'))
    };
    if target == "/" {
        return Role::Root;
    }
    if asked.iter().any(|it| it.trim_end_matches('/') == target) {
        return Role::Asked;
    }
    if asked.iter().any(|it| under(it)) {
        return Role::Nested;
    }
    if WRITTEN.contains(&target) {
        return Role::Docker;
    }
    if (under("/proc") || under("/sys")) && (mount.sort == "tmpfs" || mount.root == "/null") {
        return if under("/sys/fs") {
            Role::Kernel
        } else {
            Role::Hidden
        };
    }
    if under("/proc") && mount.sort == "proc" {
        return Role::ReadOnly;
    }
    if KERNEL.contains(&mount.sort.as_str()) || target == "/dev" || under("/dev") {
        return Role::Kernel;
    }
    Role::Other
}
