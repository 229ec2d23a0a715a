// Who comes back: groups, cohorts and the customers behind a cell.
import assert from "node:assert/strict";
import { it } from "node:test";
import { visit } from "../lib/browser.js";
import { digits } from "../lib/figures.js";
import { becomesFiles } from "../lib/tables.js";

export default function loyalty(world) {
  const open = (query, work, options = {}) => visit(world.browser, `${world.url}/loyalty?${query}`, options, work);

  it("a group opens to as many customers as it says", () =>
    open("shop=online-retail", async (page) => {
      await becomesFiles(page, 4);
      const row = page.locator("table.groups tbody:not(.sum) tr").nth(1);
      const said = digits(await row.locator("td").nth(1).innerText());
      assert.ok(said > 0);
      await row.locator("th a").click();
      await page.waitForURL(/\/customers\?.*group=/);
      assert.equal(digits((await page.locator(".paging span").innerText()).split("sur")[1]), said);
    }));

  it("a cell of a cohort opens to as many customers as it says", () =>
    open("shop=online-retail&view=cohorts&from=2010-12-01&to=2011-11-30", async (page) => {
      const cells = page.locator("table.cohorts tbody:not(.sum) tr").last().locator("td.n a");
      for (const at of [0, 3]) {
        const said = digits(await cells.nth(at).innerText());
        assert.ok(said > 0);
        await cells.nth(at).click();
        await page.waitForURL(/\/loyalty\/customers/);
        assert.equal(digits((await page.locator("h1").innerText()).split("client")[0]), said);
        assert.equal(digits((await page.locator(".paging span").innerText()).split("sur")[1]), said);
        assert.equal(await page.locator("main table.data tbody tr").count(), Math.min(said, 50));
        await page.goBack();
      }
      await cells.first().click();
      await page.locator("main tbody th a").first().click();
      await page.waitForURL(/\/customers\/\d+/);
    }, { javaScriptEnabled: false }));

  it("counts cohorts as customers, shares or revenue, and orders by their rank", () =>
    open("shop=online-retail&view=cohorts&from=2010-12-01&to=2011-11-30", async (page) => {
      const text = () => page.locator("table.cohorts").innerText();
      const counts = await text();
      await page.locator('.tools .segments a[href*="measure=share"]').click();
      await page.waitForURL(/measure=share/);
      assert.match(await text(), /100\s?%/);
      assert.notEqual(await text(), counts);
      await page.locator('.sections a[href*="view=orders"]').click();
      await page.waitForURL(/view=orders/);
      assert.ok((await page.locator("table.cohorts tbody tr").count()) > 1);
    }));
}
