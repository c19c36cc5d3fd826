//! The socket, below HTTP: here connections break, bodies are cut, drip, or never end.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Sleep, sleep};

/// How the answer that comes next is put on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Plain,
    /// Nothing is sent; the connection closes.
    Drop,
    /// The head and so many bytes of the body, then the connection closes.
    Cut { head_sent: bool, left: usize },
    /// The head at once, the body by pieces.
    Slow { head_sent: bool, piece: usize, pause: Duration },
    /// A head and a body of our own, until the other side has had enough.
    Endless,
}

/// The handle by which a handler tells its connection what to do.
#[derive(Clone, Debug, Default)]
pub struct Line(Arc<Mutex<Mode>>);

impl Line {
    pub fn set(&self, mode: Mode) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = mode;
    }

    fn get(&self) -> Mode {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A listener whose connections are [`Wire`]s.
#[derive(Debug)]
pub struct Tap(pub TcpListener);

impl Listener for Tap {
    type Io = Wire;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Wire, Self::Addr) {
        loop {
            match self.0.accept().await {
                Ok((stream, from)) => {
                    // Small answers must not wait for each other; where that fails they are only slower.
                    let _ = stream.set_nodelay(true);
                    let wire = Wire { stream, line: Line::default(), pause: None, filler: 0 };
                    return (wire, from);
                }
                Err(_) => sleep(Duration::from_millis(20)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Tap>> for Line {
    fn connect_info(stream: IncomingStream<'_, Tap>) -> Self {
        stream.io().line.clone()
    }
}

/// One connection.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    line: Line,
    pause: Option<Pin<Box<Sleep>>>,
    /// Bytes of the endless answer that are sent.
    filler: usize,
}

const ENDLESS_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
transfer-encoding: chunked\r\n\r\na\r\n{\"data\":[ \r\n";
/// One chunk of sixteen bytes.
const ENDLESS_CHUNK: &[u8] = b"10\r\n{\"filler\":true},\r\n";
/// Chunks that are written in one go.
const ENDLESS_BATCH: usize = 2_048;

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.line.get() {
            Mode::Plain => Pin::new(&mut self.stream).poll_write(cx, buf),
            Mode::Drop => Poll::Ready(Err(broken())),
            Mode::Cut { head_sent: true, left: 0 } => Poll::Ready(Err(broken())),
            Mode::Cut { head_sent, left } => {
                let head = if head_sent { 0 } else { head_length(buf) };
                let sent = ready!(self.send(cx, buf, head + left))?;
                let left = left - sent.saturating_sub(head).min(left);
                self.line.set(Mode::Cut { head_sent: sent >= head, left });
                Poll::Ready(Ok(sent))
            }
            Mode::Slow { head_sent, piece, pause } => {
                if let Some(pause) = &mut self.pause {
                    ready!(pause.as_mut().poll(cx));
                    self.pause = None;
                }
                let most = if head_sent { piece } else { head_length(buf) };
                let sent = ready!(self.send(cx, buf, most))?;
                self.line.set(Mode::Slow { head_sent: true, piece, pause });
                self.pause = Some(Box::pin(sleep(pause)));
                Poll::Ready(Ok(sent))
            }
            Mode::Endless => self.endless(cx),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl Wire {
    /// Sends at most so many bytes.
    fn send(&mut self, cx: &mut Context<'_>, buf: &[u8], most: usize) -> Poll<io::Result<usize>> {
        let buf = buf.get(..most).unwrap_or(buf);
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    /// Sends chunk after chunk; ends only with an error of the connection.
    fn endless(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let batch = ENDLESS_CHUNK.repeat(ENDLESS_BATCH);
        loop {
            let rest = match self.filler.checked_sub(ENDLESS_HEAD.len()) {
                None => ENDLESS_HEAD.get(self.filler..),
                Some(done) => batch.get(done % ENDLESS_CHUNK.len()..),
            };
            let Some(rest) = rest else { return Poll::Ready(Err(broken())) };
            self.filler += ready!(Pin::new(&mut self.stream).poll_write(cx, rest))?;
        }
    }
}

/// Bytes up to the end of the head, the empty line included; all if it is not there.
fn head_length(buf: &[u8]) -> usize {
    let end = buf.windows(4).position(|four| four == b"\r\n\r\n");
    end.map_or(buf.len(), |at| at + 4)
}

fn broken() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionAborted)
}
