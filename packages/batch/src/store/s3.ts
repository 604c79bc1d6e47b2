/** A bucket of an S3-compatible store, or what is below a prefix of it. */
import type { S3Client } from "@aws-sdk/client-s3";
import { visibleText } from "synthconv/internal/node";
import { UsageError } from "synthconv-cli/internal";
import { formatOfName, unreadFormatOf } from "synthconv-cli/internal/photo-names";
import { isHidden, safeKeyFault } from "./safe-key.js";
import { type LeftOut, type ObjectFacts, type Store, StoreError, type StoreKind } from "./store.js";

// What one request deletes at most.
const DELETED_AT_ONCE = 1000;

// The client's own notice to programmers, on the stderr of every user: which Nodes are supported is ours to say.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** The client's library, and a client of it. */
interface Connection {
  readonly sdk: typeof import("@aws-sdk/client-s3");
  readonly client: S3Client;
}

// With the first request: it takes 0.1 s in every thread of every worker, and most places are folders.
async function connect(): Promise<Connection> {
  const sdk = await import("@aws-sdk/client-s3");
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const isElsewhere = (AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL) !== undefined;
  const client = new sdk.S3Client({
    // Credentials, profiles and addresses come from the environment, as every tool of AWS has them.
    ...(isElsewhere && { forcePathStyle: true }),
    ...(isElsewhere &&
      AWS_REGION === undefined &&
      AWS_DEFAULT_REGION === undefined && { region: "us-east-1" }),
    // Stores of others do not know the newer checksums.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 5,
  });
  return { sdk, client };
}

class S3Store implements Store {
  readonly url: string;
  readonly #bucket: string;
  /** Of all keys: empty, or with a slash at its end. */
  readonly #prefix: string;
  #connection: Promise<Connection> | undefined;

  constructor(bucket: string, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix === "" ? "" : `${prefix}/`;
    this.url = `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`;
  }

  async *list(prefix: string): AsyncIterable<readonly ObjectFacts[]> {
    const { sdk, client } = await this.#connect();
    let token: string | undefined;
    do {
      const page = await this.#ask("listed", () =>
        client.send(
          new sdk.ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: this.#prefix + prefix,
            ...(token !== undefined && { ContinuationToken: token }),
          }),
        ),
      );
      yield (page.Contents ?? []).map(({ Key = "", Size = 0, ETag = "", LastModified }) => ({
        key: Key.slice(this.#prefix.length),
        size: Size,
        identity: identityOf(ETag, Size),
        modified: LastModified?.getTime() ?? 0,
      }));
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async *photos(leftOut: LeftOut, exclude: string | undefined): AsyncIterable<readonly ObjectFacts[]> {
    const excluded = exclude === undefined ? undefined : `${exclude.slice(this.url.length + 1)}/`;
    for await (const page of this.list("")) {
      yield page.filter(({ key }) => {
        if (key.endsWith("/") || isHidden(key)) return false;
        return (excluded === undefined || !key.startsWith(excluded)) && isPhoto(key, leftOut);
      });
    }
  }

  async facts(key: string): Promise<ObjectFacts | undefined> {
    const { sdk, client } = await this.#connect();
    const head = await this.#orMissing("looked at", () =>
      client.send(new sdk.HeadObjectCommand({ Bucket: this.#bucket, Key: this.#key(key) })),
    );
    if (head === undefined) return undefined;
    const { ContentLength: size = 0, ETag = "", LastModified } = head;
    return { key, size, identity: identityOf(ETag, size), modified: LastModified?.getTime() ?? 0 };
  }

  async read(key: string): Promise<{ bytes: Buffer; identity: string } | undefined> {
    const { sdk, client } = await this.#connect();
    return this.#orMissing("read", async () => {
      const object = await client.send(
        new sdk.GetObjectCommand({ Bucket: this.#bucket, Key: this.#key(key) }),
      );
      const bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? new Uint8Array());
      return { bytes, identity: identityOf(object.ETag ?? "", bytes.length) };
    });
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    await this.#put(key, bytes, {});
  }

  async writeNew(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.#put(key, bytes, { IfNoneMatch: "*" });
  }

  async remove(keys: readonly string[]): Promise<void> {
    const { sdk, client } = await this.#connect();
    for (let first = 0; first < keys.length; first += DELETED_AT_ONCE) {
      const Objects = keys.slice(first, first + DELETED_AT_ONCE).map((key) => ({ Key: this.#key(key) }));
      const Delete = { Objects, Quiet: true };
      await this.#ask("deleted", () =>
        client.send(new sdk.DeleteObjectsCommand({ Bucket: this.#bucket, Delete })),
      );
    }
  }

  close(): void {
    // One that could not be loaded has nothing to close, and its request has said why.
    const nothing = (): void => undefined;
    this.#connection?.then(({ client }) => client.destroy(), nothing);
  }

  #connect(): Promise<Connection> {
    this.#connection ??= connect();
    return this.#connection;
  }

  /** The object appears when its last byte has come, and not at all if that does not come: that is S3's own promise. */
  async #put(key: string, bytes: Uint8Array, condition: { IfNoneMatch?: string }): Promise<boolean> {
    const { sdk, client } = await this.#connect();
    const input = { Bucket: this.#bucket, Key: this.#key(key), Body: bytes, ...condition };
    try {
      await client.send(new sdk.PutObjectCommand(input));
      return true;
    } catch (error) {
      const status = error instanceof sdk.S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (condition.IfNoneMatch !== undefined && (status === 412 || status === 409)) return false;
      throw this.#fault("written to", error);
    }
  }

  #key(key: string): string {
    const fault = safeKeyFault(key);
    if (fault !== undefined)
      throw new StoreError(`${visibleText(key)} ${fault}: it may not be used as a name`);
    return this.#prefix + key;
  }

  async #orMissing<Result>(done: string, ask: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await ask();
    } catch (error) {
      const isMissing = error instanceof Error && (error.name === "NoSuchKey" || error.name === "NotFound");
      if (isMissing) return undefined;
      throw this.#fault(done, error);
    }
  }

  async #ask<Result>(done: string, ask: () => Promise<Result>): Promise<Result> {
    try {
      return await ask();
    } catch (error) {
      throw this.#fault(done, error);
    }
  }

  #fault(done: string, error: unknown): StoreError {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const received = message === "" || message === name ? name : `${name}: ${message}`;
    const repair =
      REPAIRS[name] ??
      (message.includes("Region is missing") ? REGION : undefined) ??
      "See whether it can be reached (AWS_ENDPOINT_URL), and try again.";
    return new StoreError(
      `${this.url}: expected a bucket that can be ${done}, received ${visibleText(received)}. ${repair}`,
      { cause: error },
    );
  }
}

// The client's error for it has no name of its own.
const REGION = "Set AWS_REGION to that of the bucket (us-east-1 for most stores that are not Amazon's).";

const REPAIRS: Readonly<Record<string, string>> = {
  AccessDenied: "Give these credentials the rights to it.",
  InvalidAccessKeyId: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to credentials that it knows.",
  SignatureDoesNotMatch: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to credentials that it knows.",
  CredentialsProviderError: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.",
  NoSuchBucket: "Make the bucket, or check its name.",
};

/** An entity tag names the content; not of every store alone. */
function identityOf(tag: string, size: number): string {
  return `${size}-${tag.replaceAll('"', "")}`;
}

function isPhoto(key: string, leftOut: LeftOut): boolean {
  const isKnown = formatOfName(key) !== undefined;
  const unread = isKnown ? undefined : unreadFormatOf(key);
  const fault = isKnown ? safeKeyFault(key) : undefined;
  if (unread !== undefined) leftOut.unread.set(unread, (leftOut.unread.get(unread) ?? 0) + 1);
  else if (!isKnown) leftOut.otherFiles++;
  else if (fault !== undefined) leftOut.refused.push({ name: visibleText(key), reason: `its name ${fault}` });
  return isKnown && fault === undefined;
}

export const s3: StoreKind = {
  name: "s3",
  example: "s3://bucket/prefix",
  open(address) {
    if (!address.toLowerCase().startsWith("s3://")) return undefined;
    const [bucket = "", ...parts] = address.slice("s3://".length).split("/");
    const prefix = parts.filter((part) => part !== "").join("/");
    // `s3://key:secret@host/bucket`, as other tools write it: not to be repeated in a message.
    if (bucket === "" || bucket.includes("@") || (prefix !== "" && safeKeyFault(prefix) !== undefined)) {
      throw new UsageError(
        "expected s3://bucket/prefix, received another address (credentials come from the environment: AWS_PROFILE, " +
          "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; another store's address from AWS_ENDPOINT_URL)",
      );
    }
    return new S3Store(bucket, prefix);
  },
};
