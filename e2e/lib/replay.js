// A shop to connect: a platform played from recordings, by the program that the connectors' own tests use.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const program = process.env.COMPTOIR_REPLAY ?? new URL("../../target/debug/examples/replay", import.meta.url).pathname;

/** The key that the played WooCommerce accepts. */
export const WOOCOMMERCE = { key: "ck_0123456789abcdef", secret: "cs_fedcba9876543210" };

/** Plays a platform on a free port: `{ url, stop }`. */
export async function replay(platform) {
  const child = spawn(program, [platform, "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${program} ended with code ${code}`)));
    createInterface({ input: child.stdout }).once("line", (line) => resolve(line.trim()));
  });
  return {
    url,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && child.kill("SIGTERM")) await ended;
    },
  };
}
