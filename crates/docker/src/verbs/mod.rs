//! One file per verb: its flags, its call, its output.

pub(super) mod builder;
mod config;
mod container;
pub(super) mod context;
pub(super) mod image;
mod inspect;
mod inspecting;
mod login;
mod logout;
mod network;
mod node;
mod prompt;
mod removal;
mod search;
mod secret;
mod service;
mod stack;
mod swarm;
mod system;
mod tasks;
mod transfer;
mod version;
mod volume;

use super::grammar::Verb;

/// Every verb.
pub(super) const ALL: &[&Verb] = &[
    &builder::prune::VERB,
    &container::attach::VERB,
    &container::commit::VERB,
    &container::cp::VERB,
    &container::create::VERB,
    &container::diff::VERB,
    &container::exec::VERB,
    &container::export::VERB,
    &container::inspect::VERB,
    &container::kill::VERB,
    &container::logs::VERB,
    &container::ls::VERB,
    &container::pause::VERB,
    &container::port::VERB,
    &container::prune::VERB,
    &container::rename::VERB,
    &container::restart::VERB,
    &container::rm::VERB,
    &container::run::VERB,
    &container::start::VERB,
    &container::stats::VERB,
    &container::stop::VERB,
    &container::top::VERB,
    &container::unpause::VERB,
    &container::update::VERB,
    &container::wait::VERB,
    &context::inspect::VERB,
    &context::ls::VERB,
    &context::show::VERB,
    &context::switch::VERB,
    &image::build::VERB,
    &image::history::VERB,
    &image::import::VERB,
    &image::inspect::VERB,
    &image::load::VERB,
    &image::ls::VERB,
    &image::prune::VERB,
    &image::pull::VERB,
    &image::push::VERB,
    &image::rm::VERB,
    &image::save::VERB,
    &image::tag::VERB,
    &network::connect::VERB,
    &network::create::VERB,
    &network::disconnect::VERB,
    &network::inspect::VERB,
    &network::ls::VERB,
    &network::prune::VERB,
    &network::rm::VERB,
    &config::create::VERB,
    &config::inspect::VERB,
    &config::ls::VERB,
    &config::rm::VERB,
    &node::demote::VERB,
    &node::inspect::VERB,
    &node::ls::VERB,
    &node::promote::VERB,
    &node::ps::VERB,
    &node::rm::VERB,
    &node::update::VERB,
    &secret::create::VERB,
    &secret::inspect::VERB,
    &secret::ls::VERB,
    &secret::rm::VERB,
    &service::create::VERB,
    &service::inspect::VERB,
    &service::logs::VERB,
    &service::ls::VERB,
    &service::ps::VERB,
    &service::rm::VERB,
    &service::rollback::VERB,
    &service::scale::VERB,
    &service::update::VERB,
    &stack::ls::VERB,
    &swarm::ca::VERB,
    &swarm::init::VERB,
    &swarm::join::VERB,
    &swarm::join_token::VERB,
    &swarm::leave::VERB,
    &swarm::unlock::VERB,
    &swarm::unlock_key::VERB,
    &swarm::update::VERB,
    &system::df::VERB,
    &system::events::VERB,
    &system::info::VERB,
    &system::prune::VERB,
    &volume::create::VERB,
    &volume::inspect::VERB,
    &volume::ls::VERB,
    &volume::prune::VERB,
    &volume::rm::VERB,
    &inspect::VERB,
    &login::VERB,
    &logout::VERB,
    &search::VERB,
    &version::VERB,
];
