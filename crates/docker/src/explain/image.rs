//! An image's name, split.

use super::super::reference::Reference;
use super::Part;

/// The registry of names that name none.
const HUB: &str = "docker.io";

/// The parts of a name, defaults said; the error says in French what is wrong.
pub(super) fn parts(name: &str) -> Result<Vec<Part>, String> {
    if is_identifier(name) {
        return Ok(vec![Part::new(
            name,
            "identifiant d’une image (son début peut suffire)",
        )]);
    }
    let reference = Reference::parse(name).map_err(|_| fault(name).to_owned())?;
    let mut parts = Vec::new();
    let said = name.starts_with(&format!("{}/", reference.domain));
    parts.push(Part::new(
        &reference.domain,
        match (reference.domain == HUB, said) {
            (true, false) => "registre\u{a0}: Docker Hub, quand aucun n’est nommé",
            (true, true) => "registre\u{a0}: Docker Hub",
            (false, _) => "registre",
        },
    ));
    let official = reference.domain == HUB && reference.path.starts_with("library/");
    parts.push(Part::new(
        &reference.path,
        if official {
            "nom du dépôt\u{a0}: library/ est le dossier des images officielles"
        } else {
            "nom du dépôt"
        },
    ));
    match (&reference.tag, &reference.digest) {
        (Some(tag), _) => parts.push(Part::new(tag, "étiquette\u{a0}: quelle version du dépôt")),
        (None, None) => parts.push(Part::new(
            "latest",
            "étiquette, quand aucune n’est donnée\u{a0}: pas forcément la plus récente",
        )),
        (None, Some(_)) => {}
    }
    if let Some(digest) = &reference.digest {
        parts.push(Part::new(
            digest,
            "empreinte\u{a0}: ce contenu-là et aucun autre",
        ));
    }
    Ok(parts)
}

/// Whether the word reads better as an identifier than as a name.
fn is_identifier(name: &str) -> bool {
    let digits = name.strip_prefix("sha256:").unwrap_or(name);
    digits.len() >= 12
        && digits.bytes().all(|it| it.is_ascii_hexdigit())
        && digits.bytes().any(|it| it.is_ascii_digit())
}

fn fault(name: &str) -> &'static str {
    if name.is_empty() {
        "Le nom de l’image manque."
    } else if name.chars().any(char::is_uppercase) {
        "Le nom d’un dépôt s’écrit en minuscules."
    } else if name.chars().any(char::is_whitespace) {
        "Un nom d’image n’a pas d’espace."
    } else if name.ends_with(':') {
        "Il manque l’étiquette après les deux points."
    } else {
        "Ce nom d’image est mal formé\u{a0}: [registre/]dépôt[:étiquette]."
    }
}
