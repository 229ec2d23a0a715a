// Whether everyone can use a page: with eyes or ears, on a phone, by keyboard alone.
import { overflows, violations } from "./browser.js";

const PHONE = { width: 390, height: 844 };

/** What is wrong with a page for eyes and ears, on a desk and on a phone. */
export async function faults(page) {
  const found = await violations(page);
  const desk = page.viewportSize();
  await page.setViewportSize(PHONE);
  if (await overflows(page)) found.push("wider than 390");
  await page.setViewportSize(desk);
  return found.map((fault) => `${new URL(page.url()).pathname} ${fault}`);
}

/** Whether every form, link and button in `main` is reached by Tab alone. */
export async function reachable(page) {
  const wanted = await page.locator("main").locator("a[href], button, input:not([type=hidden]), select, textarea, summary")
    .evaluateAll((all) => all.filter((one) => one.checkVisibility() && !one.disabled && !(one.type === "radio" && !one.checked))
      .map((one, index) => { one.dataset.stop = index; return index; }));
  const met = new Set();
  for (let step = 0; step < wanted.length + 40 && met.size < wanted.length; step += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => document.activeElement?.dataset.stop);
    if (stop !== undefined) met.add(stop);
  }
  return wanted.filter((one) => !met.has(String(one)));
}
