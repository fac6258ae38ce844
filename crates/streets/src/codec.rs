//! Lines as bytes, to be kept, and back. A network is made of its lines again in a second or two for a county, which is
//! less than to read three times as many bytes of network from a disk.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `HEREST` and the version, little-endian |
//! | | counts of points and lines; each point as steps from the one before, and its gate; each line as layer, passage, count of vertices, and each vertex as steps from the one before with its length: variable-length integers (LEB128), signed ones in zigzag |
//! | 32 | BLAKE3 of all before |

use crate::edge_access::{AccessBarrier, EdgeAccess};
use crate::fixed_point::FixedPoint;
use crate::lines::StreetLines;
use thiserror::Error;

const NAME: &[u8; 6] = b"HEREST";
const VERSION: u16 = 1;
const SUM_BYTES: usize = 32;

/// Bytes that are no lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidBytes {
    /// Something else.
    #[error("these are not streets")]
    NotStreets,
    /// Of a version that this program does not read.
    #[error("streets of version {0} are not read, only of version {VERSION}: import them again")]
    Version(u16),
    /// Changed since they were written.
    #[error("the streets do not match their checksum")]
    Damaged,
}

/// Writes lines; the same lines give the same bytes.
#[must_use]
pub fn encode(lines: &StreetLines) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(16 + 7 * lines.points().len() + 4 * lines.vertices());
    bytes.extend_from_slice(NAME);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    unsigned(&mut bytes, lines.points().len() as u64);
    unsigned(&mut bytes, lines.len() as u64);
    let mut before = (0, 0);
    for (at, gate) in lines.points().iter().zip(lines.gates()) {
        signed(&mut bytes, i64::from(at.lon()) - before.0);
        signed(&mut bytes, i64::from(at.lat()) - before.1);
        bytes.push(gate.bits());
        before = (i64::from(at.lon()), i64::from(at.lat()));
    }
    let mut before = 0;
    for line in lines.iter() {
        bytes.push(line.layer as u8);
        bytes.push(line.passage.bits());
        unsigned(&mut bytes, line.points.len() as u64);
        for (&point, &length) in line.points.iter().zip(line.lengths) {
            signed(&mut bytes, i64::from(point) - before);
            unsigned(&mut bytes, u64::from(length));
            before = i64::from(point);
        }
    }
    let sum = blake3::hash(&bytes);
    bytes.extend_from_slice(sum.as_bytes());
    bytes
}

/// Reads lines.
///
/// # Errors
/// [`InvalidBytes`].
pub fn decode(bytes: &[u8]) -> Result<StreetLines, InvalidBytes> {
    let rest = bytes.strip_prefix(NAME).ok_or(InvalidBytes::NotStreets)?;
    let version = rest.first_chunk().map(|v| u16::from_le_bytes(*v)).ok_or(InvalidBytes::NotStreets)?;
    if version != VERSION {
        return Err(InvalidBytes::Version(version));
    }
    let (all, sum) = bytes.split_at_checked(bytes.len() - SUM_BYTES.min(bytes.len())).unwrap_or_default();
    if blake3::hash(all).as_bytes() != sum {
        return Err(InvalidBytes::Damaged);
    }
    let mut reader = ByteReader(all.get(NAME.len() + 2..).ok_or(InvalidBytes::NotStreets)?);
    // What carries a right sum was written by `encode`: anything else in it is damage all the same, not a panic.
    reader.lines().ok_or(InvalidBytes::Damaged)
}

fn unsigned(bytes: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        bytes.push(n as u8 | 0x80);
        n >>= 7;
    }
    bytes.push(n as u8);
}

fn signed(bytes: &mut Vec<u8>, n: i64) {
    unsigned(bytes, ((n << 1) ^ (n >> 63)) as u64);
}

struct ByteReader<'a>(&'a [u8]);

impl ByteReader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(n);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        self.unsigned().map(|n| (n >> 1) as i64 ^ -((n & 1) as i64))
    }

    fn lines(&mut self) -> Option<StreetLines> {
        let (points, count) = (self.unsigned()?, self.unsigned()?);
        let mut lines = StreetLines::default();
        let (mut lon, mut lat) = (0_i64, 0_i64);
        for _ in 0..points {
            (lon, lat) = (lon.checked_add(self.signed()?)?, lat.checked_add(self.signed()?)?);
            let at = FixedPoint::new(i32::try_from(lon).ok()?, i32::try_from(lat).ok()?)?;
            lines.point(at, AccessBarrier::from_bits(self.byte()?)?);
        }
        let mut before = 0_i64;
        let mut vertices = Vec::new();
        for _ in 0..count {
            let (layer, passage) = (self.byte()? as i8, EdgeAccess::from_bits(self.byte()?)?);
            vertices.clear();
            for _ in 0..self.unsigned()? {
                before = before.checked_add(self.signed()?)?;
                let point = u64::try_from(before).ok().filter(|&point| point < points)?;
                vertices.push((point as u32, u32::try_from(self.unsigned()?).ok()?));
            }
            lines.measured_line(vertices.iter().copied(), layer, passage);
        }
        self.0.is_empty().then_some(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines() -> impl Strategy<Value = StreetLines> {
        let point = (-1_800_000_000..=1_800_000_000, -900_000_000..=900_000_000, 0_u8..3).prop_map(
            |(lon, lat, gate)| (FixedPoint::new(lon, lat).unwrap(), AccessBarrier::from_bits(gate).unwrap()),
        );
        prop::collection::vec(point, 2..40).prop_flat_map(|points| {
            let count = points.len() as u32;
            let line = (prop::collection::vec(0..count, 2..9), any::<i8>(), 0_u8..8);
            prop::collection::vec(line, 0..20).prop_map(move |all| {
                let (at, gates) = points.iter().copied().unzip();
                let mut lines = StreetLines::new(at, gates);
                for (vertices, layer, passage) in all {
                    lines.line(vertices, layer, EdgeAccess::from_bits(passage).unwrap());
                }
                lines
            })
        })
    }

    proptest! {
        #[test]
        fn there_and_back(lines in lines()) {
            prop_assert_eq!(decode(&encode(&lines)), Ok(lines));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(decode(&bytes).is_err());
            let mut named = [&NAME[..], &VERSION.to_le_bytes(), &bytes].concat();
            let sum = blake3::hash(&named);
            named.extend_from_slice(sum.as_bytes());
            let _ = decode(&named);
        }
    }

    #[test]
    fn one_bit_is_noticed() {
        let mut all = StreetLines::default();
        let ends = [0, 9].map(|x| all.point(FixedPoint::new(x, 7).unwrap(), AccessBarrier::Open));
        all.line(ends, 0, EdgeAccess::FREE);
        let bytes = encode(&all);
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&changed).is_err(), "bit {bit}");
        }
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_err());
        }
        let mut later = bytes;
        later[6] = 2;
        assert_eq!(decode(&later), Err(InvalidBytes::Version(2)));
    }
}
