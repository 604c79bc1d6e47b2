import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { nutFrameHeader, nutHeader } from "../../src/clip/nut.js";
import { fourccOfRgb } from "../../src/clip/rgb-path.js";
import { describeClips, ffmpeg, probe } from "./material.js";

describeClips("frames in NUT, as ffmpeg reads them", () => {
  it.each([
    [false, "gbrp16le", 3],
    [true, "gbrap16le", 4],
  ] as const)("keep their bytes and their times, however uneven (alpha: %s)", (hasAlpha, name, planes) => {
    const timeBase = { numerator: 1001, denominator: 30_000 };
    const times = [0, 1, 3, 200, 201, 70_000, 5_000_000];
    const frames = times.map((_time, nth) =>
      Buffer.from(Array.from({ length: 2 * planes * 6 * 4 }, (__, i) => (i * 31 + nth * 7) % 256)),
    );
    const video = {
      width: 6,
      height: 4,
      sampleAspect: [4, 3],
      timeBase,
      fourcc: fourccOfRgb(hasAlpha),
    } as const;
    const parts = times.flatMap((time, nth) => {
      const frame = frames[nth] as Buffer;
      return [nutFrameHeader(time, frame.length), frame];
    });
    const file = join(temporaryFolder(), "frames.nut");
    writeFileSync(file, Buffer.concat([nutHeader(video), ...parts]));
    const { streams, packets } = probe(file, "-show_streams", "-show_packets");
    expect(streams).toMatchObject([
      {
        codec_name: "rawvideo",
        pix_fmt: name,
        width: 6,
        height: 4,
        sample_aspect_ratio: "4:3",
        time_base: "1001/30000",
      },
    ]);
    expect(packets.map(({ pts }: { pts: number }) => pts)).toEqual(times);
    const read = ffmpeg("-i", file, "-f", "rawvideo", "-fps_mode", "passthrough", "-");
    expect(Buffer.compare(read, Buffer.concat(frames))).toBe(0);
  });
});
