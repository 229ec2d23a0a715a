//! The real program, as people and scripts meet it: started, asked over HTTP, interrupted, killed.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longest wait for anything that has to happen; a condition that does not come in this time never will.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often a condition is looked at again.
const LOOK: Duration = Duration::from_millis(5);

/// A program that runs until it is stopped; dropped, it is killed.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

/// A program that was started and has not said yet that it is ready.
pub struct Starting {
    child: Option<Child>,
    lines: mpsc::Receiver<String>,
}

/// What a command did.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Starting {
    /// `comptoir serve` on a free port.
    pub fn serve(folder: &Path) -> Self {
        Self::command("serve", folder, &["--open"], Stdio::inherit())
    }

    /// The same, with more options, and its log in a file.
    pub fn serve_with(folder: &Path, more: &[&str], log: &Path) -> Self {
        let log = std::fs::File::options().create(true).append(true).open(log).expect("a file");
        Self::command("serve", folder, &[&["--open"], more].concat(), log.into())
    }

    /// With accounts, which nobody has yet.
    pub fn closed(folder: &Path, more: &[&str]) -> Self {
        Self::command("serve", folder, more, Stdio::inherit())
    }

    /// `comptoir serve` with accounts, and its log in a file.
    pub fn with_accounts(folder: &Path, more: &[&str], log: &Path) -> Self {
        let log = std::fs::File::options().create(true).append(true).open(log).expect("a file");
        Self::command("serve", folder, more, log.into())
    }

    fn command(name: &str, folder: &Path, more: &[&str], log: Stdio) -> Self {
        let mut child = command(&[name, "--listen", "127.0.0.1:0", "--data"])
            .arg(folder)
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let lines = read_lines(child.stdout.take().expect("a pipe"));
        Self { child: Some(child), lines }
    }

    /// The address, once the program has printed it; `None` when it ended instead.
    pub fn ready(mut self) -> Option<Program> {
        let line = self.lines.recv_timeout(PATIENCE).ok()?;
        let address = line.strip_prefix("http://")?.strip_suffix('/')?.parse().ok()?;
        Some(Program { child: self.child.take()?, address })
    }

    /// Whether the program said that it is ready within so long.
    pub fn ready_within(mut self, time: Duration) -> Result<Program, Self> {
        match self.lines.recv_timeout(time) {
            Err(_) => Err(self),
            Ok(line) => {
                let address = line.trim_start_matches("http://").trim_end_matches('/').parse();
                let child = self.child.take().expect("still there");
                Ok(Program { child, address: address.expect("the address is printed") })
            }
        }
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            end(child);
        }
    }
}

impl Program {
    pub fn serve(folder: &Path) -> Self {
        Starting::serve(folder).ready().expect("the server says where it is")
    }

    /// `comptoir serve` with accounts: whoever has none gets in by a token or a link only.
    pub fn closed(folder: &Path) -> Self {
        Starting::command("serve", folder, &[], Stdio::inherit())
            .ready()
            .expect("the server says where it is")
    }

    /// `comptoir demo`, on a folder that is filled already: filling it takes too long for a test.
    pub fn demo(folder: &Path) -> Self {
        Starting::command("demo", folder, &[], Stdio::inherit())
            .ready()
            .expect("the server says where it is")
    }

    /// SIGKILL, at once.
    pub fn kill(mut self) {
        end(&mut self.child);
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        signal(self.child.id(), "TERM");
        wait(&mut self.child)
    }

    pub fn get(&self, target: &str) -> Answer {
        self.send("GET", target, &[], b"")
    }

    pub fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        request(self.address, method, target, headers, body).expect("the server answers")
    }

    /// Pushes records, which must all be accepted.
    pub fn ingest(&self, shop: &str, records: &Value) {
        let target = format!("/api/v1/ingest?shop={shop}");
        let answer = self.send("POST", &target, &[], records.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.json()["rejected"], serde_json::json!([]));
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("text")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl Outcome {
    pub fn text(&self) -> String {
        String::from_utf8(self.out.clone()).expect("text")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }
}

/// The program, not yet started.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comptoir"));
    command.args(arguments);
    command
}

/// Runs a command to its end, with `input` as its standard input.
pub fn run(arguments: &[&str], input: &[u8]) -> Outcome {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writing = std::thread::spawn(move || {
        // A command that does not read to the end closes the pipe; that is its right.
        let _closed = pipe.write_all(&input);
    });
    let output = child.wait_with_output().expect("the program ends");
    writing.join().expect("written");
    Outcome {
        code: output.status.code(),
        out: output.stdout,
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// `comptoir import` of one file into the shop `test` of a folder, created in euros and Paris time.
pub fn import(folder: &Path, file: &Path, more: &[&str]) -> Outcome {
    let (folder, file) = (folder.to_str().expect("a path"), file.to_str().expect("a path"));
    let mut arguments = vec!["import", "--data", folder, "--shop", "test", "--create"];
    arguments.extend(["--currency", "EUR", "--timezone", "Europe/Paris", "--json"]);
    if !more.contains(&"--format") {
        arguments.extend(["--format", "comptoir"]);
    }
    arguments.extend(more);
    arguments.push(file);
    run(&arguments, b"")
}

/// `comptoir query`, which must succeed.
pub fn query(folder: &Path, question: &str, format: &str) -> String {
    let folder = folder.to_str().expect("a path");
    let outcome = run(&["query", "--data", folder, question, "--format", format], b"");
    assert_eq!(outcome.code, Some(0), "{question}: {}", outcome.err);
    outcome.text()
}

/// The answer of `comptoir query` as JSON.
pub fn answer(folder: &Path, question: &str) -> Value {
    serde_json::from_str(&query(folder, question, "json")).expect("JSON")
}

/// A file of a folder, with this content.
pub fn file(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("written");
    path
}

/// Waits for a condition.
pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < PATIENCE, "it never came: {what}");
        std::thread::sleep(LOOK);
    }
}

/// Sends a signal to a process that a test started.
pub fn signal(process: u32, name: &str) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {process}")).status();
    assert!(sent.expect("a shell").success());
}

pub fn wait(child: &mut Child) -> ExitStatus {
    let mut status = None;
    until("the program ends", || {
        status = child.try_wait().expect("a child");
        status.is_some()
    });
    status.expect("just seen")
}

/// One request on a connection of its own. An answer that does not arrive whole is an error.
pub fn request(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut head = format!(
        "{method} {target} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    if !headers.iter().any(|(name, _)| *name == "host") {
        head.push_str("host: 127.0.0.1\r\n");
    }
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    // A server may answer and close before it has read everything.
    let _closed = stream.write_all(body);
    receive(BufReader::new(stream))
}

fn receive(mut stream: BufReader<TcpStream>) -> io::Result<Answer> {
    let broken = || io::Error::new(io::ErrorKind::UnexpectedEof, "half an answer");
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status =
        line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_lowercase(), value.trim().to_owned())),
            None if line.trim_end().is_empty() && line.ends_with('\n') => break,
            None => return Err(broken()),
        }
    }
    let mut answer = Answer { status, headers, body: Vec::new() };
    let length = answer.header("content-length").to_owned();
    if answer.header("transfer-encoding") == "chunked" {
        loop {
            let mut size = String::new();
            stream.read_line(&mut size)?;
            let size = u64::from_str_radix(size.trim(), 16).map_err(|_| broken())?;
            let mut chunk = vec![0; usize::try_from(size).map_err(|_| broken())? + 2];
            stream.read_exact(&mut chunk)?;
            chunk.truncate(chunk.len() - 2);
            if chunk.is_empty() {
                break;
            }
            answer.body.extend(chunk);
        }
    } else if !length.is_empty() {
        answer.body = vec![0; length.parse().map_err(|_| broken())?];
        stream.read_exact(&mut answer.body)?;
    }
    Ok(answer)
}

fn read_lines(out: ChildStdout) -> mpsc::Receiver<String> {
    let (lines, received) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines() {
            let Ok(line) = line else { return };
            if lines.send(line).is_err() {
                return;
            }
        }
    });
    received
}

fn end(child: &mut Child) {
    // It may have ended by itself.
    let _gone = child.kill();
    let _reaped = child.wait();
}
