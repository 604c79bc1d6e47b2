import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { knobFaults } from "../../src/features/knobs/knob-faults.js";
import { commandFor, programFor } from "../../src/features/take/wording.js";

describe("a look in words", () => {
  it.each(["film.safetensors", "it's evening.safetensors", "$(touch x).safetensors", "-n.safetensors"])(
    "is a command in which a shell reads %s as it is",
    (file) => {
      const command = commandFor(file, {
        values: { warm: 0.5 },
        strength: 0.25,
        style: { soft: 1 / 3, "a+b": 2 / 3 },
      }).replace("npx", "printf '%s\\n'");
      const { stdout } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
      expect(stdout.split("\n")).toEqual([
        ...["synthconv", "apply", file, "photo.jpg", "-o", "photo-look.jpg"],
        ...["--set", "warm=0.5", "--style", "soft=0.3333", "--style", "a+b=0.6667", "--strength", "0.25", ""],
      ]);
    },
  );

  it("is a program that names the file, the knobs and the strength", () => {
    const program = programFor('a "b".safetensors', { values: { warm: 0.5 }, strength: 0.25 });
    expect(program).toContain('readFile("a \\"b\\".safetensors")');
    expect(program).toContain('synthesize(look, {"warm":0.5})');
    expect(program).toContain("strength: 0.25");
    expect(programFor("a", { values: {}, strength: 1, style: { soft: 1 } })).toContain(
      'synthesize(look, {}, {"soft":1})',
    );
  });
});

describe("knobs that a person names", () => {
  const knob = { name: "warm", minimum: 0, maximum: 1, default: 0 };
  it.each([
    [[knob], []],
    [
      [knob, knob],
      ["warm: expected a letter, then letters, digits, _ or -, and another name for each knob."],
    ],
    [
      [{ ...knob, name: "" }],
      [": expected a letter, then letters, digits, _ or -, and another name for each knob."],
    ],
    [
      [{ ...knob, default: 2 }],
      ["warm: expected a range whose end lies above its beginning, with the usual setting in it."],
    ],
  ])("%j are told what is wrong", (knobs, faults) => {
    expect(knobFaults(knobs)).toEqual(faults);
  });
});
