//! What the town's files do not say of themselves, as a user would write it.

macro_rules! made_up {
    ($source:literal, $rest:literal) => {
        concat!(
            "source = \"",
            $source,
            "\"\nlicence = \"CC0-1.0\"\nattribution = \"Doggerby is made up: nobody lives there\"\n",
            $rest
        )
    };
}

pub(super) const NEIGHBOURHOODS: &str = made_up!(
    "made-up-neighbourhoods",
    "geography = \"doggerby\"\nlabel = \"Neighbourhoods of Doggerby (made up)\"\n"
);
pub(super) const POPULATION: &str = made_up!("made-up-population", "geography = \"doggerby\"\n");
pub(super) const DEPRIVATION: &str = made_up!("made-up-deprivation", "geography = \"doggerby\"\n");
pub(super) const POSTCODES: &str = made_up!("made-up-postcodes", "");
pub(super) const ASSETS: &str = made_up!("made-up-listings", "");
pub(super) const GREEN_SPACES: &str = made_up!("made-up-green-spaces", "");
pub(super) const DEMAND: &str =
    made_up!("made-up-referrals", "geography = \"doggerby\"\nbasis = \"synthetic\"\n");
