/** Asks the compilers of shader languages on a page of the tests' own browser, by the scripts of `export --verify`. */
import { webglPage, webgpuPage } from "../../../cli/src/verify/pages.js";

/** What comes of `[N,3]` colours, or what the browser lacks. */
const script = (body: string, colours: readonly number[]): string =>
  `(async () => {
  const colours = ${JSON.stringify(colours)};
  const run = async () => {${body}
  };
  const { colours: result, missing } = await run();
  return result ?? "no " + missing;
})()`;

/** Colours through a GLSL function `look`. */
export const webgl = (glsl: string, colours: readonly number[]): string =>
  script(webglPage(glsl, "look"), colours);

/** Colours through a WGSL function `look`. */
export const webgpu = (wgsl: string, colours: readonly number[]): string =>
  script(webgpuPage(wgsl, "look"), colours);
