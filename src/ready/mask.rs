//! What must not be pasted in a message to a teacher: passwords, tokens, the name of a person.

/// Words after which `=` or `:` is followed by a secret.
const SECRETS: [&str; 7] = [
    "token",
    "password",
    "passwd",
    "secret",
    "authorization",
    "auth",
    "api_key",
];
/// Folders of people's homes.
const HOMES: [&str; 2] = ["/home/", "/Users/"];

/// The text without the credentials of addresses, the values of what is named like a secret, and
/// the names of people in paths. `home` is this user's.
pub(super) fn mask(text: &str, home: &str) -> String {
    let text = if home.len() > 1 {
        text.replace(home, "~")
    } else {
        text.to_owned()
    };
    let text = people(&text);
    let words: Vec<String> = text
        .split_inclusive(char::is_whitespace)
        .map(word)
        .collect();
    words.concat()
}

/// `/home/ada/x` is `~/x`.
fn people(text: &str) -> String {
    HOMES.iter().fold(text.to_owned(), |text, folder| {
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(folder) {
            out.push_str(&rest[..at]);
            out.push('~');
            let after = &rest[at + folder.len()..];
            let end = after.find(|it: char| !(it.is_alphanumeric() || "._-".contains(it)));
            rest = &after[end.unwrap_or(after.len())..];
        }
        out + rest
    })
}

fn word(word: &str) -> String {
    let word = match word.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            match rest[..end].rfind('@') {
                Some(at) => format!("{scheme}://***{}", &rest[at..]),
                None => word.to_owned(),
            }
        }
        None => word.to_owned(),
    };
    let mut out = String::new();
    for piece in word.split_inclusive(['&', '?', ';', ',']) {
        out.push_str(&value(piece));
    }
    out
}

/// `token=abc` is `token=***`.
fn value(piece: &str) -> String {
    let Some((key, rest)) = piece.split_once(['=']) else {
        return piece.to_owned();
    };
    let lower = key.to_lowercase();
    let is_secret = SECRETS.iter().any(|it| lower.ends_with(it)) && !rest.trim().is_empty();
    if !is_secret {
        return piece.to_owned();
    }
    let end = rest.trim_end_matches(|it: char| it.is_whitespace() || "&?;,".contains(it));
    format!("{key}=***{}", &rest[end.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_people_are_not_told() {
        for (said, told) in [
            (
                "tcp://ada:motdepasse@10.0.0.1:2375",
                "tcp://***@10.0.0.1:2375",
            ),
            ("ssh://ada@serveur", "ssh://***@serveur"),
            (
                "http://jeton@mandataire:3128/ suite",
                "http://***@mandataire:3128/ suite",
            ),
            (
                "unix:///home/ada/.docker/run/docker.sock",
                "unix://~/.docker/run/docker.sock",
            ),
            ("/Users/ada/x et /home/bob", "~/x et ~"),
            ("/racine/moi/.config", "~/.config"),
            (
                "REGISTRY_TOKEN=abc DOCKER_HOST=x",
                "REGISTRY_TOKEN=*** DOCKER_HOST=x",
            ),
            ("https://x/?token=abc&page=2", "https://x/?token=***&page=2"),
            ("http://u:p@ss@hote/", "http://***@hote/"),
            ("rien à cacher\n", "rien à cacher\n"),
        ] {
            assert_eq!(mask(said, "/racine/moi"), told);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_password_in_an_address_never_stays(user in "[a-z]{1,8}", password in "[A-Za-z0-9@:%!]{4,20}") {
            let text = format!("x http://{user}:{password}zz@hote:3128 y");
            let told = mask(&text, "/nulle/part");
            proptest::prop_assert!(!told.contains(&format!("{password}zz")), "{}", told);
        }
    }
}
