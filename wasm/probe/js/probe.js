// The probe as JavaScript, for pages whose Content-Security-Policy forbids WebAssembly. Only what is asked runs:
// the module's start, which is the content script itself, does not.
import * as glue from "billfold:probe/glue";
import * as code from "billfold:probe/code";

glue.__wbg_set_wasm(code);
const { scan, scan_count } = glue;
globalThis.billfoldProbe = { scan, scan_count };
