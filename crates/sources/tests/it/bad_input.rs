//! "Bad input" of the requirements: a clear message, nothing half read, memory bounded.

use std::io::{Cursor, Read, Write};

use comptoir_sources::file::{DateOrder, Decimal, Encoding, Shape};
use comptoir_sources::{FileError, Language, ReadOptions, Row, Step, Table};

use crate::hand::{import, paris, preset};

fn open(bytes: &[u8]) -> Result<Table, FileError> {
    Table::open(Cursor::new(bytes.to_vec()), "file.csv", &ReadOptions::default())
}

fn message(bytes: &[u8]) -> String {
    open(bytes).err().expect("an error").to_string()
}

#[test]
fn files_that_are_no_table_are_refused_with_a_reason() {
    for empty in [&b""[..], b"\n\r\n", b"\xef\xbb\xbf", b"   \n"] {
        assert!(message(empty).contains("empty"), "{empty:?}");
    }
    assert!(message(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").contains("not text"));
    assert!(message(&[1, 2, 3, 4, 5, 6].repeat(50)).contains("control characters"));
    assert!(message(b"%PDF-1.7").contains("PDF"));
    let twice = message(b"a,b,A ,c,b\n1,2,3,4,5\n");
    assert!(twice.contains("“a”, “b”"), "{twice}");
    assert!(message(&b"x".repeat(3 << 20)).contains("header line is longer than 1 MB"));
    assert!(message(b"PK\x03\x04nonsense").contains("spreadsheet"));
}

/// A stream of one byte, as long as you like, that remembers how far it was read.
struct Endless {
    head: Cursor<Vec<u8>>,
    left: u64,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.head.read(buffer)?;
        if count > 0 {
            return Ok(count);
        }
        let count = usize::try_from(self.left.min(buffer.len() as u64)).expect("a length");
        buffer[..count].fill(b'x');
        self.left -= count as u64;
        Ok(count)
    }
}

#[test]
fn a_line_without_end_is_one_rejected_row() {
    for start in ["a,b\n1,2\n3,", "a,b\n1,2\n3,\""] {
        let endless = Endless { head: Cursor::new(start.as_bytes().to_vec()), left: 64 << 20 };
        let mut table = Table::open(endless, "a.csv", &ReadOptions::default())
            .expect("a file")
            .speaking(Language::En);
        let mut row = Row::default();
        assert!(matches!(table.next_row(&mut row), Ok(Step::Row)));
        match table.next_row(&mut row) {
            Ok(Step::Rejected(reject)) => {
                assert_eq!(reject.line, 3);
                assert!(reject.reason.contains("longer than 1 MB"));
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(table.next_row(&mut row), Ok(Step::End)));
    }
}

#[test]
fn rows_after_a_too_long_one_are_still_read() {
    let mut text = b"a,b\n1,".to_vec();
    text.extend(b"y".repeat(3 << 20));
    text.extend(b"\n2,ok\n");
    let mut table = open(&text).expect("a file");
    let mut row = Row::default();
    assert!(matches!(table.next_row(&mut row), Ok(Step::Rejected(_))));
    assert!(matches!(table.next_row(&mut row), Ok(Step::Row)));
    assert_eq!((row.get(0), row.get(1), row.line()), ("2", "ok", 3));
}

#[test]
fn a_decompression_bomb_is_an_error() {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 3).expect("an encoder");
    encoder.write_all(b"a,b\n").expect("written");
    let chunk = b"1,2\n".repeat(1 << 18);
    for _ in 0..200 {
        encoder.write_all(&chunk).expect("written");
    }
    let bytes = encoder.finish().expect("an end");
    let mut table = open(&bytes).expect("a file");
    let mut row = Row::default();
    let error = loop {
        match table.next_row(&mut row) {
            Ok(Step::End) => panic!("the bomb was swallowed"),
            Ok(_) => {}
            Err(error) => break error.to_string(),
        }
    };
    assert!(error.contains("decompresses to more than a thousand times its size"), "{error}");
}

#[test]
fn a_truncated_archive_is_an_error_and_not_a_short_file() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writeln!(encoder, "row,value").expect("written");
    for row in 0..20_000 {
        writeln!(encoder, "{row},{}", row * 7919 % 10_007).expect("written");
    }
    let bytes = encoder.finish().expect("an end");
    let read = |bytes: &[u8]| -> Result<usize, FileError> {
        let mut table = open(bytes)?;
        let mut row = Row::default();
        let mut rows = 0;
        while !matches!(table.next_row(&mut row)?, Step::End) {
            rows += 1;
        }
        Ok(rows)
    };
    assert_eq!(read(&bytes).expect("the whole"), 20_000);
    let error = read(&bytes[..bytes.len() / 2]).expect_err("half of it").to_string();
    assert!(error.contains("can't be read"), "{error}");
}

#[test]
fn a_byte_that_is_no_text_costs_one_row() {
    let mut text = b"order_id,created,total\n".to_vec();
    for row in 0..20_000 {
        writeln!(text, "{row},2025-01-01,10.00").expect("written");
    }
    let mut bytes = text;
    bytes.extend(b"x,2025-01-01,caf\xe9\n99999,2025-01-01,10.00\n");
    let shop = import(&bytes, &preset("comptoir"), &paris());
    assert_eq!((shop.orders().len(), shop.rejects.len()), (20_001, 1));
    assert_eq!(shop.rejects[0].line, 20_002);
}

#[test]
fn a_column_that_changes_type_half_way_costs_its_own_rows() {
    let mut text = b"order_id,created,total\n".to_vec();
    for row in 0..100 {
        let total = if row < 50 { "10.00" } else { "ten" };
        writeln!(text, "{row},2025-01-01,{total}").expect("written");
    }
    let shop = import(&text, &preset("comptoir"), &paris());
    assert_eq!((shop.orders().len(), shop.rejects.len()), (50, 50));
}

#[test]
fn compression_encodings_and_delimiters_give_the_same_rows() {
    let text = "Réf;Prix;Date\nÉté;12,50;13/02/2025\nHiver;1,20;01/02/2025\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).expect("written");
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> =
        text.chars().map(|c| u8::try_from(u32::from(c)).expect("latin")).collect();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        (format!("\u{feff}{text}").into_bytes(), Encoding::Utf8),
        (text.replace('\n', "\r\n").into_bytes(), Encoding::Utf8),
        (text.replace(';', "\t").into_bytes(), Encoding::Utf8),
        (gzip.finish().expect("an end"), Encoding::Utf8),
        (zstd::encode_all(text.as_bytes(), 3).expect("compressed"), Encoding::Utf8),
        (utf16, Encoding::Utf16Le),
        (windows, Encoding::Windows1252),
    ] {
        let mut table = open(&bytes).expect("a file");
        let sniffed = table.sniffed().clone();
        assert_eq!((sniffed.shape, sniffed.encoding), (Shape::Cells, encoding));
        assert_eq!(sniffed.headers(), ["Réf", "Prix", "Date"]);
        assert_eq!(
            (sniffed.columns[1].decimal, sniffed.columns[2].dates),
            (Decimal::Comma, DateOrder::Dmy)
        );
        assert_eq!(
            table.preview(9).expect("rows"),
            [["Été", "12,50", "13/02/2025"], ["Hiver", "1,20", "01/02/2025"]]
        );
        assert_eq!(table.consumed().load(std::sync::atomic::Ordering::Relaxed), bytes.len() as u64);
    }
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let mut table = open(b"\n\na,b\r\n1,\"x\ny\"\r\n\r\n2,z\r\n").expect("a file");
    let mut row = Row::default();
    let mut lines = Vec::new();
    while let Ok(Step::Row) = table.next_row(&mut row) {
        lines.push((row.line(), row.get(1).to_owned()));
    }
    assert_eq!(lines, [(4, "x\ny".to_owned()), (7, "z".to_owned())]);
}

/// The smallest workbook: one sheet with inline strings, a number, a date and a gap.
fn workbook() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let ns = "http://schemas.openxmlformats.org";
    for (name, text) in [
        (
            "[Content_Types].xml",
            format!(
                r#"<?xml version="1.0"?><Types xmlns="{ns}/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#
            ),
        ),
        (
            "_rels/.rels",
            format!(
                r#"<?xml version="1.0"?><Relationships xmlns="{ns}/package/2006/relationships"><Relationship Id="rId1" Type="{ns}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<?xml version="1.0"?><Relationships xmlns="{ns}/package/2006/relationships"><Relationship Id="rId1" Type="{ns}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{ns}/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<?xml version="1.0"?><workbook xmlns="{ns}/spreadsheetml/2006/main" xmlns:r="{ns}/officeDocument/2006/relationships"><sheets><sheet name="Ventes" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                r#"<?xml version="1.0"?><styleSheet xmlns="{ns}/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                r#"<?xml version="1.0"?><worksheet xmlns="{ns}/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>order_id</t></is></c><c r="B1" t="inlineStr"><is><t>created</t></is></c><c r="C1" t="inlineStr"><is><t>email</t></is></c><c r="D1" t="inlineStr"><is><t>total</t></is></c></row><row r="4"><c r="A4"><v>17850</v></c><c r="B4" s="1"><v>45717</v></c><c r="D4"><v>12.300000000000001</v></c></row></sheetData></worksheet>"#
            ),
        ),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("an end").into_inner()
}

/// Day 45 717 of the spreadsheet calendar is 1 March 2025.
#[test]
fn a_spreadsheet_is_read_like_any_file() {
    let bytes = workbook();
    let shop = import(&bytes, &preset("comptoir"), &paris());
    let order = shop.orders()[0];
    assert_eq!((order.id.as_str(), order.total_only), ("17850", Some(1_230)));
    assert_eq!(order.created.to_string(), "2025-02-28T23:00:00Z");
    let mut table = open(&bytes).expect("a file");
    assert_eq!(table.sniffed().shape, Shape::Sheet);
    let mut row = Row::default();
    assert!(matches!(table.next_row(&mut row), Ok(Step::Row)));
    assert_eq!(row.line(), 4);
}
