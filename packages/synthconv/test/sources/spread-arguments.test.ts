import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "acorn";
import { describe, expect, it } from "vitest";

const packages = fileURLToPath(new URL("../../../../packages/", import.meta.url));

/** Calls whose spread arguments have a length that does not grow with any input, and why. */
const BOUNDED: Readonly<Record<string, string>> = {
  "cli/commands/compare.js: checkSameSize(...headers)": "two photos",
  "cli/commands/demo/grades.js: lightness(...toned)": "three channels",
  "cli/commands/demo/lesson.js: Math.hypot(...late.data.map((value, i) => value - early.data[i]))":
    "the demo's own layers",
  "cli/commands/inspect/histogram.js: Math.max(...counts)": "32 bins",
  "cli/commands/train/advice.js: Math.max(...network.channels.slice(1, -1))":
    "a look has five layers at most",
  "cli/image/fit-samples.js: Math.max(...format.depths)": "the depths of a format",
  "cli/image/fit-samples.js: Math.max(...depths)": "the depths of a format",
  "synthconv/autograd/checkpoint.js: body(...own)": "the caller's own parameters of a function",
  "synthconv/autograd/checkpoint.js: body(...values)": "the caller's own parameters of a function",
  "synthconv/autograd/checkpoint.js: body(...inputs)": "the caller's own parameters of a function",
  "synthconv/nn/functional-call.js: network.forward(...inputs)": "arguments of the call",
  "synthconv/onnx/export-onnx.js: network.forward(...args)": "arguments of the call",
  "synthconv/ops/linear-map.js: map.apply()": "no function's apply",
  "synthconv/autograd/gradient-check.js: body(...leaves)": "the caller's own parameters of a function",
  "synthconv/core/faults.js: faultOf(...placed(one))": "a pair",
  "synthconv/fit/colour-spline.js: Math.min(...errors)": "five smoothings",
  "synthconv/fit/hinges.js: Math.hypot(...direction)": "three channels",
  "synthconv/fit/last-layer.js: Math.hypot(...Array.from({ length: next.outputs }, (_row, row) => next.weight[row * next.inputs + unit]))":
    "256 channels at most",
  "synthconv/format/lut/cube/writer.js: lines.push(...domainLines((cube ?? shaper)))": "two lines",
  "cli/commands/convert.js: new LutSampler(source.lut).apply()": "no function's apply",
  "cli/commands/convert/error.js: new LutSampler(lut).apply()": "no function's apply",
  'synthconv/export/glsl.js: lines.push(...activationBody(activation, negativeSlope ?? DEFAULT_NEGATIVE_SLOPE, "float"))':
    "five lines",
  'synthconv/export/wgsl.js: lines.push(...activationBody(activation, negativeSlope ?? DEFAULT_NEGATIVE_SLOPE, "let"))':
    "five lines",
  "synthconv/format/lut/fit.js: changes.push(...levelChanges(span, write.levels))": "two sentences",
  "synthconv/format/lut/fit/sample.js: new LutSampler(lut).apply()": "no function's apply",
  "synthconv/format/lut/hald.js: sampler.apply()": "no function's apply",
  "synthconv/kernels/lut/reference.js: sampler.apply()": "no function's apply",
  "synthconv/kernels/lut/tables.js: new LutSampler({ stages: [shaper] }).apply()": "no function's apply",
  "synthconv/kernels/convolution/direct/direct.js: parts.tiles.slice(...range)": "a pair",
  "synthconv/kernels/convolution/direct/weight-gradient.js: parts.tiles.slice(...range)": "a pair",
  "synthconv/kernels/convolution/winograd/winograd.js: blocks.slice(...range)": "a pair",
  "synthconv/kernels/convolution/pays.js: runsOnKernel(...arrays)": "three arrays at most",
  "synthconv/kernels/convolution/run.js: Math.max(...rows.map(({ length }) => length))": "255 slices at most",
  "synthconv/kernels/lut/reference.js: read(...steps)": "a triple",
  "synthconv/kernels/lut/reference.js: write(...steps)": "a triple",
  "synthconv/kernels/lut/reference.js: copyAlpha(...steps)": "a triple",
  "synthconv/kernels/lut/wasm.js: kernel.eightBit(...steps)": "a triple",
  "synthconv/kernels/lut/wasm.js: kernel.float(...lattice)": "the numbers of a lattice",
  "synthconv/kernels/lut/wasm.js: kernel.exact(...lattice)": "the numbers of a lattice",
  "synthconv/kernels/pixel-network/stack/stack.js: kernel.forward(...stored.arguments)":
    "the kernel's own arguments",
  "synthconv/kernels/pixel-network/stack/stack.js: stored.kernel.forward(...stored.arguments)":
    "the kernel's own arguments",
  "synthconv/kernels/pixel-network/stack/stack.js: kernel.backward(...stored.arguments)":
    "the kernel's own arguments",
  "synthconv/kernels/pixel-network/stack/stack.js: kernel.loss(...stored.arguments)":
    "the kernel's own arguments",
  "synthconv/node/file-path.js: join(...parts)": "the two parts of a path",
  "synthconv/tfjs/observed-loss.js: make.apply()": "arguments of a call",
  "synthconv/tfjs/recorded-run.js: run.apply()": "arguments of a call",
  "synthconv/tfjs/pixel-network.js: operation(...plan.tensors)": "two tensors per layer of a network",
};

interface SyntaxNode {
  readonly type: string;
  readonly [part: string]: unknown;
}

/** `Math.max(...values)` of the text, for every call in which an array becomes arguments. */
function* spreadCalls(node: unknown, text: string, rests: readonly string[]): Generator<string> {
  if (Array.isArray(node)) for (const one of node) yield* spreadCalls(one, text, rests);
  if (!isNode(node)) return;
  const inner = "params" in node ? [...restsOf(node), ...rests] : rests;
  if (node.type === "CallExpression" || node.type === "NewExpression") {
    const callee = node.callee as SyntaxNode & { readonly start: number; readonly end: number };
    const called = text.slice(callee.start, callee.end);
    for (const argument of node.arguments as SyntaxNode[]) {
      if (argument.type !== "SpreadElement") continue;
      const { type, name, start, end } = argument.argument as SyntaxNode & { start: number; end: number };
      // What a function was called with it may call another one with: so many were arguments already.
      if (type === "ArrayExpression" || (type === "Identifier" && inner.includes(String(name)))) continue;
      yield `${called}(...${text.slice(start, end)})`;
    }
    if (/\.apply$|^Reflect\.(apply|construct)$/.test(called)) yield `${called}()`;
  }
  for (const part of Object.values(node)) yield* spreadCalls(part, text, inner);
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value;
}

function restsOf({ params }: SyntaxNode): string[] {
  const last = (params as SyntaxNode[]).at(-1);
  const argument = last?.type === "RestElement" ? (last.argument as SyntaxNode) : undefined;
  return argument?.type === "Identifier" ? [String(argument.name)] : [];
}

function* callsOfPackages(): Generator<string> {
  for (const name of readdirSync(packages)) {
    const folder = join(packages, name, "dist");
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
      // The program in few files is made of these same modules.
      if (!path.endsWith(".js") || path.includes("generated") || path.startsWith("program")) continue;
      const text = readFileSync(join(folder, path), "utf8");
      const tree = parse(text, { ecmaVersion: "latest", sourceType: "module" });
      for (const call of spreadCalls(tree, text, [])) yield `${name}/${path}: ${call}`;
    }
  }
}

describe("arrays that become arguments", () => {
  it("have a bounded length: engines end in a RangeError from some 120,000 arguments on", () => {
    const found = new Set(callsOfPackages());
    expect([...found].filter((call) => BOUNDED[call] === undefined)).toEqual([]);
    expect(Object.keys(BOUNDED).filter((call) => !found.has(call))).toEqual([]);
  });

  it("are found wherever they stand", () => {
    const text =
      "const f = (...a) => [g(...a), g(...[1]), Math.max(...b.map(h)), new X(1, ...c), g.apply(null, d)];";
    const tree = parse(text, { ecmaVersion: "latest" });
    expect([...spreadCalls(tree, text, [])]).toEqual(["Math.max(...b.map(h))", "X(...c)", "g.apply()"]);
  });
});
