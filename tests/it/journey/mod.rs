//! Journeys: the real program in a pseudo-terminal, played like a learner does, key by key.

mod demo;
mod driver;
mod full;
mod lesson;
mod life;
mod linear;
mod losses;
mod prompt;
