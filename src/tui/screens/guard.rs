//! The guard's box: what was held back, or what « Ranger » would remove.

use ratatui::text::Line;

use crate::engine::Plan;
use crate::tui::model::{GuardBox, Model};
use crate::tui::update::foresee;
use crate::tui::widgets::wrap::wrap_text;

/// The lines of the box, at this width.
pub(crate) fn lines(model: &Model, shown: &GuardBox, width: usize) -> Vec<Line<'static>> {
    match shown {
        GuardBox::Refused(_) => held_back(model, width),
        GuardBox::Waiting => wrap_text("Un instant…", model.theme.text, width),
        GuardBox::Plan(plan, _) => planned(model, plan, width),
    }
}

/// What the prunes of the command that runs do.
fn foreseen(model: &Model, width: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let said = model.foreseen.iter();
    said.flat_map(|it| wrap_text(&foresee::whole(it), theme.text, width))
        .collect()
}

/// What was held back, then what prunes do; the keys last.
fn held_back(model: &Model, width: usize) -> Vec<Line<'static>> {
    let mut lines = refused(model, width);
    let keys = lines.pop();
    lines.extend(foreseen(model, width));
    lines.extend(keys);
    lines
}

fn refused(model: &Model, width: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let Some(refusal) = model.refused.last() else {
        let words = "Le garde-fou n’a rien retenu. Sur ce moteur, il empêche de retirer, d’arrêter \
                     ou de modifier ce qui n’a pas été créé pendant la session. Échap\u{a0}: fermer";
        if !model.foreseen.is_empty() {
            return vec![Line::styled("Échap\u{a0}: fermer", theme.faint)];
        }
        return wrap_text(words, theme.text, width);
    };
    let mut lines = wrap_text(&refusal.what, theme.code, width);
    for reason in &refusal.reasons {
        lines.extend(wrap_text(&format!("• {reason}."), theme.text, width));
    }
    let words = if refusal.allowable {
        "Si vous l’autorisez, cette commande-là passera une fois, sur ces objets-là, quand vous la \
         relancerez. Ce qu’elle fera ne pourra pas être défait."
    } else {
        "Elle ne peut pas être autorisée."
    };
    lines.extend(wrap_text(words, theme.text, width));
    let keys = if refusal.allowable {
        "Entrée\u{a0}: autoriser une fois · Échap\u{a0}: renoncer"
    } else {
        "Échap\u{a0}: fermer"
    };
    lines.push(Line::styled(keys, theme.faint));
    lines
}

fn planned(model: &Model, plan: &Plan, width: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let mut lines = Vec::new();
    if plan.is_empty() {
        lines.extend(wrap_text("Rien ne peut être retiré.", theme.text, width));
    } else {
        let words = "Seront retirés du moteur, avec ce qu’ils contiennent\u{a0}:";
        lines.extend(wrap_text(words, theme.text, width));
    }
    for item in &plan.gone {
        lines.extend(wrap_text(&format!("- {}", item.what), theme.bad, width));
    }
    for (what, why) in &plan.kept {
        let words = format!("· reste\u{a0}: {what}, car {why}");
        lines.extend(wrap_text(&words, theme.faint, width));
    }
    let keys = "Entrée\u{a0}: ranger · Échap\u{a0}: renoncer";
    lines.push(Line::styled(keys, theme.faint));
    lines
}
