//! The review of past questions, key by key.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::tui::effect::Effect;
use crate::tui::keymap::digit;
use crate::tui::model::{Model, Overlay};
use crate::tui::review::Review;

/// Begins the review of the day, when one is due.
pub(super) fn begin(model: &mut Model) {
    if model.study.is_none() && model.overlay.is_none() && !model.linear {
        model.review = Review::due(model);
        model.overlay = model.review.as_ref().map(|_| Overlay::Review);
    }
}

/// A key while the review is shown.
pub(super) fn key(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    let control_c =
        event.code == KeyCode::Char('c') && event.modifiers.contains(KeyModifiers::CONTROL);
    let Some(review) = &mut model.review else {
        model.overlay = None;
        return Vec::new();
    };
    let choices = review.question().map_or(0, |(_, quiz)| quiz.choices.len());
    let last = choices.saturating_sub(1);
    if let Some(rank) = digit(&event).and_then(|it| usize::try_from(it).ok()) {
        if review.chosen.is_none() && (1..=choices).contains(&rank) {
            review.cursor = rank - 1;
        }
        return Vec::new();
    }
    match event.code {
        KeyCode::Esc | KeyCode::Char('q') => return end(model),
        _ if control_c => return end(model),
        KeyCode::Up | KeyCode::Char('k') => review.cursor = review.cursor.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => review.cursor = (review.cursor + 1).min(last),
        KeyCode::Enter if choices == 0 => return end(model),
        KeyCode::Enter if review.chosen.is_some() => {
            review.rank += 1;
            review.cursor = 0;
            review.chosen = None;
        }
        KeyCode::Enter => return choose(model),
        _ => {}
    }
    Vec::new()
}

/// The choice under the cursor is the answer.
fn choose(model: &mut Model) -> Vec<Effect> {
    let Some(review) = &mut model.review else {
        return Vec::new();
    };
    let cursor = review.cursor;
    let Some((lesson, quiz)) = review.question() else {
        return Vec::new();
    };
    let right = quiz.choices.get(cursor).is_some_and(|it| it.right);
    model
        .progress
        .recall(&lesson.id, &quiz.id, right, model.today);
    // Leaving in the middle is no reason to be asked again today.
    model.progress.reviewed(model.today);
    review.chosen = Some(cursor);
    review.right += usize::from(right);
    vec![Effect::SaveProgress]
}

/// The review is done, or skipped: there is no other today.
fn end(model: &mut Model) -> Vec<Effect> {
    model.review = None;
    model.overlay = None;
    model.progress.reviewed(model.today);
    vec![Effect::SaveProgress]
}
