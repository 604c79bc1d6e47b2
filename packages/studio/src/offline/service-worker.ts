/**
 * Keeps the whole site, so that it opens without a network. Written here and not by a generator: every file is held against
 * its SHA-256 when it comes and whenever it is served, so that a broken copy is fetched anew instead of locking people out.
 */

/** Name in the site -> SHA-256 of its bytes in hex; `vite.config.ts` writes it in. Other files make another service worker. */
declare const FILES: Readonly<Record<string, string>>;
/** The SHA-256 of that list. */
declare const VERSION: string;

/** What this file needs of the global of a service worker, whose types do not go with those of a page. */
interface WorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: { matchAll(): Promise<readonly unknown[]>; claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", listener: (event: Waiting) => void): void;
  addEventListener(name: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(name: "message", listener: (event: MessageEvent) => void): void;
}

interface Waiting {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const scope = globalThis as unknown as WorkerScope;
const PREFIX = `synthconv-studio ${scope.registration.scope} `;
const files = FILES;
/** One cache for one set of files: pages of the old version keep theirs until they are closed. */
const cacheName = PREFIX + VERSION;

scope.addEventListener("install", (event) => event.waitUntil(fetchAll()));
scope.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
scope.addEventListener("message", ({ data }) => {
  if (data === "replace") void replaceIfAlone();
});
scope.addEventListener("fetch", (event) => {
  const name = nameOf(event.request);
  if (name !== undefined) event.respondWith(answer(name));
});

/** All or nothing: where one file is missing or another one, the old version stays. */
async function fetchAll(): Promise<void> {
  const cache = await caches.open(cacheName);
  await Promise.all(
    Object.keys(files).map(async (name) => cache.put(addressOf(name), await fetchWhole(name))),
  );
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== cacheName).map((name) => caches.delete(name)),
  );
  await scope.clients.claim();
}

/** A page that has just opened, and is the only one, may have the new version at once. */
async function replaceIfAlone(): Promise<void> {
  if ((await scope.clients.matchAll()).length <= 1) await scope.skipWaiting();
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
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("") === files[name];
}

function addressOf(name: string): string {
  return scope.registration.scope + (name === "index.html" ? "" : name);
}
