//! The files of an image's layers, read off `docker save` as it comes.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes};
use http_body_util::BodyExt;
use tokio::sync::mpsc;

use super::tree::Files;
use super::{archive, gone, inspect, size};
use crate::inside::{Fact, InsideError, Place, Tell};
use crate::text::quantity::decimal;

/// The largest image that is read: beyond, saving it would keep the engine busy for minutes.
const LARGEST: u64 = 2_000_000_000;
/// Between two reports of progress.
const PERIOD: Duration = Duration::from_millis(250);
/// Pieces of the archive that wait to be read.
const WAITING: usize = 8;

/// Tells how far the reading is, then the files.
pub(in crate::inside) async fn read(
    place: &Place,
    id: &str,
    tell: &Tell,
) -> Result<(), InsideError> {
    let connection = place.connect().await?;
    let size = size(&inspect(&connection, id).await?);
    if size > LARGEST {
        tell(Fact::Failed(format!(
            "Cette image fait {}\u{a0}: au-delà de {}, ses fichiers ne sont pas lus, car le moteur \
             devrait d’abord l’écrire tout entière (docker save).",
            decimal(size),
            decimal(LARGEST)
        )));
        // It will not shrink: trying again would tell the same.
        return std::future::pending().await;
    }
    tell(Fact::Progress(0));
    let answer = connection.client.open(&format!("/images/{id}/get")).await;
    let mut body = answer.map_err(gone)?.into_body();
    let (sender, receiver) = mpsc::channel(WAITING);
    let reading = tokio::task::spawn_blocking(move || {
        archive::read(Pieces::new(receiver)).map(Files::compare)
    });
    let (mut total, mut said) = (0, Instant::now());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| unread(&error.to_string()))?;
        let piece = frame.into_data().unwrap_or_default();
        total += piece.len() as u64;
        if total > 2 * LARGEST {
            return Err(unread("l’archive ne finit pas"));
        }
        if sender.send(piece).await.is_err() {
            break;
        }
        if said.elapsed() > PERIOD {
            tell(Fact::Progress(total));
            said = Instant::now();
        }
    }
    drop(sender);
    let files = reading.await.map_err(|error| unread(&error.to_string()))?;
    let files = files.map_err(|error| unread(&error.to_string()))?;
    tell(Fact::LayerFiles(Arc::new(files)));
    Ok(())
}

fn unread(reason: &str) -> InsideError {
    InsideError::Other(format!(
        "Les fichiers de l’image n’ont pas pu être lus\u{a0}: {reason}."
    ))
}

/// What comes from a channel, as a file.
struct Pieces {
    receiver: mpsc::Receiver<Bytes>,
    piece: Bytes,
}

impl Pieces {
    const fn new(receiver: mpsc::Receiver<Bytes>) -> Self {
        Self {
            receiver,
            piece: Bytes::new(),
        }
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.piece.has_remaining() {
            match self.receiver.blocking_recv() {
                Some(piece) => self.piece = piece,
                None => return Ok(0),
            }
        }
        let size = buffer.len().min(self.piece.len());
        self.piece.copy_to_slice(&mut buffer[..size]);
        Ok(size)
    }
}
