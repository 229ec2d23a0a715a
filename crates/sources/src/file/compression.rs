//! Gzip and Zstandard, read as they come, with a guard against decompression bombs.

use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::FileError;
use crate::words::Label;

/// Below this size a high ratio is harmless (a short file of zeros).
const RATIO_FROM: u64 = 100 << 20;
const MAX_RATIO: u64 = 1000;
const MAX_TOTAL: u64 = 64 << 30;

/// The decompressed stream passed a limit.
#[derive(Debug, thiserror::Error)]
#[error("the file decompresses to more than {}", .0.en)]
pub(super) struct Bomb(pub(super) Label);

/// The plain bytes of a stream that may be compressed once.
pub(super) fn peel(
    mut reader: Box<dyn Read + Send>,
    consumed: Arc<AtomicU64>,
) -> Result<Box<dyn Read + Send>, FileError> {
    let mut magic = Vec::new();
    reader.by_ref().take(4).read_to_end(&mut magic)?;
    let gzip = magic.starts_with(&[0x1f, 0x8b]);
    let zstd = magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    let whole = BufReader::with_capacity(128 * 1024, Cursor::new(magic).chain(reader));
    if gzip {
        let inner = flate2::bufread::MultiGzDecoder::new(whole);
        return Ok(Box::new(Guard { inner, consumed, produced: 0 }));
    }
    if zstd {
        let inner = zstd::stream::read::Decoder::with_buffer(whole)?;
        return Ok(Box::new(Guard { inner, consumed, produced: 0 }));
    }
    Ok(Box::new(whole))
}

struct Guard<R> {
    inner: R,
    consumed: Arc<AtomicU64>,
    produced: u64,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.produced += count as u64;
        if self.produced > MAX_TOTAL {
            return Err(io::Error::other(Bomb(Label { fr: "64 Go", en: "64 GB" })));
        }
        let consumed = self.consumed.load(Ordering::Relaxed).max(1);
        if self.produced > RATIO_FROM && self.produced / consumed > MAX_RATIO {
            return Err(io::Error::other(Bomb(Label {
                fr: "mille fois sa taille",
                en: "a thousand times its size",
            })));
        }
        Ok(count)
    }
}
