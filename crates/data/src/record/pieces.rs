//! What is too much for a record each is kept as one run of bytes, in pieces.

/// Bytes of a piece.
const PIECE_BYTES: usize = 1 << 20;

/// Number and bytes of each piece, for the store.
pub(super) fn entries(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    bytes.chunks(PIECE_BYTES).zip(0..).map(|(piece, n)| (format!("{n:06}"), piece.to_vec())).collect()
}

/// The bytes of pieces in their order.
pub(super) fn joined(pieces: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    pieces.into_iter().flatten().collect()
}
