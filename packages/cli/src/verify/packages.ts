/** Consumers that run in this Node: ONNX Runtime, and Node itself for TypeScript. */
import { readFile } from "node:fs/promises";
import * as nodeModule from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Consumer, MissingConsumer } from "./consumer.js";

/** What of onnxruntime-node is used. */
interface OnnxRuntime {
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: object,
    ): Promise<{ run(feeds: object): Promise<Record<string, { readonly data: Float32Array }>> }>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => object;
}

type StripTypes = (text: string) => string;

export const onnxRuntime: Consumer = {
  title: "ONNX Runtime",
  async run({ file, condition, colours, folder }) {
    const found = runtimeNear(folder);
    const { default: runtime } = (await import(pathToFileURL(found).href)) as { default: OnnxRuntime };
    // 3: errors alone, which are thrown as well.
    const session = await runtime.InferenceSession.create(await readFile(file), { logSeverityLevel: 3 });
    const count = colours.length / 3;
    const planes = Float32Array.from(
      colours,
      (_, at) => colours[3 * (at % count) + Math.floor(at / count)] as number,
    );
    const image = new runtime.Tensor("float32", planes, [1, 3, 1, count]);
    const given =
      condition && new runtime.Tensor("float32", Float32Array.from(condition), [1, condition.length]);
    const { output } = await session.run({ image, ...(given && { condition: given }) });
    const { data } = output as { readonly data: Float32Array };
    return colours.map((_, at) => data[(at % 3) * count + Math.floor(at / 3)] as number);
  },
};

function runtimeNear(folder: string): string {
  const path = packageNear("onnxruntime-node", folder);
  if (path !== undefined) return path;
  throw new MissingConsumer(
    "onnxruntime-node is not installed here",
    "npm install --no-save onnxruntime-node",
  );
}

export const nodeItself: Consumer = {
  title: `Node ${process.versions.node}`,
  async run({ file, name, colours, folder }) {
    const strip = await typeRemover(folder);
    const code = strip(await readFile(file, "utf8"));
    const module = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    const look = module[name] as (red: number, green: number, blue: number) => [number, number, number];
    const result = new Float32Array(colours.length);
    for (let at = 0; at < colours.length; at += 3) {
      const [red, green, blue] = colours.subarray(at, at + 3) as unknown as [number, number, number];
      result.set(look(red, green, blue), at);
    }
    return result;
  },
};

/** Node's own remover of types, which Node has from 22.13 on, and amaro for every Node. */
async function typeRemover(folder: string): Promise<StripTypes> {
  const { stripTypeScriptTypes } = nodeModule as { stripTypeScriptTypes?: StripTypes };
  if (stripTypeScriptTypes !== undefined) return stripTypeScriptTypes;
  const path = packageNear("amaro", folder);
  if (path === undefined) {
    throw new MissingConsumer(
      `Node ${process.versions.node} reads no TypeScript`,
      "use Node 22.18 or newer, or npm install --no-save amaro",
    );
  }
  const { default: amaro } = (await import(pathToFileURL(path).href)) as {
    default: { transformSync(text: string, options: object): { readonly code: string } };
  };
  return (text) => amaro.transformSync(text, { mode: "strip-only" }).code;
}

/** Where a package is installed: in the folder or above it, or beside this command. */
function packageNear(name: string, folder: string): string | undefined {
  for (const from of [join(folder, "here.js"), import.meta.url]) {
    try {
      return nodeModule.createRequire(from).resolve(name);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND")) throw error;
    }
  }
  return undefined;
}
