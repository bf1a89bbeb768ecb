//! How layers are counted, wherever they are: those of the image (`RootFS.Layers`), then those that
//! the engine puts above them for a container.

/// Of an image: « 1 couche », « 4 couches ».
pub fn counted(layers: usize) -> String {
    match layers {
        1 => "1 couche".to_owned(),
        many => format!("{many} couches"),
    }
}

/// Of a container: « 1 couche d’image + 1 du moteur + 1 inscriptible ». `engine` counts those that
/// the engine adds in reading only.
pub fn stacked(image: usize, engine: usize, writable: bool) -> String {
    let engine = match engine {
        0 => String::new(),
        many => format!(" + {many} du moteur"),
    };
    let writable = if writable { " + 1 inscriptible" } else { "" };
    format!("{} d’image{engine}{writable}", counted(image))
}

/// Why a container has more layers than its image.
pub const HOW: &str = "On compte les couches de l’image, en lecture seule et jamais changées. Par-dessus, le \
                       moteur en met pour chaque conteneur\u{a0}: une à lui («\u{a0}-init\u{a0}», où seront \
                       montés /etc/hosts, /etc/hostname et /etc/resolv.conf), et l’inscriptible, qui \
                       reçoit ce que le conteneur écrit, et que docker rm efface.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_of_the_engine_are_not_those_of_the_image() {
        assert_eq!(
            stacked(1, 1, true),
            "1 couche d’image + 1 du moteur + 1 inscriptible"
        );
        // Podman adds none, and a container may be read only.
        assert_eq!(stacked(4, 0, false), "4 couches d’image");
    }
}
