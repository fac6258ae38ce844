//! Lines as a Mapbox Vector Tile, version 2.1 <https://github.com/mapbox/vector-tile-spec/tree/master/2.1>.

/// Points in units, at least two.
pub(super) type TileLine = Vec<[i32; 2]>;

/// A layer of lines, of which each feature says the same things, true or false.
pub(super) struct TileLayer {
    name: &'static str,
    extent: u32,
    keys: Vec<&'static str>,
    features: Vec<u8>,
}

/// The two values there are, in this order.
const VALUES: [bool; 2] = [false, true];

impl TileLayer {
    pub(super) fn new(name: &'static str, extent: u32) -> Self {
        Self { name, extent, keys: Vec::new(), features: Vec::new() }
    }

    /// One feature of many lines; of none, there is none.
    pub(super) fn add(&mut self, lines: &[TileLine], says: &[(&'static str, bool)]) {
        if lines.is_empty() {
            return;
        }
        let mut tags = Vec::new();
        for (key, value) in says {
            let at = self.keys.iter().position(|known| known == key).unwrap_or_else(|| {
                self.keys.push(key);
                self.keys.len() - 1
            });
            varint(&mut tags, at as u64);
            varint(&mut tags, u64::from(*value));
        }
        let mut geometry = Vec::new();
        let mut cursor = [0_i32; 2];
        for line in lines {
            // Move to the first point, then lines to the others: each as steps from where the pen is.
            varint(&mut geometry, 1 << 3 | 1);
            for (at, point) in line.iter().enumerate() {
                if at == 1 {
                    varint(&mut geometry, ((line.len() - 1) as u64) << 3 | 2);
                }
                for (axis, pen) in cursor.iter_mut().enumerate() {
                    varint(&mut geometry, zigzag(point[axis] - *pen));
                    *pen = point[axis];
                }
            }
        }
        let mut feature = Vec::new();
        bytes(&mut feature, 2, &tags);
        // A line string.
        number(&mut feature, 3, 2);
        bytes(&mut feature, 4, &geometry);
        bytes(&mut self.features, 2, &feature);
    }

    /// The tile that holds it; empty without features.
    pub(super) fn tile(&self) -> Vec<u8> {
        let mut tile = Vec::new();
        if self.features.is_empty() {
            return tile;
        }
        let mut layer = Vec::new();
        number(&mut layer, 15, 2);
        bytes(&mut layer, 1, self.name.as_bytes());
        layer.extend_from_slice(&self.features);
        self.keys.iter().for_each(|key| bytes(&mut layer, 3, key.as_bytes()));
        for value in VALUES {
            let mut written = Vec::new();
            number(&mut written, 7, u64::from(value));
            bytes(&mut layer, 4, &written);
        }
        number(&mut layer, 5, u64::from(self.extent));
        bytes(&mut tile, 3, &layer);
        tile
    }
}

/// A field of bytes, in the wire format of protocol buffers.
fn bytes(to: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(to, field << 3 | 2);
    varint(to, value.len() as u64);
    to.extend_from_slice(value);
}

/// A field of a number.
fn number(to: &mut Vec<u8>, field: u64, value: u64) {
    varint(to, field << 3);
    varint(to, value);
}

fn varint(to: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        to.push(n as u8 | 0x80);
        n >>= 7;
    }
    to.push(n as u8);
}

const fn zigzag(n: i32) -> u64 {
    ((n << 1) ^ (n >> 31)) as u32 as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification, 4.3.5.3: two lines.
    #[test]
    fn as_the_specification_draws_it() {
        let mut layer = TileLayer::new("l", 4_096);
        layer.add(&[vec![[2, 2], [2, 10], [10, 10]], vec![[1, 1], [3, 5]]], &[("k", true)]);
        let geometry = [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8];
        let mut feature = vec![0x12, 2, 0, 1, 0x18, 2, 0x22, 14];
        feature.extend(geometry);
        let mut expected = vec![0x78, 2, 0x0A, 1, b'l', 0x12, feature.len() as u8];
        expected.extend(&feature);
        expected.extend([0x1A, 1, b'k', 0x22, 2, 0x38, 0, 0x22, 2, 0x38, 1, 0x28, 0x80, 0x20]);
        let mut tile = vec![0x1A, expected.len() as u8];
        tile.extend(&expected);
        assert_eq!(layer.tile(), tile);
        assert!(TileLayer::new("l", 4_096).tile().is_empty());
    }
}
