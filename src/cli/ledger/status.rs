//! What is kept: a calendar of each kind, a letter a day.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use crate::ledger::{Ledger, month_of};
use crate::model::kept::{KINDS, KeptDay, Kind};
use crate::model::window::day_of;

pub fn page(ledger: &Ledger, now: Timestamp) -> String {
    let mut page = String::new();
    for kind in KINDS {
        page += &calendar(ledger, kind, now);
    }
    let _ = writeln!(page, "█ final  ░ not final yet  · not kept  ({} kB)", ledger.size().div_ceil(1000));
    page
}

fn calendar(ledger: &Ledger, kind: &Kind, now: Timestamp) -> String {
    let days = ledger.days();
    let kept: std::collections::BTreeMap<Date, KeptDay> = days.of(kind).collect();
    let mut page = format!("{}: {}\n", kind.name, kind.doc);
    let Some((first, _)) = kept.first_key_value() else {
        return page + "  none\n\n";
    };
    let last = day_of(now).saturating_sub(1.day());
    let (mut finals, mut rows, mut gaps) = (0_usize, 0_u64, 0_usize);
    let mut day = *first;
    let mut month = String::new();
    while day <= last {
        if month != month_of(day) {
            month = month_of(day);
            let indent = usize::try_from(day.day() - 1).unwrap_or(0);
            let _ = write!(page, "{}  {month}  {}", if day == *first { "" } else { "\n" }, " ".repeat(indent));
        }
        page.push(match kept.get(&day) {
            Some(found) => {
                rows += found.rows;
                finals += usize::from(found.is_final(day));
                if found.is_final(day) { '█' } else { '░' }
            }
            None => {
                gaps += 1;
                '·'
            }
        });
        match day.tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    let _ = writeln!(page, "\n  {} days, {finals} of them final, {gaps} missing; {rows} rows\n", kept.len());
    page
}
