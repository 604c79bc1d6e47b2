/** What runs on a page to ask the compilers of shader languages: text, as the page knows nothing of this program. */

/** `colours`, `[N,3]` numbers, through the GLSL function, by WebGL 2 into a picture of floats. */
export function webglPage(glsl: string, name: string): string {
  const fragment = [
    "#version 300 es\nprecision highp float;\nprecision highp sampler2D;\nuniform sampler2D colours;\nout vec4 result;\n",
    glsl,
    `\nvoid main() { result = vec4(${name}(texelFetch(colours, ivec2(gl_FragCoord.xy), 0).rgb), 1.0); }`,
  ].join("");
  return `
  const count = colours.length / 3;
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!gl || !gl.getExtension("EXT_color_buffer_float")) return { missing: "WebGL 2 with float pictures" };
  const program = gl.createProgram();
  const add = (type, source) => {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(program, shader);
  };
  add(gl.VERTEX_SHADER, "#version 300 es\\nvoid main() { gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0); }");
  add(gl.FRAGMENT_SHADER, ${scriptText(fragment)});
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  const width = 100;
  const height = count / width;
  const picture = (data) => {
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, width, height, 0, gl.RGBA, gl.FLOAT, data);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    return texture;
  };
  const target = picture(null);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target, 0);
  const pixels = new Float32Array(4 * count);
  for (let n = 0; n < count; n++) pixels.set(colours.slice(3 * n, 3 * n + 3), 4 * n);
  picture(pixels);
  gl.viewport(0, 0, width, height);
  gl.useProgram(program);
  gl.drawArrays(gl.TRIANGLES, 0, 3);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.FLOAT, pixels);
  return { colours: Array.from(pixels).filter((_, at) => at % 4 !== 3) };`;
}

/** The same through the WGSL function, by a compute shader. */
export function webgpuPage(wgsl: string, name: string): string {
  const code = `${wgsl}
@group(0) @binding(0) var<storage, read_write> verifiedColours: array<f32>;
@compute @workgroup_size(64) fn verifyColours(@builtin(global_invocation_id) id: vec3<u32>) {
  let at = 3u * id.x;
  if (at + 2u >= arrayLength(&verifiedColours)) { return; }
  let result = ${name}(vec3<f32>(verifiedColours[at], verifiedColours[at + 1u], verifiedColours[at + 2u]));
  verifiedColours[at] = result.x; verifiedColours[at + 1u] = result.y; verifiedColours[at + 2u] = result.z;
}`;
  return `
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return { missing: "WebGPU" };
  const device = await adapter.requestDevice();
  const module = device.createShaderModule({ code: ${scriptText(code)} });
  const faults = (await module.getCompilationInfo()).messages.filter(({ type }) => type === "error");
  if (faults.length > 0) throw new Error(faults.map(({ lineNum, message }) => lineNum + ": " + message).join("; "));
  const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute: { module, entryPoint: "verifyColours" } });
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const numbers = Float32Array.from(colours);
  const data = device.createBuffer({ size: numbers.byteLength, usage });
  device.queue.writeBuffer(data, 0, numbers);
  const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer: data } }] });
  const read = device.createBuffer({ size: numbers.byteLength, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(Math.ceil(numbers.length / 3 / 64));
  pass.end();
  encoder.copyBufferToBuffer(data, 0, read, 0, numbers.byteLength);
  device.queue.submit([encoder.finish()]);
  await read.mapAsync(GPUMapMode.READ);
  return { colours: Array.from(new Float32Array(read.getMappedRange())) };`;
}

/** Text as a literal in a script of a page: nothing in it ends the script. */
function scriptText(text: string): string {
  return JSON.stringify(text).replaceAll("<", "\\u003c");
}

/** A page that works on `colours` and sends what came of it to its server. */
export function pageOf(body: string, colours: Float32Array): string {
  return `<!doctype html><meta charset="utf-8"><script type="module">
const colours = ${JSON.stringify(Array.from(colours))};
const run = async () => {${body}
};
const result = await run().catch((error) => ({ fault: String(error.message ?? error) }));
await fetch("/result", { method: "POST", body: JSON.stringify(result) });
</script>`;
}
