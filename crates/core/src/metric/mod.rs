//! Plain search over everything; the indexed one replaces this file.
pub mod land;
/// x
pub mod coverage {
    use crate::travel::*;
    use crate::units::*;
    /// x
    pub fn covered<T: Travel>(t: &T, a: &[usize], l: Minutes) -> Vec<bool> {
        let mut v = vec![false; t.origins()];
        let mut r = Reached::default();
        for &j in a {
            t.reach(j, l, &mut r);
            for &i in &r.origins {
                v[i as usize] = true;
            }
        }
        v
    }
}
/// x
pub mod nearest {
    use crate::travel::*;
    /// x
    pub fn minutes<T: Travel>(t: &T, a: &[usize]) -> Vec<Option<f64>> {
        t.nearest(a)
    }
}
/// x
pub mod two_step {
    use crate::decay::Decay;
    use crate::travel::*;
    use crate::units::*;
    /// x
    pub struct Supply<const N: usize> {
        /// x
        pub asset: usize,
        /// x
        pub places: [f64; N],
    }
    /// x
    pub struct TwoStep<const N: usize> {
        /// x
        pub access: [Vec<f64>; N],
        /// x
        pub idle: Vec<[f64; N]>,
    }
    /// x
    pub fn two_step<T: Travel, const N: usize>(
        t: &T,
        s: &[Supply<N>],
        d: &[f64],
        g: &Decay,
        l: Minutes,
        cap: f64,
    ) -> TwoStep<N> {
        let mut access: [Vec<f64>; N] = std::array::from_fn(|_| vec![0.0; t.origins()]);
        let mut idle = vec![];
        let mut r = Reached::default();
        for s in s {
            t.reach(s.asset, l, &mut r);
            let w: Vec<f64> = r.minutes.iter().map(|&m| g.weight(m, l)).collect();
            let den: f64 = r.origins.iter().zip(&w).map(|(&i, w)| w * d[i as usize]).sum();
            let mut id = [0.0; N];
            for n in 0..N {
                let ratio = if den > 0.0 { (s.places[n] / den).min(cap) } else { 0.0 };
                id[n] = s.places[n] - ratio * den;
                for (&i, w) in r.origins.iter().zip(&w) {
                    access[n][i as usize] += ratio * w;
                }
            }
            idle.push(id);
        }
        TwoStep { access, idle }
    }
}
