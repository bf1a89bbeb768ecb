//! Docker's errors that a beginner meets: what they mean and what to try, in French.
//!
//! The table is `assets/explications/erreurs.txt`, which says how it is written. Docker's own words
//! are recognised as they are; they are never changed.

use std::sync::LazyLock;

use crate::engine::Explanation;

const SHEET: &str = include_str!("../../assets/explications/erreurs.txt");

static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| read(SHEET));

/// Exit codes from this one on are docker's own, a shell's or a signal's.
const TELLING: i32 = 125;

/// What an error's text means; `None` when it is not in the table.
pub fn of_text(text: &str) -> Option<Explanation> {
    TABLE.iter().find_map(|entry| {
        let captures = entry.patterns.iter().find_map(|it| matched(it, text))?;
        Some(entry.explanation(&captures))
    })
}

/// What a command's exit code means, when it says something by itself.
pub fn of_code(code: i32) -> Option<Explanation> {
    (code >= TELLING).then(|| of_text(&format!("code {code}")))?
}

struct Entry {
    patterns: Vec<&'static str>,
    what: &'static str,
    why: &'static str,
    remedies: Vec<&'static str>,
}

impl Entry {
    fn explanation(&self, captures: &[&str]) -> Explanation {
        let fill = |text: &str| {
            let filled = (1..)
                .zip(captures)
                .fold(text.to_owned(), |text, (rank, it)| {
                    text.replace(&format!("${rank}"), it)
                });
            filled.replace("$1", "…")
        };
        Explanation {
            what: fill(self.what),
            why: fill(self.why),
            remedies: self.remedies.iter().map(|it| fill(it)).collect(),
        }
    }
}

fn read(sheet: &'static str) -> Vec<Entry> {
    let mut entries = Vec::new();
    for block in sheet.split("\n\n") {
        let lines = |mark: char| {
            block
                .lines()
                .filter_map(move |line| line.strip_prefix(mark)?.strip_prefix(' '))
        };
        let entry = Entry {
            patterns: lines('~').collect(),
            what: lines('=').next().unwrap_or_default(),
            why: lines('?').next().unwrap_or_default(),
            remedies: lines('-').collect(),
        };
        if !entry.patterns.is_empty() {
            entries.push(entry);
        }
    }
    entries
}

/// What each `*` of a pattern stands for, when the text has the pattern.
fn matched<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = pattern.split('*');
    let first = parts.next()?;
    let mut rest = &text[text.find(first)? + first.len()..];
    let mut captures = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if part.is_empty() && parts.peek().is_none() {
            // Up to the end of the word that ends the pattern.
            let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
            captures.push(rest[..end].trim_end_matches('.'));
            break;
        }
        let line = rest.lines().next().unwrap_or_default();
        let at = line.find(part)?;
        captures.push(&rest[..at]);
        rest = &rest[at + part.len()..];
    }
    Some(captures)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of the real docker (28.2 and its daemon), and what the answer must speak of.
    const REAL: &[(&str, &str)] = &[
        (
            "Error response from daemon: dockerfile parse error on line 4: COPY requires at least two \
             arguments, but only one was provided. Destination could not be determined",
            "À la ligne 4 du Dockerfile, il manque quelque chose à COPY",
        ),
        (
            "docker: Error response from daemon: Conflict. The container name \"/site\" is already in use by container \"59811b4b4a0e\". You have to remove (or rename) that container to be able to reuse that name.\n\nRun 'docker run --help' for more information",
            "déjà le nom «\u{a0}site\u{a0}»",
        ),
        (
            "docker: Error response from daemon: driver failed programming external connectivity on endpoint c (59811b): Bind for 127.0.0.1:18999 failed: port is already allocated",
            "Le port 18999",
        ),
        (
            "Error response from daemon: You cannot remove a running container 59811b. Stop the container before attempting removal or force remove",
            "tourne encore",
        ),
        (
            "Error response from daemon: cannot remove container \"vitrine\": container is running: stop the container before removing or force remove",
            "tourne encore",
        ),
        (
            "Error response from daemon: conflict: unable to remove repository reference \"busybox:1.36\" (must force) - container 59811b4b4a0e is using its referenced image dd6b1ba3709c",
            "«\u{a0}busybox:1.36\u{a0}» sert encore",
        ),
        (
            "Error response from daemon: No such container: nosuch",
            "«\u{a0}nosuch\u{a0}»",
        ),
        (
            "Error response from daemon: No such image: nosuch:latest",
            "«\u{a0}nosuch:latest\u{a0}»",
        ),
        (
            "Error response from daemon: error while removing network: network n id 0a1b has active endpoints",
            "encore branchés",
        ),
        (
            "Error response from daemon: remove v: volume is in use - [59811b]",
            "se sert encore de ce volume",
        ),
        (
            "OCI runtime exec failed: exec failed: unable to start container process: exec: \"bash\": executable file not found in $PATH: unknown",
            "«\u{a0}bash\u{a0}» n’existe pas dans le conteneur",
        ),
        (
            "OCI runtime exec failed: exec failed: unable to start container process: exec: \"/etc/passwd\": permission denied: unknown",
            "n’est pas un programme",
        ),
        (
            "docker: invalid reference format: repository name (library/Busybox) must be lowercase",
            "minuscules",
        ),
        (
            "docker: invalid reference format",
            "attendait ici le nom d’une image",
        ),
        (
            "docker: Error response from daemon: network nosuch not found",
            "Aucun réseau",
        ),
        (
            "unknown flag: --nosuch\n\nUsage:  docker run [OPTIONS] IMAGE",
            "d’option «\u{a0}--nosuch\u{a0}»",
        ),
        ("unknown shorthand flag: 'z' in -z", "option courte -z"),
        (
            "docker: Error response from daemon: invalid mount config for type \"bind\": bind source path does not exist: /nosuch",
            "«\u{a0}/nosuch\u{a0}»",
        ),
        (
            "docker: Error response from daemon: invalid volume specification: '/x:y': invalid mount config for type \"bind\": invalid mount path: 'y' mount path must be absolute",
            "doit être absolu",
        ),
        (
            "Error response from daemon: This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.",
            "ne gère pas de Swarm",
        ),
        (
            "docker: 'docker rm' requires at least 1 argument",
            "Il manque quelque chose",
        ),
        (
            "docker: unknown command: docker nosuch",
            "de commande «\u{a0}nosuch\u{a0}»",
        ),
        (
            "Error response from daemon: get nosuch: no such volume",
            "Aucun volume ne s’appelle «\u{a0}nosuch\u{a0}»",
        ),
        (
            "Error response from daemon: bridge is a pre-defined network and cannot be removed",
            "fourni par Docker",
        ),
        (
            "docker: conflicting options: cannot specify both --restart and --rm",
            "se contredisent",
        ),
        ("docker: invalid containerPort: b", "port est mal écrit"),
        (
            "Error response from daemon: Container 59811b is not running",
            "ne tourne pas",
        ),
        (
            "Cannot connect to the Docker daemon at unix:///tmp/x.sock. Is the docker daemon running?",
            "pas trouvé de démon",
        ),
        (
            "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get \"http://%2Fvar%2Frun%2Fdocker.sock/v1.50/containers/json\": dial unix /var/run/docker.sock: connect: permission denied",
            "pas le droit de parler au démon",
        ),
        (
            "Error response from daemon: pull access denied for ngnix, repository does not exist or may require 'docker login'",
            "«\u{a0}ngnix\u{a0}»",
        ),
        (
            "Error response from daemon: manifest for nginx:9 not found: manifest unknown: manifest unknown",
            "nginx:9",
        ),
        (
            "toomanyrequests: You have reached your pull rate limit.",
            "trop de tirages",
        ),
        (
            "Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit",
            "images charger",
        ),
        (
            "Error response from daemon: error parsing HTTP 429 response body: invalid character 'T' looking for beginning of value: \"Too Many Requests (HAP429).\"",
            "trop de tirages",
        ),
        (
            "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused",
            "mandataire",
        ),
        (
            "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": Proxy Authentication Required",
            "mandataire",
        ),
        (
            "Error response from daemon: Get \"https://registre.example/v2/\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
            "certificat",
        ),
        (
            "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: Temporary failure in name resolution",
            "images charger",
        ),
        (
            "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": net/http: TLS handshake timeout",
            "Personne ne répond",
        ),
        (
            "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
            "Personne ne répond",
        ),
        ("exec /usr/bin/x: exec format error", "ne sait pas exécuter"),
        ("write /data/x: no space left on device", "plus de place"),
        (
            "invalid argument \"x\" for \"-m, --memory\" flag: invalid size: 'x'",
            "l’option -m, --memory",
        ),
        ("the input device is not a TTY", "terminal"),
        (
            "^C^C^C\ngot 3 SIGTERM/SIGINTs, forcefully exiting",
            "tourne encore",
        ),
    ];

    #[test]
    fn real_errors_are_recognised() {
        for (text, expected) in REAL {
            let found = of_text(text).map(|it| it.to_string()).unwrap_or_default();
            let same = found.to_lowercase().contains(&expected.to_lowercase());
            assert!(same, "{text}\n→ {found}");
        }
        assert_eq!(of_text("bonjour"), None);
    }

    #[test]
    fn exit_codes_that_say_something_are_explained() {
        for code in [125, 126, 127, 130, 137, 139, 143] {
            assert!(of_code(code).is_some(), "{code}");
        }
        assert_eq!(of_code(0), None);
        assert_eq!(of_code(1), None);
    }

    #[test]
    fn every_entry_is_whole_and_well_typed() {
        assert!(TABLE.len() > 60);
        for entry in TABLE.iter() {
            let text = format!("{:?}", entry.patterns);
            assert!(!entry.what.is_empty() && !entry.why.is_empty(), "{text}");
            assert!(!entry.remedies.is_empty(), "{text}");
            let stars = |it: &&str| it.matches('*').count();
            let least = entry.patterns.iter().map(stars).min().unwrap_or_default();
            let uses = [entry.what, entry.why].join(" ") + &entry.remedies.join(" ");
            let named = (1..5)
                .filter(|rank| uses.contains(&format!("${rank}")))
                .max();
            assert!(named.unwrap_or(0) <= least.max(1), "{text}");
            for sentence in [entry.what, entry.why] {
                for mark in [" : ", " ;", " ?", " »", "« "] {
                    assert!(!sentence.contains(mark), "no-break space: {sentence}");
                }
            }
        }
    }
}
