// From the first run to a team: the set-up link, invitations, what each role sees, a second factor, and every
// page of accounts seen by everyone. S102, S103, S104, S109.
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { visit } from "../lib/browser.js";
import { faults, reachable } from "../lib/everyone.js";
import { OWNER, PERSON, settle, setupLink, signIn, totp, unsettled } from "../lib/house.js";

const REFUSED = /status of 4\d\d/;
const PASSWORD = "encore une phrase longue";

export default function accounts(world) {
  let server;
  let owner;
  before(async () => {
    server = await unsettled();
  });
  after(() => server?.stop());

  const open = (path, options, work) => visit(world.browser, `${server.url}${path}`, options, work);

  /** Invites somebody by the page of the team; without a mail server the link is shown, once. */
  const invite = async (email, role) => {
    let link;
    await open("/team", owner, async (page) => {
      await page.locator(".invite").getByLabel("Adresse e-mail").fill(email);
      await page.locator(".invite").getByLabel("Rôle").selectOption(role);
      await page.getByRole("button", { name: "Inviter", exact: true }).click();
      link = await page.locator('[role="status"] code').innerText();
      await page.goto(`${server.url}/team`);
      assert.ok(!(await page.content()).includes(link), "it is shown once");
    });
    return link;
  };
  const accept = (link, work) =>
    visit(world.browser, link, { tolerate: REFUSED }, async (page) => {
      await page.getByLabel("Mot de passe").fill(PASSWORD);
      await page.locator("main button[type=submit]").click();
      await page.locator("nav.top").waitFor();
      await work(page);
    });

  it("without an account, says where the set-up link is, and shows no figure (S102)", () =>
    open("/", { javaScriptEnabled: false }, async (page) => {
      assert.match(new URL(page.url()).pathname, /^\/setup$/);
      assert.equal(await page.locator("form[method=post]").count(), 0);
      assert.match(await page.locator("main").innerText(), /terminal/);
      assert.equal(await page.locator("nav").count(), 0);
    }));

  it("the set-up link of the terminal makes the owner, says what is wrong beside its field, and works once", async () => {
    const link = await setupLink(server);
    await visit(world.browser, link, { javaScriptEnabled: false, tolerate: REFUSED }, async (page) => {
      await page.getByLabel("Adresse e-mail").fill(OWNER.email);
      await page.getByLabel("Mot de passe").fill("court");
      await page.locator("main button[type=submit]").click();
      const password = page.getByLabel("Mot de passe");
      assert.equal(await password.getAttribute("aria-invalid"), "true");
      const said = await password.getAttribute("aria-describedby");
      assert.match(await page.locator(`#${said}`).innerText(), /12\scaractères/);
      assert.equal(await page.getByLabel("Adresse e-mail").inputValue(), OWNER.email, "what was typed is given back");
    });
    owner = await settle(world.browser, server);
    const again = await fetch(link, { redirect: "manual" });
    assert.notEqual(again.status, 200, "the link is used up");
  });

  it("an invited viewer signs in and meets figures only, no order, no person (S103, S104)", async () => {
    await accept(await invite("vue@boutique.test", "viewer"), async (page) => {
      const menu = await page.locator("nav.top a").allInnerTexts();
      for (const hidden of ["Commandes", "Clients", "Connexions", "Réglages"]) assert.ok(!menu.includes(hidden), `${menu}`);
      assert.ok(menu.includes("Produits"), `${menu}`);
      for (const path of ["/", "/revenue", "/products", "/loyalty"]) {
        await page.goto(`${server.url}${path}`);
        const text = await page.content();
        for (const secret of Object.values(PERSON)) assert.ok(!text.includes(secret), `${path} shows ${secret}`);
      }
      for (const path of ["/orders", "/customers", "/preparation", "/team", "/privacy", "/audit", "/backups"]) {
        assert.equal((await page.goto(`${server.url}${path}`)).status(), 403, path);
        assert.deepEqual(await faults(page), []);
      }
    });
  });

  it("marketing begins with loyalty and sees customers with their identity masked (S103)", () =>
    invite("marketing@boutique.test", "marketing").then((link) =>
      accept(link, async (page) => {
        assert.equal(new URL(page.url()).pathname, "/loyalty");
        for (const path of ["/orders", "/customers"]) {
          assert.equal((await page.goto(`${server.url}${path}`)).status(), 200);
          const text = await page.content();
          for (const secret of Object.values(PERSON)) assert.ok(!text.includes(secret), `${path} shows ${secret}`);
        }
      })));

  it("whoever prepares has one page: what to pick, where it goes, no amount; and prints it (S103)", () =>
    invite("atelier@boutique.test", "preparation").then((link) =>
      accept(link, async (page) => {
        assert.equal(new URL(page.url()).pathname, "/preparation");
        assert.deepEqual(await page.locator("nav.top a").allInnerTexts(), ["À préparer"]);
        const text = await page.locator("main").innerText();
        // Two orders of two soaps; the third was shipped.
        assert.match(text, /2\scommandes à expédier, 4\sarticles/);
        assert.ok(text.includes(PERSON.name) && text.includes(PERSON.city), text);
        assert.ok(!text.includes("€") && !text.includes(PERSON.email) && !text.includes("2003"), text);
        assert.equal((await page.goto(`${server.url}/orders`)).status(), 403);
        await page.goto(`${server.url}/`);
        assert.equal(new URL(page.url()).pathname, "/preparation", "the first page is theirs");
        assert.deepEqual(await faults(page), []);
        await page.emulateMedia({ media: "print" });
        assert.equal(await page.locator(".masthead").isVisible(), false);
        assert.equal(await page.locator("main form").first().isVisible(), false);
        assert.equal(await page.locator(".parcel .tick").first().isVisible(), true, "boxes to tick");
        assert.equal(await page.locator(".parcel").count(), 2);
      })));

  it("a second factor: its code is asked for at the next sign-in, and a recovery code replaces it once (S102)", async () => {
    await open("/account/second-factor", { ...owner, tolerate: REFUSED }, async (page) => {
      assert.deepEqual(await faults(page), []);
      const key = await page.locator(".secret code").innerText();
      await page.getByRole("textbox", { name: "Code" }).fill(totp(key));
      await page.getByLabel("Mot de passe").fill(OWNER.password);
      await page.getByRole("button", { name: "Activer" }).click();
      const codes = await page.locator(".codes code").allInnerTexts();
      assert.equal(new Set(codes).size, codes.length);
      assert.ok(codes.length >= 8, `${codes.length} codes`);
      assert.deepEqual(await faults(page), []);

      const out = async () => {
        await page.goto(`${server.url}/account`);
        await page.locator("header details.account summary").click();
        await page.locator("header details.account").getByRole("button", { name: "Se déconnecter" }).click();
        await page.getByRole("heading", { name: "Se connecter" }).waitFor();
        await signIn(page, OWNER);
        assert.equal(new URL(page.url()).pathname, "/sign-in/code");
        assert.deepEqual(await faults(page), []);
      };
      await out();
      assert.equal((await page.goto(`${server.url}/revenue`)).url().includes("/sign-in"), true, "half a sign-in opens nothing");
      await page.goto(`${server.url}/sign-in/code`);
      await page.getByRole("textbox", { name: "Code" }).fill("000000");
      await page.getByRole("button", { name: "Continuer" }).click();
      assert.equal(await page.getByRole("textbox", { name: "Code" }).getAttribute("aria-invalid"), "true");
      await page.getByRole("textbox", { name: "Code" }).fill(totp(key, 1));
      await page.getByRole("button", { name: "Continuer" }).click();
      await page.locator("nav.top").waitFor();
      await out();
      await page.getByRole("textbox", { name: "Code" }).fill(codes[0]);
      await page.getByRole("button", { name: "Continuer" }).click();
      await page.locator("nav.top").waitFor();
      await page.goto(`${server.url}/account`);
      assert.match(await page.locator("main").innerText(), new RegExp(`restants\\s: ${codes.length - 1}`));
      owner = { storageState: await page.context().storageState() };
    });
  });

  it("an account that is disabled is signed out at once (S104)", async () => {
    await open("/sign-in", {}, async (page) => {
      await signIn(page, { email: "vue@boutique.test", password: PASSWORD });
      await page.locator("nav.top").waitFor();
      await open("/team", owner, async (team) => {
        const row = team.locator("ul.team > li", { hasText: "vue@boutique.test" });
        await row.locator("summary").click();
        await row.getByRole("button", { name: "Désactiver" }).click();
        await team.getByRole("status").waitFor();
        assert.deepEqual(await faults(team), []);
      });
      await page.reload();
      assert.equal(new URL(page.url()).pathname, "/sign-in");
    });
  });

  it("the pages before one is let in: no fault, no script needed, narrow, dark, by keyboard", async () => {
    for (const [path, status] of [["/sign-in", 200], ["/forgotten", 200], ["/setup", 200], ["/invitation?token=x", 404], ["/reset?token=x", 404]]) {
      for (const colorScheme of ["light", "dark"]) {
        await open("/sign-in", { colorScheme, tolerate: REFUSED }, async (page) => {
          const answer = await page.goto(`${server.url}${path}`);
          assert.equal(answer.status(), status, path);
          assert.deepEqual(await faults(page), [], `${path} in ${colorScheme}`);
          assert.deepEqual(await reachable(page), [], path);
        });
      }
    }
    await open("/sign-in", { javaScriptEnabled: false, tolerate: REFUSED, locale: "en-GB" }, async (page) => {
      await page.getByLabel("E-mail address").fill(OWNER.email);
      await page.getByLabel("Password").fill("not the password at all");
      await page.locator("main button[type=submit]").click();
      assert.ok(await page.getByRole("alert").isVisible());
      assert.equal(await page.getByLabel("E-mail address").inputValue(), OWNER.email);
      assert.equal(await page.getByLabel("Password").inputValue(), "");
    });
  });
}
