//! The fields of `events.Message` and of what it holds.

use super::{Kind, Type, field, optional};

/// `events.Message`
pub(super) const MESSAGE: Type = Type {
    name: "*events.Message",
    fields: &[
        optional("Status", "status", Kind::Text),
        optional("ID", "id", Kind::Text),
        optional("From", "from", Kind::Text),
        field("Type", "Type", Kind::Text),
        field("Action", "Action", Kind::Text),
        field("Actor", "Actor", Kind::Struct(&ACTOR)),
        optional("Scope", "scope", Kind::Text),
        optional("Time", "time", Kind::Int),
        optional("TimeNano", "timeNano", Kind::Int),
    ],
};

/// `events.Actor`
const ACTOR: Type = Type {
    name: "events.Actor",
    fields: &[
        field("ID", "ID", Kind::Text),
        field("Attributes", "Attributes", Kind::Map(&Kind::Text)),
    ],
};
