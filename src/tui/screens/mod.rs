//! Whole screens, and what is drawn over them.

pub(crate) mod book;
pub(crate) mod demo;
pub(crate) mod explanation;
pub(crate) mod guard;
pub(crate) mod help;
pub(crate) mod home;
pub(crate) mod lesson;
pub(crate) mod overlay;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod tiny;
