// The overview as a shop owner meets it.
import assert from "node:assert/strict";
import { it } from "node:test";
import { visit } from "../lib/browser.js";
import { digits } from "../lib/figures.js";

export default function overview(world) {
  const open = (work, query = "?shop=ferme&period=30d&compare=previous") =>
    visit(world.browser, `${world.url}/${query}`, {}, work);

  it("answers first: one heading, the sentence, eight tiles", () =>
    open(async (page) => {
      assert.equal(await page.locator("html").getAttribute("lang"), "fr");
      assert.equal(await page.locator("h1").count(), 1);
      assert.match(await page.locator(".sentence").innerText(), /30\s+jours/);
      const tiles = page.locator(".tiles .tile");
      assert.equal(await tiles.count(), 8);
      assert.match(await tiles.first().innerText(), /Chiffre d’affaires/);
    }));

  // A month that is over: orders arrive while the tests run.
  it("opens the rows behind a tile, with the same figure as their sum", () =>
    open(async (page) => {
      const tile = page.locator(".tiles .tile", { hasText: "Commandes" }).first();
      const figure = (await tile.locator(".value a").innerText()).trim();
      await tile.locator(".value a").click();
      await page.waitForLoadState();
      assert.ok((await page.locator("main").innerText()).includes(figure), `${figure} is on ${page.url()}`);
    }, "?shop=ferme&period=last_month&compare=previous"));

  it("sets this month beside the same days of last year, and opens them", () =>
    open(async (page) => {
      const card = page.locator("#quick-month");
      const before = card.locator(".was dd a");
      const figure = digits(await before.innerText());
      assert.ok(figure > 0);
      await before.click();
      await page.waitForURL(/\/explain/);
      const exact = (await page.locator("main tbody.sum").innerText()).split(/\t|\n/).map(digits).filter(Boolean);
      assert.ok(exact.some((sum) => Math.abs(sum - figure * 100) <= 50), `${figure} is ${exact}`);
    }));

  it("says what waits, each with its list", () =>
    open(async (page) => {
      const items = page.locator("#todo ul.todo li a");
      assert.ok((await items.count()) >= 1);
      const said = digits(await items.first().locator(".count").innerText());
      await items.first().click();
      await page.waitForURL(/todo=/);
      const paging = page.locator(".paging span");
      const listed = digits((await paging.innerText()).split("sur")[1] ?? "");
      assert.ok(listed >= said && listed <= said + 10, `${said} said, ${listed} listed`);
    }));

  it("says why revenue moved in the words of the page that shows it", () =>
    open(async (page) => {
      const said = (await page.locator("#why .summary").innerText()).trim();
      assert.match(said, /€/);
      await page.locator('#why a[href^="/why"]').first().click();
      await page.waitForURL(/\/why/);
      assert.equal((await page.locator("#why-orders .summary").innerText()).trim(), said);
    }, "?shop=ferme&period=last_month&compare=previous"));

  it("walks the revenue chart with one tab stop and arrow keys, and shows what the table says", () =>
    open(async (page) => {
      const chart = page.locator("figure[data-chart]").first();
      const buckets = chart.locator(".hits a");
      const last = (await buckets.count()) - 1;
      assert.ok(last >= 28, "thirty days are thirty columns");
      assert.equal(await chart.locator('.hits a[tabindex="0"]').count(), 1);

      await buckets.nth(last).focus();
      await page.keyboard.press("ArrowLeft");
      const tip = chart.getByRole("tooltip");
      await tip.waitFor();
      const row = chart.locator("tbody tr").nth(last - 1);
      const cells = (await row.locator("th, td").allTextContents()).map((text) => text.trim()).filter(Boolean);
      const shown = await tip.textContent();
      for (const cell of cells) assert.ok(shown.includes(cell), `the tooltip says ${cell}`);

      await page.keyboard.press("Home");
      assert.equal(await buckets.first().evaluate((link) => link === document.activeElement), true);
      await page.keyboard.press("Escape");
      await tip.waitFor({ state: "hidden" });
    }));

  it("keeps the tooltip while the pointer is on it", () =>
    open(async (page) => {
      const chart = page.locator("figure[data-chart]").first();
      await chart.locator(".hits a").nth(3).hover();
      const tip = chart.getByRole("tooltip");
      await tip.waitFor();
      await tip.hover();
      await page.waitForTimeout(300);
      assert.ok(await tip.isVisible());
    }));

  it("highlights a series from the legend, one at a time", () =>
    open(async (page) => {
      const buttons = page.locator("figure[data-chart]").first().locator(".legend button");
      assert.ok((await buttons.count()) >= 2);
      await buttons.nth(0).click();
      await buttons.nth(1).click();
      assert.equal(await buttons.nth(0).getAttribute("aria-pressed"), "false");
      assert.equal(await buttons.nth(1).getAttribute("aria-pressed"), "true");
      await buttons.nth(1).click();
      assert.equal(await buttons.nth(1).getAttribute("aria-pressed"), "false");
    }));

  it("offers every chart as a table", () =>
    open(async (page) => {
      const charts = page.locator("figure[data-chart]");
      assert.ok((await charts.count()) >= 1);
      for (const chart of await charts.all()) {
        await chart.locator("details.figures summary").click();
        assert.ok((await chart.locator("tbody tr").count()) > 0);
        assert.ok(await chart.locator("table").isVisible());
      }
    }));
}
