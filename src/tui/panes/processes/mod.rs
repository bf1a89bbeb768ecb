//! The same processes seen from the host and from the container, side by side.

use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::kernel::amounts::bytes;
use super::kernel::{Sheet, container, is_alive, notes, state_of_reading};
use super::{Pane, Row, Rows, Spec};
use crate::domain::Kind;
use crate::inside::Need;
use crate::inside::processes::{Process, Table};
use crate::text::states;
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::truncate;

/// The pane.
pub(super) const SPEC: Spec = Spec {
    pane: Pane::Processes,
    name: "Processus",
    short: "Proc.",
    letter: 'p',
    help: "Les processus, vus de l’hôte et du conteneur",
    about: &[Kind::Container],
    tail: false,
    rows: Rows::All(rows),
    needs,
};

/// Columns from which the two sides fit beside each other.
const WIDE: usize = 66;

fn needs(model: &Model) -> Vec<Need> {
    container(model)
        .filter(|it| is_alive(it))
        .map(|it| Need::Processes(it.id.clone()))
        .into_iter()
        .collect()
}

fn rows(model: &Model, width: usize) -> Vec<Row> {
    let Some(container) = container(model) else {
        return Vec::new();
    };
    let mut sheet = Sheet::new(model, Pane::Processes, width);
    if !is_alive(container) {
        let words = format!(
            "{}\u{a0}: aucun processus, ni sur l’hôte ni dedans. Il n’en reste que des fichiers.",
            states::told(container.state, container.exit_code)
        );
        let glyph = format!("{} ", states::glyph(container.state));
        sheet.wrapped(&glyph, &words, sheet.theme.faint);
        return sheet.rows;
    }
    let known = model.known.get(&Need::Processes(container.id.clone()));
    let table = known.and_then(|it| it.processes.as_deref());
    state_of_reading(&mut sheet, model, known, table.is_some());
    let Some(table) = table else {
        return sheet.rows;
    };
    let pieces = [
        ("Lu dans\u{a0}: ".to_owned(), sheet.theme.faint),
        (table.source.french().to_owned(), sheet.theme.text),
    ];
    sheet.opens("source", &pieces, &[about(table)]);
    notes(&mut sheet, &table.notes);
    if width >= WIDE {
        side_by_side(&mut sheet, table);
    } else {
        one_under_the_other(&mut sheet, table);
    }
    let words = match table.pid_mode.as_str() {
        "host" => "▲ --pid host\u{a0}: le conteneur voit aussi tous les processus de l’hôte.",
        _ => "◆ le PID 1 du conteneur\u{a0}: quand il finit, le conteneur s’arrête.",
    };
    let words = super::kernel::lines(words, sheet.theme.faint, width);
    sheet.rows.extend(words);
    sheet.rows
}

fn about(table: &Table) -> String {
    let count = table.processes.len();
    let plural = if count > 1 { "s" } else { "" };
    format!(
        "{count} processus dans le conteneur, vu{plural} des deux côtés\u{a0}: un processus de conteneur est un processus de l’hôte, avec un second numéro."
    )
}

/// The engine's processes that started it, then its own.
fn side_by_side(sheet: &mut Sheet<'_>, table: &Table) {
    let theme = sheet.theme;
    let left = sheet.width * 4 / 7;
    let right = sheet.width.saturating_sub(left + 2);
    let title = format!(
        "{}│ Dedans\u{a0}: PID, utilisateur",
        pad("Sur l’hôte\u{a0}: PID, utilisateur, état", left)
    );
    sheet.plain(&title, theme.title);
    for it in &table.ancestors {
        let pieces = two(
            on_host(it, 0, theme),
            left,
            &(" ".to_owned(), theme.faint),
            right,
            theme,
        );
        sheet.opens(&open_name(it), &pieces, &details(it, table));
    }
    for it in &table.processes {
        let host = on_host(it, table.ancestors.len(), theme);
        let pieces = two(host, left, &inside(it, theme), right, theme);
        sheet.opens(&open_name(it), &pieces, &details(it, table));
    }
}

fn one_under_the_other(sheet: &mut Sheet<'_>, table: &Table) {
    let theme = sheet.theme;
    sheet.plain("Sur l’hôte\u{a0}: PID, utilisateur, état", theme.title);
    for (it, base) in table
        .ancestors
        .iter()
        .map(|it| (it, 0))
        .chain(table.processes.iter().map(|it| (it, table.ancestors.len())))
    {
        sheet.opens(
            &open_name(it),
            &[on_host(it, base, theme)],
            &details(it, table),
        );
    }
    sheet.plain("Dedans\u{a0}: PID, utilisateur", theme.title);
    for it in &table.processes {
        let name = format!("dedans {}", open_name(it));
        sheet.opens(&name, &[inside(it, theme)], &details(it, table));
    }
}

fn open_name(process: &Process) -> String {
    match (process.pid, process.inner) {
        (0, Some(inner)) => format!("? {inner}"),
        (pid, _) => pid.to_string(),
    }
}

/// A number where the engine is; `?` when it is not told.
fn number(pid: u32) -> String {
    if pid == 0 {
        "?".to_owned()
    } else {
        pid.to_string()
    }
}

fn two(
    host: (String, Style),
    left: usize,
    inside: &(String, Style),
    right: usize,
    theme: &Theme,
) -> Vec<(String, Style)> {
    let (text, style) = host;
    let text = truncate(&text, left.saturating_sub(1));
    vec![
        (pad(&text, left), style),
        ("│ ".to_owned(), theme.faint),
        (truncate(&inside.0, right), inside.1),
    ]
}

fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// Its branch of the tree.
fn branch(depth: usize) -> String {
    match depth {
        0 => String::new(),
        deep => format!("{}└ ", " ".repeat((deep - 1).min(12))),
    }
}

/// `└ 4242 root S sleep 600`
fn on_host(process: &Process, base: usize, theme: &Theme) -> (String, Style) {
    let text = format!(
        "{}{} {} {} {}",
        branch(base + process.depth),
        number(process.pid),
        user(&process.user),
        process.state.map_or("·".to_owned(), |it| it.to_string()),
        shown(process)
    );
    let style = if process.state == Some('Z') {
        theme.bad
    } else if process.apart.is_none() && process.inner.is_none() && !process.first {
        theme.faint
    } else {
        theme.text
    };
    (text, style)
}

/// `◆ 1 root sleep 600`
fn inside(process: &Process, theme: &Theme) -> (String, Style) {
    let number = process.inner.map_or("?".to_owned(), |it| it.to_string());
    let mark = if process.inner == Some(1) { "◆ " } else { "" };
    let user = match process.inner_user {
        Some(uid) => user(&uid.to_string()),
        None => "?".to_owned(),
    };
    let text = format!(
        "{}{mark}{number} {user} {}",
        branch(process.depth),
        shown(process)
    );
    let style = if process.state == Some('Z') {
        theme.bad
    } else if process.inner == Some(1) {
        theme.strong
    } else {
        theme.text
    };
    (text, style)
}

/// Numbers as they are, but the one that everybody knows.
fn user(user: &str) -> String {
    match user {
        "" => "?".to_owned(),
        "0" => "root".to_owned(),
        _ => user.to_owned(),
    }
}

/// Its command line; a zombie has none left.
fn shown(process: &Process) -> String {
    if process.state == Some('Z') {
        return format!("[{}] zombie", process.name);
    }
    if process.command.is_empty() {
        return format!("[{}]", process.name);
    }
    process.command.replace(['\n', '\t', '\r'], " ")
}

fn details(process: &Process, table: &Table) -> Vec<String> {
    let mut more = vec![format!("Commande\u{a0}: {}", shown(process))];
    let pid = number(process.pid);
    let numbers = match process.inner {
        Some(inner) => format!("PID {pid} sur l’hôte, {inner} dans le conteneur"),
        None => format!("PID {pid} sur l’hôte"),
    };
    let parent = table.ancestors.iter().chain(&table.processes);
    let parent = parent.into_iter().find(|it| it.pid == process.parent);
    more.push(match parent {
        _ if process.parent == 0 => numbers,
        Some(parent) => format!("{numbers}\u{a0}; parent {} ({})", parent.pid, parent.name),
        None => format!("{numbers}\u{a0}; parent {}", process.parent),
    });
    if let Some(letter) = process.state {
        more.push(format!("État {letter}\u{a0}: {}", state(letter)));
    }
    let mut users = format!("Utilisateur {} sur l’hôte", user(&process.user));
    if let Some(uid) = process.inner_user {
        users = format!("{users}, {} dedans", user(&uid.to_string()));
    }
    more.push(users);
    let threads = process
        .threads
        .map(|it| format!("fils d’exécution\u{a0}: {it}"));
    let memory = process
        .resident
        .map(|it| format!("mémoire résidente\u{a0}: {}", bytes(it)));
    let measured: Vec<String> = threads.into_iter().chain(memory).collect();
    if !measured.is_empty() {
        more.push(measured.join(", "));
    }
    if let Some(cgroup) = &process.cgroup {
        more.push(format!("Cgroup {cgroup}"));
    }
    match &process.apart {
        Some(apart) if apart.is_empty() => {
            more.push("Namespaces\u{a0}: tous ceux du premier processus".to_owned());
        }
        Some(apart) => {
            let names: Vec<&str> = apart.iter().map(|it| it.name()).collect();
            more.push(format!("Namespaces à part\u{a0}: {}", names.join(", ")));
        }
        None if process.inner.is_some() => {
            more.push("Namespaces non lus\u{a0}: réservés à root ou au propriétaire".to_owned());
        }
        None => {}
    }
    if process.name.starts_with("containerd-shim") || process.name == "conmon" {
        more.push("Le père du conteneur sur l’hôte\u{a0}: il le garde en vie même si le démon redémarre, et rapporte son code de sortie.".to_owned());
    }
    if process.inner == Some(1) {
        more.push("PID 1\u{a0}: le noyau ne lui envoie pas les signaux qu’il ne traite pas, et il hérite des orphelins du conteneur.".to_owned());
    }
    more
}

const fn state(letter: char) -> &'static str {
    match letter {
        'R' => "il calcule, ou attend un cœur",
        'S' => "endormi, il attend quelque chose",
        'D' => "bloqué dans le noyau\u{a0}: il attend un disque, ou le conteneur est suspendu",
        'T' | 't' => "arrêté par un signal ou un débogueur",
        'Z' => "zombie\u{a0}: fini, son père n’a pas encore lu son code de sortie",
        'X' => "mort",
        'I' => "fil du noyau au repos",
        _ => "état inconnu",
    }
}

#[cfg(test)]
mod tests;
