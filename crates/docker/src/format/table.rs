//! Columns, as Go's `text/tabwriter` aligns them: a column is a block of consecutive lines that
//! have a cell there, and ends where a line does not.

use unicode_width::UnicodeWidthStr;

/// Spaces after the widest cell of a column.
const PADDING: usize = 3;

/// Aligns cells ended by tabs; a column is at least `least` wide, padding included.
pub(crate) fn table(text: &str, least: usize) -> String {
    aligned(text, least, PADDING)
}

/// The same, with another padding.
pub(crate) fn aligned(text: &str, least: usize, padding: usize) -> String {
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    let mut widths: Vec<Vec<usize>> = lines
        .iter()
        .map(|cells| vec![0; cells.len().saturating_sub(1)])
        .collect();
    let most = lines.iter().map(Vec::len).max().unwrap_or_default();
    for column in 0..most {
        let mut start = 0;
        while start < lines.len() {
            let has = |index: usize| lines[index].len() > column + 1;
            if !has(start) {
                start += 1;
                continue;
            }
            let end = (start..lines.len())
                .find(|it| !has(*it))
                .unwrap_or(lines.len());
            let widest = (start..end)
                .map(|it| lines[it][column].width())
                .max()
                .unwrap_or_default();
            let width = (widest + padding).max(least);
            for row in &mut widths[start..end] {
                row[column] = width;
            }
            start = end;
        }
    }
    let mut out = String::new();
    for (cells, widths) in lines.iter().zip(&widths) {
        for (index, cell) in cells.iter().enumerate() {
            out.push_str(cell);
            if let Some(width) = widths.get(index) {
                out.push_str(&" ".repeat(width.saturating_sub(cell.width())));
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_docker_prints_them() {
        let text = "REPOSITORY\tTAG\tIMAGE ID\nbusybox\tlatest\td708e118ff33\n";
        let expected = "REPOSITORY   TAG       IMAGE ID\nbusybox      latest    d708e118ff33\n";
        assert_eq!(table(text, 10), expected);
    }

    #[test]
    fn a_line_without_the_cell_ends_the_column() {
        assert_eq!(
            aligned("a\tb\nlong cell\na\tb\n", 1, 1),
            "a b\nlong cell\na b\n"
        );
    }
}
