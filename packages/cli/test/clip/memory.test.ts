import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { program, writeLook } from "../commands/support.js";
import { describeClips, ffmpeg } from "./material.js";

/** Megabytes that a process had in memory at most, as it says itself when it ends. */
const REPORT =
  "data:text/javascript,process.on('exit',()=>console.error('PEAK',process.resourceUsage().maxRSS))";

/** A short form; `npm run test:clips` has ten minutes of 4K. */
describeClips("memory while a clip is graded", () => {
  it("does not hold its frames", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "warm.safetensors"), 0.08);
    const [clip, output] = [join(folder, "clip.mp4"), join(folder, "out.mp4")];
    const frames = 150;
    const picture = ["-f", "lavfi", "-i", "testsrc2=s=640x480:r=25", "-frames:v", String(frames)];
    ffmpeg(...picture, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p10le", clip);
    const args = ["--import", REPORT, program, "apply", look, clip, "-o", output, "--preset", "ultrafast"];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status).toBe(0);
    const peak = Number(/PEAK (\d+)/.exec(stderr)?.[1]) / 1024;
    // Six bytes a pixel, as 4:4:4 of 10 bits goes through the pipes: 276 MB, and some 120 MB without any.
    expect((frames * 6 * 640 * 480) / 1e6).toBeGreaterThan(270);
    expect(peak).toBeGreaterThan(50);
    expect(peak).toBeLessThan(300);
  }, 180_000);
});
