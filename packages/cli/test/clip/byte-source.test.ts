import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { openByteSource } from "../../src/clip/byte-source.js";
import { startProgram } from "../../src/clip/ffmpeg.js";

/** Four megabytes, many times what sockets and pipes hold: numbers of four bytes from 0 on. */
const NUMBERS = 2 ** 20;
const WRITER = `process.stdout.write(new Uint8Array(Uint32Array.from({ length: ${NUMBERS} }, (_, n) => n).buffer))`;
const PAUSE_AT = 500_000;

afterEach(() => {
  vi.unstubAllEnvs();
});

async function readAll() {
  const chunks: Buffer[] = [];
  let count = 0;
  let hasPaused = false;
  let [isPaused, hasMissedPause] = [false, false];
  let onPause = (): void => undefined;
  let onEnd = (): void => undefined;
  const paused = new Promise<void>((resolve) => {
    onPause = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve;
  });
  const source = await openByteSource({
    take: (bytes) => {
      hasMissedPause ||= isPaused;
      chunks.push(Buffer.from(bytes));
      count += bytes.length;
      if (hasPaused || count < PAUSE_AT) return true;
      [hasPaused, isPaused] = [true, true];
      onPause();
      return false;
    },
    onEnd,
  });
  const args = ["--input-type=commonjs", "-e", WRITER];
  const { child, ended: exited } = startProgram(
    process.execPath,
    args,
    ["ignore", source.stdio, "ignore"],
    new AbortController().signal,
  );
  source.started(child.stdout);
  await paused;
  // Time in which what does not pause would take the rest.
  await wait(200);
  isPaused = false;
  source.resume();
  await ended;
  source.destroy();
  return { kind: source.stdio, code: await exited, bytes: Buffer.concat(chunks), hasMissedPause };
}

describe("bytes of a child", () => {
  it.each([
    ["a socket", true],
    ["a pipe, where there can be no socket in a folder", false],
  ])(
    "come whole and in order through %s, wait while they are not wanted, and end",
    async (_way, hasFolder) => {
      const folder = temporaryFolder();
      vi.stubEnv("TMPDIR", hasFolder ? folder : join(folder, "missing"));
      const { kind, code, bytes, hasMissedPause } = await readAll();
      expect(kind === "pipe").toBe(!hasFolder);
      expect(code).toBe(0);
      expect(hasMissedPause).toBe(false);
      const expected = Buffer.from(Uint32Array.from({ length: NUMBERS }, (_, nth) => nth).buffer);
      expect(bytes.equals(expected)).toBe(true);
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});
