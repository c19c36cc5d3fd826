//! `examples/ci`: each command in these files is one that the program takes, and the files have the shape that their
//! readers want.

use super::*;

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci").join(name)).unwrap()
}

/// The words behind `orq` on a line, up to where the shell goes on.
fn command(line: &str) -> Option<Vec<String>> {
    let at = line.find("orq ").filter(|at| *at == 0 || line[..*at].ends_with([' ', '/']))?;
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line[at..].chars() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => break,
            ' ' if !quoted => words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty())),
            c => word.push(c),
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    Some(words[1..].to_vec())
}

/// Lines that run something, without what stands before the command.
fn runs(name: &str, starts: &[&str]) -> Vec<Vec<String>> {
    let text = file(name);
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let found: Vec<Vec<String>> =
        lines.filter(|line| starts.iter().any(|start| line.starts_with(start))).filter_map(command).collect();
    assert!(!found.is_empty(), "{name} runs nothing");
    found
}

#[test]
fn every_command_for_a_scheduler_is_one_that_orq_takes() {
    let mut commands = runs("github-actions.yml", &["run: orq"]);
    commands.extend(runs("crontab", &["15 ", "20 ", "30 "]));
    commands.extend(runs("orq-budget.service", &["ExecStart="]));
    assert_eq!(commands.len(), 4 + 4 + 1, "{commands:?}");
    let (home, _) = among(&[("reports/budget.orq", &file("../alert-budget.orq"))]);
    for script in ["alert-budget.orq", "alert-key-jump.orq", "alert-models.orq"] {
        fs::write(home.path().join(script), file(&format!("../{script}"))).unwrap();
    }
    fs::write(home.path().join("key"), format!("{}\n", orq::demo::MANAGEMENT_KEY)).unwrap();
    orq().cwd(home.path()).args(["--demo", "test", "--record", "reports"]).run();
    for words in commands {
        let words: Vec<String> =
            words
                .iter()
                .map(|word| {
                    if word.contains("/openrouter") || word == "%d/openrouter" {
                        "key".to_string()
                    } else {
                        word.clone()
                    }
                })
                .collect();
        // What asks somebody asks the demo account; what does not is as it stands.
        let demo: &[&str] = if ["run", "report"].contains(&words[0].as_str()) { &["--demo"] } else { &[] };
        let run = orq().cwd(home.path()).args(demo.iter().copied()).args(words.iter().map(String::as_str)).run();
        assert!([0, 5].contains(&run.code), "orq {words:?} ends with {}\n{}", run.code, run.stderr);
    }
}

/// By hand: two spaces a level, no tabs, and a colon or a dash on each line.
#[test]
fn the_workflow_has_the_shape_of_yaml() {
    let text = file("github-actions.yml");
    let mut keys = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#')) {
        let indent = line.len() - line.trim_start().len();
        assert!(indent.is_multiple_of(2) && !line.contains('\t'), "{line}");
        let entry = line.trim().trim_start_matches("- ");
        let (key, _) = entry.split_once(':').unwrap_or_else(|| panic!("no key: {line}"));
        assert!(key.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{line}");
        if indent == 0 {
            keys.push(key.to_string());
        }
    }
    assert_eq!(keys, ["name", "on", "jobs"]);
    // The key is there where answers are asked for, and nowhere else.
    assert_eq!(text.matches("secrets.").count(), 1);
    let (scripts, budget) = text.split_once("\n  budget:").unwrap();
    assert!(!scripts.contains("secrets.") && budget.contains("secrets.OPENROUTER_MANAGEMENT_KEY"));
}

#[test]
fn the_service_is_locked_up_and_has_its_key_from_systemd() {
    let service = file("orq-budget.service");
    for line in ["NoNewPrivileges=yes", "ProtectSystem=strict", "LoadCredential=openrouter:/etc/orq/openrouter.key"] {
        assert!(service.lines().any(|found| found == line), "{line}");
    }
    for text in [&service, &file("orq-budget.timer")] {
        let mut section = false;
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            section |= line.starts_with('[') && line.ends_with(']');
            assert!(section && (line.starts_with('[') || line.contains('=')), "{line}");
        }
    }
}
