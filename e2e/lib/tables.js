// What every list does: order by a head, go through pages, become a file.
import assert from "node:assert/strict";
import { column, digits, download } from "./figures.js";

const href = (link) => link.evaluate((one) => one.href);

/** Clicks the head `label` until its column, of figures, is in the other order; the arrow says so. */
export async function sortsBy(page, label, number) {
  const head = page.locator("main thead th").nth(number - 1);
  const seen = [];
  for (let turn = 0; turn < 2; turn += 1) {
    await head.getByRole("link", { name: label }).click();
    await page.waitForLoadState();
    seen.push(await head.getAttribute("aria-sort"));
    assert.equal(await page.locator("main thead th[aria-sort]").count(), 1, "one column is in order");
    const [first, ...rest] = await amounts(page, number);
    assert.ok(rest.length > 0, "more rows than one");
    const down = seen.at(-1) === "descending";
    let last = first;
    for (const amount of rest) {
      assert.ok(down ? amount <= last : amount >= last, `${label}, ${seen.at(-1)}: ${last} then ${amount}`);
      last = amount;
    }
  }
  assert.deepEqual(seen.toSorted(), ["ascending", "descending"]);
}

const amounts = async (page, number) => (await column(page, number)).map(digits).filter((amount) => amount !== null);

/** Goes to the next page and back. */
export async function pages(page) {
  const first = await column(page, 1);
  await page.locator(".paging a[rel=next]").click();
  await page.waitForURL(/page=2/);
  const second = await column(page, 1);
  assert.notDeepEqual(second, first);
  assert.match(await page.locator(".paging span").innerText(), /^51/);
  await page.locator(".paging a[rel=prev]").click();
  await page.waitForLoadState();
  assert.deepEqual(await column(page, 1), first);
}

/** The page's links to CSV and XLSX give files that spreadsheets open, with as many rows as it says. */
export async function becomesFiles(page, rows) {
  const csv = await download(await href(page.locator('main a[href*=".csv?"]').first()));
  assert.equal(csv.status, 200);
  assert.match(csv.name, /attachment;.*\.csv/);
  const text = csv.bytes.toString("utf8");
  assert.ok(text.startsWith("\u{feff}"), "a mark of UTF-8, for spreadsheets");
  const lines = text.trimEnd().split(/\r?\n/);
  assert.ok(lines[0].split(";").length > 1, "semicolons");
  assert.match(text, /;-?\d+,\d+/, "a decimal comma");
  if (rows !== undefined) assert.equal(lines.length - 1, rows, "a line for each row");

  const xlsx = await download(await href(page.locator('main a[href*=".xlsx?"]').first()));
  assert.equal(xlsx.status, 200);
  assert.match(xlsx.name, /attachment;.*\.xlsx/);
  assert.equal(xlsx.bytes.subarray(0, 4).toString("latin1"), "PK\u0003\u0004");
  assert.ok(xlsx.bytes.includes("xl/worksheets/sheet1.xml") && xlsx.bytes.length > 2_000);
}
