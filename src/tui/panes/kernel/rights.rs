//! What the container's first process may do: capabilities, seccomp, users.

use super::Sheet;
use crate::domain::capabilities;
use crate::inside::kernel::{Reading, Status};

pub(super) fn rows(sheet: &mut Sheet<'_>, reading: &Reading) {
    let theme = sheet.theme;
    sheet.plain("Droits", theme.title);
    let status = match &reading.status {
        Some(Ok(status)) => status,
        Some(Err(reason)) => {
            sheet.wrapped("  ✘ ", reason, theme.bad);
            return;
        }
        None => return,
    };
    capability_rows(sheet, status);
    let (word, style) = match status.seccomp {
        Some(2) => ("un filtre d’appels système est actif", theme.strong),
        Some(1) => ("mode strict", theme.strong),
        Some(_) => ("aucun filtre", theme.changed),
        None => ("ce noyau ne le dit pas", theme.faint),
    };
    let more = ["Le profil par défaut de docker refuse une quarantaine d’appels système (reboot, mount…)\u{a0}; --security-opt seccomp=unconfined l’enlève.".to_owned()];
    let label = |text: &str| (format!("  · {text:<12} "), theme.text);
    sheet.opens(
        "seccomp",
        &[label("seccomp"), (word.to_owned(), style)],
        &more,
    );
    let word = if status.no_new_privileges {
        "oui"
    } else {
        "non"
    };
    let more = ["Avec --security-opt no-new-privileges, un programme setuid (sudo, su) ne donne plus aucun droit.".to_owned()];
    sheet.opens(
        "no_new_privs",
        &[label("NoNewPrivs"), (word.to_owned(), theme.strong)],
        &more,
    );
    users(sheet, reading, status);
}

fn capability_rows(sheet: &mut Sheet<'_>, status: &Status) {
    let theme = sheet.theme;
    let Some(set) = status.capabilities else {
        let words = "  · capacités    ce noyau ne les dit pas";
        sheet.plain(words, theme.faint);
        return;
    };
    let (kept, dropped) = capabilities::split(set);
    let (added, _) = capabilities::split(set & !capabilities::DEFAULT);
    let (removed, _) = capabilities::split(capabilities::DEFAULT & !set);
    let words = if dropped.is_empty() {
        "toutes\u{a0}: comme root sur l’hôte (--privileged)".to_owned()
    } else if set == 0 {
        "aucune\u{a0}: le premier processus n’est pas root, ou --cap-drop ALL".to_owned()
    } else if added.is_empty() && removed.is_empty() {
        "celles que docker laisse par défaut".to_owned()
    } else {
        let names = |sign: &str, list: &[&str]| {
            let signed: Vec<String> = list.iter().map(|it| format!("{sign}{it}")).collect();
            signed.join(" ")
        };
        format!("défaut {} {}", names("+", &added), names("-", &removed))
    };
    let style = if dropped.is_empty() {
        theme.bad
    } else {
        theme.strong
    };
    let pieces = [
        ("  · capacités    ".to_owned(), theme.text),
        (
            format!("{} sur {}  ", kept.len(), capabilities::count()),
            theme.strong,
        ),
        (words, style),
    ];
    let mut more = vec![format!("CapEff = {set:016x}")];
    if !kept.is_empty() {
        more.push(format!("+ gardées\u{a0}: {}", kept.join(" ")));
    }
    if !dropped.is_empty() {
        more.push(format!("- retirées\u{a0}: {}", dropped.join(" ")));
    }
    if let Some(bound) = status.bounding.filter(|it| *it != set) {
        let (bound, _) = capabilities::split(bound);
        more.push(format!(
            "Il ne pourrait jamais en avoir d’autres que celles-ci (CapBnd)\u{a0}: {}",
            bound.join(" ")
        ));
    }
    more.push("Se choisissent avec --cap-add et --cap-drop.".to_owned());
    sheet.opens("capacités", &pieces, &more);
}

fn users(sheet: &mut Sheet<'_>, reading: &Reading, status: &Status) {
    let theme = sheet.theme;
    let map = &reading.uid_map;
    let words = match map.iter().find(|(inside, _, _)| *inside == 0) {
        Some((_, 0, _)) => "root dedans = root sur l’hôte".to_owned(),
        Some((_, outside, _)) => format!("root dedans = {outside} sur l’hôte"),
        None if map.is_empty() => "uid_map non lu".to_owned(),
        None => "root n’existe pas dedans".to_owned(),
    };
    let pieces = [
        ("  · utilisateurs ".to_owned(), theme.text),
        (words, theme.strong),
        (
            format!("   UID de ce processus\u{a0}: {}", status.uid),
            theme.faint,
        ),
    ];
    let mut more: Vec<String> = map
        .iter()
        .map(|(inside, outside, count)| {
            format!(
                "uid_map\u{a0}: {count} utilisateurs, de {inside} dedans = {outside} sur l’hôte"
            )
        })
        .collect();
    more.push(
        "Un --user ou un USER du Dockerfile change l’UID du processus, pas cette table.".to_owned(),
    );
    sheet.opens("utilisateurs", &pieces, &more);
}
