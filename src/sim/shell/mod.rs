//! sim shell
