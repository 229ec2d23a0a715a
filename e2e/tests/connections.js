// Connections: the setup screen, the form and its faults, on a server of its own without any shop; and
// a shop that is connected, read, compared, set and removed, from the first screen to the last.
import assert from "node:assert/strict";
import { it } from "node:test";
import { overflows, violations, visit } from "../lib/browser.js";
import { replay, WOOCOMMERCE } from "../lib/replay.js";
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

  it("connects a shop in a few fields and reads it: progress, figures, comparison, settings, removal", async () => {
    const shop = await replay("woocommerce");
    try {
      await own((url) => visit(world.browser, `${url}/`, { tolerate: /status of 400/ }, (page) => live(page, url, shop.url)));
    } finally {
      await shop.stop();
    }
  });
}

/** The life of a connection, on one page after the other. */
async function live(page, url, shop) {
  const state = page.locator("article.connection .state strong");
  const figure = (label) => page.locator(`dl.figures > div:has(dt:text-is("${label}")) dd`).innerText();
  const count = async () => Number((await figure("Commandes reçues")).replace(/\D/g, ""));
  const submit = (action) => page.locator(`form[action$="${action}"] button[type=submit]`).click();
  /** The connection's page once no reading is under way. */
  const rested = async (own) => {
    for (let tries = 0; tries < 60; tries++) {
      await page.goto(own);
      if (/min$/.test(await figure("Prochaine lecture"))) return;
      await page.waitForTimeout(200);
    }
    assert.fail("a reading does not end");
  };
  const part = (id) => page.locator(`section[aria-labelledby="${id}"]`);

  // From the screen before any data to the form.
  await page.locator('.routes a[href="/connections/new"]').click();
  const form = page.locator("main form.connect");
  const fill = async () => {
    await form.locator('input[name="key"]').fill(WOOCOMMERCE.key);
    await form.locator('input[name="secret"]').fill(WOOCOMMERCE.secret);
  };
  await form.locator('input[name="url"]').fill(shop);
  await fill();
  await form.locator("button[type=submit]").click();
  // A shop in a private network has to be meant: then it is asked for, and nothing else.
  await form.locator('input[name="private"]').check();
  await fill();
  await form.locator("button[type=submit]").click();

  // The first import goes by on its own, and ends on the same page.
  await page.locator("article.connection").waitFor();
  const progress = page.locator(".progress [role=status]");
  if (await progress.count()) assert.match(await progress.innerText(), /lues?\b|Lecture|terminée/);
  await page.getByText("La première importation est terminée").waitFor();
  const own = page.url().split("?")[0];
  assert.equal(await state.innerText(), "À jour");
  assert.match(await page.locator("h1").innerText(), /Ma boutique & fils/);
  assert.equal(await figure("Refusées"), "0");
  const received = await count();
  assert.ok(received > 100, `${received} orders were received`);
  assert.deepEqual(await violations(page), []);
  assert.equal(await overflows(page), false);

  // The overview has its figures, as fresh as the reading.
  await page.goto(`${url}/?period=12m`);
  assert.match(await page.locator(".status").innerText(), /Ma boutique & fils\u00a0: (à l’instant|il y a)/);
  const overview = await page.locator("main").innerText();
  assert.match(overview, /Miel de châtaignier/);
  assert.match(overview, /^[1-9][\d\s]*,\d\d\s€/m);

  // What the platform counts beside what is counted here: the same, and why another mode would differ.
  await page.goto(own);
  await submit("/totals");
  await part("totals").locator("table").waitFor();
  const rows = await part("totals").locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText)));
  assert.ok(rows.length >= 5);
  for (const [name, theirs, ours, apart] of rows) {
    assert.equal(ours, theirs, name);
    assert.match(apart, /^0(,00\u00a0€)?$/, name);
  }
  assert.match(await part("totals").innerText(), /Tout concorde au centime\.\s+Ce qui sépare ce mode du vôtre \(Comptoir\)\u00a0: .+\./);

  // Read now: the same orders, nothing twice.
  await submit("/sync");
  await page.getByText("La lecture a été demandée.").waitFor();
  await rested(own);
  assert.equal(await count(), received);

  // Paused, and resumed.
  await submit("/pause");
  await page.getByText("C’est enregistré.").waitFor();
  assert.equal(await state.innerText(), "En pause");
  assert.match(await figure("Prochaine lecture"), /^en (pause|cours)$/);
  await submit("/resume");
  await page.locator('form[action$="/pause"]').waitFor();
  assert.equal(await state.innerText(), "À jour");

  // Minutes: 1 to 60, and what else was typed is told beside the field.
  const minutes = page.locator('input[name="minutes"]');
  await minutes.fill("61");
  await submit("/settings");
  await page.getByText("Écrivez un nombre entier de 1 à 60.").waitFor();
  await minutes.fill("15");
  await submit("/settings");
  await page.getByText("C’est enregistré.").waitFor();
  assert.equal(await minutes.inputValue(), "15");
  await rested(own);

  // All of it again, compared: nothing differs.
  await submit("/verify");
  await page.getByText("La vérification complète a été demandée").waitFor();
  const report = part("differences").getByText("Aucune différence");
  for (let tries = 0; tries < 60 && !(await report.count()); tries++) {
    await page.waitForTimeout(250);
    await page.goto(own);
  }
  assert.match(await part("differences").innerText(), /Tout a été comparé (à l’instant|il y a)/);
  assert.equal(await count(), received, "nothing came twice");

  // A wrong key is refused in plain words, and the good one is kept.
  await page.getByText("Remplacer l’adresse ou la clé").click();
  const access = page.locator('form[action$="/access"]');
  await access.locator('input[name="secret"]').fill("cs_wrong");
  await submit("/access");
  await access.locator('[aria-invalid="true"]').first().waitFor();
  assert.match(await access.innerText(), /clé/);
  assert.ok(!(await page.content()).includes("cs_wrong"), "a secret is never sent back");
  assert.deepEqual(await violations(page), []);
  await page.goto(own);
  assert.equal(await state.innerText(), "À jour");

  // Removed when it was confirmed: its orders stay.
  await page.getByText("Retirer la connexion").click();
  await page.locator('input[name="sure"]').check();
  await submit("/remove");
  assert.match(await page.locator(".saved").innerText(), /La connexion est retirée\. Ses commandes restent\u00a0: \d+\./);
  assert.equal(await page.locator("article.connection").count(), 0);
}
