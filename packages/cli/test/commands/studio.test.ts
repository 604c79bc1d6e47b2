import { describe, expect, it } from "vitest";
import { buildStudio } from "../../../../scripts/build-studio.mjs";
import { main } from "../../src/main.js";
import { start } from "./support.js";

/** Runs `synthconv studio` in this process until a page was fetched from the address that it prints. */
async function served(
  ...args: string[]
): Promise<{ exitCode: number; stdout: string; stderr: string; page: string }> {
  await buildStudio({ log: () => {} });
  const controller = new AbortController();
  let stdout = "";
  let stderr = "";
  const ended = main(["studio", "--port", "0", ...args], {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    signal: controller.signal,
    debug: false,
  });
  const address = (): string | undefined => /http:\S+/.exec(stdout + stderr)?.[0];
  await expect.poll(address).toBeDefined();
  const page = await (await fetch(address() as string)).text();
  controller.abort();
  return { exitCode: await ended, stdout, stderr, page };
}

describe("synthconv studio", () => {
  it("prints the address, serves the page there, and ends when it is interrupted", async () => {
    const { exitCode, stdout, page } = await served();
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(page).toContain("<title>synthconv studio</title>");
    expect(exitCode).toBe(0);
  });

  it("prints the address on stderr under --json, and the document when it ends", async () => {
    const { stdout, stderr } = await served("--json");
    const { address } = JSON.parse(stdout);
    expect(stderr).toBe(`${address}\n`);
  });

  it("refuses a port that is none", async () => {
    const { exitCode, stderr } = await start("studio", "--port", "65536").ended;
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--port: expected a whole number from 0 to 65535");
  });
});
