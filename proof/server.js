// Starts the program on a folder of its own, with one shop and one token, and the replay of a platform.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Waits for the first line that the process prints. */
function firstLine(child) {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (piece) => {
      text += piece;
      if (text.includes("\n")) resolve(text.split("\n")[0].trim());
    });
    child.on("exit", (code) => reject(new Error(`ended with ${code} before it was ready`)));
  });
}

/** The program serving a new folder: `{ url, token, data, run, stop }`. */
export async function comptoir() {
  const data = mkdtempSync(join(tmpdir(), "comptoir-proof-"));
  const run = (...args) => execFileSync(process.env.COMPTOIR_BIN, args, { encoding: "utf8" });
  const made = run("token", "create", "--data", data, "--shop", "proof", "--create", "--currency", "EUR",
    "--timezone", "Europe/Paris", "--scope", "ingest", "--json");
  const child = spawn(process.env.COMPTOIR_BIN, ["serve", "--open", "--data", data, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = (await firstLine(child)).replace(/\/$/, "");
  const stop = () => new Promise((resolve) => {
    child.on("exit", () => {
      rmSync(data, { recursive: true, force: true });
      resolve();
    });
    child.kill("SIGTERM");
  });
  return { url, token: JSON.parse(made).token, data, run, stop };
}

/** A replayed platform: `{ url, stop }`. */
export async function replay(platform) {
  const child = spawn(process.env.COMPTOIR_REPLAY, [platform, "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = (await firstLine(child)).replace(/\/$/, "");
  return { url, stop: () => child.kill("SIGTERM") };
}
