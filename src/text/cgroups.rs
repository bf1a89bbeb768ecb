//! Engines that give their containers no control group: what is said of them in every panel.

/// Which engines give none, and what they lack.
pub const ROOTLESS: &str = "Un moteur sans root n’en donne qu’avec cgroup v2 et systemd.";

/// That no limit applies there, and why.
pub fn no_limit() -> String {
    format!("Pas de cgroup au conteneur\u{a0}: aucune limite ne peut s’appliquer. {ROOTLESS}")
}

/// That nothing is measured there, and why.
pub fn unmeasured() -> String {
    format!(
        "Ce moteur n’a pas de cgroup pour ses conteneurs\u{a0}: ce qu’il mesure, et que montre \
         «\u{a0}docker stats\u{a0}», est la somme de tout ce qui tourne autour de lui. {ROOTLESS}"
    )
}

/// Limits that were asked of such an engine.
pub fn not_applied(limits: &str) -> String {
    format!("pas appliquées, faute de cgroup\u{a0}: {limits}")
}
