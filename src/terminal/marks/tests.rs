//! Tests of `marks`.
