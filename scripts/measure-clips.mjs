// What docs/cli.md says of the speed of clips: node scripts/measure-clips.mjs 120 3 (frames of 1080p, rounds)
// In turns: decode and encode alone, ffmpeg's lut3d of the bake, an empty pipe between two ffmpegs, apply; each of all
// frames and of a quarter of them, so that what a start costs is told apart from what a frame costs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const program = `'${process.execPath}' '${join(root, "packages/cli/bin/synthconv.cjs")}'`;
const [frames = 120, rounds = 3] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "synthconv-measure-"));
process.chdir(folder);
try {
  measure();
} finally {
  process.chdir(root);
  rmSync(folder, { recursive: true, force: true });
}

function measure() {
  const baboon = join(root, "packages/cli/dist/assets/baboon.png");
  const pan =
    "scale=2400:-1,crop=1920:1080:x='mod(n*3,480)':y='mod(n*2,400)',noise=alls=4:allf=t,format=yuv420p";
  const colours = "-colorspace bt709 -color_range tv -color_primaries bt709 -color_trc bt709";
  call(
    `ffmpeg -v error -loop 1 -i '${baboon}' -vf "${pan}" -frames:v ${frames} -r 24 -c:v libx264 -crf 17 ${colours} in.mp4`,
  );
  writeFileSync("film.cube", "LUT_3D_SIZE 2\n0 0 0\n0.9 0 0\n0 0.8 0\n1 1 0\n0 0 0.7\n1 0 1\n0 1 1\n1 1 1\n");
  call(`${program} train film.cube -o look.safetensors --channels 16 --steps 20 --quiet`);
  call(`${program} bake look.safetensors -o look.cube --size 33`);
  const toRgb = "zscale=matrixin=709:matrix=gbr:rangein=limited:range=full:f=spline36";
  const back = "zscale=matrixin=gbr:matrix=709:rangein=full:range=limited:f=spline36,format=yuv420p";
  const encode = "-c:v libx264 -crf 18 -preset medium -f mp4 -y out.mp4";
  const lut = "lut3d=file=look.cube:interp=tetrahedral";
  const few = Math.ceil(frames / 4);
  call(`ffmpeg -v error -i in.mp4 -frames:v ${few} -c copy few.mp4`);
  const waysOf = (clip) => {
    const read = `ffmpeg -v error -i ${clip}`;
    const empty = `${read} -vf ${toRgb},format=gbrp16le -f rawvideo pipe:1`;
    const write = "ffmpeg -v error -f rawvideo -pix_fmt gbrp16le -s 1920x1080 -r 24 -i pipe:0";
    return {
      "decode and encode": `${read} ${encode}`,
      "lut3d in 16 bits": `${read} -vf ${toRgb},format=gbrp16le,${lut},${back} ${encode}`,
      "lut3d in 8 bits": `${read} -vf ${toRgb},format=gbrp,${lut},${back} ${encode}`,
      "an empty pipe": `${empty} | ${write} -vf ${back} ${encode}`,
      apply: `${program} apply look.safetensors ${clip} -o out.mp4 --force --quiet`,
    };
  };
  const [all, part] = [waysOf("in.mp4"), waysOf("few.mp4")];
  const times = Object.fromEntries(Object.keys(all).map((name) => [name, { all: [], part: [] }]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, one] of Object.entries(times)) {
      one.all.push(timed(all[name]));
      one.part.push(timed(part[name]));
    }
  }
  const each = ({ all, part }, of) => {
    const [more, less] = [all, part].map((list) => median(list.map((one) => one[of])));
    return {
      frame: (1000 * (more - less)) / (frames - few),
      start: more - ((more - less) / (frames - few)) * frames,
    };
  };
  const alone = each(times["decode and encode"], "processor").frame;
  for (const [name, one] of Object.entries(times)) {
    const { frame, start } = each(one, "processor");
    const ratio = `${(frame / alone).toFixed(2)} times, ${(frame - alone).toFixed(0)} ms more`;
    const wall = `${each(one, "wall").frame.toFixed(0)} ms of the wall's`;
    console.log(
      `${name}: ${frame.toFixed(0)} ms of processor a frame (${ratio}), ${wall}, ${start.toFixed(1)} s besides`,
    );
  }
}

/** Seconds, also of all processes that it starts: a busy machine lengthens the wall's more than the processor's. */
function timed(line) {
  const { real, user, system } = JSON.parse(
    call(`TIMEFORMAT='{"real":%R,"user":%U,"system":%S}'; time { ${line} > /dev/null; }`),
  );
  return { wall: real, processor: user + system };
}

function call(line) {
  const { status, stderr } = spawnSync("bash", ["-c", `set -o pipefail; ${line}`], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${line}: ${stderr}`);
  return stderr;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
