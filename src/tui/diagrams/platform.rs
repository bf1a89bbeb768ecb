//! Who does what: client, daemon, registry; kernel and virtual machines; the programs around.

use ratatui::text::Line;

use super::pen::{BORDERS, Pen};
use super::sketch::{Align, Sketch};
use crate::domain::{ContainerState, Kind};

/// The containers that have a box above the kernel.
const BOXES: usize = 2;

/// The daemon asks the registry; the registry pushes nothing by itself.
pub(super) fn client_daemon_registry(pen: &Pen<'_>) -> Sketch {
    let host = |width: usize| {
        let inner = width - BORDERS;
        let mut lines = pen.say("démon `dockerd`", inner);
        lines.push(pen.title("Images"));
        lines.extend(objects_or(pen, pen.objects(Kind::Image, 3, inner), inner));
        lines.push(pen.title("Conteneurs"));
        let containers = pen.container_lines(|_| true, 4, inner);
        lines.extend(objects_or(pen, containers, inner));
        pen.frame("Hôte Docker", width, lines)
    };
    let client = "`docker run`\n`docker build`\n`docker ps`…";
    let registry = "dépôts\nétiquettes\ncouches";
    if pen.is_wide() {
        let orders = [("API REST", true), ("réponses", false)];
        let layers = [("tire", true), ("couches", false), ("pousse", true)];
        return Sketch::beside(
            [
                pen.tell("Client", 17, client),
                pen.across(&orders, 10),
                host(24),
                pen.across(&layers, 10),
                pen.tell("Registre", 15, registry),
            ],
            Align::Middle,
        );
    }
    let width = pen.width();
    Sketch::stack([
        pen.tell(
            "Client",
            width,
            "`docker run`, `docker build`, `docker ps`…",
        ),
        pen.down("requêtes de l’API REST, par le socket"),
        host(width),
        pen.down("tire (il demande, les couches reviennent), ou pousse"),
        pen.tell("Registre", width, "dépôts, étiquettes, couches"),
    ])
}

/// Those lines, or a word that says that there is nothing.
fn objects_or(pen: &Pen<'_>, lines: Vec<Line<'static>>, width: usize) -> Vec<Line<'static>> {
    if lines.is_empty() {
        return pen.say("(aucun objet encore)", width);
    }
    lines
}

/// Each machine has its kernel; all containers have the host's.
pub(super) fn virtual_machines(pen: &Pen<'_>) -> Sketch {
    let half = if pen.is_wide() { 37 } else { pen.width() };
    let left = (half - 1) / 2;
    let machine = |name: &str, width| pen.tell(name, width, "application\nsystème\n**son noyau**");
    let machines = Sketch::stack([
        Sketch::of(vec![pen.title("Machines virtuelles")]),
        Sketch::beside(
            [
                machine("VM A", left),
                Sketch::gap(1),
                machine("VM B", half - 1 - left),
            ],
            Align::Top,
        ),
        pen.tell("Hyperviseur", half, "simule un matériel pour chaque VM"),
        pen.tell("Matériel", half, "processeur, mémoire, disques"),
    ]);
    let running = |state| state == ContainerState::Running;
    let live = pen.container_lines(|it| running(it.state), 3, half - BORDERS);
    let processes = if live.is_empty() {
        Sketch::beside(
            [
                pen.tell("Conteneur A", left, "ses processus\nses fichiers"),
                Sketch::gap(1),
                pen.tell(
                    "Conteneur B",
                    half - 1 - left,
                    "ses processus\nses fichiers",
                ),
            ],
            Align::Top,
        )
    } else {
        pen.frame("Conteneurs\u{a0}: leurs processus", half, live)
    };
    let containers = Sketch::stack([
        Sketch::of(vec![pen.title("Conteneurs")]),
        processes,
        pen.tell(
            "Noyau de l’hôte",
            half,
            "**le même pour tous**\u{a0}: il cloisonne et borne",
        ),
        pen.tell("Matériel", half, "processeur, mémoire, disques"),
    ]);
    if pen.is_wide() {
        return Sketch::beside([machines, Sketch::gap(2), containers], Align::Bottom);
    }
    Sketch::stack([machines, Sketch::of(vec![Line::default()]), containers])
}

/// Containers are processes above the kernel, beside the engine; the kernel isolates them.
pub(super) fn host_engine_kernel(pen: &Pen<'_>) -> Sketch {
    let width = pen.width();
    let inner = width - BORDERS;
    let running = pen.containers(|it| it.state == ContainerState::Running);
    let container = |rank: usize, width: usize| {
        if let Some(it) = running.get(rank) {
            let room = width - BORDERS;
            let (glyph, style) = pen.mark(it.state);
            let mut lines = vec![pen.object(glyph, style, &it.name, room)];
            let pid = it.document.pointer("/State/Pid");
            if let Some(pid) = pid.and_then(serde_json::Value::as_u64) {
                lines.extend(pen.say(&format!("processus {pid} de l’hôte"), room));
            }
            pen.frame("Conteneur", width, lines)
        } else {
            let name = if rank == 0 {
                "Conteneur A"
            } else {
                "Conteneur B"
            };
            pen.tell(name, width, "des processus de l’hôte")
        }
    };
    let engine = "`dockerd` reçoit les ordres, `containerd` et ses *shims* veillent";
    let kernel = "espaces de noms\u{a0}: ce que chaque conteneur voit\n\
                  groupes de contrôle\u{a0}: ce qu’il peut consommer\n\
                  mémoire, processus, réseau, disques\u{a0}: pour tous";
    let above = if pen.is_wide() {
        let third = (inner - 2) / 3;
        Sketch::beside(
            [
                pen.tell("Moteur", inner - 2 - 2 * third, engine),
                Sketch::gap(1),
                container(0, third),
                Sketch::gap(1),
                container(1, third),
            ],
            Align::Bottom,
        )
    } else {
        let half = (inner - 1) / 2;
        Sketch::stack([
            pen.tell("Moteur", inner, engine),
            Sketch::beside(
                [
                    container(0, half),
                    Sketch::gap(1),
                    container(1, inner - 1 - half),
                ],
                Align::Bottom,
            ),
        ])
    };
    let others = pen.others(running.len().saturating_sub(BOXES), inner);
    let host = Sketch::stack([
        above,
        Sketch::of(others.into_iter().collect()),
        pen.tell("Noyau Linux", inner, kernel),
    ]);
    Sketch::stack([
        pen.frame("Hôte", width, host.into_lines()),
        pen.tell(
            "Matériel, ou machine virtuelle",
            width,
            "processeur, mémoire, disques",
        ),
    ])
}

/// The programs, from what one types down to the kernel.
pub(super) fn ecosystem(pen: &Pen<'_>) -> Sketch {
    let width = pen.width();
    let docker = |width| {
        Sketch::stack([
            pen.tell(
                "docker, Compose",
                width,
                "les clients\u{a0}: on y tape, ou on y décrit, ce que l’on veut",
            ),
            pen.down("API de Docker"),
            pen.tell(
                "dockerd, avec Swarm",
                width,
                "images, réseaux, volumes\u{a0}; Swarm réunit plusieurs moteurs en grappe",
            ),
        ])
    };
    let kubernetes = |width| {
        pen.tell(
            "Kubernetes",
            width,
            "un autre orchestrateur\u{a0}: il s’adresse à `containerd` sans passer par `dockerd`",
        )
    };
    let above = if pen.is_wide() {
        Sketch::beside(
            [docker(44), Sketch::gap(2), kubernetes(width - 46)],
            Align::Bottom,
        )
    } else {
        Sketch::stack([docker(width), kubernetes(width)])
    };
    Sketch::stack([
        above,
        pen.down(""),
        pen.tell(
            "containerd",
            width,
            "fait vivre les conteneurs, un *shim* pour chacun",
        ),
        pen.down(""),
        pen.tell(
            "runc",
            width,
            "crée le processus, ses espaces de noms, ses groupes de contrôle, puis se retire",
        ),
        pen.down(""),
        pen.tell("Noyau", width, "isole, mesure, borne"),
        Sketch::of(vec![Line::default()]),
        pen.tell(
            "Docker Hub, et les autres registres",
            width,
            "gardent les images\u{a0}; le moteur y tire et y pousse",
        ),
    ])
}
