//! Searches among 200,000 made-up listings in one process: `near [LISTINGS]` prints the 50th and 99th percentile of the time
//! of one search, one after the other on one core. `near store DIR [LISTINGS]` makes the store alone, for a server, and
//! `near questions COUNT [LISTINGS]` prints addresses to ask it for.

#![expect(clippy::print_stdout, reason = "this is a program that prints")]

use chrono::NaiveDate;
use hereabouts_bench::listings::{TYPED, country, questions, towns};
use hereabouts_bench::peak;
use hereabouts_core::policy::AnalysisPolicy;
use hereabouts_data::commit_import::commit_import;
use hereabouts_data::ingest::SourceFile;
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::load;
use hereabouts_data::record::RecordKind;
use hereabouts_data::tables::Tables;
use hereabouts_engine::near::{NearRequest, answer};
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_store::Store;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

const LISTINGS: usize = 200_000;
const QUESTIONS: usize = 5_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["store", dir] => store(Path::new(dir), LISTINGS).map(|_| ()),
        ["store", dir, listings] => store(Path::new(dir), listings.parse()?).map(|_| ()),
        ["questions", count] => ask(count.parse()?, LISTINGS),
        ["questions", count, listings] => ask(count.parse()?, listings.parse()?),
        [] => measure(LISTINGS),
        [listings] => measure(listings.parse()?),
        _ => {
            Err("usage: near [LISTINGS] | near store DIR [LISTINGS] | near questions COUNT [LISTINGS]".into())
        }
    }
}

fn store(dir: &Path, listings: usize) -> Result<Store, Box<dyn Error>> {
    let tables = Tables::built_in().map_err(|e| format!("{e:?}"))?;
    let mut store = Store::create(dir)?;
    let (country, towns) = (country(), towns(listings));
    let country = SourceFile { name: "country.geojson", bytes: country.as_bytes() };
    let towns = SourceFile { name: "towns.csv", bytes: towns.as_bytes() };
    commit_import(&mut store, &tables, RecordKind::Neighbourhoods, &[country], &ImportMap::default())?;
    commit_import(&mut store, &tables, RecordKind::Assets, &[towns], &ImportMap::default())?;
    Ok(store)
}

/// Half of the questions have words.
fn ask(count: usize, listings: usize) -> Result<(), Box<dyn Error>> {
    let plain = questions(count.div_ceil(2), listings, false);
    let typed = questions(count / 2, listings, true);
    plain.iter().chain(&typed).for_each(|query| println!("/v1/near?{query}"));
    Ok(())
}

fn measure(listings: usize) -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let tables = Tables::built_in().map_err(|e| format!("{e:?}"))?;
    let loaded = load::load(&store(&dir.path().join("store"), listings)?, &tables)?;
    let today = NaiveDate::from_ymd_opt(2026, 11, 19).ok_or("no such day")?;
    let now = today.and_hms_opt(11, 30, 0).ok_or("no such time")?;
    let site = Site::from(Snapshot::build(loaded, AnalysisPolicy::as_of(today)));
    let began = Instant::now();
    // The first makes the index.
    answer(&site, &request(&site, "at=53,-1"), now)?;
    println!(
        "index of {} assets: {:.2} s, peak {:.0} MB",
        site.assets().len(),
        began.elapsed().as_secs_f64(),
        peak()
    );
    let words: Vec<String> = TYPED.iter().map(|typed| format!("q={}", typed.replace(' ', "%20"))).collect();
    for (what, asked) in [
        ("near with conditions", questions(QUESTIONS, listings, false)),
        ("near with conditions and words", questions(QUESTIONS, listings, true)),
        ("words anywhere", words.iter().cycle().take(800).cloned().collect()),
        ("a word that every listing has", vec!["q=group".to_owned(); 200]),
        ("everything", vec![String::new(); 200]),
    ] {
        let mut failed = None;
        let times = asked.iter().map(|query| {
            let began = Instant::now();
            match answer(&site, &request(&site, query), now) {
                Ok(answer) => _ = black_box(answer.count()),
                Err(error) => failed = Some(error),
            }
            began.elapsed().as_secs_f64() * 1_000.0
        });
        print_times(what, times.collect());
        if let Some(error) = failed {
            return Err(error.into());
        }
        let times = asked.iter().map(|query| {
            let began = Instant::now();
            let written = answer(&site, &request(&site, query), now)
                .ok()
                .and_then(|answer| serde_json::to_vec(&answer).ok());
            black_box(written);
            began.elapsed().as_secs_f64() * 1_000.0
        });
        print_times(&format!("{what}, written as JSON"), times.collect());
    }
    let text = site.search()?.text();
    let starts = TYPED.iter().flat_map(|typed| (1..=typed.len()).filter_map(|end| typed.get(..end)));
    let times = starts.cycle().take(QUESTIONS).map(|start| {
        let began = Instant::now();
        black_box(text.completions(start, 8));
        began.elapsed().as_secs_f64() * 1_000.0
    });
    print_times("words that start so", times.collect());
    Ok(())
}

/// The fields of an address, as a request.
fn request(site: &Site, query: &str) -> NearRequest {
    let query = query.replace("%20", " ");
    NearRequest::read(site.study(), query.split('&').filter_map(|field| field.split_once('=')))
}

fn print_times(what: &str, mut ms: Vec<f64>) {
    ms.sort_by(f64::total_cmp);
    let at = |share: f64| ms.get((ms.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    println!(
        "{what}: p50 {:.3} ms, p99 {:.3} ms, most {:.3} ms, of {}",
        at(0.5),
        at(0.99),
        at(1.0 - 1e-9),
        ms.len()
    );
}
