/** A fault that is put in on purpose is found, shrunk, and printed as a line that fails with it and passes without. */
import { describe, expect, it } from "vitest";
import type { Case, Form } from "../dist/case.js";
import { convolutionForm } from "../dist/forms/convolution.js";
import type { Convolution } from "../dist/forms/convolution-space.js";
import { pixelNetworkForm } from "../dist/forms/pixel-network.js";
import { conformanceCase } from "../dist/paste.js";
import { runConformance } from "../dist/run.js";

/** Forgets the last row of the image's gradient where a kernel of 5 rows and more meets a stride. */
const strideForgotten: Form<Convolution> = {
  ...convolutionForm,
  aims: [],
  prepare: (description) => {
    const one = convolutionForm.prepare(description) as Case;
    const isFaulty = description.kernel[0] >= 5 && description.stride[0] >= 2;
    return { ...one, run: (place) => withoutLast(one.run(place), isFaulty ? "image gradient" : undefined) };
  },
};

const biasForgotten: Form = {
  ...(pixelNetworkForm as Form),
  aims: [],
  prepare: (description) => {
    const one = (pixelNetworkForm as Form).prepare(description);
    const isFaulty = (description.channels as readonly number[]).length > 3 && description.biases === true;
    return one && { ...one, run: (place) => withoutLast(one.run(place), isFaulty ? "output 0" : undefined) };
  },
};

function withoutLast(outputs: ReturnType<Case["run"]>, name: string | undefined): ReturnType<Case["run"]> {
  const output = name === undefined ? undefined : outputs[name];
  if (output !== undefined && output.length > 0) output[output.length - 1] = 12_345;
  return outputs;
}

/** Runs a printed line as if it stood in a test. */
function paste(line: string, forms: readonly Form[]): Promise<void> {
  const run = new Function("conformanceCase", `return (async () => { ${line} })();`);
  return run((given: Parameters<typeof conformanceCase>[0]) => conformanceCase(given, forms));
}

describe("a failing case", () => {
  it("is shrunk to what makes it fail", async () => {
    const faulty = strideForgotten as Form;
    const { failed, failures } = await runConformance({ seed: 3, cases: 150 }, [faulty]);
    expect(failed).toBeGreaterThan(3);
    for (const { line } of failures) {
      // The kernel's 5 rows need as many of the padded image; the rest is as simple as a case can be.
      expect(line).toMatch(/form: "conv2d", .*kernel: \[5, 1\], stride: \[2, 1\]/);
      expect(line).not.toMatch(/dilation|batch|groups|inputs|outputs|bias|values|threads/);
    }
  });

  it("loses the layers of a network that it does not need", async () => {
    const { failures } = await runConformance({ seed: 3, cases: 200 }, [biasForgotten]);
    expect(failures.length).toBeGreaterThan(0);
    for (const { line } of failures) {
      expect(line).toContain('channels: [1, 1, 1, 1], activations: ["none", "none", "none"], biases: true');
      expect(line).not.toMatch(/samples|pixels|residual|values/);
    }
  });

  it("fails again where its line is pasted, and passes once the fault is gone", async () => {
    const faulty = strideForgotten as Form;
    const { failures } = await runConformance({ seed: 4, cases: 150 }, [faulty]);
    const [{ line, why } = { line: "", why: "" }] = failures;
    await expect(paste(line, [faulty])).rejects.toThrow("image gradient");
    expect(why).toMatch(/^reference backend, 1 thread, against float64: image gradient\[\d+\] is 12345 for/);
    await expect(paste(line, [convolutionForm as Form])).resolves.toBeUndefined();
  });

  it("names what is wrong with a line that was changed by hand", async () => {
    await expect(conformanceCase({ form: "conv3d" })).rejects.toThrow('no form "conv3d": conv2d, product');
    await expect(conformanceCase({ form: "conv2d", strides: [2, 2] })).rejects.toThrow(
      "conv2d has no strides",
    );
    await expect(conformanceCase({ form: "conv2d", kernel: [3, 3] })).rejects.toThrow("do not fit together");
  });
});
