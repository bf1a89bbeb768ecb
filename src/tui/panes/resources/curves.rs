//! What was used over the last minutes: a gauge, words, and a curve under them.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::limits::{Limits, processors};
use super::{COLUMN, NOT_MEASURED, Row, fact, share};
use crate::inside::Known;
use crate::inside::stats::Sample;
use crate::text::quantity::{binary, percent};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use crate::tui::widgets::chart::{curve, duration, gauge, round_up};
use crate::tui::widgets::wrap::truncate;

/// Cells of a gauge.
const GAUGE: usize = 8;
/// Lines of the pane that are not curves.
const OTHER_LINES: usize = 9;

/// What the curves are drawn from, and the room for them.
pub(super) struct Curves<'a> {
    theme: &'a Theme,
    limits: &'a Limits,
    known: &'a Known,
    width: usize,
    /// Lines of each curve.
    height: usize,
}

impl<'a> Curves<'a> {
    /// Curves for the room that these lines leave in the pane.
    pub(super) fn new(
        model: &'a Model,
        limits: &'a Limits,
        known: &'a Known,
        width: usize,
        above: usize,
    ) -> Self {
        let available = usize::from(layout::areas(model).pane.body.height);
        Self {
            theme: &model.theme,
            limits,
            known,
            width,
            height: (available.saturating_sub(OTHER_LINES + above) / 2).clamp(2, 6),
        }
    }

    /// The processor: words, gauge, curve.
    pub(super) fn processor(&self, last: &Sample) -> Vec<Row> {
        let Some(used) = last.cpu else {
            let words = if last.cpu_counted {
                "première mesure…"
            } else {
                NOT_MEASURED
            };
            return vec![self.said("Processeur", words)];
        };
        let machine = cpus(last);
        let (most, of) = match self.limits.cpus {
            Some(many) => (many, format!("de {} (limite)", processors(many))),
            None if machine > 0.0 => {
                let words = processors(machine);
                (machine, format!("de {words} (sans limite)"))
            }
            None => (1.0, "d’un processeur (sans limite)".to_owned()),
        };
        let gauge = gauge(used, most * 100.0, GAUGE);
        let words = format!("{} {gauge} {} {of}", percent(used), percent(used / most));
        let mut rows = vec![self.said("Processeur", &words)];
        let value = |it: &Sample| it.cpu;
        let samples = self.known.samples.iter();
        let highest = samples.filter_map(value).fold(0.0, f64::max);
        let limited = self.limits.cpus.is_some();
        let top = if limited {
            highest.max(most * 100.0)
        } else {
            round_up(highest)
        };
        let labels = [percent(top), limit_label(limited), percent(0.0)];
        rows.extend(self.plot(value, top, &labels));
        rows
    }

    /// The memory: words, gauge, curve.
    pub(super) fn memory(&self, last: &Sample) -> Vec<Row> {
        let Some(used) = last.memory else {
            return vec![self.said("Mémoire", NOT_MEASURED)];
        };
        let limit = self.limits.memory;
        let most = limit.unwrap_or(last.memory_limit);
        let words = if most == 0 {
            format!("{} (sans limite)", binary(used))
        } else {
            let share = share(used, most);
            let gauge = gauge(share, 100.0, GAUGE);
            let whose = if limit.is_some() {
                "limite"
            } else {
                "machine, sans limite"
            };
            let of = format!("de {} ({whose})", binary(most));
            format!("{} {gauge} {} {of}", binary(used), percent(share))
        };
        let mut rows = vec![self.said("Mémoire", &words)];
        let samples = self.known.samples.iter();
        let highest = samples.filter_map(|it| it.memory).max().unwrap_or(0);
        let rounded = highest.checked_next_power_of_two().unwrap_or(highest);
        let top = limit.unwrap_or(rounded).max(1);
        let value = |it: &Sample| it.memory.map(|it| share(it, top));
        let labels = [binary(top), limit_label(limit.is_some()), binary(0)];
        rows.extend(self.plot(value, 100.0, &labels));
        rows
    }

    /// What the curves' width stands for.
    pub(super) fn axis(&self) -> Row {
        let columns = columns(self.width);
        let count = self.known.samples.len();
        let first = format!("il y a {}", duration(i64::try_from(count).unwrap_or(0)));
        let last = "dernière mesure";
        let shown = count.div_ceil(bucket(self.known, columns)).min(columns);
        let words = first.width() + last.width();
        let blank = columns.saturating_sub(shown.max(words + 2));
        let gap = columns.saturating_sub(blank + words);
        let words = format!(
            "{}{first}{}{last}",
            " ".repeat(COLUMN + blank),
            " ".repeat(gap)
        );
        Row::plain(Span::styled(truncate(&words, self.width), self.theme.faint))
    }

    fn said(&self, name: &str, words: &str) -> Row {
        fact(name, words, self.theme.text, self.theme, self.width)
    }

    /// A curve, and what its top and its bottom stand for.
    fn plot(
        &self,
        value: impl Fn(&Sample) -> Option<f64>,
        top: f64,
        labels: &[String; 3],
    ) -> Vec<Row> {
        let columns = columns(self.width);
        if columns < GAUGE {
            return Vec::new();
        }
        let values = averages(self.known, value, columns);
        let lines = curve(&values, top, self.height);
        let last = lines.len().saturating_sub(1);
        let labelled = lines.into_iter().enumerate().map(|(index, line)| {
            let label = match index {
                0 => labels[0].as_str(),
                index if index == last => labels[2].as_str(),
                1 => labels[1].as_str(),
                _ => "",
            };
            let room = COLUMN - 2;
            let label = truncate(label, room);
            let blank = " ".repeat(room.saturating_sub(label.width()));
            Row::plain(Line::from(vec![
                Span::styled(format!("{blank}{label} │"), self.theme.faint),
                Span::styled(line, self.theme.code),
            ]))
        });
        labelled.collect()
    }
}

fn limit_label(limited: bool) -> String {
    if limited {
        "limite".to_owned()
    } else {
        String::new()
    }
}

const fn columns(width: usize) -> usize {
    width.saturating_sub(COLUMN)
}

/// Seconds of a column.
fn bucket(known: &Known, columns: usize) -> usize {
    known.samples.len().div_ceil(columns.max(1)).max(1)
}

/// One value a column, the last one on the right. Columns are cut by the clock, so that they do not
/// change as samples come.
fn averages(
    known: &Known,
    value: impl Fn(&Sample) -> Option<f64>,
    columns: usize,
) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0, 0_u32); columns];
    let bucket = i64::try_from(bucket(known, columns)).unwrap_or(1);
    let rank = |it: &Sample| it.at.div_euclid(1000).div_euclid(bucket);
    let Some(last) = known.samples.back().map(rank) else {
        return vec![None; columns];
    };
    for sample in &known.samples {
        let from_end = usize::try_from(last - rank(sample)).unwrap_or(usize::MAX);
        let place = columns.checked_sub(from_end.saturating_add(1));
        if let (Some(place), Some(value)) = (place, value(sample)) {
            sums[place].0 += value;
            sums[place].1 += 1;
        }
    }
    let average = |(sum, count): (f64, u32)| (count > 0).then(|| sum / f64::from(count));
    let mut values: Vec<_> = sums.into_iter().map(average).collect();
    // Samples come a little more than a second apart: now and then, a second has none.
    for place in 1..values.len().saturating_sub(1) {
        if values[place].is_none() && values[place + 1].is_some() {
            values[place] = values[place - 1];
        }
    }
    values
}

#[expect(clippy::cast_precision_loss, reason = "a number of processors")]
const fn cpus(sample: &Sample) -> f64 {
    sample.cpus as f64
}
