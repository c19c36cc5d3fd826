//! What tests share: the program as a process, and the demo account as a server.

pub mod inside;
pub mod raw;
pub mod schema;
pub mod scripted;
pub mod terminal;
pub mod truth;
pub mod xml;

use std::collections::HashMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

/// The clock of the tests.
pub const NOW: &str = "2026-02-19T09:00:00Z";

/// What a process left behind.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The program, far from the user's keys, files and looks.
pub fn orq() -> Orq {
    let home = tempfile::tempdir().unwrap();
    Orq { arguments: Vec::new(), env: HashMap::new(), stdin: None, cwd: home.path().to_path_buf(), home }
}

/// A run on the demo account.
pub fn demo(query: &str) -> Run {
    orq().args(["--demo", query]).run()
}

/// The rows of a query on the demo account.
pub fn rows(query: &str) -> Vec<serde_json::Value> {
    let run = orq().args(["--demo", "-f", "json", query]).run();
    assert_eq!(run.code, 0, "{query}\n{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// Puts the files that examples read into a directory.
pub fn copy_files(to: &std::path::Path) {
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    for name in ["trace.csv", "logs/2026-02-17.jsonl", "logs/2026-02-18.jsonl"] {
        std::fs::create_dir_all(to.join(name).parent().unwrap()).unwrap();
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

pub struct Orq {
    arguments: Vec<String>,
    env: HashMap<String, String>,
    stdin: Option<String>,
    cwd: PathBuf,
    /// Lives as long as the run.
    pub home: tempfile::TempDir,
}

impl Orq {
    pub fn args<I: IntoIterator<Item = S>, S: Into<String>>(mut self, arguments: I) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_string(), value.to_string());
        self
    }

    pub fn stdin(mut self, text: &str) -> Self {
        self.stdin = Some(text.to_string());
        self
    }

    /// With the files of `tests/files` where it runs.
    pub fn with_files(self) -> Self {
        copy_files(&self.cwd);
        self
    }

    pub fn cwd(mut self, path: impl Into<PathBuf>) -> Self {
        self.cwd = path.into();
        self
    }

    /// The process, not yet started.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orq"));
        command
            .args(&self.arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env("LC_ALL", "C.UTF-8")
            .env("ORQ_NOW", NOW)
            .envs(&self.env)
            .current_dir(&self.cwd)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(self) -> Run {
        let mut child = self.command().spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        if let Some(text) = &self.stdin {
            // A program that does not read its input may be gone already.
            let _ = stdin.write_all(text.as_bytes());
        }
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The demo account on a port of its own, for as long as the process lives.
pub struct DemoServer {
    pub base_url: String,
}

impl DemoServer {
    /// `faults` as `--fault` takes them, parted by commas.
    pub fn start(now: &str, faults: &str) -> Self {
        let now: jiff::Timestamp = now.parse().unwrap();
        Self::by_clock(Arc::new(move || now), faults)
    }

    /// By a clock that a test moves.
    pub fn by_clock(now: orq::demo::Now, faults: &str) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let base_url = format!("http://{}{}", listener.local_addr().unwrap(), orq::demo::BASE_PATH);
        let faults: Vec<orq::demo::Fault> =
            faults.split(',').filter(|f| !f.is_empty()).map(|f| f.parse().unwrap()).collect();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let options = orq::demo::Options { faults: faults.into(), ..orq::demo::Options::new(now) };
                orq::demo::serve(listener, options).await
            })
        });
        Self { base_url }
    }
}

/// Nothing is told but what goes with the data of the demo account, and that without colours.
pub fn is_quiet(told: &str) -> bool {
    let codes: Vec<&str> = told.lines().filter(|line| line.starts_with("E0")).collect();
    let nothing = told.is_empty() || (!codes.is_empty() && codes.iter().all(|code| *code == "E0605"));
    nothing && !told.contains("panicked") && !told.contains('\u{1b}')
}
