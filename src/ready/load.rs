//! Giving an engine the images that it lacks: from an archive, or from a mirror.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;

use super::kit::{Kit, Piece};
use super::pull::{PATIENCE, Source, pull, request, told};
use super::stock::{Wanted, held, short};
use super::{ReadyError, Say, Told, counted};
use crate::engine::{CallError, Client};
use crate::text::quantity;
use crate::wire::BodyError;

/// How often progress is told.
const EVERY: Duration = Duration::from_millis(200);
const BUFFER: usize = 256 * 1024;

/// What became of the images.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Now there.
    pub added: usize,
    /// There before, the same.
    pub same: usize,
    /// There before under the same name, but another image: left as they were.
    pub other: Vec<String>,
}

/// Loads the images of an archive that the engine has not. All of it is verified first. An image
/// that is already there is not loaded again; another one of the same name is left alone unless
/// `replace`.
pub async fn load(
    client: &Client,
    kit: &mut Kit,
    replace: bool,
    say: Say<'_>,
) -> Result<Loaded, ReadyError> {
    let (total, mut read) = (kit.size(), 0);
    kit.verify(&mut |count| {
        read += count;
        let (read, total) = (quantity::decimal(read), quantity::decimal(total));
        say(Told::Gauge(format!("vérification : {read} sur {total}")));
    })?;
    say(Told::Line(format!(
        "archive vérifiée : {}, {}",
        counted(kit.pieces().count()),
        quantity::decimal(total)
    )));
    let mut loaded = Loaded::default();
    let pieces: Vec<Piece> = kit.pieces().cloned().collect();
    for (rank, piece) in pieces.iter().enumerate() {
        let image = &piece.image;
        match held(client, image).await? {
            Some(it) if it.is(&piece.id, &piece.layers) => {
                say(Told::Line(format!("{image} : déjà là")));
                loaded.same += 1;
                continue;
            }
            Some(it) if !replace => {
                say(Told::Line(format!(
                    "{image} : une autre image porte ce nom ({}), laissée telle quelle \
                     (--remplacer donne le nom à celle de l’archive)",
                    short(&it.id)
                )));
                loaded.other.push(image.clone());
                continue;
            }
            _ => {}
        }
        give(client, kit, rank, piece, say).await?;
        say(Told::Line(format!("{image} : chargée")));
        loaded.added += 1;
    }
    Ok(loaded)
}

async fn give(
    client: &Client,
    kit: &Kit,
    rank: usize,
    piece: &Piece,
    say: Say<'_>,
) -> Result<(), ReadyError> {
    let image = &piece.image;
    let sent = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&sent);
    let frames = futures_util::stream::unfold(kit.bytes(rank)?, move |mut file| {
        let counted = Arc::clone(&counted);
        async move {
            let mut buffer = vec![0; BUFFER];
            match file.read(&mut buffer) {
                Ok(0) => None,
                Ok(count) => {
                    buffer.truncate(count);
                    counted.fetch_add(count as u64, Ordering::Relaxed);
                    Some((Ok(Frame::data(Bytes::from(buffer))), file))
                }
                Err(error) => Some((Err(BodyError::from(error)), file)),
            }
        }
    });
    let mut call = request("POST", "/images/load?quiet=1");
    *call.body_mut() = StreamBody::new(frames).boxed_unsync();
    let kind = hyper::header::HeaderValue::from_static("application/x-tar");
    call.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
    let work = async {
        let answer = client.send(call, PATIENCE).await?;
        told(answer.into_body(), |_| {}).await
    };
    tokio::pin!(work);
    let mut ticks = tokio::time::interval(EVERY);
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            _ = ticks.tick() => say(Told::Gauge(format!(
                "{image} : {} sur {}",
                quantity::decimal(sent.load(Ordering::Relaxed)),
                quantity::decimal(piece.size)
            ))),
        }
    };
    let failed = || format!("charger {image}");
    done.map_err(ReadyError::engine(failed()))?;
    match held(client, image).await? {
        Some(it) if it.is(&piece.id, &piece.layers) => Ok(()),
        _ => Err(ReadyError::engine(failed())(CallError::Status {
            status: 500,
            message: "le moteur dit l’avoir chargée, et ne l’a pas".to_owned(),
        })),
    }
}

/// Pulls what the engine lacks from its registry or from a mirror.
pub async fn pull_missing(
    client: &Client,
    wanted: &[Wanted],
    source: &Source,
    say: Say<'_>,
) -> Result<Loaded, ReadyError> {
    let mut loaded = Loaded::default();
    for Wanted { image, .. } in wanted {
        if held(client, image).await?.is_some() {
            say(Told::Line(format!("{image} : déjà là")));
            loaded.same += 1;
            continue;
        }
        pull(client, image, source, say).await?;
        say(Told::Line(format!("{image} : tirée")));
        loaded.added += 1;
    }
    Ok(loaded)
}
