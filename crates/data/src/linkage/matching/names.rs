//! Whether two names say the same.

use std::collections::BTreeMap;
use strsim::jaro_winkler;

/// Words that a name has or leaves out without meaning another thing.
const FILLERS: [&str; 24] = [
    "a", "an", "and", "at", "by", "class", "classes", "club", "for", "from", "group", "groups", "in",
    "meeting", "of", "on", "s", "session", "sessions", "the", "to", "uk", "with", "ltd",
];

/// Words that say what something is and not which.
const GENERAL: [&str; 45] = [
    "allotment",
    "allotments",
    "bench",
    "cafe",
    "café",
    "cemetery",
    "centre",
    "chapel",
    "chemist",
    "children",
    "childrens",
    "church",
    "clinic",
    "coffee",
    "community",
    "garden",
    "gardens",
    "green",
    "gym",
    "hall",
    "health",
    "house",
    "leisure",
    "library",
    "medical",
    "methodist",
    "name",
    "no",
    "park",
    "parish",
    "pharmacy",
    "play",
    "playground",
    "pool",
    "post",
    "office",
    "practice",
    "pub",
    "school",
    "shop",
    "sports",
    "toddler",
    "toddlers",
    "village",
    "youth",
];

/// Ways to write one word.
const ALIKE: [(&str, &str); 16] = [
    ("center", "centre"),
    ("saint", "st"),
    ("street", "st"),
    ("road", "rd"),
    ("avenue", "ave"),
    ("comm", "community"),
    ("ctr", "centre"),
    ("surgery", "practice"),
    ("bros", "brothers"),
    ("mt", "mount"),
    ("recreation", "rec"),
    ("church", "ch"),
    ("primary", "pri"),
    ("coe", "ce"),
    ("wi", "institute"),
    ("u3a", "u3a"),
];

/// Words of so many letters may have a slip in them.
const SLIP_FROM: usize = 5;
/// How alike two such words must be.
const ALIKE_FROM: f64 = 0.92;

/// How two names compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameMatch {
    /// Every word of each is in the other, fillers aside.
    Same,
    /// The same but for slips of the key: or they are other words, as swing and sewing are.
    Similar,
    /// Every word of the shorter, at least two, is in the longer.
    Contained,
    /// Neither.
    Different,
}

/// The telling words of a name.
#[derive(Debug)]
pub(super) struct ComparedName {
    words: Vec<u32>,
    says: f64,
    is_general: bool,
}

impl ComparedName {
    /// Its words, as numbers.
    pub(super) fn words(&self) -> &[u32] {
        &self.words
    }

    /// How much it says, in bits: the rarer its words the more.
    pub(super) const fn says(&self) -> f64 {
        self.says
    }

    /// Whether it names a sort of thing, of which there may be two in a street, and no one thing.
    pub(super) const fn is_general(&self) -> bool {
        self.is_general
    }
}

/// All names, with their words numbered.
#[derive(Debug)]
pub(super) struct NameFrequencies {
    names: Vec<ComparedName>,
    words: Vec<String>,
}

impl NameFrequencies {
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut lists: Vec<Vec<u32>> = Vec::new();
        let mut counts: Vec<u32> = Vec::new();
        for name in names {
            let mut list: Vec<u32> = telling(name)
                .into_iter()
                .map(|word| {
                    let next = numbers.len() as u32;
                    *numbers.entry(word).or_insert(next)
                })
                .collect();
            list.sort_unstable();
            list.dedup();
            counts.resize(numbers.len(), 0);
            list.iter().for_each(|w| counts[*w as usize] += 1);
            lists.push(list);
        }
        let all = lists.len().max(1) as f64;
        let mut words = vec![String::new(); numbers.len()];
        for (word, number) in numbers {
            words[number as usize] = word;
        }
        let general: Vec<bool> = words.iter().map(|word| GENERAL.contains(&word.as_str())).collect();
        let names = lists
            .into_iter()
            .map(|words| {
                let says =
                    words.iter().map(|w| (all / f64::from(counts[*w as usize])).log2()).sum::<f64>() / 4.0;
                let is_general = words.iter().all(|w| general[*w as usize]);
                ComparedName { words, says, is_general }
            })
            .collect();
        Self { names, words }
    }

    pub(super) fn of(&self, listing: usize) -> &ComparedName {
        &self.names[listing]
    }

    pub(super) fn compare(&self, a: usize, b: usize) -> NameMatch {
        let (a, b) = (&self.names[a].words, &self.names[b].words);
        if a.is_empty() || b.is_empty() {
            return NameMatch::Different;
        }
        if a == b {
            return NameMatch::Same;
        }
        let has = |list: &[u32], word: u32| {
            list.binary_search(&word).is_ok() || list.iter().any(|w| self.alike(*w, word))
        };
        let a_in_b = a.iter().all(|w| has(b, *w));
        let b_in_a = b.iter().all(|w| has(a, *w));
        match (a_in_b, b_in_a) {
            // As many words: else two words would be taken for one.
            (true, true) if a.len() == b.len() => NameMatch::Similar,
            (true, _) if a.len() >= 2 => NameMatch::Contained,
            (_, true) if b.len() >= 2 => NameMatch::Contained,
            _ => NameMatch::Different,
        }
    }

    fn alike(&self, a: u32, b: u32) -> bool {
        let (a, b) = (&self.words[a as usize], &self.words[b as usize]);
        let letters = a.chars().count().min(b.chars().count());
        // A number is another number, and a plural of a short word is another word.
        let is_number = |w: &str| w.bytes().any(|c| c.is_ascii_digit());
        letters >= SLIP_FROM
            && !is_number(a)
            && !is_number(b)
            && a.chars().next() == b.chars().next()
            && jaro_winkler(a, b) >= ALIKE_FROM
    }
}

/// The words of a name that tell it from others.
fn telling(name: &str) -> Vec<String> {
    // `R&B` is one word; `Knit & Natter` are two with a filler between.
    let lower = name.to_lowercase().replace(" & ", " ").replace(" + ", " ").replace('&', "and");
    let plain: String = lower
        .chars()
        .filter(|c| !matches!(c, '\'' | '’' | '.'))
        .map(|c| match c {
            c if c.is_alphanumeric() => c,
            _ => ' ',
        })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let kept = words.iter().filter(|w| !FILLERS.contains(*w)).map(|w| {
        let same = ALIKE.iter().find(|(from, _)| from == w).map_or(*w, |(_, to)| to);
        same.to_owned()
    });
    let kept: Vec<String> = kept.collect();
    // A name of fillers alone is told by them.
    if kept.is_empty() { words.into_iter().map(str::to_owned).collect() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(a: &str, b: &str) -> NameMatch {
        NameFrequencies::new([a, b, "Hall", "Community Centre"].into_iter()).compare(0, 1)
    }

    #[test]
    fn names_that_say_the_same() {
        for (a, b) in [
            ("Community Garden at Hall", "COMMUNITY GARDEN, HALL"),
            ("Knit and Natter at St. Anne's", "Knit & Natter at Saint Annes group"),
            ("Bromley Cross Library", "Library, Bromley Cross"),
            ("Harpurhey Wellbeing Center", "Harpurhey Wellbeing Centre"),
            ("Womens Walking Group", "Women's walking"),
        ] {
            assert_eq!(compare(a, b), NameMatch::Same, "{a} / {b}");
        }
        assert_eq!(compare("Wellbeing Choir", "Welbeing Choir"), NameMatch::Similar);
        assert_eq!(compare("Sewing for all", "Swing for all"), NameMatch::Similar);
    }

    #[test]
    fn names_that_do_not() {
        for (a, b) in [
            ("Coffee Morning at Bromley Cross Library", "Knit and Natter at Bromley Cross Library"),
            ("Platt Chapel", "Platt Fields"),
            ("Group 1", "Group 2"),
            ("Unit 12 Boxing", "Unit 14 Boxing"),
            ("Hall", "Church Hall"),
            ("Men's Shed", "Women's Shed"),
        ] {
            assert_eq!(compare(a, b), NameMatch::Different, "{a} / {b}");
        }
        assert_eq!(compare("Moss Side Library", "Moss Side Powerhouse Library"), NameMatch::Contained);
    }
}
