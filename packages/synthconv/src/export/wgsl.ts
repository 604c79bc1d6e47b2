import { DEFAULT_NEGATIVE_SLOPE } from "../core/activations.js";
import { activationBody } from "./activation-text.js";
import type { NetworkExporter } from "./exporter.js";
import { WGSL_WORDS } from "./reserved-words.js";
import { commentLines, float, floats } from "./text.js";

/** Weights are private arrays, because values of the language are not indexed by variables everywhere. */
export const wgslExporter: NetworkExporter = {
  name: "wgsl",
  title: "WGSL",
  extension: "wgsl",
  reserved: WGSL_WORDS,
  summary: "fn look(colour: vec3f) -> vec3f, for WebGPU: encoded sRGB in and out, not clamped",
  usage: (name) =>
    `let graded = clamp(${name}(textureSample(photo, photoSampler, position).rgb), vec3f(0), vec3f(1));`,
  write({ network: { layers, residual }, share, name, comments }) {
    const lines = commentLines(comments);
    const declare = (what: string, values: ArrayLike<number>): void => {
      const type = `array<f32, ${values.length}>`;
      lines.push(`var<private> ${what}: ${type} = ${type}(\n  ${floats(Array.from(values))});`);
    };
    for (const [at, { outputs, weight, bias, activation, negativeSlope }] of layers.entries()) {
      declare(`${name}Weight${at}`, weight);
      declare(`${name}Bias${at}`, bias ?? new Float32Array(outputs));
      lines.push(`fn ${name}Activation${at}(z: f32) -> f32 {`);
      lines.push(...activationBody(activation, negativeSlope ?? DEFAULT_NEGATIVE_SLOPE, "let"), "}");
    }
    lines.push(`fn ${name}(colour: vec3<f32>) -> vec3<f32> {`);
    lines.push("  var x0 = array<f32, 3>(colour.x, colour.y, colour.z);");
    for (const [at, { inputs, outputs }] of layers.entries()) {
      lines.push(
        `  var x${at + 1}: array<f32, ${outputs}>;`,
        `  for (var o = 0; o < ${outputs}; o++) {`,
        `    var sum = ${name}Bias${at}[o];`,
        `    for (var i = 0; i < ${inputs}; i++) { sum += ${name}Weight${at}[o * ${inputs} + i] * x${at}[i]; }`,
        `    x${at + 1}[o] = ${name}Activation${at}(sum);`,
        "  }",
      );
    }
    const last = `x${layers.length}`;
    const sum = residual ? " + colour" : "";
    lines.push(`  let result = vec3<f32>(${last}[0], ${last}[1], ${last}[2])${sum};`);
    lines.push(share === 1 ? "  return result;" : `  return mix(colour, result, ${float(share)});`, "}");
    return `${lines.join("\n")}\n`;
  },
};
