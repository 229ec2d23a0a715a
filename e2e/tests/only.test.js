import { after, before, describe } from "node:test";
import { launch } from "../lib/browser.js";
const which = process.env.ONLY.split(",");
const world = {};
before(async () => { world.browser = await launch(); });
after(() => world.browser?.close());
for (const one of which) { const { default: suite } = await import(`./${one}.js`); describe(one, () => suite(world)); }
