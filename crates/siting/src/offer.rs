//! What a candidate adds to whom, as the two steps share it out: the same formula as of what exists.

use hereabouts_core::decay::Decay;
use hereabouts_core::metric::two_step::offered;
use hereabouts_core::travel::TravelTimes;
use hereabouts_core::units::Minutes;

/// What is needed to share places out: who asks how much, how far people go.
#[derive(Debug, Clone, Copy)]
pub struct Sharing<'a, T> {
    /// Ways between the places of candidates and origins.
    pub travel: &'a T,
    /// Demand of each origin, everybody's, whoever the plan is for.
    pub demand: &'a [f64],
    /// How providers count within the catchment.
    pub decay: &'a Decay,
    /// The catchment.
    pub limit: Minutes,
    /// The most places that one unit of demand is offered.
    pub cap: f64,
}

impl<T: TravelTimes> Sharing<'_, T> {
    /// For each of these positions of the travel's assets, origins and the access that so many places there add to each.
    #[must_use]
    pub fn access_of(&self, at: &[(usize, f64)]) -> Vec<Vec<(u32, f64)>> {
        let mut access = vec![Vec::new(); at.len()];
        let assets: Vec<usize> = at.iter().map(|a| a.0).collect();
        self.travel.reach_each(&assets, self.limit, |nth, origins, minutes| {
            self.decay.weigh(minutes, self.limit);
            let reached = || origins.iter().zip(minutes.iter());
            let weighted: f64 = reached().map(|(&i, weight)| weight * self.demand[i as usize]).sum();
            if let Some(ratio) = offered(at[nth].1, weighted, self.cap) {
                access[nth] =
                    reached().map(|(&i, weight)| (i, weight * ratio)).filter(|e| e.1 > 0.0).collect();
            }
        });
        access
    }
}
