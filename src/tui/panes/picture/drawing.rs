//! The picture itself, large or small, its parts lit by the stages that they took part in.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::stages::{Part, Stage};
use crate::tui::diagrams::{Align, Sketch};
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::truncate;

/// The columns of the large drawing.
const LARGE: usize = 78;
/// The columns of the small one.
const SMALL: usize = 58;

/// The picture, as far as it fits this width.
pub(super) fn draw(
    model: &Model,
    stages: &[Stage],
    width: usize,
    tall: bool,
) -> Vec<Line<'static>> {
    let picture = Picture {
        theme: &model.theme,
        stages,
    };
    let sketch = if width >= LARGE && tall {
        picture.large()
    } else if width >= SMALL {
        picture.small(width)
    } else {
        return picture.listed(width);
    };
    sketch.into_lines()
}

struct Picture<'a> {
    theme: &'a Theme,
    stages: &'a [Stage],
}

impl Picture<'_> {
    /// Client, API, daemon with what it keeps, registry, side by side; the kernel under the daemon.
    fn large(&self) -> Sketch {
        let daemon = self.frame(
            "Démon",
            26,
            vec![
                self.part(Part::Daemon, "ordonne", 22),
                self.part(Part::Images, "images", 22),
                self.part(Part::Containers, "conteneurs", 22),
                self.part(Part::Resources, "réseaux, volumes", 22),
            ],
            Part::Daemon,
        );
        let shaft = Sketch::of(vec![Line::styled(
            format!("{}▼", " ".repeat(12)),
            self.lit(Part::Kernel),
        )]);
        let kernel = self.frame(
            "Noyau",
            26,
            vec![self.part(Part::Kernel, "processus", 22)],
            Part::Kernel,
        );
        let host = Sketch::stack([daemon, shaft, kernel]);
        let alone = |part, title: &str, width: usize| {
            let content = vec![self.part(part, "", width - 4)];
            self.frame(title, width, content, part)
        };
        Sketch::beside(
            [
                alone(Part::Client, "Client", 14),
                self.arrow(Part::Api, 4),
                alone(Part::Api, "API", 14),
                self.arrow(Part::Daemon, 4),
                host,
                self.arrow(Part::Registry, 4),
                alone(Part::Registry, "Registre", 12),
            ],
            Align::Top,
        )
    }

    /// The same in six lines: the daemon, what it keeps and the kernel in one box, the host's.
    fn small(&self, width: usize) -> Sketch {
        let host = width.min(70).saturating_sub(10 + 1 + 10 + 1 + 1 + 9);
        let inner = host - 4;
        let half = inner / 2;
        let pair = |left: (Part, &str), right: (Part, &str)| {
            let mut line = self.part(left.0, left.1, half - 1);
            line.push_span(" ");
            line.spans
                .extend(self.part(right.0, right.1, inner - half).spans);
            line
        };
        let content = vec![
            self.part(Part::Daemon, "démon", inner),
            pair((Part::Images, "images"), (Part::Containers, "cont.")),
            pair((Part::Resources, "rés., vol."), (Part::Kernel, "noyau")),
        ];
        let alone = |part, title: &str, width: usize| {
            let content = vec![self.part(part, "", width - 4)];
            self.frame(title, width, content, part)
        };
        Sketch::beside(
            [
                alone(Part::Client, "Client", 10),
                self.arrow(Part::Api, 1),
                alone(Part::Api, "API", 10),
                self.arrow(Part::Daemon, 1),
                self.frame("Hôte", host, content, Part::Daemon),
                self.arrow(Part::Registry, 1),
                alone(Part::Registry, "Reg.", 9),
            ],
            Align::Top,
        )
    }

    /// One part per line, where there is no room for boxes.
    fn listed(&self, width: usize) -> Vec<Line<'static>> {
        let parts = [
            (Part::Client, "client"),
            (Part::Api, "API"),
            (Part::Daemon, "démon"),
            (Part::Registry, "registre"),
            (Part::Images, "images"),
            (Part::Containers, "conteneurs"),
            (Part::Resources, "réseaux, volumes"),
            (Part::Kernel, "noyau"),
        ];
        parts
            .map(|(part, name)| self.part(part, name, width))
            .into()
    }

    /// The numbers of the stages that a part took part in.
    fn numbers(&self, part: Part) -> Vec<usize> {
        let stages = self.stages.iter().enumerate();
        stages
            .filter(|(_, it)| it.parts.contains(&part))
            .map(|(rank, _)| rank + 1)
            .collect()
    }

    fn lit(&self, part: Part) -> Style {
        if self.numbers(part).is_empty() {
            self.theme.faint
        } else {
            self.theme.key
        }
    }

    /// `images ● 2 3`, exactly this wide.
    fn part(&self, part: Part, words: &str, width: usize) -> Line<'static> {
        let numbers = self.numbers(part);
        let words = if words.is_empty() {
            String::new()
        } else {
            format!("{words} ")
        };
        let (glyph, style, words_style) = if numbers.is_empty() {
            ("·".to_owned(), self.theme.faint, self.theme.faint)
        } else {
            let room = width.saturating_sub(words.chars().count());
            (lit(&numbers, room), self.theme.key, self.theme.text)
        };
        let words = truncate(&words, width);
        let left = width.saturating_sub(words.chars().count());
        let glyph = truncate(&glyph, left);
        let gap = left.saturating_sub(glyph.chars().count());
        Line::from(vec![
            Span::styled(words, words_style),
            Span::styled(glyph, style),
            Span::raw(" ".repeat(gap)),
        ])
    }

    fn frame(&self, title: &str, width: usize, content: Vec<Line<'static>>, part: Part) -> Sketch {
        let border = self.lit(part);
        let named = if self.numbers(part).is_empty() {
            self.theme.faint
        } else {
            self.theme.title
        };
        Sketch::boxed(title, content, width, (border, named))
    }

    /// An arrow towards a part, at the height of the content of its box.
    fn arrow(&self, part: Part, width: usize) -> Sketch {
        let width = width.max(1);
        let shaft = "─".repeat(width.saturating_sub(1));
        Sketch::of(vec![
            Line::default(),
            Line::styled(format!("{shaft}▶"), self.lit(part)),
        ])
    }
}

/// `● 1 3-5 8`, or `● 1…8` where there is no room for more.
fn lit(numbers: &[usize], room: usize) -> String {
    let words = format!("● {}", ranges(numbers));
    match (numbers.first(), numbers.last()) {
        (Some(first), Some(last)) if words.chars().count() > room => format!("● {first}…{last}"),
        _ => words,
    }
}

/// `1 3-5 8`
fn ranges(numbers: &[usize]) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => spans.push((*number, *number)),
        }
    }
    let words = spans.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first} {last}"),
        _ => format!("{first}-{last}"),
    });
    words.collect::<Vec<_>>().join(" ")
}
