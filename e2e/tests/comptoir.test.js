// One demo and one browser serve all suites: filling the demo is the slow part.
import { after, before, describe } from "node:test";
import { launch } from "../lib/browser.js";
import { start } from "../lib/server.js";
import access from "./access.js";
import accounts from "./accounts.js";
import connections from "./connections.js";
import filters from "./filters.js";
import importing from "./import.js";
import lists from "./lists.js";
import live from "./live.js";
import loyalty from "./loyalty.js";
import overview from "./overview.js";
import privacy from "./privacy.js";
import products from "./products.js";
import revenue from "./revenue.js";
import settings from "./settings.js";
import sharing from "./sharing.js";

const world = {};

before(async () => {
  world.server = await start("demo");
  world.url = world.server.url;
  world.browser = await launch();
});

after(async () => {
  await world.browser?.close();
  await world.server?.stop();
});

describe("overview", () => overview(world));
describe("filters and language", () => filters(world));
describe("revenue and why it moved", () => revenue(world));
describe("orders and customers", () => lists(world));
describe("products", () => products(world));
describe("loyalty", () => loyalty(world));
describe("settings", () => settings(world));
describe("connections", () => connections(world));
describe("accounts and rights", () => accounts(world));
describe("personal data, backups and audit log", () => privacy(world));
describe("share links and embedded pages", () => sharing(world));
describe("everyone and every screen", () => access(world));
describe("live activity", () => live(world));
// Last: it adds orders.
describe("import", () => importing(world));
