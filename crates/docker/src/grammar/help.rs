//! The help pages, laid out as docker's own.

use std::fmt::Write as _;

use super::super::cli::all_verbs;
use super::super::client::Greeting;
use super::find::GLOBAL;
use super::names::{self, COMMON, GROUPS, Group};
use super::{Flag, Kind, Verb, needs};

/// Which help page.
#[derive(Clone, Copy)]
pub(crate) enum Page {
    /// `docker --help`.
    Root,
    /// `docker container --help`.
    Group(&'static Group),
    /// `docker run --help`, under that name.
    Verb(&'static Verb, &'static str),
}

impl Page {
    /// The text, for a terminal of that many columns; `config` is the configuration's folder.
    /// What the engine does not have is not shown.
    pub(crate) fn text(self, columns: usize, config: &str, engine: &Greeting) -> String {
        match self {
            Self::Root => root(columns, config, engine),
            Self::Group(group) => group_page(group, engine),
            Self::Verb(verb, name) => verb_page(verb, name, columns, engine),
        }
    }
}

fn verb_page(verb: &Verb, name: &str, columns: usize, engine: &Greeting) -> String {
    let path = format!("docker {name}");
    let mut page = format!("Usage:  {path} {}", verb.usage)
        .trim_end()
        .to_owned();
    let long = if verb.long.is_empty() {
        verb.about
    } else {
        verb.long
    };
    let _ = write!(page, "\n\n{long}");
    if verb.spellings.len() > 1 {
        let names: Vec<_> = verb
            .spellings
            .iter()
            .map(|it| format!("docker {it}"))
            .collect();
        let _ = write!(page, "\n\nAliases:\n  {}", names.join(", "));
    }
    let mut flags = verb.all_flags();
    flags.retain(|flag| needs::shows_flag(verb, flag.name, engine));
    if !flags.is_empty() {
        let _ = write!(page, "\n\nOptions:\n{}", usages(&flags, columns, ""));
    }
    page.push('\n');
    page
}

fn commands(page: &mut String, title: &str, rows: &[(String, &str)]) {
    if rows.is_empty() {
        return;
    }
    let _ = write!(page, "\n\n{title}:");
    let width = rows
        .iter()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or_default()
        .max(11);
    for (name, about) in rows {
        let _ = write!(page, "\n  {name:width$} {about}");
    }
}

/// The commands of a group (`""` is the root), by name, with their sentences.
fn members(group: &str) -> Vec<(String, &'static str)> {
    let mut rows: Vec<(String, &'static str)> = all_verbs()
        .flat_map(|verb| verb.spellings.iter().map(move |spelling| (verb, *spelling)))
        .filter(|(verb, spelling)| verb.canonical(spelling) == *spelling)
        .filter_map(|(verb, spelling)| match spelling.split_once(' ') {
            Some((theirs, name)) if theirs == group => Some((name.to_owned(), verb.about)),
            None if group.is_empty() => Some((spelling.to_owned(), verb.about)),
            _ => None,
        })
        .collect();
    rows.extend(names::missing(group).map(|(name, about)| (name.to_owned(), about)));
    rows.sort();
    rows
}

fn group_page(group: &Group, engine: &Greeting) -> String {
    let path = format!("docker {}", group.name);
    let mut page = format!("Usage:  {path} COMMAND\n\n{}", group.about);
    let mut rows = members(group.name);
    rows.retain(|(name, _)| needs::shows_command(&format!("{} {name}", group.name), engine));
    commands(&mut page, "Commands", &rows);
    let _ = writeln!(
        page,
        "\n\nRun '{path} COMMAND --help' for more information on a command."
    );
    page
}

fn root(columns: usize, config: &str, engine: &Greeting) -> String {
    let mut page =
        "Usage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers".to_owned();
    let all = members("");
    let about = |name: &str| {
        all.iter()
            .find(|(it, _)| it == name)
            .map_or("", |(_, about)| *about)
    };
    let common: Vec<_> = COMMON
        .iter()
        .map(|name| ((*name).to_owned(), about(name)))
        .collect();
    commands(&mut page, "Common Commands", &common);
    for (title, swarm) in [("Management Commands", false), ("Swarm Commands", true)] {
        let rows: Vec<_> = GROUPS
            .iter()
            .filter(|group| group.swarm == swarm && needs::shows_command(group.name, engine))
            .map(|group| (group.name.to_owned(), group.about))
            .collect();
        commands(&mut page, title, &rows);
    }
    let rest: Vec<_> = all
        .iter()
        .filter(|(name, _)| !COMMON.contains(&name.as_str()))
        .cloned()
        .collect();
    commands(&mut page, "Commands", &rest);
    let _ = write!(
        page,
        "\n\nGlobal Options:\n{}\n\nRun 'docker COMMAND --help' for more information on a \
         command.\n\nFor more help on how to use Docker, head to \
         https://docs.docker.com/go/guides/\n",
        usages(&GLOBAL.iter().collect::<Vec<_>>(), columns, config)
    );
    page
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "",
        Kind::Text => " string",
        Kind::Int => " int",
        Kind::Uint => " uint",
        Kind::Uint16 => " uint16",
        Kind::Duration => " duration",
        Kind::Bytes => " bytes",
        Kind::Decimal => " decimal",
        Kind::List => " list",
        Kind::Strings => " strings",
        Kind::Map => " map",
        Kind::Filter => " filter",
        Kind::Other(name) => name,
    }
}

fn usages(flags: &[&Flag], columns: usize, config: &str) -> String {
    let mut shown: Vec<_> = flags
        .iter()
        .filter(|flag| flag.hidden_for.is_none())
        .collect();
    shown.sort_by_key(|flag| flag.name);
    let head = |flag: &Flag| {
        let short = match flag.short {
            ' ' => "    ".to_owned(),
            short => format!("-{short}, "),
        };
        let kind = type_name(flag.kind);
        let space = if kind.is_empty() || kind.starts_with(' ') {
            ""
        } else {
            " "
        };
        format!("  {short}--{}{space}{kind}", flag.name)
    };
    let indent = shown
        .iter()
        .map(|flag| head(flag).len())
        .max()
        .unwrap_or_default()
        + 3;
    let mut lines = Vec::new();
    for flag in shown {
        let mut help = flag.help.replace("{config:?}", &format!("{config:?}"));
        for file in ["ca.pem", "cert.pem", "key.pem"] {
            help = help.replace(&format!("{{{file}}}"), &format!("\"{config}/{file}\""));
        }
        let text = wrap(indent, columns.saturating_sub(1), &help);
        lines.push(
            format!("{:indent$}{text}", head(flag))
                .trim_end()
                .to_owned(),
        );
    }
    lines.join("\n")
}

/// Wraps a flag's text at `columns`, its lines after the first indented: the rules of pflag, which
/// let a last short word go a little over.
fn wrap(indent: usize, columns: usize, text: &str) -> String {
    const SLOP: usize = 5;
    const NARROWEST: usize = 24;
    let (mut indent, mut room) = (indent, columns.saturating_sub(indent));
    let mut wrapped = String::new();
    if room < NARROWEST {
        indent = 16;
        room = columns.saturating_sub(indent);
        let _ = write!(wrapped, "\n{:indent$}", "");
    }
    if room < NARROWEST {
        return text.replace('\n', &wrapped);
    }
    let newline = format!("\n{:indent$}", "");
    let mut rest = text;
    let mut first = true;
    while first || !rest.is_empty() {
        if !first {
            wrapped.push_str(&newline);
        }
        let (line, after) = cut(rest, room - SLOP, SLOP);
        wrapped.push_str(&line.replace('\n', &newline));
        rest = after;
        first = false;
    }
    wrapped
}

fn cut(text: &str, room: usize, slop: usize) -> (&str, &str) {
    if room + slop > text.len() {
        return (text, "");
    }
    let room = (0..=room)
        .rev()
        .find(|it| text.is_char_boundary(*it))
        .unwrap_or_default();
    let head = &text[..room];
    match (head.rfind([' ', '\t', '\n']), head.rfind('\n')) {
        (None | Some(0), _) => (text, ""),
        (Some(space), Some(line)) if line > 0 && line < space => (&text[..line], &text[line + 1..]),
        (Some(space), _) => (&text[..space], &text[space + 1..]),
    }
}
