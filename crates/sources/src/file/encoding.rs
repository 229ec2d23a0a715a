//! Bytes to UTF-8: byte-order marks, Windows-1252 as French spreadsheets still write it, UTF-16 as
//! they write "Unicode text".

use std::io::{self, Cursor, Read};

use encoding_rs::{Decoder, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{Encoding, FileError};
use crate::words::Label;

/// The encoding of a file, from its first bytes. `whole` says that the sample is all there is.
pub(super) fn detect(sample: &[u8], whole: bool) -> Encoding {
    if sample.starts_with(&[0xff, 0xfe]) {
        return Encoding::Utf16Le;
    }
    if sample.starts_with(&[0xfe, 0xff]) {
        return Encoding::Utf16Be;
    }
    match std::str::from_utf8(sample) {
        Ok(_) => Encoding::Utf8,
        // The sample may end in the middle of a character.
        Err(error) if error.error_len().is_none() && !whole => Encoding::Utf8,
        Err(_) => Encoding::Windows1252,
    }
}

/// The sample as text; what can't be decoded shows as U+FFFD.
pub(super) fn decode_sample(sample: &[u8], encoding: Encoding) -> String {
    let codec = match encoding {
        Encoding::Utf8 => UTF_8,
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf16Be => UTF_16BE,
        Encoding::Windows1252 => WINDOWS_1252,
    };
    codec.decode_with_bom_removal(sample).0.into_owned()
}

/// Pictures, databases and programs are refused before anything is parsed.
pub(super) fn refuse_binary(text: &str) -> Result<(), FileError> {
    if text.starts_with("%PDF") {
        return Err(FileError::Binary(Label {
            fr: "c’est un document PDF",
            en: "it is a PDF document",
        }));
    }
    if text.contains('\0') {
        return Err(FileError::Binary(Label {
            fr: "il contient des octets nuls",
            en: "it contains zero bytes",
        }));
    }
    let (mut odd, mut all) = (0_usize, 0_usize);
    for character in text.chars() {
        all += 1;
        odd += usize::from(character.is_control() && !matches!(character, '\n' | '\r' | '\t'));
    }
    if odd * 10 > all {
        return Err(FileError::Binary(Label {
            fr: "il est plein de caractères de contrôle",
            en: "it is full of control characters",
        }));
    }
    Ok(())
}

/// A stream of UTF-8, from the sample and what follows it. A file taken for UTF-8 is passed through
/// untouched, so that an invalid byte later on costs one row and not the file.
pub(super) fn decode(
    sample: Vec<u8>,
    rest: impl Read + Send + 'static,
    encoding: Encoding,
) -> Box<dyn Read + Send> {
    let marked = encoding == Encoding::Utf8 && sample.starts_with(&[0xef, 0xbb, 0xbf]);
    let mut start = Cursor::new(sample);
    start.set_position(if marked { 3 } else { 0 });
    let inner = start.chain(rest);
    let decoder = match encoding {
        Encoding::Utf8 => return Box::new(inner),
        Encoding::Utf16Le => UTF_16LE.new_decoder_with_bom_removal(),
        Encoding::Utf16Be => UTF_16BE.new_decoder_with_bom_removal(),
        Encoding::Windows1252 => WINDOWS_1252.new_decoder_without_bom_handling(),
    };
    Box::new(Decoded {
        inner,
        decoder,
        raw: vec![0; 32 * 1024],
        text: Vec::new(),
        given: 0,
        ended: false,
    })
}

struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Decoded text, of which `given` bytes were handed over.
    text: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    fn refill(&mut self) -> io::Result<()> {
        let read = self.inner.read(&mut self.raw)?;
        self.ended = read == 0;
        let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(read * 4 + 16);
        self.text.resize(room, 0);
        // The room is enough for the whole input, so nothing of it stays undecoded.
        let (_, _, written, _) =
            self.decoder.decode_to_utf8(&self.raw[..read], &mut self.text, self.ended);
        self.text.truncate(written);
        self.given = 0;
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.ended {
            self.refill()?;
        }
        let count = buffer.len().min(self.text.len() - self.given);
        buffer[..count].copy_from_slice(&self.text[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], encoding: Encoding) -> String {
        let mut text = String::new();
        decode(bytes.to_vec(), io::empty(), encoding).read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn each_encoding_gives_the_same_text() {
        for (bytes, encoding) in [
            (&b"\xef\xbb\xbf\xc3\xa9t\xc3\xa9"[..], Encoding::Utf8),
            (b"\xe9t\xe9", Encoding::Windows1252),
            (b"\xff\xfe\xe9\0t\0\xe9\0", Encoding::Utf16Le),
            (b"\xfe\xff\0\xe9\0t\0\xe9", Encoding::Utf16Be),
        ] {
            assert_eq!(detect(bytes, true), encoding);
            assert_eq!(read(bytes, encoding), "été");
            assert_eq!(decode_sample(bytes, encoding), "été");
        }
        assert_eq!(read(b"\x80\x8c", Encoding::Windows1252), "€Œ");
        assert_eq!(read(b"ab", Encoding::Utf8), "ab");
    }

    #[test]
    fn a_sample_cut_inside_a_character_is_still_utf_8() {
        assert_eq!(detect(b"caf\xc3", false), Encoding::Utf8);
        assert_eq!(detect(b"caf\xc3", true), Encoding::Windows1252);
    }
}
