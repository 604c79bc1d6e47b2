import { type Activation, DEFAULT_NEGATIVE_SLOPE } from "../core/activations.js";
import type { NetworkExporter } from "./exporter.js";
import { TYPESCRIPT_WORDS } from "./reserved-words.js";
import { commentLines, float, floats } from "./text.js";

/** Expressions of `z`; gelu by Abramowitz and Stegun, 7.1.26, within 1.5e-7 of the error function. */
const EXPRESSIONS: Readonly<Record<Activation, (negativeSlope: number) => string>> = {
  none: () => "z",
  relu: () => "Math.max(z, 0)",
  leakyRelu: (slope) => `z > 0 ? z : z * ${float(slope)}`,
  silu: () => "z / (1 + Math.exp(-z))",
  gelu: () => "0.5 * z * (1 + erf(z * Math.SQRT1_2))",
  tanh: () => "Math.tanh(z)",
  sigmoid: () => "1 / (1 + Math.exp(-z))",
  softplus: () => "Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))",
};

const ERF = `function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - p * Math.exp(-x * x));
}`;

export const typescriptExporter: NetworkExporter = {
  name: "typescript",
  title: "TypeScript",
  extension: "ts",
  reserved: TYPESCRIPT_WORDS,
  summary:
    "function look(red, green, blue): [red, green, blue], in float64: encoded sRGB in and out, not clamped",
  usage: (name) => `const [red, green, blue] = ${name}(pixel[0] / 255, pixel[1] / 255, pixel[2] / 255);`,
  write({ network: { layers, residual }, share, name, comments }) {
    const lines = commentLines(comments);
    for (const [at, { outputs, weight, bias }] of layers.entries()) {
      lines.push(`const ${name}Weight${at} = Float32Array.of(\n  ${floats(weight)},\n);`);
      lines.push(
        `const ${name}Bias${at} = Float32Array.of(\n  ${floats(bias ?? new Float32Array(outputs))},\n);`,
      );
    }
    if (layers.some(({ activation }) => activation === "gelu")) lines.push(ERF);
    lines.push("type Numbers = ArrayLike<number>;");
    lines.push(
      "function layer(x: Numbers, weight: Numbers, bias: Numbers, activate: (z: number) => number): number[] {",
      "  return Array.from({ length: bias.length }, (_, o) => {",
      "    let sum = bias[o] as number;",
      "    for (let i = 0; i < x.length; i++) sum += (weight[o * x.length + i] as number) * (x[i] as number);",
      "    return activate(sum);",
      "  });",
      "}",
      `export function ${name}(red: number, green: number, blue: number): [number, number, number] {`,
      "  const x0 = [red, green, blue];",
    );
    for (const [at, { activation, negativeSlope }] of layers.entries()) {
      const expression = EXPRESSIONS[activation](negativeSlope ?? DEFAULT_NEGATIVE_SLOPE);
      lines.push(
        `  const x${at + 1} = layer(x${at}, ${name}Weight${at}, ${name}Bias${at}, (z) => ${expression});`,
      );
    }
    const channels = [0, 1, 2].map((channel) => {
      const result = `(x${layers.length}[${channel}] as number)${residual ? ` + (x0[${channel}] as number)` : ""}`;
      if (share === 1) return result;
      return `(x0[${channel}] as number) * ${float(1 - share)} + (${result}) * ${float(share)}`;
    });
    lines.push(`  return [${channels.join(", ")}];`, "}");
    return `${lines.join("\n")}\n`;
  },
};
