// Whether memory stays flat over a long clip, the whole: npm run test:clips -- --minutes 10 --size 3840x2160
// Grades a clip that ffmpeg makes, at the lowest priority, and fails where memory grows with it or is above the limit.
// Shows every half minute how far it is. Ctrl-C or SIGTERM ends it, with what memory was until then.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    size: { type: "string", default: "3840x2160" },
    // Three frames of 4K are 150 MB, node and sharp some 200.
    limit: { type: "string", default: "700" },
  },
});
const [minutes, limit] = [Number(values.minutes), Number(values.limit)];
const program = fileURLToPath(new URL("../packages/cli/bin/synthconv.cjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "synthconv-clips-"));
// Seconds that are encoded; the rest repeats them.
const ENCODED = 5;
// Of the second half above the first one: what a collector may leave for later.
const GROWTH = 1.1;

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());

try {
  const clip = longClip();
  const look = trainLook();
  const { code, samples, last } = await grade(look, clip, join(folder, "graded.mp4"));
  const half = samples.length >> 1;
  // The start is left out: memory is still being filled then.
  const first = Math.max(...samples.slice(samples.length >> 3, half));
  const second = Math.max(...samples.slice(half));
  const counts =
    samples.length < 4
      ? "too few samples to tell"
      : `${first.toFixed(0)} MB in the first half, ${second.toFixed(0)} in the second, limit ${limit}`;
  const what = stop.signal.aborted ? "stopped before its end" : `exit code ${code}`;
  console.error(
    `${minutes} minutes of ${values.size}: ${counts}; ${samples.length} samples; ${what}; ${last}`,
  );
  if (stop.signal.aborted) process.exitCode = 130;
  else if (code !== 0 || samples.length < 16 || second > limit || second > GROWTH * first)
    process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function longClip() {
  const [short, long] = [join(folder, "short.mp4"), join(folder, "long.mp4")];
  const picture = ["-f", "lavfi", "-i", `testsrc2=s=${values.size}:r=24`, "-t", String(ENCODED)];
  ffmpeg(...picture, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", short);
  const times = Math.max(0, Math.round((60 * minutes) / ENCODED) - 1);
  ffmpeg("-stream_loop", String(times), "-i", short, "-c", "copy", long);
  return long;
}

function ffmpeg(...args) {
  const { status, stderr } = spawnSync("ffmpeg", ["-hide_banner", "-v", "error", "-y", ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`ffmpeg ${args.join(" ")}: ${stderr}`);
}

function trainLook() {
  const [cube, look] = [join(folder, "look.cube"), join(folder, "look.safetensors")];
  writeFileSync(cube, "LUT_3D_SIZE 2\n0 0 0\n0.9 0 0\n0 0.8 0\n1 1 0\n0 0 0.7\n1 0 1\n0 1 1\n1 1 1\n");
  const { status } = spawnSync(process.execPath, [
    ...[program, "train", cube, "-o", look, "--channels", "16", "--steps", "20", "--quiet"],
  ]);
  if (status !== 0) throw new Error("the look could not be trained");
  return look;
}

/** Its memory in megabytes every second, as the system counts it. */
async function grade(look, clip, output) {
  const args = ["apply", look, clip, "-o", output, "--preset", "ultrafast", "--crf", "30"];
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  setPriority(child.pid, 19);
  const end = () => child.kill("SIGTERM");
  if (stop.signal.aborted) end();
  stop.signal.addEventListener("abort", end, { once: true });
  const began = performance.now();
  const samples = [];
  let last = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    last = text.trim().split("\n").at(-1) || last;
  });
  const timer = setInterval(() => {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(statusOf(child.pid))?.[1];
    if (kilobytes !== undefined) samples.push(Number(kilobytes) / 1024);
    const seconds = (performance.now() - began) / 1000;
    if (samples.length % 30 === 0)
      console.error(`${seconds.toFixed(0)} s: ${samples.at(-1)?.toFixed(0)} MB; ${last}`);
  }, 1000);
  const code = await new Promise((resolve) => child.on("exit", resolve));
  clearInterval(timer);
  return { code, samples, last };
}

/** Empty for one that has just ended. */
function statusOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
