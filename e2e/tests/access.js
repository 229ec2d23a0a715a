// Light and dark, phone and paper, keyboard and screen reader, with and without scripts.
import assert from "node:assert/strict";
import { it } from "node:test";
import { overflows, violations, visit } from "../lib/browser.js";
import { everyPage, states } from "../lib/pages.js";

const OVERVIEW = "/?shop=ferme&period=30d&compare=previous";

const PATHS = [
  "/", "/revenue", "/orders", "/orders/*", "/why", "/products", "/products/*", "/customers", "/customers/*",
  "/loyalty", "/loyalty/customers", "/import", "/settings", "/definitions",
];

const DESK = { colorScheme: "light", reducedMotion: "reduce" };
const PHONE = { colorScheme: "dark", reducedMotion: "reduce", locale: "en-GB", viewport: { width: 390, height: 844 }, hasTouch: true };

let addresses = [];

/** What `check` finds on every page, each with its address; a few pages at a time. */
async function each({ browser }, options, all, check) {
  const waiting = [...all];
  const found = [];
  const work = async () => {
    for (let url = waiting.shift(); url; url = waiting.shift()) {
      await visit(browser, url, options, async (page) => {
        for (const fault of await check(page)) found.push(`${url} ${fault}`);
      });
    }
  };
  await Promise.all([work(), work(), work()]);
  return found;
}

export default function access(world) {
  it("finds every page: each entry, its tabs and parts, a record of each kind", async () => {
    addresses = await everyPage(world);
    const paths = addresses.map((href) => new URL(href).pathname.replace(/\/[^/]+$/, (end) => (/\d|[A-Z]/.test(end) ? "/*" : end)));
    for (const path of PATHS) assert.ok(paths.includes(path), `${path} is among ${paths}`);
  });

  // Each page is seen twice: colours do not depend on the language, nor words on the theme.
  it("has no accessibility fault and never scrolls sideways: on a desk, in light, in French", async () => {
    const found = await each(world, DESK, [...addresses, ...states(world)], async (page) => {
      const faults = await violations(page);
      if (await overflows(page)) faults.push("wider than 1280");
      await page.setViewportSize(PHONE.viewport);
      if (await overflows(page)) faults.push("wider than 390");
      return faults;
    });
    assert.deepEqual(found, []);
  });

  it("has no accessibility fault and never scrolls sideways: on a phone, in dark, in English", async () => {
    const found = await each(world, PHONE, addresses, async (page) => {
      const faults = await violations(page);
      if (await overflows(page)) faults.push("wider than 390");
      if ((await page.locator("html").getAttribute("lang")) !== "en") faults.push("not in English");
      if (!(await page.locator("nav.bottom").isVisible())) faults.push("no bottom bar");
      return faults;
    });
    assert.deepEqual(found, []);
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

  it("prints ink on white, without controls, with legends and tables", async () => {
    for (const path of [OVERVIEW, "/revenue?shop=ferme&by=country", "/revenue?shop=ferme&view=cumulative", "/why?shop=ferme"]) {
      await visit(world.browser, `${world.url}${path}`, { colorScheme: "dark" }, async (page) => {
        await page.emulateMedia({ media: "print" });
        assert.equal(await page.locator("form.filters").isVisible(), false);
        assert.equal(await page.locator(".masthead").isVisible(), false);
        assert.ok(await page.locator(".ranges").isVisible(), "the filters as a subtitle");
        for (const table of await page.locator("figure[data-chart] table").all()) {
          assert.ok(await table.evaluate((one) => one.checkVisibility({ contentVisibilityAuto: true }) && one.offsetHeight > 0), path);
        }
        const legend = page.locator(".legend").first();
        if ((await legend.count()) > 0) assert.ok(await legend.isVisible());
        const [red, green, blue] = await page.evaluate(() =>
          getComputedStyle(document.body).color.match(/\d+/g).map(Number),
        );
        assert.ok(red + green + blue < 200, "dark ink");
      });
    }
  });

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
