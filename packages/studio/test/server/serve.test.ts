import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { StudioServerError, serveStudio } from "../../src/server/index.js";

const bin = join(import.meta.dirname, "../../bin/synthconv-studio.mjs");

/** A folder with one page, for the time of a test. */
async function withSite(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "synthconv-site-"));
  try {
    await writeFile(join(folder, "index.html"), "<p>studio");
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("serveStudio", () => {
  it("serves the page on loopback, isolated, allowed to talk to nobody else", async () => {
    await withSite(async (folder) => {
      const server = await serveStudio({ port: 0, folder });
      try {
        expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
        const response = await fetch(server.address);
        expect(await response.text()).toBe("<p>studio");
        expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
        expect(response.headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
        expect(response.headers.get("Cross-Origin-Embedder-Policy")).toBe("require-corp");
        const policy = response.headers.get("Content-Security-Policy");
        expect(policy).toContain("default-src 'none'");
        expect(policy).toContain("connect-src 'self'");
      } finally {
        await server.close();
      }
    });
  });

  it("gives no file outside of the site, however its path is written", async () => {
    await withSite(async (folder) => {
      const server = await serveStudio({ port: 0, folder });
      try {
        for (const path of ["../package.json", "..%2fpackage.json", "%2e%2e/package.json", "//etc/passwd"]) {
          expect((await fetch(`${server.address}${path}`)).status, path).toBe(404);
        }
        expect((await fetch(server.address, { method: "POST" })).status).toBe(405);
      } finally {
        await server.close();
      }
    });
  });

  it("says what to do where the site is not built or the port is taken", async () => {
    await expect(serveStudio({ port: 0, folder: "/nowhere" })).rejects.toThrow("npm run studio builds it");
    await withSite(async (folder) => {
      const server = await serveStudio({ port: 0, folder });
      const port = Number(new URL(server.address).port);
      const second = serveStudio({ port, folder });
      await expect(second).rejects.toThrow(StudioServerError);
      await expect(second).rejects.toThrow(`port ${port} cannot be used: another program listens there`);
      await server.close();
    });
  });
});

describe("synthconv-studio", () => {
  it("refuses what it does not know, with 2", async () => {
    expect(await runBin(["--port", "many"])).toEqual({
      code: 2,
      text: "synthconv-studio --port: expected a number from 0 to 65535, received many.\n",
    });
    expect((await runBin(["--prot", "1"])).code).toBe(2);
    expect((await runBin(["--help"])).code).toBe(0);
  });
});

function runBin(args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [bin, ...args]);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, text })));
}
