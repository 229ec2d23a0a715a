// Light and dark, phone and paper, keyboard and screen reader, with and without scripts.
import assert from "node:assert/strict";
import { it } from "node:test";
import { overflows, pages, violations, visit } from "../lib/browser.js";

const OVERVIEW = "/?shop=ferme&period=30d&compare=previous";

export default function access(world) {
  it("has no serious accessibility fault on any page, light or dark, French or English", async () => {
    const found = [];
    for (const url of await pages(world.browser, `${world.url}${OVERVIEW}`)) {
      for (const options of [{ colorScheme: "light" }, { colorScheme: "dark" }, { locale: "en-GB" }]) {
        await visit(world.browser, url, { ...options, reducedMotion: "reduce" }, async (page) => {
          for (const fault of await violations(page)) found.push(`${url} ${JSON.stringify(options)} ${fault}`);
        });
      }
    }
    assert.deepEqual(found, []);
  });

  it("fits a phone: nothing scrolls sideways at 390 pixels, on any page", async () => {
    const wide = [];
    for (const url of await pages(world.browser, `${world.url}${OVERVIEW}`)) {
      await visit(world.browser, url, { viewport: { width: 390, height: 844 }, hasTouch: true }, async (page) => {
        if (await overflows(page)) wide.push(url);
        assert.ok(await page.locator("nav.bottom").isVisible(), "the bottom bar");
      });
    }
    assert.deepEqual(wide, []);
  });

  it("follows the system's dark mode, and remembers a choice", () =>
    visit(world.browser, `${world.url}${OVERVIEW}`, { colorScheme: "dark" }, async (page) => {
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const dark = await ground();
      await page.locator("[data-theme-control]").first().selectOption("light");
      const light = await ground();
      assert.notEqual(light, dark);
      await page.reload();
      assert.equal(await ground(), light);
    }));

  it("is reachable by keyboard from the first key: skip link, then main", () =>
    visit(world.browser, `${world.url}${OVERVIEW}`, {}, async (page) => {
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement.classList.contains("skip")), true);
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    }));

  it("prints ink on white, without controls, with legends and tables", () =>
    visit(world.browser, `${world.url}${OVERVIEW}`, { colorScheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print" });
      assert.equal(await page.locator("form.filters").isVisible(), false);
      assert.ok(await page.locator(".ranges").isVisible(), "the filters as a subtitle");
      assert.ok(await page.locator(".legend").first().isVisible());
      const [red, green, blue] = await page.evaluate(() =>
        getComputedStyle(document.body).color.match(/\d+/g).map(Number),
      );
      assert.ok(red + green + blue < 200, "dark ink");
    }));

  it("works without JavaScript: figures, filters, tables, language", () =>
    visit(world.browser, `${world.url}${OVERVIEW}`, { javaScriptEnabled: false }, async (page) => {
      assert.equal(await page.locator(".tiles .tile").count(), 8);
      await page.locator('select[name="period"]').selectOption("7d");
      await page.locator("form.filters button[type=submit]").click();
      await page.waitForURL(/period=7d/);
      assert.ok((await page.locator("figure.chart tbody tr").count()) > 0);
      await page.locator("a.language").click();
      await page.waitForLoadState();
      assert.equal(await page.locator("html").getAttribute("lang"), "en");
    }));

  it("loads nothing but its own few files, compressed", async () => {
    const answer = await fetch(`${world.url}${OVERVIEW}`, { headers: { "accept-encoding": "gzip" } });
    assert.match(answer.headers.get("content-security-policy"), /default-src 'self'/);
    await answer.text();
  });
}
