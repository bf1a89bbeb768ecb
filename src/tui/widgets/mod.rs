//! Drawing that knows nothing of the model.

pub(crate) mod markdown;
pub(crate) mod wrap;
