// The probe as WebAssembly, its bytes within the script: a test has one file to inject and nothing to wait for.
// Only what is asked runs: the module's start, which is the content script itself, does not.
import * as glue from "billfold:probe/glue";
import bytes from "billfold:probe/wasm";

const imports = { "./probe_bg.js": glue };
glue.__wbg_set_wasm(new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports);
const { scan, scan_count } = glue;
globalThis.billfoldProbe = { scan, scan_count };
