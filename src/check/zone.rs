//! Expressions in another zone than UTC: units of the calendar are those that the clocks there show, and a day begins
//! there. The engine knows UTC alone, so what differs is written into the expression.

use crate::model::expr::{Aggregate, FunctionOp, Node, ScalarOp, TimeUnit, Typed};
use crate::model::rel::Rel;
use crate::model::value::Value;
use crate::model::zone::Zone;
use crate::types::Type;

/// The same plan, its calendar that of the zone.
pub fn localized(rel: Rel, zone: &Zone) -> Rel {
    if zone.is_utc() { rel } else { rel.with_values(&|value| in_zone(value, zone)) }
}

fn in_zone(typed: Typed, zone: &Zone) -> Typed {
    let node = match typed.node {
        Node::Literal(_) | Node::Column(_) => typed.node,
        Node::Field(record, name) => Node::Field(Box::new(in_zone(*record, zone)), name),
        Node::Aggregate(aggregate) => Node::Aggregate(Box::new(Aggregate {
            op: aggregate.op,
            argument: aggregate.argument.map(|argument| in_zone(argument, zone)),
            condition: aggregate.condition.map(|condition| in_zone(condition, zone)),
        })),
        Node::Scalar(op, parts) => {
            let parts = parts.into_iter().map(|part| in_zone(part, zone)).collect();
            return scalar(op, parts, Typed { node: Node::Literal(Value::Null), ..typed }, zone);
        }
    };
    Typed { node, ..typed }
}

/// An operation whose parts are those of the zone; `whole` has its type and place.
fn scalar(op: ScalarOp, parts: Vec<Typed>, whole: Typed, zone: &Zone) -> Typed {
    // What the query itself names a zone for shows the clock of that one already.
    let on_the_wall = |part: Typed| match (&part.ty, &part.node) {
        (Type::Time, Node::Scalar(ScalarOp::Function(FunctionOp::InZone), _)) => part,
        (Type::Time, _) => moved(ScalarOp::OnTheWall, part, zone),
        _ => part,
    };
    let first_is_time = parts.first().is_some_and(|part| part.ty == Type::Time);
    let times = whole.ty == Type::Time || parts.iter().any(|part| part.ty == Type::Time);
    let same = |parts: Vec<Typed>| Typed::scalar(op, parts, whole.ty.clone(), whole.span);
    match op {
        // Minutes begin everywhere at once.
        ScalarOp::Start(TimeUnit::Minute) => same(parts),
        ScalarOp::Start(TimeUnit::Hour) if zone.has_hours_of_utc() => same(parts),
        ScalarOp::Function(FunctionOp::UnitsBetween(TimeUnit::Minute)) => {
            same(parts.into_iter().map(|part| begun(part, zone)).collect())
        }
        // Clocks that are turned would count an hour twice, or none.
        ScalarOp::Function(FunctionOp::UnitsBetween(TimeUnit::Hour)) if zone.has_hours_of_utc() => {
            same(parts.into_iter().map(|part| begun(part, zone)).collect())
        }
        ScalarOp::Function(FunctionOp::UnitsBetween(_) | FunctionOp::FormatTime) => {
            same(parts.into_iter().map(on_the_wall).collect())
        }
        ScalarOp::Function(FunctionOp::ParseTime) => moved(ScalarOp::FromTheWall, same(parts), zone),
        ScalarOp::Start(TimeUnit::Hour) | ScalarOp::AddMonths | ScalarOp::Function(FunctionOp::AddSpans(_))
            if first_is_time =>
        {
            let shown = same(parts.into_iter().map(on_the_wall).collect());
            moved(ScalarOp::FromTheWall, shown, zone)
        }
        ScalarOp::Start(_) | ScalarOp::HourOfDay | ScalarOp::Weekday | ScalarOp::Concat => {
            same(parts.into_iter().map(on_the_wall).collect())
        }
        // A day beside a time is its first moment.
        _ if times => same(parts.into_iter().map(|part| begun(part, zone)).collect()),
        _ => same(parts),
    }
}

/// The first moment of a day; everything else as it is.
fn begun(part: Typed, zone: &Zone) -> Typed {
    match (&part.ty, &part.node) {
        (Type::Date, Node::Literal(Value::Date(day))) => {
            Typed::literal(Value::Time(zone.midnight(*day)), Type::Time, part.span)
        }
        (Type::Date, _) => moved(ScalarOp::FromTheWall, part, zone),
        _ => part,
    }
}

fn moved(op: ScalarOp, part: Typed, zone: &Zone) -> Typed {
    let span = part.span;
    let name = Typed::literal(Value::Text(zone.name().to_string()), Type::Text, span);
    Typed::scalar(op, vec![part, name], Type::Time, span)
}
