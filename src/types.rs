//! Ground: the types of columns and expressions, the units of numbers, and what may be done with a number (its class).

use std::fmt;

use serde::Serialize;

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    Number(Unit, Class),
    Text,
    Bool,
    /// A day of the calendar.
    Date,
    /// An instant, to the microsecond.
    Time,
    /// A calendar length (`1mo`, `1y`): only to be added to dates. Fixed lengths are numbers of `ms`.
    Period,
    List(Box<Type>),
    Record(Vec<(String, Type)>),
    /// The literal `null`, which fits everywhere.
    Null,
}

impl Type {
    /// A number without a unit.
    pub const PLAIN: Self = Self::Number(Unit::NONE, Class::Plain);

    /// The unit of a number; none for everything else.
    pub fn unit(&self) -> Option<Unit> {
        match self {
            Self::Number(unit, _) => Some(*unit),
            _ => None,
        }
    }

    pub fn class(&self) -> Option<Class> {
        match self {
            Self::Number(_, class) => Some(*class),
            _ => None,
        }
    }

    /// The type of a result: see [`Unit::settled`].
    pub fn settled(self) -> Self {
        match self {
            Self::Number(unit, class) => Self::Number(unit.settled(), class),
            other => other,
        }
    }

    pub fn is_number(&self) -> bool {
        matches!(self, Self::Number(..))
    }

    /// The word that machine contracts use for the type.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Number(..) => "number",
            Self::Text => "text",
            Self::Bool => "bool",
            Self::Date => "date",
            Self::Time => "time",
            Self::Period => "duration",
            Self::List(_) => "list",
            Self::Record(_) => "record",
            Self::Null => "null",
        }
    }

    /// The type of a place where values of all these may stand; a number has the unit that one of them has.
    pub fn common<'t>(types: impl IntoIterator<Item = &'t Self>) -> Self {
        types.into_iter().fold(Self::Null, |found, ty| match (&found, ty) {
            (Self::Null, ty) => ty.clone(),
            (Self::Number(a, ca), Self::Number(b, cb)) => Self::Number(a.or(*b), ca.beside(*cb)),
            (Self::Date, Self::Time) => Self::Time,
            (Self::List(a), Self::List(b)) => Self::List(Box::new(Self::common([a.as_ref(), b.as_ref()]))),
            _ => found,
        })
    }

    /// Can values of both types stand in one place (a comparison, the branches of an `if`)?
    pub fn fits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, _) | (_, Self::Null) => true,
            (Self::Number(a, _), Self::Number(b, _)) => a.fits(*b),
            (Self::Date | Self::Time, Self::Date | Self::Time) => true,
            (Self::List(a), Self::List(b)) => a.fits(b),
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }
}

/// In words, with the unit: `number (usd/token)`, `list of text`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(unit, _) if *unit != Unit::NONE => write!(f, "number ({unit})"),
            Self::List(item) => write!(f, "list of {item}"),
            other => f.write_str(other.word()),
        }
    }
}

/// What may be done with a number when rows are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Parts add up: cost, tokens, requests.
    Additive,
    /// A quotient, exact only when recomputed from its parts.
    Ratio,
    /// Cannot be put together from parts: percentiles, averages.
    Holistic,
    /// A number of its own: a limit, a status, a price.
    Plain,
}

impl Class {
    /// That of a number which is made of both alike: what is no sum on one side is none.
    pub fn beside(self, other: Self) -> Self {
        match (self, other) {
            (Self::Ratio, _) | (_, Self::Ratio) => Self::Ratio,
            (Self::Holistic, _) | (_, Self::Holistic) => Self::Holistic,
            (Self::Additive, Self::Additive) => Self::Additive,
            (Self::Additive | Self::Plain, Self::Additive | Self::Plain) => Self::Plain,
        }
    }

    /// That of a number which is made of one by what does not keep sums: rounding, the greater of two.
    pub fn bent(self) -> Self {
        self.beside(Self::Plain)
    }
}

/// A product of powers of the base units, and a power of ten that the value was multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unit {
    usd: i8,
    tokens: i8,
    requests: i8,
    ms: i8,
    /// A quotient of like things, 0 to 1: printed as percent.
    ratio: bool,
    /// `cost / tokens * 1e6` counts per 10^6 tokens: scale 6.
    scale: i8,
}

impl Unit {
    pub const NONE: Self = Self { usd: 0, tokens: 0, requests: 0, ms: 0, ratio: false, scale: 0 };
    pub const USD: Self = Self { usd: 1, ..Self::NONE };
    pub const TOKENS: Self = Self { tokens: 1, ..Self::NONE };
    pub const REQUESTS: Self = Self { requests: 1, ..Self::NONE };
    pub const MS: Self = Self { ms: 1, ..Self::NONE };
    pub const RATIO: Self = Self { ratio: true, ..Self::NONE };
    pub const USD_PER_TOKEN: Self = Self { usd: 1, tokens: -1, ..Self::NONE };
    pub const USD_PER_MTOK: Self = Self { scale: 6, ..Self::USD_PER_TOKEN };
    pub const TOKENS_PER_SECOND: Self = Self { tokens: 1, ms: -1, scale: 3, ..Self::NONE };

    /// Those that a query can give to a number; each is called as it is shown.
    pub const NAMED: &'static [Self] = &[
        Self::USD,
        Self::TOKENS,
        Self::REQUESTS,
        Self::MS,
        Self::RATIO,
        Self { scale: 2, ..Self::RATIO },
        Self::USD_PER_TOKEN,
        Self::USD_PER_MTOK,
        Self { usd: 1, requests: -1, ..Self::NONE },
        Self::TOKENS_PER_SECOND,
        Self { tokens: 1, requests: -1, ..Self::NONE },
    ];

    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().copied().find(|unit| unit.to_string() == name)
    }

    /// Values of both units may be added and compared; a number without a unit goes with all.
    pub fn fits(self, other: Self) -> bool {
        self == other || self == Self::NONE || other == Self::NONE
    }

    /// The unit that is left when one of two that fit has none.
    pub fn or(self, other: Self) -> Self {
        if self == Self::NONE { other } else { self }
    }

    pub fn times(self, other: Self) -> Option<Self> {
        self.combined(other, 1)
    }

    pub fn per(self, other: Self) -> Option<Self> {
        self.combined(other, -1)
    }

    /// The unit after multiplying by 10^power. Only a quotient or a ratio keeps note of it in the end (see
    /// [`Unit::settled`]): `cost * 1e6 / tokens` is a price of a million tokens, `cost * 100` a number.
    pub fn scaled(self, power: i8) -> Self {
        let scale = self.scale.saturating_add(power);
        if self == Self::NONE || !(-12..=12).contains(&scale) { self } else { Self { scale, ..self } }
    }

    /// The unit of a result: what is neither quotient nor ratio has no unit once it was scaled (`latency / 1000` is no
    /// longer in ms).
    pub fn settled(self) -> Self {
        if self.ratio || self.is_quotient() || self.scale == 0 { self } else { Self::NONE }
    }

    /// The power of ten of [`Unit::scaled`].
    pub fn scale(self) -> i8 {
        self.scale
    }

    /// Something per something.
    pub fn is_quotient(self) -> bool {
        [self.usd, self.tokens, self.requests, self.ms].iter().any(|&power| power < 0)
    }

    /// The same unit, without its scale.
    pub fn unscaled(self) -> Self {
        Self { scale: 0, ..self }
    }

    fn combined(self, other: Self, sign: i8) -> Option<Self> {
        let add = |a: i8, b: i8| a.checked_add(b.checked_mul(sign)?);
        let unit = Self {
            usd: add(self.usd, other.usd)?,
            tokens: add(self.tokens, other.tokens)?,
            requests: add(self.requests, other.requests)?,
            ms: add(self.ms, other.ms)?,
            ratio: false,
            scale: add(self.scale, other.scale)?,
        };
        let dimensionless = [unit.usd, unit.tokens, unit.requests, unit.ms].iter().all(|&power| power == 0);
        let ratio = dimensionless && (self != Self::NONE || other != Self::NONE);
        Some(Self { ratio, ..unit })
    }
}

/// `usd`, `usd/token`, `usd/Mtok`, `percent`, `tokens/s`; empty without a unit.
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ratio {
            return match self.scale {
                0 => f.write_str("ratio"),
                2 => f.write_str("percent"),
                scale => write!(f, "ratio*1e{scale}"),
            };
        }
        let (mut above, mut below) = (Vec::new(), Vec::new());
        let names = [
            (self.usd, "usd", "usd"),
            (self.tokens, "tokens", "token"),
            (self.requests, "requests", "request"),
            (self.ms, "ms", "ms"),
        ];
        for (power, many, one) in names {
            let side = if power > 0 { &mut above } else { &mut below };
            match power.unsigned_abs() {
                0 => {}
                1 => side.push(if power > 0 { many.to_string() } else { one.to_string() }),
                n => side.push(format!("{one}^{n}")),
            }
        }
        let mut scale = self.scale;
        if let [only] = below.as_mut_slice() {
            let named = match (only.as_str(), scale) {
                ("token", 6) => "Mtok",
                ("token", 3) => "ktok",
                ("ms", 3) => "s",
                _ => "",
            };
            if !named.is_empty() {
                *only = named.to_string();
                scale = 0;
            }
        }
        f.write_str(&above.join("*"))?;
        if !below.is_empty() {
            write!(f, "{}/{}", if above.is_empty() { "1" } else { "" }, below.join("/"))?;
        }
        if scale != 0 {
            write!(f, "*1e{scale}")?;
        }
        Ok(())
    }
}
