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

impl Exit {
    /// All of them, in the order of their codes.
    pub const ALL: &'static [Self] =
        &[Self::Fine, Self::Internal, Self::Usage, Self::Query, Self::Api, Self::Assertion, Self::Incomplete];

    /// Of the ends of several scripts the worst, by how far it is from an answer: trouble of this machine or of the
    /// command line may be that of all others too; the API comes before what it is asked, and an assertion that does not
    /// hold is an answer.
    pub fn worse(self, other: Self) -> Self {
        if self.weight() >= other.weight() { self } else { other }
    }

    fn weight(self) -> u8 {
        match self {
            Self::Internal => 6,
            Self::Usage => 5,
            Self::Api => 4,
            Self::Query => 3,
            Self::Incomplete => 2,
            Self::Assertion => 1,
            Self::Fine => 0,
        }
    }

    /// What it tells whoever ran the program.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Fine => "the answer is complete",
            Self::Internal => "a file cannot be read or written, or orq has a defect",
            Self::Usage => "the command line is wrong, or a host is not allowed",
            Self::Query => "the query is wrong",
            Self::Api => "the API or the key failed",
            Self::Assertion => "an assertion of the query does not hold",
            Self::Incomplete => "the question is right, but not all of its data is to be had",
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
