import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { startS3 } from "../s3-server.js";
import { filesIn, run, runJson, writeLook, writePhotos } from "../support.js";

describe("a run from a bucket into a bucket", () => {
  it("gives what the same photos give in folders, once, and never writes outside its prefix", async (context) => {
    const s3 = await startS3(context);
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"));
    const photos = await writePhotos(join(folder, "photos"), 5);
    for (const [path, bytes] of await filesIn(photos)) await s3.put("archive", `in${path}`, bytes);
    await s3.put("archive", "in/../escaped.jpg", await readFile(join(photos, "0/1.jpg")));
    await s3.put("archive", "in/notes.txt", Buffer.from("x"));
    const args = ["run", look, "s3://archive/in/", "--to", "s3://archive/in/warm", "--concurrency", "2"];
    const first = await runJson(...args);
    expect(first).toMatchObject({
      destination: "s3://archive/in/warm",
      ...{ photos: 5, written: 5, failed: 0 },
      leftOut: { otherFiles: 1, refused: [{ name: "../escaped.jpg", reason: "its name has a folder .." }] },
    });
    await run("run", look, photos, "--to", join(folder, "out"));
    for (const [path, bytes] of await filesIn(join(folder, "out")))
      expect((await s3.get("archive", `in/warm${path}`)).equals(bytes), path).toBe(true);
    await s3.put("archive", "in/0/1.jpg", await readFile(join(photos, "0/3.jpg")));
    expect(await runJson(...args)).toMatchObject({ written: 1, alreadyDone: 4 });
    expect(
      (await s3.get("archive", "in/warm/0/1.jpg")).equals(await s3.get("archive", "in/warm/0/3.jpg")),
    ).toBe(true);
    const manifest = (await s3.get("archive", "in/warm/.synthconv-batch/manifest.json")).toString("utf8");
    const { AWS_ACCESS_KEY_ID: key = "", AWS_SECRET_ACCESS_KEY: secret = "" } = s3.environment;
    for (const text of [key, secret, s3.endpoint]) expect(manifest).not.toContain(text);
  });
});
