//! Writing the archive of images, on a machine that has a network.

use std::path::Path;

use http_body_util::BodyExt;

use super::kit::{Piece, Writer};
use super::pull::{PATIENCE, Source, pull, request};
use super::stock::{Held, Wanted, held};
use super::{ReadyError, Say, Told};
use crate::engine::{CallError, Client};
use crate::text::quantity;
use crate::wire::HttpError;

/// Gets the images that the engine lacks, saves all of them into one archive, and gives its size in
/// bytes. What an interrupted run wrote is not written again.
pub async fn prepare(
    client: &Client,
    wanted: &[Wanted],
    path: &Path,
    source: &Source,
    say: Say<'_>,
) -> Result<u64, ReadyError> {
    let mut present = Vec::new();
    for it in wanted {
        present.push((it.image.as_str(), held(client, &it.image).await?));
    }
    let keeps = |piece: &Piece| {
        let mut same = present.iter().filter(|it| it.0 == piece.image);
        same.any(|(_, held)| {
            held.as_ref()
                .is_none_or(|it| it.is(&piece.id, &piece.layers))
        })
    };
    let mut writer = Writer::open(path, keeps)?;
    for piece in writer.pieces() {
        say(Told::Line(format!("{} : déjà dans l’archive", piece.image)));
    }
    for (image, there) in present {
        if writer.pieces().iter().any(|it| it.image == image) {
            continue;
        }
        let there = if let Some(there) = there {
            there
        } else {
            pull(client, image, source, say).await?;
            let pulled = held(client, image).await?;
            pulled.ok_or_else(|| {
                ReadyError::engine(format!("tirer {image}"))(CallError::Status {
                    status: 404,
                    message: "le moteur ne l’a pas après l’avoir tirée".to_owned(),
                })
            })?
        };
        save(client, image, there, &mut writer, say).await?;
    }
    writer.finish()
}

async fn save(
    client: &Client,
    image: &str,
    there: Held,
    writer: &mut Writer,
    say: Say<'_>,
) -> Result<(), ReadyError> {
    let what = || format!("enregistrer {image}");
    let call = request("GET", &format!("/images/{image}/get"));
    let answer = client.send(call, PATIENCE).await;
    let mut body = answer.map_err(ReadyError::engine(what()))?.into_body();
    let mut piece = writer.piece()?;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            ReadyError::engine(what())(CallError::Http(HttpError::Protocol(error)))
        })?;
        if let Some(bytes) = frame.data_ref() {
            piece.write(bytes)?;
            let done = quantity::decimal(piece.size());
            say(Told::Gauge(format!("{image} : {done} enregistrés")));
        }
    }
    let size = quantity::decimal(piece.size());
    piece.end(image, &there.id, there.layers)?;
    say(Told::Line(format!("{image} : enregistrée ({size})")));
    Ok(())
}
