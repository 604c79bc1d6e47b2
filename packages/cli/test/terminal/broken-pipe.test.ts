import { spawnSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { endOnBrokenPipe } from "../../src/terminal/broken-pipe.js";

describe("endOnBrokenPipe", () => {
  it("ends at a broken pipe and passes every other fault on", () => {
    const stream = new EventEmitter();
    let ends = 0;
    endOnBrokenPipe([stream as never], () => ends++);
    stream.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    expect(ends).toBe(1);
    const fault = Object.assign(new Error("write EIO"), { code: "EIO" });
    expect(() => stream.emit("error", fault)).toThrow(fault);
  });

  it.runIf(process.platform === "linux")("lets a reader go quietly, with the exit code that was set", () => {
    const module = new URL("../../dist/terminal/broken-pipe.js", import.meta.url).href;
    const script = `
      import { endOnBrokenPipe } from ${JSON.stringify(module)};
      endOnBrokenPipe([process.stdout]);
      process.exitCode = 7;
      setInterval(() => process.stdout.write("line\\n".repeat(10_000)), 1);`;
    const command = `node --input-type=module -e '${script.replaceAll("'", "'\\''")}' | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", command], { encoding: "utf8", timeout: 30_000 });
    expect(stdout).toBe("line\n7\n");
    expect(stderr).toBe("");
  });
});
