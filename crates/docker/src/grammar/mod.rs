//! What verbs and flags are. One table per verb gives both the parser ([`parse`]) and the help
//! page ([`help`]).

mod find;
mod help;
mod names;
mod needs;
mod parse;
mod reading;
#[cfg(test)]
mod tests;
mod values;

use std::pin::Pin;

use super::cli::Cli;
use super::client::Greeting;
use super::error::Outcome;

pub(super) use find::{Asked, command_words, read};
pub use find::{Global, global_options};
pub(super) use find::{global_flags, verb as verb_named};
pub(super) use help::Page;
pub(super) use needs::{check as check_needs, matter as needs_matter};
pub use reading::{Reading, read_line};
pub(super) use values::Values;

/// The help page of a verb, for that engine.
pub(super) fn page_of(spelling: &str, columns: u16, engine: &Greeting) -> String {
    find::verb(spelling).map_or_else(String::new, |(verb, name)| {
        help::Page::Verb(verb, name).text(usize::from(columns), "", engine)
    })
}

/// The names of the groups.
pub(super) fn groups() -> impl Iterator<Item = &'static str> {
    names::GROUPS.iter().map(|group| group.name)
}

/// The commands of the real client that this one does not have.
#[cfg(test)]
pub(super) fn missing_commands() -> impl Iterator<Item = String> {
    groups().flat_map(|group| unsupported_in(group).map(move |it| format!("{group} {}", it.0)))
}

/// The groups, with their sentences.
pub(super) fn group_rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    names::GROUPS.iter().map(|group| (group.name, group.about))
}

/// The commands of a group that this client does not have, with their sentences.
pub(super) fn unsupported_in(group: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    names::missing(group)
}

/// Whether the parser takes this value for the flag.
pub(super) fn accepts(flag: &'static Flag, value: &str) -> bool {
    parse::parse(&[flag], true, &[format!("--{}={value}", flag.name)]).is_ok()
}

/// What kind of value a flag takes. The names in quotes are those of the help pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// On or off: no value, or `=true` and `=false`.
    Bool,
    /// "string"
    Text,
    /// "int"
    Int,
    /// "uint"
    Uint,
    /// "uint16"
    Uint16,
    /// "duration"
    Duration,
    /// "bytes": `64m`
    Bytes,
    /// "decimal": a number of processors
    Decimal,
    /// "list": one value each time
    List,
    /// "strings": values separated by commas
    Strings,
    /// "map"
    Map,
    /// "filter"
    Filter,
    /// Another name on the help page; one value each time.
    Other(&'static str),
}

/// Checks a value and gives it its canonical form; the error is the text after the flag's name.
pub(super) type Check = fn(&str) -> Result<String, String>;

/// One flag of a verb.
#[derive(Clone, Copy)]
pub(super) struct Flag {
    /// The long name, without dashes.
    pub(super) name: &'static str,
    /// The one-letter name; a space when there is none.
    pub(super) short: char,
    /// What it takes.
    pub(super) kind: Kind,
    /// The help page's text.
    pub(super) help: &'static str,
    /// Checks each value.
    pub(super) check: Option<Check>,
    /// Another name of this flag, which no help page shows.
    pub(super) hidden_for: Option<&'static str>,
    /// What is said to who uses it all the same.
    pub(super) deprecated: Option<&'static str>,
}

/// A flag; `short` is a space when there is no one-letter name.
pub(super) const fn flag(short: char, name: &'static str, kind: Kind, help: &'static str) -> Flag {
    Flag {
        name,
        short,
        kind,
        help,
        check: None,
        hidden_for: None,
        deprecated: None,
    }
}

/// `--format` of the verbs that show objects whole.
pub(super) const FORMAT: Flag = flag(
    'f',
    "format",
    Kind::Text,
    "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
);

/// `--format` of the verbs that list.
pub(super) const FORMAT_TABLE: Flag = flag(
    ' ',
    "format",
    Kind::Text,
    "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
);

impl Flag {
    /// With a check of each value.
    pub(super) const fn checked(mut self, check: Check) -> Self {
        self.check = Some(check);
        self
    }

    /// A hidden flag that does the same as another.
    pub(super) const fn hidden_for(mut self, name: &'static str) -> Self {
        self.hidden_for = Some(name);
        self
    }

    /// A flag that should be used no more, and why.
    pub(super) const fn deprecated(mut self, why: &'static str) -> Self {
        self.deprecated = Some(why);
        self
    }

    /// The name of an error message: `-d, --detach`, or `--rm`.
    pub(super) fn shown(&self) -> String {
        match self.short {
            ' ' => format!("--{}", self.name),
            short => format!("-{short}, --{}", self.name),
        }
    }
}

/// How many arguments a verb takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arity {
    /// None.
    Zero,
    /// That many.
    Exactly(usize),
    /// That many or more.
    AtLeast(usize),
    /// That many or fewer.
    AtMost(usize),
    /// From the first number to the second.
    Between(usize, usize),
    /// Any number: the verb checks.
    Any,
}

/// The work of a verb.
pub(super) type Work<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// One docker command, under all its names.
pub(super) struct Verb {
    /// Every spelling (`container ls`, `container list`, `ps`), in the order of the help page.
    pub(super) spellings: &'static [&'static str],
    /// The usage line after the name.
    pub(super) usage: &'static str,
    /// One sentence.
    pub(super) about: &'static str,
    /// The long text of the help page; the sentence when empty.
    pub(super) long: &'static str,
    /// How many arguments.
    pub(super) arity: Arity,
    /// Whether flags may come after the first argument.
    pub(super) interspersed: bool,
    /// The flags, sorted by name.
    pub(super) flags: &'static [Flag],
    /// Flags shared with another verb, sorted by name.
    pub(super) more_flags: &'static [Flag],
    /// The work.
    pub(super) run: for<'a> fn(&'a mut Cli, Values) -> Work<'a>,
}

impl Verb {
    /// The name under which messages speak of the verb, when the user called it `spelling`:
    /// aliases inside a group give way to the group's first name.
    pub(super) fn canonical(&self, spelling: &'static str) -> &'static str {
        match spelling.split_once(' ') {
            None => spelling,
            Some((group, _)) => self
                .spellings
                .iter()
                .find(|it| {
                    it.split_once(' ')
                        .is_some_and(|(theirs, _)| theirs == group)
                })
                .copied()
                .unwrap_or(spelling),
        }
    }

    /// Every flag, hidden ones included.
    pub(super) fn all_flags(&self) -> Vec<&'static Flag> {
        self.flags.iter().chain(self.more_flags).collect()
    }
}
