import { basename, extname } from "node:path";
import { folderOf, makeFolder, writeFileAtomically } from "synthconv/internal/node";
import { applyNetwork, measureGuarantees } from "synthconv/look";
import { alternatives } from "../alternatives.js";
import { spacesNote } from "../colour-space-option.js";
import { type CommandModule, defineCommand } from "../frame/command.js";
import { UsageError } from "../frame/failure.js";
import { addLookOptions, type LookOptions, settingsNote, synthesizeAsAsked } from "../frame/look-options.js";
import { checkOutput } from "../frame/output-file.js";
import { readLook } from "../look-file.js";
import { guaranteeLines, guaranteeNote } from "../report/guarantees.js";
import { counted } from "../report/quantities.js";
import { ROUNDING, verificationExit, verificationLine, verifyExport } from "../verify/verify.js";
import { printLink, STUDIO_ADDRESS } from "./export/link.js";
import { defaultCondition, EXPORT_TARGETS, type ExportTarget } from "./export/targets.js";

interface Options extends LookOptions {
  readonly output?: string;
  readonly name: string;
  readonly link?: boolean;
  readonly studio: string;
  readonly verify?: boolean;
  readonly force?: boolean;
}

const EXTENSIONS = alternatives(EXPORT_TARGETS.map(({ extension }) => `.${extension}`));
const TITLES = alternatives(EXPORT_TARGETS.map(({ title }) => title));

export const exportLook: CommandModule = defineCommand<Options>({
  description:
    `Writes the network of a look, with its knobs and its strength as they are set here, in ${TITLES}: a function or a ` +
    "model that needs nothing else. It takes and gives encoded sRGB, and clamps nothing. ONNX keeps knobs and styles as " +
    "an input where none is set here. With --link it prints a link that holds the look itself, and writes no file.",
  examples: [
    ["synthconv export film.safetensors -o film.glsl", "vec3 look(vec3 colour), for WebGL 2"],
    ["synthconv export film.safetensors -o film.wgsl --name film --set fade=0.3", "another name, a knob set"],
    [
      "synthconv export film.safetensors -o film.onnx",
      "images of any batch and size, the knobs as a second input",
    ],
    [
      "synthconv export film.safetensors -o film-weights.safetensors",
      "for PyTorch, with the line that uses them",
    ],
    ["synthconv export film.safetensors --link --set fade=0.3", "a link, which the studio opens"],
  ],
  configure(command) {
    command
      .argument("<look>", "a look file, as synthconv train writes it")
      .option("-o, --output <file>", `the file to write: a name that ends in ${EXTENSIONS}`)
      .option(
        "--link",
        "print the look as a link instead: all of it stands behind the #, which no server sees",
      )
      .option("--studio <address>", "what stands before the # of the link", STUDIO_ADDRESS)
      .option("--name <name>", "the function's name, or the model's: letters and digits", "look")
      .option(
        "--verify",
        "run 10,000 colours through what really uses the file, and compare; exit with 1 unless they agree",
      )
      .option("--force", "overwrite the output if it exists");
    addLookOptions(command);
  },
  async run([file = ""], options, context) {
    const { out, signal } = context;
    const { name, strength, studio } = options;
    if ((options.output === undefined) === (options.link !== true)) {
      throw new UsageError(
        `expected either --output <file>, a name that ends in ${EXTENSIONS}, or --link, received ${options.link ? "both" : "neither"}`,
      );
    }
    if (options.output === undefined) {
      const { look } = await readLook(file, context);
      const asked = synthesizeAsAsked(look, options);
      return printLink({ ...{ file, look, asked, strength, studio }, keepsConditions: !isSet(options) }, out);
    }
    const { output } = options;
    const target = targetOf(output);
    if (!/^[A-Za-z][A-Za-z0-9]{0,63}$/.test(name)) {
      throw new UsageError(
        `--name: expected letters and digits, a letter first, received ${JSON.stringify(name)}`,
      );
    }
    if (target.reserved.has(name)) {
      throw new UsageError(`--name: expected a name that is no word of ${target.title}, received ${name}`);
    }
    await checkOutput(output, { force: options.force, inputs: [file] });
    const { look } = await readLook(file, context);
    const asked = synthesizeAsAsked(look, options);
    const { network, settings, styles = null } = asked;
    const guarantees = measureGuarantees(network, { strength });
    const origin = [`exported by synthconv from ${basename(file)}`, ...settingsNote(asked, strength)];
    const { schema } = look;
    const { colourSpace, outputSpace = colourSpace } = schema;
    const note = `${origin.join(", ")}, ${spacesNote(schema)}: ${guaranteeNote(guarantees)}`;
    const isOpen = schema.condition.length + (schema.styles?.length ?? 0) > 0;
    const keepsConditions = target.takesConditions && isOpen && !isSet(options);
    const request = { look, network, keepsConditions, name, strength, note };
    const bytes = target.write(request);
    await makeFolder(folderOf(output));
    await writeFileAtomically(output, bytes, { signal });
    const usage = target.usage(request, output);
    const verification = options.verify
      ? await verifyExport(target.consumer, {
          ...{ file: output, name, usage, signal, tolerance: ROUNDING, space: outputSpace },
          condition: keepsConditions ? defaultCondition(look) : undefined,
          applyLook: (colours) => applyNetwork(network, colours, { channels: 3, strength }),
        })
      : undefined;
    const weights = network.layers.reduce(
      (sum, { weight, bias }) => sum + weight.length + (bias?.length ?? 0),
      0,
    );
    const inputs = keepsConditions ? ", its condition an input" : "";
    out.print([
      `${output}: ${target.title}, ${counted(weights, "weight")}${inputs}`,
      "to use it:",
      `  ${usage}`,
      keepsConditions ? "the look, with knobs and styles at their defaults:" : "the look itself:",
      ...guaranteeLines(guarantees).map((line) => `  ${line}`),
      ...(verification === undefined ? [] : [verificationLine(verification)]),
    ]);
    const facts = { look: file, output, language: target.name, name, weights };
    // What stays an input is not set.
    const set = keepsConditions ? { settings: null, styles: null } : { settings, styles };
    const condition = keepsConditions;
    const json = {
      ...facts,
      ...{ colourSpace, outputSpace },
      ...set,
      strength,
      condition,
      guarantees,
      usage,
      verification: verification ?? null,
    };
    return { json, ...(verification !== undefined && { exitCode: verificationExit(verification) }) };
  },
});

function isSet({ set, style }: LookOptions): boolean {
  return Object.keys(set).length + Object.keys(style).length > 0;
}

function targetOf(output: string): ExportTarget {
  const extension = extname(output).slice(1).toLowerCase();
  const target = EXPORT_TARGETS.find((one) => one.extension === extension);
  if (target !== undefined) return target;
  throw new UsageError(
    `--output: expected a name that ends in ${EXTENSIONS}, received ${JSON.stringify(output)}`,
  );
}
