//! From figures to places on a line that begins at zero.

/// A line from zero to a round number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::pages) struct Scale {
    step: f64,
    steps: usize,
}

/// Marks on a line, at most.
const MOST_MARKS: f64 = 5.0;

impl Scale {
    /// The shortest line with round marks that holds `most`.
    pub(in crate::pages) fn to(most: f64) -> Self {
        let most = if most.is_finite() && most > 0.0 { most } else { 1.0 };
        let power = 10_f64.powf((most / MOST_MARKS).log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].map(|of| of * power).into_iter().find(|s| s * MOST_MARKS >= most * 0.999);
        let step = step.unwrap_or(10.0 * power);
        Self { step, steps: (most / step).ceil().max(1.0) as usize }
    }

    /// All of a whole: 0 to 100 %.
    pub(in crate::pages) const fn of_shares() -> Self {
        Self { step: 0.25, steps: 4 }
    }

    /// The end of the line.
    pub(in crate::pages) fn end(self) -> f64 {
        self.step * self.steps as f64
    }

    /// Where a figure stands, from 0 to 1.
    pub(in crate::pages) fn at(self, value: f64) -> f64 {
        (value / self.end()).clamp(0.0, 1.0)
    }

    /// Its marks.
    pub(in crate::pages) fn marks(self) -> impl Iterator<Item = f64> {
        (0..=self.steps).map(move |at| self.step * at as f64)
    }
}
