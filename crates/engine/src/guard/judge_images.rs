//! Judging what makes, names and removes images: an image has names of several owners.

use super::call::Call;
use super::danger::build_dangers;
use super::decide::Asked;
use super::document::texts;
use super::images::{Images, familiar, repository};
use super::judge::{Judged, Passage, Read};
use super::learn::After;
use super::ownership::{Entry, Thing};
use super::{Answer, Guard, archive, lock};
use crate::text::guard as words;
use domain::{Kind, ObjectRef};
use wire::percent;

impl Guard {
    pub(super) async fn build(&self, call: &Call) -> Judged {
        let before = self.images().await?;
        let names: Vec<String> = call
            .parameters("t")
            .filter(|it| !it.is_empty())
            .map(|it| familiar(it, ""))
            .collect();
        let moved = names.iter().filter(|it| before.named(it).is_some());
        let asked = Asked {
            verb: "build".to_owned(),
            moved: moved.cloned().collect(),
            dangers: build_dangers(call.parameter("networkmode")),
            unclear: call.flag("pull").then(words::may_move_bases),
            exact: format!("{:?}", call.query),
            ..Asked::default()
        };
        self.settle(&asked)?;
        Ok(Passage::learning(After::Images {
            before,
            asked: names,
        }))
    }

    pub(super) async fn pull(&self, call: &Call) -> Judged {
        let (from, source) = (call.parameter("fromImage"), call.parameter("fromSrc"));
        if !source.is_empty() {
            let repository = call.parameter("repo");
            if repository.is_empty() {
                let before = self.images().await?;
                self.settle(&Asked {
                    verb: "import".to_owned(),
                    ..Asked::default()
                })?;
                return Ok(Passage::learning(After::Images {
                    before,
                    asked: Vec::new(),
                }));
            }
            let name = familiar(repository, call.parameter("tag"));
            return self.name("import", name, Asked::default()).await;
        }
        let before = self.images().await?;
        let tag = call.parameter("tag");
        let every = tag.is_empty() && repository(from).is_none() && !from.contains('@');
        let name = familiar(from, tag);
        let mut asked = Asked {
            verb: "pull".to_owned(),
            exact: name.clone(),
            ..Asked::default()
        };
        let wanted = if every {
            let wanted = repository(&name).unwrap_or(&name).to_owned();
            let there = before.names.keys();
            let moved = there.filter(|it| repository(it) == Some(&wanted) && !it.contains('@'));
            asked.moved = moved.cloned().collect();
            wanted
        } else {
            let theirs = before.named(&name).is_some() && !lock(&self.ours).tags.contains(&name);
            if theirs && !name.contains('@') && !self.is_current(&before, &name).await {
                asked.moved.push(name.clone());
            }
            name
        };
        self.settle(&asked)?;
        Ok(Passage::learning(After::Images {
            before,
            asked: vec![wanted],
        }))
    }

    /// Whether the registry has under this name the very image that is here: pulling it again
    /// changes nothing. A registry that does not answer cannot tell.
    async fn is_current(&self, before: &Images, name: &str) -> bool {
        let path = format!("/distribution/{}/json", percent::encode_path(name));
        let Ok(told) = self.ask(&path).await else {
            return false;
        };
        let digest = texts(&told, &["Descriptor", "digest"]).join("");
        let repository = repository(name).unwrap_or(name);
        before.named(&format!("{repository}@{digest}")) == before.named(name)
    }

    pub(super) async fn load(&self, read: Read) -> Judged {
        let before = self.images().await?;
        let Read::Aside(file) = read else {
            return Err(Answer::refused(words::archive()));
        };
        // Reading an archive is work for a thread that may block.
        let names = tokio::task::spawn_blocking(move || archive::names(file)).await;
        let mut asked = Asked {
            verb: "load".to_owned(),
            ..Asked::default()
        };
        match names {
            Ok(Ok(names)) => {
                let moved = names.iter().filter(|it| before.named(it).is_some());
                asked.moved = moved.cloned().collect();
            }
            _ => asked.unclear = Some(words::archive()),
        }
        self.settle(&asked)?;
        Ok(Passage::learning(After::Images {
            before,
            asked: Vec::new(),
        }))
    }

    /// Puts a name on an image.
    pub(super) async fn name(&self, verb: &str, name: String, mut asked: Asked) -> Judged {
        let before = self.images().await?;
        asked.verb = verb.to_owned();
        if before.named(&name).is_some() {
            asked.moved.push(name.clone());
        }
        self.settle(&asked)?;
        Ok(Passage::learning(After::Images {
            before,
            asked: vec![name],
        }))
    }

    pub(super) async fn commit(&self, call: &Call) -> Judged {
        let container = call.parameter("container");
        let thing = self.thing(Kind::Container, container).await?;
        let mut asked = Asked {
            verb: "commit".to_owned(),
            ..Asked::default()
        };
        // Reading a container is free; holding it still meanwhile is not.
        if call.parameter("pause").is_empty() || call.flag("pause") {
            asked.touched.push(thing);
        }
        let repository = call.parameter("repo");
        if repository.is_empty() {
            let before = self.images().await?;
            self.settle(&asked)?;
            return Ok(Passage::learning(After::Images {
                before,
                asked: Vec::new(),
            }));
        }
        let name = familiar(repository, call.parameter("tag"));
        self.name("commit", name, asked).await
    }

    pub(super) async fn remove_image(&self, reference: &str, call: &Call) -> Judged {
        let image = self.thing(Kind::Image, reference).await?;
        let id = image.reference.id.clone();
        let images = self.images().await?;
        let name = familiar(reference, "");
        let ours = lock(&self.ours).clone();
        let mut asked = Asked {
            verb: "rmi".to_owned(),
            ..Asked::default()
        };
        let theirs = |name: &str| Thing::new(Kind::Image, &format!("{id} {name}"), name);
        if name.contains('@') || images.named(&name) != Some(id.as_str()) {
            // By its identifier or its digest: the image itself, and all its names.
            asked.touched.push(image);
            let names = images.tags_of(&id).filter(|it| !ours.tags.contains(*it));
            asked.touched.extend(names.map(theirs));
        } else if !ours.tags.contains(&name) {
            asked.touched.push(theirs(&name));
        } else if !ours.owns(&image) && images.tags_of(&id).count() < 2 {
            asked.unclear = Some(words::last_name(&name));
        }
        self.settle(&asked)?;
        // The engine removes the nameless images that this one was made from, too.
        let spares = images
            .ancestors(&id)
            .any(|it| !ours.has(Kind::Image, it) && images.tags_of(it).next().is_none());
        let query = (spares && !call.flag("noprune")).then(|| {
            let force = if call.flag("force") { "&force=1" } else { "" };
            format!("noprune=1{force}")
        });
        Ok(Passage {
            query,
            ..Passage::learning(After::Reconcile)
        })
    }

    /// Forgets the images and names that are no more.
    pub(super) fn forget_images(&self, there: &Images) {
        let (ids, tags): (Vec<String>, Vec<String>) = {
            let ours = lock(&self.ours);
            let ids = ours
                .of(Kind::Image)
                .filter(|it| !there.parents.contains_key(*it));
            let tags = ours.tags.iter().filter(|it| there.named(it).is_none());
            (ids.map(str::to_owned).collect(), tags.cloned().collect())
        };
        for id in ids {
            self.note(&Entry::Gone(ObjectRef {
                kind: Kind::Image,
                id,
            }));
        }
        for tag in tags {
            self.note(&Entry::Untagged(tag));
        }
    }
}
