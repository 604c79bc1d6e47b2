import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { MIX, run, runJson, writeLook } from "../commands/support.js";
import {
  apart,
  CHROMA,
  describeClips,
  exportFrames,
  ffmpeg,
  packetsOf,
  probe,
  REC709,
  writeClip,
  writeEvenClip,
} from "./material.js";

const LOSSLESS = ["-c:v", "ffv1", "-an"];

async function setUp(...clip: Parameters<typeof writeClip> extends [string, ...infer Rest] ? Rest : never) {
  const folder = temporaryFolder();
  const look = await writeLook(join(folder, "warm.safetensors"), 0.08);
  return { folder, look, clip: writeClip(join(folder, "clip.mkv"), ...clip) };
}

function raw(path: string, ...args: string[]): Buffer {
  return ffmpeg("-i", path, ...args, "-fps_mode", "passthrough", "-f", "rawvideo", "-");
}

// A photo is rounded to 65,535 steps on its way: of 12 bits one value in a hundred is so near to a half.
const AT_A_HALF = 20;

function expectAlike(clip: Buffer, photos: Buffer, bits: number): void {
  const { codes, perThousand } = apart(clip, photos, bits);
  expect(codes).toBeLessThanOrEqual(1);
  expect(perThousand).toBeLessThan(AT_A_HALF);
}

describeClips("synthconv apply, a clip", () => {
  const limited = (matrix: string) => `matrixin=${matrix}:matrix=gbr:rangein=limited:range=full`;
  const full = (matrix: string) => `matrixin=${matrix}:matrix=gbr:rangein=full:range=full`;
  it.each([
    ["8 bits, Rec. 709, limited", ["-pix_fmt", "yuv420p"], limited("709"), "yuv420p"],
    ["10 bits, 4:2:2", ["-pix_fmt", "yuv422p10le"], limited("709"), "yuv422p10le"],
    [
      "12 bits, full range, BT.601",
      ["-pix_fmt", "yuv444p12le", "-color_range", "pc", "-colorspace", "smpte170m"],
      full("170m"),
      "yuv444p12le",
    ],
  ] as const)(
    "makes of every frame what apply makes of it as a photo: %s",
    async (_, pixels, conversion, name) => {
      const { folder, look, clip } = await setUp([...LOSSLESS, ...pixels]);
      const [photos, graded, output] = ["photos", "graded", "graded.mkv"].map((one) => join(folder, one));
      if (photos === undefined || graded === undefined || output === undefined)
        throw new Error("three names");
      expect(await run("apply", look, clip, "-o", output)).toEqual({
        exitCode: 0,
        stdout: `1 clip written to ${output}\n`,
        // Nothing but progress, which a slow machine shows.
        stderr: expect.not.stringContaining("synthconv apply:"),
      });
      mkdirSync(photos);
      exportFrames(clip, photos, `zscale=${conversion}:${CHROMA}`);
      expect((await run("apply", look, photos, "-o", graded)).exitCode).toBe(0);
      const back = `matrixin=gbr:matrix=${conversion.split(/[=:]/)[1]}:rangein=full:range=${conversion.includes("limited") ? "limited" : "full"}`;
      const filters = `format=gbrp16le,zscale=${back}:${CHROMA},format=${name}`;
      const expected = raw(join(graded, "frame-%02d.png"), "-vf", filters);
      expect(expected.length).toBeGreaterThan(10 * 64 * 48);
      const bits = Number(/p(\d+)/.exec(name)?.[1] ?? 8);
      expectAlike(raw(output, "-pix_fmt", name), expected, bits);
      expect(apart(raw(clip, "-pix_fmt", name), expected, bits).perThousand).toBeGreaterThan(500);
    },
  );

  it.each([
    ["yuv420p", "63x47", "vp9"],
    ["yuv420p", "64x47", "ffv1"],
    ["yuv422p10le", "63x48", "ffv1"],
    ["yuv444p", "63x47", "ffv1"],
  ])("keeps odd sides, each pixel as apply makes it: %s of %s in %s", async (name, size, codec) => {
    const { folder, look, clip } = await setUp([
      ...LOSSLESS,
      "-pix_fmt",
      name,
      "-vf",
      `scale=${size.replace("x", ":")}`,
    ]);
    const [photos, graded, output] = [
      join(folder, "photos"),
      join(folder, "graded"),
      join(folder, "out.mkv"),
    ] as const;
    const { document } = await runJson("apply", look, clip, "-o", output, "--codec", codec);
    const [width = 0, height = 0] = size.split("x").map(Number);
    expect(document.photos[0]).toMatchObject({ status: "written", width, height, warnings: [] });
    expect(probe(output, "-show_streams").streams[0]).toMatchObject({ width, height, pix_fmt: name });
    if (codec !== "ffv1") return;
    mkdirSync(photos);
    // Where colours are for pairs of pixels, the last one has the last column or row for a partner.
    const even = writeEvenClip(join(folder, "even.mkv"), clip, name, width, height);
    exportFrames(even, photos, `zscale=${limited("709")}:${CHROMA}`);
    await run("apply", look, photos, "-o", graded);
    const back = `zscale=matrixin=gbr:matrix=709:rangein=full:range=limited:${CHROMA}`;
    const filters = `format=gbrp16le,${back},format=${name},crop=${width}:${height}:0:0:exact=1`;
    const expected = raw(join(graded, "frame-%02d.png"), "-vf", filters);
    expectAlike(raw(output, "-pix_fmt", name), expected, Number(/p(\d+)/.exec(name)?.[1] ?? 8));
    const picture = join(folder, "frame.png");
    await run("apply", look, clip, "--preview", picture);
    expect(
      Buffer.compare(raw(picture), raw(join(graded, "frame-01.png"), "-vf", `crop=${width}:${height}:0:0`)),
    ).toBe(0);
  });

  it("keeps RGB and its transparency without loss", async () => {
    const { folder, look, clip } = await setUp([
      "-vf",
      "format=gbrap10le,geq=r=p(X\\,Y):a=X*16",
      "-pix_fmt",
      "gbrap10le",
      ...LOSSLESS,
    ]);
    const output = join(folder, "out.mkv");
    await run("apply", look, clip, "-o", output, "--strength", "0.5");
    const [before, after] = [clip, output].map((path) => raw(path, "-pix_fmt", "gbrap10le"));
    if (before === undefined || after === undefined) throw new Error("two clips");
    // Green, blue, red and alpha, a frame after the other; 0.04 of 1023 is 40.9, on a scale that is cut at its end.
    const plane = 64 * 48;
    for (let i = 0; i < before.length / 2; i++) {
      const [from, to] = [before.readUInt16LE(2 * i), after.readUInt16LE(2 * i)];
      const isAlpha = Math.floor(i / plane) % 4 === 3;
      const expected = isAlpha ? from : Math.min(1023, from + 0.04 * 1023);
      // Of alpha zscale 5.1 makes 2 of 1023 where it was 0.
      if (Math.abs(to - expected) > (isAlpha ? 2 : 1)) expect({ i, from, to }).toBe(expected);
    }
  });

  it("copies the sound, and says of itself what the source says of its colours and times", async () => {
    const { folder, look } = await setUp();
    const clip = writeClip(join(folder, "clip.mp4"));
    const output = join(folder, "new", "out.mp4");
    const { document, exitCode } = await runJson("apply", look, clip, "-o", output);
    expect({ exitCode, photos: document.photos }).toEqual({
      exitCode: 0,
      photos: [
        {
          ...{ input: clip, output, status: "written", kind: "clip", width: 64, height: 48 },
          ...{ frames: 10, duration: 0.4, format: "mp4", codec: "h264", warnings: [] },
        },
      ],
    });
    expect(packetsOf(output, "a")).toBe(packetsOf(clip, "a"));
    const said = (path: string) => {
      const [video] = probe(path, "-show_streams").streams;
      const names = ["range", "space", "primaries", "transfer"].map((name) => video[`color_${name}`]);
      return [
        video.codec_name,
        video.pix_fmt,
        ...names,
        video.avg_frame_rate,
        video.nb_frames,
        video.duration,
      ];
    };
    expect(said(output)).toEqual(said(clip));
    expect(said(output).slice(2, 6)).toEqual(["tv", "bt709", "bt709", "bt709"]);
  });

  it("moves a knob over the clip's time, also when it begins later", async () => {
    const { folder, clip } = await setUp([
      "-vf",
      "format=gbrp16le,lutrgb=r=16384:g=16384:b=16384",
      "-pix_fmt",
      "gbrp16le",
      ...LOSSLESS,
    ]);
    const look = await writeLook(join(folder, "knob.safetensors"), 0.2, [MIX]);
    const redsOf = async (...options: string[]): Promise<number[]> => {
      const output = join(folder, "out.mkv");
      const { stderr } = await run("apply", look, clip, "-o", output, "--force", "--quiet", ...options);
      expect(stderr).not.toContain("synthconv apply:");
      const samples = raw(output, "-pix_fmt", "gbrp16le");
      const frame = 6 * 64 * 48;
      return Array.from({ length: samples.length / frame }, (_, nth) =>
        samples.readUInt16LE(nth * frame + 4 * 64 * 48),
      );
    };
    // The shift goes from -0.2 to 0.2; a frame every 40 ms.
    const expected = (mix: number) => Math.round(65_535 * (16_384 / 65_535 + 0.4 * mix - 0.2));
    const mixes = Array.from({ length: 10 }, (_, nth) => Math.min(1, (0.04 * nth) / 0.2));
    const near = (values: number[], wanted: number[]) => {
      expect(values.length).toBe(wanted.length);
      const apart = values.map((value, nth) => value - (wanted[nth] as number));
      expect(Math.max(...apart.map(Math.abs)), apart.join()).toBeLessThan(2);
    };
    near(await redsOf("--set", "mix=0:0,0.2s:1"), mixes.map(expected));
    near(
      await redsOf("--set", "mix=0:0,0.2s:1", "--start", "0.12", "--duration", "0.08"),
      mixes.slice(3, 5).map(expected),
    );
    near(
      await redsOf("--set", "mix=0:0,0.2s:1", "--ease"),
      mixes.map((x) => expected(x * x * (3 - 2 * x))),
    );
  });

  it("finds clips among photos, and calls one of a container that is not written Matroska", async () => {
    const { folder, look } = await setUp();
    const source = join(folder, "holiday");
    mkdirSync(source);
    writeClip(join(source, "a.mp4"));
    writeClip(join(source, "b.avi"), ["-c:a", "pcm_s16le"]);
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48", "-frames:v", "1", join(source, "c.png"));
    const output = join(folder, "out");
    const { document } = await runJson(
      "apply",
      look,
      source,
      "-o",
      output,
      "--crf",
      "30",
      "--preset",
      "ultrafast",
    );
    const photos = document.photos as { output: string; status: string; warnings: string[] }[];
    expect(photos.map((one) => [one.output, one.status, one.warnings])).toEqual([
      [join(output, "a.mp4"), "written", []],
      [join(output, "b.mkv"), "written", ["it is written as Matroska: its own container is not written"]],
      [join(output, "c.png"), "written", []],
    ]);
    const again = await runJson(
      "apply",
      look,
      source,
      "-o",
      output,
      "--resume",
      "--crf",
      "30",
      "--preset",
      "ultrafast",
    );
    expect(again.document).toMatchObject({ written: 0, skipped: 3 });
  });

  it("writes one frame as a PNG by --preview, and no clip", async () => {
    const { folder, look, clip } = await setUp([...LOSSLESS, ...REC709]);
    const picture = join(folder, "frame.png");
    const { stdout, exitCode } = await run("apply", look, clip, "--preview", picture, "--start", "0.2");
    expect({ stdout, exitCode }).toEqual({
      stdout: `the frame at 0.2 s written to ${picture}\n`,
      exitCode: 0,
    });
    exportFrames(clip, folder, `zscale=${limited("709")}:${CHROMA}`);
    await run("apply", look, join(folder, "frame-06.png"), "-o", join(folder, "frame-06-warm.png"));
    expect(Buffer.compare(raw(picture), raw(join(folder, "frame-06-warm.png")))).toBe(0);
  });
});
