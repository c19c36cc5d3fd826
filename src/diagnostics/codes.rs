//! Every code that a diagnostic can have: its title, its exit code, and its page, which is also its test.

use super::Exit;

macro_rules! codes {
    ($($code:ident $exit:ident $title:literal;)*) => {
        /// The name of one kind of trouble. `orq explain E0103` prints its page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($code),* }

        impl Code {
            /// All codes, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            pub fn id(self) -> &'static str {
                match self { $(Self::$code => stringify!($code)),* }
            }

            /// The kind of trouble in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$code => $title),* }
            }

            pub fn exit(self) -> Exit {
                match self { $(Self::$code => Exit::$exit),* }
            }

            /// Whether it only says what is worth knowing. Others may, where a flag makes them; these do always.
            pub fn is_warning(self) -> bool {
                self.exit() == Exit::Fine
            }

            /// What it means, what triggers it and how to mend it, as Markdown.
            pub fn page(self) -> &'static str {
                match self {
                    $(Self::$code => include_str!(concat!("../../tests/errors/", stringify!($code), ".md"))),*
                }
            }
        }
    };
}

codes! {
    // the text
    E0001 Query "text that does not fit here";
    E0002 Query "a bracket without its other half";
    E0003 Query "a quote that is not closed";
    E0004 Query "nested too deeply or too long";
    E0005 Query "an operator of another language";
    E0006 Query "a value that cannot be read";
    E0007 Query "nothing to run";
    E0009 Query "a comment that allows what cannot be allowed";
    E0010 Fine "an `allow` that silences nothing";
    // names
    E0101 Query "unknown source";
    E0102 Query "unknown verb";
    E0103 Query "unknown column";
    E0104 Query "unknown function";
    E0105 Query "unknown parameter";
    E0106 Query "unknown argument of a source";
    E0107 Query "unknown format";
    E0108 Query "two results of one name";
    E0109 Query "a name that several things bear";
    E0110 Query "a parameter without a value";
    E0111 Query "a definition that leads back to itself";
    E0112 Query "a library that cannot be used";
    // types and units
    E0201 Query "types or units that do not go together";
    E0202 Query "another type is needed here";
    E0203 Query "a rate cannot be summed";
    E0204 Query "the wrong number of arguments";
    E0205 Query "an aggregate in the wrong place";
    E0206 Query "quotes that are missing, or one pair too many";
    E0207 Fine "a mean of means or rates";
    // stages
    E0301 Query "a group that nothing aggregates";
    E0302 Query "a verb with the wrong arguments";
    E0303 Fine "a join that multiplies rows";
    E0304 Query "a cube that nothing aggregates";
    // ranges and arguments of sources
    E0401 Query "not a time range";
    E0402 Query "a range that ends before it starts";
    E0403 Query "a source without its argument";
    // the API
    E0501 Api "no key";
    E0502 Api "the wrong kind of key";
    E0503 Api "the API refused the request";
    E0504 Api "the API failed";
    E0505 Api "the API could not be reached";
    E0506 Api "an answer that cannot be read";
    E0507 Api "not found";
    E0508 Api "a call that is not recorded";
    // data
    E0601 Incomplete "days that no route has";
    E0602 Incomplete "a question that no route answers exactly";
    E0603 Incomplete "more calls than are allowed";
    E0604 Incomplete "parts that do not add up";
    E0605 Fine "what goes with the data";
    E0606 Assertion "an assertion that does not hold";
    // this machine
    E0701 Internal "a file that cannot be read or written";
    E0702 Query "refused by permissions";
    E0703 Internal "a defect of orq";
    E0704 Internal "interrupted";
    E0801 Usage "a command line that does not fit";
    E0802 Usage "a host that is not allowed";
}

impl std::str::FromStr for Code {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(text)).ok_or(())
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}
