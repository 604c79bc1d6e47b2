/** A real S3 server for tests: moto's, in a Python of its own (SYNTHCONV_MOTO_PYTHON), on a free port. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, type TestContext } from "vitest";
import { need } from "../../../test-support/needs.js";
import { freePort } from "./redis-server.js";

const python = process.env.SYNTHCONV_MOTO_PYTHON ?? "python3";

export interface S3Server {
  readonly endpoint: string;
  readonly environment: Readonly<Record<string, string>>;
  put(bucket: string, key: string, bytes: Uint8Array): Promise<void>;
  get(bucket: string, key: string): Promise<Buffer>;
}

let running: Promise<S3Server> | undefined;

/** One for all tests of a file; skipped (a failure in CI) where there is none. */
export function startS3(context: TestContext): Promise<S3Server> {
  const isThere =
    spawnSync(python, ["-c", "import moto.server, flask_cors"], { stdio: "ignore" }).status === 0;
  need(
    context,
    isThere,
    "moto is not installed: SYNTHCONV_MOTO_PYTHON names a Python that has moto[s3], flask, flask-cors",
  );
  running ??= start();
  return running;
}

let child: ChildProcess | undefined;
afterAll(() => {
  child?.kill();
});

async function start(): Promise<S3Server> {
  const port = await freePort();
  child = spawn(
    python,
    ["-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", String(port)],
    { stdio: "ignore" },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  const environment = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "test-key",
    AWS_SECRET_ACCESS_KEY: "geheim",
    AWS_REGION: "us-east-1",
  };
  Object.assign(process.env, environment);
  while (
    !(await fetch(endpoint).then(
      () => true,
      () => false,
    ))
  )
    await delay(50);
  const client = new S3Client({ forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: "archive" }));
  return {
    endpoint,
    environment,
    async put(Bucket, Key, Body) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    async get(Bucket, Key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
  };
}
