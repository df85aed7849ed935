//! Random requests and random bytes: all drivers answer the same, and so does Redis where
//! `redis-server` is installed.

use fastrand::Rng;

use crate::server::{DRIVERS, Server, request, talk};

const SEED: u64 = 7;

/// A random request with a supported command, as an array or as a line, sometimes damaged.
fn random_request(random: &mut Rng) -> Vec<u8> {
    const NAMES: [&str; 24] = [
        "get", "set", "incr", "decr", "incrby", "decrby", "mset", "mget", "lpush", "rpush", "lpop",
        "rpop", "llen", "lrange", "del", "exists", "strlen", "type", "ping", "echo", "dbsize",
        "nonsense", "flushall", "quit",
    ];
    const WORDS: [&str; 18] = [
        "a",
        "b",
        "c",
        "a",
        "b",
        "c",
        "0",
        "1",
        "-1",
        "2",
        "7",
        "007",
        "nx",
        "xx",
        "",
        "9223372036854775807",
        "-9223372036854775808",
        "a b\r\nc",
    ];
    // The commands to clear and to quit are rare.
    let name = match random.choice(NAMES) {
        Some("flushall" | "quit") if random.u8(..10) > 0 => "set",
        name => name.unwrap_or_default(),
    };
    let mut words = vec![name.as_bytes().to_vec()];
    for _ in 0..random.usize(..5) {
        words.push(match random.u8(..20) {
            0 => vec![b'x'; random.usize(..40_000)],
            _ => random.choice(WORDS).unwrap_or_default().as_bytes().to_vec(),
        });
    }
    if random.bool() {
        words[0].make_ascii_uppercase();
    }
    // How much too long a line may be depends on how Redis reads it.
    let line = [words.join(b" ".as_slice()), b"\r\n".to_vec()].concat();
    let can_be_line = !words.iter().any(|word| word.is_empty() || word.contains(&b'\n'));
    let mut request = match random.u8(..4) {
        0 if can_be_line && line.len() < 60_000 => line,
        _ => request(&words),
    };
    if random.u8(..40) == 0 {
        // Redis has more commands, so letters are not changed: a damaged name could be one of them.
        let place = random.usize(..request.len());
        let byte = random.choice(b"\r\n *$-0123456789\"'\xff").copied().unwrap_or_default();
        match random.u8(..3) {
            0 if !request[place].is_ascii_alphabetic() => drop(request.remove(place)),
            1 => request.insert(place, byte),
            _ => request[place] = byte,
        }
    }
    request
}

/// Random bytes of which some look like requests.
fn random_bytes(random: &mut Rng, alphabet: &[u8]) -> Vec<u8> {
    (0..random.usize(..300)).filter_map(|_| random.choice(alphabet).copied()).collect()
}

/// Cuts `bytes` into random pieces.
fn pieces<'a>(random: &mut Rng, mut bytes: &'a [u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let most = if random.bool() { 10 } else { 20_000 };
        let (piece, rest) = bytes.split_at(random.usize(1..=most).min(bytes.len()));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

/// The servers that must answer the same.
struct Servers {
    drivers: Vec<Server>,
    redis: Option<Redis>,
}

impl Servers {
    fn start() -> Self {
        let drivers = DRIVERS.map(|driver| Server::start(driver, &[])).into();
        Self { drivers, redis: Redis::start() }
    }

    /// Sends `input` to all servers, in the same pieces.
    fn compare(&self, random: &mut Rng, input: &[u8], with_redis: bool) {
        let input = &[b"flushall\r\n", input].concat();
        let pieces = pieces(random, input);
        let show = |answer: Vec<u8>| answer.escape_ascii().to_string();
        let mut answers: Vec<_> =
            self.drivers.iter().map(|server| show(talk(server.connect(), &pieces))).collect();
        if let (true, Some(redis)) = (with_redis, &self.redis) {
            answers.push(show(talk(redis.connect(), &pieces)));
        }
        for answer in &answers {
            assert_eq!(*answer, answers[0], "to {:?}", input.escape_ascii().to_string());
        }
    }

    fn check(&self) {
        self.drivers.iter().for_each(Server::check);
    }
}

#[test]
fn random_requests_get_the_same_answers_from_all() {
    let servers = Servers::start();
    let mut random = Rng::with_seed(SEED);
    for _ in 0..300 {
        let mut input = Vec::new();
        for _ in 0..random.usize(1..60) {
            input.extend(random_request(&mut random));
        }
        servers.compare(&mut random, &input, true);
    }
    servers.check();
}

#[test]
fn random_bytes_get_the_same_answers_from_all() {
    let servers = Servers::start();
    let mut random = Rng::with_seed(SEED);
    let every: Vec<u8> = (0..=255).collect();
    for _ in 0..300 {
        let input = random_bytes(&mut random, b"**$$0123\r\n\r\n\r\n \"'\\x-getspina");
        servers.compare(&mut random, &input, true);
        // Redis treats its input as C strings: after a byte 0 it doesn't see the end of a line.
        let input = random_bytes(&mut random, &every);
        servers.compare(&mut random, &input, false);
    }
    servers.check();
}

/// Redis itself.
struct Redis {
    process: std::process::Child,
    socket: std::path::PathBuf,
}

#[cfg(unix)]
impl Redis {
    /// Starts a server, if this machine has one of the version whose messages we use.
    fn start() -> Option<Self> {
        use std::process::{Command, Stdio};
        use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let name = format!("kv-{}-{}.socket", std::process::id(), COUNT.fetch_add(1, Relaxed));
        let socket = std::env::temp_dir().join(name);
        let version = Command::new("redis-server").arg("--version").output().ok()?.stdout;
        if !String::from_utf8_lossy(&version).contains("v=7.0.") {
            return None;
        }
        let process = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--proto-max-bulk-len", "64mb", "--unixsocket"])
            .arg(&socket)
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut redis = Self { process, socket };
        while !redis.socket.exists() {
            assert!(redis.process.try_wait().expect("it is a child").is_none(), "it has ended");
            std::thread::yield_now();
        }
        Some(redis)
    }

    fn connect(&self) -> std::os::unix::net::UnixStream {
        // The socket exists a moment before Redis listens.
        loop {
            if let Ok(stream) = std::os::unix::net::UnixStream::connect(&self.socket) {
                return stream;
            }
        }
    }
}

#[cfg(not(unix))]
impl Redis {
    fn start() -> Option<Self> {
        None
    }

    fn connect(&self) -> std::net::TcpStream {
        unreachable!()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_file(&self.socket);
    }
}
