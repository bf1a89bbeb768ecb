//! `moussaillon glossaire`: the words of the course, to be read and searched.

use std::process::ExitCode;

use clap::Args;

use super::print;
use crate::text::glossary::Glossary;
use crate::tui::glossary as lines;

/// What is asked of the glossary.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Mots cherchés, en français ou en anglais, sans souci des accents ; aucun : tout
    #[arg(value_name = "MOT", help_heading = "Arguments")]
    words: Vec<String>,
}

/// Prints the words of the glossary.
pub(super) fn run(asked: &Asked) -> ExitCode {
    print::exit(print(asked))
}

fn print(asked: &Asked) -> Result<(), String> {
    let glossary = Glossary::embedded().map_err(ToString::to_string)?;
    let words = asked.words.join(" ");
    if glossary.search(&words).is_empty() {
        return Err(format!(
            "aucun mot du glossaire ne correspond à «\u{a0}{words}\u{a0}»."
        ));
    }
    print::lines(None, |width, theme| {
        lines::found(glossary, &words, width, theme)
    })
}
