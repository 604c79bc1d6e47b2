/** A peer that runs: requests and answers as lines of JSON, its end, its memory. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { residentSet } from "../harness/memory.js";
import type { Checked, Description, PeerRequest, Preparation, Prepared, Ran } from "./protocol.js";

export interface PeerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What a peer said of its failure, on one line. */
export class PeerError extends Error {
  override readonly name = "PeerError";
}

interface Waiting {
  readonly resolve: (answer: object) => void;
  readonly reject: (error: PeerError) => void;
}

const STDERR_KEPT = 4000;
const living = new Set<ChildProcess>();

/** Ends every peer at once: on Ctrl-C, and when this process ends in any other way. */
export function killPeers(): void {
  for (const child of living) child.kill("SIGKILL");
}

export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #limitMilliseconds: number;
  #stderr = "";
  #end: string | undefined;
  #waiting: Waiting | undefined;

  /** @param limitMilliseconds a request that takes longer ends the peer. */
  constructor({ program, args, environment }: PeerCommand, limitMilliseconds: number) {
    this.#limitMilliseconds = limitMilliseconds;
    // In its own group: Ctrl-C reaches this process alone, which then ends its peers without their tracebacks.
    const child = spawn(program, args, { env: { ...process.env, ...environment }, detached: true });
    this.#child = child;
    living.add(child);
    createInterface({ input: child.stdout }).on("line", (line) => this.#answered(line));
    child.stderr.on("data", (chunk) => {
      this.#stderr = `${this.#stderr}${chunk}`.slice(-STDERR_KEPT);
    });
    // A peer that ended has said so already.
    child.stdin.on("error", () => {});
    child.on("error", (error) => this.#ended(error.message));
    child.on("close", (code, signal) => this.#ended(endText(code, signal, this.#stderr)));
  }

  describe(): Promise<Description> {
    return this.#ask<Description>({ do: "describe" });
  }

  prepare(preparation: Preparation): Promise<Prepared> {
    return this.#ask<Prepared>({ do: "prepare", ...preparation });
  }

  check(): Promise<Checked> {
    return this.#ask<Checked>({ do: "check" });
  }

  run(repeats: number): Promise<Ran> {
    return this.#ask<Ran>({ do: "run", repeats });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Bytes; undefined where the system does not tell or the peer has ended. */
  memory(): ReturnType<typeof residentSet> {
    return residentSet(this.pid);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
    living.delete(this.#child);
  }

  async #ask<Answer>(request: PeerRequest): Promise<Answer> {
    if (this.#end !== undefined) throw new PeerError(this.#end);
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<object>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        timer = setTimeout(() => this.#late(request), this.#limitMilliseconds);
        this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
      });
      if ("error" in answer) throw new PeerError(firstLine(String(answer.error)));
      return answer as Answer;
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  #answered(line: string): void {
    try {
      this.#waiting?.resolve(JSON.parse(line) as object);
    } catch {
      this.#waiting?.reject(new PeerError(`answered what is not JSON: ${line.slice(0, 80)}`));
    }
  }

  #late(request: PeerRequest): void {
    this.#ended(`${request.do}: no answer within ${this.#limitMilliseconds / 1000} s`);
    this.kill();
  }

  #ended(reason: string): void {
    living.delete(this.#child);
    this.#end ??= reason;
    this.#waiting?.reject(new PeerError(this.#end));
  }
}

function endText(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const how = signal === null ? `ended with exit code ${code}` : `ended by ${signal}`;
  // Node says what went wrong in a line that begins with the error's name; Python says it last.
  const named = lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
  return named === undefined ? how : `${how}: ${firstLine(named)}`;
}

// Messages go into documents, where the place of this checkout says nothing.
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").replaceAll(ROOT, "").slice(0, 200);
}
