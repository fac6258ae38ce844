//! Imports from a URL, against a server that answers as the test says and counts what it is asked.

use super::serve::Server;
use crate::common::{Place, Ran, command, is_plain};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What was asked: the path with its query, and the headers in lower case.
type Asked = Arc<Mutex<Vec<(String, String)>>>;

struct Feed {
    address: String,
    asked: Asked,
}

impl Feed {
    /// Answers with whole HTTP messages; what is empty is a connection that breaks.
    fn start(answer: impl Fn(&str, &str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Asked::default();
        let (heard, answer) = (Arc::clone(&asked), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (heard, answer) = (Arc::clone(&heard), Arc::clone(&answer));
                std::thread::spawn(move || one(&stream.unwrap(), &heard, answer.as_ref()));
            }
        });
        Self { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(path, _)| path.clone()).collect()
    }

    fn forget(&self) {
        self.asked.lock().unwrap().clear();
    }
}

fn one(mut stream: &TcpStream, heard: &Asked, answer: &dyn Fn(&str, &str) -> Vec<u8>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let Some(path) = lines.next().and_then(|l| l.split(' ').nth(1).map(str::to_owned)) else { return };
    let headers: Vec<String> = lines.take_while(|l| !l.is_empty()).map(|l| l.to_lowercase()).collect();
    let headers = headers.join("\n");
    heard.lock().unwrap().push((path.clone(), headers.clone()));
    let _ = stream.write_all(&answer(&path, &headers));
}

fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn ok(value: &Value) -> Vec<u8> {
    http("200 OK", "content-type: application/json\r\n", value.to_string().as_bytes())
}

fn not_found() -> Vec<u8> {
    http("404 Not Found", "", b"")
}

fn brief(at: usize) -> Value {
    json!({ "id": format!("s{at}"), "name": format!("Group {at}"), "status": "active",
        "organization": { "id": "o", "name": "Walkers" } })
}

fn full(at: usize) -> Value {
    let mut service = brief(at);
    service["contacts"] = json!([{ "name": "Jo Marker", "email": "jo.marker@example.org" }]);
    service["service_at_locations"] = json!([{ "id": format!("l{at}"),
        "location": { "id": format!("p{at}"), "latitude": 54.0 + at as f64 / 1000.0, "longitude": 1.5 } }]);
    service
}

fn page(at: usize, of: usize, services: &[Value]) -> Value {
    json!({ "total_items": 3, "total_pages": of, "page_number": at, "size": 2, "first_page": at == 1,
        "last_page": at == of, "empty": services.is_empty(), "contents": services })
}

/// Three services on two pages, and each in full.
fn answer(path: &str) -> Vec<u8> {
    match path {
        "/oruk" | "/oruk/" => {
            ok(&json!({ "version": "HSDS-UK-3.0", "profile": "https://example.org/p", "openapi_url": "x" }))
        }
        // One that does not know what it does not know.
        "/oruk/services?full=true&per_page=100" => http("400 Bad Request", "", b""),
        "/oruk/services" | "/oruk/services?page=1" => ok(&page(1, 2, &[brief(1), brief(2)])),
        "/oruk/services?page=2" => ok(&page(2, 2, &[brief(3)])),
        _ => match path.strip_prefix("/oruk/services/s").and_then(|at| at.parse().ok()) {
            Some(at) => ok(&full(at)),
            None => not_found(),
        },
    }
}

fn import(place: &Place, url: &str) -> Ran {
    place.run(["import", "assets", url, "--source", "feed", "--http", "--private-network"])
}

fn ids(place: &Place) -> Vec<String> {
    let all = place.run(["export", "assets", "--source", "feed"]);
    let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()["key"].as_str().unwrap().to_owned();
    all.out.lines().map(id).collect()
}

#[test]
fn a_feed_is_read_page_by_page_and_each_service_in_full() {
    let (place, feed) = (Place::town(), Feed::start(|path, _| answer(path)));
    let ran = import(&place, &feed.url("/oruk")).ended(0);
    is_plain(&ran.err);
    assert_eq!(ids(&place), ["s1", "s2", "s3"]);
    let asked = [
        "/oruk",
        "/oruk/services?full=true&per_page=100",
        "/oruk/services",
        "/oruk/services?page=2",
        "/oruk/services/s1",
        "/oruk/services/s2",
        "/oruk/services/s3",
    ];
    assert_eq!(feed.asked(), asked);
    // From the list itself, and again: nothing has changed.
    let again = import(&place, &feed.url("/oruk/services")).ended(0);
    assert!(again.err.contains("unchanged") || again.err.contains("already"), "{}", again.err);
}

#[test]
fn no_person_of_a_feed_is_kept_anywhere() {
    let (place, feed) = (Place::town(), Feed::start(|path, _| answer(path)));
    import(&place, &feed.url("/oruk")).ended(0);
    let mut files = 0;
    let mut all = vec![place.store()];
    while let Some(path) = all.pop() {
        if path.is_dir() {
            all.extend(std::fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
        } else {
            files += 1;
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(6).any(|w| w.eq_ignore_ascii_case(b"marker")), "{}", path.display());
        }
    }
    assert!(files > 6, "{files} files: nothing was kept");
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let feed = Feed::start(|path, headers| {
        if headers.contains("if-none-match: \"v1\"") {
            return http("304 Not Modified", "etag: \"v1\"\r\n", b"");
        }
        let whole = answer(path);
        String::from_utf8(whole).unwrap().replacen("\r\n", "\r\netag: \"v1\"\r\n", 1).into_bytes()
    });
    let place = Place::town();
    import(&place, &feed.url("/oruk")).ended(0);
    let before = place.everything();
    feed.forget();
    import(&place, &feed.url("/oruk")).ended(0);
    assert_eq!(feed.asked().len(), 7);
    let asked = feed.asked.lock().unwrap().clone();
    assert_eq!(asked.iter().filter(|(_, headers)| headers.contains("if-none-match")).count(), 6);
    assert_eq!(place.everything(), before);
}

#[test]
fn a_service_that_was_not_modified_is_not_asked_for() {
    fn dated(mut service: Value) -> Value {
        service["last_modified"] = json!("2026-10-01T10:00:00.000Z");
        service
    }
    let feed = Feed::start(|path, _| match path {
        "/services" => ok(&page(1, 1, &[dated(brief(1)), brief(2)])),
        "/services/s1" => ok(&dated(full(1))),
        "/services/s2" => ok(&full(2)),
        _ => not_found(),
    });
    let place = Place::town();
    import(&place, &feed.url("/services")).ended(0);
    feed.forget();
    import(&place, &feed.url("/services")).ended(0);
    assert_eq!(feed.asked(), ["/services", "/services/s2"]);
    assert_eq!(ids(&place), ["s1", "s2"]);
}

#[test]
fn a_feed_that_breaks_off_leaves_the_old_data_and_goes_on_where_it_stopped() {
    let broken = Arc::new(AtomicBool::new(false));
    let breaks = Arc::clone(&broken);
    let feed = Feed::start(move |path, _| {
        if path == "/oruk/services/s3" && breaks.load(Ordering::Relaxed) { Vec::new() } else { answer(path) }
    });
    let place = Place::town();
    let url = feed.url("/oruk/services");
    place
        .run(["import", "assets", &url, "--source", "feed", "--http", "--private-network", "--dry-run"])
        .ended(0);
    assert!(ids(&place).is_empty());
    let before = place.everything();
    broken.store(true, Ordering::Relaxed);
    let ran = import(&place, &url).ended(1);
    assert!(ran.err.contains("/oruk/services/s3"), "{}", ran.err);
    assert_eq!(place.everything(), before);
    broken.store(false, Ordering::Relaxed);
    feed.forget();
    import(&place, &url).ended(0);
    assert_eq!(feed.asked(), ["/oruk/services/s3"]);
    assert_eq!(ids(&place), ["s1", "s2", "s3"]);
}

/// A feed that broke off, or whose import was refused, left addresses of hidden places where its answers are kept.
#[test]
fn what_is_kept_of_a_feed_that_broke_off_tells_no_hidden_place() {
    let refuge = |at: usize| {
        let mut service = full(at);
        service["name"] = json!("Haven, women's refuge");
        service["service_at_locations"][0]["location"]["addresses"] =
            json!([{ "address_1": "9 Quiet Row", "city": "Holme", "country": "GB" }]);
        service["description"] = json!("Ring at 9 Quiet Row");
        service
    };
    let mut no_longer = refuge(2);
    no_longer["status"] = json!("inactive");
    let mut nowhere = refuge(2);
    nowhere["service_at_locations"][0]["location"]["latitude"] = json!(154.7);
    for second in [refuge(2), no_longer, nowhere] {
        let feed = Feed::start(move |path, _| match path {
            "/services" => ok(&page(1, 1, &[brief(1), brief(2), brief(3)])),
            "/services/s1" => ok(&full(1)),
            "/services/s2" => ok(&second),
            _ => Vec::new(),
        });
        let place = Place::town();
        let map = place.write("map.toml", "[constants]\nlocation_precision = \"hidden\"\n");
        let url = feed.url("/services");
        let mut args = vec!["import", "assets", &url, "--source", "feed", "--http", "--private-network"];
        args.extend(["--map", map.to_str().unwrap()]);
        let ran = place.run(&args).ended(1);
        assert!(ran.err.contains("/services/s3"), "{}", ran.err);
        let mut all = vec![place.store().join("fetched")];
        while let Some(path) = all.pop() {
            if path.is_dir() {
                all.extend(std::fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
            } else {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                assert!(!text.contains("Quiet Row") && !text.contains("54.00"), "{text}");
            }
        }
    }
}

#[test]
fn one_service_of_many_that_cannot_be_had_is_what_the_list_says() {
    let feed = Feed::start(|path, _| match path {
        "/services" => ok(&page(1, 1, &(1..=12).map(brief).collect::<Vec<_>>())),
        "/services/s7" => http("500 Internal Server Error", "", b"oh"),
        _ => match path.strip_prefix("/services/s").and_then(|at| at.parse().ok()) {
            Some(at) => ok(&full(at)),
            None => not_found(),
        },
    });
    let place = Place::town();
    let ran = import(&place, &feed.url("/services"));
    assert!(ran.err.contains("s7: the server answers 500"), "{}", ran.err);
    assert_eq!(ids(&place).len(), 12, "{}", ran.err);
    let feed = Feed::start(|path, _| match path {
        "/services" => ok(&page(1, 1, &(1..=12).map(brief).collect::<Vec<_>>())),
        _ => http("500 Internal Server Error", "", b"oh"),
    });
    let place = Place::town();
    assert!(import(&place, &feed.url("/services")).ended(1).err.contains("2 services cannot be read"));
}

#[test]
fn a_server_that_is_busy_is_given_the_pause_it_asks_for() {
    let busy = AtomicBool::new(true);
    let feed = Feed::start(move |path, _| {
        if path == "/oruk/services" && busy.swap(false, Ordering::Relaxed) {
            return http("429 Too Many Requests", "retry-after: 2\r\n", b"");
        }
        answer(path)
    });
    let began = Instant::now();
    import(&Place::town(), &feed.url("/oruk/services")).ended(0);
    assert!(began.elapsed() >= Duration::from_secs(2));
}

#[test]
fn a_server_that_gives_one_page_for_all_is_found_out() {
    let feed = Feed::start(|path, _| match path.split('?').next() {
        Some("/services") => ok(&page(1, 1000, &[full(1)])),
        _ => not_found(),
    });
    let ran = import(&Place::town(), &feed.url("/services")).ended(1);
    assert!(ran.err.contains("nothing but what came before"), "{}", ran.err);
    assert_eq!(feed.asked().len(), 2);
}

#[test]
fn pages_that_count_from_nought_are_all_read() {
    let feed = Feed::start(|path, _| match path {
        "/services" | "/services?page=0" => {
            ok(&json!({ "totalPages": 2, "number": 0, "content": [full(1)] }))
        }
        "/services?page=1" => ok(&json!({ "totalPages": 2, "number": 1, "content": [full(2)] })),
        _ => ok(&json!({ "totalPages": 2, "number": 2, "content": [] })),
    });
    let place = Place::town();
    import(&place, &feed.url("/services")).ended(0);
    assert_eq!(ids(&place), ["s1", "s2"]);
}

#[test]
fn a_table_at_a_url_is_a_file_of_any_kind() {
    let feed = Feed::start(|path, _| match path {
        "/list.csv?key=secret" => http(
            "200 OK",
            "content-type: text/csv\r\n",
            b"id,name,kind,lat,lon\na,Knitters,group,54.01,1.5\n",
        ),
        _ => not_found(),
    });
    let place = Place::town();
    let ran = import(&place, &feed.url("/list.csv?key=secret")).ended(0);
    assert_eq!(ids(&place), ["a"]);
    let all = format!("{}{}{}", ran.err, ran.out, place.everything());
    assert!(all.contains("list.csv") && !all.contains("secret"), "{all}");
}

#[test]
fn nothing_is_fetched_that_could_lead_into_ones_own_network() {
    let inside = Feed::start(|path, _| answer(path));
    let place = Place::town();
    let before = place.everything();
    let refused = |args: &[&str], why: &str| {
        let url_and_flags = [&["import", "assets"], args].concat();
        let ran = place.run(&url_and_flags);
        assert!(ran.status != 0 && ran.err.contains(why), "{args:?}: {} {}", ran.status, ran.err);
        assert_eq!(place.everything(), before, "{args:?}");
    };
    let port = inside.address.split(':').nth(1).unwrap().to_owned();
    refused(&[&inside.url("/oruk")], "http can be read and changed on the way");
    refused(&[&inside.url("/oruk"), "--http"], "not a public address");
    for host in
        ["localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1", "2130706433", "169.254.169.254"]
    {
        refused(&[&format!("http://{host}:{port}/oruk"), "--http"], "");
    }
    refused(&[&format!("https://127.0.0.1:{port}/oruk")], "not a public address");
    refused(&["file:///etc/passwd", "--http", "--private-network"], "");
    refused(&["ftp://127.0.0.1/x", "--http", "--private-network"], "only https is fetched");
    refused(&[&format!("http://me:pw@{}/oruk", inside.address), "--http"], "name or password");
    assert!(inside.asked().is_empty(), "{:?}", inside.asked());
    // The host that was named may be inside; where it sends us may not.
    let target = inside.url("/oruk").replace("127.0.0.1", "127.0.0.2");
    let outer = Feed::start(move |_, _| http("302 Found", &format!("location: {target}\r\n"), b""));
    refused(&[&outer.url("/"), "--http", "--private-network"], "not a public address");
    assert!(inside.asked().is_empty() && outer.asked().len() == 1);
    // Nor is http taken where only https was asked for, and no redirect goes on for ever.
    let round = Feed::start(|_, _| http("302 Found", "location: /again\r\n", b""));
    refused(&[&round.url("/"), "--http", "--private-network"], "redirect");
    assert!(round.asked().len() <= 6, "{:?}", round.asked());
}

#[test]
fn a_small_answer_that_unpacks_to_a_large_one_is_cut_off() {
    let zeros = {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let block = vec![b' '; 1 << 20];
        for _ in 0..600 {
            packed.write_all(&block).unwrap();
        }
        packed.finish().unwrap()
    };
    assert!(zeros.len() < 1 << 20);
    let feed = Feed::start(move |_, _| http("200 OK", "content-encoding: gzip\r\n", &zeros));
    let ran = import(&Place::town(), &feed.url("/list.csv")).ended(1);
    assert!(ran.err.contains("more than 512 MiB"), "{}", ran.err);
}

/// Every asset by its identifier in the feed, without what follows from where it is listed.
fn services(server: &Server) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for number in 1.. {
        let answer = server.get(&format!("/oruk/services?full=true&per_page=100&page={number}"));
        let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        for service in body["contents"].as_array().unwrap() {
            let mut service = service.clone();
            service["hereabouts"].as_object_mut().unwrap().remove("listed_as");
            all.insert(service["id"].as_str().unwrap().to_owned(), service);
        }
        if body["last_page"] == true {
            break;
        }
    }
    all
}

#[test]
fn what_one_publishes_another_has() {
    let (first, second) = (Place::town(), Place::town());
    let serve = |place: &Place| {
        let mut serve = command();
        serve.args(["serve", "--bind", "127.0.0.1:0", "--store"]).arg(place.store());
        Server::start(serve)
    };
    for source in second.run(["sources", "--json"]).ended(0).json()["sources"].as_array().unwrap() {
        if source["kind"] == "assets" {
            second.run(["remove", "assets", source["source"].as_str().unwrap()]).ended(0);
        }
    }
    let server = serve(&first);
    let published = services(&server);
    assert!(published.len() > 50, "{}", published.len());
    let url = format!("http://{}/oruk", server.address());
    // What each list covers is not published: it is said again, of both together.
    let covers: Vec<String> = (1..=30).filter(|n| *n != 13).map(|n| format!("\"MADEUP-{n:02}\"")).collect();
    let map = second.write("first.toml", &format!("covers = [{}]", covers.join(", ")));
    let flags = ["--http", "--private-network", "--source", "first", "--map", map.to_str().unwrap()];
    let ran = second.run([&["import", "assets", &url][..], &flags].concat()).ended(0);
    assert!(!ran.err.contains("rejected"), "{}", ran.err);
    let again = serve(&second);
    let republished = services(&again);
    let ids = |of: &BTreeMap<String, Value>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(&republished), ids(&published));
    for (id, service) in &published {
        assert_eq!(&republished[id], service);
    }
    // And both see the same gaps.
    let gaps = |place: &Place| place.run(["gaps", "--format", "csv"]).ended(0).out;
    let (first, second) = (gaps(&first), gaps(&second));
    // Sums of the same in another order, shown with three decimals.
    let same = |a: &str, b: &str| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() < 0.0015,
        _ => a == b,
    };
    // The list of green spaces alone covers all of the town.
    let of_one_extent = |line: &&str| !line.contains(",nature-outdoors,");
    for (a, b) in first.lines().filter(of_one_extent).zip(second.lines().filter(of_one_extent)) {
        assert!(a.split(',').zip(b.split(',')).all(|(a, b)| same(a, b)), "{a}\n{b}");
    }
    assert_eq!(first.lines().count(), second.lines().count());
}

#[test]
fn what_people_said_goes_out_with_it() {
    let place = Place::town();
    let ids = |place: &Place| {
        place.run(["near", "--area", "MADEUP-01", "--limit", "3", "--format", "json"]).ended(0).json()
    };
    let found = ids(&place);
    let id = |at: usize| found["results"][at]["id"].as_str().unwrap().to_owned();
    place.run(["verify", &id(0), "runs"]).ended(0);
    place.run(["verify", &id(1), "closed"]).ended(0);
    let mut serve = command();
    serve.args(["serve", "--bind", "127.0.0.1:0", "--store"]).arg(place.store());
    let server = Server::start(serve);
    let all = services(&server);
    let of = |at: usize| {
        let name = &found["results"][at]["name"];
        all.values().find(|service| service["name"] == *name).unwrap()
    };
    let today = chrono::Local::now().date_naive().to_string();
    assert_eq!(
        (of(0)["assured_date"].as_str().unwrap(), &of(0)["status"]),
        (today.as_str(), &json!("active"))
    );
    assert_eq!(of(1)["status"], "defunct");
}

/// Thirty squares in pages of ten: by a link to the next, or by an offset where the service has more than it sends.
fn squares(path: &str) -> Vec<u8> {
    let square = |n: usize| {
        let (west, south) = (1.5 + n as f64 / 100.0, 54.0);
        let (east, north) = (west + 0.009, south + 0.009);
        json!({ "type": "Feature", "properties": { "code": format!("A{n:02}"), "name": format!("Area {n}") },
            "geometry": { "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] } })
    };
    let features = |from: usize, to: usize| (from..to).map(square).collect::<Vec<_>>();
    let offset = path.split("ffset=").nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
    let page = features(offset, offset + 10);
    let mut answer = json!({ "type": "FeatureCollection", "features": page });
    if path.starts_with("/items") {
        answer["numberMatched"] = json!(30);
        if offset < 20 {
            answer["links"] = json!([{ "rel": "next", "href": format!("/items?offset={}", offset + 10) }]);
        }
    } else if path.starts_with("/esri") {
        answer["properties"] = json!({ "exceededTransferLimit": offset < 20 });
    } else if path.starts_with("/short") {
        answer["numberMatched"] = json!(30);
    } else {
        // Says for ever that there is more, and gives the same.
        answer = json!({ "type": "FeatureCollection", "features": features(0, 10), "exceededTransferLimit": true });
    }
    ok(&answer)
}

#[test]
fn features_come_page_after_page_or_not_at_all() {
    let feed = Feed::start(|path, _| squares(path));
    let import = |place: &Place, path: &str| {
        let url = feed.url(path);
        place.run(["import", "neighbourhoods", &url, "--source", "areas", "--http", "--private-network"])
    };
    for path in ["/items?f=json", "/esri/query?where=1%3D1"] {
        let place = Place::empty();
        let ran = import(&place, path);
        assert!(ran.err.contains("neighbourhoods areas: 30 records"), "{path}: {}", ran.err);
    }
    for (path, why) in
        [("/short", "30 features match, it says, and 10 came"), ("/ever", "brings nothing new")]
    {
        let place = Place::empty();
        let ran = import(&place, path);
        assert!(ran.err.contains(why), "{path}: {}", ran.err);
    }
}
