//! The sheet reads, covers the course, is typographic French, and its pages are well formed.

use super::*;

/// Every docker command line met in the sources and in the course, without what it acts on.
const COURSE: &[&str] = &[
    // The sources' cheat sheets, then what they say in passing.
    "ps",
    "ps -a",
    "container diff",
    "container attach",
    "container start",
    "container start -ai",
    "container rename",
    "container create",
    "container create -it",
    "container prune",
    "container top",
    "container cp",
    "container stop",
    "container kill",
    "run",
    "build",
    "push",
    "pull",
    // The course's own.
    "attach",
    "commit",
    "cp",
    "create",
    "diff",
    "events",
    "exec",
    "exec -it",
    "export",
    "history",
    "image inspect",
    "image prune",
    "images",
    "import",
    "info",
    "inspect",
    "kill",
    "load",
    "login",
    "logout",
    "logs",
    "network connect",
    "network create",
    "network disconnect",
    "network inspect",
    "network ls",
    "network prune",
    "network rm",
    "node ls",
    "pause",
    "port",
    "rename",
    "restart",
    "rm",
    "rm -f",
    "rmi",
    "run --network",
    "run --read-only",
    "run --tmpfs",
    "run -d",
    "run -it",
    "run -m",
    "run -p",
    "run -v",
    "save",
    "search",
    "secret create",
    "service create",
    "service logs",
    "service ls",
    "service ps",
    "service rm",
    "service rollback",
    "service scale",
    "service update",
    "start",
    "stats",
    "stop",
    "swarm init",
    "swarm join",
    "swarm join-token",
    "swarm leave",
    "system df",
    "system prune",
    "tag",
    "top",
    "unpause",
    "update",
    "version",
    "volume create",
    "volume inspect",
    "volume ls",
    "volume prune",
    "volume rm",
    "wait",
];

fn sheet() -> &'static Sheet {
    Sheet::embedded().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_command_of_the_course_has_an_entry() {
    let names: Vec<&str> = sheet()
        .entries()
        .flat_map(|it| it.other_names.iter().chain([&it.name]))
        .map(String::as_str)
        .collect();
    let missing: Vec<_> = COURSE
        .iter()
        .filter(|verb| !names.contains(&format!("docker {verb}").as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len(), "a command has two entries");
}

#[test]
fn prose_is_typographic_french_and_commands_are_plain() {
    for entry in sheet().entries() {
        let said = [&entry.about, &entry.changes].into_iter();
        for text in said.chain(&entry.caution).chain(entry.options.values()) {
            assert_eq!(text.matches('`').count() % 2, 0, "{text}");
            let prose: String = pieces(text)
                .map(|(is_code, part)| if is_code { "x" } else { part })
                .collect();
            for mark in ["'", "\"", "...", " :", " ;", " !", " ?", "« ", " »"] {
                assert!(!prose.contains(mark), "«{mark}» in: {text}");
            }
            for (index, _) in prose.match_indices([':', ';', '?', '!']) {
                assert!(
                    prose[..index].ends_with('\u{a0}'),
                    "no-break space in: {text}"
                );
            }
        }
        for line in entry.lines() {
            assert!(!line.contains(['\u{a0}', '’', '«', '“', '–']), "{line}");
        }
    }
}

#[test]
fn a_search_ignores_case_and_accents_and_wants_every_word() {
    let found = |words: &str| -> Vec<String> {
        let sheet = sheet().matching(words);
        sheet.entries().map(|it| it.name.clone()).collect()
    };
    assert_eq!(found("").len(), sheet().entries().count());
    assert!(found("RESEAUX").contains(&"docker network create".to_owned()));
    assert_eq!(found("rename container"), ["docker rename"]);
    assert_eq!(found(" container rename "), ["docker rename"]);
    assert!(found("SUPPRIME volume").contains(&"docker volume rm".to_owned()));
    // As one says it.
    for (words, name) in [
        ("volume supprimer", "docker volume rm"),
        ("construire images", "docker build"),
        ("Suspendre", "docker pause"),
    ] {
        assert!(found(words).contains(&name.to_owned()), "{words}");
    }
    assert!(found("noeud").contains(&"docker node ls".to_owned()));
    assert!(found("xyzzy").is_empty());
}

/// Checks that tags are closed in their order and that `&` only begins the entities we write.
fn check_well_formed(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let body = page.strip_prefix("<!DOCTYPE html>\n").expect("a doctype");
    let mut rest = body;
    while let Some(at) = rest.find(['<', '&']) {
        let (text, tail) = rest.split_at(at);
        assert!(!text.contains('>'), "a stray > in {text:?}");
        if tail.starts_with('&') {
            let known = ["&amp;", "&lt;", "&gt;", "&quot;"];
            let entity = known.iter().find(|it| tail.starts_with(**it));
            rest = &tail[entity
                .unwrap_or_else(|| panic!("a bare &: {tail:.20}"))
                .len()..];
            continue;
        }
        let (tag, after) = tail[1..].split_once('>').expect("a tag ends");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closes another tag");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap_or_default());
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        rest = after;
    }
    assert!(
        open.is_empty() && !rest.contains('>'),
        "left open: {open:?}"
    );
}

#[test]
fn the_page_is_well_formed_and_needs_nothing_else() {
    let page = sheet().html();
    check_well_formed(&page);
    assert!(page.contains("<html lang=\"fr\">") && page.contains("@media print"));
    for foreign in ["<script", "<link", "<img", "http://", "https://", "url("] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    let rows = page.matches("<th scope=\"row\">").count();
    assert_eq!(rows, sheet().entries().count());
    assert_eq!(page.matches("<h2 ").count(), sheet().themes.len());
}

#[test]
fn what_html_reserves_is_escaped() {
    let mut sheet = sheet().matching("docker version");
    let entry = &mut sheet.themes[0].entries[0];
    entry.example = "echo '<b>' && echo \"a\" > f".to_owned();
    entry.about = "Si a < b & c, `x > y`.".to_owned();
    let page = sheet.html();
    check_well_formed(&page);
    assert!(page.contains("echo '&lt;b&gt;' &amp;&amp; echo &quot;a&quot; &gt; f"));
    assert!(page.contains("Si a &lt; b &amp; c, <code>x &gt; y</code>."));
}

#[test]
fn the_markdown_has_every_command_once() {
    let text = sheet().markdown();
    for entry in sheet().entries() {
        let title = format!("\n### `{}`\n", entry.name);
        assert_eq!(text.matches(&title).count(), 1, "{title}");
        assert!(text.contains(&format!("$ {}\n", entry.example)));
    }
    assert_eq!(text.matches("```").count(), 2 * sheet().entries().count());
}
