//! The screen of a demo: a big heading, what is said, the terminal, what changed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Clear;

use crate::demo::Act;
use crate::tui::demo::Demo;
use crate::tui::guard::guarded;
use crate::tui::keymap;
use crate::tui::layout::{self, Areas};
use crate::tui::model::{Model, Overlay};
use crate::tui::page::stage;
use crate::tui::panels::terminal::{self, ShellView};
use crate::tui::panels::{chrome, goal};
use crate::tui::panes::{self, Pane};
use crate::tui::widgets::wrap::{line_width, truncate};

/// Draws the screen.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model, shell: Option<&ShellView<'_>>) {
    let Some(demo) = &model.demo else { return };
    if demo.black {
        let area = frame.area();
        frame.render_widget(Clear, area);
        frame
            .buffer_mut()
            .set_style(area, Style::new().bg(Color::Black));
        return;
    }
    let areas = layout::areas(model);
    let theme = &model.theme;
    heading(frame, &areas, model, demo);
    chrome::banner(frame, areas.banner, model);
    for separator in areas.separators {
        chrome::separator(frame, separator, model);
    }
    if areas.lesson.visible {
        let area = areas.lesson.body;
        guarded(frame, area, theme, |frame| text(frame, area, model, demo));
    }
    for panel in [&areas.terminal, &areas.pane] {
        if panel.visible {
            let rule = "─".repeat(usize::from(panel.title.width));
            frame.render_widget(Line::styled(rule, theme.faint), panel.title);
        }
    }
    if areas.terminal.visible {
        let area = areas.terminal.body;
        guarded(frame, area, theme, |frame| {
            terminal::draw(frame, area, model, shell);
        });
    }
    if areas.pane.visible {
        let area = areas.pane.body;
        guarded(frame, area, theme, |frame| {
            panes::draw(frame, area, model, Pane::State);
        });
    }
    status(frame, areas.goal, model, demo);
    frame.render_widget(footer(model, areas.footer.width), areas.footer);
}

/// Where the demo is and its clock; under it, the title of the part.
fn heading(frame: &mut Frame<'_>, areas: &Areas, model: &Model, demo: &Demo) {
    let theme = &model.theme;
    let Some(study) = &model.study else { return };
    let area = areas.header;
    let width = usize::from(area.width);
    let (at, all) = (study.section + 1, study.lesson.sections.len());
    let mut right = chrome::engine_line(model);
    right.push_span(Span::raw("  "));
    right.spans.extend(clock(model, demo).spans);
    let left = width.saturating_sub(line_width(&right) + 3);
    let place = truncate(&format!(" {} · {at}/{all}", study.lesson.title), left);
    let mut line = Line::from(Span::styled(place, theme.bar));
    let gap = width.saturating_sub(line_width(&line) + line_width(&right) + 1);
    line.push_span(Span::raw(" ".repeat(gap)));
    line.spans.extend(right.spans);
    let row = |rank: u16| {
        Rect {
            y: area.y + rank,
            height: 1,
            ..area
        }
        .intersection(area)
    };
    frame.render_widget(line, row(0));
    let title = spaced(study.section_title(), width);
    let style = theme.title.patch(theme.strong);
    frame.render_widget(Line::styled(title, style).centered(), row(1));
    let rule = Line::styled("━".repeat(width), theme.title);
    frame.render_widget(rule, row(2));
}

/// A title in spaced capitals, as far as they fit: the biggest letters that a terminal has.
fn spaced(title: &str, width: usize) -> String {
    let capitals = title.to_uppercase();
    let words = capitals.split_whitespace().map(|word| {
        let letters: Vec<String> = word.chars().map(String::from).collect();
        letters.join(" ")
    });
    let wide = words.collect::<Vec<_>>().join("   ");
    if Line::raw(wide.as_str()).width() + 2 <= width {
        wide
    } else {
        truncate(&capitals, width)
    }
}

/// The time since the beginning, against the duration of the lesson.
fn clock(model: &Model, demo: &Demo) -> Line<'static> {
    let spent = model.clock.saturating_sub(demo.began);
    let planned = model
        .study
        .as_ref()
        .map_or(0, |it| it.lesson.duration.as_secs());
    let words = format!(
        "{}:{:02} / {}\u{a0}min",
        spent / 60,
        spent % 60,
        planned / 60
    );
    let style = if spent > planned {
        model.theme.alert
    } else {
        model.theme.strong
    };
    Line::from(Span::styled(words, style))
}

fn text(frame: &mut Frame<'_>, area: Rect, model: &Model, demo: &Demo) {
    let lines = stage::lines(model);
    let height = usize::from(area.height);
    let scroll = demo.scroll.min(lines.len().saturating_sub(height));
    let more = lines.len() > scroll + height;
    let shown: Vec<_> = lines.into_iter().skip(scroll).take(height).collect();
    let inner = Rect {
        x: area.x + layout::TEXT_LEFT.min(area.width),
        width: area.width.saturating_sub(layout::TEXT_LEFT),
        ..area
    };
    frame.render_widget(Text::from(shown), inner);
    if more && area.height > 0 && area.width > 0 {
        let corner = Rect {
            x: area.right() - 1,
            y: area.bottom() - 1,
            width: 1,
            height: 1,
        };
        frame.render_widget(Span::styled("▼", model.theme.key), corner);
    }
}

/// One line: the sentence for the instructor, else what comes.
fn status(frame: &mut Frame<'_>, area: Rect, model: &Model, demo: &Demo) {
    let theme = &model.theme;
    let width = usize::from(area.width);
    if let Some(notice) = &model.notice {
        goal::draw_notice(frame, area, notice, theme);
        return;
    }
    let (at, all) = (demo.at + 1, demo.script.beats.len());
    let words = if demo.hands {
        "Le clavier est à vous."
    } else if demo.is_replaying() {
        "L’état se refait…"
    } else {
        what_comes(model, demo)
    };
    let line = Line::from(vec![
        Span::styled(format!(" {at}/{all} "), theme.key),
        Span::styled(truncate(words, width.saturating_sub(10)), theme.faint),
    ]);
    frame.render_widget(line, area);
}

/// What the next key does.
fn what_comes(model: &Model, demo: &Demo) -> &'static str {
    let Some(beat) = demo.beat() else { return "" };
    let study = model.study.as_ref();
    let votes = study.is_some_and(|it| !it.choices(beat.block).is_empty());
    match (&beat.act, demo.run()) {
        (Act::Tell | Act::Reveal, _) => "Entrée\u{a0}: la suite.",
        // A belief has no answers to count the votes of.
        (Act::Ask, _) if !votes => "La salle se prononce. Entrée\u{a0}: la suite.",
        (Act::Ask, _) => {
            "La salle se prononce. ↑ ↓ et chiffres\u{a0}: les voix. Entrée\u{a0}: la suite."
        }
        (Act::Type { .. }, Some(run)) if run.ended => "Entrée\u{a0}: la suite.",
        (Act::Type { .. }, Some(_)) => "La commande tourne…",
        (Act::Type { line, .. }, None) if demo.typed >= line.chars().count() => {
            "Entrée lance la commande."
        }
        (Act::Type { .. }, None) => "Tapez\u{a0}: n’importe quelle touche écrit la commande.",
    }
}

/// The keys that are useful here.
fn footer(model: &Model, width: u16) -> Line<'static> {
    if let Some(Overlay::Search(search)) = &model.overlay {
        return chrome::search_line(model, search, usize::from(width));
    }
    let theme = &model.theme;
    let leader = model.keymap.leader().label();
    let mut keys = vec![(leader, "actions")];
    if matches!(model.overlay, Some(Overlay::Beats(_))) {
        keys = vec![
            ("Entrée".to_owned(), "y aller"),
            ("z".to_owned(), "y remettre l’état"),
            ("Échap".to_owned(), "fermer"),
        ];
    } else if !model.demo.as_ref().is_some_and(|it| it.hands) {
        keys.extend(keymap::footer_rows(model).into_iter().map(|row| {
            let key = row.keys.first().map(|combo| combo.label());
            (key.unwrap_or_default(), row.short)
        }));
    }
    let mut line = Line::default();
    for (key, words) in keys {
        let size = key.chars().count() + words.chars().count() + 3;
        if line_width(&line) + size > usize::from(width) {
            break;
        }
        line.push_span(Span::styled(format!(" {key} "), theme.key));
        line.push_span(Span::styled(format!("{words} "), theme.faint));
    }
    line
}

/// The list of beats, to go to one.
pub(crate) fn beats(model: &Model, width: usize) -> Vec<Line<'static>> {
    let (Some(demo), Some(study)) = (&model.demo, &model.study) else {
        return Vec::new();
    };
    let lesson = &study.lesson;
    let beats = demo.script.beats.iter().enumerate();
    let lines = beats.map(|(rank, beat)| {
        let mark = match demo.runs.get(&rank) {
            _ if rank == demo.at => '▸',
            Some(_) => '✔',
            None => ' ',
        };
        let label = format!("{mark} {}.{} ", beat.section + 1, rank + 1);
        let style = if beat.line().is_some() {
            model.theme.code
        } else {
            model.theme.text
        };
        let left = width.saturating_sub(label.chars().count());
        Line::from(vec![
            Span::styled(label, model.theme.key),
            Span::styled(truncate(&beat.label(lesson), left), style),
        ])
    });
    lines.collect()
}
