// Which statuses count, changed and brought back. A shop of its own: other suites read the demo's figures.
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { visit } from "../lib/browser.js";
import { run, start } from "../lib/server.js";

const FILE = new URL("../fixtures/shopify-orders.csv", import.meta.url).pathname;
const MARCH = "from=2025-03-01&to=2025-03-31";

export default function settings(world) {
  let server;
  before(async () => {
    server = await start("serve", (data) =>
      run("import", "--data", data, "--shop", "atelier", "--create", "--name", "L’Atelier", "--platform", "shopify",
        "--currency", "USD", "--timezone", "America/New_York", "--format", "shopify", FILE));
  });
  after(() => server?.stop());

  const open = (path, work, options = {}) => visit(world.browser, `${server.url}${path}`, options, work);
  const overview = async (page) => {
    await page.goto(`${server.url}/?${MARCH}`);
    return {
      revenue: (await page.locator(".tile .value").first().innerText()).trim(),
      header: await page.locator(".status").innerText(),
    };
  };
  const press = async (page, value) => {
    await page.locator(`form[action^="/settings/shop/"] button[value="${value}"]`).click();
    await page.waitForURL(/saved=1/);
    await page.getByRole("status").waitFor();
  };

  it("a status left out changes the revenue everywhere and is named; the recommended list brings it back", () =>
    open(
      "/settings",
      async (page) => {
        await press(page, "recommended");
        const whole = await overview(page);
        assert.doesNotMatch(whole.header, /\bpaid\b/);

        await page.goto(`${server.url}/settings`);
        await page.getByRole("checkbox", { name: /«\s?paid\s?»/ }).uncheck();
        await press(page, "save");
        const without = await overview(page);
        assert.notEqual(without.revenue, whole.revenue);
        assert.match(without.header, /exclus/);
        assert.match(without.header, /\bpaid\b/);

        await page.locator('.status a[href^="/settings"]').click();
        await page.waitForURL(/\/settings/);
        assert.equal(await page.getByRole("checkbox", { name: /«\s?paid\s?»/ }).isChecked(), false, "it was kept");
        await press(page, "recommended");
        assert.deepEqual(await overview(page), whole);
      },
      { javaScriptEnabled: false },
    ));

  it("says which field is wrong, and keeps nothing", () =>
    open("/settings", async (page) => {
      const zone = page.locator('form[action^="/settings/shop/"] input[name="timezone"]');
      const kept = await zone.inputValue();
      await zone.fill("Europe/Pariss");
      await page.locator('form[action^="/settings/shop/"] button[value="save"]').click();
      await page.getByRole("alert").waitFor();
      assert.equal(await zone.getAttribute("aria-invalid"), "true");
      assert.equal(await zone.inputValue(), "Europe/Pariss");
      await page.goto(`${server.url}/settings`);
      assert.equal(await zone.inputValue(), kept);
    }, { tolerate: /status of 4\d\d/ }));

  it("names whom to ask on every page", () =>
    open("/settings", async (page) => {
      const form = page.locator('form[action="/settings"]');
      await form.locator('input[name*="support"][name*="name"]').fill("Ada Prévost");
      await form.locator("button[type=submit]").click();
      await page.waitForURL(/saved=1/);
      await page.goto(`${server.url}/revenue?${MARCH}`);
      assert.match(await page.locator("footer").innerText(), /Ada Prévost/);
    }));
}
