//! Reading objects and lists from the engine.

use std::collections::BTreeSet;
use std::sync::Arc;

use bollard::query_parameters::{ListImagesOptions, ListNetworksOptions, ListVolumesOptions};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::Value;

use super::document;
use super::work::Need;
use crate::client::{CallError, Client};
use domain::{FsChange, Kind, Object, ObjectRef, Snapshot};

/// Calls under way at once: enough to hide the round trips, few enough to leave the engine free
/// for the learner's own command.
const CONCURRENCY: usize = 8;

/// Every kind, in the order in which they are listed.
pub(super) const KINDS: [Kind; 8] = [
    Kind::Container,
    Kind::Image,
    Kind::Volume,
    Kind::Network,
    Kind::Service,
    Kind::Node,
    Kind::Secret,
    Kind::Config,
];

/// Whether an engine has such objects only as the manager of a swarm.
pub(super) const fn is_swarms(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Service | Kind::Node | Kind::Secret | Kind::Config
    )
}

/// Whether an engine says that it is no manager of a swarm, or knows nothing of swarms.
const fn is_no_manager(error: &CallError) -> bool {
    matches!(
        error,
        CallError::Status {
            status: 404 | 406 | 501 | 503,
            ..
        }
    )
}

/// Reads these objects; `None` beside the reference of one that is no more. An image that was asked
/// for by a name has an identifier of its own.
pub(super) async fn objects(
    client: &Client,
    needs: Vec<(ObjectRef, Need)>,
    state: &Snapshot,
) -> Result<Vec<(ObjectRef, Option<Object>)>, CallError> {
    stream::iter(needs)
        .map(|(reference, need)| async move {
            let found = match need {
                Need::Gone => None,
                Need::Document | Need::Changes => object(client, &reference, need, state).await?,
            };
            Ok((reference, found))
        })
        .buffer_unordered(CONCURRENCY)
        .try_collect()
        .await
}

async fn object(
    client: &Client,
    reference: &ObjectRef,
    need: Need,
    state: &Snapshot,
) -> Result<Option<Object>, CallError> {
    let id = &reference.id;
    let path = match reference.kind {
        Kind::Container => format!("/containers/{id}/json"),
        Kind::Image => format!("/images/{id}/json"),
        Kind::Volume => format!("/volumes/{id}"),
        Kind::Network => format!("/networks/{id}"),
        Kind::Service => format!("/services/{id}"),
        Kind::Node => format!("/nodes/{id}"),
        Kind::Secret => format!("/secrets/{id}"),
        Kind::Config => format!("/configs/{id}"),
    };
    let document = match client.json(&path).await {
        Ok(document) => document,
        // It went between the event and this call.
        Err(error) if error.is_not_found() => return Ok(None),
        // It left with the swarm.
        Err(error) if is_swarms(reference.kind) && is_no_manager(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(match reference.kind {
        Kind::Container => {
            let before = match state.get(reference) {
                Some(Object::Container(container)) => container.changes.clone(),
                _ => None,
            };
            let changes = match need {
                Need::Changes => changes(client, id, before).await?,
                Need::Document | Need::Gone => before,
            };
            Object::Container(document::container(document, changes))
        }
        Kind::Image => Object::Image(document::image(document)),
        Kind::Volume => Object::Volume(document::volume(document)),
        Kind::Network => Object::Network(document::network(document)),
        Kind::Service => Object::Service(document::service(document)),
        Kind::Node => Object::Node(document::node(document)),
        Kind::Secret => Object::Secret(document::payload(document)),
        Kind::Config => Object::Config(document::payload(document)),
    }))
}

async fn changes(
    client: &Client,
    id: &str,
    before: Option<Arc<Vec<FsChange>>>,
) -> Result<Option<Arc<Vec<FsChange>>>, CallError> {
    match client.json(&format!("/containers/{id}/changes")).await {
        Ok(document) => Ok(Some(Arc::new(document::changes(&document)))),
        // Its layer cannot be read now (being removed, a driver that cannot tell): what was known
        // of it stands, and the container itself was read.
        Err(CallError::Status { .. }) => Ok(before),
        Err(error) => Err(error),
    }
}

/// Whether an engine manages a swarm, by what it says of itself; one that says nothing may.
fn is_manager(engine: Option<&Value>) -> bool {
    engine.is_none_or(|it| it.pointer("/Swarm/ControlAvailable") == Some(&Value::Bool(true)))
}

/// The identifiers of every object of a kind. `engine` is what the engine says of itself: one that
/// manages no swarm is not asked for what only a manager has, for it logs each refusal.
pub(super) async fn list(
    client: &Client,
    kind: Kind,
    engine: Option<&Value>,
) -> Result<BTreeSet<String>, CallError> {
    if is_swarms(kind) && !is_manager(engine) {
        return Ok(BTreeSet::new());
    }
    let docker = client.docker();
    Ok(match kind {
        // Not bollard's: a state that it does not know (Podman's) would fail the whole list.
        Kind::Container => {
            let listed: Option<Vec<ListedContainer>> =
                client.read("/containers/json?all=1").await?;
            let listed = listed.into_iter().flatten();
            listed.filter_map(|it| it.id).collect()
        }
        Kind::Image => {
            let images = docker.list_images(None::<ListImagesOptions>).await?;
            images.into_iter().map(|it| it.id).collect()
        }
        Kind::Volume => {
            let answer = docker.list_volumes(None::<ListVolumesOptions>).await?;
            answer
                .volumes
                .into_iter()
                .flatten()
                .map(|it| it.name)
                .collect()
        }
        Kind::Network => {
            let networks = docker.list_networks(None::<ListNetworksOptions>).await?;
            networks.into_iter().filter_map(|it| it.id).collect()
        }
        Kind::Service => swarms(client, "/services").await?,
        Kind::Node => swarms(client, "/nodes").await?,
        Kind::Secret => swarms(client, "/secrets").await?,
        Kind::Config => swarms(client, "/configs").await?,
    })
}

/// What a manager lists; nothing to list for an engine that has just ceased to be one.
async fn swarms(client: &Client, path: &str) -> Result<BTreeSet<String>, CallError> {
    match client.read::<Option<Vec<Listed>>>(path).await {
        Ok(listed) => Ok(listed
            .into_iter()
            .flatten()
            .filter_map(|it| it.id)
            .collect()),
        Err(error) if is_no_manager(&error) => Ok(BTreeSet::new()),
        Err(error) => Err(error),
    }
}

/// What is read of a container in a list.
#[derive(Deserialize)]
struct ListedContainer {
    #[serde(rename = "Id")]
    id: Option<String>,
}

/// What is read of an object of a swarm in a list.
#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "ID")]
    id: Option<String>,
}

/// What the engine says of itself; `None` when it refuses to.
pub(super) async fn engine(client: &Client) -> Result<Option<Value>, CallError> {
    match client.json("/info").await {
        Ok(document) => Ok(Some(document::engine(document))),
        Err(CallError::Status { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Everything the engine holds. Writable layers are read again where they were known.
pub(super) async fn everything(client: &Client, before: &Snapshot) -> Result<Snapshot, CallError> {
    let engine = engine(client).await?;
    let of_itself = engine.as_ref();
    let lists = futures_util::future::try_join_all(KINDS.map(|kind| async move {
        Ok::<_, CallError>((kind, list(client, kind, of_itself).await?))
    }));
    let mut needs = Vec::new();
    for (kind, ids) in lists.await? {
        needs.extend(ids.into_iter().map(|id| {
            let reference = ObjectRef { kind, id };
            let known = matches!(
                before.get(&reference),
                Some(Object::Container(container)) if container.changes.is_some()
            );
            (
                reference,
                if known { Need::Changes } else { Need::Document },
            )
        }));
    }
    let mut snapshot = Snapshot::default();
    snapshot.set_engine(engine);
    for (_, object) in objects(client, needs, before).await? {
        if let Some(object) = object {
            snapshot.insert(object);
        }
    }
    Ok(snapshot)
}
