//! One file per verb: its flags, its call, its output.

mod container;

use super::grammar::Verb;

/// Every verb.
pub(super) const ALL: &[&Verb] = &[
    &container::attach::VERB,
    &container::create::VERB,
    &container::exec::VERB,
    &container::kill::VERB,
    &container::logs::VERB,
    &container::pause::VERB,
    &container::rename::VERB,
    &container::restart::VERB,
    &container::rm::VERB,
    &container::run::VERB,
    &container::start::VERB,
    &container::stop::VERB,
    &container::unpause::VERB,
    &container::wait::VERB,
];
