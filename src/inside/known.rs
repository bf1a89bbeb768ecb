//! What is known about a need: the last facts, in bounded memory.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Fact, files, kernel, layers, logs, processes, reach, stats};

/// Samples that are kept: five minutes.
const SAMPLES: usize = 300;

/// The last facts about a need. Only those of its kind are there.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// A log.
    pub logs: logs::Log,
    /// Samples, oldest first.
    pub samples: VecDeque<stats::Sample>,
    /// Processes.
    pub processes: Option<Box<processes::Table>>,
    /// What the kernel says.
    pub kernel: Option<Box<kernel::Reading>>,
    /// Layers.
    pub layers: Option<Arc<layers::Stack>>,
    /// Files of layers.
    pub layer_files: Option<Arc<layers::Files>>,
    /// Bytes read so far, until the rest is.
    pub progress: Option<u64>,
    /// A file.
    pub file: Option<files::Content>,
    /// A trial.
    pub reach: Option<reach::Outcome>,
    /// Why the last reading failed, until one succeeds; in French.
    pub failure: Option<String>,
}

impl Known {
    /// Keeps a fact.
    pub fn learn(&mut self, fact: Fact) {
        if !matches!(fact, Fact::Failed(_)) {
            self.failure = None;
        }
        self.progress = None;
        match fact {
            Fact::Logs(batch) => self.logs.learn(batch),
            Fact::Stats(sample) => {
                self.samples.push_back(*sample);
                let over = self.samples.len().saturating_sub(SAMPLES);
                self.samples.drain(..over);
            }
            Fact::Processes(table) => self.processes = Some(table),
            Fact::Kernel(reading) => self.kernel = Some(reading),
            Fact::Layers(stack) => self.layers = Some(stack),
            Fact::LayerFiles(files) => self.layer_files = Some(files),
            Fact::Progress(bytes) => self.progress = Some(bytes),
            Fact::File(content) => self.file = Some(content),
            Fact::Reach(outcome) => self.reach = Some(outcome),
            Fact::Failed(reason) => self.failure = Some(reason),
        }
    }
}
