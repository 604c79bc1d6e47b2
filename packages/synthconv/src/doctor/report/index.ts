export { type HtmlReportOptions, htmlReport } from "./html.js";
export { type TerminalReportOptions, terminalReport } from "./terminal.js";
