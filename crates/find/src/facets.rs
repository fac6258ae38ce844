//! How many listings each further condition would leave.

use crate::ask::{Ask, Condition, Failed, Open};
use crate::listing::Facts;
use chrono::{NaiveDate, NaiveDateTime};
use hereabouts_core::schedule::DAY;
use std::collections::{BTreeMap, HashMap};

/// Counts of listings that would fit if the one condition were set so and all others stayed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// By position of the need.
    pub needs: BTreeMap<usize, usize>,
    /// By position of the kind.
    pub kinds: BTreeMap<usize, usize>,
    /// By language, in lower case.
    pub languages: BTreeMap<String, usize>,
    /// With a session that starts on the day, Monday first.
    pub days: [usize; 7],
    /// Free.
    pub free: usize,
    /// Known to be step-free.
    pub step_free: usize,
    /// Online, by telephone or national.
    pub remote: usize,
    /// Courses of fixed length.
    pub courses: usize,
    /// Ongoing.
    pub ongoing: usize,
    /// Somebody meets newcomers.
    pub welcome: usize,
    /// On now.
    pub open_now: usize,
    /// With a session that starts within seven days.
    pub open_week: usize,
}

/// Counts while listings go by.
#[derive(Debug)]
pub(crate) struct Tally<'a> {
    counts: Facets,
    /// By position of the need.
    needs: [usize; u64::BITS as usize],
    /// By position of the kind.
    kinds: Vec<usize>,
    /// By language, as written.
    languages: HashMap<&'a str, usize>,
    /// Hours and day that the days are counted for.
    hours: (u16, u16),
    today: NaiveDate,
    now: NaiveDateTime,
}

impl<'a> Tally<'a> {
    pub(crate) fn new(ask: &Ask) -> Self {
        let (hours, today) = ask.when.map_or(((0, DAY), NaiveDate::MIN), |w| ((w.from, w.to), w.today));
        Self {
            counts: Facets::default(),
            needs: [0; u64::BITS as usize],
            kinds: Vec::new(),
            languages: HashMap::new(),
            hours,
            today,
            now: ask.now,
        }
    }

    pub(crate) fn count(&mut self, facts: &'a Facts, failed: Failed) {
        // What fails two conditions is left by no single change, and no facet is of words.
        if !failed.none() && failed.only().is_none_or(|only| only == Condition::Text) {
            return;
        }
        let of = &mut self.counts;
        if failed.none_but(Condition::Need) {
            let mut left = facts.needs;
            while left != 0 {
                self.needs[left.trailing_zeros() as usize] += 1;
                left &= left - 1;
            }
        }
        if failed.none_but(Condition::Kind) {
            if self.kinds.len() <= facts.kind {
                self.kinds.resize(facts.kind + 1, 0);
            }
            self.kinds[facts.kind] += 1;
        }
        if failed.none_but(Condition::Language) {
            for language in &facts.languages {
                *self.languages.entry(language).or_default() += 1;
            }
        }
        if let (true, Some(timetable)) = (failed.none_but(Condition::When), &facts.timetable) {
            let days = timetable.weekdays(self.hours.0, self.hours.1, self.today);
            for (day, count) in of.days.iter_mut().enumerate() {
                *count += usize::from(days >> day & 1);
            }
        }
        if failed.none_but(Condition::Open) {
            of.open_now += usize::from(facts.is_open(Open::Now, self.now));
            of.open_week += usize::from(facts.is_open(Open::Week, self.now));
        }
        let add = |count: &mut usize, condition, holds: bool| {
            *count += usize::from(failed.none_but(condition) && holds)
        };
        add(&mut of.free, Condition::Cost, facts.cost_from == Some(0.0));
        add(&mut of.step_free, Condition::StepFree, facts.step_free == Some(true));
        add(&mut of.remote, Condition::Remote, facts.is_remote());
        add(&mut of.courses, Condition::Course, facts.course == Some(true));
        add(&mut of.ongoing, Condition::Course, facts.course == Some(false));
        add(&mut of.welcome, Condition::Welcome, facts.welcome == Some(true));
    }

    pub(crate) fn facets(self) -> Facets {
        let counted = |counts: &[usize]| counts.iter().copied().enumerate().filter(|c| c.1 > 0).collect();
        let mut languages = BTreeMap::new();
        for (language, count) in self.languages {
            *languages.entry(language.to_lowercase()).or_default() += count;
        }
        Facets { needs: counted(&self.needs), kinds: counted(&self.kinds), languages, ..self.counts }
    }
}
