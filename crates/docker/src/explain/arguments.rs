//! What is not an option: names, images, the command in the container.

use super::super::grammar::{Arity, Verb};
use super::super::places::{Place, place_at};
use super::near::nearest;
use super::read::{CHOICES, Reader, owned};
use super::words::Word;
use super::{Part, Role, image};

/// Verbs that need the image to be here.
const LOCAL: &[&str] = &[
    "image rm",
    "image tag",
    "image save",
    "image history",
    "image inspect",
    "image push",
];

/// The fewest letters of an identifier that are taken for one.
const SHORT_ID: usize = 2;

impl Reader<'_> {
    /// The argument of that rank.
    pub(super) fn argument(&mut self, word: &Word, verb: &Verb, rank: usize) {
        let place = place_at(verb, rank).filter(|_| !too_many(verb.arity, rank));
        let Some(place) = place else {
            let says = "Cet argument est de trop pour cette commande.";
            self.push(word.span.clone(), Role::Unknown, says);
            return;
        };
        if word.text.starts_with("$(") || word.text.starts_with('`') {
            let says = "Le shell le remplace par ce qu’affiche la commande entre parenthèses.";
            self.push(word.span.clone(), Role::Operator, says);
            return;
        }
        match place {
            Place::Image | Place::NewImage => self.image(word, verb, place),
            Place::Command => {
                let says = if verb.spellings[0] == "container exec" {
                    "La commande à exécuter dans le conteneur."
                } else {
                    place.says()
                };
                self.push(word.span.clone(), Role::Command, says);
            }
            Place::Arguments => self.more_arguments(word),
            _ => self.name(word, place),
        }
    }

    /// The arguments of the command in the container make one piece.
    fn more_arguments(&mut self, word: &Word) {
        let end = word.span.end;
        let says = Place::Arguments.says();
        let last = self.pieces.pop();
        match last {
            Some(last) if last.role == Role::Command && last.says == says => {
                self.push(last.span.start..end, Role::Command, says);
            }
            last => {
                self.pieces.extend(last);
                self.push(word.span.clone(), Role::Command, says);
            }
        }
    }

    fn image(&mut self, word: &Word, verb: &Verb, place: Place) {
        let name = word.text.as_str();
        let typed = self.unfinished(word);
        if name.contains('$') {
            let says = "Le nom d’une image\u{a0}; le shell y remplace ce qui suit $.";
            self.push(word.span.clone(), Role::Image, says);
            return;
        }
        let says = match (place, verb.spellings[0]) {
            (_, "container run" | "container create" | "service create") => {
                "L’image dont part le conteneur\u{a0}; elle est tirée si elle n’est pas ici."
            }
            (_, "image pull") => "L’image à tirer.",
            _ => place.says(),
        };
        let near = match place {
            Place::Image => self.local_images_near(name, verb, typed),
            _ => Vec::new(),
        };
        match image::parts(name) {
            Ok(parts) => {
                let piece = self.push(word.span.clone(), Role::Image, says);
                piece.parts = parts;
                piece.instead = near;
            }
            Err(_) if typed => {
                self.push(word.span.clone(), Role::Image, says);
            }
            Err(fault) => {
                self.push(word.span.clone(), Role::Unknown, fault).instead = near;
            }
        }
    }

    /// Images of this machine whose name looks like this one, which is not here.
    fn local_images_near(&self, name: &str, verb: &Verb, typed: bool) -> Vec<String> {
        let known = &self.names.images;
        let full = |image: &str| {
            let last = image.rsplit('/').next().unwrap_or(image);
            if last.contains(':') {
                image.to_owned()
            } else {
                format!("{image}:latest")
            }
        };
        if typed || known.iter().any(|it| *it == full(name)) {
            return Vec::new();
        }
        if LOCAL.contains(&verb.spellings[0]) {
            return owned(nearest(
                &full(name),
                known.iter().map(String::as_str),
                CHOICES,
            ));
        }
        let bare = |image: &str| {
            image
                .rsplit_once(':')
                .map_or(image.to_owned(), |it| it.0.to_owned())
        };
        let mut bares: Vec<String> = known.iter().map(|it| bare(it)).collect();
        bares.sort();
        bares.dedup();
        let asked = if name.contains(':') {
            bare(name)
        } else {
            name.to_owned()
        };
        if bares.contains(&asked) {
            return Vec::new();
        }
        owned(nearest(&asked, bares.iter().map(String::as_str), CHOICES))
    }

    fn name(&mut self, word: &Word, place: Place) {
        let text = word.text.as_str();
        let known: &[String] = match place {
            Place::Container => &self.names.containers,
            Place::Network => &self.names.networks,
            Place::Volume => &self.names.volumes,
            Place::Service | Place::Task => &self.names.services,
            _ => &[],
        };
        let identifier = text.len() >= SHORT_ID && text.bytes().all(|it| it.is_ascii_hexdigit());
        let fine = self.unfinished(word)
            || identifier
            || text.contains('$')
            || known.iter().any(|it| it == text);
        let near = if fine {
            Vec::new()
        } else {
            owned(nearest(text, known.iter().map(String::as_str), CHOICES))
        };
        let parts = match (place, text.split_once(':'), text.split_once('=')) {
            (Place::Copy, Some((container, path)), _) if !text.starts_with(['/', '.']) => vec![
                Part::new(container, "conteneur"),
                Part::new(path, "chemin dans le conteneur"),
            ],
            (Place::Copy, None, _) if text == "-" => {
                vec![Part::new("-", "l’entrée ou la sortie standard, en tar")]
            }
            (Place::Copy, None, _) => vec![Part::new(text, "chemin sur la machine hôte")],
            (Place::Scale, _, Some((service, count))) => vec![
                Part::new(service, "service"),
                Part::new(count, "nombre de tâches"),
            ],
            _ => Vec::new(),
        };
        let piece = self.push(word.span.clone(), Role::Argument, place.says());
        piece.parts = parts;
        piece.instead = near;
    }
}

/// Whether the verb takes no argument of that rank.
fn too_many(arity: Arity, rank: usize) -> bool {
    match arity {
        Arity::Zero => true,
        Arity::Exactly(most) | Arity::AtMost(most) | Arity::Between(_, most) => rank >= most,
        Arity::AtLeast(_) | Arity::Any => false,
    }
}
