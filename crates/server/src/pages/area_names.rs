//! What names of areas have in common, and what is left of them without it: `Bath and North East Somerset 016` is 016 on a map of
//! Bath and North East Somerset.

fn common<'a>(mut names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let Some(first) = names.next() else { return Vec::new() };
    let mut common: Vec<&str> = first.split_whitespace().collect();
    let mut several = false;
    for name in names {
        several = true;
        let same = common.iter().zip(name.split_whitespace()).take_while(|(a, b)| **a == *b).count();
        common.truncate(same);
    }
    if several { common } else { Vec::new() }
}

/// The words that all names begin with, without numbers; none of a single name.
pub(super) fn common_words<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let numbered = |word: &&str| word.chars().all(|c| c.is_ascii_digit());
    common(names).into_iter().filter(|word| !numbered(word)).collect::<Vec<_>>().join(" ")
}

/// Each name without the words that all begin with, where something is left of each.
pub(super) fn short_names<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let count = common(names.iter().copied()).len();
    let short = |name: &&'a str| {
        let mut rest = *name;
        for _ in 0..count {
            rest = rest.trim_start().split_once(char::is_whitespace)?.1;
        }
        Some(rest.trim())
    };
    names.iter().map(short).collect::<Option<Vec<_>>>().unwrap_or_else(|| names.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_called_what_its_areas_have_in_common() {
        let of = |names: &[&str]| common_words(names.iter().copied());
        let bath = ["Bath and North East Somerset 001", "Bath and North East Somerset 002"];
        assert_eq!(of(&bath), "Bath and North East Somerset");
        assert_eq!(of(&["Old Lamp", "Netloft"]), "");
        assert_eq!(of(&["Only one"]), "", "one neighbourhood is not a place of several");
        assert_eq!(of(&[]), "");
    }

    #[test]
    fn a_map_says_what_tells_areas_apart() {
        assert_eq!(short_names(&["Bolton 001", "Bolton 002"]), ["001", "002"]);
        assert_eq!(short_names(&["Bolton 001", "Bury 002"]), ["Bolton 001", "Bury 002"]);
        assert_eq!(
            short_names(&["Leeds", "Leeds North"]),
            ["Leeds", "Leeds North"],
            "nothing is left nameless"
        );
        assert_eq!(short_names(&[]), [""; 0]);
    }
}
