//! Why an operation was refused, in dockerd's own words.

/// What sort of refusal; it decides the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// 304: nothing to do.
    NotModified,
    /// 400: the request makes no sense.
    Invalid,
    /// 401: the registry does not know who asks.
    Unauthorized,
    /// 403: never allowed.
    Forbidden,
    /// 404: no such object.
    NotFound,
    /// 409: not in this state.
    Conflict,
    /// 500: the engine failed.
    Internal,
    /// 501: not simulated.
    NotImplemented,
    /// 503: not a swarm node, …
    Unavailable,
}

/// A refusal with the message that the client prints.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Its sort.
    pub kind: FaultKind,
    /// Docker's message.
    pub message: String,
}

/// Result of an operation of the daemon.
pub type Outcome<T> = Result<T, Fault>;

macro_rules! makers {
    ($($name:ident $kind:ident $doc:literal),* $(,)?) => {
        impl Fault {
            $(#[doc = $doc]
            pub fn $name(message: impl Into<String>) -> Self {
                Self { kind: FaultKind::$kind, message: message.into() }
            })*
        }
    };
}

makers! {
    invalid Invalid "400.",
    unauthorized Unauthorized "401.",
    forbidden Forbidden "403.",
    not_found NotFound "404.",
    conflict Conflict "409.",
    internal Internal "500.",
    not_implemented NotImplemented "501.",
    unavailable Unavailable "503.",
}

impl Fault {
    /// 304, without a message.
    pub fn not_modified() -> Self {
        Self {
            kind: FaultKind::NotModified,
            message: String::new(),
        }
    }

    /// 404 for a container.
    pub fn no_container(name: &str) -> Self {
        Self::not_found(format!("No such container: {name}"))
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        match self.kind {
            FaultKind::NotModified => 304,
            FaultKind::Invalid => 400,
            FaultKind::Unauthorized => 401,
            FaultKind::Forbidden => 403,
            FaultKind::NotFound => 404,
            FaultKind::Conflict => 409,
            FaultKind::Internal => 500,
            FaultKind::NotImplemented => 501,
            FaultKind::Unavailable => 503,
        }
    }

    /// The same with words before the message.
    #[must_use]
    pub fn context(mut self, before: &str) -> Self {
        self.message = format!("{before}{}", self.message);
        self
    }
}
