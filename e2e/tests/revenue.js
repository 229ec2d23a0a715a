// Revenue by anything, and why it moved: drilling down and back, sums that agree, charts by keyboard.
import assert from "node:assert/strict";
import { it } from "node:test";
import { visit } from "../lib/browser.js";
import { column, digits } from "../lib/figures.js";
import { becomesFiles } from "../lib/tables.js";

// History, and a month before this one: nothing changes while the tests run.
const PAST = "shop=online-retail&from=2011-10-01&to=2011-11-30&compare=previous";

const texts = async (row) => (await row.locator("th, td").allTextContents()).map((text) => text.trim()).filter(Boolean);

export default function revenue(world) {
  const open = (path, work, options = {}) => visit(world.browser, `${world.url}${path}`, options, work);

  it("orders its rows by a head, and becomes files", () =>
    open(`/revenue?${PAST}&by=country`, async (page) => {
      await becomesFiles(page, (await column(page, 1, "#rows table")).length);
      const heads = await page.locator("#rows thead th").allInnerTexts();
      const at = heads.findIndex((head) => /^Commandes/.test(head));
      await page.locator("#rows thead th").nth(at).locator("a").click();
      await page.waitForURL(/sort=/);
      assert.equal(await page.locator("#rows thead th").nth(at).getAttribute("aria-sort"), "descending");
      const orders = (await column(page, at + 1, "#rows table")).map(digits);
      assert.deepEqual(orders, orders.toSorted((one, other) => other - one));
    }));

  it("shows rows that add up to the total, as the tiles of the overview say it", () =>
    open(`/revenue?${PAST}&by=weekday`, async (page) => {
      const last = (await page.locator("#rows thead th").allInnerTexts()).findIndex((head) => /^Chiffre d’affaires/.test(head));
      const rows = (await column(page, last + 1, "#rows table")).map(digits);
      const sum = digits(await page.locator("#rows tbody.sum tr > *").nth(last).innerText());
      assert.equal(rows.reduce((all, one) => all + one, 0), sum);
      await page.locator("#rows tbody.sum a").click();
      await page.waitForURL(/\/explain/);
      assert.ok((await page.locator("main tbody.sum").innerText()).split(/\s{2,}|\t|\n/).some((text) => digits(text) === sum));
    }));

  it("drills down by a row and comes back by its chip", () =>
    open(
      "/revenue?shop=ferme&period=last_month&by=country",
      async (page) => {
        const row = page.locator("#rows tbody:not(.sum) tr").first();
        const name = (await row.locator("th a").innerText()).trim();
        const measure = (await row.locator("td.n a").innerText()).trim();
        await row.locator("th a").click();
        await page.waitForURL(/where=country/);
        const chip = page.locator(".trail .chip a").first();
        assert.ok((await chip.innerText()).includes(name));
        assert.ok(await chip.evaluate((one) => one.scrollWidth <= one.clientWidth), "all of it can be read");
        assert.equal((await page.locator("#rows tbody.sum td.n a").innerText()).trim(), measure, "the row is the new total");
        await page.locator(".trail .chip a.remove").click();
        await page.waitForLoadState();
        assert.equal(await page.locator(".trail .chip").count(), 0);
        assert.doesNotMatch(page.url(), /where=/);
      },
      { javaScriptEnabled: false },
    ));

  it("splits by two dimensions chosen in its form", () =>
    open(
      `/revenue?${PAST}`,
      async (page) => {
        await page.locator('form.picker select[name="by"]').selectOption("month");
        await page.locator('form.picker select[name="then"]').selectOption("customer_type");
        await page.locator("form.picker button[type=submit]").click();
        await page.waitForURL(/by=month&then=customer_type/);
        assert.ok((await page.locator("#rows tbody:not(.sum) tr").count()) >= 4, "two months, two types");
        assert.equal(await page.locator("#rows thead th").first().innerText(), "Mois");
      },
      { javaScriptEnabled: false },
    ));

  it("walks its charts by keyboard, and shows what their tables say", async () => {
    for (const view of ["by=country", "view=cumulative"]) {
      await open(`/revenue?${PAST}&${view}`, (page) => walk(page, page.locator("figure[data-chart]").first()));
    }
    await open(`/why?${PAST}`, (page) => walk(page, page.locator("figure[data-chart]").first()));
  });

  it("cumulative, week and ladder: figures that open and become files", async () => {
    for (const [view, opens] of [["cumulative", "figure[data-chart] .hits a"], ["week", ".heat td a"], ["ladder", "main td a, main dd a, .ladder a"]]) {
      await open(`/revenue?${PAST}&view=${view}`, async (page) => {
        await becomesFiles(page);
        const href = await page.locator(opens).first().evaluate((link) => link.href?.baseVal ?? link.href);
        const answer = await page.goto(new URL(href, page.url()).href);
        assert.equal(answer.status(), 200, href);
      });
    }
  });

  it("why: the parts of each telling add up from one total to the other", () =>
    open(`/why?${PAST}`, async (page) => {
      const figures = page.locator("figure[data-chart] table");
      assert.ok((await figures.count()) >= 3);
      for (const table of await figures.all()) {
        const rows = await table.locator("tbody tr").evaluateAll((all) =>
          all.map((row) => [...row.children].map((cell) => cell.textContent.trim())),
        );
        const before = digits(rows[0][2]);
        const now = digits(rows.at(-1)[2]);
        let reached = before;
        for (const [, effect, at] of rows.slice(1, -1)) {
          reached += digits(effect);
          assert.equal(digits(at), reached);
        }
        assert.equal(reached, now);
        assert.equal(digits(await table.locator("tfoot td").first().textContent()), now - before);
      }
      await becomesFiles(page);
    }));

  it("why: without a comparison it offers some", () =>
    open("/why?shop=ferme&period=30d&compare=none", async (page) => {
      assert.equal(await page.locator("figure[data-chart]").count(), 0);
      await page.locator(".offer a").first().click();
      await page.waitForURL(/compare=previous/);
      assert.ok((await page.locator("figure[data-chart]").count()) >= 3);
    }));
}

/** Arrow keys, tooltip, Escape. */
async function walk(page, chart) {
  const hits = chart.locator(".hits a, .walk a");
  const count = await hits.count();
  assert.ok(count >= 2, page.url());
  assert.equal(await chart.locator(':is(.hits, .walk) a[tabindex="0"]').count(), 1, "one tab stop");
  await hits.first().focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await hits.nth(1).evaluate((link) => link === document.activeElement), true);
  const tip = chart.getByRole("tooltip");
  await tip.waitFor();
  const shown = await tip.textContent();
  for (const cell of await texts(chart.locator("tbody tr").nth(1))) assert.ok(shown.includes(cell), `${page.url()}: the tooltip says ${cell}: ${shown}`);
  await page.keyboard.press("End");
  assert.equal(await hits.nth(count - 1).evaluate((link) => link === document.activeElement), true);
  await page.keyboard.press("Escape");
  await tip.waitFor({ state: "hidden" });
}
