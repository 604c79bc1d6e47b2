/** The text of the lines of a program, where there are files. */

/** What is used of Node's `process` where there is one; a browser has no files and no working directory. */
interface HostProcess {
  cwd?(): string;
  getBuiltinModule?(id: "node:fs"): { readFileSync(path: string, encoding: "utf8"): string } | undefined;
}

/** Relative to the working directory where it lies below it. */
export function relativePath(path: string): string {
  const folder = hostProcess()?.cwd?.().replaceAll("\\", "/");
  return folder !== undefined && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}

/** What `relativePath` was made of. */
export function absolutePath(file: string): string {
  const folder = hostProcess()?.cwd?.().replaceAll("\\", "/");
  return folder === undefined || /^(\/|[A-Za-z]:)/.test(file) ? file : `${folder}/${file}`;
}

/** Lines of files that were read: a run that looks for reads asks for many of the same. */
const sources = new Map<string, readonly string[]>();

/** The text of a line, counted from 1; undefined where there is no such file or line. */
export function sourceLine({
  path,
  line,
}: {
  readonly path: string;
  readonly line: number;
}): string | undefined {
  try {
    const files = hostProcess()?.getBuiltinModule?.("node:fs");
    const lines = sources.get(path) ?? files?.readFileSync(path, "utf8").split(/\r?\n/) ?? [];
    sources.set(path, lines);
    return lines[line - 1];
  } catch {
    // The report is as good without the text of the line.
    return undefined;
  }
}

function hostProcess(): HostProcess | undefined {
  return (globalThis as { process?: HostProcess }).process;
}
