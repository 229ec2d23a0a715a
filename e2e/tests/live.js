// While the demo runs, an order or a cart arrives every few seconds.
import assert from "node:assert/strict";
import { it } from "node:test";
import { visit } from "../lib/browser.js";

export default function live(world) {
  it("gets a new row by itself, and pauses", () =>
    visit(world.browser, `${world.url}/?shop=ferme`, {}, async (page) => {
      const feed = page.locator("[data-live]");
      const newest = () => feed.locator("li").evaluateAll((rows) => rows.map((row) => row.dataset.at).sort().at(-1) ?? "");
      const before = await newest();
      await page.waitForFunction(
        (old) => [...document.querySelectorAll("[data-live] li")].some((row) => row.dataset.at > old),
        before,
        { timeout: 30_000 },
      );
      await feed.locator("[data-pause]").click();
      const paused = await newest();
      await page.waitForTimeout(6_000);
      assert.equal(await newest(), paused);
      await feed.locator("[data-pause]").click();
      assert.equal(await feed.locator("[data-pause]").getAttribute("aria-pressed"), "false");
    }));
}
