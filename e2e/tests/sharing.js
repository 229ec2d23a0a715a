// A page of figures for somebody without an account, and in a frame of another site. S106, S107, S128.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, it } from "node:test";
import { visit } from "../lib/browser.js";
import { faults } from "../lib/everyone.js";
import { PERSON, settle, unsettled } from "../lib/house.js";

const REFUSED = /status of 4\d\d/;
const PASSWORD = "citron vert";

export default function sharing(world) {
  let server;
  let owner;
  before(async () => {
    server = await unsettled();
    owner = await settle(world.browser, server);
  });
  after(() => server?.stop());

  const open = (path, options, work) => visit(world.browser, `${server.url}${path}`, options, work);

  it("a link made from a page keeps its filters, asks for the password, opens nothing else, and is withdrawn (S106)", async () => {
    let link;
    await open("/revenue?by=product&period=30d", owner, async (page) => {
      await page.locator("a.share").click();
      await page.waitForURL(/\/sharing\?of=/);
      assert.deepEqual(await faults(page), []);
      await page.getByLabel("Nom du lien").fill("Pour la banque");
      await page.getByLabel(/^Mot de passe/).fill(PASSWORD);
      await page.getByRole("button", { name: "Créer le lien" }).click();
      link = await page.getByLabel(/^Le lien, à copier/).inputValue();
      assert.deepEqual(await faults(page), []);
    });
    const clean = (work, options = {}) => visit(world.browser, `${server.url}/sign-in`, { tolerate: REFUSED, ...options }, work);
    await clean(async (page) => {
      await page.goto(link);
      assert.ok(!(await page.content()).includes("Savon"), "nothing before the password");
      assert.deepEqual(await faults(page), []);
      await page.getByLabel("Mot de passe").fill("citron jaune");
      await page.getByRole("button", { name: "Ouvrir la page" }).click();
      assert.equal(await page.getByLabel("Mot de passe").getAttribute("aria-invalid"), "true");
      await page.getByLabel("Mot de passe").fill(PASSWORD);
      await page.getByRole("button", { name: "Ouvrir la page" }).click();
      await page.getByText("Savon au miel").first().waitFor();
      const text = await page.content();
      for (const secret of [...Object.values(PERSON), "Pour la banque"]) assert.ok(!text.includes(secret), secret);
      assert.equal(await page.locator("nav").count(), 0);
      assert.equal(await page.locator("main form, main a[href^='/orders']").count(), 0);
      assert.deepEqual(await faults(page), []);
      await page.goto(`${server.url}/revenue`);
      assert.equal(new URL(page.url()).pathname, "/sign-in", "the link opens its page alone");
    }, { javaScriptEnabled: true, colorScheme: "dark" });
    await open("/sharing", owner, async (page) => {
      await page.locator("details.sure summary").first().click();
      await page.locator("details.sure").first().getByRole("button", { name: "Révoquer" }).click();
      await page.getByText("Lien révoqué.").waitFor();
      assert.deepEqual(await faults(page), []);
    });
    await clean(async (page) => {
      await page.goto(link);
      assert.match(await page.locator("h1").innerText(), /n’est plus valable/);
      assert.deepEqual(await faults(page), []);
    });
  });

  it("an embedded page shows in a frame of the site that is allowed, and in no other (S128)", async () => {
    let token;
    let number;
    await open("/tokens", owner, async (page) => {
      await page.getByLabel("Nom du jeton").fill("Back-office");
      await page.getByLabel("Portée", { exact: true }).selectOption({ label: "Signer des pages intégrées" });
      await page.getByRole("button", { name: "Créer le jeton" }).click();
      token = await page.getByLabel(/^Le jeton, à copier/).inputValue();
      number = (await page.locator(".made").innerText()).match(/indiquent\s: (\d+)/)[1];
      assert.deepEqual(await faults(page), []);
      await page.goto(`${server.url}/tokens`);
      assert.ok(!(await page.content()).includes(token), "it is shown once");
    });
    // As docs/embed.md says.
    const address = `/embed/products?expires=${Math.floor(Date.now() / 1000) + 300}&lang=fr&period=30d&shop=atelier&token=${number}`;
    const hmac = (key, text) => createHmac("sha256", key).update(text).digest("hex");
    const signed = `${server.url}${address}&signature=${hmac(hmac(token, "comptoir-embed-v1"), address)}`;
    const backOffice = createServer((_, answer) => {
      answer.setHeader("content-type", "text/html; charset=utf-8");
      answer.end(`<!doctype html><html lang="fr"><link rel="icon" href="data:,"><title>Back-office</title>
        <iframe title="Comptoir" width="1000" height="700" src="${signed.replaceAll("&", "&amp;")}"></iframe>`);
    });
    backOffice.listen(0, "localhost");
    await once(backOffice, "listening");
    const site = `http://localhost:${backOffice.address().port}`;
    const framed = (tolerate, work) => visit(world.browser, site, { also: [server.url], tolerate }, work);
    try {
      await framed(/frame-ancestors|ERR_BLOCKED_BY_RESPONSE|Framing/, async (page) => {
        await page.waitForLoadState("networkidle");
        assert.equal(await page.frameLocator("iframe").getByText("Savon au miel").count(), 0, "no site is allowed yet");
      });
      await open("/sharing", owner, async (page) => {
        await page.getByLabel("Sites autorisés à intégrer ces pages").fill(site);
        await page.getByRole("button", { name: "Enregistrer" }).click();
        await page.getByText("Sites enregistrés.").waitFor();
      });
      await framed(undefined, async (page) => {
        const frame = page.frameLocator("iframe");
        await frame.getByText("Savon au miel").first().waitFor();
        assert.equal(await frame.locator("nav, form").count(), 0);
      });
      const altered = await fetch(signed.replace("period=30d", "period=90d"));
      assert.ok(altered.status >= 400 && !(await altered.text()).includes("Savon"));
    } finally {
      backOffice.close();
    }
  });

  it("a site that is none is told beside its field and given back", () =>
    open("/sharing", { ...owner, tolerate: REFUSED }, async (page) => {
      const field = page.getByLabel("Sites autorisés à intégrer ces pages");
      await field.fill("pas un site");
      await page.getByRole("button", { name: "Enregistrer" }).click();
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      assert.equal(await field.inputValue(), "pas un site");
      assert.deepEqual(await faults(page), []);
    }));
}
