//! One file per verb: its flags, its call, its output.

mod container;

use super::grammar::Verb;

/// Every verb.
pub(super) const ALL: &[&Verb] = &[
    &container::kill::VERB,
    &container::pause::VERB,
    &container::rename::VERB,
    &container::restart::VERB,
    &container::rm::VERB,
    &container::stop::VERB,
    &container::unpause::VERB,
    &container::wait::VERB,
];
