// SPDX-License-Identifier: MIT OR Apache-2.0
// Calls every `test_*` export of the module named on the command line and counts its cases.
import { readFile } from "node:fs/promises";

const module = await WebAssembly.compile(await readFile(process.argv[2]));
const imports = WebAssembly.Module.imports(module);
let passed = 0;
let failed = 0;

function tell(name, good, bad, text) {
  passed += good;
  failed += bad;
  console.log(`${name}: ${good} passed, ${bad} bad`);
  if (text) console.log(text.trimEnd().replace(/^/gm, "    "));
}

// A module that needs the page for randomness or time would not be pure.
tell("the module imports nothing", imports.length ? 0 : 1, imports.length, imports.map((it) => `${it.module}.${it.name}`).join("\n"));

const groups = WebAssembly.Module.exports(module).map((it) => it.name).filter((it) => it.startsWith("test_"));
for (const group of groups) {
  try {
    // A fresh instance for each group: one that trapped may have left its memory half written.
    const { exports } = await WebAssembly.instantiate(module, {});
    const counts = BigInt.asUintN(64, exports[group]());
    const told = new Uint8Array(exports.memory.buffer, exports.told_address(), exports.told_bytes());
    tell(group, Number(counts >> 32n), Number(counts & 0xffffffffn), new TextDecoder().decode(told));
  } catch (error) {
    tell(group, 0, 1, String(error));
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !groups.length ? 1 : 0);
