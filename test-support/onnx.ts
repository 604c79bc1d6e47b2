/** ONNX Runtime, which reads .onnx files in the place of everybody who uses them: see conformance/onnxruntime. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, type TestContext } from "vitest";
import { need } from "./needs.js";

export interface Array32 {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

interface RuntimeTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** float32 numbers, or a list of int64. */
export type OnnxFeed = Array32 | readonly number[] | Int32Array;

interface Runtime {
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: object,
    ): Promise<{
      readonly inputNames: readonly string[];
      run(feeds: Record<string, RuntimeTensor>): Promise<Record<string, RuntimeTensor>>;
    }>;
  };
  readonly Tensor: new (
    type: "float32" | "int64",
    data: Float32Array | BigInt64Array,
    dims: readonly number[],
  ) => RuntimeTensor;
}

const main = join(
  import.meta.dirname,
  "../conformance/onnxruntime/node_modules/onnxruntime-node/dist/index.js",
);

/** Reads models, each behind its length in a line, and ends in an error at the first that is not valid. */
const CHECK = `import sys, onnx
while line := sys.stdin.buffer.readline():
    name, size = line.decode().rsplit(" ", 1)
    print(name, flush=True)
    model = onnx.load_model_from_string(sys.stdin.buffer.read(int(size)))
    onnx.checker.check_model(model, full_check=True)
print("all")`;

/** Holds models, by their names, to ONNX's own checker, types and shapes inferred; skipped where there is none. */
export function checkModels(context: TestContext, models: readonly (readonly [string, Uint8Array])[]): void {
  const python = process.env.SYNTHCONV_ONNX_PYTHON ?? "python3";
  const search = "import importlib.util as u, sys; sys.exit(u.find_spec('onnx') is None)";
  const advice = `${python} has no onnx: pip install onnx, or name another by SYNTHCONV_ONNX_PYTHON`;
  need(context, spawnSync(python, ["-c", search]).status === 0, advice);
  const input = Buffer.concat(
    models.flatMap(([name, bytes]) => [Buffer.from(`${name} ${bytes.length}\n`), Buffer.from(bytes)]),
  );
  const { stdout, stderr } = spawnSync(python, ["-c", CHECK], { input, encoding: "utf8" });
  expect(`${stdout.trim().split("\n").at(-1)}\n${stderr}`).toBe("all\n");
}

export type OnnxSession = (inputs: Readonly<Record<string, OnnxFeed>>) => Promise<Record<string, Array32>>;

/** Opens models; the test is skipped where the runtime is not installed. */
export async function onnxRuntime(
  context: TestContext,
): Promise<(model: Uint8Array) => Promise<OnnxSession & { readonly inputs: readonly string[] }>> {
  const reason = "npm ci --prefix conformance/onnxruntime --ignore-scripts was not run";
  need(context, existsSync(main), reason);
  const { default: runtime } = (await import(pathToFileURL(main).href)) as { default: Runtime };
  return async (model) => {
    // One thread and no warnings: tests share their two cores.
    const options = { intraOpNumThreads: 1, logSeverityLevel: 3 };
    const session = await runtime.InferenceSession.create(model, options);
    const run: OnnxSession = async (inputs) => {
      const feeds = Object.entries(inputs).map(([name, feed]) => {
        if ("shape" in feed) return [name, new runtime.Tensor("float32", feed.data, feed.shape)] as const;
        const list = BigInt64Array.from(Array.from(feed, BigInt));
        return [name, new runtime.Tensor("int64", list, [list.length])] as const;
      });
      const results = await session.run(Object.fromEntries(feeds));
      return Object.fromEntries(
        Object.entries(results).map(([name, { dims, data }]) => [name, { shape: dims, data }]),
      );
    };
    return Object.assign(run, { inputs: session.inputNames });
  };
}
