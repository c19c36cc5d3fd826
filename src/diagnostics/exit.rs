//! The exit codes of the program, as a type.

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The answer is complete.
    Fine = 0,
    /// A file could not be read or written, or orq has a defect.
    Internal = 1,
    /// The command line is wrong, or names a host that is not allowed.
    Usage = 2,
    /// The query is wrong, or permissions refuse it.
    Query = 3,
    /// The API or its credentials failed.
    Api = 4,
    /// An assertion of the script failed.
    Assertion = 5,
    /// The question is right, but complete data is not to be had.
    Incomplete = 6,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
