//! Rows that were read: in memory as long as they are few, and beyond that in a file that has no name.

use std::fs::File;

use polars::prelude::*;

use super::super::decode::defect;
use super::unreadable;
use crate::diagnostics::Diagnostic;

/// More bytes of columns than this are not kept in memory.
const MOST: usize = 96 << 20;

/// Rows of a group of the file: what the engine takes up at once.
const ROWS: usize = 1 << 16;

/// What is written at once from then on.
const PART: usize = 16 << 20;

#[derive(Default)]
pub struct Kept {
    rows: Option<DataFrame>,
    bytes: usize,
    spool: Option<Spool>,
    pub height: usize,
}

/// Rows on disk.
struct Spool {
    writer: polars::io::parquet::write::BatchedWriter<File>,
    file: File,
}

impl Kept {
    pub fn add(&mut self, batch: DataFrame) -> Result<(), Diagnostic> {
        self.height += batch.height();
        self.bytes += batch.estimated_size();
        match &mut self.rows {
            Some(rows) => rows.vstack_mut(&batch).map(|_| ()).map_err(defect)?,
            None => self.rows = Some(batch),
        }
        let most = if self.spool.is_some() { PART } else { MOST };
        if self.bytes > most { self.write() } else { Ok(()) }
    }

    /// Writes what is in memory behind what was written before.
    fn write(&mut self) -> Result<(), Diagnostic> {
        let Some(mut rows) = self.rows.take() else { return Ok(()) };
        self.bytes = 0;
        rows.rechunk_mut();
        let full = |error: &dyn std::fmt::Display| {
            let error = unreadable(format!("rows that are too many for memory cannot be kept on disk: {error}"));
            error.help("free space where temporary files are, or read fewer columns")
        };
        let spool = match &mut self.spool {
            Some(spool) => spool,
            none => {
                let file = tempfile::tempfile().map_err(|error| full(&error))?;
                let again = file.try_clone().map_err(|error| full(&error))?;
                let writer = ParquetWriter::new(file).with_compression(ParquetCompression::Snappy);
                let writer = writer.with_row_group_size(Some(ROWS));
                let writer = writer.batched(rows.schema()).map_err(defect)?;
                none.insert(Spool { writer, file: again })
            }
        };
        spool.writer.write_batch(&rows).map_err(|error| full(&error))
    }

    /// All rows; nothing where there were not even none.
    pub fn finish(mut self) -> Result<Option<LazyFrame>, Diagnostic> {
        if self.spool.is_none() {
            return Ok(self.rows.map(IntoLazy::lazy));
        }
        self.write()?;
        let Some(Spool { writer, file }) = self.spool else { return Ok(None) };
        writer.finish().map_err(defect)?;
        super::parquet::scanned(file).map(Some).map_err(defect)
    }

    pub fn is_large(&self) -> bool {
        self.spool.is_some()
    }
}
