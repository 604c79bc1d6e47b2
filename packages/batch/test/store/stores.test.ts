/** What is true of every place that photos come from and go to. */
import { once } from "node:events";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, type TestContext, vi } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { isHidden, safeKeyFault } from "../../src/store/safe-key.js";
import { type LeftOut, nothingLeftOut, type ObjectFacts, type Store } from "../../src/store/store.js";
import { openStore } from "../../src/store/stores.js";
import { startS3 } from "../s3-server.js";

let buckets = 0;
const KINDS: readonly (readonly [string, (context: TestContext) => Promise<Store>])[] = [
  ["a folder", async () => openStore(join(temporaryFolder(), "a b"))],
  [
    "a bucket",
    async (context) => {
      await startS3(context);
      return openStore(`s3://archive/tests ${buckets++}/`);
    },
  ],
];

async function all(pages: AsyncIterable<readonly ObjectFacts[]>): Promise<ObjectFacts[]> {
  const objects: ObjectFacts[] = [];
  for await (const page of pages) objects.push(...page);
  return objects;
}

const bytes = (text: string): Buffer => Buffer.from(text);

describe.each(KINDS)("%s", (_, open) => {
  it("gives back what was written, with its identity, and nothing for what was not", async (context) => {
    const store = await open(context);
    await store.write("a/ü é.jpg", bytes("one"));
    const read = await store.read("a/ü é.jpg");
    expect(read?.bytes.toString()).toBe("one");
    expect(await store.facts("a/ü é.jpg")).toMatchObject({ size: 3, identity: read?.identity });
    await store.write("a/ü é.jpg", bytes("two"));
    expect((await store.read("a/ü é.jpg"))?.identity).not.toBe(read?.identity);
    expect(await store.read("a/b.jpg")).toBeUndefined();
    expect(await store.facts("a")).toBeUndefined();
    await store.remove(["a/ü é.jpg", "never there"]);
    expect(await store.facts("a/ü é.jpg")).toBeUndefined();
  });

  it("lists what begins with a prefix, in the same order each time, also of more than a page", async (context) => {
    const store = await open(context);
    expect(await all(store.list("x/"))).toEqual([]);
    const keys = Array.from({ length: 30 }, (_, index) => `x/${index % 3}/${index}`);
    await Promise.all(["x", "xy/1", ...keys].slice(1).map((key) => store.write(key, bytes(key))));
    const listed = await all(store.list("x/"));
    expect(listed.map(({ key }) => key)).toEqual([...keys].sort());
    for (const { key, size, identity } of listed) {
      expect([size, identity]).toEqual([key.length, (await store.read(key))?.identity]);
    }
  });

  it("writes what is not there yet once, of many that try", async (context) => {
    const store = await open(context);
    const tries = ["a", "b", "c", "d"].map((text) => store.writeNew("one", bytes(text)));
    expect((await Promise.all(tries)).filter((isWritten) => isWritten)).toHaveLength(1);
    expect(await store.writeNew("one", bytes("late"))).toBe(false);
    expect((await store.read("one"))?.bytes.length).toBe(1);
    expect((await all(store.list(""))).map(({ key }) => key)).toEqual(["one"]);
  });

  it("finds photos, and counts what it leaves out", async (context) => {
    const store = await open(context);
    const names = [
      "a.jpg",
      "b/c.PNG",
      "b/d.txt",
      "b/e.cr2",
      ".hidden/f.jpg",
      "out/g.jpg",
      ".synthconv-batch/x.jpg",
    ];
    for (const name of names) await store.write(name, bytes("x"));
    const leftOut: LeftOut = nothingLeftOut();
    const photos = await all(store.photos(leftOut, `${store.url}/out`));
    expect(photos.map(({ key }) => key)).toEqual(["a.jpg", "b/c.PNG"]);
    expect(leftOut).toEqual({ unread: new Map([["camera raw", 1]]), otherFiles: 1, links: 0, refused: [] });
  });

  it("is never left by a key", async (context) => {
    const store = await open(context);
    for (const key of ["../x", "a/../../x", "/etc/x", "a//b", "", "a/", "a\0b", "./x", "a\\..\\b"]) {
      await expect(store.write(key, bytes("x")), key).rejects.toThrow("it may not be used as a name");
      await expect(async () => store.read(key), key).rejects.toThrow("it may not be used as a name");
    }
  });
});

describe("keys", () => {
  it("are safe if no part of them leads elsewhere", () => {
    expect(["a.jpg", "a/b..jpg", "..a/b", "...", "a/.b"].map(safeKeyFault)).toEqual(Array(5).fill(undefined));
    expect(["../a.jpg", "a/./b.jpg", "a.jpg"].map(isHidden)).toEqual([false, false, false]);
    expect([".a/b.jpg", "a/.b.jpg"].map(isHidden)).toEqual([true, true]);
    expect(safeKeyFault("a/../b")).toBe("has a folder ..");
    expect(safeKeyFault("/a")).toBe("begins with /");
  });
});

describe("a folder that is full or refuses", () => {
  it("is said to be, by the name of what could not be written", async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, "a.jpg"));
    await symlink("loop", join(folder, "loop"));
    const store = openStore(folder);
    // Of one name: the photo fails, not the place.
    await expect(store.write("a.jpg", bytes("x"))).rejects.toMatchObject({ code: "FILE" });
    await writeFile(join(folder, "file"), "");
    await expect(store.write("file/x.jpg", bytes("x"))).rejects.toMatchObject({ code: "FILE" });
    expect(await readdir(folder)).toEqual(["a.jpg", "file", "loop"]);
    await expect(openStore("/proc").write("x.jpg", bytes("x"))).rejects.toThrow("/proc/x.jpg: ");
  });
});

/** A store that answers every request with a refusal, as S3 words it. */
async function storeWithoutRights(): Promise<{ endpoint: string; close: () => void }> {
  const refusal = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(403, { "content-type": "application/xml" }).end(refusal);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

describe("a bucket without rights", () => {
  it("is said to be, with what to do, whether it is listed, read or written to", async () => {
    const { endpoint, close } = await storeWithoutRights();
    vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "geheim");
    vi.stubEnv("AWS_REGION", "us-east-1");
    try {
      const store = openStore("s3://locked/x");
      const refused = (done: string) =>
        `s3://locked/x: expected a bucket that can be ${done}, received AccessDenied: Access Denied. ` +
        "Give these credentials the rights to it.";
      await expect(all(store.list(""))).rejects.toThrow(refused("listed"));
      await expect(store.read("a.jpg")).rejects.toThrow(refused("read"));
      await expect(store.write("a.jpg", bytes("one"))).rejects.toThrow(refused("written to"));
      await expect(store.writeNew("a.jpg", bytes("one"))).rejects.toThrow(refused("written to"));
    } finally {
      vi.unstubAllEnvs();
      close();
    }
  });
});

describe("a bucket of which nobody says the region", () => {
  it("is refused with the name of the variable that says it", async () => {
    for (const name of ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"])
      vi.stubEnv(name, undefined);
    // Else the client reads it from a file of the person who runs the tests.
    vi.stubEnv("AWS_CONFIG_FILE", join(temporaryFolder(), "none"));
    try {
      await expect(all(openStore("s3://somewhere/x").list(""))).rejects.toThrow(
        "s3://somewhere/x: expected a bucket that can be listed, received Error: Region is missing. " +
          "Set AWS_REGION to that of the bucket (us-east-1 for most stores that are not Amazon's).",
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe("a bucket", () => {
  it("that is not there, or is named with credentials, is refused without them in the message", async (context) => {
    await startS3(context);
    await expect(all(openStore("s3://nowhere/x").list(""))).rejects.toThrow(
      "s3://nowhere/x: expected a bucket that can be listed, received NoSuchBucket: The specified bucket does not exist. " +
        "Make the bucket, or check its name.",
    );
    expect(() => openStore("s3://key:geheim@host/bucket")).toThrow(
      /^expected s3:\/\/bucket\/prefix, received another/,
    );
    expect(() => openStore("gs://bucket")).toThrow(
      'expected s3://bucket/prefix or a folder, received "gs://bucket"',
    );
  });
});
