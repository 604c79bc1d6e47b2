/** WebGL 2: a triangle over the canvas, each pixel by the look as the library writes it in GLSL. */
import { exportNetwork } from "synthconv/look";
import type { Picture, Renderer, Shown } from "./renderer.js";

const VERTEX = `#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;
/** Rows of a picture go down, those of a canvas up. */
const MAIN = `
void main() {
  ivec2 size = textureSize(photo, 0);
  vec4 colour = texelFetch(photo, ivec2(gl_FragCoord.x, float(size.y) - gl_FragCoord.y), 0);
  painted = vec4(clamp(look(colour.rgb), 0.0, 1.0), colour.a);
}`;
const HEAD = `#version 300 es
precision highp float;
precision highp int;
uniform highp sampler2D photo;
out vec4 painted;
`;
const AS_IT_IS = "vec3 look(vec3 colour) { return colour; }\n";

export class WebGlRenderer implements Renderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  #source = "";
  #program: WebGLProgram | undefined;
  #picture: Picture | undefined;

  constructor(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext) {
    this.#canvas = canvas;
    this.#gl = gl;
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST);
    }
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  }

  async show(picture: Picture, look: Shown | undefined): Promise<void> {
    const text =
      look === undefined
        ? AS_IT_IS
        : exportNetwork(await look.network(), "glsl", { strength: look.strength });
    if (text !== this.#source) this.#use(text);
    if (picture !== this.#picture) this.#upload(picture);
    this.#draw();
  }

  /** Drawn again, because a canvas that has been shown is empty. */
  async read(): Promise<Uint8ClampedArray> {
    const { width, height } = this.#canvas;
    const gl = this.#gl;
    this.#draw();
    const rows = new Uint8Array(4 * width * height);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, rows);
    const upright = new Uint8ClampedArray(rows.length);
    for (let y = 0; y < height; y++) {
      upright.set(rows.subarray(4 * width * y, 4 * width * (y + 1)), 4 * width * (height - 1 - y));
    }
    return upright;
  }

  close(): void {
    this.#gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  /** @throws {Error} with the compiler's words. */
  #use(text: string): void {
    const gl = this.#gl;
    const program = gl.createProgram();
    const shaders = [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, HEAD + text + MAIN],
    ] as const;
    for (const [type, source] of shaders) {
      const shader = gl.createShader(type);
      // A context that was lost makes none; its event follows.
      if (shader === null) return;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
      gl.deleteShader(shader);
    }
    gl.linkProgram(program);
    if (!gl.isContextLost() && !gl.getProgramParameter(program, gl.LINK_STATUS)) {
      throw new Error(`WebGL 2: ${gl.getProgramInfoLog(program) ?? "the shader does not link"}`);
    }
    if (this.#program !== undefined) gl.deleteProgram(this.#program);
    gl.useProgram(program);
    this.#program = program;
    this.#source = text;
  }

  #upload(picture: Picture): void {
    const gl = this.#gl;
    const { width, height, pixels } = picture;
    Object.assign(this.#canvas, { width, height });
    gl.viewport(0, 0, width, height);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    this.#picture = picture;
  }

  #draw(): void {
    this.#gl.drawArrays(this.#gl.TRIANGLES, 0, 3);
  }
}
