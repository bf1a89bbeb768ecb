//! The control group: each limit as asked beside as applied, and what is used.

use serde_json::Value;

use super::Sheet;
use super::amounts::{amount, bytes, duration};
use crate::inside::kernel::cgroup::{Usage, Version};
use crate::inside::kernel::limits::{Amount, Confronted, Limit, Verdict, asked, confront};
use crate::inside::kernel::{Cgroup, Reading};
use crate::text::cgroups;

/// Cells of the bar of memory.
const BAR: u64 = 10;

pub(super) fn rows(sheet: &mut Sheet<'_>, host_config: &Value, reading: Option<&Reading>) {
    let theme = sheet.theme;
    match reading.and_then(|it| it.cgroup.as_ref()) {
        Some(Ok(cgroup)) => {
            title(sheet, cgroup);
            let confronted = confront(cgroup, host_config);
            for it in &confronted {
                limit(sheet, cgroup, it);
            }
            usage(sheet, cgroup, &confronted);
        }
        failed => {
            sheet.plain("Cgroup (limites déclarées, non observées)", theme.title);
            if let Some(Err(reason)) = failed {
                sheet.wrapped("  ✘ ", reason, theme.bad);
            }
            for limit in Limit::ALL {
                let value = asked(limit, host_config);
                let words = value.as_ref().map_or("non demandé".to_owned(), amount);
                let pieces = [
                    (format!("  · {:<12} ", name(limit)), theme.text),
                    (words, theme.strong),
                ];
                sheet.opens(&open_name(limit), &pieces, &[option(limit).to_owned()]);
            }
        }
    }
}

fn open_name(limit: Limit) -> String {
    format!("{limit:?}")
}

fn title(sheet: &mut Sheet<'_>, cgroup: &Cgroup) {
    let theme = sheet.theme;
    let version = match cgroup.version {
        Version::One => "v1",
        Version::Two => "v2",
    };
    let pieces = [
        (format!("Cgroup {version}  "), theme.title),
        (cgroup.path.clone(), theme.code),
    ];
    let mut more = vec![
        format!("Chemin lu dans /proc/PID/cgroup\u{a0}: {}", cgroup.path),
        format!("Ses fichiers\u{a0}: {}", cgroup.folder),
    ];
    if !cgroup.own {
        more.push(cgroups::no_limit());
    }
    sheet.opens("cgroup ", &pieces, &more);
    if !cgroup.own {
        sheet.wrapped("  ▲ ", &cgroups::no_limit(), theme.changed);
    }
}

const fn name(limit: Limit) -> &'static str {
    match limit {
        Limit::Memory => "mémoire",
        Limit::Swap => "swap",
        Limit::Reservation => "réservation",
        Limit::Cpu => "processeur",
        Limit::Weight => "poids CPU",
        Limit::Cpuset => "cœurs permis",
        Limit::Pids => "processus",
    }
}

const fn option(limit: Limit) -> &'static str {
    match limit {
        Limit::Memory => {
            "Option -m, --memory\u{a0}: au-delà, le noyau tue un processus du conteneur (OOM, code 137)."
        }
        Limit::Swap => {
            "Option --memory-swap\u{a0}: mémoire et swap ensemble. Le fichier de la v1 compte les deux, celui de la v2 le swap seul."
        }
        Limit::Reservation => {
            "Option --memory-reservation\u{a0}: ce que le noyau tâche de laisser quand la machine manque de mémoire."
        }
        Limit::Cpu => {
            "Options --cpus, --cpu-quota\u{a0}: temps de calcul par période\u{a0}; au-delà, le conteneur attend la période suivante."
        }
        Limit::Weight => {
            "Option --cpu-shares\u{a0}: sa part quand les cœurs manquent\u{a0}; sans effet sur une machine qui a du temps libre."
        }
        Limit::Cpuset => {
            "Option --cpuset-cpus\u{a0}: les cœurs sur lesquels il a le droit de tourner."
        }
        Limit::Pids => {
            "Option --pids-limit\u{a0}: processus et fils d’exécution, ensemble\u{a0}; au-delà, fork échoue."
        }
    }
}

fn limit(sheet: &mut Sheet<'_>, cgroup: &Cgroup, it: &Confronted) {
    let theme = sheet.theme;
    let (glyph, style) = match it.verdict {
        verdict if verdict.is_warning() => ("▲", theme.changed),
        _ if it.asked.is_some() => ("✔", theme.good),
        _ => ("·", theme.faint),
    };
    let applied = match (&it.applied, it.verdict) {
        (Some(Amount::Unlimited), _) if it.limit == Limit::Cpuset => "tous".to_owned(),
        (Some(Amount::Bytes(0) | Amount::Unlimited), _) if it.limit == Limit::Reservation => {
            "aucune".to_owned()
        }
        (Some(value), Verdict::Converted) => format!("{} (converti)", amount(value)),
        (Some(value), _) => amount(value),
        (None, Verdict::NoGroup | Verdict::NotCounted) => "pas appliqué".to_owned(),
        (None, _) => "—".to_owned(),
    };
    let values = match &it.asked {
        // The two files do not count the same: see the option.
        Some(Amount::Bytes(total)) if it.limit == Limit::Swap && cgroup.version == Version::Two => {
            format!("{} mémoire comprise → {applied}", bytes(*total))
        }
        Some(asked) => format!("{} → {applied}", amount(asked)),
        None => applied,
    };
    let pieces = [
        (format!("  {glyph} {:<12} ", name(it.limit)), style),
        (format!("{values:<24} "), theme.strong),
        (it.file.clone(), theme.faint),
    ];
    let mut more = vec![option(it.limit).to_owned()];
    let text = cgroup.applied.iter().find(|other| other.limit == it.limit);
    match text.and_then(|it| it.text.as_deref()) {
        Some(text) if !text.is_empty() => more.push(format!("{} = {text}", it.file)),
        Some(_) => more.push(format!("{} est vide\u{a0}: rien n’est restreint.", it.file)),
        None => {}
    }
    more.extend(verdict(it));
    sheet.opens(&open_name(it.limit), &pieces, &more);
    let warning = verdict(it).filter(|_| it.verdict.is_warning());
    // That there is no group is said once, under its path.
    if let Some(words) = warning.filter(|_| it.verdict != Verdict::NoGroup) {
        sheet.wrapped("    ▲ ", &words, theme.changed);
    }
}

/// What there is to say of how the two agree.
fn verdict(it: &Confronted) -> Option<String> {
    let text = match it.verdict {
        Verdict::Same | Verdict::Nothing => return None,
        Verdict::Rounded => {
            "Le noyau compte en pages\u{a0}: la valeur demandée est arrondie à la page au-dessous."
        }
        Verdict::Converted => {
            "Les shares de docker (1024 par défaut) sont converties en poids de cgroup v2 (100 par défaut), par une formule qui dépend de runc\u{a0}: ce n’est pas une différence."
        }
        Verdict::Differs => {
            "Le noyau n’applique pas ce qui est demandé\u{a0}: le cgroup a été changé par un autre que le moteur, ou celui-ci ne sait pas faire mieux."
        }
        Verdict::NotCounted if it.limit == Limit::Swap => {
            "Ce noyau ne compte pas le swap (swapaccount)\u{a0}: la limite demandée n’est pas appliquée."
        }
        Verdict::NotCounted => {
            "Ce noyau n’a pas ce fichier\u{a0}: la limite demandée n’est pas appliquée."
        }
        Verdict::NoGroup => return Some(cgroups::no_limit()),
    };
    Some(text.to_owned())
}

fn usage(sheet: &mut Sheet<'_>, cgroup: &Cgroup, confronted: &[Confronted]) {
    let theme = sheet.theme;
    let used: &Usage = &cgroup.usage;
    if *used == Usage::default() {
        sheet.plain("  · consommation\u{a0}: non mesurée", theme.faint);
        return;
    }
    let limit_of = |wanted: Limit| {
        let found = confronted.iter().find(|it| it.limit == wanted)?;
        match found.applied {
            Some(Amount::Bytes(count) | Amount::Count(count)) => Some(count),
            _ => None,
        }
    };
    let label = |text: &str| (format!("  ▶ {text:<12} "), theme.text);
    if let Some(memory) = used.memory {
        let mut text = bytes(memory);
        if let Some(limit) = limit_of(Limit::Memory).filter(|it| *it > 0) {
            let cells = (u128::from(memory) * u128::from(BAR)).div_ceil(u128::from(limit));
            let cells = usize::try_from(cells).unwrap_or(usize::MAX).min(10);
            let percent = u128::from(memory) * 100 / u128::from(limit);
            let bar = format!("{}{}", "█".repeat(cells), "·".repeat(10 - cells));
            text = format!("{text} sur {}  {bar} {percent}\u{a0}%", bytes(limit));
        }
        if let Some(peak) = used.peak {
            text = format!("{text}  pic {}", bytes(peak));
        }
        let more = [
            "Le cache de fichiers compte aussi\u{a0}: docker stats en retire la part inactive."
                .to_owned(),
        ];
        sheet.opens(
            "utilisé mémoire",
            &[label("mémoire"), (text, theme.strong)],
            &more,
        );
    }
    if let Some(pids) = used.pids {
        let limit = limit_of(Limit::Pids).map_or(String::new(), |it| format!(" sur {it}"));
        let more = [
            "Le noyau compte ici les fils d’exécution (threads), pas seulement les processus."
                .to_owned(),
        ];
        let text = format!("{pids}{limit}");
        sheet.opens(
            "utilisé pids",
            &[label("processus"), (text, theme.strong)],
            &more,
        );
    }
    if let Some((periods, held, time)) = used.throttling {
        let plural = if held > 1 { "s" } else { "" };
        let text = format!(
            "étranglé {held} période{plural} sur {periods}, {} en tout",
            duration(time)
        );
        let more = ["Une période étranglée est une période (100 ms d’ordinaire) où le conteneur avait épuisé son quota de processeur et a attendu.".to_owned()];
        let style = if held > 0 {
            theme.changed
        } else {
            theme.strong
        };
        sheet.opens("utilisé cpu", &[label("processeur"), (text, style)], &more);
    }
    if let Some(kills) = used.oom_kills {
        let text = match kills {
            0 => "aucun processus tué par manque de mémoire".to_owned(),
            1 => "1 processus tué par manque de mémoire".to_owned(),
            many => format!("{many} processus tués par manque de mémoire"),
        };
        let more = [
            "State.OOMKilled ne dit vrai que du PID 1\u{a0}; ce compteur compte aussi les autres."
                .to_owned(),
        ];
        let style = if kills > 0 { theme.bad } else { theme.strong };
        sheet.opens("utilisé oom", &[label("OOM"), (text, style)], &more);
    }
    if used.frozen == Some(true) {
        sheet.plain(
            "  ▲ gelé (docker pause)\u{a0}: aucun processus n’avance",
            theme.changed,
        );
    }
}
