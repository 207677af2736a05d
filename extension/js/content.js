// The content module as JavaScript, for pages whose Content-Security-Policy forbids WebAssembly.
import { __wbg_set_wasm } from "billfold:content/glue";
import * as code from "billfold:content/code";

__wbg_set_wasm(code);
code.__wbindgen_start();
