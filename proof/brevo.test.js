// Brevo's official Node SDK pushes to Comptoir: the base URL is swapped and nothing else (S011, S072).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BrevoClient } from "@getbrevo/brevo";
import { comptoir } from "./server.js";

let shop;
let brevo;

before(async () => {
  shop = await comptoir();
  brevo = new BrevoClient({ apiKey: shop.token, baseUrl: `${shop.url}/compat/brevo/v3`, maxRetries: 0 });
});
after(() => shop.stop());

const query = (text) => JSON.parse(shop.run("query", "--data", shop.data, text));

const order = (id, amount, more = {}) => ({
  id,
  createdAt: "2026-07-29T20:59:23.383Z",
  updatedAt: "2026-07-30T10:59:23.383Z",
  status: "completed",
  amount,
  identifiers: { email_id: `${id}@exemple.fr`, ext_id: id },
  products: [{ productId: "P1", quantity: 2, price: 99.99 }],
  billing: { city: "Paris", countryCode: "FR", paymentMethod: "cb" },
  coupons: ["NOEL"],
  ...more,
});

test("one order, then its refund: the newest version stays", async () => {
  await brevo.ecommerce.activateTheECommerceApp();
  await brevo.ecommerce.createOrder(order("a1", 308.42));
  await brevo.ecommerce.createOrder(order("a1", 308.42));
  // 308.42 with tax; nothing is known without tax.
  const told = query("metrics=orders,units,customers&by=country,coupon,payment_method&period=all").rows;
  assert.deepEqual(told, [
    { country: "FR", coupon: "NOEL", payment_method: "cb", orders: 1, units: 2, customers: 1 },
  ]);
  assert.equal(query("metrics=revenue&period=all").incomplete.orders_without_tax, 1);
  const listed = await brevo.ecommerce.getOrders({ limit: 10, modifiedSince: "2026-01-01T00:00:00.000Z" });
  assert.equal(JSON.stringify(listed).includes("308.42"), true);
  await brevo.ecommerce.createOrder(
    order("a1", 308.42, { status: "cancelled", updatedAt: "2026-08-01T00:00:00Z" }));
  assert.equal(query("metrics=orders&period=all").totals.orders, 0);
});

test("a batch keeps its good orders", async () => {
  const orders = [order("b1", 10.1), order("b2", -1), order("b3", 20.2)];
  const answer = await brevo.ecommerce.createBatchOrder({ orders, historical: true, notifyUrl: "http://127.0.0.1:9/" });
  assert.equal(answer.count, 2);
  assert.equal(typeof answer.batch_id, "number");
  assert.equal(query("metrics=orders&period=all").totals.orders, 2);
});

test("products, categories, events", async () => {
  await brevo.ecommerce.createUpdateCategory({ id: "C1", name: "Miels" });
  const made = await brevo.ecommerce.createUpdateProduct({ id: "P11", name: "Miel", categories: ["C1"] });
  assert.ok(made.id);
  const batch = await brevo.ecommerce.createUpdateBatchProducts({
    products: [{ id: "P11", name: "Miel" }, { id: "P12", name: "Pain" }], updateEnabled: true });
  assert.deepEqual({ ...batch }, { createdCount: 1, updatedCount: 1 });
  const cart = {
    event_name: "cart_updated",
    identifiers: { email_id: "a@b.fr" },
    event_properties: { id: "cart:1", data: { total: 12.5, currency: "EUR", items: [
      { id: "P1", name: "n", price: 12.5, quantity: 1 }] } },
  };
  await brevo.event.createEvent(cart);
  const told = await brevo.event.createBatchEvents({ events: [cart, { ...cart, event_name: "cart_deleted" }] });
  assert.equal(told.successful_events, 2);
});

test("errors are Brevo's", async () => {
  await assert.rejects(brevo.ecommerce.createOrder(order("", 1)), (error) =>
    error.statusCode === 400 && error.body.code === "missing_parameter");
  const stranger = new BrevoClient({ apiKey: "no", baseUrl: `${shop.url}/compat/brevo/v3`, maxRetries: 0 });
  await assert.rejects(stranger.ecommerce.createOrder(order("z", 1)), (error) =>
    error.statusCode === 401 && error.body.code === "unauthorized");
});
