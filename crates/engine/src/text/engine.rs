//! What went wrong with an engine, why, and what to do about it, in French.
//!
//! One function per failure. Who recognises the failure (`engine`) fills in the names; the
//! engine's or the system's own words are shown after, as they are.

use std::fmt;

/// A failure, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What happened, in one sentence.
    pub what: String,
    /// Why, as far as it can be known.
    pub why: String,
    /// What to do, one thing per entry, the likeliest first.
    pub remedies: Vec<String>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.what, self.why)?;
        for remedy in &self.remedies {
            write!(formatter, "\n  • {remedy}")?;
        }
        Ok(())
    }
}

/// The sort of machine the advice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Linux: the daemon is a service.
    Linux,
    /// macOS: the daemon lives in an application's virtual machine.
    Mac,
    /// Anything else.
    Other,
}

impl Platform {
    /// The machine this program was built for.
    pub const fn here() -> Self {
        if cfg!(target_os = "linux") {
            Self::Linux
        } else if cfg!(target_os = "macos") {
            Self::Mac
        } else {
            Self::Other
        }
    }
}

fn explanation<const N: usize>(what: String, why: &str, remedies: [String; N]) -> Explanation {
    let remedies = remedies.into_iter().collect();
    Explanation {
        what,
        why: why.to_owned(),
        remedies,
    }
}

fn start_daemon(platform: Platform) -> String {
    match platform {
        Platform::Linux => {
            "Démarrez le démon : « sudo systemctl start docker » (sans privilèges : « systemctl \
             --user start docker »)."
        }
        Platform::Mac | Platform::Other => {
            "Démarrez l’application qui fait tourner Docker (Docker Desktop, OrbStack, Colima…) et \
             attendez qu’elle soit prête."
        }
    }
    .to_owned()
}

fn or_simulator() -> String {
    "En attendant, « moussaillon --moteur simule » n’a besoin d’aucun moteur.".to_owned()
}

/// There is no socket at this path.
pub fn no_socket(path: &str, platform: Platform) -> Explanation {
    explanation(
        format!("Aucun moteur Docker n’écoute sur {path}."),
        "Ce fichier n’existe pas : le démon n’est pas démarré, ou il n’est pas installé.",
        [start_daemon(platform), or_simulator()],
    )
}

/// What is at this path is not a socket.
pub fn not_a_socket(path: &str) -> Explanation {
    explanation(
        format!("{path} n’est pas une socket."),
        "Un fichier ordinaire (ou un dossier) se trouve là où le moteur devrait écouter ; un \
         montage de volume vers un chemin qui n’existait pas encore en crée souvent un.",
        [
            "Vérifiez l’adresse donnée (--moteur, DOCKER_HOST ou le contexte) : « docker context ls » \
             montre celle de docker."
                .to_owned(),
            format!("Si ce fichier n’a rien à faire là, supprimez-le ({path}), puis redémarrez le démon."),
        ],
    )
}

/// The socket is there and this user may not open it.
pub fn permission_denied(path: &str, platform: Platform) -> Explanation {
    let join = match platform {
        Platform::Linux => {
            "Ajoutez votre compte au groupe docker (« sudo usermod -aG docker $USER »), puis \
             reconnectez-vous ; « newgrp docker » suffit pour le terminal ouvert. Ce groupe équivaut \
             à root sur cette machine."
        }
        Platform::Mac | Platform::Other => {
            "Vérifiez à qui appartient ce fichier, et que l’application qui fait tourner Docker est \
             lancée par votre compte."
        }
    };
    explanation(
        format!("Votre compte n’a pas le droit d’ouvrir {path}."),
        "Le moteur est là, mais sa socket est réservée à root et au groupe docker.",
        [
            join.to_owned(),
            "Ou employez un moteur sans privilèges (rootless) : dockerd-rootless-setuptool.sh install."
                .to_owned(),
        ],
    )
}

/// Nothing accepts connections at this address.
pub fn refused(address: &str, platform: Platform) -> Explanation {
    explanation(
        format!("Le moteur n’accepte pas de connexion sur {address}."),
        "L’adresse existe mais personne n’y répond : le démon est arrêté, ou il n’écoute pas là.",
        [start_daemon(platform), or_simulator()],
    )
}

/// No answer in time.
pub fn timed_out(address: &str, seconds: u64) -> Explanation {
    explanation(
        format!("Le moteur à {address} n’a pas répondu en {seconds} s."),
        "La connexion ou la réponse se fait attendre : réseau coupé, pare-feu muet, ou démon bloqué.",
        [
            "Vérifiez l’adresse et le réseau, puis « docker version » dans un autre terminal."
                .to_owned(),
            "Si « docker version » attend aussi, redémarrez le démon.".to_owned(),
        ],
    )
}

/// The server's certificate was not accepted.
pub fn bad_certificate(address: &str, expired: bool, wrong_name: bool) -> Explanation {
    let why = if expired {
        "Son certificat a expiré, ou l’horloge d’une des deux machines est fausse."
    } else if wrong_name {
        "Son certificat est établi pour un autre nom que celui de l’adresse."
    } else {
        "Aucune autorité connue n’a signé son certificat."
    };
    explanation(
        format!("Le moteur à {address} ne prouve pas son identité."),
        why,
        [
            "Indiquez le dossier qui contient le bon ca.pem dans DOCKER_CERT_PATH.".to_owned(),
            "Dans l’adresse, employez un nom qui figure dans le certificat.".to_owned(),
            "Ne désactivez pas DOCKER_TLS_VERIFY : qui se fait passer pour le moteur pilote vos \
             conteneurs."
                .to_owned(),
        ],
    )
}

/// The server wants a certificate of ours, or not this one.
pub fn client_certificate(address: &str) -> Explanation {
    explanation(
        format!("Le moteur à {address} refuse notre certificat."),
        "Il exige un certificat de client, signé par son autorité.",
        [
            "Placez cert.pem et key.pem dans le dossier de DOCKER_CERT_PATH (~/.docker par défaut)."
                .to_owned(),
            "Demandez un certificat à qui administre ce moteur.".to_owned(),
        ],
    )
}

/// A certificate or key file cannot be used.
pub fn tls_file(path: &str) -> Explanation {
    explanation(
        format!("Le fichier {path} est inutilisable."),
        "La connexion chiffrée en a besoin, et il est absent, illisible, ou n’est pas au format PEM.",
        ["Vérifiez DOCKER_CERT_PATH, ou recréez le contexte docker.".to_owned()],
    )
}

/// We speak TLS, it does not.
pub fn plain_server(address: &str) -> Explanation {
    explanation(
        format!("Le moteur à {address} ne parle pas TLS."),
        "Nous chiffrons la connexion, il répond en clair.",
        [
            "Retirez DOCKER_TLS_VERIFY et DOCKER_TLS, ou écrivez tcp:// au lieu de https://."
                .to_owned(),
            "Ou vérifiez le port : 2376 est d’usage pour TLS, 2375 sans.".to_owned(),
        ],
    )
}

/// It speaks TLS, we do not.
pub fn tls_server(address: &str) -> Explanation {
    explanation(
        format!("Le moteur à {address} exige TLS."),
        "Nous lui parlons en clair, il attend une connexion chiffrée.",
        [
            "Définissez DOCKER_TLS_VERIFY=1, et DOCKER_CERT_PATH si les certificats ne sont pas dans \
             ~/.docker."
                .to_owned(),
            "Ou créez un contexte docker qui les contient : « docker context create ».".to_owned(),
        ],
    )
}

/// A TLS failure of another sort.
pub fn tls_other(address: &str) -> Explanation {
    explanation(
        format!("La connexion chiffrée avec {address} a échoué."),
        "Les deux côtés ne s’accordent pas sur TLS.",
        ["Vérifiez l’adresse, le port, et les fichiers de DOCKER_CERT_PATH.".to_owned()],
    )
}

/// No resolver knows this name.
pub fn unknown_host(host: &str) -> Explanation {
    explanation(
        format!("La machine « {host} » est introuvable."),
        "Son nom ne correspond à aucune adresse : il est mal écrit, ou le réseau manque.",
        [
            "Vérifiez l’adresse donnée (--moteur, DOCKER_HOST ou le contexte).".to_owned(),
            or_simulator(),
        ],
    )
}

/// There is no route to it.
pub fn unreachable(address: &str) -> Explanation {
    explanation(
        format!("{address} est hors d’atteinte."),
        "Aucun chemin ne mène à cette machine : réseau, VPN ou pare-feu.",
        [
            "Vérifiez le réseau et le VPN, puis l’adresse.".to_owned(),
            or_simulator(),
        ],
    )
}

/// ssh ended without a connection.
pub fn ssh(status: Option<i32>, host: &str) -> Explanation {
    let (why, remedy) = match status {
        Some(126 | 127) => (
            "La connexion ssh s’est faite, mais la commande docker est introuvable là-bas.",
            format!("Installez le client docker sur {host} (version 18.09 ou plus)."),
        ),
        Some(255) | None => (
            "ssh n’a pas pu se connecter : clé refusée, machine inconnue ou hors d’atteinte.",
            format!(
                "Essayez « ssh {host} docker version » dans un terminal : il faut que cela marche sans \
                 mot de passe (ssh-add)."
            ),
        ),
        Some(_) => (
            "La connexion ssh s’est faite, mais docker a échoué là-bas.",
            format!("Essayez « ssh {host} docker version » : le démon distant est-il démarré ?"),
        ),
    };
    explanation(
        format!("Le moteur de {host} ne peut être joint par ssh."),
        why,
        [remedy],
    )
}

/// The program that carries the connection is missing.
pub fn no_ssh_program() -> Explanation {
    explanation(
        "La commande ssh est introuvable.".to_owned(),
        "Une adresse ssh:// se sert du client ssh de cette machine.",
        ["Installez OpenSSH (paquet openssh-client).".to_owned()],
    )
}

/// What answers is not a Docker engine.
pub fn not_docker(address: &str) -> Explanation {
    explanation(
        format!("Ce qui répond à {address} n’est pas un moteur Docker."),
        "La réponse n’est pas celle de l’API Docker : un autre service occupe cette adresse, ou un \
         intermédiaire répond à sa place.",
        ["Vérifiez l’adresse et le port (--moteur, DOCKER_HOST ou le contexte).".to_owned()],
    )
}

/// Its API is older than the oldest we speak.
pub fn too_old(engine: &str, api: &str, minimum: &str) -> Explanation {
    explanation(
        format!("Ce moteur est trop ancien : Docker {engine}, API {api}."),
        &format!("moussaillon parle l’API {minimum} et plus (Docker 20.10, décembre 2020)."),
        [
            "Mettez le moteur à jour : https://docs.docker.com/engine/install/".to_owned(),
            or_simulator(),
        ],
    )
}

/// The oldest API it speaks is newer than the newest we speak.
pub fn too_new(engine: &str, minimum: &str, ours: &str) -> Explanation {
    explanation(
        format!("Ce moteur est trop récent : Docker {engine}."),
        &format!("Il exige l’API {minimum} au moins ; ce moussaillon s’arrête à la {ours}."),
        ["Mettez moussaillon à jour.".to_owned(), or_simulator()],
    )
}

/// The connection broke in the middle of an answer.
pub fn closed(address: &str) -> Explanation {
    explanation(
        format!("Le moteur à {address} a coupé la connexion au milieu d’une réponse."),
        "Il s’est arrêté, il redémarre, ou un intermédiaire a fermé la connexion.",
        [
            "S’il redémarre, la connexion se rétablira d’elle-même.".to_owned(),
            "Sinon, lisez son journal : « journalctl -u docker -n 50 » sous Linux.".to_owned(),
        ],
    )
}

/// The engine, or a proxy before it, does not let us in (HTTP 401 and 403).
pub fn denied(address: &str, status: u16) -> Explanation {
    explanation(
        format!("Le moteur à {address} refuse de répondre (HTTP {status})."),
        "Une autorisation manque : greffon d’autorisation du démon, ou mandataire devant lui.",
        ["Demandez l’accès à qui administre ce moteur.".to_owned()],
    )
}

/// The engine answered with an error of its own (HTTP 5xx, or a 4xx it should not give).
pub fn engine_fault(address: &str, status: u16) -> Explanation {
    explanation(
        format!("Le moteur à {address} répond par une erreur (HTTP {status})."),
        "La demande est correcte ; c’est le moteur qui n’a pas pu y répondre.",
        [
            "Lisez son journal (« journalctl -u docker -n 50 » sous Linux), ou redémarrez-le."
                .to_owned(),
        ],
    )
}

/// A failure that has no explanation of its own.
pub fn other(address: &str) -> Explanation {
    explanation(
        format!("La connexion au moteur ({address}) a échoué."),
        "Le système donne la raison ci-dessous.",
        [or_simulator()],
    )
}

/// The system's or the engine's own words, after an explanation.
pub fn raw(words: &str) -> String {
    format!("Message d’origine : {words}")
}

/// Why the simulator was chosen: what was tried, and what came of it.
pub fn no_engine(tried: &[String]) -> String {
    if tried.is_empty() {
        return "aucun moteur Docker trouvé : aucune socket connue n’existe sur cette machine"
            .to_owned();
    }
    format!("aucun moteur Docker trouvé : {}", tried.join(" ; "))
}

/// One engine that was tried in vain, for [`no_engine`].
pub fn tried(path: &str, explanation: &Explanation) -> String {
    let what = explanation.what.trim_end_matches('.');
    if what.contains(path) {
        what.to_owned()
    } else {
        format!("{path} : {what}")
    }
}

/// The simulator was asked for.
pub fn simulator_asked() -> String {
    "moteur simulé, comme demandé".to_owned()
}

/// `npipe://`, `fd://`, …
pub fn unsupported_scheme(url: &str, scheme: &str) -> Explanation {
    let remedy = if scheme == "npipe" {
        "Sous Windows, lancez moussaillon dans WSL 2, où Docker Desktop offre /var/run/docker.sock."
    } else {
        "Adresses possibles : unix:///chemin, tcp://hôte:port, https://hôte:port, ssh://hôte."
    };
    explanation(
        format!("L’adresse {url} n’est pas prise en charge."),
        &format!("moussaillon ne sait pas se connecter par {scheme}://."),
        [remedy.to_owned(), or_simulator()],
    )
}

/// Not an address.
pub fn bad_address(url: &str) -> Explanation {
    explanation(
        format!("« {url} » n’est pas une adresse de moteur."),
        "Elle ne suit pas la forme que docker attend.",
        [
            "Adresses possibles : unix:///chemin, tcp://hôte:port, https://hôte:port, ssh://hôte."
                .to_owned(),
        ],
    )
}

/// A context that docker's configuration does not hold.
pub fn unknown_context(name: &str) -> Explanation {
    explanation(
        format!("Le contexte docker « {name} » n’existe pas."),
        "DOCKER_CONTEXT, ou la configuration de docker, le désigne.",
        [
            "« docker context ls » montre ceux qui existent ; « docker context use default » revient au \
             premier."
                .to_owned(),
        ],
    )
}

/// A configuration file that cannot be understood.
pub fn bad_configuration(path: &str) -> Explanation {
    explanation(
        format!("Le fichier {path} est illisible."),
        "Il désigne le moteur que docker emploie, et son contenu n’est pas celui attendu.",
        ["Réparez-le, ou choisissez le moteur vous-même : --moteur URL.".to_owned()],
    )
}

/// A recorded body that is a tar archive.
pub fn tar_body(bytes: u64) -> String {
    format!("(archive tar, {bytes} octets)")
}

/// A recorded body that is a container's output.
pub fn stream_body(bytes: u64) -> String {
    format!("(sortie d’un conteneur, {bytes} octets)")
}

/// A recorded body that is not text.
pub fn binary_body(bytes: u64) -> String {
    format!("(données binaires, {bytes} octets)")
}

/// A connection that became a raw stream.
pub fn raw_stream(sent: u64, received: u64) -> String {
    format!("(flux direct : {sent} octets envoyés, {received} reçus)")
}

/// What a `docker` command that goes through the tap is told when no engine takes the connection: the
/// words of docker itself, then ours.
pub fn not_connected(engine: &str, explained: &str) -> String {
    format!(
        "Cannot connect to the Docker daemon at {engine}. Is the docker daemon running?\n\
         moussaillon, par qui passe cette commande : {explained}"
    )
}

/// A request that the tap cannot label.
pub fn body_too_large(limit: usize) -> String {
    format!("moussaillon : cette demande dépasse {limit} octets et ne peut être étiquetée")
}
