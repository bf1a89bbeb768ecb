//! What is around the steps: head, title, parts, ways to move.

use std::fmt::Write as _;

use super::prose;
use super::steps::Step;
use crate::lesson::Lesson;
use crate::text::html::escape;

const STYLE: &str = include_str!("page.css");

/// A page being written.
#[derive(Default)]
pub(super) struct Page {
    body: String,
    /// The title of each part, in HTML.
    parts: Vec<String>,
    /// The part under way: its lesson, its rank there.
    under_way: Option<(String, usize)>,
    /// The titles of the steps so far.
    steps: usize,
}

impl Page {
    /// Begins a part of a lesson, unless it is under way.
    pub(super) fn enter(&mut self, lesson: &Lesson, part: usize) {
        let here = (lesson.id.clone(), part);
        if self.under_way.as_ref() == Some(&here) {
            return;
        }
        self.under_way = Some(here);
        let title = lesson.sections.get(part).map_or("", |it| &it.title);
        self.part(if title.is_empty() {
            "Pour commencer"
        } else {
            title
        });
    }

    /// Begins a part of this title.
    pub(super) fn part(&mut self, title: &str) {
        if !self.parts.is_empty() {
            self.body.push_str("</section>\n");
        }
        let title = prose::inline(title);
        let rank = self.parts.len() + 1;
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.body,
            "<section>\n<h2 id=\"partie-{rank}\">{title}</h2>"
        );
        self.parts.push(title);
    }

    /// Adds HTML to the part under way.
    pub(super) fn add(&mut self, html: &str) {
        self.body.push_str(html);
    }

    /// Adds a step to the part under way.
    pub(super) fn step(&mut self, step: &Step<'_>) {
        self.steps += 1;
        let html = step.html(self.steps);
        self.body.push_str(&html);
    }

    /// Whether a part has begun.
    pub(super) const fn has_begun(&self) -> bool {
        !self.parts.is_empty()
    }

    /// The whole page: its title, paragraphs about it, and what one learns from it.
    pub(super) fn end(mut self, title: &str, about: &[String], objectives: &[String]) -> String {
        if !self.parts.is_empty() {
            self.body.push_str("</section>\n");
        }
        let title = prose::inline(title);
        let mut page = format!(
            "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\" />\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n\
             <meta name=\"color-scheme\" content=\"light dark\" />\n\
             <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#contenu\">Aller au contenu</a>\n\
             <header>\n<h1>{title}</h1>\n",
            without_tags(&title)
        );
        for paragraph in about {
            let _ = writeln!(page, "<p>{}</p>", escape(paragraph));
        }
        if !objectives.is_empty() {
            page.push_str("<p>Au bout de cette leçon, vous saurez\u{a0}:</p>\n<ul>\n");
            for it in objectives {
                let _ = writeln!(page, "<li>{}</li>", prose::inline(it));
            }
            page.push_str("</ul>\n");
        }
        page.push_str("</header>\n");
        if self.parts.len() > 1 {
            page.push_str("<nav aria-label=\"Parties\">\n<ol>\n");
            for (rank, part) in self.parts.iter().enumerate() {
                let rank = rank + 1;
                let _ = writeln!(page, "<li><a href=\"#partie-{rank}\">{part}</a></li>");
            }
            page.push_str("</ol>\n</nav>\n");
        }
        let _ = write!(
            page,
            "<main id=\"contenu\" tabindex=\"-1\">\n{}</main>\n</body>\n</html>\n",
            self.body
        );
        page
    }
}

/// The text of HTML that this module made.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text
}
