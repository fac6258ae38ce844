//! Writes small OpenStreetMap extracts (`.osm.pbf`), for tests: plain nodes, no compression.
//!
//! <https://wiki.openstreetmap.org/wiki/PBF_Format>

/// Tags of an element.
pub type Tags<'a> = &'a [(&'a str, &'a str)];

/// Id, member ways with their roles, tags.
pub type Relation<'a> = (i64, Vec<(i64, &'a str)>, Tags<'a>);

/// What an extract holds.
#[derive(Debug, Default)]
pub struct Extract<'a> {
    /// West, south, east and north in degrees, if its header says.
    pub bounds: Option<[f64; 4]>,
    /// Id, longitude, latitude in degrees, tags.
    pub nodes: Vec<(i64, f64, f64, Tags<'a>)>,
    /// Id, nodes, tags.
    pub ways: Vec<(i64, Vec<i64>, Tags<'a>)>,
    /// Multipolygons and others.
    pub relations: Vec<Relation<'a>>,
}

impl Extract<'_> {
    /// The file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut header = Vec::new();
        if let Some([west, south, east, north]) = self.bounds {
            let mut bounds = Vec::new();
            for (number, degrees) in [(1, west), (2, east), (3, north), (4, south)] {
                varint_field(&mut bounds, number, zigzag((degrees * 1e9).round() as i64));
            }
            field(&mut header, 1, &bounds);
        }
        for feature in ["OsmSchema-V0.6", "DenseNodes"] {
            field(&mut header, 4, feature.as_bytes());
        }
        let mut file = blob("OSMHeader", &header);
        file.extend(blob("OSMData", &self.block()));
        file
    }

    fn block(&self) -> Vec<u8> {
        let mut strings: Vec<String> = vec![String::new()];
        let mut text = |s: &str| {
            strings.iter().position(|x| x == s).unwrap_or_else(|| {
                strings.push(s.to_owned());
                strings.len() - 1
            }) as u64
        };
        let mut groups = Vec::new();
        for (id, lon, lat, tags) in &self.nodes {
            let mut node = Vec::new();
            varint_field(&mut node, 1, zigzag(*id));
            tags_fields(&mut node, tags, &mut text);
            varint_field(&mut node, 8, zigzag((lat * 1e7).round() as i64));
            varint_field(&mut node, 9, zigzag((lon * 1e7).round() as i64));
            groups.push((1, node));
        }
        for (id, nodes, tags) in &self.ways {
            let mut way = Vec::new();
            varint_field(&mut way, 1, *id as u64);
            tags_fields(&mut way, tags, &mut text);
            packed(&mut way, 8, deltas(nodes));
            groups.push((3, way));
        }
        for (id, members, tags) in &self.relations {
            let mut relation = Vec::new();
            varint_field(&mut relation, 1, *id as u64);
            tags_fields(&mut relation, tags, &mut text);
            let roles: Vec<u64> = members.iter().map(|m| text(m.1)).collect();
            packed(&mut relation, 8, roles);
            packed(&mut relation, 9, deltas(&members.iter().map(|m| m.0).collect::<Vec<_>>()));
            packed(&mut relation, 10, members.iter().map(|_| 1).collect());
            groups.push((4, relation));
        }
        let mut table = Vec::new();
        for string in &strings {
            field(&mut table, 1, string.as_bytes());
        }
        let mut block = Vec::new();
        field(&mut block, 1, &table);
        for (number, element) in groups {
            let mut group = Vec::new();
            field(&mut group, number, &element);
            field(&mut block, 2, &group);
        }
        block
    }
}

fn blob(kind: &str, data: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    field(&mut body, 1, data);
    let mut header = Vec::new();
    field(&mut header, 1, kind.as_bytes());
    varint_field(&mut header, 3, body.len() as u64);
    let mut out = (header.len() as u32).to_be_bytes().to_vec();
    out.extend(header);
    out.extend(body);
    out
}

fn tags_fields(out: &mut Vec<u8>, tags: Tags<'_>, text: &mut impl FnMut(&str) -> u64) {
    let keys = tags.iter().map(|t| text(t.0)).collect();
    let values = tags.iter().map(|t| text(t.1)).collect();
    packed(out, 2, keys);
    packed(out, 3, values);
}

fn deltas(ids: &[i64]) -> Vec<u64> {
    let mut before = 0;
    ids.iter().map(|id| zigzag(id - std::mem::replace(&mut before, *id))).collect()
}

const fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn varint_field(out: &mut Vec<u8>, number: u64, n: u64) {
    varint(out, number << 3);
    varint(out, n);
}

fn field(out: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    varint(out, number << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn packed(out: &mut Vec<u8>, number: u64, values: Vec<u64>) {
    let mut bytes = Vec::new();
    values.into_iter().for_each(|v| varint(&mut bytes, v));
    field(out, number, &bytes);
}
