//! The whole text of a panel, for the clipboard.

use ratatui::text::Line;

use crate::tui::effect::Effect;
use crate::tui::model::{Focus, Model};
use crate::tui::page;
use crate::tui::panes;

/// Columns of a lesson that is copied, whatever the width of its panel.
const TEXT: usize = 100;
/// The same for a pane, which cuts the ends of long lines.
const PANE: usize = 200;

/// Copies all that the panel that has the keys holds, out of sight too.
pub(super) fn all(model: &Model) -> Vec<Effect> {
    let (what, text) = match (model.focus, &model.study) {
        (Focus::Terminal, _) => return vec![Effect::CopyTerminal],
        (_, None) => return Vec::new(),
        (Focus::Lesson, Some(study)) => {
            let page = page::render(study, &model.timeline, TEXT, &model.theme);
            let what = format!("Leçon, «\u{a0}{}\u{a0}»", study.section_title());
            (what, joined(page.rows.iter().map(|row| &row.line)))
        }
        (Focus::Pane, Some(_)) => {
            let rows = panes::rows(model, model.pane, PANE);
            let what = format!("Panneau {}", model.pane.spec().name);
            (what, joined(rows.iter().map(|row| &row.line)))
        }
    };
    vec![Effect::CopyText { what, text }]
}

fn joined<'a>(lines: impl Iterator<Item = &'a Line<'static>>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.to_string().trim_end());
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ContainerState;
    use crate::tui::message::Message;
    use crate::tui::update::fixtures::{Play, container, image, snapshot};

    fn copied(play: &Play) -> (String, String) {
        match play.effects.last() {
            Some(Effect::CopyText { what, text }) => (what.clone(), text.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_panel_is_copied_whole() {
        let mut play = Play::lesson(80, 24);
        play.keys("C");
        let (what, text) = copied(&play);
        assert_eq!(what, "Leçon, «\u{a0}Deux jumeaux\u{a0}»");
        // Its end is out of sight, and its lines are not those of the panel.
        assert!(
            text.starts_with("Image ou conteneur ?\n40\u{a0}min"),
            "{text}"
        );
        assert!(text.ends_with("Section suivante\u{a0}: L’arrêt efface-t-il ?"));
        let whole = "en sort avec sa couche inscriptible.";
        assert!(text.lines().any(|line| line.ends_with(whole)), "{text}");

        let names: Vec<String> = (0..40).map(|it| format!("jumeau{it}")).collect();
        let all = names
            .iter()
            .map(|it| container(it, ContainerState::Running));
        play.run("docker run …", 0, snapshot(all.chain([image()])));
        play.keys("eC");
        let (what, text) = copied(&play);
        assert_eq!(what, "Panneau État");
        assert!(names.iter().all(|it| text.contains(it)), "{text}");
        assert!(text.lines().all(|line| line == line.trim_end()));

        play.leader('t');
        play.leader('C');
        assert_eq!(play.effects.last(), Some(&Effect::CopyTerminal));
    }

    #[test]
    fn what_was_copied_is_said() {
        let mut play = Play::lesson(120, 40);
        for (characters, said) in [
            (0, "rien à copier"),
            (1, "1 caractère copié"),
            (12, "12 caractères copiés"),
        ] {
            let what = "Panneau État".to_owned();
            play.say(Message::Copied { what, characters });
            let words = format!("Panneau État\u{a0}: {said}.");
            assert!(play.screen().contains(&words), "{}", play.screen());
        }
    }
}
