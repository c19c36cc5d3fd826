//! Trees as the parser builds them, for any shape of the grammar; and trees without their spans, to be compared.

use orq::span::{Span, Spanned};
use orq::syntax::ast::*;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

/// The same script, standing nowhere.
pub fn erased(script: &Script) -> Vec<StatementKind> {
    script.statements.iter().map(|s| statement(s.kind.clone())).collect()
}

fn statement(kind: StatementKind) -> StatementKind {
    match kind {
        StatementKind::Param { name, ty, default, doc } => StatementKind::Param {
            name: spanless(name),
            ty: spanless(ty),
            default: default.map(|d| {
                spanless(Spanned::new(
                    match d.value {
                        Default::List(items) => Default::List(items.into_iter().map(expr).collect()),
                        other => other,
                    },
                    d.span,
                ))
            }),
            doc: doc.map(spanless),
        },
        StatementKind::Const { name, value } => StatementKind::Const { name: spanless(name), value: expr(value) },
        StatementKind::Fn { name, params, body } => StatementKind::Fn {
            name: spanless(name),
            params: params.into_iter().map(spanless).collect(),
            body: expr(body),
        },
        StatementKind::Let { name, pipeline: p } => StatementKind::Let { name: spanless(name), pipeline: pipeline(p) },
        StatementKind::Use { path } => StatementKind::Use { path: spanless(path) },
        StatementKind::Explain(p) => StatementKind::Explain(pipeline(p)),
        StatementKind::Resume(stages) => StatementKind::Resume(stages.into_iter().map(stage).collect()),
        StatementKind::Query(p) => StatementKind::Query(pipeline(p)),
    }
}

fn spanless<T>(spanned: Spanned<T>) -> Spanned<T> {
    Spanned::new(spanned.value, Span::default())
}

fn pipeline(p: Pipeline) -> Pipeline {
    let source = match p.source {
        Source::Nested(inner) => Source::Nested(Box::new(pipeline(*inner))),
        Source::Named { name, arguments } => {
            let argument = |a: Argument| Argument { name: a.name.map(spanless), value: a.value, span: Span::default() };
            Source::Named { name: spanless(name), arguments: arguments.into_iter().map(argument).collect() }
        }
    };
    Pipeline { source, stages: p.stages.into_iter().map(stage).collect(), rest: p.rest, span: Span::default() }
}

fn stage(s: Stage) -> Stage {
    Stage {
        word: spanless(s.word),
        tail: tail(s.tail),
        alone: s.alone,
        items: s.items.into_iter().map(item).collect(),
        clauses: s.clauses.into_iter().map(clause).collect(),
        calls: s.calls,
        span: Span::default(),
    }
}

fn clause(c: Clause) -> Clause {
    Clause { word: spanless(c.word), items: c.items.into_iter().map(item).collect(), span: Span::default() }
}

fn item(i: Item) -> Item {
    Item { name: i.name.map(spanless), value: expr(i.value), tail: tail(i.tail), span: Span::default() }
}

fn tail(t: Tail) -> Tail {
    Tail { condition: t.condition.map(expr), alias: t.alias.map(spanless) }
}

fn expr(e: Expr) -> Expr {
    let boxed = |e: Box<Expr>| Box::new(expr(*e));
    let kind = match e.kind {
        ExprKind::Call(call) => ExprKind::Call(Call {
            name: spanless(call.name),
            arguments: call.arguments.into_iter().map(expr).collect(),
            as_word: call.as_word,
            over: call.over.map(|clauses| clauses.into_iter().map(clause).collect()),
        }),
        ExprKind::Unary(op, value) => ExprKind::Unary(op, boxed(value)),
        ExprKind::Binary(op, _, left, right) => ExprKind::Binary(op, Span::default(), boxed(left), boxed(right)),
        ExprKind::IsNull { value, negated } => ExprKind::IsNull { value: boxed(value), negated },
        ExprKind::List(items) => ExprKind::List(items.into_iter().map(expr).collect()),
        ExprKind::Pipeline(p) => ExprKind::Pipeline(Box::new(pipeline(*p))),
        other => other,
    };
    Expr { kind, span: Span::default() }
}

// --- any tree --------------------------------------------------------------------------------------------------------

fn word(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(words).prop_map(str::to_string)
}

fn nowhere<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::default())
}

fn bare(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::default() }
}

/// A name that needs no backticks.
fn plain() -> impl Strategy<Value = String> {
    let reserved = |name: &String| !orq::syntax::format::RESERVED.contains(&name.as_str());
    prop_oneof![
        8 => "[a-z_][a-z0-9_]{0,6}",
        1 => "[\u{e9}\u{3b1}\u{4e2d}][\u{e9}\u{661}\u{3b1}0-9]{0,3}",
        2 => word(&["desc", "let", "explain", "fn", "from", "last", "group", "e5", "E", "nullable", "byok", "in_"]),
    ]
    .prop_filter("reserved", reserved)
}

/// Any name at all.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => plain(),
        2 => "[a-z]{1,3}(\\.[a-z]{1,3}){1,2}",
        1 => word(&["by", "null", "and", "sort", "2x", "a b", " lead", "x-y", "a.b c", ".", "\u{2167}", "\u{94d}a", "#", "(", "'"]),
        1 => "[^`\n\r]{1,5}",
    ]
}

fn ident() -> impl Strategy<Value = Ident> {
    name().prop_map(nowhere)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-z/.:-]{0,8}", 2 => "[ -~]{0,8}", 1 => "\\PC{0,6}", 1 => "[\\\\\"'\n\t\rntr]{0,6}"]
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (0u32..2000).prop_map(f64::from),
        2 => any::<f64>().prop_map(f64::abs).prop_filter("finite", |n| n.is_finite()),
        1 => 0.0..1e-3f64,
        1 => prop_oneof![Just(1e15), Just(1e6), Just(0.1), Just(1e-6), Just(9.9e-7), Just(1e22)],
    ]
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        6 => name().prop_map(ExprKind::Name),
        3 => number().prop_map(ExprKind::Number),
        2 => text().prop_map(ExprKind::Text),
        1 => Just(ExprKind::Null),
        1 => any::<bool>().prop_map(ExprKind::Bool),
        1 => prop_oneof!["2026-02-0[1-9]", "2026-02-01T09:30:0[0-9]Z", "2026-12-31T1:05", "2026-01-01T00:00:00\\.25\\+02:00"].prop_map(ExprKind::Date),
        1 => (number(), prop_oneof!["ms", "[dwhy]", "mo", "e", "x9"]).prop_map(|(n, unit)| ExprKind::Quantity(n, unit)),
        1 => "[a-z]{1,5}".prop_map(ExprKind::Param),
    ]
    .prop_map(bare)
}

/// Every operator but the single `=`, which is written `==`.
fn operator() -> impl Strategy<Value = BinaryOp> {
    let all: Vec<BinaryOp> = BinaryOp::ALL.iter().map(|(op, _)| *op).filter(|op| *op != BinaryOp::Assign).collect();
    prop::sample::select(all)
}

fn clauses(
    of: impl Strategy<Value = Expr> + Clone + 'static,
    words: &'static [&'static str],
) -> BoxedStrategy<Vec<Clause>> {
    let clause = (prop::sample::select(words), vec(plain_item(of), 1..3));
    let clause =
        clause.prop_map(|(word, items)| Clause { word: nowhere(word.to_string()), items, span: Span::default() });
    vec(clause, 0..3).boxed()
}

fn plain_item(of: impl Strategy<Value = Expr>) -> impl Strategy<Value = Item> {
    of.prop_map(|value| Item { name: None, value, tail: Tail::default(), span: Span::default() })
}

fn tails(of: impl Strategy<Value = Expr>) -> impl Strategy<Value = Tail> {
    (proptest::option::weighted(0.2, of), proptest::option::weighted(0.3, ident()))
        .prop_map(|(condition, alias)| Tail { condition, alias })
}

fn items(of: impl Strategy<Value = Expr> + Clone) -> impl Strategy<Value = Item> {
    (proptest::option::weighted(0.3, ident()), of.clone(), tails(of)).prop_map(|(name, value, tail)| Item {
        name,
        value,
        tail,
        span: Span::default(),
    })
}

fn stages(of: impl Strategy<Value = Expr> + Clone + 'static) -> impl Strategy<Value = Stage> {
    let verb = prop_oneof!["[a-z]{1,6}", word(&["where", "sort", "by", "as", "count", "top"])];
    (verb, tails(of.clone()), vec(items(of.clone()), 0..3), clauses(of, &["by", "on", "per"])).prop_map(
        |(word, tail, items, clauses)| {
            let alone = tail != Tail::default() && !items.is_empty();
            Stage { word: nowhere(word), tail, alone, items, clauses, calls: Calls::Plain, span: Span::default() }
        },
    )
}

fn sources() -> impl Strategy<Value = Source> {
    let value = prop_oneof![
        2 => "[a-z0-9][a-z0-9/:.-]{0,7}".prop_filter("stops a source", |word| {
            !["and", "as", "by", "contains", "ends_with", "in", "is", "not", "or", "over", "per", "starts_with", "where"]
                .contains(&word.as_str())
        }).prop_map(ArgumentValue::Bare),
        1 => text().prop_map(ArgumentValue::Text),
        1 => "[a-z]{1,5}".prop_map(ArgumentValue::Param),
    ];
    let argument = (proptest::option::weighted(0.2, ident()), value);
    let argument = argument.prop_map(|(name, value)| Argument { name, value, span: Span::default() });
    (ident(), vec(argument, 0..4)).prop_map(|(name, arguments)| Source::Named { name, arguments })
}

fn pipelines(of: impl Strategy<Value = Expr> + Clone + 'static, least: usize) -> impl Strategy<Value = Pipeline> {
    let piped = |source: BoxedStrategy<Source>, of: BoxedStrategy<Expr>, least: usize| {
        (source, vec(stages(of), least..least + 3)).prop_map(|(source, stages)| Pipeline {
            source,
            stages,
            rest: Rest::Whole,
            span: Span::default(),
        })
    };
    let of = of.boxed();
    let inner = piped(sources().boxed(), of.clone(), 1).prop_map(|inner| Source::Nested(Box::new(inner)));
    prop_oneof![
        4 => piped(sources().boxed(), of.clone(), least),
        1 => piped(inner.boxed(), of, least),
    ]
}

pub fn exprs() -> BoxedStrategy<Expr> {
    leaf()
        .prop_recursive(4, 24, 4, |inner| {
            let boxed = inner.clone().prop_map(Box::new);
            let call =
                (plain(), vec(inner.clone(), 0..4), of(clauses(inner.clone(), &["by", "sort", "rows", "range"])));
            let call = call.prop_map(|(name, arguments, over)| {
                ExprKind::Call(Call { name: nowhere(name), arguments, as_word: false, over })
            });
            let unary = (prop_oneof![Just(UnaryOp::Negate), Just(UnaryOp::Not)], boxed.clone());
            let binary = (operator(), boxed.clone(), boxed.clone());
            prop_oneof![
                4 => binary.prop_map(|(op, left, right)| ExprKind::Binary(op, Span::default(), left, right)),
                2 => call,
                2 => unary.prop_map(|(op, value)| ExprKind::Unary(op, value)),
                1 => (boxed, any::<bool>()).prop_map(|(value, negated)| ExprKind::IsNull { value, negated }),
                1 => vec(inner.clone(), 0..4).prop_map(ExprKind::List),
                1 => pipelines(inner, 1).prop_map(|p| ExprKind::Pipeline(Box::new(p))),
            ]
            .prop_map(bare)
        })
        .boxed()
}

fn statements() -> impl Strategy<Value = StatementKind> {
    let default = prop_oneof![
        text().prop_map(Default::Text),
        "[a-z0-9][a-z0-9-]{0,6}"
            .prop_filter("stops", |word| {
                !["and", "as", "by", "in", "is", "not", "or", "over", "per", "where"].contains(&word.as_str())
            })
            .prop_map(Default::Bare),
        vec(exprs(), 0..3).prop_map(Default::List),
    ];
    prop_oneof![
        8 => pipelines(exprs(), 0).prop_map(StatementKind::Query),
        1 => (ident(), ident(), of(default.prop_map(nowhere)), of(text().prop_map(nowhere)))
            .prop_map(|(name, ty, default, doc)| StatementKind::Param { name, ty, default, doc }),
        1 => (ident(), exprs()).prop_map(|(name, value)| StatementKind::Const { name, value }),
        1 => (plain().prop_map(nowhere), vec(ident(), 0..3), exprs())
            .prop_map(|(name, params, body)| StatementKind::Fn { name, params, body }),
        1 => (ident(), pipelines(exprs(), 0)).prop_map(|(name, pipeline)| StatementKind::Let { name, pipeline }),
        1 => text().prop_map(|path| StatementKind::Use { path: nowhere(path) }),
        1 => pipelines(exprs(), 0).prop_map(StatementKind::Explain),
        1 => vec(stages(exprs()), 1..3).prop_map(StatementKind::Resume),
    ]
}

/// Any script that the parser could have built.
pub fn scripts() -> impl Strategy<Value = Script> {
    let statement = statements().prop_map(|kind| Statement { kind, span: Span::default() });
    vec(statement, 1..3).prop_map(|statements| Script { statements, comments: Vec::new(), lost: Vec::new() })
}
