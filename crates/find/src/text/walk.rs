//! Posting lists, walked all at once and forwards: the next listing that fits, and how well. Nothing is made that is as long
//! as the list of all listings, and of two words the rarer says which listings of the other are looked at.

use super::TextField;
use std::cmp::Ordering;
use std::rc::Rc;

/// What finds a listing by its own words too is nearer than what only answers the same need: this much of the lesser counts.
const TOO: f32 = 0.25;

/// So many lists are walked side by side; more of them, as of a word typed in part, are made one first.
const SIDE_BY_SIDE: usize = 8;

/// Listings in rising order, each with how well it fits, above 0.
#[derive(Debug, Clone)]
pub(super) enum PostingWalk<'a> {
    /// What has a word: worth more or less by the field that it stands in.
    Word { rest: &'a [(u32, TextField)], worth: [f32; TextField::COUNT] },
    /// What is in a list, all worth the same.
    Listed { rest: &'a [u32], worth: f32 },
    /// Listings and what they are worth, from a position on.
    Scored { all: Rc<[(u32, f32)]>, at: usize },
    /// What any has: worth the best.
    Any(Vec<Self>),
    /// What all have, of one at least: worth the sum, in this order.
    All(Vec<Self>),
    /// What either has: worth the better, and a part of the other.
    Either(Box<[Self; 2]>),
}

impl<'a> PostingWalk<'a> {
    /// What any of these has, worth the best.
    pub(super) fn any(mut lists: Vec<Self>) -> Self {
        if lists.len() <= SIDE_BY_SIDE {
            return if lists.len() == 1 { lists.remove(0) } else { Self::Any(lists) };
        }
        let mut all: Vec<(u32, f32)> = lists.into_iter().flat_map(Self::listings).collect();
        // Sorting keeps runs that are in order as they are, and merges them.
        all.sort_by_key(|(listing, _)| *listing);
        all.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.max(next.1);
            }
            same
        });
        Self::Scored { all: all.into(), at: 0 }
    }

    /// What has all of these, of one at least, worth the sum.
    pub(super) fn all(mut parts: Vec<Self>) -> Self {
        if parts.len() == 1 { parts.remove(0) } else { Self::All(parts) }
    }

    /// What has all of these, of one at least; without any, what has the most of them.
    pub(super) fn all_or_most(mut parts: Vec<Self>) -> Self {
        let all = Self::all(parts.clone());
        if all.clone().next(0).is_some() {
            return all;
        }
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some(listing) = parts.iter_mut().filter_map(|part| part.next(from)).map(|next| next.0).min()
        {
            let worth = parts.iter_mut().filter_map(|part| part.worth(listing));
            let (count, sum) = worth.fold((0, 0.0), |(count, sum), worth| (count + 1, sum + worth));
            found.push((listing, sum, count));
            from = listing + 1;
        }
        let most = found.iter().map(|f| f.2).max();
        let all = found.into_iter().filter(|f| Some(f.2) == most).map(|(listing, sum, _)| (listing, sum));
        Self::Scored { all: all.collect(), at: 0 }
    }

    /// The first listing from this one on, and how well it fits. What is asked for later is the same or comes later.
    pub(super) fn next(&mut self, from: u32) -> Option<(u32, f32)> {
        match self {
            Self::Word { rest, worth } => {
                *rest = &rest[before(rest, |(listing, _)| *listing < from)..];
                rest.first().map(|&(listing, field)| (listing, worth[field as usize]))
            }
            Self::Listed { rest, worth } => {
                *rest = &rest[before(rest, |listing| *listing < from)..];
                rest.first().map(|&listing| (listing, *worth))
            }
            Self::Scored { all, at } => {
                *at += before(&all[*at..], |(listing, _)| *listing < from);
                all.get(*at).copied()
            }
            Self::Any(lists) => {
                lists.iter_mut().filter_map(|list| list.next(from)).reduce(|a, b| match a.0.cmp(&b.0) {
                    Ordering::Less => a,
                    Ordering::Equal => (a.0, a.1.max(b.1)),
                    Ordering::Greater => b,
                })
            }
            Self::Either(two) => match two.as_mut().each_mut().map(|walk| walk.next(from)) {
                [Some(a), Some(b)] => Some(match a.0.cmp(&b.0) {
                    Ordering::Less => a,
                    Ordering::Equal => (a.0, a.1.max(b.1) + TOO * a.1.min(b.1)),
                    Ordering::Greater => b,
                }),
                [a, b] => a.or(b),
            },
            Self::All(parts) => {
                let mut from = from;
                loop {
                    let (mut at, mut sum) = (from, 0.0);
                    for part in &mut *parts {
                        let (listing, worth) = part.next(at)?;
                        (at, sum) = (listing, sum + worth);
                    }
                    // The first of them, at least, has not been asked about a listing that came up later.
                    if at == from {
                        return Some((at, sum));
                    }
                    from = at;
                }
            }
        }
    }

    /// How well a listing fits, if it does. What is asked for later is the same or comes later.
    pub(super) fn worth(&mut self, listing: u32) -> Option<f32> {
        self.next(listing).filter(|next| next.0 == listing).map(|next| next.1)
    }

    /// All of them and how well they fit.
    pub(super) fn listings(mut self) -> impl Iterator<Item = (u32, f32)> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let next = self.next(from)?;
            from = next.0 + 1;
            Some(next)
        })
    }
}

/// How many at the front come before: looked for in steps that double, since it is mostly few.
fn before<T>(list: &[T], comes_before: impl Fn(&T) -> bool) -> usize {
    let mut step = 1;
    while list.get(step - 1).is_some_and(&comes_before) {
        step *= 2;
    }
    let known = step / 2;
    known + list[known..list.len().min(step)].partition_point(comes_before)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTINGS: u32 = 40;

    /// Numbers that look random and are the same in every run.
    struct Sequence(u64);

    impl Sequence {
        fn below(&mut self, below: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % below
        }
    }

    /// How well every listing fits, worked out for each by itself; 0 where it does not.
    fn expected(walk: &PostingWalk<'_>) -> Vec<f32> {
        let mut all = vec![0.0; LISTINGS as usize];
        let each = |walks: &[PostingWalk<'_>]| -> Vec<Vec<f32>> {
            let of: Vec<Vec<f32>> = walks.iter().map(expected).collect();
            (0..LISTINGS as usize).map(|listing| of.iter().map(|worths| worths[listing]).collect()).collect()
        };
        let best = |worths: &Vec<f32>| worths.iter().copied().fold(0.0, f32::max);
        match walk {
            PostingWalk::Word { rest, worth } => {
                rest.iter().for_each(|&(listing, field)| all[listing as usize] = worth[field as usize]);
            }
            PostingWalk::Listed { rest, worth } => {
                rest.iter().for_each(|&listing| all[listing as usize] = *worth)
            }
            PostingWalk::Scored { all: scored, .. } => {
                scored.iter().for_each(|&(listing, worth)| all[listing as usize] = worth);
            }
            PostingWalk::Any(lists) => all = each(lists).iter().map(best).collect(),
            PostingWalk::Either(two) => {
                let worth = |both: &Vec<f32>| best(both) + TOO * both[0].min(both[1]);
                all = each(two.as_ref()).iter().map(worth).collect();
            }
            PostingWalk::All(parts) => {
                let sum = |worths: &Vec<f32>| worths.iter().fold(0.0, |sum, worth| sum + worth);
                let worth = |worths: &Vec<f32>| if worths.contains(&0.0) { 0.0 } else { sum(worths) };
                all = each(parts).iter().map(worth).collect();
            }
        }
        all
    }

    #[test]
    fn lists_walked_together_give_what_each_listing_has_by_itself() {
        let mut next = Sequence(5);
        for _ in 0..300 {
            let postings: Vec<Vec<(u32, TextField)>> = (0..12)
                .map(|_| {
                    let often = 1 + next.below(6);
                    let listings: Vec<u32> = (0..LISTINGS).filter(|_| next.below(6) < often).collect();
                    listings.into_iter().map(|at| (at, TextField::ALL[next.below(4) as usize])).collect()
                })
                .collect();
            let listed: Vec<u32> = postings[11].iter().map(|p| p.0).collect();
            let word = |at: usize| PostingWalk::Word {
                rest: &postings[at],
                worth: [0.25, 0.5, 0.75, at as f32 + 1.0],
            };
            let words = |from: usize, to: usize| (from..to).map(word).collect::<Vec<_>>();
            let need = PostingWalk::Listed { rest: &listed, worth: 0.5 };
            let phrase = PostingWalk::Either(Box::new([PostingWalk::All(words(0, 2)), need.clone()]));
            let many = PostingWalk::any(words(0, 10));
            assert!(matches!(many, PostingWalk::Scored { .. }));
            assert_eq!(expected(&many), expected(&PostingWalk::Any(words(0, 10))));
            let parts = vec![phrase, PostingWalk::Any(words(2, 5)), many];
            for walk in
                [PostingWalk::all(parts.clone()), PostingWalk::any(vec![need]), PostingWalk::any(vec![])]
            {
                let expected = expected(&walk);
                let mut walked = vec![0.0; LISTINGS as usize];
                walk.clone().listings().for_each(|(listing, worth)| walked[listing as usize] = worth);
                assert_eq!(walked, expected);
                let mut asked = walk;
                for listing in (0..LISTINGS).filter(|_| next.below(2) == 0) {
                    assert_eq!(asked.worth(listing).unwrap_or(0.0), expected[listing as usize]);
                }
            }
            let counts: Vec<Vec<f32>> = parts.iter().map(expected).collect();
            let found = |at: usize| counts.iter().filter(|part| part[at] > 0.0).count();
            let most = (0..LISTINGS as usize).map(found).max().unwrap();
            for (listing, worth) in PostingWalk::all_or_most(parts).listings() {
                assert_eq!(found(listing as usize), most);
                assert_eq!(worth, counts.iter().fold(0.0, |sum, part| sum + part[listing as usize]));
            }
        }
    }

    #[test]
    fn as_many_come_before_as_by_counting() {
        for length in 0..40 {
            let list: Vec<u32> = (0..length).map(|n| n * 2).collect();
            for from in 0..90 {
                let counted = list.iter().filter(|n| **n < from).count();
                assert_eq!(before(&list, |n| *n < from), counted, "{from} in {length}");
            }
        }
    }
}
