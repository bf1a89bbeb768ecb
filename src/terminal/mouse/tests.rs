//! Tests of `mouse`.
