/**
 * What the doctor's hooks cost while no diagnosis runs: training steps of the library as it is, against a copy of
 * its build from which the lines of the hooks were removed.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { measurement, type SectionResult } from "../harness/report.js";
import { type Contender, seriesOf } from "../harness/rounds.js";
import { pairedRatios } from "../harness/statistics.js";
import { columns, threeDigits } from "../harness/table.js";
import { type BenchContext, measure } from "./context.js";

type Library = typeof import("synthconv");

const PACKAGE = fileURLToPath(new URL("../../../packages/synthconv/", import.meta.url));
const HOOKED_FILES = [
  "autograd/tensor.js",
  "autograd/tape.js",
  "autograd/parameter.js",
  "autograd/backward.js",
  "train/optimizer.js",
];
const HOOK = /^\s*(?:provenance\.\w+\?\.\w+\(.*\);|rememberConstruction\(this\);)$/gm;

/** Sides of the image: the smaller it is, the more a step is made of small operations, where hooks weigh most. */
const SIDES = [4, 16, 64] as const;
const SAMPLES = 4;
const CHANNELS = 16;
const CONDITION_LENGTH = 10;

// A step of the smallest network takes less than a tenth of a millisecond, and differences of a hundredth of it
// are asked for.
const ROUNDS = 81;

export async function doctorSection(context: BenchContext): Promise<SectionResult> {
  // Inside the package, so that the copies find the package's dependencies.
  const parent = join(PACKAGE, "generated");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "hooks-"));
  try {
    const whole = await copyOfLibrary(join(folder, "with"));
    const bare = await copyOfLibrary(join(folder, "without"), withoutHooks);
    const contenders = SIDES.flatMap((side) => [
      training(`${side} with`, whole, side),
      training(`${side} without`, bare, side),
    ]);
    const all = await measure(context, "doctor", contenders, ROUNDS);
    const measurements = SIDES.map((side) =>
      measurement(
        `doctor/off/${side}`,
        "times the step without hooks",
        pairedRatios(seriesOf(all, `${side} with`), seriesOf(all, `${side} without`)),
      ),
    );
    const rows = SIDES.map((side, index) => {
      const milliseconds = measurement("", "", seriesOf(all, `${side} without`)).median;
      const { median, lower, upper } = measurements[index] ?? measurement("", "", []);
      const ratio = `${median.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`;
      return [`${SAMPLES} images of ${side} x ${side}`, threeDigits(milliseconds), ratio];
    });
    const table = {
      title: "A training step with the doctor's hooks while no diagnosis runs, against one without the hooks",
      columns: columns("", "ms", "ratio (quartiles)"),
      rows,
      notes: [`Network that writes a 1x1 convolution, 3 to ${CHANNELS}, and a head; processor time.`],
    };
    return { id: "doctor", tables: [table], measurements };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Both are copies, so that nothing but the hooks tells them apart. */
async function copyOfLibrary(folder: string, change: (folder: string) => void = () => {}): Promise<Library> {
  cpSync(join(PACKAGE, "dist"), folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  change(folder);
  return import(pathToFileURL(join(folder, "index.js")).href);
}

function withoutHooks(folder: string): void {
  let removed = 0;
  for (const name of HOOKED_FILES) {
    const path = join(folder, name);
    const source = readFileSync(path, "utf8");
    removed += source.match(HOOK)?.length ?? 0;
    writeFileSync(path, source.replace(HOOK, ""));
  }
  if (removed < HOOKED_FILES.length) throw new Error(`expected the doctor's hooks, found ${removed} of them`);
}

function training(name: string, library: Library, side: number): Contender {
  const { Adam, Conv2d, conv2d, Linear, mse, RandomStream, randomUniform, relu, reshape } = library;
  const generator = new Linear(CONDITION_LENGTH, 3 * CHANNELS).initialize({ seed: 0 });
  const head = new Conv2d(CHANNELS, 3, 1).initialize({ seed: 1 });
  const optimizer = new Adam([...generator.parameters(), ...head.parameters()], { learningRate: 1e-3 });
  const random = new RandomStream({ seed: 0, purpose: "bench doctor" });
  const condition = randomUniform([SAMPLES, CONDITION_LENGTH], random);
  const image = randomUniform([SAMPLES, 3, side, side], random);
  const target = randomUniform([SAMPLES, 3, side, side], random);
  const step = (): void => {
    optimizer.zeroGrad();
    const weight = reshape(generator.forward(condition), [-1, CHANNELS, 3, 1, 1]);
    mse(head.forward(relu(conv2d(image, weight))), target).backward();
    optimizer.step();
  };
  return {
    name,
    run: (repeats) => {
      const start = process.cpuUsage();
      for (let i = 0; i < repeats; i++) step();
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1e3;
    },
  };
}
