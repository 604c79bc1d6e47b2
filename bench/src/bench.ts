/** npm run bench: this machine's ceilings, and how near to them the library comes. Needs no peers. */
import { availableParallelism } from "node:os";
import { parseOptions } from "./options.js";
import { runSections, type Section } from "./run.js";
import { applySection } from "./sections/apply.js";
import { ceilingsSection } from "./sections/ceilings.js";
import { doctorSection } from "./sections/doctor.js";
import { growthSection } from "./sections/growth.js";
import { kernelsSection } from "./sections/kernels.js";
import { lutSection } from "./sections/lut.js";
import { startUpSection } from "./sections/start-up.js";

const sections: Readonly<Record<string, Section>> = {
  ceilings: (context) => ceilingsSection(context, [...new Set([1, availableParallelism()])]),
  kernels: kernelsSection,
  lut: lutSection,
  growth: growthSection,
  apply: applySection,
  doctor: doctorSection,
  "start-up": startUpSection,
};

const options = parseOptions(
  process.argv.slice(2),
  Object.keys(sections),
  "npm run bench: this machine's ceilings, and how near to them the library comes. About two minutes.",
);
if (typeof options === "string") process.stdout.write(`${options}\n`);
else {
  const run = await runSections(sections, options);
  if (options.json) process.stdout.write(`${JSON.stringify(run, undefined, 2)}\n`);
}
