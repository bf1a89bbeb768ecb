//! What the program found by itself, to read over the screen: a lesson's preparation, a diagnostic.

use std::sync::Arc;

use crossterm::event::KeyCode;

use crate::ready::preflight::{Finding, Level, worst};
use crate::tui::effect::Effect;
use crate::tui::model::{Link, Model, Notice, Overlay, Report};

/// Looks at whether the open lesson can begin, once for each time that it is opened, as soon as the
/// engine is there.
pub(super) fn look(model: &mut Model) -> Option<Effect> {
    let lesson = Arc::clone(&model.study.as_ref()?.lesson);
    if model.link != Link::Live || model.looked.as_ref() == Some(&lesson.id) {
        return None;
    }
    model.looked = Some(lesson.id.clone());
    Some(Effect::Prepare {
        lesson,
        asked: false,
    })
}

/// Looks at it because the learner asks.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(study) = &model.study else {
        return Vec::new();
    };
    model.notice = Some("Je regarde ce qu’il faut à la leçon…".into());
    vec![Effect::Prepare {
        lesson: Arc::clone(&study.lesson),
        asked: true,
    }]
}

/// Asks for the diagnostic.
pub(super) fn diagnose(model: &mut Model) -> Vec<Effect> {
    model.notice = Some("Diagnostic en cours…".into());
    vec![Effect::Diagnose]
}

/// What was found of a lesson. All is well: nothing is said, unless it was asked. What would make a
/// command fail is shown; the rest is one sentence.
pub(super) fn prepared(
    model: &mut Model,
    lesson: &str,
    asked: bool,
    found: Result<Vec<Finding>, String>,
) {
    let open = model.study.as_ref().map(|it| it.lesson.id.as_str());
    if open != Some(lesson) {
        return;
    }
    if asked {
        model.notice = None;
    }
    let findings = match found {
        Ok(findings) => findings,
        Err(why) => {
            if asked {
                show(model, "Préparation", why);
            }
            return;
        }
    };
    let level = worst(&findings);
    if asked || (level == Level::Blocking && model.overlay.is_none()) {
        let lines: Vec<_> = findings
            .iter()
            .filter(|it| asked || it.level >= Level::Trouble)
            .map(ToString::to_string)
            .collect();
        show(model, "Avant de commencer", lines.join("\n"));
    } else if level >= Level::Trouble {
        let first = findings.iter().find(|it| it.level == level);
        let words = first.map_or_else(String::new, |it| {
            format!("{} (palette\u{a0}: «\u{a0}préparation\u{a0}»).", it.what)
        });
        model.notice = Some(Notice { words, good: false });
        model.dirty = true;
    }
}

/// The diagnostic is there.
pub(super) fn diagnosed(model: &mut Model, text: String) {
    model.notice = None;
    show(model, "Diagnostic", text);
}

fn show(model: &mut Model, title: &'static str, text: String) {
    model.report = Some(Report { title, text });
    model.overlay = Some(Overlay::Report(0));
    model.dirty = true;
}

/// A key that is not for moving: `c` copies the text; any other letter closes it, for it may be the
/// beginning of a command.
pub(super) fn key(model: &mut Model, code: KeyCode) -> Option<Vec<Effect>> {
    match code {
        KeyCode::Char('c') => {
            let copy = |it: &Report| Effect::CopyText {
                what: it.title.to_owned(),
                text: it.text.clone(),
            };
            Some(model.report.iter().map(copy).collect())
        }
        _ => None,
    }
}
