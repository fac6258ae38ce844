use crate::common::{Place, Ran, command, run};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A town whose referrals do not say that they are made up, and so count as unprotected.
fn unprotected() -> Place {
    let place = Place::town();
    let file = place.path("demand.csv");
    let map = place.write("counts.toml", "source = \"made-up-referrals\"\ngeography = \"doggerby\"\n");
    place.run(["import", "demand", file.to_str().unwrap(), "--map", map.to_str().unwrap()]).ended(0);
    place
}

pub(crate) struct Server {
    child: Child,
    address: String,
    said: Arc<Mutex<String>>,
}

/// A test that fails leaves no server behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = said
            .find_map(|line| {
                Some(line.unwrap().strip_prefix("serving http://")?.split('/').next()?.to_owned())
            })
            .unwrap();
        let (heard, said) = (Arc::new(Mutex::new(String::new())), said);
        let hearing = Arc::clone(&heard);
        std::thread::spawn(move || said.for_each(|line| *hearing.lock().unwrap() += &(line.unwrap() + "\n")));
        Self { child, address, said: heard }
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Waits for words on stderr.
    fn says(&self, words: &str) {
        let until = Instant::now() + Duration::from_secs(60);
        while !self.said.lock().unwrap().contains(words) {
            assert!(Instant::now() < until, "{words:?} in {}", self.said.lock().unwrap());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The whole answer; of what is no text, what can be shown of it.
    pub(crate) fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// What it has said on stderr so far.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Sends JSON with a key, and gives the whole answer.
    pub(crate) fn post(&self, path: &str, key: &str, json: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = json.len();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{json}",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Ends it as a power cut would: at once.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn signal(&self, signal: &str) {
        let kill = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
    }

    pub(crate) fn terminate(mut self) -> Ran {
        self.signal("-TERM");
        let mut out = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        Ran { status: self.child.wait().unwrap().code().unwrap(), out, err: String::new() }
    }
}

#[test]
fn it_serves_lets_the_store_go_and_stops_when_told() {
    let place = Place::town();
    let mut serve = command();
    serve.args(["serve", "--bind", "127.0.0.1:0", "--store"]).arg(place.store());
    let server = Server::start(serve);
    assert!(server.get("/health/ready").starts_with("HTTP/1.1 200"));
    let items = server.get("/ogc/collections/gaps/items?limit=1");
    assert!(items.starts_with("HTTP/1.1 200") && items.contains("\"area_code\""), "{items}");
    place.run(["check"]).ended(0);
    let ended = server.terminate().ended(0);
    assert_eq!(ended.out, "", "results only on stdout, and a server has none");
}

/// Whoever balances servers reads that one stops; before, the port was gone at once.
#[test]
fn the_port_stays_open_while_it_stops() {
    let place = Place::town();
    let mut serve = command();
    serve.args(["serve", "--bind", "127.0.0.1:0", "--store"]).arg(place.store());
    let server = Server::start(serve);
    server.signal("-TERM");
    server.says("stopping");
    assert!(server.get("/health/ready").starts_with("HTTP/1.1 503"));
    server.terminate().ended(0);
}

#[test]
fn new_data_are_taken_up_while_it_runs_and_bad_ones_are_not() {
    let place = Place::town();
    let mut serve = command();
    serve.args(["serve", "--bind", "127.0.0.1:0", "--store"]).arg(place.store());
    let server = Server::start(serve);
    let revision = place.run(["sources", "--json"]).json()["revision"].as_u64().unwrap();
    assert!(server.get("/health/ready").contains(&format!("\"revision\":{revision}")));

    let file = place.write("new.csv", "id,name,kind,lon,lat\nn1,New Library,library,2.30,54.72\n");
    place.run(["import", "assets", file.to_str().unwrap()]).ended(0);
    server.signal("-HUP");
    server.says("new data in use");
    assert!(server.get("/health/ready").contains(&format!("\"revision\":{}", revision + 1)));

    place.run(["remove", "neighbourhoods", "made-up-neighbourhoods"]).ended(0);
    server.signal("-HUP");
    server.says("the old data stay");
    assert!(server.get("/health/ready").contains(&format!("\"revision\":{}", revision + 1)));
    server.terminate().ended(0);
}

#[test]
fn unprotected_counts_stay_on_this_machine() {
    let place = unprotected();
    let ran = place.run(["serve", "--bind", "0.0.0.0:0"]).ended(2);
    assert!(ran.err.contains("unprotected") && ran.err.contains("--trusted-network"), "{}", ran.err);
    assert!(place.run(["gaps", "--need", "food"]).ended(0).out.contains("UNPROTECTED"));

    let mut trusted = command();
    trusted.args(["serve", "--bind", "0.0.0.0:0", "--trusted-network", "--store"]).arg(place.store());
    Server::start(trusted).terminate().ended(0);
}

#[test]
fn the_demo_tells_the_worst_gaps_in_words_and_leaves_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let demo = || {
        let output = command().args(["demo", "--once"]).env("TMPDIR", temp.path()).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let told = demo();
    assert!(told.contains("made up"), "{told}");
    for number in 1..=5 {
        assert!(told.contains(&format!("\n{number}. ")), "{told}");
    }
    assert!(
        told.matches("How sure: ").count() == 5 && told.matches("referrals are not met").count() == 5,
        "{told}"
    );
    assert_eq!(told, demo(), "the same on every run");
    assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 0, "the temporary store is gone");
}

#[test]
fn the_demo_serves_its_map() {
    let mut demo = command();
    demo.args(["demo", "--bind", "127.0.0.1:0"]);
    let server = Server::start(demo);
    assert!(server.get("/health/live").starts_with("HTTP/1.1 200"));
    server.terminate().ended(0);
    run(["demo", "--bind", "nowhere"]).ended(2);
}

#[test]
fn where_somebody_sets_out_is_in_no_log_and_no_metric() {
    let place = Place::town();
    let mut serve = command();
    serve.args(["serve", "--log", "debug", "--bind", "127.0.0.1:0", "--store"]).arg(place.store());
    let server = Server::start(serve);
    let secret = "54.7173,2.3071";
    for path in ["/v1/near?at=", "/v1/reach?from=", "/v1/reach?minutes=x&from=", "/v1/reach?persona=x&from="]
    {
        server.get(&format!("{path}{secret}"));
    }
    // A postcode that is not known is told to who asked, and to nobody else.
    let answer = server.get("/v1/reach?from=ZZ9%209ZZ");
    assert!(answer.starts_with("HTTP/1.1 404") && answer.contains("ZZ9 9ZZ"), "{answer}");
    server.says("/v1/reach");
    let metrics = server.get("/metrics");
    let said = server.said.lock().unwrap().clone();
    for word in [secret, "2.3071", "ZZ9", "9ZZ"] {
        assert!(!said.contains(word) && !metrics.contains(word), "{word}: {said}");
    }
    server.terminate().ended(0);
}
