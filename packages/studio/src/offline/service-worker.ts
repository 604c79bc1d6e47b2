/**
 * Keeps the site, so that it opens without a network: on a first visit what that visit fetches anyhow, and all of it once
 * somebody uses the studio or comes back. Written here and not by a generator: every file is held against its SHA-256 when
 * it comes and whenever it is served, so that a broken copy is fetched anew instead of locking people out.
 */

/**
 * What a first visit keeps, and what only somebody needs who uses the studio: name in the site -> the first 48 bits of its
 * SHA-256 in base64; `offline-files.ts` writes both in. Other files make another service worker.
 */
declare const FIRST: Readonly<Record<string, string>>;
declare const LATE: Readonly<Record<string, string>>;
/** The same of both lists. */
declare const VERSION: string;

/** What this file needs of the global of a service worker, whose types do not go with those of a page. */
interface WorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: {
    matchAll(options: {
      readonly includeUncontrolled: boolean;
    }): Promise<readonly { readonly url: string }[]>;
    claim(): Promise<void>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", listener: (event: Waiting) => void): void;
  addEventListener(name: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(name: "message", listener: (event: Waiting & { readonly data: Message }) => void): void;
}

interface Waiting {
  waitUntil(work: Promise<unknown>): void;
}

/** `replace`: the page has just opened. `keep`: a build of the kernels, or `all` files. */
type Message = "replace" | { readonly keep: string };

interface Fetching {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const scope = globalThis as unknown as WorkerScope;
const PREFIX = `synthconv-studio ${scope.registration.scope} `;
const first = FIRST;
const files = { ...first, ...LATE };
const names = Object.keys(files);
/** One cache for one set of files: pages of the old version keep theirs until they are closed. */
const cacheName = PREFIX + VERSION;

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
scope.addEventListener("message", (event) => {
  const { data } = event;
  if (data === "replace") event.waitUntil(replaceIfAlone());
  // What does not come now comes when it is wanted, or with the next page that opens.
  else event.waitUntil(keep(data.keep === "all" ? names : kernelsOf(data.keep)).catch(() => undefined));
});
scope.addEventListener("fetch", (event) => {
  const name = nameOf(event.request);
  if (name !== undefined) event.respondWith(answer(name));
});

/**
 * All or nothing: where one file is missing or another one, the old version stays. Whoever has an old version has used it,
 * and gets the new one whole.
 */
async function install(): Promise<void> {
  const isFirst = (await otherCaches()).length === 0;
  await keep(isFirst ? Object.keys(first).filter((name) => !isKernel(name)) : names);
}

async function keep(wanted: readonly string[]): Promise<void> {
  const cache = await caches.open(cacheName);
  await Promise.all(
    wanted.map(async (name) => {
      if ((await cache.match(addressOf(name))) === undefined)
        await cache.put(addressOf(name), await fetchWhole(name));
    }),
  );
}

/** Of those that an example runs. A build that is the same bytes as another one has that one's file. */
function kernelsOf(build: string): string[] {
  const kernels = Object.keys(first).filter(isKernel);
  const stem = (name: string): string => name.replace(/-(plain|relaxed)-.*$/, "");
  const own = kernels.filter((name) => name.startsWith(`${stem(name)}-${build}-`));
  const stems = new Set(own.map(stem));
  return [...own, ...kernels.filter((name) => !stems.has(stem(name)))];
}

async function forgetOthers(): Promise<void> {
  await Promise.all((await otherCaches()).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

function isKernel(name: string): boolean {
  return name.endsWith(".wasm");
}

async function otherCaches(): Promise<string[]> {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== cacheName);
}

/** A page that has just opened, and is the only one, may have the new version at once. Pages still have the old one's worker. */
async function replaceIfAlone(): Promise<void> {
  const pages = await scope.clients.matchAll({ includeUncontrolled: true });
  const own = pages.filter(({ url }) => url.startsWith(scope.registration.scope));
  if (own.length <= 1) await scope.skipWaiting();
}

/** The name of a file of the site, also of the page itself; undefined for all else, which goes its usual way. */
function nameOf({ method, url }: Request): string | undefined {
  const { scope: root } = scope.registration;
  const [address = ""] = url.split(/[?#]/);
  if (method !== "GET" || !address.startsWith(root)) return undefined;
  const name = address.slice(root.length) || "index.html";
  return name in files ? name : undefined;
}

async function answer(name: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(addressOf(name));
  if (kept !== undefined && (await isWhole(name, kept.clone()))) return kept;
  try {
    const fresh = await fetchWhole(name);
    await cache.put(addressOf(name), fresh.clone());
    return fresh;
  } catch {
    // Another version is on the server, or there is no network: what the network says is all there is.
    return await fetch(addressOf(name));
  }
}

/** @throws {Error} where it is not the file of this version. */
async function fetchWhole(name: string): Promise<Response> {
  const response = await fetch(addressOf(name), { cache: "no-cache" });
  if (response.ok && (await isWhole(name, response.clone()))) return response;
  throw new Error(`${name}: expected the file of this version, received another one`);
}

async function isWhole(name: string, response: Response): Promise<boolean> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.arrayBuffer()));
  return btoa(String.fromCharCode(...hash)).startsWith(files[name] ?? " ");
}

function addressOf(name: string): string {
  return scope.registration.scope + (name === "index.html" ? "" : name);
}
