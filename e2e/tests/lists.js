// Orders and customers: search, filter, order, pages, files, and one of them in full.
import assert from "node:assert/strict";
import { it } from "node:test";
import { visit } from "../lib/browser.js";
import { column, digits } from "../lib/figures.js";
import { becomesFiles, pages, sortsBy } from "../lib/tables.js";

// This shop's orders are history: nothing arrives while the tests run.
const PAST = "shop=online-retail&from=2011-11-01&to=2011-11-30";

const count = async (page) => digits((await page.locator(".paging span").innerText()).split(/sur|of/)[1]);

export default function lists(world) {
  const open = (path, work, options = {}) => visit(world.browser, `${world.url}${path}`, options, work);

  it("orders: a head orders them, pages follow, files hold all of them", () =>
    open(`/orders?${PAST}`, async (page) => {
      await becomesFiles(page, await count(page));
      await sortsBy(page, "Total TTC", 6);
      await pages(page);
    }));

  it("orders: a number opens its order, and its customer", () =>
    open(`/orders?${PAST}`, async (page) => {
      const [, number] = await column(page, 1);
      await page.locator('input[name="q"]').fill(number);
      await page.locator("form.search button[type=submit]").click();
      await page.waitForURL(/q=/);
      assert.deepEqual(await column(page, 1), [number]);
      await page.locator("main tbody:not(.sum) th a").click();
      await page.waitForURL(/\/orders\/\d+/);
      assert.ok((await page.locator("h1").innerText()).includes(number));
      await page.locator('main a[href^="/customers/"]').first().click();
      await page.waitForURL(/\/customers\/\d+/);
      assert.ok((await page.locator("main").innerText()).includes(number), "their orders are listed");
    }));

  it("orders: a search without an answer says what it looked for and offers to widen", () =>
    open(`/orders?${PAST}&q=introuvable`, async (page) => {
      assert.match(await page.locator("main").innerText(), /introuvable/);
      const wider = page.locator("main .empty a");
      assert.ok((await wider.count()) >= 2);
      await wider.last().click();
      await page.waitForLoadState();
      assert.ok((await column(page, 1)).length > 1);
    }));

  it("customers: a head orders them, pages follow, files hold all of them", () =>
    open("/customers?shop=online-retail", async (page) => {
      await becomesFiles(page, await count(page));
      const heads = await page.locator("main thead th").allInnerTexts();
      const label = heads.find((head) => /Commandes/.test(head));
      await sortsBy(page, "Commandes", heads.indexOf(label) + 1);
      await pages(page);
    }));

  it("customers: a group holds as many as its choice says, and each opens", () =>
    open(
      "/customers?shop=online-retail",
      async (page) => {
        const choice = page.locator('select[name="group"] option[value="loyal"]');
        const said = digits(await choice.innerText());
        await page.locator('select[name="group"]').selectOption("loyal");
        await page.locator("form.search button[type=submit]").click();
        await page.waitForURL(/group=loyal/);
        assert.equal(await count(page), said);
        await page.locator("main tbody:not(.sum) th a").first().click();
        await page.waitForURL(/\/customers\/\d+/);
        assert.equal(await page.locator("h1").count(), 1);
        assert.ok((await page.locator('main a[href^="/orders/"]').count()) > 1, "several orders");
      },
      { javaScriptEnabled: false },
    ));
}
