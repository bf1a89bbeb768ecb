//! The first exchange with an engine: who it is, and which version of the API to speak.

use std::time::Duration;

use serde_json::Value;

use super::client::{CallError, Client};
use super::{EngineInfo, Target};
use domain::EventTime;

mod classify;
mod error;

pub use error::{ConnectError, TlsProblem};

/// The oldest API that is spoken: that of Docker 20.10.
pub const OLDEST_API: (u32, u32) = (1, 41);

/// The whole first exchange.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// An engine that answered, and the client that speaks its version.
pub struct Connection {
    /// Its client.
    pub client: Client,
    /// What it says of itself.
    pub info: EngineInfo,
    /// Its clock when it was asked, when it says.
    pub(super) clock: Option<EventTime>,
}

/// Connects, identifies the engine and negotiates the version of the API.
pub async fn connect(target: &Target) -> Result<Connection, ConnectError> {
    connect_within(target, CONNECT_TIMEOUT).await
}

pub(super) async fn connect_within(
    target: &Target,
    limit: Duration,
) -> Result<Connection, ConnectError> {
    match tokio::time::timeout(limit, exchange(target)).await {
        Ok(Err(Failure::Call(error))) => Err(classify::classify(error, target).await),
        Ok(Err(Failure::Recognised(error))) => Err(error),
        Ok(Ok(connection)) => Ok(connection),
        Err(_) => Err(ConnectError::TimedOut {
            address: target.place(),
            seconds: limit.as_secs(),
        }),
    }
}

/// Explains the failure of a later call as that of a first one.
pub(super) async fn explain_call(error: CallError, target: &Target) -> ConnectError {
    classify::classify(error, target).await
}

enum Failure {
    Call(CallError),
    Recognised(ConnectError),
}

impl<E: Into<CallError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Call(error.into())
    }
}

async fn exchange(target: &Target) -> Result<Connection, Failure> {
    let client = Client::new(&target.dialer)?;
    let version = client.docker().version().await?;
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let engine = text(&version.version);
    // Neither is there: JSON, but not an engine's.
    let not_docker = || {
        Failure::Recognised(ConnectError::NotDocker {
            address: target.place(),
            source: None,
        })
    };
    let api = text(&version.api_version);
    let theirs = parse_api(&api).ok_or_else(not_docker)?;
    let api_version = negotiate(theirs, version.min_api_version.as_deref())
        .map_err(|refusal| Failure::Recognised(refusal.into_error(engine.clone(), api)))?;
    client.speak(&api_version);
    let about = client.json("/info").await?;
    let said = |key: &str| {
        about
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let components = version.components.unwrap_or_default();
    let product = product(
        version.platform.map(|it| it.name),
        components.into_iter().map(|it| it.name),
    );
    let info = EngineInfo {
        version: engine,
        api_version,
        product,
        platform: format!("{}/{}", text(&version.os), text(&version.arch)),
        hostname: said("Name"),
        without_cgroups: said("CgroupDriver") == "none",
    };
    let clock = said("SystemTime").parse::<jiff::Timestamp>().ok();
    let clock = clock
        .and_then(|it| i64::try_from(it.as_nanosecond()).ok())
        .map(EventTime);
    Ok(Connection {
        client,
        info,
        clock,
    })
}

/// The product's name: `Platform.Name` (`Docker Engine - Community`), else its first component.
/// Podman's platform is that of its host (`linux/amd64/debian-12`): its component names it.
fn product(platform: Option<String>, mut components: impl Iterator<Item = String>) -> String {
    let first = components.next().unwrap_or_default();
    if first.starts_with("Podman") {
        return first;
    }
    platform.filter(|it| !it.is_empty()).unwrap_or(first)
}

#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    TooOld,
    TooNew(String),
}

impl Refusal {
    fn into_error(self, engine: String, api: String) -> ConnectError {
        match self {
            Self::TooOld => ConnectError::TooOld { engine, api },
            Self::TooNew(minimum) => ConnectError::TooNew { engine, minimum },
        }
    }
}

/// The newest version that both sides speak.
fn negotiate(theirs: (u32, u32), their_oldest: Option<&str>) -> Result<String, Refusal> {
    if theirs < OLDEST_API {
        return Err(Refusal::TooOld);
    }
    let ours = newest_api();
    if let Some(minimum) = their_oldest
        && parse_api(minimum).is_some_and(|it| it > ours)
    {
        return Err(Refusal::TooNew(minimum.to_owned()));
    }
    let (major, minor) = theirs.min(ours);
    Ok(format!("{major}.{minor}"))
}

/// The newest API that bollard knows.
fn newest_api() -> (u32, u32) {
    let version = bollard::API_DEFAULT_VERSION;
    let part = |number| u32::try_from(number).unwrap_or(u32::MAX);
    (part(version.major_version), part(version.minor_version))
}

pub(super) fn newest_api_text() -> String {
    let (major, minor) = newest_api();
    format!("{major}.{minor}")
}

fn parse_api(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests;
