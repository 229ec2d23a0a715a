// Connections: the setup screen, the form and its faults, on a server of its own without any shop.
import assert from "node:assert/strict";
import { it } from "node:test";
import { overflows, violations, visit } from "../lib/browser.js";
import { start } from "../lib/server.js";

const PHONE = { locale: "en-GB", colorScheme: "dark", viewport: { width: 390, height: 844 } };

export default function connections(world) {
  const own = async (work) => {
    const server = await start("serve");
    try {
      await work(server.url);
    } finally {
      await server.stop();
    }
  };

  it("names both routes, each platform with its version, and every door", () =>
    own((url) =>
      visit(world.browser, `${url}/connections`, { javaScriptEnabled: false }, async (page) => {
        assert.equal(await page.locator(".routes section").count(), 2);
        const words = await page.locator("main").innerText();
        for (const name of ["WooCommerce", "Shopify", "PrestaShop", "Brevo", "ActiveCampaign", "Google Analytics 4", "/api/v1/ingest", "comptoir token create"]) {
          assert.ok(words.includes(name), `${name} is on the page`);
        }
      }),
    ));

  it("asks five questions at most, and says beside its field what is wrong", () =>
    own((url) =>
      visit(world.browser, `${url}/connections`, { tolerate: /status of 4\d\d/ }, async (page) => {
        await page.locator('a[href="/connections/new?platform=woocommerce"]').first().click();
        const inputs = page.locator("form.connect :is(input, select)");
        assert.ok((await inputs.count()) <= 5);
        await page.keyboard.press("Tab");
        await page.locator('input[name="url"]').fill("http://127.0.0.1:9/");
        for (const secret of await page.locator('form.connect input[type="password"]').all()) await secret.fill("s3cr3t-never-shown");
        const others = page.locator('form.connect input:not([type="password"]):not([name="url"])');
        for (const other of await others.all()) await other.fill("ck_typed");
        await page.locator("form.connect button[type=submit]").press("Enter");
        await page.getByRole("alert").waitFor();
        const address = page.locator('input[name="url"]');
        assert.equal(await address.getAttribute("aria-invalid"), "true");
        assert.equal(await address.inputValue(), "http://127.0.0.1:9/");
        assert.ok(!(await page.content()).includes("s3cr3t-never-shown"), "a secret is never sent back");
        assert.deepEqual(await violations(page), []);
      }),
    ));

  it("has no accessibility fault and fits a phone", () =>
    own(async (url) => {
      for (const path of ["/connections", "/connections/new?platform=shopify", "/connect"]) {
        await visit(world.browser, `${url}${path}`, PHONE, async (page) => {
          assert.deepEqual(await violations(page), [], path);
          assert.equal(await overflows(page), false, path);
        });
      }
    }));
}
