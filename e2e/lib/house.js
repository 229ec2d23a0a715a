// A shop with accounts: orders of the last days to prepare, an owner who took the set-up link.
import { createHmac } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { visit } from "./browser.js";
import { run, start } from "./server.js";

const FIXTURE = new URL("../fixtures/shopify-orders.csv", import.meta.url).pathname;

export const OWNER = { email: "ada@boutique.test", password: "une phrase assez longue" };

/** Somebody whose name, address and telephone number must not reach who may not see them. */
export const PERSON = {
  name: "Camille Fontanel",
  email: "camille.fontanel@client.test",
  phone: "+33612345678",
  city: "Angers",
};

const day = (before) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10);

/** Three orders of the last days as Shopify exports them: two to ship, one shipped. */
async function orders(path) {
  const header = (await readFile(FIXTURE, "utf8")).split("\n")[0].trim();
  const row = (fields) => header.split(",").map((name) => fields[name] ?? "").join(",");
  const order = (name, before, more) => {
    const at = `${day(before)} 10:15:00 +0100`;
    return row({
      Name: name, Email: PERSON.email, "Financial Status": "paid", "Paid at": at, "Created at": at,
      "Fulfillment Status": "unfulfilled", Currency: "EUR", Subtotal: "40.00", Shipping: "0.00", Taxes: "0.00",
      Total: "40.00", "Shipping Method": "Colissimo", "Lineitem quantity": "2", "Lineitem name": "Savon au miel",
      "Lineitem price": "20.00", "Lineitem sku": "SAV-1", "Lineitem requires shipping": "true",
      "Billing Name": PERSON.name, "Billing City": PERSON.city, "Billing Zip": "49000", "Billing Country": "FR",
      "Shipping Name": PERSON.name, "Shipping City": PERSON.city, "Shipping Zip": "49000", "Shipping Country": "FR",
      Phone: PERSON.phone, "Billing Phone": PERSON.phone, "Refunded Amount": "0.00", ...more,
    });
  };
  const lines = [
    header,
    order("#2001", 3, {}),
    order("#2002", 2, { Email: "bo@client.test", "Billing Name": "Bo Martin", "Shipping Name": "Bo Martin", Phone: "", "Billing Phone": "" }),
    order("#2003", 6, { "Fulfillment Status": "fulfilled", "Fulfilled at": `${day(5)} 09:00:00 +0100` }),
  ];
  await writeFile(path, `${lines.join("\n")}\n`);
}

/** Starts the program with one shop and no account. */
export const unsettled = () =>
  start(
    "serve",
    async (data) => {
      const file = join(dirname(data), "orders.csv");
      await orders(file);
      await run("import", "--data", data, "--shop", "atelier", "--create", "--name", "L’Atelier", "--platform", "shopify",
        "--currency", "EUR", "--timezone", "Europe/Paris", "--format", "shopify", file);
    },
    { accounts: true },
  );

/** The link that the terminal shows on the first run. */
export const setupLink = (server) => server.told(/http:\/\/\S+\/setup\?token=\S+/);

/** Takes the set-up link; what comes back is the owner's session, for `visit`. */
export async function settle(browser, server, options = {}) {
  let session;
  await visit(browser, await setupLink(server), options, async (page) => {
    await page.getByLabel("Adresse e-mail").fill(OWNER.email);
    await page.getByLabel("Mot de passe").fill(OWNER.password);
    await page.locator("main button[type=submit]").click();
    await page.locator("nav.top").waitFor();
    session = await page.context().storageState();
  });
  return { storageState: session };
}

/** Signs in on the page that asks for it. */
export async function signIn(page, { email, password }) {
  await page.getByLabel("Adresse e-mail").fill(email);
  await page.getByLabel("Mot de passe").fill(password);
  await page.locator("main button[type=submit]").click();
  await page.waitForLoadState();
}

/** The six digits that an authenticator shows for a key in base 32, `later` half minutes from now (RFC 6238). */
export function totp(key, later = 0) {
  const bits = [...key.replaceAll(/[\s=]/g, "")].map((one) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(one).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const digest = createHmac("sha1", secret).update(counter).digest();
  const at = digest.at(-1) & 15;
  return String((digest.readUInt32BE(at) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, "0");
}
