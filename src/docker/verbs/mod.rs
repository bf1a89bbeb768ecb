//! One file per verb: its flags, its call, its output.

mod container;
mod image;
mod inspect;
mod inspecting;
mod network;
mod prompt;
mod volume;

use super::grammar::Verb;

/// Every verb.
pub(super) const ALL: &[&Verb] = &[
    &container::attach::VERB,
    &container::create::VERB,
    &container::exec::VERB,
    &container::inspect::VERB,
    &container::kill::VERB,
    &container::logs::VERB,
    &container::ls::VERB,
    &container::pause::VERB,
    &container::prune::VERB,
    &container::rename::VERB,
    &container::restart::VERB,
    &container::rm::VERB,
    &container::run::VERB,
    &container::start::VERB,
    &container::stop::VERB,
    &container::unpause::VERB,
    &container::wait::VERB,
    &image::history::VERB,
    &image::inspect::VERB,
    &image::ls::VERB,
    &image::prune::VERB,
    &image::pull::VERB,
    &image::rm::VERB,
    &image::tag::VERB,
    &network::connect::VERB,
    &network::create::VERB,
    &network::disconnect::VERB,
    &network::inspect::VERB,
    &network::ls::VERB,
    &network::prune::VERB,
    &network::rm::VERB,
    &volume::create::VERB,
    &volume::inspect::VERB,
    &volume::ls::VERB,
    &volume::prune::VERB,
    &volume::rm::VERB,
    &inspect::VERB,
];
