//! The bytes of files: opened, unpacked, and those of standard input kept where they can be read again.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Trouble, Watch, unreadable};
use crate::diagnostics::{Code, Diagnostic};

/// A file that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// As it is called in messages.
    pub name: String,
    pub place: Place,
}

#[derive(Clone, Debug)]
pub enum Place {
    Path(PathBuf),
    /// Opened when it was found.
    Held(Arc<File>),
    Standard(Arc<File>),
}

/// Whether a query may read the standard input of the process; what was read is kept for the whole session, in a file
/// that has no name and that nobody else can open.
#[derive(Clone, Debug, Default)]
pub enum StandardInput {
    /// Somebody else reads it: the prompt, or the text of the query came in by it.
    #[default]
    Taken,
    Free(Arc<Mutex<Option<Arc<File>>>>),
}

impl StandardInput {
    pub fn free() -> Self {
        Self::Free(Arc::default())
    }

    pub fn kept(&self) -> Result<Arc<File>, Diagnostic> {
        let Self::Free(kept) = self else {
            let error = Diagnostic::error(Code::E0702, "standard input is taken: the query itself comes from there");
            return Err(error.label("refused").help("name a file, or give the query on the command line"));
        };
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = kept.as_ref() {
            return Ok(file.clone());
        }
        let spool = || {
            let mut file = tempfile::tempfile()?;
            io::copy(&mut io::stdin().lock(), &mut file)?;
            Ok(Arc::new(file))
        };
        let spooled: io::Result<Arc<File>> = spool();
        let file = spooled.map_err(|error| {
            let error = unreadable(format!("standard input cannot be kept: {error}"));
            error.help("free space, or save it to a file first")
        })?;
        Ok(kept.insert(file).clone())
    }
}

impl Found {
    /// The file itself.
    pub fn file(&self) -> Result<Arc<File>, Trouble> {
        match &self.place {
            Place::Path(path) => Ok(Arc::new(File::open(path).map_err(|error| Trouble::io(&error))?)),
            Place::Held(file) | Place::Standard(file) => Ok(file.clone()),
        }
    }

    /// As it lies there, in bytes; 0 where nobody knows.
    pub fn length(&self) -> u64 {
        let about = match &self.place {
            Place::Path(path) => path.metadata(),
            Place::Held(file) | Place::Standard(file) => file.metadata(),
        };
        about.map_or(0, |about| about.len())
    }

    /// Its bytes from the first one, unpacked where it is packed, without the mark that some texts start with.
    pub fn open(&self) -> Result<Box<dyn BufRead>, Trouble> {
        self.open_for(&Watch::default())
    }

    /// The same, for somebody who wants to know how far it is read.
    pub fn open_for(&self, watch: &Watch) -> Result<Box<dyn BufRead>, Trouble> {
        let io = |error: io::Error| Trouble::io(&error);
        let mut packed = BufReader::with_capacity(BUFFER, Bytes { file: self.file()?, from: 0, watch: watch.clone() });
        let start = packed.fill_buf().map_err(io)?;
        let mut input: Box<dyn BufRead> = if start.starts_with(GZIP) {
            Box::new(BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(packed)))
        } else if start.starts_with(ZSTD) {
            let unpacked = zstd::stream::read::Decoder::with_buffer(packed).map_err(io)?;
            Box::new(BufReader::with_capacity(BUFFER, unpacked))
        } else {
            Box::new(BufReader::with_capacity(BUFFER, packed))
        };
        if input.fill_buf().map_err(io)?.starts_with(MARK) {
            input.consume(MARK.len());
        }
        Ok(input)
    }
}

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const MARK: &[u8] = "\u{feff}".as_bytes();
const BUFFER: usize = 1 << 16;

/// A file that others read too, each from its own place.
struct Bytes {
    file: Arc<File>,
    from: u64,
    watch: Watch,
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.as_ref();
        file.seek(SeekFrom::Start(self.from))?;
        let read = file.read(buffer)?;
        self.from += read as u64;
        self.watch.read(read as u64);
        Ok(read)
    }
}
