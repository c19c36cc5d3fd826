//! Where keys may go: OpenRouter over https, this machine, and hosts that the command line names.

use reqwest::Url;

use super::safe;
use crate::diagnostics::{Code, Diagnostic};

/// Where the API begins unless the command line says otherwise.
pub const DEFAULT_BASE_URL: &str = "https://openrouter.ai/api/v1";

/// The host that may always have a key.
const HOME: &str = "openrouter.ai";

/// A base URL that keys may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    url: Url,
    loopback: bool,
}

impl Base {
    /// A base URL as the command line gives it, with the hosts that `--allow-host` names: `proxy.example.com`, or
    /// `proxy.example.com:8443` for that port alone.
    ///
    /// E0802 where a key may not go there.
    pub fn new(text: &str, allowed: &[String]) -> Result<Self, Diagnostic> {
        let url = Url::parse(text).map_err(|problem| {
            no_base(format!("the base URL is not a URL: {problem}"))
                .help(format!("a base URL looks like `{DEFAULT_BASE_URL}`"))
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(no_base("the base URL has a user name or a password in it")
                .help("leave out what stands before the `@`; keys come from the environment or a profile"));
        }
        let Some(host) = url.host_str().map(str::to_string) else {
            return Err(
                no_base("the base URL names no host").help(format!("a base URL looks like `{DEFAULT_BASE_URL}`"))
            );
        };
        if url.query().is_some() || url.fragment().is_some() {
            return Err(no_base("the base URL has a `?` or a `#` in it")
                .help("end it with the path: orq adds the path and the arguments of each endpoint"));
        }
        let loopback = is_loopback(&url);
        let named = names(&url, &host, allowed);
        let home = host == HOME && url.port().is_none();
        let base = Self { url, loopback };
        let shown = base.host();
        match base.url.scheme() {
            "http" if loopback => Ok(base),
            "https" if loopback || home || named => Ok(base),
            "http" => {
                let name = if home || named { String::new() } else { format!(", and add `--allow-host {shown}`") };
                Err(no_base(format!("`{shown}` is not reached over https; a key would be readable on the way"))
                    .help(format!("write `https://` in the base URL{name}")))
            }
            "https" => {
                Err(no_base(format!("keys do not go to `{shown}`; they go to https://{HOME} and to this machine"))
                    .help(format!("where that host may have the key, add `--allow-host {shown}`")))
            }
            _ => Err(no_base("the base URL is not a web address")
                .help(format!("a base URL looks like `{DEFAULT_BASE_URL}`"))),
        }
    }

    /// Whether it is this machine: no proxy, no limiter.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether it is plain HTTP, which only this machine may be.
    pub fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Its path: `/api/v1`.
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// The host and its port where that is not the usual one, for messages and for `--allow-host`.
    pub fn host(&self) -> String {
        let port = self.url.port().map(|port| format!(":{port}")).unwrap_or_default();
        safe::line(&format!("{}{port}", self.url.host_str().unwrap_or_default()))
    }

    /// The address of `/path` below the base. Each part of the path is escaped, so that a name in it stays a name.
    ///
    /// E0507 where the path has an empty part, `.` or `..`: it would be the address of something else.
    pub fn address(&self, path: &str, query: &[(&str, String)]) -> Result<Url, Diagnostic> {
        let parts = || path.trim_start_matches('/').split('/');
        if parts().any(|part| matches!(part, "" | "." | "..")) {
            return Err(Diagnostic::error(Code::E0507, format!("the API has nothing at `{}`", safe::line(path)))
                .help("write the name or id as the API gives it, without empty parts and dots"));
        }
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(parts());
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }
}

fn no_base(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::E0802, message)
}

/// `127.0.0.0/8`, `::1` and `localhost`, which the client resolves to these.
fn is_loopback(url: &Url) -> bool {
    // A URL writes an IPv6 address in brackets.
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether the command line names this host, or this host and port.
fn names(url: &Url, host: &str, allowed: &[String]) -> bool {
    let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
    allowed.iter().any(|name| {
        name.eq_ignore_ascii_case(host) || with_port.as_ref().is_some_and(|it| name.eq_ignore_ascii_case(it))
    })
}
