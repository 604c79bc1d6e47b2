import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { run, writeLook } from "../commands/support.js";
import { describeClips, probe, writeClip } from "./material.js";

/** Two programs of which each answers only when all of `asked` have been asked: one after the other none does. */
function writePrograms(folder: string, asked: readonly string[]): string {
  const marks = asked.map((_, nth) => join(folder, `asked-${nth}`));
  const cases = asked.map((words, nth) => `*"${words}"*) touch "${marks[nth]}"; waits=1;;`).join("\n");
  const all = marks.map((mark) => `[ -e "${mark}" ]`).join(" && ");
  for (const name of ["ffmpeg", "ffprobe"]) {
    const script = `#!/bin/sh
case "$*" in
${cases}
esac
tries=0
while [ -n "$waits" ] && ! { ${all}; }; do
  tries=$((tries + 1))
  [ $tries -gt 300 ] && exit 1
  sleep 0.1
done
exec ${name} "$@"
`;
    writeFileSync(join(folder, name), script, { mode: 0o755 });
  }
  return folder;
}

describeClips("what is asked of ffmpeg before a clip", () => {
  it.each([
    ["an MP4", [], "encoder=libx264"],
    ["another codec", ["--codec", "hevc"], "encoder=libx265"],
  ])("is asked at one time: %s", async (_, options, encoder) => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "warm.safetensors"), 0.08);
    const [clip, output] = [writeClip(join(folder, "clip.mp4")), join(folder, "out.mp4")];
    const programs = writePrograms(folder, ["-version", "filter=zscale", "-show_streams", encoder]);
    const { exitCode, stderr } = await run(
      "apply",
      look,
      clip,
      "-o",
      output,
      "--ffmpeg",
      programs,
      ...options,
    );
    expect(stderr).not.toContain("expected");
    expect(exitCode).toBe(0);
    expect(probe(output, "-show_streams").streams).toHaveLength(2);
  });

  it("is asked at one time for a preview, too", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "warm.safetensors"), 0.08);
    const clip = writeClip(join(folder, "clip.mp4"));
    const programs = writePrograms(folder, ["-version", "filter=zscale", "-show_streams", "encoder=ffv1"]);
    const picture = join(folder, "frame.png");
    const { exitCode, stderr } = await run("apply", look, clip, "--preview", picture, "--ffmpeg", programs);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  });
});
