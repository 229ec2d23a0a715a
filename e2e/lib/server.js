// Starts the program on a free port with a data folder of its own, and stops it afterwards.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const PATIENCE = 120_000;

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const program = process.env.COMPTOIR_BIN ?? new URL("../../target/release/comptoir", import.meta.url).pathname;

/** Runs `comptoir ARGUMENTS` to its end. */
export const run = (...args) => promisify(execFile)(program, args, { timeout: PATIENCE });

/**
 * Runs `comptoir COMMAND`, on the data that `fill` wrote, and resolves when it has printed its address.
 * With `accounts`, `serve` asks who one is; else it is open to whoever is at this machine.
 */
export async function start(command = "demo", fill = async () => {}, { accounts = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "comptoir-e2e-"));
  const data = join(folder, "data");
  await fill(data);
  const listen = `127.0.0.1:${await freePort()}`;
  const open = command === "serve" && !accounts ? ["--open"] : [];
  const child = spawn(program, [command, ...open, "--listen", listen, "--data", data], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));

  const url = await new Promise((resolve, reject) => {
    const fail = (why) => {
      clearTimeout(timer);
      reject(new Error(`${program} ${command}: ${why}\n${said.join("\n")}`));
    };
    const timer = setTimeout(() => fail("no address after two minutes"), PATIENCE);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`ended with code ${code}`));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = line.match(/http:\/\/[^\s]+/);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[0].replace(/\/$/, ""));
    });
  });

  return {
    url,
    folder,
    /** The first link in what the program says on its error output that `pattern` describes. */
    async told(pattern) {
      for (let patience = 100; patience > 0; patience -= 1) {
        const found = said.map((line) => line.match(pattern)?.[0]).find(Boolean);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`nothing like ${pattern} in:\n${said.join("\n")}`);
    },
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      const force = setTimeout(() => child.kill("SIGKILL"), 10_000);
      if (child.exitCode === null && child.kill("SIGTERM")) await ended;
      clearTimeout(force);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
