//! Streets: too many for a record each.

use super::pieces;
use hereabouts_streets::codec::{self, InvalidBytes};
use hereabouts_streets::{StreetLines, join};

/// The streets of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreetMap {
    /// How many streets the files have.
    pub streets: usize,
    /// Where they run.
    pub lines: StreetLines,
}

impl StreetMap {
    /// Number and bytes of each piece, for the store.
    #[must_use]
    pub fn entries(&self) -> Vec<(String, Vec<u8>)> {
        pieces::entries(&codec::encode(&self.lines))
    }

    /// The lines of pieces in their order.
    ///
    /// # Errors
    /// [`InvalidBytes`] when they are not what was stored.
    pub fn lines(pieces: impl IntoIterator<Item = Vec<u8>>) -> Result<StreetLines, InvalidBytes> {
        codec::decode(&pieces::joined(pieces))
    }

    /// Several files as one map.
    #[must_use]
    pub fn of(streets: usize, files: Vec<StreetLines>) -> Self {
        Self { streets, lines: join(files) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hereabouts_streets::{AccessBarrier, EdgeAccess, FixedPoint};

    #[test]
    fn in_pieces_and_back() {
        let mut lines = StreetLines::default();
        // Far apart, so that each point takes many bytes and all of them more than a piece.
        let points: Vec<u32> = (0..150_000)
            .map(|i| lines.point(FixedPoint::new((i % 2) * 1_700_000_000, i).unwrap(), AccessBarrier::Open))
            .collect();
        lines.line(points, 0, EdgeAccess::FREE);
        let map = StreetMap::of(1, vec![lines.clone()]);
        let entries = map.entries();
        assert!(entries.len() > 1 && entries.is_sorted());
        let pieces: Vec<Vec<u8>> = entries.into_iter().map(|e| e.1).collect();
        assert_eq!(StreetMap::lines(pieces.clone()), Ok(lines));
        assert!(StreetMap::lines(pieces.into_iter().skip(1)).is_err());
    }
}
