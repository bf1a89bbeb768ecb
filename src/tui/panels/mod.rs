//! The panels and what surrounds them: each is a pure function of the model.

pub(crate) mod chrome;
pub(crate) mod goal;
pub(crate) mod hint;
pub(crate) mod lesson;
pub(crate) mod terminal;
