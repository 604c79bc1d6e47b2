import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { run, runJson, writeLook, writePhoto } from "../commands/support.js";
import { FAULT_KINDS, needFailingDisk, runOnFailingDisk } from "../faults/failing-disk.js";
import { describeClips, ffmpeg, packetsOf, probe, writeClip } from "./material.js";

async function setUp() {
  const folder = temporaryFolder();
  return {
    folder,
    look: await writeLook(join(folder, "warm.safetensors"), 0.08),
    output: join(folder, "out.mp4"),
  };
}

describeClips("a clip that cannot be is refused, and nothing is written", () => {
  it.each([
    [
      "sound alone",
      ["-map", "1"],
      "expected a clip with moving pictures, received streams of other kinds only: audio",
    ],
    [
      "PQ",
      ["-pix_fmt", "yuv420p10le", "-color_trc", "smpte2084"],
      "expected a clip of standard dynamic range, received HDR (PQ), which a look would crush. " +
        "Map its tones to Rec. 709 first, with ffmpeg's zscale and tonemap filters, say.",
    ],
    [
      "HLG",
      ["-pix_fmt", "yuv420p10le", "-color_trc", "arib-std-b67"],
      "received HDR (HLG), which a look would crush",
    ],
    [
      "interlaced",
      ["-flags", "+ilme+ildct", "-x264-params", "tff=1"],
      "expected a progressive clip, received an interlaced one (tt). " +
        "Deinterlace it first: ffmpeg -i CLIP -vf bwdif -c:a copy PROGRESSIVE.",
    ],
    [
      "odd sides",
      ["-vf", "scale=63:47", "-c:v", "ffv1", "-f", "matroska"],
      "expected sides that are even, for h264 of yuv420p, received 63 x 47. " +
        "Use --codec vp9 or ffv1 (.mkv), or crop it first.",
    ],
    [
      "transparency",
      ["-pix_fmt", "yuva420p", "-c:v", "ffv1", "-f", "matroska"],
      "expected a codec that holds transparency, received h264, which does not, for a clip that has it (yuva420p). " +
        "Use --codec prores (.mov) or ffv1 (.mkv), or lose it with --drop-alpha.",
    ],
  ])("%s", async (_, args, message) => {
    const { folder, look, output } = await setUp();
    const clip = writeClip(join(folder, "clip.mp4"), args);
    const { exitCode, stdout, stderr } = await run("apply", look, clip, "-o", output);
    expect(stdout).toContain("0 clips written");
    expect(stderr).toContain(message);
    expect(stderr).toContain(`synthconv apply: ${clip}: `);
    expect(exitCode).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(["clip.mp4", "warm.safetensors"]);
  });

  it("what is no clip, and one without frames", async () => {
    const { folder, look, output } = await setUp();
    const clip = join(folder, "clip.mp4");
    writeFileSync(clip, "no clip at all, but of some length, so that it is read");
    const refused = await runJson("apply", look, clip, "-o", output);
    expect(refused.document.photos[0].error.code).toBe("CLIP");
    expect(refused.document.photos[0].error.message).toContain("expected a clip that ffmpeg reads, received");
    ffmpeg(
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=64x48:d=0.1",
      "-t",
      "0.1",
      "-bsf:v",
      "noise=drop=1",
      "-f",
      "mov",
      clip,
    );
    const empty = await runJson("apply", look, clip, "-o", output);
    expect(empty.document.photos[0].error).toMatchObject({ code: "CLIP" });
    expect(existsSync(output)).toBe(false);
  });

  it("an ffmpeg that is not there, and a program that is another", async () => {
    const { folder, look, output } = await setUp();
    const clip = writeClip(join(folder, "clip.mp4"));
    const none = await run("apply", look, clip, "-o", output, "--ffmpeg", "/nowhere/ffmpeg");
    expect(none.stderr).toBe(
      "synthconv apply: expected ffmpeg for clips, received none (/nowhere/ffmpeg). Install it (apt install ffmpeg, " +
        "brew install ffmpeg, winget install ffmpeg, or https://ffmpeg.org/download.html), or name it with --ffmpeg.\n",
    );
    const other = await run("apply", look, clip, "-o", output, "--ffmpeg", process.execPath);
    expect(other.stderr).toContain("expected ffmpeg for clips, received another program");
    const old = join(folder, "ffmpeg");
    writeFileSync(old, "#!/bin/sh\necho ffmpeg version 4.4.2-0ubuntu\n", { mode: 0o755 });
    const aged = await run("apply", look, clip, "-o", output, "--ffmpeg", folder);
    expect(aged.stderr).toContain(`expected ffmpeg 5.1 or newer for clips, received 4.4.2-0ubuntu (${old})`);
  });

  it("an ffmpeg that lacks the codec", async () => {
    const { folder, look, output } = await setUp();
    const clip = writeClip(join(folder, "clip.mp4"));
    const program = join(folder, "ffmpeg");
    const lacks = `case "$*" in *encoder=libx26*|*encoder=libopus*) echo "Codec is not recognized by FFmpeg."; exit 0;; esac`;
    writeFileSync(program, `#!/bin/sh\n${lacks}\nexec ffmpeg "$@"\n`, { mode: 0o755 });
    const { exitCode, stderr } = await run("apply", look, clip, "-o", output, "--ffmpeg", program);
    expect(stderr).toContain(`${program}: expected an ffmpeg that encodes h264 (libx264), received version `);
    expect(stderr).toContain(
      "without it. Choose another --codec (h264, hevc, av1, vp9, prores or ffv1), or another ffmpeg with --ffmpeg.\n",
    );
    expect(exitCode).toBe(1);
    expect(existsSync(output)).toBe(false);
    const other = await run(
      "apply",
      look,
      clip,
      "-o",
      output,
      "--ffmpeg",
      program,
      "--codec",
      "vp9",
      "--quiet",
    );
    expect(other).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("synthconv apply:") });
    // And one that lacks what would hold the sound: said before a frame is read, not at the end.
    const page = join(folder, "out.webm");
    const silent = await run("apply", look, clip, "-o", page, "--ffmpeg", program);
    expect(silent.stderr).toContain(
      "expected an ffmpeg that encodes sound with libopus, since WebM does not hold the clip's own, received version ",
    );
    expect(silent.stderr).toContain("without it. Write an .mkv, or choose another ffmpeg with --ffmpeg.");
    expect([silent.exitCode, existsSync(page)]).toEqual([1, false]);
  });

  it("names and settings that do not fit", async () => {
    const { folder, look, output } = await setUp();
    const clip = writeClip(join(folder, "clip.mp4"));
    const photo = await writePhoto(join(folder, "photo.png"));
    const cases: [string[], string][] = [
      [
        [clip, "-o", join(folder, "x.jpg")],
        "--output: expected a clip's name (.mp4, .mov, .mkv or .webm) for the clip",
      ],
      [
        [clip, "-o", join(folder, "x.avi")],
        "--output: expected a clip's name (.mp4, .mov, .mkv or .webm) or a folder",
      ],
      [
        [photo, "-o", output],
        "--output: expected a photo's name (.jpg, .png, .webp, .tif or .avif) for the photo",
      ],
      [[clip, "-o", "-"], "--output: expected a file for a clip, received -"],
      [[clip, "-o", clip], `--output: ${clip} is the input ${clip}, and inputs are never overwritten`],
      [[clip, "-o", output, "--codec", "h263"], "--codec: expected h264, hevc, av1, vp9, prores or ffv1"],
      [[clip, "-o", output, "--set", "fade=0:0,1:1"], "--set: "],
      [[photo, "-o", join(folder, "y.png"), "--crf", "20"], "--crf: expected clips, received photos only"],
      [
        [photo, "-o", join(folder, "y.png"), "--ffmpeg", "/nowhere"],
        "--ffmpeg: expected clips, received photos only",
      ],
      [[photo, "--preview", join(folder, "y.png")], "--preview: expected one clip, received"],
      [
        [clip, "--preview", join(folder, "y.jpg")],
        "--preview: expected a name that ends with .png, received",
      ],
      [[clip, "-o", output, "--start", "soon"], "--start: expected a time such as 90, 90s, 5min or 1h"],
    ];
    for (const [args, message] of cases) {
      const { exitCode, stderr } = await run("apply", look, ...args);
      expect(stderr).toContain(message);
      expect(exitCode, message).toBe(2);
    }
    const failures: [string[], string][] = [
      [["-o", output, "--codec", "ffv1"], "--codec: expected h264, hevc, av1, vp9 in MP4, received ffv1"],
      [["-o", output, "--crf", "60"], "--crf: expected 0 to 51 with h264, received 60"],
      [["-o", output, "--preset", "swift"], "--preset: expected ultrafast, superfast"],
      [["-o", output, "--start", "9"], "--start: expected a time before the clip's end, 0.4 s, received 9 s"],
    ];
    for (const [args, message] of failures) {
      const { exitCode, stderr } = await run("apply", look, clip, ...args);
      expect(stderr).toContain(message);
      expect(exitCode, message).toBe(1);
    }
    expect(existsSync(output)).toBe(false);
  });
});

describeClips("a clip that is damaged", () => {
  it("gives the frames that can be decoded, and says so", async () => {
    const { folder, look } = await setUp();
    const whole = writeClip(join(folder, "whole.mkv"), ["-g", "1", "-t", "2"]);
    const clip = join(folder, "clip.mkv");
    const bytes = readFileSync(whole);
    writeFileSync(clip, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    const output = join(folder, "out.mkv");
    const { document, exitCode } = await runJson("apply", look, clip, "-o", output);
    const [photo] = document.photos;
    expect({ exitCode, status: photo.status }).toEqual({ exitCode: 0, status: "written" });
    expect(photo.warnings[0]).toMatch(
      /^it is damaged or cut off: \d+ frames, \d\.\d s of \d\.\d s, could be decoded/,
    );
    expect(probe(output, "-count_frames", "-show_streams").streams[0].nb_read_frames).toBe(
      String(photo.frames),
    );
    expect(photo.frames).toBeGreaterThan(2);
    expect(packetsOf(output, "a")).not.toBe("");
  });
});

describeClips("a disk that is full", () => {
  it("leaves no clip and nothing of it, wherever it fills up, and ffmpeg's words", async (context) => {
    const { folder, look } = await setUp();
    const library = needFailingDisk(context, folder);
    const clip = writeClip(join(folder, "clip.mp4"));
    const kind = FAULT_KINDS.find(({ name }) => name === "ENOSPC that stays");
    if (kind === undefined) throw new Error("failing-disk.ts has no full disk");
    const [sound, log] = [join(folder, "sound"), join(folder, "log")];
    const args = (out: string) => ["apply", look, clip, "-o", join(out, "graded.mp4")];
    mkdirSync(sound);
    await runOnFailingDisk(library, sound, args(sound), { kind, at: 0 }, log);
    expect(readdirSync(sound)).toEqual(["graded.mp4"]);
    // Each process counts its own operations; it is ffmpeg that writes.
    const lines = readFileSync(log, "utf8").trimEnd().split("\n");
    const writes = lines
      .filter((line) => line.includes(" w write "))
      .map((line) => Number.parseInt(line, 10));
    expect(writes.length).toBeGreaterThan(1);
    for (const at of new Set([writes[0] ?? 0, writes.at(-1) ?? 0])) {
      const out = join(folder, `out-${at}`);
      mkdirSync(out);
      const { exitCode, stderr } = await runOnFailingDisk(library, out, args(out), { kind, at });
      expect([exitCode, stderr], `full from operation ${at} on`).toEqual([
        1,
        expect.stringContaining("No space left on device"),
      ]);
      expect(readdirSync(out)).toEqual([]);
    }
  }, 120_000);
});
