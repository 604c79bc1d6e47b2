/** Serves the built package, and single files beside it, to pages of a browser. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser } from "playwright-core";

const built = join(import.meta.dirname, "../packages/synthconv/dist/");
const modules = join(import.meta.dirname, "../node_modules/");
/** What the library imports by name, and what of it: a page's bundler would put it in. */
const IMPORTS: Readonly<Record<string, { readonly file: string; readonly commonJs?: readonly string[] }>> = {
  pbf: { file: "pbf/index.js" },
  valibot: { file: "valibot/dist/index.mjs" },
  "@rgrove/parse-xml": {
    file: "@rgrove/parse-xml/dist/browser.js",
    commonJs: ["parseXml", "XmlElement", "XmlText"],
  },
};
const imports = Object.fromEntries(Object.keys(IMPORTS).map((name) => [name, `./imported/${name}.js`]));
const page = `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script>`;

/** A module as it is; CommonJS as bundlers wrap it. */
async function importedModule(name: string): Promise<string | undefined> {
  const found = IMPORTS[name];
  if (found === undefined) return undefined;
  const text = await readFile(join(modules, found.file), "utf8");
  if (found.commonJs === undefined) return text;
  const names = found.commonJs.join(", ");
  return `const module = { exports: {} };\n(function (module) {\n${text}\n})(module);\nexport const { ${names} } = module.exports;\n`;
}

export interface BuiltServer {
  /**
   * What an expression gives on a new page; `location.href` is the address of what is served.
   *
   * @param kind an isolated page may share memory with its workers, an open one may not.
   */
  evaluate<Result>(browser: Browser, kind: "isolated" | "open", expression: string): Promise<Result>;
  close(): void;
}

/**
 * @param files more files, by the names under which pages import them from beside the package.
 * @param folder what is served instead of the built package.
 */
export async function serveBuilt({
  files = {},
  folder = built,
}: {
  readonly files?: Readonly<Record<string, string>>;
  readonly folder?: string;
}): Promise<BuiltServer> {
  const server = createServer(async ({ url = "" }, response) => {
    const [, kind, path = ""] = /^\/(isolated|open)\/(.*)$/.exec(url) ?? [];
    if (kind === "isolated") {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    }
    const imported = /^imported\/(.*)\.js$/.exec(path)?.[1];
    const file = files[path] ?? join(folder, path);
    const body =
      path === ""
        ? page
        : imported
          ? await importedModule(imported)
          : await readFile(file).catch(() => undefined);
    if (body === undefined) response.statusCode = 404;
    response.setHeader("Content-Type", path === "" ? "text/html" : "text/javascript");
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    async evaluate(browser, kind, expression) {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${port}/${kind}/`);
      // As text: the test runner would rewrite the import of a function.
      return await tab.evaluate(expression);
    },
    close: () => server.close(),
  };
}
