/** A headless Chromium, which has the compilers of both shader languages. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../frame/failure.js";
import { type Consumer, type ConsumerRun, MissingConsumer } from "./consumer.js";
import { pageOf, webglPage, webgpuPage } from "./pages.js";

const PROGRAMS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

// Both languages also on a machine without a graphics card. The page is our own, and root has no sandbox.
const SWITCHES = ["--headless=new", "--no-sandbox", "--no-first-run", "--enable-unsafe-webgpu"];
const SOFTWARE = [
  "--enable-unsafe-swiftshader",
  "--disable-background-networking",
  "--disable-component-update",
];

/** A page takes a second or two; a browser that hangs is ended. */
const LIMIT_MS = 60_000;

/** What the page sends. */
type Sent =
  | { readonly colours: readonly number[] }
  | { readonly missing: string }
  | { readonly fault: string };

export const webgl: Consumer = { title: "WebGL 2 of Chromium", run: (run) => inChromium(webglPage, run) };
export const webgpu: Consumer = { title: "WebGPU of Chromium", run: (run) => inChromium(webgpuPage, run) };

async function inChromium(
  page: (text: string, name: string) => string,
  { file, name, colours, signal }: ConsumerRun,
): Promise<Float32Array> {
  const { CHROMIUM_PATH } = process.env;
  const program = CHROMIUM_PATH ?? PROGRAMS.find((path) => existsSync(path));
  const advice = "install Chromium or Chrome, or set CHROMIUM_PATH to its program";
  if (program === undefined) throw new MissingConsumer("no Chromium was found", advice);
  const html = pageOf(page(await readFile(file, "utf8"), name), colours);
  const sent = await sentBy(program, html, signal);
  if ("fault" in sent) throw new CommandError("VERIFY", `Chromium refuses the export: ${sent.fault}`);
  if ("missing" in sent) throw new MissingConsumer(`this Chromium has no ${sent.missing}`, "use a newer one");
  return Float32Array.from(sent.colours);
}

async function sentBy(program: string, html: string, signal: AbortSignal): Promise<Sent> {
  const profile = await mkdtemp(join(tmpdir(), "synthconv-verify-"));
  const { promise, resolve, reject } = withResolvers<Sent>();
  const server = await serve(html, resolve);
  // localhost is a secure context, which WebGPU asks for.
  const address = `http://localhost:${(server.address() as AddressInfo).port}/`;
  const limit = setTimeout(
    () => reject(new CommandError("VERIFY", "Chromium did not answer in a minute")),
    LIMIT_MS,
  );
  const args = [...SWITCHES, ...SOFTWARE, `--user-data-dir=${profile}`, address];
  const child: ChildProcess = spawn(program, args, { signal, stdio: "ignore" });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  child.on("error", reject);
  void ended.then(() => reject(new CommandError("VERIFY", `${program} ended before it answered`)));
  try {
    return await promise;
  } finally {
    clearTimeout(limit);
    child.kill();
    await ended;
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function serve(html: string, resolve: (sent: Sent) => void): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.url === "/result") {
      resolve(JSON.parse(await bodyOf(request)) as Sent);
      response.end();
    } else {
      response.setHeader("content-type", "text/html").end(request.url === "/" ? html : "");
    }
  });
  await new Promise<void>((listening) => {
    server.listen(0, "localhost", listening);
  });
  return server;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<Value>(): {
  promise: Promise<Value>;
  resolve: (value: Value) => void;
  reject: (error: Error) => void;
} {
  let resolve!: (value: Value) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<Value>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
