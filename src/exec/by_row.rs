//! What polars has no operation for: a function of the values of a row, which is null where one of them is.

use polars::prelude::*;

/// A value as polars keeps it.
pub trait Cell: Clone + 'static {
    const KIND: DataType;

    fn read(column: &Column) -> PolarsResult<Vec<Option<Self>>>;

    fn column(name: PlSmallStr, values: Vec<Option<Self>>) -> Column;
}

impl Cell for f64 {
    const KIND: DataType = DataType::Float64;

    fn read(column: &Column) -> PolarsResult<Vec<Option<Self>>> {
        Ok(column.f64()?.iter().collect())
    }

    fn column(name: PlSmallStr, values: Vec<Option<Self>>) -> Column {
        Column::new(name, values)
    }
}

impl Cell for i64 {
    const KIND: DataType = DataType::Int64;

    fn read(column: &Column) -> PolarsResult<Vec<Option<Self>>> {
        Ok(column.i64()?.iter().collect())
    }

    fn column(name: PlSmallStr, values: Vec<Option<Self>>) -> Column {
        Column::new(name, values)
    }
}

impl Cell for String {
    const KIND: DataType = DataType::String;

    fn read(column: &Column) -> PolarsResult<Vec<Option<Self>>> {
        Ok(column.str()?.iter().map(|text| text.map(str::to_string)).collect())
    }

    fn column(name: PlSmallStr, values: Vec<Option<Self>>) -> Column {
        Column::new(name, values)
    }
}

/// The function of the values of each row, in their order. A column of one value is the same for all rows, of which
/// there may be none.
pub fn by_row<T: Cell, U: Cell>(
    values: impl IntoIterator<Item = Expr>,
    function: impl Fn(&[T]) -> Option<U> + Send + Sync + 'static,
) -> Expr {
    let mut values = values.into_iter().map(|value| value.cast(T::KIND));
    let Some(first) = values.next() else { return lit(NULL) };
    let rest: Vec<Expr> = values.collect();
    let run = move |columns: &mut [Column]| {
        let cells: Vec<Vec<Option<T>>> = columns.iter().map(T::read).collect::<PolarsResult<_>>()?;
        let height = cells.iter().map(Vec::len).filter(|length| *length != 1).min().unwrap_or(1);
        let row = |row: usize| {
            let at = |cells: &Vec<Option<T>>| cells.get(if cells.len() == 1 { 0 } else { row })?.clone();
            let row: Option<Vec<T>> = cells.iter().map(at).collect();
            function(&row?)
        };
        let name = columns.first().map_or(PlSmallStr::EMPTY, |column| column.name().clone());
        Ok(U::column(name, (0..height).map(row).collect()))
    };
    first.map_many(run, &rest, |_, fields| {
        Ok(Field::new(fields.first().map_or(PlSmallStr::EMPTY, |field| field.name().clone()), U::KIND))
    })
}
