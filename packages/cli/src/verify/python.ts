/** Consumers that are packages of Python: PyTorch, and OpenColorIO for LUTs. */
import { type Consumer, MissingConsumer } from "./consumer.js";
import { outputOf } from "./process.js";

/** What Python is called where its own installer put it. */
const PYTHON = process.platform === "win32" ? "python" : "python3";

/** The line that is printed, as a person pastes it, between numbers in and numbers out. */
const PYTORCH = `
import sys, numpy, torch
colours = numpy.frombuffer(sys.stdin.buffer.read(), "<f4").reshape(1, 1, -1, 3)
image = torch.from_numpy(colours.transpose(0, 3, 1, 2).copy())
exec(sys.argv[1])
sys.stdout.buffer.write(output.detach().numpy().transpose(0, 2, 3, 1).astype("<f4").tobytes())
`;

const OPEN_COLOR_IO = `
import sys, numpy, PyOpenColorIO as ocio
colours = numpy.frombuffer(sys.stdin.buffer.read(), "<f4").copy()
transform = ocio.FileTransform(src=sys.argv[1], interpolation=ocio.INTERP_TETRAHEDRAL)
processor = ocio.Config.CreateRaw().getProcessor(transform)
processor.getDefaultCPUProcessor().applyRGB(colours)
sys.stdout.buffer.write(colours.astype("<f4").tobytes())
`;

export const pyTorch: Consumer = {
  title: "PyTorch",
  run: ({ usage, colours, signal }) => runPython(PYTORCH, usage, colours, signal, "torch safetensors numpy"),
};

export const openColorIO: Consumer = {
  title: "OpenColorIO",
  run: ({ file, colours, signal }) => runPython(OPEN_COLOR_IO, file, colours, signal, "opencolorio numpy"),
};

/** @param packages as pip names them. */
async function runPython(
  script: string,
  argument: string,
  colours: Float32Array,
  signal: AbortSignal,
  packages: string,
): Promise<Float32Array> {
  const bytes = await outputOf({
    program: PYTHON,
    args: ["-c", script, argument],
    input: new Uint8Array(colours.buffer, colours.byteOffset, colours.byteLength),
    signal,
    advice: "https://www.python.org/downloads/",
    missing(complaint) {
      const [, name] = /ModuleNotFoundError: No module named '([^']*)'/.exec(complaint) ?? [];
      return name === undefined
        ? undefined
        : new MissingConsumer(`${PYTHON} has no ${name}`, `${PYTHON} -m pip install ${packages}`);
    },
  });
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
