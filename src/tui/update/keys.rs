//! Keys: to what is over the screen, else to the shell, else to the rows of the keymap.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::action::{self, perform};
use super::{book, demo, engine, guard, lesson, pane, report, review, search, tour, typing};
use crate::tui::effect::Effect;
use crate::tui::keymap::{self, Action, Place};
use crate::tui::layout;
use crate::tui::model::{Focus, Model, Overlay, Quit, ShellState};
use crate::tui::panes::PANES;
use crate::tui::screens::{explanation, help, overlay as overlay_box, report as report_box};

/// Lines that a page of the terminal's past keeps in sight.
const OVERLAP: u16 = 2;

/// Applies a key.
pub(super) fn press(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    if model.notice.take().is_some() {
        model.dirty = true;
    }
    if layout::too_small(model.size) {
        // Nothing is in sight: only leaving makes sense. In a lesson, `q` may be meant for the shell.
        let control_c =
            event.code == KeyCode::Char('c') && event.modifiers.contains(KeyModifiers::CONTROL);
        let q = event.code == KeyCode::Char('q') && model.study.is_none();
        if control_c || q {
            model.quit = Some(Quit::Asked);
        }
        return Vec::new();
    }
    if let Some(effects) = typing::command(model, event) {
        return effects;
    }
    let leader = model.keymap.leader().matches(&event);
    match model.overlay.clone() {
        // Nothing is written there: the menu is for what is behind.
        Some(overlay @ (Overlay::Search(_) | Overlay::ScrollBack)) if leader => {
            let mut effects = over(model, overlay, KeyEvent::from(KeyCode::Esc));
            model.overlay = None;
            effects.extend(perform(model, Action::Leader));
            effects
        }
        Some(overlay) => {
            model.dirty = true;
            match model.keymap.in_box(model, &overlay, event) {
                Some(event) => over(model, overlay, event),
                None => Vec::new(),
            }
        }
        None if model.demo.is_some() => demo::key(model, event),
        None if model.study.is_some() && model.focus == Focus::Terminal => {
            if leader {
                return perform(model, Action::Leader);
            }
            match model.shell {
                ShellState::Open { .. } => {
                    let mut effects = vec![Effect::ShellKey(event)];
                    if event.code == KeyCode::Enter && model.timeline.is_running() {
                        // A line typed to a program in a container.
                        effects.extend(engine::reread(model));
                    }
                    effects
                }
                _ => without_shell(model, event),
            }
        }
        None if searching(model) && !leader => {
            pane::search_key(model, event);
            Vec::new()
        }
        None => direct(model, event),
    }
}

/// Whether keys go to the search of the pane.
fn searching(model: &Model) -> bool {
    let view = model.pane_view(model.pane);
    model.study.is_some() && model.focus == Focus::Pane && view.typing
}

/// What a box of one line takes of a pasted text. Terminals paste the end of a line as Enter sends it,
/// a carriage return.
fn first_line(text: &str) -> &str {
    text.split(['\r', '\n']).next().unwrap_or_default()
}

/// Pasted text goes to the palette when it is open, else to the shell, as in any terminal.
pub(super) fn paste(model: &mut Model, text: String) -> Vec<Effect> {
    if let Some(Overlay::Palette { query, .. }) = &mut model.overlay {
        query.push_str(first_line(&text));
        model.dirty = true;
        return Vec::new();
    }
    if let Some(Overlay::Answer { text: typed, .. }) = &mut model.overlay {
        typed.push_str(first_line(&text));
        model.dirty = true;
        return Vec::new();
    }
    if let Some(Overlay::Book(book)) = model.overlay
        && model.book(book).typing
    {
        let words = first_line(&text);
        let query = format!("{}{words}", model.book(book).query);
        book::search(model.book_mut(book), query);
        model.dirty = true;
        return Vec::new();
    }
    if let Some(Overlay::Search(search)) = &model.overlay
        && search.typing
    {
        let words = first_line(&text);
        return search::paste(model, search.clone(), words);
    }
    if model.overlay.is_none() && searching(model) {
        let words = first_line(&text);
        model.pane_view_mut().query.push_str(words);
        model.dirty = true;
        return Vec::new();
    }
    if model.demo.as_ref().is_some_and(|it| !it.hands) {
        return Vec::new();
    }
    if model.study.is_some() && model.overlay.is_none() {
        action::focus(model, Focus::Terminal);
        return vec![Effect::ShellPaste(text)];
    }
    Vec::new()
}

/// Keys in the terminal's panel while it has no shell: Enter opens another, and what was meant for
/// the one that ended is no shortcut.
fn without_shell(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    let over = matches!(model.shell, ShellState::Ended(_) | ShellState::Failed(_));
    match event.code {
        KeyCode::Enter if over => perform(model, Action::RestartShell),
        KeyCode::Char(letter)
            if !event.modifiers.contains(KeyModifiers::CONTROL) && !"?:".contains(letter) =>
        {
            Vec::new()
        }
        _ => direct(model, event),
    }
}

fn direct(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    let action = keymap::action(model, &event);
    if action.is_none()
        && let Some(rank) = choice_rank(model, &event)
    {
        lesson::point(model, rank);
        return Vec::new();
    }
    match action {
        Some(action) => perform(model, action),
        None if begins_a_command(model, &event) => {
            action::focus(model, Focus::Terminal);
            vec![Effect::ShellKey(event)]
        }
        None if event.code == KeyCode::Esc && model.study.is_none() => {
            // Escape goes back, and there is nothing behind: leaving is asked for by its own key.
            let quit = model
                .keymap
                .rows()
                .iter()
                .find(|it| it.action == Action::Quit);
            let keys = quit.map(keymap::Row::keys_label).unwrap_or_default();
            model.notice = Some(format!("Pour quitter\u{a0}: {keys}.").into());
            model.dirty = true;
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// The rank that a digit tells, from 1, where the text has the keys.
fn choice_rank(model: &Model, event: &KeyEvent) -> Option<usize> {
    let reads = model.study.is_some() && model.focus == Focus::Lesson;
    let digit = keymap::digit(event).filter(|_| reads)?;
    usize::try_from(digit).ok().filter(|it| *it > 0)
}

/// Whether this key, which is no shortcut of any panel, is the first letter of a command: the `d` of
/// `docker`, typed while the lesson still has the keys. Dropping it would make shortcuts of the
/// letters that follow.
pub(super) fn begins_a_command(model: &Model, event: &KeyEvent) -> bool {
    let letter =
        matches!(event.code, KeyCode::Char(it) if it.is_ascii_alphabetic() || "./".contains(it));
    let shortcut = model
        .keymap
        .rows()
        .iter()
        .filter(|row| !matches!(row.place, Place::Home | Place::Box))
        .any(|row| row.keys.iter().any(|combo| combo.matches(event)));
    letter
        && !shortcut
        && !event
            .modifiers
            .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
        && model.study.is_some()
        && matches!(model.shell, ShellState::Open { .. })
}

/// Keys while something is over the screen.
fn over(model: &mut Model, overlay: Overlay, event: KeyEvent) -> Vec<Effect> {
    if let Overlay::Answer { .. } = overlay {
        return lesson::answer_key(model, event);
    }
    if let Overlay::Tour(stop) = overlay {
        return tour::key(model, stop, event);
    }
    if overlay == Overlay::Review {
        return review::key(model, event);
    }
    if let Overlay::Book(book) = overlay {
        return book::key(model, book, event);
    }
    if let Overlay::Search(search) = overlay {
        return search::key(model, search, event);
    }
    let control_c =
        event.code == KeyCode::Char('c') && event.modifiers.contains(KeyModifiers::CONTROL);
    if event.code == KeyCode::Esc || control_c {
        let scrolled = model.overlay.take() == Some(Overlay::ScrollBack);
        return if scrolled {
            vec![Effect::ShellBottom]
        } else {
            Vec::new()
        };
    }
    // What a page over the screen has room for, and a box.
    let height = usize::from(model.size.height);
    let (page, boxed) = (height.saturating_sub(1), height.saturating_sub(3));
    let width = usize::from(model.size.width.min(84)).saturating_sub(2);
    match overlay {
        Overlay::Leader => {
            model.overlay = None;
            match keymap::leader_action(model, &event) {
                Some(action) => perform(model, action),
                None => Vec::new(),
            }
        }
        Overlay::Beats(cursor) => demo::beats_key(model, cursor, event),
        Overlay::Panes(cursor) => choose_pane(model, cursor, event),
        Overlay::Palette { query, cursor } => palette(model, query, cursor, event),
        Overlay::Help(scroll) => {
            let width = usize::from(model.size.width.saturating_sub(2));
            let lines = help::lines(model, width).len();
            model.overlay = read(scroll, lines, page, event).map(Overlay::Help);
            Vec::new()
        }
        Overlay::Report(scroll) => {
            if let Some(effects) = report::key(model, event.code) {
                return effects;
            }
            let lines = report_box::lines(model, width).len();
            model.overlay = read(scroll, lines, boxed, event).map(Overlay::Report);
            Vec::new()
        }
        Overlay::Explanation(scroll) => {
            let lines = explanation::lines(model, width).len();
            model.overlay = read(scroll, lines, boxed, event).map(Overlay::Explanation);
            Vec::new()
        }
        Overlay::Reset { commands, scroll } => match event.code {
            KeyCode::Enter => {
                model.overlay = None;
                action::reset(model, commands)
            }
            // The `r` was the beginning of `rm …`: its Enter must not confirm. The run of letters
            // goes to the terminal when it is a command.
            KeyCode::Char(_) => {
                model.overlay = None;
                Vec::new()
            }
            _ => {
                // The line of keys stays.
                let lines = overlay_box::reset_lines(model, &commands, width).len() - 1;
                if let Some(scroll) = read(scroll, lines, boxed.saturating_sub(1), event) {
                    model.overlay = Some(Overlay::Reset { commands, scroll });
                }
                Vec::new()
            }
        },
        Overlay::Guard(shown) => guard::key(model, shown, event),
        Overlay::ScrollBack => scroll_back(model, event),
        Overlay::Book(_)
        | Overlay::Review
        | Overlay::Answer { .. }
        | Overlay::Tour(_)
        | Overlay::Search(_) => Vec::new(),
    }
}

/// The first line shown of a text of so many lines, read over the screen where a page of it has
/// room; `None` closes it.
fn read(scroll: usize, lines: usize, page: usize, event: KeyEvent) -> Option<usize> {
    let last = lines.saturating_sub(page);
    let scroll = match event.code {
        KeyCode::Down | KeyCode::Char('j') => scroll + 1,
        KeyCode::Up | KeyCode::Char('k') => scroll.saturating_sub(1),
        KeyCode::PageDown | KeyCode::Char(' ') => scroll + page,
        KeyCode::PageUp | KeyCode::Char('b') => scroll.saturating_sub(page),
        KeyCode::Home | KeyCode::Char('g') => 0,
        KeyCode::End | KeyCode::Char('G') => last,
        KeyCode::Enter | KeyCode::Char('q' | '?') => return None,
        _ => scroll,
    };
    Some(scroll.min(last))
}

fn palette(
    model: &mut Model,
    mut query: String,
    mut cursor: usize,
    event: KeyEvent,
) -> Vec<Effect> {
    match event.code {
        KeyCode::Enter => {
            let rows = keymap::palette_rows(model, &query);
            let chosen = rows.get(cursor).map(|row| row.action);
            model.overlay = None;
            return chosen.map_or_else(Vec::new, |action| perform(model, action));
        }
        KeyCode::Backspace => {
            query.pop();
            cursor = 0;
        }
        KeyCode::Up | KeyCode::BackTab => cursor = cursor.saturating_sub(1),
        KeyCode::Down | KeyCode::Tab => cursor += 1,
        KeyCode::Char(character) if !event.modifiers.contains(KeyModifiers::CONTROL) => {
            query.push(character);
            cursor = 0;
        }
        _ => {}
    }
    let last = keymap::palette_rows(model, &query).len().saturating_sub(1);
    model.overlay = Some(Overlay::Palette {
        query,
        cursor: cursor.min(last),
    });
    Vec::new()
}

/// The menu of panes: a letter, or the cursor and Enter.
fn choose_pane(model: &mut Model, cursor: usize, event: KeyEvent) -> Vec<Effect> {
    let count = PANES.len();
    let cursor = match event.code {
        KeyCode::Up | KeyCode::BackTab => (cursor + count - 1) % count,
        KeyCode::Down | KeyCode::Tab => (cursor + 1) % count,
        KeyCode::Enter => {
            model.overlay = None;
            return pane::show(model, PANES[cursor].pane);
        }
        KeyCode::Char(letter) => {
            let Some(spec) = PANES.iter().find(|spec| spec.letter == letter) else {
                return Vec::new();
            };
            model.overlay = None;
            return pane::show(model, spec.pane);
        }
        _ => cursor,
    };
    model.overlay = Some(Overlay::Panes(cursor));
    Vec::new()
}

fn scroll_back(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    let height = layout::areas(model).terminal.body.height;
    let page = i32::from(height.saturating_sub(OVERLAP).max(1));
    let lines = match event.code {
        KeyCode::Up | KeyCode::Char('k') => 1,
        KeyCode::Down | KeyCode::Char('j') => -1,
        KeyCode::PageUp | KeyCode::Char('b' | 'u') => page,
        KeyCode::PageDown | KeyCode::Char(' ' | 'd') => -page,
        KeyCode::Char('/') => return search::begin(model),
        _ => {
            model.overlay = None;
            return vec![Effect::ShellBottom];
        }
    };
    vec![Effect::ShellScroll(lines)]
}
