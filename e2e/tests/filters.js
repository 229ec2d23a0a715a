// Filters live in the address and follow the visitor from page to page.
import assert from "node:assert/strict";
import { it } from "node:test";
import { visit } from "../lib/browser.js";

export default function filters(world) {
  const open = (query, work) => visit(world.browser, `${world.url}/${query}`, {}, work);

  it("puts a chosen period in the address and changes the figures", () =>
    open("?shop=ferme&period=30d&compare=previous", async (page) => {
      const before = await page.locator(".tile .value").first().innerText();
      await page.locator('select[name="period"]').selectOption("7d");
      await page.waitForURL(/period=7d/);
      assert.match(page.url(), /shop=ferme/);
      assert.notEqual(await page.locator(".tile .value").first().innerText(), before);
    }));

  it("carries the filters along the navigation", () =>
    open("?shop=ferme&period=90d&compare=year", async (page) => {
      const links = await page.locator("nav.top a").evaluateAll((all) => all.map((one) => one.href));
      for (const link of links) {
        const asked = new URL(link).searchParams;
        assert.equal(asked.get("period"), "90d", link);
        assert.equal(asked.get("shop"), "ferme", link);
        assert.equal(asked.get("compare"), "year", link);
      }
    }));

  it("removes the comparison everywhere when it is turned off", () =>
    open("?shop=ferme&period=30d&compare=none", async (page) => {
      assert.equal(await page.locator(".tile .change").count(), 0);
      assert.equal(await page.locator(".ranges .against").count(), 0);
    }));

  it("speaks English on demand, on the same figures", () =>
    open("?shop=ferme&period=30d&compare=previous", async (page) => {
      await page.locator("a.language").click();
      await page.waitForLoadState();
      assert.equal(await page.locator("html").getAttribute("lang"), "en");
      assert.match(await page.locator(".tiles").innerText(), /Revenue/);
      assert.match(page.url(), /period=30d/);
    }));

  it("names what a wrong address got wrong", async () => {
    for (const [query, near] of [
      ["period=30dd", "30d"],
      ["shop=fermee", "ferme"],
      ["currency=EUX", "EUR"],
    ]) {
      const answer = await fetch(`${world.url}/api/v1/query?metrics=revenue&${query}`);
      assert.equal(answer.status, 400, query);
      assert.match(answer.headers.get("content-type"), /application\/problem\+json/);
      assert.ok((await answer.text()).includes(near), `${query} → ${near}`);
    }
  });
}
