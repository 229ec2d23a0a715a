// Products side by side: order, pages, files, filters without scripts, one in full.
import assert from "node:assert/strict";
import { it } from "node:test";
import { visit } from "../lib/browser.js";
import { column, digits } from "../lib/figures.js";
import { becomesFiles, pages, sortsBy } from "../lib/tables.js";

const PAST = "shop=online-retail&from=2011-11-01&to=2011-11-30";

export default function products(world) {
  const open = (query, work, options = {}) => visit(world.browser, `${world.url}/products?${query}`, options, work);

  it("a head orders them, pages follow, files hold all of them", () =>
    open(PAST, async (page) => {
      await becomesFiles(page, digits((await page.locator(".paging span").innerText()).split("sur")[1]));
      const heads = await page.locator("main thead th").allInnerTexts();
      await sortsBy(page, "Articles", heads.findIndex((head) => /^Articles/.test(head)) + 1);
      await pages(page);
    }));

  const add = async (page, field, operator, value) => {
    const form = page.locator("details.filter-form");
    if ((await form.getAttribute("open")) === null) await form.locator("summary").click();
    await form.locator('select[name="fc"]').selectOption(field);
    await form.locator('select[name="fo"]').selectOption(operator);
    await form.locator('input[name="fv"]').fill(value);
    await form.locator("button[type=submit]").click();
    await page.waitForLoadState();
  };

  it("builds a filter with the form alone: two conditions, then without one of them", () =>
    open(
      PAST,
      async (page) => {
        await add(page, "units", "ge", "500");
        await add(page, "name", "has", "bag");
        assert.equal(await page.locator(".chips .chip").count(), 2);
        const heads = await page.locator("main thead th").allInnerTexts();
        const units = await column(page, heads.findIndex((head) => /^Articles/.test(head)) + 1);
        const names = await column(page, 1);
        assert.ok(units.length > 0 && units.every((text) => digits(text) >= 500), units.join());
        assert.ok(names.every((name) => /bag/i.test(name)), names.join());
        await page.locator(".chips .chip a").last().click();
        await page.waitForLoadState();
        assert.equal(await page.locator(".chips .chip").count(), 1);
        assert.ok((await column(page, 1)).length > names.length);
      },
      { javaScriptEnabled: false },
    ));

  it("explains a filter that matches nothing, and leads out of it", () =>
    open(
      PAST,
      async (page) => {
        await add(page, "units", "ge", "100000000");
        assert.equal(await page.locator("main table.data").count(), 0);
        assert.match(await page.locator(".empty").innerText(), /filtre/i);
        await page.locator(".empty .ways a").first().click();
        await page.waitForLoadState();
        assert.ok((await column(page, 1)).length > 1);
      },
      { javaScriptEnabled: false },
    ));

  it("finds one by a part of its name and opens it", () =>
    open("shop=ferme&period=30d", async (page) => {
      await page.locator('form.product-search input[name="q"]').fill("panier de légumes, moyen");
      await page.locator("form.product-search button[type=submit]").click();
      await page.waitForURL(/q=/);
      assert.equal((await column(page, 1)).length, 1);
      await page.locator("main th.product a").first().click();
      await page.waitForURL(/\/products\/PAN-M/);
      assert.match(await page.locator("h1").innerText(), /Panier de légumes, moyen/);
      assert.ok((await page.locator("dl.facts dd").count()) > 3);
    }));
}
