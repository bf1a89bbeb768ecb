//! A container's processor, memory, network and disk (`GET /containers/{id}/stats`).

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::container::{inspect, is_running};
use super::{Fact, InsideError, Pace, Place, Tell};
use crate::text::cgroups;

mod sample;

#[cfg(test)]
mod tests;

pub use sample::{Flow, Sample, Throttling};

/// Between two looks at a container that does not run.
const LOOK: Duration = Duration::from_secs(1);
/// The longest sample that is read, in bytes: that of a machine of many processors and disks.
const LONGEST: usize = 1024 * 1024;

/// Tells a sample each second while the container runs, and goes on when it starts again.
pub(super) async fn follow(place: &Place, id: &str, tell: &Tell) -> Result<(), InsideError> {
    let connection = place.connect().await?;
    if connection.info.without_cgroups {
        return Err(InsideError::Other(cgroups::unmeasured()));
    }
    loop {
        if is_running(&inspect(&connection, id).await?) {
            let path = format!("/containers/{id}/stats?stream=1");
            let answer = connection.client.open(&path).await?;
            read(answer.into_body(), &place.pace, tell).await?;
        }
        place.pace.pause(LOOK).await;
    }
}

/// Reads samples, one a line, until the container ends or nobody looks.
async fn read(mut body: Incoming, pace: &Pace, tell: &Tell) -> Result<(), InsideError> {
    let mut buffer: Vec<u8> = Vec::new();
    let mut before: Option<Sample> = None;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            InsideError::Other(format!("La mesure s’est interrompue\u{a0}: {error}."))
        })?;
        buffer.extend_from_slice(&frame.into_data().unwrap_or_default());
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            if line.trim_ascii().is_empty() {
                continue;
            }
            let document = serde_json::from_slice(&line)
                .map_err(|error| InsideError::Other(format!("Mesure illisible\u{a0}: {error}.")))?;
            // The engine dates no sample of a container that has ended.
            let Some(sample) = Sample::read(&document, before.as_ref()) else {
                return Ok(());
            };
            tell(Fact::Stats(Box::new(sample.clone())));
            // A first sample knows nothing of the processor.
            if before.is_some() && pace.is_away() {
                return Ok(());
            }
            before = Some(sample);
        }
        if buffer.len() > LONGEST {
            let words = "Mesure illisible\u{a0}: elle ne finit pas.".to_owned();
            return Err(InsideError::Other(words));
        }
    }
    Ok(())
}
