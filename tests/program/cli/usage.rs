use crate::common::{Place, run};

#[test]
fn bad_usage_ends_with_2_and_says_what_would_do() {
    let place = Place::town();
    let map = place.write("bad.toml", "feilds = {}");
    let file = place.write("x.csv", "id\n1\n");
    let (map, file) = (map.to_str().unwrap(), file.to_str().unwrap());
    let cases: &[(&[&str], &str)] = &[
        (&[], "Usage"),
        (&["gasp"], "gasp"),
        (&["gaps", "--need", "fod"], "social-connection"),
        (&["gaps", "--period", "2025"], "2025-Q4"),
        (&["gaps", "--period", "1999-Q1"], "2026-Q3"),
        (&["gaps", "--geography", "lsoa01"], "doggerby"),
        (&["gaps", "--level", "street"], "neighbourhood"),
        (&["gaps", "--format", "xml"], "geojson"),
        (&["gaps", "--resolution", "12"], "7 to 10"),
        (&["gaps", "--as-of", "yesterday"], "--as-of"),
        (&["gaps", "--json", "--format", "csv"], "--format"),
        (&["import", "people", file], "neighbourhoods"),
        (&["import", "assets"], "FILE"),
        (&["import", "assets", "http://example.org/a.csv"], "--http"),
        (&["import", "assets", file, "--map", map], "feilds"),
        (&["import", "assets", file, "--format", "geojson"], "--format"),
        (&["serve", "--public-url", "example.org"], "https://"),
    ];
    for (args, expected) in cases {
        let ran = if args.is_empty() { run(*args) } else { place.run(*args) };
        assert!(ran.status == 2 && ran.err.contains(expected), "{args:?}: {} {}", ran.status, ran.err);
        assert_eq!(ran.out, "", "{args:?}");
    }
    let ran = run(["gaps"]).ended(2);
    assert!(ran.err.contains("--store"), "{}", ran.err);
}

#[test]
fn former_names_of_commands_work_and_say_in_one_line_what_they_are_called_now() {
    let place = Place::town();
    for (former, name) in [("queue", "worklist"), ("trust", "survival"), ("wants", "unmet-needs")] {
        let (before, now) = (place.run([former, "--json"]).ended(0), place.run([name, "--json"]).ended(0));
        assert_eq!(before.out, now.out);
        let words = format!(
            "hereabouts {former} is now called hereabouts {name}; the old name works until the next release"
        );
        assert_eq!(before.err.lines().filter(|line| *line == words).count(), 1, "{}", before.err);
        assert!(!now.err.contains("is now called"), "{}", now.err);
        assert!(!run(["--help"]).ended(0).out.contains(&format!("\n  {former} ")));
    }
}

#[test]
fn help_shows_every_setting_with_its_variable_and_default() {
    let commands = [
        "demo",
        "import",
        "build",
        "gaps",
        "serve",
        "check",
        "sources",
        "remove",
        "export",
        "backup",
        "restore",
        "worklist",
        "survival",
        "unmet-needs",
    ];
    let all = run(["--help"]).ended(0).out;
    let mut seen = String::new();
    for command in commands {
        assert!(all.contains(&format!("\n  {command}")), "{command} in {all}");
        seen += &run([command, "--help"]).ended(0).out;
    }
    for setting in [
        "STORE",
        "NEEDS",
        "KINDS",
        "DATA",
        "AS_OF",
        "GEOGRAPHY",
        "RESOLUTION",
        "CURRENCY",
        "PERSONA",
        "SPEED",
        "TRAVEL",
        "DETOUR",
        "UNKNOWN_AGE",
        "CAP",
        "SILENT_BELOW",
        "SILENT_CHANCE",
        "BIND",
        "PUBLIC_URL",
        "TRUSTED_NETWORK",
        "WORKERS",
        "REQUESTS",
        "BODY_BYTES",
        "BODY_TIME",
        "LOG",
        "LOG_FORMAT",
    ] {
        assert!(seen.contains(&format!("[env: HEREABOUTS_{setting}=")), "{setting}");
    }
    for default in [
        "127.0.0.1:8080",
        "default: 9]",
        "default: the persona's]",
        "default: 1.3]",
        "default: 36]",
        "default: today]",
    ] {
        assert!(seen.contains(default), "{default}");
    }
    assert!(run(["--version"]).ended(0).out.starts_with("hereabouts "));
}

#[test]
fn a_variable_does_what_its_flag_does() {
    let place = Place::town();
    let gaps = |name: &str, value: &str| {
        let mut command = crate::common::command();
        command.args(["gaps", "--json"]).env("HEREABOUTS_STORE", place.store()).env(name, value);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let flagged = place.run(["gaps", "--json", "--as-of", "2026-10-01"]).ended(0).out;
    assert!(gaps("HEREABOUTS_AS_OF", "2026-10-01") == flagged);
    assert!(gaps("HEREABOUTS_SPEED", "3") != gaps("HEREABOUTS_SPEED", "4.8"));
}
