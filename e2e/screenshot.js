// Makes docs/overview.png from the real program, so that the README shows what it will open.
import { launch, visit } from "./lib/browser.js";
import { start } from "./lib/server.js";

const server = await start("demo");
const browser = await launch();
try {
  const url = `${server.url}/?shop=ferme&period=30d&compare=previous`;
  await visit(browser, url, { viewport: { width: 1280, height: 960 }, reducedMotion: "reduce" }, async (page) => {
    await page.screenshot({ path: new URL("../docs/overview.png", import.meta.url).pathname });
  });
} finally {
  await browser.close();
  await server.stop();
}
