/**
 * The user's ffmpeg: found, its version checked, started. It is a program of its own and no part of this one; clips go
 * to it and come from it through pipes.
 */
import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process";
import { access, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { FilePath } from "synthconv/node";
import { CommandError } from "../frame/failure.js";

/** Names or paths of the two. */
export interface Programs {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

export interface Ffmpeg extends Programs {
  /** `5.1.9-0+deb12u1`. */
  readonly version: string;
  /** What it says of an encoder; asked once. */
  describe(encoder: string): Promise<string>;
}

/** The first that has -fps_mode, by which frames keep their times. */
const OLDEST: readonly [number, number] = [5, 1];
const GET_IT =
  "Install it (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg, or https://ffmpeg.org/download.html), " +
  "or name it with --ffmpeg.";
const MAX_ANSWER_BYTES = 2 ** 26;

/** Networks and devices are closed to what a file says: a playlist that comes as a clip could name any address. */
export const ONLY_FILES: readonly string[] = ["-protocol_whitelist", "file,pipe"];

/** @param asked the program or the folder that it is in; undefined for the one on PATH. */
export async function programsOf(asked: string | undefined): Promise<Programs> {
  const ffmpeg = await programOf(asked);
  return { ffmpeg, ffprobe: await siblingOf(ffmpeg) };
}

/**
 * What is asked is asked at one time: a start of ffmpeg takes as long as some frames, and most of it waits for its
 * libraries.
 *
 * @param likely encoders that will be asked for.
 * @throws {CommandError} FFMPEG when there is none, or one that is too old.
 */
export async function checkFfmpeg(
  programs: Programs,
  likely: readonly string[],
  signal: AbortSignal,
): Promise<Ffmpeg> {
  const { ffmpeg } = programs;
  const described = new Map<string, Promise<string>>();
  const describe = (encoder: string): Promise<string> => {
    const known = described.get(encoder) ?? helpOn(`encoder=${encoder}`, ffmpeg, signal);
    described.set(encoder, known);
    return known;
  };
  const asked = [versionOf(ffmpeg, signal), helpOn("filter=zscale", ffmpeg, signal), ...likely.map(describe)];
  await Promise.allSettled(asked);
  const [version = "", zscale = ""] = await Promise.all(asked);
  const [major = 0, minor = 0] = (version.startsWith("n") ? version.slice(1) : version)
    .split(".")
    .map(Number);
  // Builds between releases have names such as N-109542-g1bf1426cbf: they are newer.
  const isRelease = Number.isInteger(major) && major > 0;
  if (isRelease && (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))) {
    throw new CommandError(
      "FFMPEG",
      `expected ffmpeg ${OLDEST.join(".")} or newer for clips, received ${version} (${ffmpeg}). ${GET_IT}`,
    );
  }
  if (!zscale.startsWith("Filter zscale")) {
    throw new CommandError(
      "FFMPEG",
      `expected an ffmpeg with zscale, which converts colours, for clips, received ${version} without it (${ffmpeg}): ` +
        "use a build with libzimg (--enable-libzimg), as those of Debian and Ubuntu are, and name it with --ffmpeg",
    );
  }
  return { ...programs, version, describe };
}

async function helpOn(topic: string, ffmpeg: string, signal: AbortSignal): Promise<string> {
  return (await answerOf(ffmpeg, ["-hide_banner", "-h", topic], signal)).stdout;
}

async function programOf(asked: string | undefined): Promise<string> {
  if (asked === undefined) return "ffmpeg";
  const isFolder = (await stat(asked).catch(() => undefined))?.isDirectory() === true;
  return isFolder ? join(asked, process.platform === "win32" ? "ffmpeg.exe" : "ffmpeg") : asked;
}

/** The ffprobe of the same build, else the one on PATH. */
async function siblingOf(ffmpeg: string): Promise<string> {
  const name = basename(ffmpeg).replace("ffmpeg", "ffprobe");
  if (dirname(ffmpeg) === "." || !name.startsWith("ffprobe")) return "ffprobe";
  const sibling = join(dirname(ffmpeg), name);
  return access(sibling).then(
    () => sibling,
    () => "ffprobe",
  );
}

async function versionOf(program: string, signal: AbortSignal): Promise<string> {
  const { code, stdout } = await answerOf(program, ["-hide_banner", "-version"], signal);
  const words = stdout.split(" ", 3);
  if (code === 0 && words[0] === "ffmpeg" && words[1] === "version" && words[2] !== undefined)
    return words[2];
  throw missing("ffmpeg", code === undefined ? "none" : "another program", program);
}

/** @param name of the program, which was looked for as `program`. */
export function missing(name: string, received: string, program: string): CommandError {
  return new CommandError(
    "FFMPEG",
    `expected ${name} for clips, received ${received} (${program}). ${GET_IT}`,
  );
}

export interface Answer {
  /** Undefined where the program could not be started. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export async function answerOf(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Answer> {
  signal.throwIfAborted();
  const answer = await new Promise<Answer>((resolve) => {
    const options = {
      signal,
      maxBuffer: MAX_ANSWER_BYTES,
      killSignal: "SIGKILL",
      windowsHide: true,
    } as const;
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : undefined;
      resolve({ code, stdout, stderr });
    });
    child.stdin?.end();
  });
  signal.throwIfAborted();
  return answer;
}

/** A process that is killed when the signal aborts; its end is awaited by `ended`. */
export interface Running {
  readonly child: ChildProcess;
  /** The exit code; -1 where a signal ended it or it could not be started. */
  readonly ended: Promise<number>;
}

export function startProgram(
  program: string,
  args: readonly string[],
  stdio: NonNullable<SpawnOptions["stdio"]>,
  signal: AbortSignal,
): Running {
  const child = spawn(program, args, { stdio, windowsHide: true });
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  signal.addEventListener("abort", kill, { once: true });
  const ended = new Promise<number>((resolve) => {
    child.once("error", () => resolve(-1));
    child.once("close", (code) => resolve(code ?? -1));
  });
  void ended.then(() => signal.removeEventListener("abort", kill));
  return { child, ended };
}

/**
 * A path as ffmpeg takes it: `file:` keeps it from reading a protocol or an option in the name.
 *
 * @throws {CommandError} CLIP for a name that is no text: arguments of programs are text.
 */
export function fileArgument(path: FilePath): string {
  if (typeof path === "string") return `file:${path}`;
  throw new CommandError(
    "CLIP",
    `expected a clip whose path is UTF-8, received ${JSON.stringify(Buffer.from(path).toString("latin1"))}: rename it`,
  );
}
