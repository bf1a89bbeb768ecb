//! French: what the user reads.

pub mod api;
pub mod calendar;
pub mod cgroups;
pub mod changes;
pub mod errors;
pub mod find;
pub mod glossary;
pub mod harmless;
pub mod html;
pub mod interface;
pub mod layers;
pub mod quantity;
pub mod sheet;
pub mod states;
pub mod system;
mod themes;

/// A text as searches see it: without case nor accents, every blank a space.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        fold_into(&mut folded, character);
    }
    folded
}

/// Adds a character as searches see it.
fn fold_into(folded: &mut String, character: char) {
    for character in character.to_lowercase() {
        match character {
            'à' | 'â' => folded.push('a'),
            'é' | 'è' | 'ê' | 'ë' => folded.push('e'),
            'î' | 'ï' => folded.push('i'),
            'ô' => folded.push('o'),
            'ù' | 'û' | 'ü' => folded.push('u'),
            'ç' => folded.push('c'),
            'œ' => folded.push_str("oe"),
            '’' => folded.push('\''),
            '\u{a0}' | '\u{202f}' => folded.push(' '),
            // An accent that is a character of its own.
            '\u{300}'..='\u{36f}' => {}
            other => folded.push(other),
        }
    }
}
