import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { needTorch, torchPython } from "../../../../test-support/needs.js";
import { textOf } from "../../../../test-support/programs.js";
import {
  applyNetwork,
  type LookSchema,
  type Settings,
  serializeLook,
  synthesize,
} from "../../src/look/index.js";
import { lookOf, schemaOf, WARMTH } from "./look-samples.js";

const documentation = readFileSync(join(import.meta.dirname, "../../../../docs/look-format.md"), "utf8");
const pythonBlock = /```python\n([\s\S]*?)```/.exec(documentation)?.[1] ?? "";

describe("docs/look-format.md's loader in PyTorch", () => {
  it.for([
    [
      "without knobs",
      schemaOf({ network: { channels: [3, 64, 3], activation: "relu", residual: true } }),
      {},
    ],
    [
      "with a knob and a hidden layer in the generator",
      schemaOf({ condition: [WARMTH], generator: { hidden: [8], activation: "relu" } }),
      { warmth: 7 },
    ],
    [
      "with two hidden layers, no residual and gelu",
      schemaOf({ network: { channels: [3, 5, 4, 3], activation: "gelu", residual: false } }),
      {},
    ],
    [
      "with a blend of styles",
      schemaOf({ styles: [{ name: "a" }, { name: "b" }, { name: "c" }], generator: { kind: "free" } }),
      {},
      { a: 0.25, c: 0.75 },
    ],
    [
      "with styles and a knob, by default the first style",
      schemaOf({
        condition: [WARMTH],
        styles: [{ name: "a" }, { name: "b" }],
        generator: { hidden: [6] },
      }),
      { warmth: 2 },
    ],
    [
      "with a style and a knob",
      schemaOf({
        condition: [WARMTH],
        styles: [{ name: "a" }, { name: "b" }],
        generator: { hidden: [6] },
      }),
      { warmth: 2 },
      { b: 1 },
    ],
  ] as [string, LookSchema, Settings, Record<string, number>?][])(
    "reads and applies a look %s as we do",
    ([, schema, settings, styles], context) => {
      needTorch(context);
      const look = lookOf(schema);
      const colours = Float32Array.from({ length: 3 * 50 }, (_value, i) => ((i * 37) % 101) / 100);
      const file = join(temporaryFolder(), "look.safetensors");
      writeFileSync(file, serializeLook(look));
      const program = `${pythonBlock}
schema, tensors = load_look(${JSON.stringify(file)})
colours = torch.tensor(${JSON.stringify([...colours])}).reshape(1, 50, 1, 3).permute(0, 3, 1, 2)
result = apply_look(schema, tensors, colours, ${JSON.stringify(settings)}, ${styles === undefined ? "None" : JSON.stringify(styles)})
print(json.dumps(result.permute(0, 2, 3, 1).flatten().tolist()))
`;
      const theirs = JSON.parse(textOf(torchPython, ["-c", program])) as number[];
      applyNetwork(synthesize(look, settings, styles), colours, { channels: 3 });
      expect(theirs.length).toBe(colours.length);
      theirs.forEach((value, i) => {
        expect(Math.abs(value - (colours[i] as number))).toBeLessThan(2e-6);
      });
    },
  );
});
