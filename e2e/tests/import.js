// A file of orders, from the drop to the undo.
import assert from "node:assert/strict";
import { it } from "node:test";
import { visit } from "../lib/browser.js";

const FILE = new URL("../fixtures/shopify-orders.csv", import.meta.url).pathname;

async function bringIn(page) {
  await page.locator('input[type="file"]').setInputFiles(FILE);
  await page.locator("form.upload button[type=submit]").click();
  await page.locator("form.mapping").waitFor();
  assert.match(await page.locator("main").innerText(), /#1001/, "the first rows are shown");
  await page.locator('form.mapping button[value="confirm"]').click();
  await page.locator("dl.figures").waitFor({ timeout: 30_000 });
}

export default function importing(world) {
  it("shows the mapping and 20 rows, brings them in, and takes them back", () =>
    visit(world.browser, `${world.url}/import?shop=ferme`, {}, async (page) => {
      await bringIn(page);
      assert.match(await page.locator("dl.figures").innerText(), /\d/);
      page.on("dialog", (dialog) => dialog.accept());
      await page.locator('form[action*="undo"] button').click();
      await page.waitForLoadState();
      assert.equal(await page.locator('form[action*="undo"]').count(), 0);
    }));

  it("does the same without JavaScript", () =>
    visit(world.browser, `${world.url}/import?shop=ferme`, { javaScriptEnabled: false }, async (page) => {
      await page.locator('input[type="file"]').setInputFiles(FILE);
      await page.locator("form.upload button[type=submit]").click();
      await page.waitForLoadState();
      assert.ok(await page.locator("form.mapping").isVisible());
    }));

  it("says what is wrong with a file that is no table", () =>
    visit(world.browser, `${world.url}/import?shop=ferme`, { javaScriptEnabled: false, tolerate: /status of 4\d\d/ }, async (page) => {
      await page.locator('input[type="file"]').setInputFiles({
        name: "photo.csv",
        mimeType: "text/csv",
        buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0, 0, 0]),
      });
      await page.locator("form.upload button[type=submit]").click();
      await page.getByRole("alert").waitFor();
    }));
}
