/** The look of the page: colours for light and dark, type, cards, tables. */
import { Markup } from "./markup.js";

// Contrast of every text colour on its ground is at least 4.5 to 1 (WCAG 2.2, 1.4.3), light and dark.
export const pageStyle: Markup = new Markup(`
:root {
  color-scheme: light dark;
  --paper: #f6f6f4; --card: #ffffff; --soft: #ececea; --ink: #1c1d1f; --quiet: #5f6368; --line: #d8d8d4;
  --good: #1a7340; --bad: #b3261e; --warn: #8a5300; --accent: #2f5fb3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16171a; --card: #1f2125; --soft: #2a2d32; --ink: #e9e9e7; --quiet: #a3a7ad; --line: #3a3d43;
    --good: #6fcf97; --bad: #ff8a80; --warn: #f2b866; --accent: #8ab4f8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main { max-width: 1080px; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: clamp(1.2rem, 3.2vw, 1.7rem); line-height: 1.3; margin: .2rem 0 .4rem; padding-left: .9rem; border-left: .35rem solid; overflow-wrap: anywhere; }
header.good h1 { border-color: var(--good); }
header.bad h1 { border-color: var(--bad); }
.what, .facts, .quiet, small { color: var(--quiet); }
.what { margin: 0; overflow-wrap: anywhere; }
.facts { margin: 0; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .7rem; }
h3 { font-size: 1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
section > h3 { margin-top: 1.6rem; }
article { background: var(--card); border: 1px solid var(--line); border-left: .25rem solid var(--bad); border-radius: .5rem; padding: .9rem 1.1rem; margin: 0 0 .8rem; }
article.warning { border-left-color: var(--warn); }
article p { margin: .4rem 0 0; }
article .number { color: var(--bad); }
article.warning .number { color: var(--warn); }
.place { color: var(--quiet); font: .85rem ui-monospace, monospace; overflow-wrap: anywhere; }
pre { background: var(--soft); border-radius: .35rem; padding: .55rem .8rem; margin: .4rem 0; overflow-x: auto; font: .85rem/1.45 ui-monospace, monospace; }
pre .line { color: var(--quiet); padding-right: .8rem; user-select: none; }
.repair { font-weight: 600; }
.stops { color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .4rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .4rem .7rem; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; font-weight: 400; }
thead th { color: var(--quiet); font-size: .8rem; }
tbody tr:last-child > * { border-bottom: 0; }
td small { white-space: normal; display: inline-block; min-width: 10rem; max-width: 22rem; }
.figure { text-align: right; font-variant-numeric: tabular-nums; }
.status { font-weight: 600; color: var(--bad); }
.status.learns { color: var(--good); }
.status.frozen, .status.idle { color: var(--quiet); }
.status.exploding { color: var(--warn); }
.bad { color: var(--bad); }
.spark path { fill: none; stroke: var(--accent); stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
main { padding-bottom: 3rem; }
a { color: inherit; }
`);
