//! Tests with real shells.
