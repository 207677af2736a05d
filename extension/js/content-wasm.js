// The content module as WebAssembly, for pages whose Content-Security-Policy is known to allow it. Its bytes come
// from the service worker: a file that this page could fetch, the site could see.
import init from "billfold:content/glue";

chrome.runtime.sendMessage("content.wasm").then((text) => {
  if (text) return init({ module_or_path: Uint8Array.fromBase64(text) });
});
