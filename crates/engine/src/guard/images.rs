//! The images of an engine, by identifier and by name, and which of them a call made.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What `GET /images/json?all=1` lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Images {
    /// Each image's parent, empty when it has none.
    pub(crate) parents: BTreeMap<String, String>,
    /// Each name's image: `busybox:1.36`, `busybox@sha256:…`.
    pub(crate) names: BTreeMap<String, String>,
}

impl Images {
    /// Reads the list; `None` when it is not one.
    pub(crate) fn read(list: &Value) -> Option<Self> {
        let mut images = Self::default();
        for image in list.as_array()? {
            let id = image["Id"].as_str()?.to_owned();
            for key in ["RepoTags", "RepoDigests"] {
                for name in image[key].as_array().into_iter().flatten() {
                    let name = name.as_str()?;
                    if !name.contains("<none>") {
                        images.names.insert(name.to_owned(), id.clone());
                    }
                }
            }
            let parent = image["ParentId"].as_str().unwrap_or_default();
            images.parents.insert(id, parent.to_owned());
        }
        Some(images)
    }

    /// The image that a name is on.
    pub(crate) fn named(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(String::as_str)
    }

    /// The names with a tag that an image has.
    pub(crate) fn tags_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a str> {
        self.names
            .iter()
            .filter(move |(name, it)| *it == id && !name.contains('@'))
            .map(|(name, _)| name.as_str())
    }

    /// The images that this one was made from, nearest first.
    pub(crate) fn ancestors<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a str> {
        let next = |id: &&'a str| {
            let parent = self.parents.get(*id)?.as_str();
            (!parent.is_empty()).then_some(parent)
        };
        std::iter::successors(next(&id), next)
    }
}

/// The images and names that a call made: new, and either asked for by name, told in its answer,
/// or made on the way to one that is. What somebody else brings meanwhile is not among them.
pub(crate) fn made(
    before: &Images,
    after: &Images,
    asked: &[String],
    told: &str,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let new = |id: &str| !before.parents.contains_key(id);
    let told_ids: BTreeSet<&str> = told
        .split(|it: char| !it.is_ascii_hexdigit())
        .filter(|it| (12..=64).contains(&it.len()))
        .collect();
    let is_told = |id: &str| {
        let digits = id.strip_prefix("sha256:").unwrap_or(id);
        told_ids.iter().any(|it| digits.starts_with(it))
    };
    let words: BTreeSet<&str> = told.split(['"', ' ', '\\', '\n']).collect();
    let is_asked = |name: &str| {
        asked
            .iter()
            .any(|it| it == name || repository(name) == Some(it))
            || words.contains(name)
    };
    let mut ids: BTreeSet<String> = after
        .parents
        .keys()
        .filter(|id| new(id) && is_told(id))
        .cloned()
        .collect();
    ids.extend(
        after
            .names
            .iter()
            .filter(|(name, id)| new(id) && is_asked(name))
            .map(|(_, id)| id.clone()),
    );
    let further: Vec<String> = ids
        .iter()
        .flat_map(|id| after.ancestors(id).take_while(|it| new(it)))
        .map(str::to_owned)
        .collect();
    ids.extend(further);
    let tags = after
        .names
        .iter()
        .filter(|(name, id)| {
            !name.contains('@')
                && !before.names.contains_key(*name)
                && (ids.contains(*id) || is_asked(name))
        })
        .map(|(name, _)| name.clone())
        .collect();
    (ids, tags)
}

/// The repository of a name: `busybox` of `busybox:1.36`.
pub(crate) fn repository(name: &str) -> Option<&str> {
    let (repository, tag) = name.rsplit_once(':')?;
    (!tag.contains('/')).then_some(repository)
}

/// A reference as `docker images` shows it: without the default registry, with its tag.
pub(crate) fn familiar(reference: &str, tag: &str) -> String {
    let mut name = reference;
    for prefix in ["docker.io/", "index.docker.io/"] {
        name = name.strip_prefix(prefix).unwrap_or(name);
    }
    name = name.strip_prefix("library/").unwrap_or(name);
    // With a digest, the tag is but a comment.
    if let Some((repository_and_tag, digest)) = name.split_once('@') {
        let bare = repository(repository_and_tag).unwrap_or(repository_and_tag);
        return format!("{bare}@{digest}");
    }
    if tag.contains(':') {
        let bare = repository(name).unwrap_or(name);
        return format!("{bare}@{tag}");
    }
    match (repository(name), tag) {
        (Some(_), "") => name.to_owned(),
        (Some(bare), tag) => format!("{bare}:{tag}"),
        (None, "") => format!("{name}:latest"),
        (None, tag) => format!("{name}:{tag}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn id(digit: char) -> String {
        format!("sha256:{}", digit.to_string().repeat(64))
    }

    #[test]
    fn a_reference_is_written_as_docker_shows_it() {
        for (reference, tag, shown) in [
            ("busybox", "", "busybox:latest"),
            ("docker.io/library/busybox", "1.36", "busybox:1.36"),
            ("docker.io/ada/x", "", "ada/x:latest"),
            ("localhost:5000/b", "2", "localhost:5000/b:2"),
            ("localhost:5000/b:3", "", "localhost:5000/b:3"),
            ("b@sha256:00", "", "b@sha256:00"),
            ("b:1@sha256:00", "", "b@sha256:00"),
            ("b", "sha256:00", "b@sha256:00"),
        ] {
            assert_eq!(familiar(reference, tag), shown);
        }
    }

    #[test]
    fn what_a_build_made_is_told_from_what_came_meanwhile() {
        let before = Images::read(&json!([
            {"Id": id('a'), "ParentId": "", "RepoTags": ["base:1"]},
        ]))
        .unwrap();
        let after = Images::read(&json!([
            {"Id": id('a'), "ParentId": "", "RepoTags": ["base:1"]},
            {"Id": id('b'), "ParentId": id('a'), "RepoTags": null},
            {"Id": id('c'), "ParentId": id('b'), "RepoTags": ["app:1"]},
            {"Id": id('d'), "ParentId": "", "RepoTags": ["autre:1"]},
            {"Id": id('e'), "ParentId": "", "RepoTags": ["<none>:<none>"]},
        ]))
        .unwrap();
        let told = format!("{{\"stream\":\" ---\\u003e {}\\n\"}}", "e".repeat(12));
        let (ids, tags) = made(&before, &after, &["app:1".to_owned()], &told);
        assert_eq!(ids, [id('b'), id('c'), id('e')].into());
        assert_eq!(tags, ["app:1".to_owned()].into());
        // Somebody else's image under a new name: the name is ours, the image is not.
        let mut renamed = before.clone();
        renamed.names.insert("moi:1".to_owned(), id('a'));
        let (ids, tags) = made(&before, &renamed, &["moi:1".to_owned()], "");
        assert!(ids.is_empty());
        assert_eq!(tags, ["moi:1".to_owned()].into());
    }

    #[test]
    fn loaded_names_are_read_from_the_answer() {
        let before = Images::default();
        let after = Images::read(&json!([
            {"Id": id('a'), "RepoTags": ["affiche:2"]},
            {"Id": id('b'), "RepoTags": ["autre:1"]},
        ]))
        .unwrap();
        let told = r#"{"stream":"Loaded image: affiche:2\n"}"#;
        let (ids, tags) = made(&before, &after, &[], told);
        assert_eq!(ids, [id('a')].into());
        assert_eq!(tags, ["affiche:2".to_owned()].into());
    }
}
