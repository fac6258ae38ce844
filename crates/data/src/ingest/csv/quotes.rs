//! Quotation marks that nothing closes. A reader of CSV takes all that follows one for a single value: rows vanish in it
//! without a word, and what people wrote of others is shown as if it were a description.

use std::borrow::Cow;

/// A line that is left out, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OpenQuote {
    /// The line on which the quotation mark stands.
    pub(super) line: u64,
    pub(super) reason: &'static str,
}

const NEVER_CLOSED: &str = "a quotation mark begins here that nothing closes";
const OVER_ROWS: &str = "a quotation mark begins here that closes only after what look like other rows";

/// Fewest columns of which a line within a value may be taken for a row by itself.
const FEW_COLUMNS: usize = 3;

/// From so many columns on, one line within a value is taken for a row; with fewer it takes two.
const MANY_COLUMNS: usize = 5;

/// The text without lines on which such a mark begins: an empty line stands for each, so that the others keep their numbers,
/// and those after it are read for themselves. `columns` is how many the header has.
pub(super) fn without_open<'t>(
    text: &'t str,
    delimiter: u8,
    columns: usize,
) -> (Cow<'t, str>, Vec<OpenQuote>) {
    if !text.contains('"') {
        return (Cow::Borrowed(text), Vec::new());
    }
    let scan = QuoteScan { text: text.as_bytes(), delimiter, columns };
    let (mut kept, mut open) = (String::new(), Vec::new());
    let (mut at, mut copied, mut line) = (0, 0, 1);
    while at < text.len() {
        let (end, found) = scan.record(at);
        let after = match found {
            None => end,
            Some((quote, reason)) => {
                let end_of_line = scan.line_end(quote);
                let lines = |part: &str| part.bytes().filter(|b| *b == b'\n').count() as u64;
                open.push(OpenQuote { line: line + lines(&text[at..quote]), reason });
                kept.push_str(&text[copied..at]);
                kept.extend(std::iter::repeat_n('\n', lines(&text[at..end_of_line]) as usize));
                copied = end_of_line;
                end_of_line
            }
        };
        line += text[at..after].bytes().filter(|b| *b == b'\n').count() as u64;
        at = after;
    }
    if open.is_empty() {
        return (Cow::Borrowed(text), open);
    }
    kept.push_str(&text[copied..]);
    (Cow::Owned(kept), open)
}

/// Looks at records as the reader splits them.
struct QuoteScan<'t> {
    text: &'t [u8],
    delimiter: u8,
    columns: usize,
}

impl QuoteScan<'_> {
    /// Where the record that begins at `at` ends, past its line end, and a quotation mark in it that should not be believed.
    fn record(&self, at: usize) -> (usize, Option<(usize, &'static str)>) {
        let (mut here, mut field, mut bad) = (at, 0, None);
        loop {
            if self.text.get(here) == Some(&b'"') {
                let Some(close) = self.close(here + 1) else {
                    return (self.text.len(), Some((here, NEVER_CLOSED)));
                };
                let proper = self.text.get(close + 1).is_none_or(|next| self.ends_field(*next));
                if bad.is_none() && self.runs_over_rows(here, close, field, proper) {
                    bad = Some((here, OVER_ROWS));
                }
                here = close + 1;
            }
            // The rest of a field without a mark, or after one that closes in its middle.
            while self.text.get(here).is_some_and(|byte| !self.ends_field(*byte)) {
                here += 1;
            }
            match self.text.get(here) {
                Some(byte) if *byte == self.delimiter => (here, field) = (here + 1, field + 1),
                Some(b'\r') if self.text.get(here + 1) == Some(&b'\n') => return (here + 2, bad),
                Some(_) => return (here + 1, bad),
                None => return (here, bad),
            }
        }
    }

    fn ends_field(&self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n' || byte == b'\r'
    }

    /// The mark that closes a value whose first byte is at `from`: a doubled one stands for itself.
    fn close(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += self.text[at..].iter().position(|byte| *byte == b'"')?;
            if self.text.get(at + 1) != Some(&b'"') {
                return Some(at);
            }
            at += 2;
        }
    }

    /// Whether what stands between two marks looks like the rest of a row, whole rows, and the beginning of another up to the
    /// same column.
    fn runs_over_rows(&self, open: usize, close: usize, field: usize, proper: bool) -> bool {
        let lines: Vec<&[u8]> = self.text[open..close].split(|byte| *byte == b'\n').collect();
        let [_, within @ .., last] = lines.as_slice() else { return false };
        let fields = |line: &&[u8]| 1 + line.iter().filter(|byte| **byte == self.delimiter).count();
        let rows = within.iter().filter(|line| fields(line) == self.columns).count();
        let enough = if self.columns >= MANY_COLUMNS || !proper { 1 } else { 2 };
        let whole = self.columns >= FEW_COLUMNS && rows >= enough && (rows == within.len() || !proper);
        whole || field >= 2 && fields(last) == field + 1
    }

    /// Past the end of the line on which a byte stands.
    fn line_end(&self, at: usize) -> usize {
        self.text[at..].iter().position(|byte| *byte == b'\n').map_or(self.text.len(), |n| at + n + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "id,name,kind,postcode,note\n";

    fn lines(rows: &str) -> Vec<u64> {
        without_open(&format!("{HEADER}{rows}"), b',', 5).1.iter().map(|open| open.line).collect()
    }

    #[test]
    fn a_mark_that_nothing_closes_costs_its_own_line_alone() {
        let text = format!("{HEADER}1,a,g,X,fine\n2,b,g,X,\"12 inch\n3,c,g,X,fine\n4,d,g,X,fine\n");
        let (kept, open) = without_open(&text, b',', 5);
        assert_eq!(open, [OpenQuote { line: 3, reason: NEVER_CLOSED }]);
        assert_eq!(kept, format!("{HEADER}1,a,g,X,fine\n\n3,c,g,X,fine\n4,d,g,X,fine\n"));
    }

    #[test]
    fn a_mark_that_closes_in_another_row_does_so_too() {
        for (rows, bad) in [
            ("1,a,g,X,\"12 inch\n2,b,g,X,fine\n3,c,g,X,\"quoted, well\"\n", vec![2]),
            ("1,a,g,X,\"12 inch\n2,b,g,X,ruler 6\"\n3,c,g,X,fine\n", vec![2]),
            ("1,a,g,X,\"12 inch\r\n2,b,g,X,fine\r\n3,c,g,X,6\" wide\r\n", vec![2]),
            ("1,a,g,X,\"one\n2,b,g,X,\"two\n3,c,g,X,\"three\n4,d,g,X,fine\n", vec![2, 3, 4]),
            ("1,\"a,g,X,x\n2,b,g,X,x\n3,c,g,X,x\n", vec![2]),
        ] {
            assert_eq!(lines(rows), bad, "{rows}");
        }
    }

    #[test]
    fn values_of_several_lines_are_left_as_they_are() {
        for rows in [
            "1,a,g,X,\"Tea\nCake, and more\"\n2,b,g,X,fine\n",
            "1,a,g,X,\"Tea, cake, and more\n\nring \"\"Jo\"\" first\"\n",
            "\"1\n2\",a,g,X,fine\n",
            "1,The \"Hub\",g,X,fine\n2,\"The \"Big\" Hub\",g,X,6\" rulers\n",
            "1,a,g,X,\"\"\n2,b,g,X,\"\"\"quoted\"\"\"\n",
        ] {
            assert!(lines(rows).is_empty(), "{rows}: {:?}", lines(rows));
        }
    }
}
