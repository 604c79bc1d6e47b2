// Generated conformance in the Node that runs this file: npm run conformance -- --help
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { starvedChoices } from "./dist/choices.js";
import { forms } from "./dist/forms/index.js";
import { merged } from "./dist/merge.js";
import { runConformance } from "./dist/run.js";
import { seedOfTheDay } from "./dist/seed.js";

const HELP = `Draws cases of every form of kernel, and networks that train, and holds float32 against float64 and the reference, on
every backend.

  npm run conformance -- [options]

  --cases N      at least so many cases (default 4000; coverage needs some 3500)
  --seed S       a whole number; default: SYNTHCONV_CONFORMANCE_SEED, else the day, as 20261128
  --backend B    reference, plain or relaxed; several times for several (default: all of this Node)
  --form F       ${forms.map(({ name }) => (name.includes(" ") ? JSON.stringify(name) : name)).join(", ")}; several times for several
  --only F       of the cases of a run those of a form; several times for several
  --bail N       ends when N cases failed, and prints them as they were drawn
  --jobs N       processes that share the cases (default 1)
  --json         the whole report
Progress goes to stderr. Exit code 1 when a case fails, or when too few cases took one of the kernels' choices or
one of the parts that networks are drawn from.`;

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "4000" },
    seed: { type: "string" },
    backend: { type: "string", multiple: true },
    form: { type: "string", multiple: true },
    only: { type: "string", multiple: true },
    bail: { type: "string" },
    jobs: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    // Of the processes that share a run: which of them this is.
    share: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const start = performance.now();
let shown = start;
const jobs = whole("--jobs", values.jobs);
const options = {
  seed: values.seed === undefined ? seedOfTheDay(process.env) : whole("--seed", values.seed),
  cases: whole("--cases", values.cases),
  forms: values.form,
  backends: values.backend,
  only: values.only,
  bail: values.bail === undefined ? undefined : whole("--bail", values.bail),
};

if (values.share !== undefined) {
  const share = { index: whole("--share", values.share), jobs };
  const onProgress = (done, failed) => process.send({ done, failed });
  process.send({ report: await runConformance({ ...options, share, onProgress }) });
  process.disconnect();
} else if (jobs === 1) {
  finish(await runConformance({ ...options, onProgress: showProgress }));
} else {
  const progress = Array.from({ length: jobs }, () => ({ done: 0, failed: 0 }));
  finish(merged(await Promise.all(progress.map((_, index) => inProcess(index, progress)))));
}

function inProcess(index, progress) {
  const args = [...process.argv.slice(2), "--seed", String(options.seed), "--share", String(index)];
  const child = spawn(process.execPath, [import.meta.filename, ...args], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    child.on("message", (message) => {
      if (message.report !== undefined) {
        resolve(message.report);
        return;
      }
      progress[index] = message;
      const sum = (of) => progress.reduce((total, one) => total + of(one), 0);
      showProgress(
        sum(({ done }) => done),
        sum(({ failed }) => failed),
      );
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`job ${index} ended with ${code} and no report`)));
  });
}

function showProgress(done, failed) {
  // A line now and then, more often where it can be overwritten.
  const isTerminal = process.stderr.isTTY === true;
  if (performance.now() - shown < (isTerminal ? 200 : 10_000)) return;
  shown = performance.now();
  const text = `${done} of ${options.cases} cases, ${failed} failed, ${minutes()}`;
  process.stderr.write(isTerminal ? `\r\x1b[K${text}` : `${text}\n`);
}

function finish(report) {
  if (process.stderr.isTTY === true) process.stderr.write("\r\x1b[K");
  // A part of a run, and one that ended early, saw too little.
  const isWhole = options.only === undefined && !(report.failed >= options.bail);
  const starved = !isWhole ? [] : starvedChoices(report.choices, report.facts);
  if (values.json) process.stdout.write(JSON.stringify({ ...report, starved }));
  else {
    for (const { line, why } of report.failures) console.log(`${line}\n  ${why}`);
    for (const choice of starved) console.log(choice);
    const { cases, failed, seed, backends, threads, facts } = report;
    console.log(`${cases - failed} of ${cases} cases passed, seed ${seed}, in ${minutes()}`);
    console.log(`${backends.join(", ")}; with 1, ${threads.join(" and ") || "no more"} threads`);
    const coverage = [
      facts.kernelForms ? [] : "those of kernels not looked at (without all of their forms)",
      facts.networks ? [] : "those of networks not looked at",
      `${starved.length} starved`,
    ];
    const count = Object.keys(report.choices).length;
    console.log(
      `${count} choices, ${isWhole ? coverage.flat().join(", ") : "none looked at in a part of a run"}`,
    );
  }
  process.exitCode = report.failed > 0 || starved.length > 0 ? 1 : 0;
}

function minutes() {
  const seconds = Math.round((performance.now() - start) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function whole(name, text) {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`${name}: expected a whole number of 0 or more, received ${text}`);
  process.exit(2);
}
