//! Tests of `display`.
