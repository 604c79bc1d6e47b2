// Whether memory stays flat while threads run, the whole: npm run test:memory -- --steps 100000 --photos 2000
// Trains and applies with the command line on two threads, at the lowest priority, and fails above 512 MB.
import { spawn } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp from "sharp";

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "100000" },
    photos: { type: "string", default: "2000" },
    limit: { type: "string", default: "512" },
  },
});
const [steps, photos, limit] = [values.steps, values.photos, values.limit].map(Number);
const program = fileURLToPath(new URL("../packages/cli/bin/synthconv.cjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "synthconv-memory-"));
const look = join(folder, "look.safetensors");
const [input, output] = [join(folder, "in"), join(folder, "out")];

try {
  const cube = join(folder, "film.cube");
  writeFileSync(cube, filmCube());
  const options = ["--channels", "16", "--batch", "65536", "--threads", "2"];
  await watched(`${steps} steps`, ["train", cube, "-o", look, "--steps", String(steps), ...options]);
  await photosOf12Megapixels();
  await watched(`${photos} photos`, ["apply", look, input, "-o", output, "--threads", "2"]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs the command line, with a line for each tenth of the way, and holds its memory to the limit. */
async function watched(what, args) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "inherit", "pipe"] });
  setPriority(child.pid, 19);
  let [most, last] = [0, ""];
  child.stderr.setEncoding("utf8").on("data", (text) => {
    last = text.trim();
  });
  const timer = setInterval(() => {
    const memory = residentMegabytes(child.pid);
    most = Math.max(most, memory);
    console.error(`${what}: ${memory.toFixed(0)} MB, ${most.toFixed(0)} at most; ${last}`);
    removeOutputs();
  }, 5000);
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(timer);
  console.error(`${what}: ${most.toFixed(0)} MB at most, limit ${limit}; exit code ${code}`);
  if (code !== 0 || most > limit) process.exitCode = 1;
}

/** Two photos, one of them with its own profile, under many names. */
async function photosOf12Megapixels() {
  mkdirSync(input);
  const [width, height] = [4000, 3000];
  const pixels = Uint8Array.from(
    { length: 3 * width * height },
    (_, i) => ((i >> 4) * 7 + (i % 3) * 40) >> 3,
  );
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  await image.clone().jpeg().toFile(join(folder, "srgb.jpg"));
  await image.clone().withIccProfile("p3").jpeg().toFile(join(folder, "p3.jpg"));
  for (let i = 0; i < photos; i++) {
    linkSync(join(folder, i % 2 === 0 ? "srgb.jpg" : "p3.jpg"), join(input, `${i}.jpg`));
  }
}

/** What is done is not needed, and would fill the disk; the newest may still be written. */
function removeOutputs() {
  let names = [];
  try {
    names = readdirSync(output).filter((name) => name.endsWith(".jpg"));
  } catch {
    // There is none before the first photo.
  }
  for (const name of names) rmSync(join(output, name), { force: true });
}

/** A film's curves on a lattice of 17. */
function filmCube() {
  const side = 17;
  const lines = [`LUT_3D_SIZE ${side}`];
  for (let i = 0; i < side ** 3; i++) {
    const [r, g, b] = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)].map(
      (n) => n / (side - 1),
    );
    lines.push([r ** 1.2, 0.9 * g + 0.1 * b, b ** 0.8].map((value) => value.toFixed(6)).join(" "));
  }
  return `${lines.join("\n")}\n`;
}

/** As Linux counts it; the sampling is every five seconds, of a run of many minutes. */
function residentMegabytes(pid) {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
