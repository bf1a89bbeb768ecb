//! The diagrams in sentences.

use crate::lesson::DiagramKind;

/// What a diagram says, for who cannot see it.
pub(crate) const fn reading(kind: DiagramKind) -> &'static str {
    match kind {
        DiagramKind::ClientDaemonRegistry => {
            "Le client, la commande `docker`, envoie des requêtes de l’API au démon `dockerd`, sur \
             l’hôte, et lit ses réponses. Le démon garde les images et fait vivre les conteneurs. \
             S’il lui manque une image, c’est lui qui la demande au registre, dont les couches \
             reviennent\u{a0}; c’est lui aussi qui y pousse une image. Le registre n’envoie rien de \
             lui-même."
        }
        DiagramKind::VirtualMachines => {
            "D’un côté, des machines virtuelles\u{a0}: chacune a son application, son système et son \
             noyau, au-dessus d’un hyperviseur qui leur simule un matériel. De l’autre, des \
             conteneurs\u{a0}: des processus et des fichiers, au-dessus d’un seul noyau, celui de l’hôte, \
             qui les cloisonne et les borne. Il n’y a ni hyperviseur, ni second noyau."
        }
        DiagramKind::FromDockerfile => {
            "Le Dockerfile, par `docker build`, donne une image. L’image, par `docker run`, donne \
             un conteneur, et autant d’autres que l’on veut. L’image, et elle seule, s’envoie à un \
             registre par `docker push`, et se demande par `docker pull`."
        }
        DiagramKind::HostEngineKernel => {
            "Sur l’hôte, au-dessus d’un même noyau Linux, tournent des processus\u{a0}: ceux du moteur \
             (`dockerd`, `containerd` et ses shims) et, à côté d’eux, ceux de chaque conteneur. \
             C’est le noyau qui isole, par les espaces de noms, et qui borne, par les groupes de \
             contrôle. Sous le noyau, le matériel, ou une machine virtuelle."
        }
        DiagramKind::Delivery => {
            "Construire une image, la tester dans un conteneur jetable, publier cette même image \
             dans un registre, déployer le service réplique par réplique\u{a0}; et, si la version \
             échoue, revenir à celle d’avant."
        }
        DiagramKind::Layers => {
            "En bas, l’image\u{a0}: une pile de couches en lecture seule, que ses conteneurs partagent. \
             En haut, une couche inscriptible par conteneur. On lit du haut vers le bas, et la \
             première couche qui a le fichier l’emporte\u{a0}; on n’écrit qu’en haut."
        }
        DiagramKind::Networks => {
            "Sur l’hôte, chaque réseau est un pont. Un câble virtuel relie l’interface `eth0` de \
             chaque conteneur à son pont, où il a une adresse. Un port publié de l’hôte mène, par \
             traduction d’adresse, à un port du conteneur. D’un pont à l’autre, rien ne passe directement."
        }
        DiagramKind::LifeCycle => {
            "`create` fait d’une image un conteneur, à l’état `created`. `start` le met `running`. \
             `pause` le rend `paused`, `unpause` le remet `running`. `stop`, `kill` ou la fin de \
             son processus le font `exited`, et `start` le relance. `rm` le supprime, depuis \
             `created` ou `exited`. `docker run`, c’est `create`, puis `start`."
        }
        DiagramKind::Ecosystem => {
            "La commande `docker` et Compose sont des clients, qui s’adressent au démon `dockerd` \
             par son API\u{a0}; Swarm est une fonction de ce démon. `dockerd` s’appuie sur `containerd`, \
             qui fait vivre les conteneurs, et `containerd` sur `runc`, qui crée leur processus et \
             se retire. Kubernetes, un autre orchestrateur, s’adresse à `containerd` sans passer \
             par `dockerd`. Docker Hub et les autres registres gardent les images."
        }
    }
}
