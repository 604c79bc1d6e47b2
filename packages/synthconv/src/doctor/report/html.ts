/**
 * A diagnosis as one page that needs nothing else: no server, no script, no font. It follows the reader's
 * choice of light or dark and fits a phone.
 */
import { checkOptions, type Fields } from "../../core/arguments.js";
import { optional, STRING } from "../../core/kinds.js";
import type { Diagnosis, Finding, ParameterDiagnosis } from "../diagnosis.js";
import type { HistogramRecord } from "../histogram.js";
import { checkedDiagnosis, HISTOGRAMS } from "../kinds.js";
import { graphSection, graphSectionStyle } from "./graph-section.js";
import { graphStyle } from "./graph-svg.js";
import { html, type Markup } from "./markup.js";
import { pageStyle } from "./page-style.js";
import { ridgeline, ridgelineStyle } from "./ridgeline.js";
import { sparkline } from "./sparkline.js";
import {
  faultTitle,
  hypernetworkSentences,
  lastOf,
  lossText,
  numberText,
  placeText,
  statusWord,
} from "./words.js";

export interface HtmlReportOptions {
  /** What was diagnosed: a file, a run's folder. */
  readonly title?: string;
  /** Histograms to draw over the steps. Default none. */
  readonly histograms?: readonly HistogramRecord[];
}

const HTML_OPTIONS: Fields<HtmlReportOptions> = { title: optional(STRING), histograms: optional(HISTOGRAMS) };

/** The whole page, UTF-8 text. */
export function htmlReport(diagnosis: Diagnosis, options: HtmlReportOptions = {}): string {
  checkedDiagnosis("htmlReport", diagnosis);
  checkOptions("htmlReport", options, HTML_OPTIONS);
  const { title = "Diagnosis", histograms = [] } = options;
  const { healthy, verdict, findings, parameters } = diagnosis;
  const drawing = graphSection(diagnosis);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${healthy ? "Learns" : "Does not learn"}: ${title}</title>
<style>${pageStyle}${graphStyle}${graphSectionStyle}${ridgelineStyle}</style>
</head>
<body>
<header class="${healthy ? "good" : "bad"}">
<p class="what">${title}</p>
<h1>${verdict}</h1>
<p class="facts">${facts(diagnosis)}</p>
</header>
<main>
${findings.length === 0 ? undefined : section("What is wrong, and what to write", findings.map(findingCard))}
${answers(diagnosis)}
${drawing === undefined ? undefined : section("From the inputs to the loss", drawing)}
${section("Parameters", [parameterTable(parameters)])}
${histograms.length === 0 ? undefined : section("Histograms over the steps", histogramRows(diagnosis, histograms))}
</main>
</body>
</html>
`;
  return page.text;
}

function facts(diagnosis: Diagnosis): string {
  const learning = diagnosis.parameters.filter(({ status }) => status === "learns").length;
  const parts = [`${learning} of ${diagnosis.parameters.length} parameters learn`, lossText(diagnosis)];
  return parts.filter((part) => part !== "").join(", ");
}

function section(title: string, content: readonly Markup[]): Markup {
  return html`<section><h2>${title}</h2>
${content}
</section>
`;
}

function findingCard({ fault, severity, parameters, place, cause, repair }: Finding, index: number): Markup {
  const where = place === undefined ? undefined : html`<span class="place">${placeText(place)}</span>`;
  const source =
    place?.source === undefined
      ? undefined
      : html`<pre><span class="line">${place.line}</span>${place.source.trim()}</pre>`;
  const stops =
    parameters.length === 0
      ? undefined
      : html`<p class="stops">${severity === "warning" ? "About" : "Stops"} ${codeList(parameters)}</p>`;
  return html`<article class="${severity}" id="finding-${index + 1}">
<h3><b class="number">${index + 1}</b> ${faultTitle(fault)} ${where}</h3>
${source}
<p>${cause}</p>
<p class="repair">${repair}</p>
${stops}
</article>
`;
}

const MAX_NAMES = 200;

function codeList(names: readonly string[]): Markup[] {
  const shown = names.slice(0, MAX_NAMES);
  const more = names.length > MAX_NAMES ? [html` and ${names.length - MAX_NAMES} more`] : [];
  return [...shown.map((name, index) => html`${index === 0 ? "" : ", "}<code>${name}</code>`), ...more];
}

function answers(diagnosis: Diagnosis): Markup | undefined {
  const sentences = hypernetworkSentences(diagnosis);
  if (sentences.length === 0) return undefined;
  const list = html`<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
  return section("The network that writes weights", [list]);
}

// A row takes 0.5 to 3 kB; browsers lay this many out in a second.
const MAX_ROWS = 2000;

function parameterTable(parameters: readonly ParameterDiagnosis[]): Markup {
  const shown = new Set(
    parameters.length > MAX_ROWS ? worstFirst(parameters).slice(0, MAX_ROWS) : parameters,
  );
  const note = `${shown.size} of ${parameters.length} parameters, those with a finding first. The terminal's report and --json have all of them.`;
  const rows = parameters.filter((parameter) => shown.has(parameter)).map(parameterRow);
  return html`${shown.size < parameters.length ? html`<p class="quiet">${note}</p>` : undefined}<div class="scroll"><table>
<thead><tr><th>Parameter</th><th>Shape</th><th>Status</th><th class="figure">Gradient norm</th><th>Over the steps</th><th class="figure">Update / weight</th><th class="figure">Dead units</th></tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

function parameterRow(parameter: ParameterDiagnosis): Markup {
  const { name, shape, status, finding, excuse, numbers, deadUnits } = parameter;
  const word = html`<span class="status ${status}">${statusWord(status)}</span>`;
  const linked = finding === undefined ? word : html`<a href="#finding-${finding + 1}">${word}</a>`;
  const reason = excuse === undefined ? undefined : html`<br><small>${excuse}</small>`;
  const broken =
    numbers.nonFinite === 0
      ? undefined
      : html`<br><small class="bad">${numbers.nonFinite} not finite</small>`;
  return html`<tr><th scope="row"><code>${name}</code></th><td>${`[${shape}]`}</td><td>${linked}${reason}</td><td class="figure">${numberText(lastOf(numbers.gradientNorm))}${broken}</td><td>${sparkline(numbers.gradientNorm)}</td><td class="figure">${numberText(lastOf(numbers.updateRatio))}</td><td class="figure">${deadUnits === undefined ? "-" : `${deadUnits.dead} of ${deadUnits.units}`}</td></tr>
`;
}

// A page of 100 layers with all histograms would have megabytes; with this much it stays below 500 kB.
const MAX_HISTOGRAM_BYTES = 120_000;

/** What has a finding comes before what learns; what is left out is said. */
function histogramRows(diagnosis: Diagnosis, histograms: readonly HistogramRecord[]): Markup[] {
  const recordsOf = new Map<string, HistogramRecord[]>();
  for (const record of histograms) {
    const records = recordsOf.get(record.parameter);
    if (records === undefined) recordsOf.set(record.parameter, [record]);
    else records.push(record);
  }
  const order = worstFirst(diagnosis.parameters).filter(({ name }) => recordsOf.has(name));
  const rows = new Map<ParameterDiagnosis, Markup>();
  let left = order.length;
  let bytes = 0;
  for (const parameter of order) {
    const row = histogramRow(parameter, recordsOf.get(parameter.name) ?? []);
    if (row === undefined) left--;
    else if (bytes + row.text.length <= MAX_HISTOGRAM_BYTES || rows.size === 0) {
      bytes += row.text.length;
      rows.set(parameter, row);
    } else break;
  }
  const shown = diagnosis.parameters.flatMap((parameter) => rows.get(parameter) ?? []);
  if (left === rows.size) return shown;
  const note = `Drawn for ${rows.size} of ${left} parameters, those with a finding first. The event file that --tensorboard writes has all of them.`;
  return [html`<p class="quiet">${note}</p>`, ...shown];
}

function worstFirst(parameters: readonly ParameterDiagnosis[]): ParameterDiagnosis[] {
  return [...parameters].sort((a, b) => Number(a.finding === undefined) - Number(b.finding === undefined));
}

function histogramRow(
  { name, status }: ParameterDiagnosis,
  histograms: readonly HistogramRecord[],
): Markup | undefined {
  const figures = (["value", "gradient", "update"] as const).flatMap(
    (kind) =>
      ridgeline(
        histograms.filter((record) => record.of === kind),
        kind,
      ) ?? [],
  );
  if (figures.length === 0) return undefined;
  return html`<h3><code>${name}</code> <span class="status ${status}">${statusWord(status)}</span></h3>
<div class="ridge-rows">${figures}</div>
`;
}
