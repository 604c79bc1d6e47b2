import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseLook, type Settings, serializeLook, synthesize } from "../../src/look/index.js";

const FOLDER = join(import.meta.dirname, "../fixtures/looks");

interface Written {
  readonly settings: Settings;
  readonly layers: readonly { readonly weight: string; readonly bias: string }[];
}

describe.each(["no-knobs", "two-knobs"])("the look %s, written before generators had kinds", (name) => {
  const bytes = new Uint8Array(readFileSync(join(FOLDER, `${name}.safetensors`)));
  const look = parseLook(bytes, name);

  it("synthesizes the same bits at every setting", () => {
    const written = JSON.parse(readFileSync(join(FOLDER, `${name}.weights.json`), "utf8")) as Written[];
    expect(written.length).toBeGreaterThan(0);
    for (const { settings, layers } of written) {
      const base64 = (values: Float32Array | Float64Array | undefined): string =>
        Buffer.from(Float32Array.from(values ?? []).buffer).toString("base64");
      const now = synthesize(look, settings).layers.map(({ weight, bias }) => {
        return { weight: base64(weight), bias: base64(bias) };
      });
      expect(now).toEqual(layers);
    }
  });

  it("is written again as the same bytes", () => {
    expect(serializeLook(look)).toEqual(bytes);
  });
});
