/** The lattice of a look in three dimensions: where each colour of an even lattice goes. */
import { applyNetwork, type PixelNetwork } from "synthconv/look";

/** Colours per axis. */
const SIZE = 9;

/** Codes of the colours after, `[SIZE,SIZE,SIZE,3]`, red fastest, in base64. */
export function latticeCodes(network: PixelNetwork): string {
  const colours = Float32Array.from({ length: 3 * SIZE ** 3 }, (_, at) => {
    const node = Math.floor(at / 3);
    return (Math.floor(node / SIZE ** (at % 3)) % SIZE) / (SIZE - 1);
  });
  applyNetwork(network, colours, { channels: 3 });
  return Buffer.from(
    Uint8Array.from(colours, (value) => Math.round(255 * Math.min(1, Math.max(0, value)))),
  ).toString("base64");
}

/** Draws the lattice of the chosen state on the page's canvas, turned by dragging or the arrow keys. */
export const LATTICE_SCRIPT: string = `
const canvas = document.querySelector("canvas"), choice = document.querySelector("select");
const codes = JSON.parse(document.getElementById("lattices").textContent).map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
const size = ${SIZE};
let turn = 0.7, tilt = 0.5;
function draw() {
  const context = canvas.getContext("2d"), scale = 0.52 * canvas.width;
  const [sinA, cosA, sinB, cosB] = [Math.sin(turn), Math.cos(turn), Math.sin(tilt), Math.cos(tilt)];
  const place = (r, g, b) => {
    const [x, y, z] = [r / 255 - 0.5, g / 255 - 0.5, b / 255 - 0.5];
    const across = x * cosA - z * sinA, depth = x * sinA + z * cosA;
    return [canvas.width / 2 + scale * across, canvas.height / 2 - scale * (y * cosB - depth * sinB), depth * cosB + y * sinB];
  };
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.strokeStyle = "#b8b2a7";
  for (const axis of [0, 1, 2]) for (const end of [0, 1, 2, 3]) {
    const from = [0, 0, 0]; from[(axis + 1) % 3] = 255 * (end & 1); from[(axis + 2) % 3] = 255 * (end >> 1);
    const to = [...from]; to[axis] = 255;
    context.beginPath(); context.moveTo(...place(...from)); context.lineTo(...place(...to)); context.stroke();
  }
  const now = codes[choice.selectedIndex];
  const points = Array.from({ length: size ** 3 }, (_, node) => {
    const colour = now.subarray(3 * node, 3 * node + 3);
    return [...place(...colour), colour];
  }).sort((a, b) => b[2] - a[2]);
  for (const [x, y, , colour] of points) {
    context.fillStyle = "rgb(" + colour.join(",") + ")";
    context.beginPath(); context.arc(x, y, canvas.width / 90, 0, 7); context.fill();
  }
}
let held;
canvas.addEventListener("pointerdown", (event) => { held = [event.clientX, event.clientY]; canvas.setPointerCapture(event.pointerId); });
canvas.addEventListener("pointerup", () => { held = undefined; });
canvas.addEventListener("pointermove", (event) => {
  if (!held) return;
  turn += (event.clientX - held[0]) / 150; tilt += (event.clientY - held[1]) / 150;
  held = [event.clientX, event.clientY]; draw();
});
canvas.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key];
  if (!by) return;
  turn += by[0]; tilt += by[1]; event.preventDefault(); draw();
});
choice.addEventListener("change", draw);
draw();
`;
