// Debian's Chromium, and pages that watch themselves: an error in the console or a request to
// anywhere but the server fails the test that opened them.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--disable-sync",
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run",
      // Root, in a container, has no sandbox to offer.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });

/**
 * Runs `work` with a page on `url`; `options` are Playwright's context options, and `tolerate`, a
 * pattern of console errors that the test provokes on purpose, and `also`, other origins that the page
 * frames.
 */
export async function visit(browser, url, { tolerate, also = [], ...options }, work) {
  const context = await browser.newContext({ locale: "fr-FR", viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults = [];
  const home = new URL(url).origin;
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !tolerate?.test(message.text())) faults.push(message.text());
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== home && !also.includes(origin) && protocol !== "data:") faults.push(`asked ${request.url()}`);
  });
  try {
    const answer = await page.goto(url);
    assert.equal(answer.status(), 200, url);
    await work(page);
    assert.deepEqual(faults, [], `${url} must be silent and ask nobody else`);
  } finally {
    await context.close();
  }
}

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds, one line each. */
export async function violations(page) {
  // Evaluated rather than injected: the pages' content security policy refuses foreign scripts.
  await page.evaluate(axeSource);
  // Rows of a table are alike: the first ones stand for all.
  const found = await page.evaluate(
    (runOnly) =>
      globalThis.axe.run({ exclude: ["tbody tr:nth-child(n+8)"] }, { runOnly, resultTypes: ["violations"], preload: false }),
    STANDARDS,
  );
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).slice(0, 3).join(", ")}`,
  );
}

/** Whether anything is wider than the window. */
export const overflows = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
