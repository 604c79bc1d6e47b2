import { DEFAULT_NEGATIVE_SLOPE } from "../core/activations.js";
import { activationBody } from "./activation-text.js";
import type { NetworkExporter } from "./exporter.js";
import { GLSL_WORDS } from "./reserved-words.js";
import { commentLines, float, floats } from "./text.js";

/** Weights are constant arrays and loops are loops: the text grows with the weights alone. */
export const glslExporter: NetworkExporter = {
  name: "glsl",
  title: "GLSL ES 3.0",
  extension: "glsl",
  reserved: GLSL_WORDS,
  summary: "vec3 look(vec3 colour), for WebGL 2 and OpenGL ES 3: encoded sRGB in and out, not clamped",
  usage: (name) => `fragment = vec4(clamp(${name}(texture(photo, position).rgb), 0.0, 1.0), 1.0);`,
  write({ network: { layers, residual }, share, name, comments }) {
    const lines = [...commentLines(comments), "// GLSL ES 3.0; needs precision highp float."];
    for (const [at, { inputs, outputs, weight, bias, activation, negativeSlope }] of layers.entries()) {
      const weights = inputs * outputs;
      lines.push(`const float ${name}Weight${at}[${weights}] = float[${weights}](\n  ${floats(weight)});`);
      const biases = bias ?? new Float32Array(outputs);
      lines.push(`const float ${name}Bias${at}[${outputs}] = float[${outputs}](\n  ${floats(biases)});`);
      lines.push(`float ${name}Activation${at}(float z) {`);
      lines.push(...activationBody(activation, negativeSlope ?? DEFAULT_NEGATIVE_SLOPE, "float"), "}");
    }
    lines.push(`vec3 ${name}(vec3 colour) {`, "  float x0[3];");
    for (const [channel, letter] of ["r", "g", "b"].entries())
      lines.push(`  x0[${channel}] = colour.${letter};`);
    for (const [at, { inputs, outputs }] of layers.entries()) {
      lines.push(
        `  float x${at + 1}[${outputs}];`,
        `  for (int o = 0; o < ${outputs}; o++) {`,
        `    float sum = ${name}Bias${at}[o];`,
        `    for (int i = 0; i < ${inputs}; i++) sum += ${name}Weight${at}[o * ${inputs} + i] * x${at}[i];`,
        `    x${at + 1}[o] = ${name}Activation${at}(sum);`,
        "  }",
      );
    }
    const last = `x${layers.length}`;
    lines.push(`  vec3 result = vec3(${last}[0], ${last}[1], ${last}[2])${residual ? " + colour" : ""};`);
    lines.push(share === 1 ? "  return result;" : `  return mix(colour, result, ${float(share)});`, "}");
    return `${lines.join("\n")}\n`;
  },
};
