//! Numbers for people: the sign, the unit and the digits that all numbers of a column share.

use crate::types::{Class, Type, Unit};

/// From here on digits are no longer counted one by one.
const HUGE: f64 = 1e15;

/// How the numbers of one column are written.
#[derive(Clone, Debug)]
pub enum Numbers {
    /// Milliseconds, after multiplying by this power of ten: `850 ms`, `1.3 s`, `2m 05s`.
    Lengths {
        power: i32,
    },
    Digits(Digits),
}

/// `$1,234.56`: what stands around the digits, and how many there are.
#[derive(Clone, Debug)]
pub struct Digits {
    before: &'static str,
    after: String,
    /// The value is multiplied by this power of ten.
    power: i32,
    /// Thousands are kept apart by commas.
    grouped: bool,
    precision: Precision,
    decimals: usize,
}

/// How many decimals a kind of number has.
#[derive(Clone, Copy, Debug)]
enum Precision {
    /// At least so many; two are enough where no number is under a hundredth and one is at least 1.
    Measure { least: usize },
    /// One, and two significant digits where all are under a hundredth.
    Percent,
    /// Six significant digits.
    Plain,
}

impl Numbers {
    /// For numbers of this type, with the decimals that these values need.
    pub fn of(ty: &Type, values: impl Iterator<Item = f64>) -> Self {
        let unit = ty.unit().unwrap_or(Unit::NONE);
        let whole = unit.unscaled();
        let back = -i32::from(unit.scale());
        if whole == Unit::MS {
            return Self::Lengths { power: back };
        }
        let (before, after, power, precision) = if whole == Unit::NONE {
            ("", String::new(), back, Precision::Plain)
        } else if whole == Unit::USD {
            ("$", String::new(), back, Precision::Measure { least: 2 })
        } else if whole == Unit::TOKENS || whole == Unit::REQUESTS {
            ("", String::new(), back, Precision::Measure { least: 0 })
        } else if whole == Unit::RATIO {
            ("", "%".to_string(), back + 2, Precision::Percent)
        } else {
            composed(unit)
        };
        let grouped = whole != Unit::NONE || ty.class() == Some(Class::Additive);
        let sizes = values.map(|x| scaled(x, power).abs()).filter(|x| x.is_finite() && *x > 0.0).collect();
        let decimals = precision.decimals(sizes);
        Self::Digits(Digits { before, after, power, grouped, precision, decimals })
    }

    pub fn show(&self, x: f64) -> String {
        match self {
            Self::Lengths { power } => length(scaled(x, *power)),
            Self::Digits(digits) => digits.show(x),
        }
    }

    /// An integer without a detour through floats where that is possible.
    pub fn show_int(&self, n: i64) -> String {
        match self {
            Self::Digits(Digits { power: 0, grouped, before, after, decimals: 0, .. }) => {
                let sign = if n < 0 { "-" } else { "" };
                let digits = n.unsigned_abs().to_string();
                let digits = if *grouped { with_commas(&digits) } else { digits };
                format!("{sign}{before}{digits}{after}")
            }
            other => other.show(n as f64),
        }
    }
}

impl Digits {
    fn show(&self, x: f64) -> String {
        if !x.is_finite() {
            return x.to_string();
        }
        let x = scaled(x, self.power);
        let size = x.abs();
        let digits = format!("{size:.*}", self.decimals);
        let invisible = size > 0.0 && digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        let digits = match self.precision {
            Precision::Percent if invisible => return self.under(x),
            _ if invisible => exponential(size, 2),
            _ if size >= HUGE => exponential(size, 5),
            _ if self.grouped => with_commas(&digits),
            _ => digits,
        };
        let sign = if x < 0.0 { "-" } else { "" };
        format!("{sign}{}{digits}{}", self.before, self.after)
    }

    /// What is more than nothing is not shown as nothing: `<0.1%`.
    fn under(&self, x: f64) -> String {
        let sign = if x < 0.0 { ">-" } else { "<" };
        let least = 10f64.powi(-i32::try_from(self.decimals).unwrap_or(0));
        format!("{sign}{}{least:.*}{}", self.before, self.decimals, self.after)
    }
}

impl Precision {
    /// The decimals of a column whose numbers have these sizes, none of them 0.
    fn decimals(self, sizes: Vec<f64>) -> usize {
        let least_size = sizes.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = sizes.iter().copied().fold(0.0, f64::max);
        let (least, significant, most) = match self {
            Self::Measure { least } if least_size >= 0.01 && greatest >= 1.0 => (least, 17, 2),
            Self::Measure { least } => (least, 3, 6),
            Self::Percent if greatest >= 1.0 => (1, 17, 1),
            Self::Percent => (1, 2, 4),
            Self::Plain => (0, 6, 6),
        };
        sizes.iter().map(|size| needed(*size, significant, most)).fold(least, usize::max)
    }
}

/// The unit of a product or quotient: `$0.42/Mtok`, `12.3 tokens/s`.
fn composed(unit: Unit) -> (&'static str, String, i32, Precision) {
    let mut shown = unit;
    let name = unit.unscaled().to_string();
    // What was scaled to a unit with a name stays as it is.
    if unit.scale() == 0 || unit.to_string().contains("*1e") {
        let power = match (name.starts_with("usd/"), name.as_str()) {
            (true, name) if name.ends_with("/token") => 6,
            (_, name) if name.ends_with("/ms") => 3,
            _ => 0,
        };
        shown = unit.unscaled().scaled(power);
    }
    let power = i32::from(shown.scale()) - i32::from(unit.scale());
    let name = shown.to_string();
    if let Some(rest) = name.strip_prefix("usd/") {
        return ("$", format!("/{rest}"), power, Precision::Measure { least: 2 });
    }
    let after = name.strip_prefix('1').map_or_else(|| format!(" {name}"), str::to_string);
    ("", after, power, Precision::Measure { least: 0 })
}

/// The decimals that show so many significant digits of `size`, without zeros at the end.
fn needed(size: f64, significant: i32, most: usize) -> usize {
    let first = size.log10().floor() as i32;
    let wanted = usize::try_from(significant - 1 - first).unwrap_or(0).min(most);
    let digits = format!("{size:.wanted$}");
    digits.split_once('.').map_or(0, |(_, decimals)| decimals.trim_end_matches('0').len())
}

/// `1.5e-7`, with so many decimals at most.
fn exponential(size: f64, decimals: usize) -> String {
    let shown = format!("{size:.decimals$e}");
    match shown.split_once('e') {
        Some((digits, power)) if digits.contains('.') => {
            format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => shown,
    }
}

/// Dividing keeps what multiplying by a negative power would blur.
fn scaled(x: f64, power: i32) -> f64 {
    if power < 0 { x / 10f64.powi(-power) } else { x * 10f64.powi(power) }
}

fn with_commas(digits: &str) -> String {
    let whole = digits.find('.').unwrap_or(digits.len());
    let mut grouped = String::with_capacity(digits.len() + whole / 3);
    for (place, c) in digits.chars().enumerate() {
        if place > 0 && place < whole && (whole - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(c);
    }
    grouped
}

/// What ticks at round numbers are called: with no more decimals than they need, and millions as `5M`.
pub fn ticks(ty: &Type, ticks: &[f64]) -> Vec<String> {
    let mut numbers = Numbers::of(ty, ticks.iter().copied());
    if let Numbers::Digits(digits) = &mut numbers {
        let sizes = |power| ticks.iter().map(move |x| scaled(*x, power).abs()).filter(|size| *size > 0.0);
        let (power, mark) = match sizes(digits.power).fold(0.0, f64::max) {
            size if size >= HUGE => (0, ""),
            size if size >= 2e9 => (9, "B"),
            size if size >= 2e6 => (6, "M"),
            _ => (0, ""),
        };
        digits.power -= power;
        digits.after = format!("{mark}{}", digits.after);
        let decimals = sizes(digits.power).map(|size| needed(size, 6, 6)).max().unwrap_or(0);
        // Half a dollar is $0.50.
        digits.decimals = if digits.before == "$" && decimals == 1 { 2 } else { decimals };
    }
    let short = |x: &f64| match &numbers {
        Numbers::Lengths { .. } if *x == 0.0 => "0".to_string(),
        Numbers::Lengths { .. } => {
            let shown = numbers.show(*x).replace(".0 s", " s");
            [" 00s", " 00m", " 00h"].iter().find_map(|none| shown.strip_suffix(none)).unwrap_or(&shown).to_string()
        }
        Numbers::Digits(_) => numbers.show(*x),
    };
    ticks.iter().map(short).collect()
}

/// A number of rows: `1,234`.
pub fn count(n: usize) -> String {
    with_commas(&n.to_string())
}

/// Milliseconds, as people say them.
fn length(ms: f64) -> String {
    if !ms.is_finite() {
        return ms.to_string();
    }
    let sign = if ms < 0.0 { "-" } else { "" };
    let ms = ms.abs();
    let seconds = (ms / 1e3).round();
    let (minutes, hours, days) = (seconds / 60.0, seconds / 3600.0, seconds / 86400.0);
    let shown = if ms == 0.0 {
        "0 ms".to_string()
    } else if ms < 0.0005 {
        format!("{} ms", exponential(ms, 2))
    } else if ms < 9.95 {
        let decimals = needed(ms, 2, 3);
        format!("{ms:.decimals$} ms")
    } else if ms < 999.5 {
        format!("{ms:.0} ms")
    } else if ms < 59_950.0 {
        format!("{:.1} s", ms / 1e3)
    } else if minutes < 60.0 {
        format!("{}m {:02}s", minutes.floor(), seconds % 60.0)
    } else if hours < 24.0 {
        format!("{}h {:02}m", hours.floor(), (minutes % 60.0).floor())
    } else {
        format!("{}d {:02}h", days.floor(), (hours % 24.0).floor())
    };
    format!("{sign}{shown}")
}
