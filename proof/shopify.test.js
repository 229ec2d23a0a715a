// Shopify's own schemas and its own verifier judge the queries we send and the webhooks we believe.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { replay } from "./server.js";
import { TypeInfo, buildClientSchema, execute, getNamedType, isListType, getNullableType, parse, validate, visit, visitWithTypeInfo } from "graphql";

const require = createRequire(import.meta.url);
const queries = new URL("../crates/sources/src/shopify/", import.meta.url).pathname;
const vectors = new URL("../crates/sources/tests/data/shopify/webhooks.json", import.meta.url).pathname;
const schemas = join(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname),
  "node_modules/@shopify/dev-mcp/dist/data");

/** The version that the connector asks, and every other published one: the next and the older ones. */
const named = readFileSync(new URL("../crates/sources/src/shopify/door.rs", import.meta.url), "utf8")
  .match(/VERSION: &str = "([0-9-]+)"/)[1];
const versions = ["2025-10", "2026-01", "2026-04", "2026-07", "2026-10", "unstable"];

function schema(version) {
  const packed = readFileSync(join(schemas, `admin_${version}.json.gz`));
  const told = JSON.parse(gunzipSync(packed));
  return buildClientSchema(told.data ?? told);
}

const files = readdirSync(queries).filter((name) => name.endsWith(".graphql"));
const text = Object.fromEntries(files.map((name) => [name, readFileSync(join(queries, name), "utf8")]));
const fragments = Object.fromEntries(files.flatMap((name) => {
  const found = text[name].match(/^fragment (\w+)/m);
  return found ? [[found[1], text[name]]] : [];
}));

/** A document with the fragments it names, and theirs: what the connector sends. */
function whole(document) {
  const seen = new Set();
  const add = (piece) => {
    for (const [, name] of piece.matchAll(/\.\.\.(\w+)/g)) {
      if (name === "on" || seen.has(name)) continue;
      seen.add(name);
      add(fragments[name]);
    }
  };
  add(document);
  return [document, ...[...seen].map((name) => fragments[name])].join("\n");
}

const documents = files.filter((name) => !/^fragment /m.test(text[name]));

for (const version of versions) {
  test(`every query is valid in ${version}`, () => {
    assert.ok(existsSync(join(schemas, `admin_${version}.json.gz`)), "the schema is published");
    const published = schema(version);
    for (const name of documents) {
      const faults = validate(published, parse(whole(text[name]))).map((fault) => fault.message);
      assert.deepEqual(faults, [], `${name} in ${version}`);
    }
  });
}

test("the version we name is published, and every fragment is used", () => {
  assert.ok(versions.includes(named));
  assert.ok(documents.length > 10);
  const used = documents.map((name) => whole(text[name])).join("\n");
  for (const name of Object.keys(fragments)) assert.ok(used.includes(`fragment ${name} `), name);
});

// Shopify: a field of the version we name that goes away is announced by its deprecation.
test("no query asks a deprecated field of the version we name", () => {
  const published = schema(named);
  for (const name of documents) {
    const info = new TypeInfo(published);
    visit(parse(whole(text[name])), visitWithTypeInfo(info, {
      Field() {
        const field = info.getFieldDef();
        assert.ok(!field?.deprecationReason, `${name}: ${field?.name}: ${field?.deprecationReason}`);
      },
    }));
  }
});

// https://shopify.dev/docs/api/usage/bulk-operations/queries: at most five connections, nested at most
// two deep; what a connection holds has an id; no connection inside a list.
test("the bulk query keeps Shopify's rules for bulk operations", () => {
  const published = schema(named);
  const info = new TypeInfo(published);
  let connections = 0, depth = 0, deepest = 0, lists = 0, variables = 0;
  const isConnection = (type) => /Connection$/.test(getNamedType(type)?.name ?? "");
  visit(parse(text["bulk.graphql"]), visitWithTypeInfo(info, {
    VariableDefinition() { variables += 1; },
    FragmentSpread() { assert.fail("no fragments"); },
    Field: {
      enter() {
        const type = info.getType();
        if (isConnection(type)) {
          assert.equal(lists, 0, "a connection inside a list");
          connections += 1;
          depth += 1;
          deepest = Math.max(deepest, depth);
          const edges = getNamedType(getNamedType(type).getFields().edges.type);
          const node = getNamedType(edges.getFields().node.type);
          assert.ok(node.getInterfaces().some((face) => face.name === "Node"), `${node.name} is no Node`);
        } else if (isListType(getNullableType(type)) && info.getFieldDef().name !== "edges") {
          lists += 1;
        }
      },
      leave() {
        const type = info.getType();
        if (isConnection(type)) depth -= 1;
        else if (isListType(getNullableType(type)) && info.getFieldDef().name !== "edges") lists -= 1;
      },
    },
  }));
  assert.equal(variables, 0);
  assert.ok(connections >= 2 && connections <= 5, `${connections} connections`);
  assert.ok(deepest <= 2, `nested ${deepest} deep`);
});

test("Shopify's own verifier agrees with ours on every webhook", async () => {
  require("@shopify/shopify-api/adapters/node");
  const { shopifyApi, ApiVersion, LogSeverity } = require("@shopify/shopify-api");
  const { secret, deliveries } = JSON.parse(readFileSync(vectors, "utf8"));
  const shopify = shopifyApi({
    apiKey: "client", apiSecretKey: secret, apiVersion: Object.values(ApiVersion)[0], isEmbeddedApp: false,
    hostName: "comptoir.example", scopes: [], logger: { level: LogSeverity.Error, log: async () => {} },
  });
  assert.ok(deliveries.length >= 5);
  for (const delivery of deliveries) {
    const rawRequest = {
      method: "POST", url: "/hook",
      headers: {
        "x-shopify-topic": delivery.topic, "x-shopify-hmac-sha256": delivery.signature,
        "x-shopify-shop-domain": "comptoir-test.myshopify.com", "x-shopify-api-version": named,
        "x-shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
      },
    };
    const judged = await shopify.webhooks.validate({ rawBody: delivery.body, rawRequest });
    assert.equal(judged.valid, delivery.valid, `${delivery.topic}: ${delivery.why}`);
  }
});

// Our replay is played against in the tests of the connector: its answers have the types that Shopify
// publishes, no field that may not be null is null, and no field is asked that it would not answer.
test("the replay answers as Shopify's schema says", async () => {
  const published = schema(named);
  const server = await replay("shopify");
  try {
    const common = { people: true, costs: true };
    const asked = [
      ["shop.graphql", {}],
      ["orders.graphql", { first: 25, lines: 20, query: "created_at:>='2026-08-24T12:00:00Z'", sort: "CREATED_AT", reverse: true, ...common }],
      ["products.graphql", { first: 25, variants: 20, costs: true }],
      ["checkouts.graphql", { first: 25, people: true }],
      ["begin.graphql", {}],
    ];
    for (const [name, variables] of asked) {
      const query = whole(text[name]);
      const response = await fetch(`${server.url}/admin/api/${named}/graphql.json`, {
        method: "POST", headers: { "content-type": "application/json", "x-shopify-access-token": "shpat_test" },
        body: JSON.stringify({ query, variables }),
      });
      const answer = await response.json();
      assert.equal(answer.errors, undefined, name);
      const judged = await execute({
        schema: published, document: parse(query), rootValue: answer.data, variableValues: variables,
      });
      assert.deepEqual(judged.errors ?? [], [], name);
      assert.deepEqual(JSON.parse(JSON.stringify(judged.data)), answer.data, name);
    }
  } finally {
    server.stop();
  }
});
