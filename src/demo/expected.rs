//! What a lesson says of its commands.

use crate::lesson::{Block, Expectation};

/// What the lesson says of a command: that it succeeds, when it says nothing.
pub fn expectation(block: Option<&Block>, index: usize) -> Expectation {
    match block {
        Some(Block::Prediction(it)) => it.expected.clone(),
        Some(Block::Misconception(it)) => it
            .experiment
            .get(index)
            .map(|trial| trial.expected.clone())
            .unwrap_or_default(),
        _ => Expectation::default(),
    }
}

/// The same in French: « code 0, « bonjour » ».
pub fn in_words(expected: &Expectation) -> String {
    let mut words = vec![format!("code {}", expected.status)];
    for text in &expected.output {
        words.push(format!("« {} »", text.trim()));
    }
    for text in &expected.output_without {
        words.push(format!("sans « {} »", text.trim()));
    }
    match expected.goals.len() {
        0 => {}
        1 => words.push("1 condition sur l’état".to_owned()),
        many => words.push(format!("{many} conditions sur l’état")),
    }
    words.join(", ")
}
