//! Words that are near a mistyped one.

/// The candidates that may have been meant, nearest first; at most `most`.
pub(super) fn nearest<'a>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    let typed = typed.to_lowercase();
    let allowed = match typed.chars().count() {
        0..=2 => 1,
        3..=6 => 2,
        _ => 3,
    };
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let far = distance(&typed, &candidate.to_lowercase());
            (far <= allowed && far < candidate.chars().count()).then_some((far, candidate))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(most).map(|(_, it)| it).collect()
}

/// How many letters must be added, taken away, changed or swapped with the next one.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, theirs) in other.iter().enumerate() {
            let change = last[j] + usize::from(letter != theirs);
            let mut best = change.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == other[j - 1] && one[i - 1] == *theirs {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_words_come_first() {
        let verbs = [
            "run", "rm", "rmi", "ps", "pull", "push", "images", "restart",
        ];
        assert_eq!(nearest("rnu", verbs, 1), ["run"]);
        assert_eq!(nearest("imges", verbs, 2), ["images"]);
        assert_eq!(nearest("restrat", verbs, 2), ["restart"]);
        assert_eq!(nearest("pul", verbs, 1), ["pull"]);
        assert!(nearest("bonjour", verbs, 3).is_empty());
        assert!(nearest("x", ["a"], 3).is_empty());
    }
}
