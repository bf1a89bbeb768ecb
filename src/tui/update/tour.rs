//! The tour of the screen, stop by stop.

use crossterm::event::{KeyCode, KeyEvent};

use super::keys;
use crate::tui::effect::Effect;
use crate::tui::model::{Focus, Model, Overlay};
use crate::tui::tour::stops;

/// Begins the tour in the open lesson.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    if model.study.is_some() {
        show(model, 0);
    }
    Vec::new()
}

/// Begins the tour if it was never seen.
pub(super) fn offer(model: &mut Model) {
    if !model.linear && !model.progress.has_toured() {
        show(model, 0);
    }
}

/// A key during the tour: Enter, Space and arrows go on and back; Escape ends it; any other ends it
/// too and does what it does, since nobody must wait to type a command.
pub(super) fn key(model: &mut Model, stop: usize, event: KeyEvent) -> Vec<Effect> {
    match event.code {
        KeyCode::Enter | KeyCode::Char(' ') | KeyCode::Right | KeyCode::PageDown => {
            if stop + 1 < stops(model).len() {
                show(model, stop + 1);
                return Vec::new();
            }
            end(model)
        }
        KeyCode::Left | KeyCode::Backspace | KeyCode::PageUp => {
            show(model, stop.saturating_sub(1));
            Vec::new()
        }
        KeyCode::Esc => end(model),
        _ => {
            let mut effects = end(model);
            effects.extend(keys::press(model, event));
            effects
        }
    }
}

fn show(model: &mut Model, stop: usize) {
    if let Some(stop) = stops(model).get(stop) {
        model.focus = stop.panel;
    }
    model.overlay = Some(Overlay::Tour(stop));
    model.dirty = true;
}

fn end(model: &mut Model) -> Vec<Effect> {
    model.overlay = None;
    model.focus = Focus::Lesson;
    model.dirty = true;
    if model.progress.has_toured() {
        return Vec::new();
    }
    model.progress.tour();
    vec![Effect::SaveProgress]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::progress::Progress;
    use crate::tui::update::fixtures::Play;

    fn first_time(width: u16, height: u16) -> Play {
        let mut play = Play::home(width, height);
        play.model.progress = Progress::default();
        play.key(KeyCode::Enter);
        play.effects.clear();
        play
    }

    #[test]
    fn the_first_lesson_begins_with_the_tour_and_the_next_ones_do_not() {
        for (width, height) in [(80, 24), (120, 40)] {
            let mut play = first_time(width, height);
            insta::assert_snapshot!(format!("tour_{width}"), play.screen());
            for _ in 0..5 {
                assert!(matches!(play.model.overlay, Some(Overlay::Tour(_))));
                play.key(KeyCode::Enter);
            }
            assert_eq!(play.model.overlay, None);
            assert_eq!(play.effects, [Effect::SaveProgress]);
            play.keys("q");
            play.key(KeyCode::Enter);
            assert_eq!(play.model.overlay, None);
        }
    }

    #[test]
    fn each_stop_shows_its_panel() {
        let mut play = first_time(80, 24);
        play.key(KeyCode::Right);
        assert_eq!(play.model.focus, Focus::Terminal);
        play.key(KeyCode::Right);
        assert_eq!(play.model.focus, Focus::Pane);
        play.key(KeyCode::Left);
        assert_eq!(play.model.focus, Focus::Terminal);
    }

    #[test]
    fn who_begins_to_type_needs_no_tour() {
        let mut play = first_time(120, 40);
        play.key(KeyCode::Char('t'));
        assert_eq!(
            (play.model.overlay.clone(), play.model.focus),
            (None, Focus::Terminal)
        );
        assert!(play.model.progress.has_toured());
        assert!(play.effects.contains(&Effect::SaveProgress));
    }

    #[test]
    fn it_can_be_seen_again() {
        let mut play = Play::lesson(80, 24);
        play.keys(":visite");
        play.key(KeyCode::Enter);
        assert_eq!(play.model.overlay, Some(Overlay::Tour(0)));
        play.key(KeyCode::Esc);
        assert!(!play.effects.contains(&Effect::SaveProgress));
    }
}
