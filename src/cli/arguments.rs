//! What the command line may say.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::programs::schemas::Contract;
use super::recording::{RecordFlags, Source};
use super::sandbox::SandboxOptions;
use super::test::TestFlags;
use crate::demo::Fault;
use crate::model::zone::Zone;

/// What it is, queries, and only then how it is called.
const TEMPLATE: &str = "{about}\n\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

#[derive(Debug, Parser)]
#[command(
    name = "orq",
    version,
    about = "A scriptable query language for OpenRouter usage",
    max_term_width = 80,
    help_template = TEMPLATE,
    before_help = super::help::queries(),
    override_usage = "orq [OPTIONS] QUERY\n       orq [OPTIONS] COMMAND …\n       orq [OPTIONS]            the REPL",
    after_help = "`orq describe` lists sources, verbs, functions and formats. `check` and `explain` send nothing."
)]
pub struct Arguments {
    #[command(flatten)]
    pub options: Options,

    #[command(flatten)]
    pub recording: RecordFlags,

    #[command(subcommand)]
    pub command: Option<Command>,

    /// A query; plain words need no quotes
    #[arg(value_name = "QUERY", hide = true)]
    pub query: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run scripts; `orq run FILE --help` shows the parameters of one
    #[command(after_help = super::many::RUN_HELP)]
    Run {
        #[command(flatten)]
        text: Text,

        #[command(flatten)]
        recording: RecordFlags,

        #[command(flatten)]
        reports: Reports,

        /// What the script is for, and its parameters
        #[arg(long, hide = true)]
        script_help: bool,
    },
    /// Say what is wrong with scripts, or which columns a query gives
    Check {
        #[command(flatten)]
        text: Text,
        /// Tell GitHub's runner too, at the lines of the scripts
        #[arg(long)]
        github: bool,
        /// Columns, calls and warnings as JSON; what is wrong too
        #[arg(long)]
        json: bool,
    },
    /// Show calls and steps of a query, or the page of a code
    Explain {
        #[command(flatten)]
        text: Text,
        /// Columns, calls and warnings as JSON; what is wrong too
        #[arg(long)]
        json: bool,
    },
    /// Write scripts in their one form and layout
    Fmt {
        #[command(flatten)]
        text: Text,
        /// Write nothing: name the files that are not in it, and end with 5 where there are some
        #[arg(long)]
        check: bool,
    },
    /// Describe sources, verbs, functions and formats
    Describe {
        /// One of them; all where it is left out
        name: Option<String>,
        #[command(flatten)]
        form: Described,
    },
    /// What was spent, on what and by whom; `-f html` is a page
    Report {
        #[command(flatten)]
        range: Range,
        #[command(flatten)]
        recording: RecordFlags,
    },
    /// Run scripts on recorded answers, and compare the output
    #[command(after_help = super::test::HELP)]
    Test(TestFlags),
    /// Write a first configuration, and say which keys are found
    Init,
    /// Say what is configured, reachable and permitted, and what to do
    Doctor,
    /// Print completions for a shell
    Completions {
        #[arg(value_name = "bash|zsh|fish|elvish|powershell", hide_possible_values = true)]
        shell: clap_complete::Shell,
    },
    /// Keep what the API forgets: days of spend, by model, key and user
    #[command(after_help = super::ledger::SYNC_HELP)]
    Sync {
        /// Fetch no days before this one
        #[arg(long, value_name = "DATE")]
        since: Option<jiff::civil::Date>,

        /// Say what would be fetched, and fetch nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// What is kept, and how whole it is
    #[command(after_help = super::ledger::HELP)]
    Ledger {
        #[command(subcommand)]
        command: LedgerCommand,
    },
    /// Answer agents over MCP on standard input and output, in a sandbox
    #[command(after_help = super::mcp::HELP)]
    Mcp,
    /// Answer editors over LSP on standard input and output
    #[command(after_help = super::lsp::HELP)]
    Lsp,
    /// Print the man page
    Man,
    /// The demo account
    Demo {
        #[command(subcommand)]
        command: DemoCommand,
    },
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub enum LedgerCommand {
    /// Days, gaps and size, by month
    Status,
    /// Read all of it again, and hold final days against what the API still has
    Verify,
    /// Where it is
    Path,
}

#[derive(Debug, Subcommand)]
pub enum DemoCommand {
    /// Offer it to any client; the first line is the base URL
    Serve {
        /// 0 picks a free one
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
}

/// In which form the catalog is described.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct Described {
    /// The whole reference as Markdown
    #[arg(long, conflicts_with = "name")]
    pub reference: bool,

    /// A TextMate grammar, for the colours of editors
    #[arg(long, hide = true, conflicts_with = "name")]
    pub textmate: bool,

    /// All that is known of it as one line of JSON
    #[arg(long)]
    pub json: bool,

    /// The JSON Schema of envelope, errors, plan or run; of all where none is named
    #[arg(long, value_enum, value_name = "CONTRACT", hide_possible_values = true, conflicts_with = "name")]
    pub json_schema: Option<Option<Contract>>,

    /// The language in brief, for a model that has not seen it
    #[arg(long, conflicts_with = "name")]
    pub for_agents: bool,
}

/// What a report is of.
#[derive(Debug, Args)]
pub struct Range {
    /// First day, UTC: a day, `yesterday`, or a length as in `30d ago`, which it is where nothing is said
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,

    /// Last day; yesterday where nothing is said
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,

    /// Rows of each list
    #[arg(long, value_name = "N")]
    pub limit: Option<String>,
}

/// Who is told of a run besides whoever reads its output.
#[derive(Debug, Args)]
pub struct Reports {
    /// Write a report in JUnit's form, a test case a script
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub junit: Option<PathBuf>,

    /// Tell GitHub's runner too, at the lines of the scripts
    #[arg(long)]
    pub github: bool,
}

/// A query in one of its forms.
#[derive(Debug, Args)]
pub struct Text {
    /// Files and directories of scripts, `-` for standard input, or query text
    #[arg(value_name = "PATH|QUERY", value_hint = ValueHint::AnyPath)]
    pub words: Vec<String>,

    /// Query text, whatever files there are
    #[arg(short = 'e', value_name = "QUERY", conflicts_with = "words")]
    pub query: Option<String>,
}

/// Flags that stand before or after.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Format of the output: `orq describe` lists them
    #[arg(short, long, global = true, value_name = "FORMAT")]
    pub format: Option<String>,

    /// Print so many rows at most, and count the others
    #[arg(long, global = true, value_name = "N", conflicts_with = "raw")]
    pub max_rows: Option<usize>,

    /// Value of a parameter of the script; one or more
    #[arg(short, long, global = true, value_name = "NAME=VALUE", value_parser = param)]
    pub param: Vec<(String, String)>,

    /// Print the JSON of the API as it came
    #[arg(long, global = true)]
    pub raw: bool,

    /// Let `save` and `init` replace what is there
    #[arg(long, global = true)]
    pub force: bool,

    /// Form of errors: human or json
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = Errors::Human,
        value_name = "FORM",
        hide_possible_values = true
    )]
    pub errors: Errors,

    /// Colours: auto, always or never
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = Color::Auto,
        value_name = "WHEN",
        hide_possible_values = true
    )]
    pub color: Color,

    /// Answer from the demo account
    #[arg(long, global = true, help_heading = "Demo account and clock")]
    pub demo: bool,

    /// Faults of the demo account, as `500=1` or `latency=200ms`
    #[arg(long, global = true, value_name = "FAULT", value_delimiter = ',', help_heading = "Demo account and clock")]
    pub fault: Vec<Fault>,

    /// Take this for now, as 2026-02-19T09:00:00Z
    #[arg(
        long,
        global = true,
        env = "ORQ_NOW",
        hide_env_values = true,
        value_name = "TIME",
        value_parser = instant,
        help_heading = "Demo account and clock"
    )]
    pub now: Option<Timestamp>,

    /// Count days in this zone, as Europe/Berlin
    #[arg(long, global = true, value_name = "ZONE", value_parser = zone, help_heading = "Demo account and clock")]
    pub tz: Option<Zone>,

    /// Give up on a request after these
    #[arg(
        long,
        global = true,
        value_name = "SECONDS",
        default_value = "30",
        value_parser = seconds,
        help_heading = "Requests"
    )]
    pub timeout: Duration,

    /// Try a failed request again so many times
    #[arg(long, global = true, value_name = "N", default_value_t = 2, help_heading = "Requests")]
    pub retries: u32,

    /// Take more calls than this for no query
    #[arg(long, global = true, value_name = "N", default_value_t = 60, help_heading = "Requests")]
    pub max_calls: usize,

    /// Answer with the days there are, and name the others
    #[arg(long, global = true, help_heading = "Requests")]
    pub allow_partial: bool,

    /// Leave out what `orq sync` has kept: ask the API alone
    #[arg(long, global = true, help_heading = "Requests")]
    pub no_ledger: bool,

    /// Leave to this machine what need not be the API's
    #[arg(long, global = true, help_heading = "Requests")]
    pub no_pushdown: bool,

    /// Keep the API's limits a minute on this machine too
    #[arg(long, global = true, help_heading = "Requests")]
    pub rate_limit: bool,

    /// The API
    #[arg(
        long,
        global = true,
        value_name = "URL",
        default_value = crate::net::DEFAULT_BASE_URL,
        help_heading = "Requests"
    )]
    pub base_url: String,

    /// File that keys come from
    #[arg(long, global = true, value_name = "FILE", help_heading = "Keys")]
    pub key_file: Option<PathBuf>,

    /// Profile of the configuration that keys come from
    #[arg(long, global = true, value_name = "NAME", help_heading = "Keys")]
    pub profile: Option<String>,

    /// A host besides OpenRouter's that keys may go to
    #[arg(long, global = true, value_name = "HOST", help_heading = "Keys")]
    pub allow_host: Vec<String>,

    #[command(flatten)]
    pub sandbox: SandboxOptions,

    /// Where answers come from: the flags of commands that run a text say so
    #[arg(skip)]
    pub answers: Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Errors {
    Human,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

/// The name of a parameter, with or without its `@`, and its value.
fn param(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a name and a value are needed, as in since=2026-02-01")?;
    Ok((name.trim_start_matches('@').to_string(), value.to_string()))
}

pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "a number of seconds is needed".to_string())?;
    let most = 86_400.0;
    if seconds > 0.0 && seconds <= most {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("between 0 and 86400 seconds".to_string())
    }
}

fn zone(text: &str) -> Result<Zone, String> {
    Zone::named(text).ok_or_else(|| "a zone such as Europe/Berlin, America/New_York or UTC is needed".to_string())
}

/// An instant; a time without an offset, or a day alone, is UTC.
pub fn instant(text: &str) -> Result<Timestamp, String> {
    let civil = || text.parse::<DateTime>().ok().and_then(|time| time.to_zoned(TimeZone::UTC).ok());
    let found = text.parse().ok().or_else(|| civil().map(|time| time.timestamp()));
    found.ok_or_else(|| "a time such as 2026-02-19T09:00:00Z is needed".to_string())
}
