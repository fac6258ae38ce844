//! Tables for people: text to the left, numbers to the right.

use std::io::{self, Write};

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TableColumn {
    /// Lines of its heading.
    pub(crate) heading: &'static str,
    /// Whether it holds numbers.
    pub(crate) number: bool,
}

/// A column of text.
pub(crate) const fn text(heading: &'static str) -> TableColumn {
    TableColumn { heading, number: false }
}

/// A column of numbers.
pub(crate) const fn number(heading: &'static str) -> TableColumn {
    TableColumn { heading, number: true }
}

/// Writes a heading, a rule and the rows, two spaces between columns, nothing at the end of a line.
pub(crate) fn write(to: &mut impl Write, columns: &[TableColumn], rows: &[Vec<String>]) -> io::Result<()> {
    let cells = |at: usize| rows.iter().filter_map(move |row| row.get(at)).map(String::as_str);
    let width = |at: usize, column: &TableColumn| {
        cells(at).chain([column.heading]).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = columns.iter().enumerate().map(|(at, column)| width(at, column)).collect();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = columns.iter().zip(&widths).zip(cells).map(|((column, &width), cell)| {
            if column.number { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        let joined = padded.collect::<Vec<_>>().join("  ");
        writeln!(to, "{}", joined.trim_end())
    };
    line(&mut columns.iter().map(|column| column.heading))?;
    let rules: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
    line(&mut rules.iter().map(String::as_str))?;
    for row in rows {
        line(&mut row.iter().map(String::as_str))?;
    }
    Ok(())
}

/// A whole number with its thousands apart.
pub(crate) fn whole(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A figure as people read it: whole above a hundred, one decimal below.
pub(crate) fn figure(value: f64) -> String {
    if value.abs() >= 99.95 {
        let sign = if value < 0.0 { "-" } else { "" };
        format!("{sign}{}", whole(value.abs().round() as u64))
    } else {
        format!("{value:.1}")
    }
}

/// A share from 0 to 1 as a percentage.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right() {
        let mut out = Vec::new();
        let rows = vec![vec!["Café".into(), "7.0".into()], vec!["B".into(), "1,024".into()]];
        write(&mut out, &[text("name"), number("people")], &rows).unwrap();
        let expected = "name  people\n────  ──────\nCafé     7.0\nB      1,024\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn figures_read_well() {
        let shown = [0.0, 0.04, 7.25, 99.94, 99.96, 1_234_567.4].map(figure);
        assert_eq!(shown, ["0.0", "0.0", "7.2", "99.9", "100", "1,234,567"]);
        assert_eq!((whole(0), whole(999), whole(1000)), ("0".into(), "999".into(), "1,000".into()));
        assert_eq!(percent(0.825), "82%");
    }
}
