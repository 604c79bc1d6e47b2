import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { CLIP_CONTAINERS } from "../../src/clip/containers.js";
import { runJson, writeLook } from "../commands/support.js";
import { describeClips, ffmpeg, packetsOf, probe, writeClip } from "./material.js";

const CHAPTERS = `;FFMETADATA1
title=A walk
[CHAPTER]
TIMEBASE=1/1000
START=0
END=200
title=There
[CHAPTER]
TIMEBASE=1/1000
START=200
END=400
title=Back
`;
const SUBTITLES = "1\n00:00:00,100 --> 00:00:00,300\nHello\n";

/** A clip with chapters, subtitles and languages, of that container. */
async function setUp(container: string) {
  const folder = temporaryFolder();
  const look = await writeLook(join(folder, "warm.safetensors"), 0.08);
  const plain = writeClip(join(folder, "plain.mp4"));
  const [chapters, subtitles] = [join(folder, "chapters.txt"), join(folder, "words.srt")];
  writeFileSync(chapters, CHAPTERS);
  writeFileSync(subtitles, SUBTITLES);
  const clip = join(folder, `clip.${container}`);
  const inputs = [plain, subtitles, chapters].flatMap((path) => ["-i", path]);
  const maps = ["-map", "0", "-map", "1", "-map_metadata", "2", "-map_chapters", "2"];
  const tags = ["-metadata:s:a:0", "language=fra", "-metadata:s:s:0", "language=ita"];
  const words = ["-c", "copy", "-c:s", container === "mkv" ? "subrip" : "mov_text"];
  ffmpeg(...inputs, ...maps, ...tags, ...words, clip);
  return { folder, look, clip };
}

async function graded(look: string, clip: string, output: string, ...options: string[]) {
  const { document, exitCode } = await runJson("apply", look, clip, "-o", output, ...options);
  expect(exitCode).toBe(0);
  return document.photos[0] as { frames: number; duration: number; warnings: string[] };
}

function timesOf(path: string, streams: "a" | "v"): number[] {
  const { packets } = probe(path, "-select_streams", streams, "-show_packets");
  return packets
    .map(({ pts_time: time }: { pts_time: string }) => Number(time))
    .sort((a: number, b: number) => a - b);
}

/** Seconds by which the first sound is ahead of the first picture. */
function lead(path: string): number {
  return (timesOf(path, "v")[0] as number) - (timesOf(path, "a")[0] as number);
}

/** Hashes of its packets, whatever their times. */
function soundOf(path: string): string[] {
  const { packets } = probe(path, "-select_streams", "a", "-show_packets", "-show_data_hash", "md5");
  return packets.map(({ data_hash: hash }: { data_hash: string }) => hash);
}

const textWritten = (name: string, codec: string) =>
  `its subtitles (${name}) are written as ${codec}: ${codec === "subrip" ? "Matroska" : "MP4"} does not hold it`;

/** Power of the tone of 440 Hz that test clips have, against that of all that is heard; 1 is the tone alone. */
function purity(path: string): number {
  const rate = 8000;
  const raw = ffmpeg("-i", path, "-map", "0:a", "-ac", "1", "-ar", String(rate), "-f", "f32le", "-");
  const samples = new Float32Array(raw.buffer, raw.byteOffset, raw.byteLength >> 2);
  let [sine, cosine, power] = [0, 0, 0];
  for (const [nth, sample] of samples.entries()) {
    const angle = (2 * Math.PI * 440 * nth) / rate;
    sine += sample * Math.sin(angle);
    cosine += sample * Math.cos(angle);
    power += sample * sample;
  }
  return (2 * (sine * sine + cosine * cosine)) / samples.length / power;
}

describeClips("what goes with the pictures of a clip", () => {
  it.each([
    ["mov", "mov", []],
    ["mp4", "mov", []],
    ["mp4", "mkv", [textWritten("mov_text", "subrip")]],
    ["mkv", "mp4", [textWritten("subrip", "mov_text")]],
    ["mkv", "mkv", []],
  ])("keeps chapters, subtitles, languages and the title: .%s to .%s", async (from, to, warnings) => {
    const { folder, look, clip } = await setUp(from);
    const output = join(folder, `out.${to}`);
    expect((await graded(look, clip, output)).warnings).toEqual(warnings);
    const { chapters, streams, format } = probe(output, "-show_chapters", "-show_streams", "-show_format");
    expect(
      chapters.map((one: { start_time: string; tags: { title: string } }) => [
        Number(one.start_time),
        one.tags.title,
      ]),
    ).toEqual([
      [0, "There"],
      [0.2, "Back"],
    ]);
    const languages = streams.map((one: { codec_type: string; tags?: { language?: string } }) => [
      one.codec_type,
      one.tags?.language,
    ]);
    expect(languages).toContainEqual(["audio", "fra"]);
    expect(languages).toContainEqual(["subtitle", "ita"]);
    expect(format.tags.title).toBe("A walk");
    expect(ffmpeg("-i", output, "-map", "0:s", "-f", "srt", "-").toString()).toContain("Hello");
    expect(soundOf(output)).toEqual(soundOf(clip));
  });

  it.each([
    ["camera.mov", "pcm_s16le", "stereo", "out.mp4", "alac"],
    ["clip.mp4", "aac", "stereo", "out.webm", "opus"],
    ["clip.mkv", "ac3", "5.1(side)", "out.webm", "opus"],
    ["clip.mkv", "libopus", "stereo", "out.mov", "aac"],
    ["clip.mkv", "adpcm_ms", "mono", "out.mp4", "aac"],
  ])(
    "writes sound that the container does not hold as one that it does, and says so: %s of %s, %s, to %s",
    async (from, codec, layout, to, becomes) => {
      const folder = temporaryFolder();
      const look = await writeLook(join(folder, "warm.safetensors"), 0.08);
      const clip = writeClip(join(folder, from), [
        ...["-c:a", codec, "-af", `aformat=channel_layouts=${layout}`],
      ]);
      const output = join(folder, to);
      const { warnings } = await graded(look, clip, output);
      const titles: Record<string, string> = { mp4: "MP4", mov: "QuickTime", webm: "WebM" };
      const was = codec.replace("lib", "");
      expect(warnings).toEqual([
        `its sound (${was}) is written as ${becomes}: ${titles[to.slice(4)]} does not hold it`,
      ]);
      const soundsOf = (path: string) => probe(path, "-select_streams", "a", "-show_streams").streams;
      const [{ channels }] = soundsOf(clip);
      expect(soundsOf(output)).toMatchObject([{ codec_name: becomes, channels }]);
      expect(purity(output)).toBeGreaterThan(0.85);
      expect(Math.abs(lead(output) - lead(clip))).toBeLessThan(0.03);
    },
  );

  it.each([
    ...[
      "aac",
      "mp2",
      "libmp3lame",
      "libopus",
      "libvorbis",
      "flac",
      "alac",
      "ac3",
      "eac3",
      "wavpack",
      "wmav2",
    ],
    ...["pcm_s16le", "pcm_s24be", "pcm_f32le", "pcm_mulaw", "adpcm_ms"],
  ])("goes as it is only into containers that ffmpeg writes it in: %s", (encoder) => {
    const folder = temporaryFolder();
    const names: Record<string, string> = { libmp3lame: "mp3", libopus: "opus", libvorbis: "vorbis" };
    const takers = CLIP_CONTAINERS.filter(({ sounds }) => sounds.takes(names[encoder] ?? encoder));
    const outputs = takers.map(({ name }) => ["-c:a", encoder, "-f", name, join(folder, name)]);
    expect(outputs.length).toBeGreaterThan(0);
    ffmpeg("-f", "lavfi", "-i", "sine=440:d=0.1:r=48000", ...outputs.flatMap((one) => ["-ac", "2", ...one]));
  });

  it("a track of data that is not the chapters' is named in a warning, and left out", async () => {
    const { folder, look, clip } = await setUp("mov");
    const bare = join(folder, "bare.mov");
    // The text of chapters without the chapters.
    ffmpeg(
      "-i",
      clip,
      "-map",
      "0:v",
      "-map",
      "0:d",
      "-c",
      "copy",
      "-map_chapters",
      "-1",
      "-f",
      "mpegts",
      bare,
    );
    const { warnings } = await graded(look, bare, join(folder, "out.mp4"));
    expect(warnings).toEqual([
      expect.stringMatching(/^its stream 1 \(data, bin_data\) is left out: MP4 has no place/),
    ]);
  });

  it.each(["mp4", "mov", "mkv"])("keeps sound and pictures in step: .mp4 and .mkv to .%s", async (to) => {
    for (const from of ["mp4", "mkv"]) {
      const { folder, look, clip } = await setUp(from);
      const output = join(folder, `out.${to}`);
      await graded(look, clip, output);
      // Matroska counts milliseconds, and both may be rounded.
      expect(Math.abs(lead(output) - lead(clip)), `${from} to ${to}`).toBeLessThan(0.0021);
    }
  });

  it.each(["mp4", "mkv"])("begins a part's sound with its pictures, in step: .%s", async (to) => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "warm.safetensors"), 0.08);
    const clip = writeClip(join(folder, "clip.mp4"), ["-t", "2"]);
    const output = join(folder, `out.${to}`);
    const part = ["--start", "0.5", "--duration", "1"];
    expect((await graded(look, clip, output, ...part)).frames).toBe(25);
    // An AAC packet is 23 ms, a frame 40 ms.
    expect(Math.abs(lead(output))).toBeLessThan(0.03);
    const sounds = timesOf(output, "a");
    expect((sounds.at(-1) as number) - (sounds[0] as number)).toBeGreaterThan(0.9);
    // Which of the source's packets is the first.
    const first = soundOf(clip).indexOf(soundOf(output)[1] ?? "") - 1;
    const source = timesOf(clip, "a")[first] as number;
    // The first picture at or after 0.5 s is that of 0.52 s.
    expect(Math.abs(lead(output) - (0.52 - source))).toBeLessThan(0.0021);
  });

  it("keeps the times of frames where the rate varies", async () => {
    const { folder, look } = await setUp("mp4");
    const uneven = [
      "-vf",
      "setpts='(N+gt(N,4)*7+N*N/3)*0.04/TB'",
      "-fps_mode",
      "vfr",
      "-frames:v",
      "10",
      "-an",
    ];
    const clip = writeClip(join(folder, "uneven.mkv"), [...uneven, "-t", "9"]);
    const output = join(folder, "out.mkv");
    await graded(look, clip, output);
    const steps = (path: string) => timesOf(path, "v").map((time, nth, all) => time - (all[nth - 1] ?? time));
    const [before, after] = [steps(clip), steps(output)];
    expect(new Set(before.map((step) => step.toFixed(3))).size).toBeGreaterThan(4);
    expect(after.length).toBe(before.length);
    for (const [nth, step] of after.entries())
      expect(Math.abs(step - (before[nth] as number))).toBeLessThan(0.0021);
  });

  it("keeps the timecode of a whole clip", async () => {
    const { folder, look } = await setUp("mp4");
    const clip = writeClip(join(folder, "code.mov"), ["-timecode", "01:02:03:04"]);
    const output = join(folder, "out.mov");
    expect((await graded(look, clip, output)).warnings).toEqual([]);
    const codes = probe(output, "-show_streams").streams.map(
      (one: { tags?: { timecode?: string } }) => one.tags?.timecode,
    );
    expect(codes).toContain("01:02:03:04");
    expect(packetsOf(output, "a")).toBe(packetsOf(clip, "a"));
  });
});
