mod assets;
mod damage;
mod events;
mod figures;
mod files;
mod formats;
mod grants;
mod limits;
mod shapes;
mod told;

use super::*;
use crate::record::AssetRecord;
use crate::tables::Tables;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

fn known() -> &'static KnownReferences {
    static KNOWN: LazyLock<KnownReferences> = LazyLock::new(known_here);
    &KNOWN
}

fn known_here() -> KnownReferences {
    let tables = Tables::built_in().unwrap();
    let codes = |list: &[&str]| list.iter().map(|c| (*c).to_owned()).collect::<BTreeSet<_>>();
    KnownReferences {
        areas: [
            ("lsoa11".to_owned(), codes(&["E01000001", "E01000002", "E01000003"])),
            ("lsoa21".to_owned(), codes(&["E01000001", "E01000002", "E01000009"])),
        ]
        .into(),
        names: BTreeMap::new(),
        postcodes: [("M1 1AA".to_owned(), (-2.24, 53.48))].into(),
        needs: tables.need_words,
        kinds: tables.kind_words,
        least_precision: tables.least_precision.clone(),
        crosswalk: tables.crosswalk.clone(),
        bounds: Some([-2.6, 53.3, -1.9, 53.7]),
        largest: Vec::new(),
        released: BTreeMap::new(),
    }
}

fn run(kind: RecordKind, name: &str, text: &str, map: &str) -> Result<ImportedRecords, FileError> {
    let map = ImportMap::parse(map).unwrap();
    import(kind, &[SourceFile { name, bytes: text.as_bytes() }], &map, known())
}

fn assets(imported: &ImportedRecords) -> &[AssetRecord] {
    match &imported.records {
        RecordList::Assets(a) => a,
        other => panic!("{other:?}"),
    }
}

fn reasons(imported: &ImportedRecords) -> Vec<String> {
    imported.rejected.iter().map(ToString::to_string).collect()
}

fn collection(features: &str) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{features}]}}")
}

const BOW_TIE: &str = r#"{"type":"Feature","properties":{"LSOA21CD":"E01000002"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}"#;
const SQUARE: &str = r#"{"type":"Feature","properties":{"LSOA21CD":"E01000001","LSOA21NM":"One"},"geometry":{"type":"Polygon","coordinates":[[[0,0,7],[0.01,0,7],[0.01,0.01,7],[0,0.01,7],[0,0,7]]]}}"#;
