//! Journeys: the real program in a pseudo-terminal, played like a learner does, key by key.

mod driver;
mod lesson;
mod life;
