//! A curve in block glyphs, and a gauge.

use crate::text::quantity::number;

/// From an eighth of a cell to a whole one.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A curve: one column per value, `height` lines from the top, where the value is `top`. What is
/// unknown is left blank; what is little but not nothing is never blank.
pub(crate) fn curve(values: &[Option<f64>], top: f64, height: usize) -> Vec<String> {
    let eighths = |value: &Option<f64>| {
        let value = value.unwrap_or(0.0);
        let least = usize::from(value > 0.0 && top > 0.0);
        steps(value, top, height * 8).max(least)
    };
    let eighths: Vec<usize> = values.iter().map(eighths).collect();
    (0..height)
        .rev()
        .map(|line| {
            let cell = |it: &usize| BLOCKS[it.saturating_sub(line * 8).min(8)];
            eighths.iter().map(cell).collect()
        })
        .collect()
}

/// A gauge of so many cells: `█████···`.
pub(crate) fn gauge(value: f64, top: f64, cells: usize) -> String {
    let full = steps(value, top, cells);
    "█".repeat(full) + &"·".repeat(cells - full)
}

/// The steps, of `most`, that a value takes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a number of cells of a screen"
)]
fn steps(value: f64, top: f64, most: usize) -> usize {
    if !(value > 0.0 && top > 0.0) {
        return 0;
    }
    ((value / top * most as f64).round() as usize).min(most)
}

/// The first of 1, 2, 5, 10, 20… that is no less than a value.
pub(crate) fn round_up(value: f64) -> f64 {
    let mut step = 1.0;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            if step * factor >= value {
                return step * factor;
            }
        }
        step *= 10.0;
        if step > 1e18 {
            return value;
        }
    }
}

/// A duration in a word or two: `45 s`, `2 min`.
pub(crate) fn duration(seconds: i64) -> String {
    if seconds < 120 {
        return format!("{}\u{a0}s", seconds.max(0));
    }
    format!("{}\u{a0}min", number(minutes(seconds), 0))
}

#[expect(clippy::cast_precision_loss, reason = "minutes since a sample")]
fn minutes(seconds: i64) -> f64 {
    seconds as f64 / 60.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_fills_from_the_bottom() {
        let values = [
            None,
            Some(0.0),
            Some(0.1),
            Some(50.0),
            Some(100.0),
            Some(300.0),
        ];
        assert_eq!(curve(&values, 100.0, 2), ["    ██", "  ▁███"]);
        assert_eq!(curve(&[Some(75.0)], 100.0, 1), ["▆"]);
        assert_eq!(curve(&[Some(f64::NAN), Some(1.0)], 0.0, 1), ["  "]);
    }

    #[test]
    fn a_gauge_is_full_at_its_limit() {
        assert_eq!(gauge(50.0, 100.0, 4), "██··");
        assert_eq!(gauge(0.0, 100.0, 4), "····");
        assert_eq!(gauge(900.0, 100.0, 4), "████");
        assert_eq!(gauge(1.0, 100.0, 4), "····");
        assert_eq!(gauge(1.0, 0.0, 3), "···");
        assert_eq!(gauge(1.0, 1.0, 0), "");
    }

    #[test]
    fn scales_are_round() {
        assert!((round_up(0.2) - 1.0).abs() < 1e-9);
        assert!((round_up(3.0) - 5.0).abs() < 1e-9);
        assert!((round_up(101.0) - 200.0).abs() < 1e-9);
        assert!(round_up(f64::INFINITY).is_infinite());
    }
}
