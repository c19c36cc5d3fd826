//! Where keys are found: the environment, the profile, `--key-file`, `./.env`, `~/.openclaw/.env`, in that order.

use std::path::PathBuf;
use std::sync::Arc;

use orq::diagnostics::Code;
use orq::model::request::KeyKind::{self, Api, Either, Management};
use orq::net::{Credentials, Places};
use secrecy::ExposeSecret as _;

const M: &str = "sk-or-v1-management0123";
const A: &str = "sk-or-v1-api0123";
const M_NAME: &str = "OPENROUTER_MANAGEMENT_KEY";
const A_NAME: &str = "OPENROUTER_API_KEY";

/// A machine with directories of its own.
struct Machine {
    root: tempfile::TempDir,
    env: Vec<(String, String)>,
    profile: Option<String>,
    key_file: Option<PathBuf>,
}

impl Machine {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for directory in ["cwd", "home/.openclaw", "config"] {
            std::fs::create_dir_all(root.path().join(directory)).unwrap();
        }
        Self { root, env: Vec::new(), profile: None, key_file: None }
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_string(), value.to_string()));
        self
    }

    fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.root.path().join(path), text).unwrap();
        self
    }

    fn config(self, text: &str) -> Self {
        self.file("config/config.toml", text)
    }

    fn without(self, path: &str) -> Self {
        std::fs::remove_file(self.root.path().join(path)).unwrap();
        self
    }

    fn profile(self, name: &str) -> Self {
        Self { profile: Some(name.to_string()), ..self }
    }

    fn key_file(self, path: &str) -> Self {
        Self { key_file: Some(PathBuf::from(path)), ..self }
    }

    fn credentials(&self) -> Credentials {
        let env = self.env.clone();
        let at = |path: &str| Some(self.root.path().join(path));
        Credentials::new(Places {
            env: Arc::new(move |name| env.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())),
            cwd: at("cwd"),
            home: at("home"),
            config_dir: at("config"),
            key_file: self.key_file.clone(),
            profile: self.profile.clone(),
            ..Places::nowhere()
        })
    }

    fn key(&self, kind: KeyKind) -> Result<String, Code> {
        key(&self.credentials(), kind)
    }
}

/// The key, or why there is none; nothing that can be printed holds a key.
fn key(credentials: &Credentials, kind: KeyKind) -> Result<String, Code> {
    assert!(!format!("{credentials:?}").contains("0123"));
    match credentials.for_kind(kind) {
        Ok(key) => {
            assert!(!format!("{key:?} {}", key.origin()).contains("0123"));
            Ok(key.secret().expose_secret().to_string())
        }
        Err(error) => {
            assert!(!format!("{error:?}").contains("0123"), "{error:?}");
            assert!(error.help.is_some(), "{error:?}");
            Err(error.code)
        }
    }
}

fn found(key: &str) -> Result<String, Code> {
    Ok(key.to_string())
}

#[test]
fn the_first_place_that_has_a_key_gives_it() {
    let machine = Machine::new()
        .env(M_NAME, "env-key")
        .config("[profiles.default]\nmanagement_key_command=[\"printf\", \" profile-key\\n\"]\n")
        .file("cwd/k", "OPENROUTER_MANAGEMENT_KEY=file-key")
        .key_file("k")
        .file("cwd/.env", "OPENROUTER_MANAGEMENT_KEY=cwd-key")
        .file("home/.openclaw/.env", "OPENROUTER_MANAGEMENT_KEY=home-key");
    assert_eq!(machine.key(Management), found("env-key"));
    let machine = Machine { env: Vec::new(), ..machine };
    assert_eq!(machine.key(Management), found("profile-key"));
    let machine = machine.without("config/config.toml");
    assert_eq!(machine.key(Management), found("file-key"));
    let machine = Machine { key_file: None, ..machine };
    assert_eq!(machine.key(Management), found("cwd-key"));
    let machine = machine.without("cwd/.env");
    assert_eq!(machine.key(Management), found("home-key"));
    let machine = machine.without("home/.openclaw/.env");
    assert_eq!(machine.key(Management), Err(Code::E0501));
}

#[test]
fn each_place_fills_in_the_kinds_that_were_not_found_before() {
    let machine = Machine::new().env(M_NAME, M).file("cwd/.env", format!("{M_NAME}=other\n{A_NAME}={A}\n"));
    assert_eq!(machine.key(Management), found(M));
    assert_eq!(machine.key(Api), found(A));
    // A variable that is set to nothing is not set.
    assert_eq!(Machine::new().env(M_NAME, "  ").file("cwd/.env", format!("{M_NAME}={M}")).key(Management), found(M));
}

#[test]
fn fact_2_a_key_of_one_kind_does_not_stand_in_for_the_other() {
    assert_eq!(Machine::new().env(A_NAME, A).key(Management), Err(Code::E0502));
    assert_eq!(Machine::new().env(M_NAME, M).key(Api), Err(Code::E0502));
    assert_eq!(Machine::new().file("cwd/.env", format!("{A_NAME}={A}")).key(Management), Err(Code::E0502));
    for kind in [Management, Api, Either] {
        assert_eq!(Machine::new().key(kind), Err(Code::E0501));
    }
    // Where either will do, the one that sees the whole account is preferred.
    assert_eq!(Machine::new().env(A_NAME, A).key(Either), found(A));
    assert_eq!(Machine::new().env(A_NAME, A).env(M_NAME, M).key(Either), found(M));
}

#[test]
fn a_dotenv_is_read_as_a_shell_reads_it() {
    for (text, key) in [
        ("export OPENROUTER_API_KEY=abc", "abc"),
        ("OPENROUTER_API_KEY=\"abc\" # my key", "abc"),
        ("OPENROUTER_API_KEY='abc'", "abc"),
        ("  OPENROUTER_API_KEY = abc  # x", "abc"),
        ("OPENROUTER_API_KEY=abc#def", "abc#def"),
        ("OPENROUTER_API_KEY=a\nOPENROUTER_API_KEY=b", "b"),
        ("# OPENROUTER_API_KEY=no\r\nOPENROUTER_API_KEY=abc\r\n", "abc"),
        ("\u{feff}OPENROUTER_API_KEY=abc", "abc"),
        (
            "MY_OPENROUTER_API_KEY=x\nOPENROUTER_API_KEY_OLD=y\nexportOPENROUTER_API_KEY=z\nOPENROUTER_API_KEY=abc",
            "abc",
        ),
        ("OPENROUTER_API_KEY=\" abc \"", "abc"),
        // A key of the other kind that is no key does not matter.
        ("OPENROUTER_API_KEY=abc\nOPENROUTER_MANAGEMENT_KEY=\"x", "abc"),
    ] {
        assert_eq!(Machine::new().file("cwd/.env", text).key(Api), found(key), "{text}");
    }
    let beside_other_bytes = Machine::new().file("cwd/.env", b"X=\xff\xfe\nOPENROUTER_API_KEY=abc");
    assert_eq!(beside_other_bytes.key(Api), found("abc"));
}

#[test]
fn what_is_no_key_is_not_sent() {
    for text in [
        "OPENROUTER_API_KEY=",
        "OPENROUTER_API_KEY=# nothing",
        "OPENROUTER_API_KEY=''",
        "",
        "no lines",
        "OPENROUTER_API_KEY=\"sk-0123",
        "OPENROUTER_API_KEY=sk-0123 0123",
        "OPENROUTER_API_KEY=sk-0123é",
        "OPENROUTER_API_KEY=sk\u{200b}0123",
        "OPENROUTER_API_KEY=sk\u{1b}[0123",
    ] {
        assert_eq!(Machine::new().file("cwd/.env", text).key(Api), Err(Code::E0501), "{text}");
    }
    assert_eq!(Machine::new().env(A_NAME, "sk-0123\nX: y").key(Api), Err(Code::E0501));
    assert_eq!(Machine::new().env(A_NAME, "abc\n").key(Api), found("abc"));
}

#[test]
fn a_dotenv_that_is_no_file_is_somebody_elses() {
    let machine = Machine::new();
    std::fs::create_dir(machine.root.path().join("cwd/.env")).unwrap();
    assert_eq!(machine.key(Api), Err(Code::E0501));
}

#[test]
fn a_key_file_holds_one_bare_key_or_lines_as_a_dotenv() {
    let machine = Machine::new().file("cwd/k", "# mine\n\nsk-or-bare-0123\n").key_file("k");
    for kind in [Management, Api, Either] {
        assert_eq!(machine.key(kind), found("sk-or-bare-0123"));
        assert_eq!(machine.credentials().for_kind(kind).unwrap().kind(), Either, "its kind is not known");
    }
    let lines = Machine::new().file("cwd/k", format!("{A_NAME}={A}")).key_file("k");
    assert_eq!((lines.key(Api), lines.key(Management)), (found(A), Err(Code::E0502)));
    for (text, code) in [("hello\nworld", Code::E0501), ("", Code::E0501)] {
        assert_eq!(Machine::new().file("cwd/k", text).key_file("k").key(Api), Err(code), "{text}");
    }
    assert_eq!(Machine::new().file("cwd/k", "x".repeat(2 << 20)).key_file("k").key(Api), Err(Code::E0701));
    assert_eq!(Machine::new().key_file("nope").key(Api), Err(Code::E0701));
    assert_eq!(Machine::new().key_file(".").key(Api), Err(Code::E0701));
}

#[cfg(unix)]
#[test]
fn a_key_file_that_is_a_pipe_is_read_once_for_both_kinds() {
    let machine = Machine::new();
    let pipe = machine.root.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let machine = machine.key_file(pipe.to_str().unwrap());
    std::thread::spawn(move || std::fs::write(pipe, format!("{M_NAME}={M}\n{A_NAME}={A}\n")).unwrap());
    let credentials = machine.credentials();
    assert_eq!((key(&credentials, Management), key(&credentials, Api)), (found(M), found(A)));
}

#[cfg(unix)]
#[test]
fn a_dotenv_that_is_a_pipe_is_not_waited_for() {
    let machine = Machine::new();
    let pipe = machine.root.path().join("cwd/.env");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(machine.key(Api), Err(Code::E0501));
}

#[test]
fn a_profile_names_a_command_or_a_file() {
    let work = "[profiles.work]\napi_key_command=[\"echo\",\"abc\"]";
    assert_eq!(Machine::new().config(work).profile("work").key(Api), found("abc"));
    assert_eq!(Machine::new().config(work).key(Api), Err(Code::E0501), "it was not asked for");
    assert_eq!(Machine::new().config(work).profile("wrok").key(Api), Err(Code::E0501));
    assert_eq!(Machine::new().profile("work").key(Api), Err(Code::E0501));
    let file = |path: &str| Machine::new().config(&format!("[profiles.default]\napi_key_file=\"{path}\""));
    assert_eq!(file("k").file("config/k", "abc\n").key(Api), found("abc"));
    assert_eq!(file("~/k").file("home/k", "OPENROUTER_API_KEY=abc\n").key(Api), found("abc"));
    assert_eq!(file("~/k").file("home/k", "OPENROUTER_MANAGEMENT_KEY=abc\n").key(Api), Err(Code::E0501));
    let named = Machine::new().config("[profiles.default]\nmanagement_key_file=\"k\"").file("config/k", "abc\n");
    assert_eq!(named.credentials().for_kind(Management).unwrap().kind(), Management, "the entry says its kind");
}

#[test]
fn an_unknown_profile_gets_the_near_one() {
    let machine = Machine::new().config("[profiles.work]\napi_key_command=[\"echo\",\"abc\"]").profile("wrok");
    let error = machine.credentials().for_kind(Api).unwrap_err().clone();
    assert_eq!(error.candidates, ["work"]);
    assert!(error.help.unwrap().contains("--profile work"));
}

#[test]
fn a_profile_that_is_not_right_is_an_error_without_the_key() {
    for entry in [
        "api_key=\"sk-or-0123\"",
        "management_key=\"sk-or-0123\"",
        "api_key_command=\"echo sk-or-0123\"",
        "api_key_command=[]",
        "api_key_command=[\"echo\",1]",
        "api_key_file=3",
        "api_key_file=\"a\"\napi_key_command=[\"x\"]",
        "api_key_comand=[\"x\"]",
        "\"sk-or-0123\"=1",
        "api_key_command=[\"false\"]",
        "api_key_command=[\"nosuchprogram\"]",
        "api_key_command=[\"true\"]",
        "api_key_command=[\"printf\",\"sk-0123\\\\nuser: x\"]",
        "api_key_file=\"nope\"",
    ] {
        let machine = Machine::new().config(&format!("[profiles.default]\n{entry}"));
        assert_eq!(machine.key(Api), Err(Code::E0501), "{entry}");
    }
    assert_eq!(Machine::new().config("api_key=\"sk-or-0123\"").key(Api), Err(Code::E0501));
    assert_eq!(Machine::new().config("[profiles.default]\napi_key=sk-or-0123").key(Api), Err(Code::E0701));
    assert_eq!(Machine::new().config("x = [\n").key(Api), Err(Code::E0701));
    // Where the environment has the key, the configuration is not even read.
    assert_eq!(Machine::new().config("x = [").env(A_NAME, "abc").key(Api), found("abc"));
}

#[cfg(unix)]
#[test]
fn a_command_runs_once_when_it_is_needed_in_the_directory_of_the_configuration() {
    use std::os::unix::fs::PermissionsExt as _;
    let machine = Machine::new()
        .config(
            "[profiles.default]\n\
             api_key_command=[\"sh\",\"-c\",\"pwd > where; echo ran >> log; echo abc\"]\n\
             management_key_command=[\"./mine\"]",
        )
        .file("config/mine", "#!/bin/sh\necho xyz\n");
    let config = machine.root.path().join("config");
    std::fs::set_permissions(config.join("mine"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let credentials = machine.credentials();
    assert_eq!(key(&credentials, Management), found("xyz"));
    assert!(!config.join("log").exists(), "the other key was not needed");
    assert_eq!((key(&credentials, Api), key(&credentials, Api)), (found("abc"), found("abc")));
    assert_eq!(std::fs::read_to_string(config.join("log")).unwrap(), "ran\n");
    let place = std::fs::read_to_string(config.join("where")).unwrap();
    assert_eq!(PathBuf::from(place.trim()).canonicalize().unwrap(), config.canonicalize().unwrap());
}

#[test]
fn no_command_runs_only_to_word_an_error() {
    let machine =
        Machine::new().config("[profiles.default]\napi_key_command=[\"sh\",\"-c\",\"echo ran >> log; echo abc\"]");
    assert_eq!(machine.key(Management), Err(Code::E0502));
    assert!(!machine.root.path().join("config/log").exists());
}
