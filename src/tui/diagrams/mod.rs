//! The diagrams of the lessons, drawn for the terminal, with the engine's objects in them.
//!
//! Each has two forms, side by side or on top of each other, for the room there is; and a reading in
//! sentences, for who cannot see it.

mod life;
mod pen;
mod platform;
mod production;
mod readings;
mod scene;
mod sketch;
#[cfg(test)]
mod tests;

use ratatui::text::Line;

use self::pen::Pen;
pub(crate) use self::scene::Scene;
pub(crate) use self::sketch::{Align, Sketch};
use super::theme::Theme;
use crate::lesson::DiagramKind;

pub(crate) use self::readings::reading;

/// A diagram at this width, with what the engine holds now.
pub(crate) fn draw(
    kind: DiagramKind,
    scene: &Scene<'_>,
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let pen = Pen::new(theme, scene, width);
    let sketch = match kind {
        DiagramKind::ClientDaemonRegistry => platform::client_daemon_registry(&pen),
        DiagramKind::VirtualMachines => platform::virtual_machines(&pen),
        DiagramKind::HostEngineKernel => platform::host_engine_kernel(&pen),
        DiagramKind::Ecosystem => platform::ecosystem(&pen),
        DiagramKind::FromDockerfile => production::from_dockerfile(&pen),
        DiagramKind::Delivery => production::delivery(&pen),
        DiagramKind::Layers => life::layers(&pen),
        DiagramKind::LifeCycle => life::cycle(&pen),
        DiagramKind::Networks => life::networks(&pen),
    };
    sketch.into_lines()
}
