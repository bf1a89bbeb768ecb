//! « did you mean … ? »

/// The number of letters to add, remove or change to make one word of another.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, theirs) in other.iter().enumerate() {
            let change = diagonal + usize::from(letter != *theirs);
            diagonal = row[column + 1];
            row[column + 1] = change.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

/// ` (did you mean X?)` for a word at most two letters away from one of these; else nothing.
pub(super) fn suggestion(word: &str, known: &[&str], case_matters: bool) -> String {
    // A word of a hostile length is nobody's typing error.
    if word.len() > 64 {
        return String::new();
    }
    let fold = |text: &str| {
        if case_matters {
            text.to_owned()
        } else {
            text.to_lowercase()
        }
    };
    let asked = fold(word);
    let mut best = (3, String::new());
    for option in known {
        let option = fold(option);
        if option == asked {
            return String::new();
        }
        let far = distance(&asked, &option);
        if far < best.0 {
            best = (far, option);
        }
    }
    let (_, mut found) = best;
    if found.is_empty() {
        return found;
    }
    if !case_matters && word == word.to_uppercase() && word != word.to_lowercase() {
        found = found.to_uppercase();
    }
    format!(" (did you mean {found}?)")
}
