//! What puts the host itself at risk in what a container is asked to be.

/// A way out of a container's walls. A lesson that needs one declares it in its front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Danger {
    /// `--privileged`.
    Privileged,
    /// `--pid host`.
    HostPid,
    /// `--network host`.
    HostNetwork,
    /// `--ipc host`.
    HostIpc,
    /// `--userns host`.
    HostUsers,
    /// `--cap-add` of more than what stays inside.
    Capabilities,
    /// `--device`, `--gpus`, device cgroup rules.
    Devices,
    /// `--security-opt` that takes a protection away.
    Security,
    /// The engine's socket, mounted.
    EngineSocket,
    /// A system folder, or the home folder itself, mounted.
    SystemFolder,
    /// A volume whose options or driver lead elsewhere than to the engine's own folder.
    VolumeDriver,
}

impl Danger {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Privileged,
        Self::HostPid,
        Self::HostNetwork,
        Self::HostIpc,
        Self::HostUsers,
        Self::Capabilities,
        Self::Devices,
        Self::Security,
        Self::EngineSocket,
        Self::SystemFolder,
        Self::VolumeDriver,
    ];

    /// Its name in a lesson's front matter.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Privileged => "privilegie",
            Self::HostPid => "pid-hote",
            Self::HostNetwork => "reseau-hote",
            Self::HostIpc => "ipc-hote",
            Self::HostUsers => "utilisateurs-hote",
            Self::Capabilities => "capacites",
            Self::Devices => "peripheriques",
            Self::Security => "securite",
            Self::EngineSocket => "socket-moteur",
            Self::SystemFolder => "dossier-systeme",
            Self::VolumeDriver => "pilote-volume",
        }
    }
}
