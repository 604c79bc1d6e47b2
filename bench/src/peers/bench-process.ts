/** npm run bench as a child, on the Node that was chosen. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BenchRun } from "../run.js";

/** @throws {Error} when it fails. */
export async function runBench(node: string, quick: boolean): Promise<BenchRun> {
  const script = fileURLToPath(new URL("../bench.js", import.meta.url));
  const child = spawn(node, [script, "--json", ...(quick ? ["--quick"] : [])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const end = (): boolean => child.kill();
  process.once("exit", end);
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  process.off("exit", end);
  if (code !== 0) throw new Error(`npm run bench ended with ${code}`);
  return JSON.parse(Buffer.concat(parts).toString("utf8")) as BenchRun;
}
