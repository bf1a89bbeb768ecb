//! The list of lessons.

use crate::tui::model::Model;
use crate::tui::outline::{self, Advance, Row};

/// One line per lesson of the path that is followed, and how far each is.
pub(super) fn lines(model: &Model) -> Vec<String> {
    let mut lines = Vec::new();
    match &model.course {
        None => return vec!["Les leçons ne sont pas encore lues.".to_owned()],
        Some(Err(reason)) => return vec![reason.clone()],
        Some(Ok(_)) => {}
    }
    lines.push(outline::path(model).map_or_else(
        || "Toutes les leçons\u{a0}:".to_owned(),
        |path| format!("Parcours «\u{a0}{}\u{a0}»\u{a0}:", path.title),
    ));
    let rows = outline::rows(model);
    for (rank, row) in rows.iter().enumerate() {
        lines.push(format!("{}. {}.", rank + 1, title(model, row)));
    }
    if let Some(row) = rows.get(outline::next(model)) {
        lines.push(format!(
            "La prochaine pour vous\u{a0}: {}. :ouvrir l’ouvre, :ouvrir et un numéro en ouvre une \
             autre.",
            row.lesson.title
        ));
    }
    lines
}

fn title(model: &Model, row: &Row) -> String {
    let lesson = &row.lesson;
    let (what, advance) = match row.part {
        Some(part) => (
            format!("{}, partie {}", lesson.title, part + 1),
            outline::part_advance(lesson, part, &model.progress),
        ),
        None => (
            lesson.title.clone(),
            outline::advance(lesson, &model.progress),
        ),
    };
    let minutes = lesson.duration.as_secs() / 60;
    let advance = match advance {
        Advance::New => "pas commencée",
        Advance::Begun => "commencée",
        Advance::Done => "terminée",
    };
    format!("{what}, {minutes} minutes, {advance}")
}

/// The rank of the row that a number or the identifier of a lesson names; the next one to do for
/// nothing.
pub(super) fn rank(model: &Model, name: &str) -> Option<usize> {
    let rows = outline::rows(model);
    if name.is_empty() {
        return (!rows.is_empty()).then(|| outline::next(model));
    }
    let number = name.parse::<usize>().ok();
    let rank = number.and_then(|it| it.checked_sub(1));
    rank.filter(|it| *it < rows.len())
        .or_else(|| rows.iter().position(|row| row.lesson.id == name))
}
