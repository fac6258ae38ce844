use crate::common::Place;

#[test]
fn a_budget_becomes_a_plan_and_the_plan_a_scenario() {
    let place = Place::town();
    let asked = ["plan", "--need", "money-debt", "--budget", "30000"];
    let table = place.run(asked).ended(0).out;
    for said in ["Start 2 things for £24,800", "who gains", "What is not sure", "judgements"] {
        assert!(table.contains(said), "{said}: {table}");
    }
    let plan = place.run(asked.into_iter().chain(["--json"])).ended(0).json();
    let sites = plan["sites"].as_array().unwrap();
    assert_eq!(sites.len(), 2);
    let add = |at: usize| {
        format!("{}={}", sites[at]["venue"].as_str().unwrap(), sites[at]["offer"].as_str().unwrap())
    };
    let (one, two) = (add(0), add(1));
    let scenario = place.run(["what-if", "--add", &one, "--add", &two, "--json"]).ended(0).json();
    assert_eq!(scenario["refused"], false);
    let after: f64 = scenario["unmet_after"].as_f64().unwrap() - scenario["unmet_before"].as_f64().unwrap();
    assert!((after + plan["readings"]["likely"]["met"].as_f64().unwrap()).abs() < 0.01, "{scenario}");
}

#[test]
fn what_anybody_would_lose_by_is_refused_by_name() {
    let place = Place::town();
    let losses = place.run(["losses", "--need", "money-debt", "--json"]).ended(0).json();
    let worst = &losses["single"][0];
    let id = worst["assets"][0]["id"].as_str().unwrap();
    let refused = place.run(["what-if", "--close", id]).ended(1);
    assert!(refused.err.contains("would lose") && refused.out.is_empty(), "{}", refused.err);
    assert!(refused.err.contains(worst["losers"][0]["area_name"].as_str().unwrap()), "{}", refused.err);
    let allowed = place.run(["what-if", "--close", id, "--allow-losses"]).ended(0);
    assert!(allowed.out.contains("loses"), "{}", allowed.out);
}

#[test]
fn one_s_own_costs_count_and_bad_ones_are_named() {
    let place = Place::town();
    let head = "id,label,need,venues,places,sessions_per_quarter,start,start_low,start_high,year,year_low,year_high,source\n";
    place.write(
        "own.csv",
        &format!("{head}clinic,Money clinic,money-debt,,8,13,100,,,900,800,1000,a quote\n"),
    );
    let own = place.path("own.csv");
    let own = own.to_str().unwrap();
    let plan = place.run(["plan", "--need", "money-debt", "--budget", "2500", "--costs", own]).ended(0).out;
    assert!(plan.contains("Money clinic") && plan.contains("£2,000"), "{plan}");
    place.write("bad.csv", &format!("{head}clinic,Money clinic,money,,8,13,100,,,900,,,q\n"));
    let bad = place.path("bad.csv");
    let bad = place.run(["plan", "--need", "money-debt", "--budget", "1", "--costs", bad.to_str().unwrap()]);
    assert!(bad.ended(1).err.contains("bad.csv:2: need \"money\": not in the needs table"));
    for (args, field) in [
        (["plan", "--need", "money-debt", "--objective", "best"], "objective"),
        (["plan", "--need", "money", "--budget", "5"], "need"),
    ] {
        let ran = place.run(args).ended(2);
        assert!(ran.err.contains(field), "{}", ran.err);
    }
}
