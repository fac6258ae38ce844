//! Coins that are the same for the same count and others for any other: the output of BLAKE3 under a secret key, as long as it is
//! asked for. Whoever has no key sees independent fair coins; whoever has it can make the same release again, byte by byte.

/// A secret key; whoever knows it and a noisy figure can tell which counts give that figure.
#[derive(Clone)]
pub struct CoinKey([u8; 32]);

impl CoinKey {
    /// From 32 bytes of the operating system's random source.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for CoinKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CoinKey(secret)")
    }
}

/// Fair bits, drawn one after the other.
#[derive(Debug)]
pub struct Coins {
    output: blake3::OutputReader,
    block: [u8; 64],
    /// Bits of the block that are spent.
    spent: usize,
}

impl Coins {
    /// The coins of what `parts` name. Parts are told apart: `["ab", "c"]` and `["a", "bc"]` have other coins.
    #[must_use]
    pub fn of(key: &CoinKey, parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new_keyed(&key.0);
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let output = hasher.finalize_xof();
        Self { output, block: [0; 64], spent: 512 }
    }

    /// The next `n` bits as a number; `n` is at most 128.
    pub fn bits(&mut self, n: u32) -> u128 {
        let mut number = 0;
        for _ in 0..n {
            number = number << 1 | u128::from(self.bit());
        }
        number
    }

    fn bit(&mut self) -> u8 {
        if self.spent == 512 {
            self.output.fill(&mut self.block);
            self.spent = 0;
        }
        let bit = self.block[self.spent / 8] >> (self.spent % 8) & 1;
        self.spent += 1;
        bit
    }

    /// A whole number from 0 to `below` − 1, each as likely as any other: numbers of as few bits as hold it are drawn until one is
    /// below. `below` is at least 1.
    pub fn below(&mut self, below: u128) -> u128 {
        let bits = u128::BITS - (below - 1).leading_zeros();
        loop {
            let number = self.bits(bits);
            if number < below {
                return number;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_has_the_same_coins_and_any_other_others() {
        let key = CoinKey::new([7; 32]);
        let first = |key: &CoinKey, parts: &[&[u8]]| Coins::of(key, parts).bits(128);
        assert_eq!(first(&key, &[b"ab", b"c"]), first(&key, &[b"ab", b"c"]));
        assert_ne!(first(&key, &[b"ab", b"c"]), first(&key, &[b"a", b"bc"]));
        assert_ne!(first(&key, &[b"ab", b"c"]), first(&CoinKey::new([8; 32]), &[b"ab", b"c"]));
        assert_eq!(format!("{key:?}"), "CoinKey(secret)");
    }

    #[test]
    fn every_number_below_comes_as_often() {
        let mut coins = Coins::of(&CoinKey::new([1; 32]), &[b"numbers"]);
        for below in [1, 2, 3, 10] {
            let mut seen = vec![0.0_f64; below];
            for _ in 0..20_000 {
                seen[coins.below(below as u128) as usize] += 1.0;
            }
            let expected = 20_000.0 / below as f64;
            let chi_square: f64 = seen.iter().map(|n| (n - expected).powi(2) / expected).sum();
            assert!(chi_square < 40.0, "{below}: {seen:?}");
        }
    }
}
