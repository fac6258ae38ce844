//! Posting lists, walked all at once and forwards: the next listing that fits, and how well. Nothing is made that is as long
//! as the list of all listings, and of two words the rarer says which listings of the other are looked at.

use super::Field;
use std::rc::Rc;

/// What finds a listing by its own words too is nearer than what only answers the same need: this much of the lesser counts.
const TOO: f32 = 0.25;

/// So many lists are walked side by side; more of them, as of a word typed in part, are made one first.
const SIDE_BY_SIDE: usize = 8;

/// Listings in rising order, each with how well it fits, above 0.
#[derive(Debug, Clone)]
pub(super) enum Walk<'a> {
    /// What has a word: worth more or less by the field that it stands in.
    Word { rest: &'a [(u32, Field)], worth: [f32; Field::COUNT] },
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

impl<'a> Walk<'a> {
    /// What any of these has, worth the best.
    pub(super) fn any(lists: Vec<Self>) -> Self {
        if lists.len() <= SIDE_BY_SIDE {
            return Self::Any(lists);
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

    /// What has all of these, worth the sum; without any, what has the most of them.
    pub(super) fn all_or_most(parts: Vec<Self>) -> Self {
        let mut all = Self::All(parts.clone());
        if all.seek(0).is_some() {
            return all;
        }
        let mut parts = parts;
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some(listing) = first(&mut parts, from) {
            let worth = parts.iter_mut().map(|part| part.worth(listing));
            let (count, sum) =
                worth.fold((0, 0.0), |(count, sum), worth| (count + usize::from(worth > 0.0), sum + worth));
            found.push((listing, sum, count));
            from = listing + 1;
        }
        let most = found.iter().map(|f| f.2).max();
        let all = found.into_iter().filter(|f| Some(f.2) == most).map(|(listing, sum, _)| (listing, sum));
        Self::Scored { all: all.collect(), at: 0 }
    }

    /// The first listing from this one on. What is asked for later is the same or comes later.
    pub(super) fn seek(&mut self, from: u32) -> Option<u32> {
        match self {
            Self::Word { rest, .. } => {
                *rest = &rest[before(rest, |(listing, _)| *listing < from)..];
                rest.first().map(|(listing, _)| *listing)
            }
            Self::Listed { rest, .. } => {
                *rest = &rest[before(rest, |listing| *listing < from)..];
                rest.first().copied()
            }
            Self::Scored { all, at } => {
                *at += before(&all[*at..], |(listing, _)| *listing < from);
                all.get(*at).map(|(listing, _)| *listing)
            }
            Self::Any(lists) => first(lists, from),
            Self::Either(two) => first(two.as_mut(), from),
            Self::All(parts) => {
                let mut at = from;
                loop {
                    let next = parts.iter_mut().try_fold(at, |at, part| part.seek(at))?;
                    if next == at {
                        return Some(at);
                    }
                    at = next;
                }
            }
        }
    }

    /// How well a listing fits, 0 if it does not. What is asked for later is the same or comes later.
    pub(super) fn worth(&mut self, listing: u32) -> f32 {
        let asks_each = matches!(self, Self::Any(_) | Self::Either(_));
        if !asks_each && self.seek(listing) != Some(listing) {
            return 0.0;
        }
        match self {
            Self::Any(lists) => lists.iter_mut().map(|list| list.worth(listing)).fold(0.0, f32::max),
            Self::Either(two) => {
                let [a, b] = two.as_mut().each_mut().map(|walk| walk.worth(listing));
                a.max(b) + TOO * a.min(b)
            }
            Self::Word { rest, worth } => worth[rest[0].1 as usize],
            Self::Listed { worth, .. } => *worth,
            Self::Scored { all, at } => all[*at].1,
            Self::All(parts) => parts.iter_mut().map(|part| part.worth(listing)).sum(),
        }
    }

    /// All of them and how well they fit.
    pub(super) fn listings(mut self) -> impl Iterator<Item = (u32, f32)> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let listing = self.seek(from)?;
            from = listing + 1;
            Some((listing, self.worth(listing)))
        })
    }
}

/// The first listing of any.
fn first(walks: &mut [Walk<'_>], from: u32) -> Option<u32> {
    walks.iter_mut().filter_map(|walk| walk.seek(from)).min()
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
