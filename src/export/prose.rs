//! Markdown (the lessons' subset) as HTML. Raw HTML, images and odd links of a lesson that somebody
//! wrote do not get into the page.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Paragraphs, lists, tables, blocks of code. Titles are one level below those of the parts.
pub(super) fn blocks(source: &str) -> String {
    let mut page = String::new();
    html::push_html(&mut page, events(source).into_iter());
    page
}

/// One run of text, without paragraphs.
pub(super) fn inline(source: &str) -> String {
    let events = events(source).into_iter().filter_map(|event| match event {
        Event::Start(Tag::Paragraph) => None,
        Event::End(TagEnd::Paragraph) => Some(Event::Text(" ".into())),
        event => Some(event),
    });
    let mut page = String::new();
    html::push_html(&mut page, events);
    page.trim().to_owned()
}

fn events(source: &str) -> Vec<Event<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut links = Vec::new();
    let mut events = Vec::new();
    for event in Parser::new_ext(source, options) {
        match event {
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::Start(Tag::HtmlBlock | Tag::Image { .. })
            | Event::End(TagEnd::HtmlBlock | TagEnd::Image) => {}
            Event::Start(Tag::Heading { .. }) => events.push(Event::Start(Tag::Heading {
                level: HeadingLevel::H3,
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            })),
            Event::End(TagEnd::Heading(_)) => {
                events.push(Event::End(TagEnd::Heading(HeadingLevel::H3)));
            }
            Event::Start(Tag::Link { ref dest_url, .. }) => {
                let kept = dest_url.starts_with("https://") || dest_url.starts_with("http://");
                links.push(kept);
                events.extend(kept.then_some(event));
            }
            Event::End(TagEnd::Link) => {
                let kept = links.pop().unwrap_or_default();
                events.extend(kept.then_some(event));
            }
            event => events.push(event),
        }
    }
    events
}
