//! Whole screens, and what is drawn over them.

pub(crate) mod book;
pub(crate) mod explanation;
pub(crate) mod help;
pub(crate) mod home;
pub(crate) mod lesson;
pub(crate) mod overlay;
pub(crate) mod review;
pub(crate) mod tiny;
