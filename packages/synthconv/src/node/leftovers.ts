/**
 * Temporaries that a kill left behind. A temporary's name says which process of which machine writes it; the next
 * process that writes beside one removes it, if that process is dead.
 */
import { createHash, randomBytes } from "node:crypto";
import { readdir, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { type FilePath, joinPath, pathFromBytes } from "./file-path.js";
import { isProcessAlive, processStart } from "./process-identity.js";

const NAME = /^\.synthconv-([0-9a-f]{8})-([1-9]\d*)-(\d*)-[0-9a-f]{16}\.tmp$/;

// Of the machine's name: a folder may be shared with machines whose processes cannot be seen from here.
const MACHINE = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

let start: string | undefined;

/** 64 random bits: two writers never meet, also within one process. */
export function temporaryName(): string {
  start ??= processStart(process.pid);
  return `.synthconv-${MACHINE}-${process.pid}-${start}-${randomBytes(8).toString("hex")}.tmp`;
}

/** Removes what dead processes of this machine left in a folder. What cannot be removed stays: it blocks nobody. */
export async function removeLeftovers(folder: FilePath): Promise<void> {
  const names = await readdir(folder, { encoding: "buffer" }).catch(() => []);
  for (const name of names) {
    const [, machine, pid, startOfOwner] = NAME.exec(name.toString("latin1")) ?? [];
    if (machine !== MACHINE || isProcessAlive(Number(pid), startOfOwner ?? "")) continue;
    await unlink(joinPath(folder, pathFromBytes(name))).catch(() => undefined);
  }
}

const visited = new Set<string>();

/** The same, at a process's first visit to the folder only. */
export async function removeLeftoversOnce(folder: FilePath): Promise<void> {
  const key = Buffer.from(folder).toString("latin1");
  if (visited.has(key)) return;
  visited.add(key);
  await removeLeftovers(folder);
}
