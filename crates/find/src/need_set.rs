//! Which needs a listing answers.

/// Positions of needs, as many as the table has. The first 64 stand in the listing itself: tables are rarely longer, and a
/// search asks this of every listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NeedSet {
    first: u64,
    /// 64 a word, from position 64 on; no word for what is not there.
    further: Box<[u64]>,
}

const BITS: usize = u64::BITS as usize;

impl NeedSet {
    /// Whether the need at this position is answered; of positions beyond the table none is.
    #[must_use]
    pub fn contains(&self, need: usize) -> bool {
        let word = match need.checked_sub(BITS) {
            None => self.first,
            Some(further) => self.further.get(further / BITS).copied().unwrap_or(0),
        };
        word >> (need % BITS) & 1 == 1
    }

    /// The positions, rising.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        [self.first].into_iter().chain(self.further.iter().copied()).enumerate().flat_map(|(at, word)| {
            let left = std::iter::successors(Some(word), |left| Some(left & left.wrapping_sub(1)));
            left.take_while(|left| *left != 0).map(move |left| at * BITS + left.trailing_zeros() as usize)
        })
    }
}

impl FromIterator<usize> for NeedSet {
    fn from_iter<I: IntoIterator<Item = usize>>(needs: I) -> Self {
        let (mut first, mut further) = (0, Vec::new());
        for need in needs {
            let word = match need.checked_sub(BITS) {
                None => &mut first,
                Some(beyond) => {
                    let at = beyond / BITS;
                    further.resize(further.len().max(at + 1), 0);
                    &mut further[at]
                }
            };
            *word |= 1 << (need % BITS);
        }
        Self { first, further: further.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_was_put_in_on_either_side_of_a_word() {
        for needs in [vec![], vec![0], vec![63], vec![64], vec![3, 63, 64, 69, 127, 128, 200]] {
            let set: NeedSet = needs.iter().rev().copied().collect();
            assert_eq!(set.iter().collect::<Vec<_>>(), needs);
            assert!((0..300).all(|need| set.contains(need) == needs.contains(&need)), "{needs:?}");
        }
    }
}
