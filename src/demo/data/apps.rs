//! The applications that send the demo account's requests.

/// One application; a request without one has no row here.
#[derive(Debug)]
pub struct App {
    pub id: u64,
    /// Shown by analytics; an application without a title is shown by its number.
    pub title: Option<&'static str>,
    pub referer: &'static str,
    pub user_agent: &'static str,
}

#[rustfmt::skip]
pub static APPS: &[App] = &[
    App { id: 184_211, title: Some("Support Desk"), referer: "https://support.demo.example/", user_agent: "SupportDesk/3.4" },
    App { id: 190_402, title: Some("Code Review Bot"), referer: "https://review.demo.example/", user_agent: "review-bot/1.12" },
    App { id: 201_733, title: Some("Cline"), referer: "https://cline.bot/", user_agent: "Cline/3.17" },
    App { id: 215_068, title: Some("Catalogue"), referer: "https://catalogue.demo.example/", user_agent: "python-httpx/0.28" },
    App { id: 233_951, title: None, referer: "https://labs.demo.example/", user_agent: "node" },
    App { id: 240_017, title: Some("Roo Code"), referer: "https://roocode.com/", user_agent: "RooCode/3.25" },
];
