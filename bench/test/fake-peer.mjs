/** A peer for the tests: its formulation says how it behaves. */
import { fileURLToPath } from "node:url";
import { serve } from "../dist/peers/serve.js";

const kinds = ["training", "inference", "convolution", "convolutionPerSample"];
const formulations = process.argv.slice(2);

await serve(() => ({
  description: {
    versions: { Fake: "1.0" },
    formulations: Object.fromEntries(kinds.map((kind) => [kind, kind === "inference" ? formulations : []])),
    cannot: { training: "it does not train" },
    mostThreads: 1,
  },
  prepare: ({ formulation }) => {
    if (formulation === "fails") throw new Error("no such operation\nwith details");
    return {
      heldBytes: 0,
      check: () => ({ output: formulation === "wrong" ? [1, 3] : [1, 2] }),
      step: () => behave(formulation),
    };
  },
}));

function behave(formulation) {
  if (formulation === "dies") {
    process.stderr.write(
      `some noise\nRangeError: out of memory in ${fileURLToPath(import.meta.url)}\n    at somewhere\n`,
    );
    process.exit(3);
  }
  if (formulation === "hangs") return new Promise(() => setInterval(() => {}, 1000));
  const end = performance.now() + (formulation === "slow" ? 20 : 2);
  while (performance.now() < end);
}
