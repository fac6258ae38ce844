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
}
