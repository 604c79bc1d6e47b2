import { basename, extname } from "node:path";
import { folderOf, makeFolder, writeFileAtomically } from "synthconv/internal/node";
import { exportNetwork, NETWORK_EXPORTERS, type NetworkExporter } from "synthconv/look";
import { alternatives } from "../alternatives.js";
import { type CommandModule, defineCommand } from "../frame/command.js";
import { UsageError } from "../frame/failure.js";
import { addLookOptions, type LookOptions, settingsNote, synthesizeAsAsked } from "../frame/look-options.js";
import { checkOutput } from "../frame/output-file.js";
import { readLook } from "../look-file.js";
import { counted } from "../report/quantities.js";

interface Options extends LookOptions {
  readonly output: string;
  readonly name: string;
  readonly force?: boolean;
}

const EXTENSIONS = alternatives(NETWORK_EXPORTERS.map(({ extension }) => `.${extension}`));
const TITLES = alternatives(NETWORK_EXPORTERS.map(({ title }) => title));

export const exportLook: CommandModule = defineCommand<Options>({
  description:
    `Writes the network of a look, with its knobs and its strength as they are set here, as a function in ${TITLES} ` +
    "that needs nothing else. It takes and gives encoded sRGB, and clamps nothing.",
  examples: [
    ["synthconv export film.safetensors -o film.glsl", "vec3 look(vec3 colour), for WebGL 2"],
    ["synthconv export film.safetensors -o film.wgsl --name film --set fade=0.3", "another name, a knob set"],
  ],
  configure(command) {
    command
      .argument("<look>", "a look file, as synthconv train writes it")
      .requiredOption("-o, --output <file>", `the file to write: a name that ends in ${EXTENSIONS}`)
      .option("--name <name>", "the function's name: letters and digits", "look")
      .option("--force", "overwrite the output if it exists");
    addLookOptions(command);
  },
  async run([file = ""], options, context) {
    const { out, signal } = context;
    const { output, name, strength } = options;
    const exporter = exporterOf(output);
    if (!/^[A-Za-z][A-Za-z0-9]{0,63}$/.test(name)) {
      throw new UsageError(
        `--name: expected letters and digits, a letter first, received ${JSON.stringify(name)}`,
      );
    }
    if (exporter.reserved.has(name)) {
      throw new UsageError(`--name: expected a name that is no word of ${exporter.title}, received ${name}`);
    }
    await checkOutput(output, { force: options.force, inputs: [file] });
    const { look } = await readLook(file, context);
    const asked = synthesizeAsAsked(look, options);
    const { network, settings, styles = null } = asked;
    const comments = [
      [`exported by synthconv from ${basename(file)}`, ...settingsNote(asked, strength)].join(", "),
    ];
    const text = exportNetwork(network, exporter.name, { name, strength, comments });
    await makeFolder(folderOf(output));
    await writeFileAtomically(output, new TextEncoder().encode(text), { signal });
    const weights = network.layers.reduce(
      (sum, { weight, bias }) => sum + weight.length + (bias?.length ?? 0),
      0,
    );
    const usage = exporter.usage(name);
    out.print([`${output}: ${exporter.title}, ${counted(weights, "weight")}`, "to use it:", `  ${usage}`]);
    const facts = { look: file, output, language: exporter.name, name, weights };
    return { json: { ...facts, settings, styles, strength, usage } };
  },
});

function exporterOf(output: string): NetworkExporter {
  const extension = extname(output).slice(1).toLowerCase();
  const exporter = NETWORK_EXPORTERS.find((one) => one.extension === extension);
  if (exporter !== undefined) return exporter;
  throw new UsageError(
    `--output: expected a name that ends in ${EXTENSIONS}, received ${JSON.stringify(output)}`,
  );
}
