/** Serves the built studio to this machine alone. */
import { readdir, readFile, stat } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, sep } from "node:path";

/** Where `vite build` puts the site, inside the package. */
export const SITE: string = join(import.meta.dirname, "../../site");

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** What is served; default the package's own site. */
  readonly folder?: string;
}

export interface StudioServer {
  /** `http://127.0.0.1:4173/` */
  readonly address: string;
  close(): Promise<void>;
}

/** The studio cannot be served; the message says what to do. */
export class StudioServerError extends Error {
  override readonly name = "StudioServerError";
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

/**
 * What the page may do: run its own files, compile WebAssembly, show pictures it made, and talk to nobody else.
 * The page itself says the same in a meta element, for hosts that send no headers.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": POLICY,
  // Isolated pages share memory with their workers: threads. Nothing depends on it.
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  // The service worker keeps the site; the browser is always to ask whether there is a newer one.
  "Cache-Control": "no-cache",
};

/**
 * Serves the studio on the loopback interface until it is closed.
 *
 * @throws {StudioServerError} when the site is not built, or the port is taken.
 */
export async function serveStudio({ port, folder = SITE }: ServeOptions): Promise<StudioServer> {
  const files = await listFiles(folder);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!isRead) return refuse(response, 405, "The studio is a static site: GET and HEAD alone.");
    const name = pathname.endsWith("/") ? `${pathname.slice(1)}index.html` : pathname.slice(1);
    if (!files.has(name)) return refuse(response, 404, "The studio has no such file.");
    const known = request.headers["if-none-match"];
    void send(response, { file: join(folder, name), isHead: request.method === "HEAD", known });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(portError(port, error)));
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** All names under which a file is served: nothing else can be asked for, however the path is written. */
async function listFiles(folder: string): Promise<Set<string>> {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
  const files = new Set(names.map((name) => name.split(sep).join("/")));
  if (files.has("index.html")) return files;
  throw new StudioServerError(
    `studio: expected the built site in ${folder}, found no index.html there. In the repository npm run studio builds it; otherwise install synthconv-studio anew.`,
  );
}

interface Wanted {
  readonly file: string;
  readonly isHead: boolean;
  /** The tag of what the browser has. */
  readonly known: string | undefined;
}

async function send(response: ServerResponse, { file, isHead, known }: Wanted): Promise<void> {
  try {
    const [bytes, { mtimeMs }] = await Promise.all([readFile(file), stat(file)]);
    const tag = `"${bytes.length}-${mtimeMs}"`;
    if (known === tag) {
      response.writeHead(304, { ...HEADERS, ETag: tag });
      response.end();
      return;
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { ...HEADERS, "Content-Type": type, "Content-Length": bytes.length, ETag: tag });
    response.end(isHead ? undefined : bytes);
  } catch {
    // A folder, or a file that a new build has replaced.
    refuse(response, 404, "The studio has no such file any more: reload the page.");
  }
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { ...HEADERS, "Content-Type": "text/plain; charset=utf-8" });
  response.end(`${sentence}\n`);
}

function portError(port: number, error: NodeJS.ErrnoException): StudioServerError {
  const why = error.code === "EADDRINUSE" ? "another program listens there" : error.message;
  return new StudioServerError(
    `studio: port ${port} cannot be used: ${why}. Take another one with --port, or a free one with --port 0.`,
    { cause: error },
  );
}
