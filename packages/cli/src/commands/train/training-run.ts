/** The folder of a training run: where it lies, when it is kept, and how to go on from it. */
import { readdir, rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { HISTORY_FILE_NAME } from "synthconv/internal/node";
import { RunFolder } from "synthconv/node";
import { CommandError } from "../../frame/failure.js";

export interface TrainingRunOptions {
  /** The folder that the user named: it is always kept. */
  readonly named: string | undefined;
  /** The look that will be written. */
  readonly output: string;
  /** Keep the folder also when it was not named. */
  readonly keep: boolean;
  readonly resume: boolean;
  readonly onDamaged: (message: string) => void;
}

export class TrainingRun {
  readonly folder: RunFolder;
  readonly path: string;
  /** Whether the folder stays when the look is written. */
  readonly isKept: boolean;

  private constructor(folder: RunFolder, path: string, isKept: boolean) {
    this.folder = folder;
    this.path = path;
    this.isKept = isKept;
  }

  /**
   * @throws {CommandError} when there is nothing to resume.
   * @throws {FileError | LockError} as `RunFolder.open` does.
   */
  static async open({ named, output, keep, resume, onDamaged }: TrainingRunOptions): Promise<TrainingRun> {
    const path = named ?? `${output}.run`;
    const folder = await RunFolder.open(path, { resume, onDamaged }).catch(async (error: unknown) => {
      await removeEmpty(path);
      throw error;
    });
    const run = new TrainingRun(folder, path, keep || named !== undefined);
    if (!resume || folder.resumeFrom !== undefined) return run;
    await run.abandon();
    throw new CommandError(
      "NO_RUN",
      `${path}: expected a run to resume, received no checkpoint. Start without --resume.`,
    );
  }

  get startStep(): number {
    return this.folder.resumeFrom?.checkpoint.step ?? 0;
  }

  /**
   * The look is written: a folder that nobody asked for goes away.
   *
   * @returns whether it did, or is to stay.
   */
  async finish(): Promise<boolean> {
    await this.folder.close();
    if (this.isKept) return true;
    return rm(this.path, { recursive: true, force: true }).then(
      () => true,
      () => false,
    );
  }

  /**
   * The run ends early. Checkpoints and watched steps stay; a folder without any goes away.
   *
   * @returns whether there is something to go on from.
   */
  async abandon(): Promise<boolean> {
    await this.folder.close();
    const names = await readdir(this.path).catch(() => []);
    if (names.some((name) => name.startsWith("checkpoint-"))) return true;
    if (names.some((name) => name.includes("tfevents"))) return false;
    await unlink(join(this.path, HISTORY_FILE_NAME)).catch(() => undefined);
    await removeEmpty(this.path);
    return false;
  }
}

/** Only when nothing is in it: the folder may have been there before. */
async function removeEmpty(path: string): Promise<void> {
  await rmdir(path).catch(() => undefined);
}
