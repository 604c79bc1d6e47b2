/**
 * The command line. Only the command that is called is loaded: a list of commands, a wrong option or
 * `inspect` must not wait for the image codecs.
 */
import { type CommandEntry, type Environment, runProgram } from "./frame/program.js";
import { standardInput } from "./frame/standard-input.js";
import { ownVersion } from "./frame/version.js";

export const commands: readonly CommandEntry[] = [
  {
    name: "demo",
    summary: "watch a network learn to write the convolutions of a look, on a real photograph",
    load: async () => (await import("./commands/demo.js")).demo,
  },
  {
    name: "train",
    summary: "train a look on photos before and after, on a chart, or on a LUT",
    load: async () => (await import("./commands/train.js")).train,
  },
  {
    name: "chart",
    summary: "write a chart of colours, to learn what any app does to them",
    load: async () => (await import("./commands/chart.js")).chart,
  },
  {
    name: "apply",
    summary: "apply a look to photos and folders of photos",
    load: async () => (await import("./commands/apply.js")).apply,
  },
  {
    name: "bake",
    summary: "write a look as a 3D LUT for other tools",
    load: async () => (await import("./commands/bake.js")).bake,
  },
  {
    name: "export",
    summary: "write a look as a function in GLSL, WGSL or TypeScript",
    load: async () => (await import("./commands/export.js")).exportLook,
  },
  {
    name: "convert",
    summary: "write a LUT in another format, and what that changes",
    load: async () => (await import("./commands/convert.js")).convert,
  },
  {
    name: "compare",
    summary: "how far two photos are apart: PSNR, deltaE 76 and 2000",
    load: async () => (await import("./commands/compare.js")).compare,
  },
  {
    name: "inspect",
    summary: "what a look is, how it was trained, and a histogram of every parameter",
    load: async () => (await import("./commands/inspect.js")).inspect,
  },
  {
    name: "doctor",
    summary: "which parameters of a run or of a module do not learn, and why",
    load: async () => (await import("./commands/doctor.js")).doctor,
  },
  {
    name: "studio",
    summary: "serve the studio, where looks are trained and used in the browser",
    load: async () => (await import("./commands/studio.js")).studio,
  },
  {
    name: "completion",
    summary: "a script that lets a shell complete command lines",
    load: async () => (await import("./frame/completion/command.js")).completion("synthconv", () => commands),
  },
];

/**
 * Runs one command line.
 *
 * @param args without the interpreter and the script.
 * @param environment the process's own streams and a signal that never aborts where nothing else is given.
 * @returns the exit code: 0 good, 1 failed or some files failed, 2 wrong usage, 130 interrupted.
 */
export function main(args: readonly string[], environment?: Partial<Environment>): Promise<number> {
  return runProgram(
    {
      name: "synthconv",
      version: ownVersion(),
      description:
        "Train looks from photos and LUTs, apply them to photos, bake them, convert LUTs, compare and inspect.",
      commands,
    },
    args,
    {
      stdin: environment?.stdin ?? standardInput,
      stdout: environment?.stdout ?? process.stdout,
      stderr: environment?.stderr ?? process.stderr,
      signal: environment?.signal ?? new AbortController().signal,
      debug: environment?.debug ?? process.env.SYNTHCONV_DEBUG === "1",
    },
  );
}
