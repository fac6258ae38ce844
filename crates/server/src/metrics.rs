//! Figures for the operator, in the Prometheus text format. Labels are route templates: never a path, which may hold what
//! somebody looked for.

use hereabouts_engine::snapshot::Snapshot;
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};
use std::time::Duration;

/// Counters of one server.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Option<IntCounterVec>,
    seconds: Option<HistogramVec>,
    revision: Option<IntGauge>,
    assets: Option<IntGauge>,
    areas: Option<IntGauge>,
}

impl Metrics {
    /// All at nothing.
    #[must_use]
    pub(crate) fn new() -> Self {
        let registry = Registry::new();
        // Making one fails on a name that is no name or is taken; the names stand here and a test reads each back.
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help).ok()?;
            registry.register(Box::new(gauge.clone())).ok()?;
            Some(gauge)
        };
        let requests = || {
            let opts = Opts::new("hereabouts_requests_total", "Requests answered");
            let counter = IntCounterVec::new(opts, &["method", "route", "status"]).ok()?;
            registry.register(Box::new(counter.clone())).ok()?;
            Some(counter)
        };
        let seconds = || {
            let opts = HistogramOpts::new("hereabouts_request_seconds", "Seconds until an answer begins")
                .buckets(vec![0.001, 0.002, 0.005, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]);
            let histogram = HistogramVec::new(opts, &["route"]).ok()?;
            registry.register(Box::new(histogram.clone())).ok()?;
            Some(histogram)
        };
        Self {
            requests: requests(),
            seconds: seconds(),
            revision: gauge("hereabouts_revision", "Revision of the store answered from"),
            assets: gauge("hereabouts_assets", "Assets in the study"),
            areas: gauge("hereabouts_areas", "Areas in the study, of all geographies"),
            registry,
        }
    }

    /// One request answered.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        if let Some(requests) = &self.requests {
            requests.with_label_values(&[method, route, &status.to_string()]).inc();
        }
        if let Some(seconds) = &self.seconds {
            seconds.with_label_values(&[route]).observe(took.as_secs_f64());
        }
    }

    /// All of them, as text, with what is true of the snapshot in use.
    ///
    /// # Errors
    /// When the text cannot be written.
    pub(crate) fn text(&self, snapshot: &Snapshot) -> Result<String, prometheus::Error> {
        self.set_gauges(snapshot);
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }

    fn set_gauges(&self, snapshot: &Snapshot) {
        let set = |gauge: &Option<IntGauge>, value: usize| {
            if let Some(gauge) = gauge {
                gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
            }
        };
        set(&self.revision, usize::try_from(snapshot.revision()).unwrap_or(usize::MAX));
        set(&self.assets, snapshot.study().assets().len());
        set(&self.areas, snapshot.study().areas().len());
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
