//! sim http
