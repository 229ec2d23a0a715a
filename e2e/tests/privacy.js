// A customer's request from search to receipt, retention, register, self-check; backups; and the audit log that
// lists what was done. S086, S126, S109.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { visit } from "../lib/browser.js";
import { faults, reachable } from "../lib/everyone.js";
import { PERSON, settle, unsettled } from "../lib/house.js";

const REFUSED = /status of 4\d\d/;
const PAGES = [
  "/privacy", "/privacy/retention", "/privacy/register", "/privacy/visits", "/privacy/check",
  "/backups", "/audit", "/team", "/account", "/account/second-factor", "/tokens", "/sharing", "/preparation", "/settings", "/connections",
];

export default function privacy(world) {
  let server;
  let owner;
  before(async () => {
    server = await unsettled();
    owner = await settle(world.browser, server);
  });
  after(() => server?.stop());

  const open = (path, options, work) => visit(world.browser, `${server.url}${path}`, { ...owner, ...options }, work);
  const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

  it("every page under Réglages: no fault, 390 px, light and dark, by keyboard", async () => {
    for (const path of PAGES) {
      await open(path, { colorScheme: "light" }, async (page) => {
        assert.deepEqual(await faults(page), []);
        assert.deepEqual(await reachable(page), [], path);
      });
      await open(path, { colorScheme: "dark", locale: "en-GB", viewport: { width: 390, height: 844 } }, async (page) => {
        assert.deepEqual(await faults(page), []);
        assert.equal(await page.locator("html").getAttribute("lang"), "en");
        assert.doesNotMatch(await page.locator("main").innerText(), /\b[a-z]+-[a-z]+-[a-z]+-[a-z]+\b/, "words, not keys");
      });
    }
  });

  it("the pages keep to their own styles: a condition of the self-check is neither bold nor boxed", () =>
    open("/privacy/check", {}, async (page) => {
      const state = page.locator(".conditions .state").first();
      assert.equal(await state.evaluate((one) => getComputedStyle(one).borderTopWidth), "0px");
      const words = page.locator(".conditions li p:not(.state)").first();
      assert.equal(await words.evaluate((one) => getComputedStyle(one).fontWeight), "400");
    }));

  it("a request: search, file, copy, correction, erasure, receipt; without JavaScript (S086)", async () => {
    await open("/privacy/register", { javaScriptEnabled: false }, async (page) => {
      const fields = page.locator("main form input[type=text], main form input:not([type])");
      for (let index = 0; index < 3; index += 1) await fields.nth(index).fill(`La Ferme ${index}`);
      await press(page, "Enregistrer");
      await page.getByRole("status").waitFor();
    });
    await open("/privacy", { javaScriptEnabled: false, tolerate: REFUSED }, async (page) => {
      await page.locator("form.find input").fill(PERSON.email);
      await press(page, "Chercher");
      assert.ok(!page.url().includes("camille"), "the address does not tell who was searched");
      await page.getByRole("link", { name: PERSON.name }).or(page.locator("main table a")).first().click();
      await page.getByRole("heading", { level: 1, name: PERSON.name }).waitFor();
      const file = page.url();
      const words = await page.locator("main").innerText();
      for (const known of [PERSON.email, PERSON.phone]) assert.ok(words.includes(known), known);

      const coming = page.waitForEvent("download");
      await press(page, "Télécharger la copie");
      assert.match((await coming).suggestedFilename(), /^donnees-personnelles-\d+\.html$/);

      await page.goto(file);
      await page.locator("#rectify").getByLabel("Ville").fill("Nantes");
      await press(page, "Enregistrer la rectification");
      await page.getByRole("status").waitFor();
      assert.match(await page.locator("main").innerText(), /Nantes/);

      await page.getByRole("link", { name: "Effacer cette personne…" }).click();
      assert.match(await page.locator("h1").innerText(), new RegExp(PERSON.name));
      await page.getByRole("checkbox").check();
      await press(page, "Effacer définitivement");
      await page.getByRole("heading", { level: 1, name: "Effacement effectué" }).waitFor();
      const receipt = await page.locator("main").innerText();
      // Two of the three orders are this person's.
      assert.match(receipt, /Commandes rendues anonymes\s+2\b/);
      for (const secret of Object.values(PERSON)) assert.ok(!receipt.includes(secret), secret);
      assert.equal((await page.goto(`${server.url}/customers?q=${encodeURIComponent(PERSON.email)}`)).status(), 200);
      assert.ok(!(await page.locator("main table").allInnerTexts()).join().includes(PERSON.name));
    });
    await open("/privacy", {}, async (page) => {
      await page.locator("main table a, main .plain a").first().click();
      assert.match(page.url(), /\/privacy\/erasures\//);
      assert.deepEqual(await faults(page), []);
    });
  });

  it("a file of a person, the page that asks once more and an unconfirmed erasure: no fault", () =>
    open("/privacy", { tolerate: REFUSED }, async (page) => {
      await page.locator("form.find input").fill("bo@client.test");
      await press(page, "Chercher");
      assert.deepEqual(await faults(page), []);
      await page.locator("main table a").first().click();
      await page.waitForURL(/\/persons\//);
      assert.deepEqual(await faults(page), []);
      await page.getByRole("link", { name: "Effacer cette personne…" }).click();
      assert.deepEqual(await faults(page), []);
      await page.locator("main form").evaluate((form) => { form.noValidate = true; });
      await press(page, "Effacer définitivement");
      assert.match(await page.getByRole("alert").innerText(), /Rien n’a été effacé/);
      assert.deepEqual(await faults(page), []);
    }));

  it("a rule of retention is switched on after its preview only", () =>
    open("/privacy/retention", { javaScriptEnabled: false }, async (page) => {
      assert.equal(await page.getByRole("button", { name: "Activer la règle" }).count(), 0);
      await page.getByRole("button", { name: "Voir l’aperçu" }).nth(1).click();
      await press(page, "Activer la règle");
      await page.getByText("activée", { exact: true }).waitFor();
    }));

  it("backups: a folder that is not there is told beside its field; then one is made and found whole (S126)", async () => {
    const folder = join(server.folder, "sauvegardes");
    await open("/backups", { javaScriptEnabled: false, tolerate: REFUSED }, async (page) => {
      await page.getByLabel("Dossier").fill(folder);
      await press(page, "Activer");
      const field = page.getByLabel("Dossier");
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      assert.equal(await field.inputValue(), folder);
      await mkdir(folder);
      await press(page, "Activer");
      await page.getByRole("status").first().waitFor();
      await press(page, "Sauvegarder maintenant");
      for (let patience = 60; (await page.locator("table.backups tbody tr").count()) === 0 && patience > 0; patience -= 1) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        await page.goto(`${server.url}/backups`);
      }
      assert.equal(await page.locator("table.backups tbody tr").count(), 1);
    });
    await open("/backups", {}, async (page) => {
      assert.deepEqual(await faults(page), []);
      await page.getByRole("button", { name: /^Vérifier/ }).first().click();
      await page.getByText("Cette sauvegarde est intacte.").waitFor();
    });
  });

  it("the audit log lists what was done, in words, without a customer's name; it narrows and is a file (S109)", () =>
    open("/audit", {}, async (page) => {
      const words = await page.locator("main").innerText();
      for (const action of [
        "Compte propriétaire créé", "Données d’une personne consultées", "Données d’une personne exportées",
        "Données d’une personne rectifiées", "Personne effacée", "Sauvegarde faite",
      ]) assert.ok(words.includes(action), action);
      for (const secret of Object.values(PERSON)) assert.ok(!words.includes(secret), secret);
      assert.doesNotMatch(words, /[a-z]_[a-z]|\{|"/, "no names of the program");
      assert.doesNotMatch(words, /\b(customers|refunds|others|lines|folder|owner)\b/, "no English");
      assert.deepEqual(await faults(page), []);
      await page.getByLabel("Action").selectOption("person_erased");
      await press(page, "Filtrer");
      await page.waitForURL(/action=person_erased/);
      assert.equal(await page.locator("main tbody tr").count(), 1);
      const coming = page.waitForEvent("download");
      await page.getByRole("link", { name: "Télécharger en CSV" }).click();
      assert.match((await coming).suggestedFilename(), /^comptoir-journal.*\.csv$/);
    }));
}
