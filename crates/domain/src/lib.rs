//! Pure data: what an engine holds ([`Snapshot`]), what changed between two moments ([`Diff`]),
//! and what one command did ([`Step`] in a [`Timeline`]).
//!
//! No I/O, no clock: whoever builds these values passes the time in. Everything that is shown or
//! checked elsewhere reads these types and nothing else.

mod call;
pub mod capabilities;
mod danger;
mod detail;
mod diff;
mod document;
mod event;
mod object;
pub mod paths;
mod snapshot;
mod timeline;
pub mod topology;

pub use call::{ApiCall, CallOutcome};
pub use danger::Danger;
pub use diff::{Change, Diff, FieldChange, diff_documents, diff_objects};
pub use document::Document;
pub use event::{EngineEvent, EventTime};
pub use object::{
    ChangeKind, Container, ContainerState, FsChange, Image, Kind, Network, Node, Object, ObjectRef,
    Payload, PortMapping, Service, Volume, familiar,
};
pub use snapshot::Snapshot;
pub use timeline::{CommandRun, Occurrence, Reading, Step, Timeline, Travel};
