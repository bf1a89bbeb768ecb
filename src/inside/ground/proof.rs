//! Whether a process number that the engine gave names that container's process here.
//!
//! A number alone proves nothing: behind a virtual machine, the same one is another process.

use super::{Files, Subject, fields};
use crate::engine::Target;

/// Whether the engine may well be on this machine: a weaker proof is then enough.
pub(super) fn is_near(target: &Target) -> bool {
    let scheme = target.url.split("://").next();
    matches!(scheme, Some("unix" | "simulateur"))
}

/// Checks that the subject's first process is among these files: its control group names the
/// container, or (rootless engines without systemd give none) it is in a PID namespace below ours
/// and has the same command line. The reason otherwise, in French.
pub(super) fn prove(files: &dyn Files, subject: &Subject, near: bool) -> Result<(), String> {
    let folder = format!("/proc/{}", subject.pid);
    let Ok(cgroup) = files.read(&format!("{folder}/cgroup")) else {
        return Err(format!(
            "le PID {} que donne le moteur n’existe pas sur cette machine\u{a0}: le moteur est ailleurs (machine virtuelle, hôte distant)",
            subject.pid
        ));
    };
    if !subject.id.is_empty() && cgroup.contains(&subject.id) {
        return Ok(());
    }
    let status = files.read(&format!("{folder}/status")).unwrap_or_default();
    let depth = fields(&status, ":")
        .get("NSpid")
        .map_or(0, |it| it.split_whitespace().count());
    let command = files.read(&format!("{folder}/cmdline")).unwrap_or_default();
    let same = command
        .split_terminator('\0')
        .eq(subject.argv.iter().map(String::as_str));
    if near && depth >= 2 && same {
        return Ok(());
    }
    Err(format!(
        "sur cette machine, le PID {} est un autre processus que celui du conteneur\u{a0}: le moteur est ailleurs",
        subject.pid
    ))
}
