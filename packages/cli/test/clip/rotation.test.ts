import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { runJson, writeLook } from "../commands/support.js";
import { describeClips, ffmpeg, probe, writeClip } from "./material.js";

/** As a player shows it. */
function shownSize(path: string): number[] {
  const [video] = probe(path, "-show_streams", "-select_streams", "v").streams;
  const turned =
    video.side_data_list?.find((one: { rotation?: number }) => one.rotation !== undefined)?.rotation ?? 0;
  return turned % 180 === 0 ? [video.width, video.height] : [video.height, video.width];
}

describeClips("a clip that is turned", () => {
  it.each(["out.mp4", "out.mkv"])(
    "is shown as it was, by its rotation or by its pixels: %s",
    async (name) => {
      const folder = temporaryFolder();
      const look = await writeLook(join(folder, "warm.safetensors"), 0.08);
      const [clip, output] = [join(folder, "turned.mp4"), join(folder, name)];
      ffmpeg("-i", writeClip(join(folder, "clip.mp4")), "-c", "copy", "-metadata:s:v:0", "rotate=90", clip);
      expect(shownSize(clip)).toEqual([48, 64]);
      const { exitCode, document } = await runJson("apply", look, clip, "-o", output);
      expect(exitCode).toBe(0);
      expect(shownSize(output)).toEqual([48, 64]);
      const [video] = probe(output, "-show_streams", "-select_streams", "v").streams;
      const isUpright = video.height === 64;
      expect(document.photos[0].warnings.length).toBe(isUpright ? 1 : 0);
    },
  );
});
