//! Any sequence of changes behaves like one on a map.

use super::*;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Replace(u8, u8, Vec<u8>, BTreeMap<String, Vec<u8>>),
    Remove(u8, u8),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let records = prop::collection::btree_map("[a-z]{0,3}", prop::collection::vec(any::<u8>(), 0..40), 0..30);
    let header = prop::collection::vec(any::<u8>(), 0..4);
    prop_oneof![
        6 => (0..2_u8, 0..3_u8, header, records).prop_map(|(k, s, h, r)| Step::Replace(k, s, h, r)),
        2 => (0..2_u8, 0..3_u8).prop_map(|(k, s)| Step::Remove(k, s)),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn behaves_like_a_map_of_sources(steps in prop::collection::vec(step(), 1..12)) {
        let (dir, mut store) = store();
        let (mut model, mut revision) = (Model::new(), 0);
        for step in steps {
            match step {
                Step::Replace(kind, source, header, records) => {
                    let (kind, source) = (format!("kind{kind}"), format!("source{source}"));
                    let key = (kind.clone(), source.clone());
                    let next = (header.clone(), records.clone());
                    let changed = model.get(&key) != Some(&next);
                    revision += u64::from(changed);
                    let change = store.replace_source(&kind, &source, &header, records.into_iter().collect()).unwrap();
                    prop_assert_eq!(change != StoreChange::Unchanged, changed);
                    model.insert(key, next);
                }
                Step::Remove(kind, source) => {
                    let (kind, source) = (format!("kind{kind}"), format!("source{source}"));
                    revision += u64::from(model.remove(&(kind.clone(), source.clone())).is_some());
                    store.remove_source(&kind, &source).unwrap();
                }
                Step::Reopen => {
                    drop(store);
                    store = Store::open(&dir.path().join("place.store")).unwrap();
                }
            }
            prop_assert_eq!(&holds(&store), &model);
            prop_assert_eq!(store.revision(), revision);
        }
        prop_assert!(store.check().problems.is_empty());
    }
}
