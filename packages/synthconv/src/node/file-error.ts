import { checkOptions, type Fields, optional, STRING, SynthconvError } from "../core/index.js";
import { displayPath, type FilePath } from "./file-path.js";
import { PATH } from "./kinds.js";

interface FileMismatch {
  readonly path: FilePath;
  readonly expected: string;
  readonly received: string;
  readonly repair?: string;
  readonly systemCode?: string;
}

const MISMATCH: Fields<FileMismatch> = {
  path: PATH,
  expected: STRING,
  received: STRING,
  repair: optional(STRING),
  systemCode: optional(STRING),
};

/** A file or folder that cannot be read, written, or used as asked. */
export class FileError extends SynthconvError {
  readonly path: FilePath;
  /** The operating system's name for the reason, `ENOSPC`, where it gave one. */
  readonly systemCode: string | undefined;

  constructor(mismatch: FileMismatch, options?: ErrorOptions) {
    checkOptions("FileError", mismatch, MISMATCH, { name: "mismatch" });
    const { path, systemCode, ...rest } = mismatch;
    super("FILE", { where: displayPath(path), ...rest }, options);
    this.path = path;
    this.systemCode = systemCode;
  }
}

interface Reason {
  readonly received: string;
  readonly repair?: string;
}

const REASONS: Readonly<Record<string, Reason>> = {
  EACCES: { received: "no permission", repair: "Change its permissions, or choose another place." },
  EPERM: { received: "no permission", repair: "Change its permissions, or choose another place." },
  EROFS: { received: "a read-only file system", repair: "Choose another place." },
  ENOSPC: { received: "a full disk", repair: "Free some space and try again." },
  EDQUOT: { received: "a full disk quota", repair: "Free some space and try again." },
  EFBIG: { received: "a file beyond the size limit of this system", repair: "Raise the limit." },
  EPIPE: { received: "one that has gone" },
  EISDIR: { received: "a folder", repair: "Name a file." },
  EIO: { received: "a fault of the disk", repair: "Try again, and see whether the disk is sound." },
  EINTR: { received: "an interrupted call", repair: "Try again." },
  ENXIO: { received: "a device or pipe", repair: "Name a regular file." },
  ENOENT: { received: "nothing of that name", repair: "Check the spelling of the path." },
  ENOTDIR: { received: "a path through a file", repair: "Check the spelling of the path." },
  EEXIST: { received: "a file that exists already" },
  EMFILE: { received: "too many open files", repair: "Raise the limit (ulimit -n)." },
  ENFILE: { received: "too many open files in the system", repair: "Close some programs." },
  ENAMETOOLONG: { received: "a name that is too long", repair: "Shorten the name." },
  ELOOP: { received: "symbolic links in a circle", repair: "Repair the links." },
};

/**
 * The system's error as a {@link FileError}; any other error comes back as it is.
 *
 * @param expected what was wanted of `path`: `"a readable file"`.
 */
export function asFileError(error: unknown, path: FilePath, expected: string): unknown {
  if (!(error instanceof Error) || error instanceof SynthconvError) return error;
  if (Buffer.from(path).includes(0)) {
    const repair = "Name a path of the file system.";
    return new FileError({ path, expected, received: "a path with a null byte", repair }, { cause: error });
  }
  const systemCode = systemCodeOf(error);
  if (systemCode === undefined) return error;
  const { received, repair } = REASONS[systemCode] ?? { received: "an error of the system" };
  return new FileError(
    { path, expected, received: `${received} (${systemCode})`, systemCode, ...(repair && { repair }) },
    { cause: error },
  );
}

/** `ENOENT` and the like; undefined for an error that the operating system did not raise. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
