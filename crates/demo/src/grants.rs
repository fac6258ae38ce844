//! Who pays for the town's groups.

use super::assets::MadeUpAsset;
use super::people::MadeUpArea;
use super::random::SeededRandom;

/// One grant in four groups, about.
const CHANCE: f64 = 0.25;

const FUNDERS: [(&str, &str, &str); 3] = [
    ("MADEUP-council", "Doggerby Town Council (made up)", "Neighbourhood Fund"),
    ("MADEUP-foundation", "Dogger Bank Community Foundation (made up)", "Small Grants"),
    ("MADEUP-health", "Doggerby Health Partnership (made up)", "Social Prescribing Fund"),
];

/// Column titles of the 360Giving Data Standard.
pub(super) const HEADER: &str = "Identifier,Title,Currency,Amount Awarded,Award Date,Planned Dates:Start Date,\
    Planned Dates:End Date,Planned Dates:Duration (months),Recipient Org:Identifier,Recipient Org:Name,\
    Beneficiary Location:Name,Beneficiary Location:Geographic Code,Funding Org:Identifier,Funding Org:Name,\
    Grant Programme:Title";

/// Rows under [`HEADER`]: grants to the organisers of groups, for the neighbourhood that each meets in.
pub(super) fn grants(seed: u64, assets: &[MadeUpAsset], town: &[MadeUpArea]) -> Vec<Vec<String>> {
    let mut random = SeededRandom::part(seed, 6);
    let mut rows = Vec::new();
    for group in assets.iter().filter(|asset| asset.kind == "group") {
        if !random.chance(CHANCE) {
            continue;
        }
        let Some(home) = town.iter().find(|n| n.land.contains(group.at)) else { continue };
        let (funder_id, funder, programme) = random.pick(&FUNDERS);
        let (year, month) = (2022 + random.below(4), 1 + random.below(12));
        let amount = 250 * (1 + random.below(30));
        let number = rows.len() + 1;
        rows.push(vec![
            format!("360G-doggerby-{number:04}"),
            format!("Grant to {}", group.name),
            "GBP".into(),
            amount.to_string(),
            format!("{year}-{month:02}-15"),
            format!("{}-04-01", year + 1),
            format!("{}-03-31", year + 2),
            "12".into(),
            format!("360G-doggerby-org-{}", group.id),
            group.name.clone(),
            home.name.into(),
            home.code.clone(),
            funder_id.into(),
            funder.into(),
            programme.into(),
        ]);
    }
    rows
}
