//! Drawing that knows nothing of the model.

pub(crate) mod chart;
pub(crate) mod highlight;
pub(crate) mod markdown;
pub(crate) mod wrap;
