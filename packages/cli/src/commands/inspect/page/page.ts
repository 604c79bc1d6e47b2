/** A look as one page that needs no server: pictures over its knobs and styles, curves of its greys, its lattice. */
import { escapeText } from "synthconv/internal";
import { applyNetworkToPlanes, type Look, synthesize } from "synthconv/look";
import { spacesOfLook } from "../../../colour-space-option.js";
import { schemaLines } from "../report.js";
import { distanceBars } from "./distance-bars.js";
import { greyCurves } from "./grey-curves.js";
import { LATTICE_SCRIPT, latticeCodes } from "./lattice.js";
import { dataUri, type Picture } from "./picture.js";
import { type LookState, statesOf } from "./states.js";

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1120px; padding: 0 1rem; color: #26241f; background: #fbfaf8; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
pre { overflow-x: auto; font-size: 13px; }
.states { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 1.5rem; }
figure { margin: 0; } figure img { width: 100%; display: block; } figcaption { overflow-wrap: anywhere; }
.greys { width: 50%; display: block; margin-top: .5rem; border: 1px solid #ddd8ce; } .greys * { fill: none; }
.distances { display: block; width: 100%; max-width: 540px; } .distances rect { fill: #8a9aa8; } .distances path { stroke: #26241f; stroke-width: 2; }
.distances text { font-size: 13px; text-anchor: middle; fill: #26241f; }
canvas { max-width: 100%; touch-action: none; cursor: grab; }
`;

/** @param name of the look, its file's. */
export async function lookPage(look: Look, name: string, picture: Picture): Promise<string> {
  const states = statesOf(look);
  const networks = states.map(({ settings, style }) => synthesize(look, settings, style));
  const { writes } = spacesOfLook(look.schema);
  const before = `<figure><img src="${await dataUri(picture)}" alt="before"><figcaption>before</figcaption></figure>`;
  const figures = await Promise.all(
    networks.map(async (network, nth) => {
      const data = new Float32Array(picture.data.length);
      applyNetworkToPlanes(network, picture.data, data, 1);
      const title = escapeText((states[nth] as LookState).title);
      return (
        `<figure><img src="${await dataUri({ ...picture, data, space: writes })}" alt="${title}">` +
        `<figcaption>${title}</figcaption>${greyCurves(network)}</figure>`
      );
    }),
  );
  const options = states.map(({ title }) => `<option>${escapeText(title)}</option>`).join("");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeText(name)}</title><style>${STYLE}</style></head><body>
<h1>${escapeText(name)}</h1>
<pre>${schemaLines(look.schema).map(escapeText).join("\n")}</pre>
<h2>Pictures, and what becomes of greys</h2>
<p>Below each picture: red, green and blue after (upwards) of the greys before (to the right). A straight diagonal changes nothing.</p>
<div class="states">${[before, ...figures].join("\n")}</div>
${distanceBars(look.schema)}
<h2>Where colours go</h2>
<p>A lattice of 9 x 9 x 9 colours, each at its place after. Drag it, or use the arrow keys. <label>State: <select>${options}</select></label></p>
<canvas width="640" height="640" tabindex="0" aria-label="the lattice of the look"></canvas>
<script type="application/json" id="lattices">${JSON.stringify(networks.map(latticeCodes))}</script>
<script>${LATTICE_SCRIPT}</script>
</body></html>
`;
}
