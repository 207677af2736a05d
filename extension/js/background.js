// The service worker's shell. A worker that was woken for an event must have its listeners before its first
// script ends, and the Rust module is not ready by then: so the listeners are here, and what they hear waits.
// They are a pipe: nothing here looks inside a message.
import init, { on_event } from "billfold:background/glue";

let waiting = [];
let deliver = (name, args) => waiting.push([name, args]);

const hear = (event, name, ...filter) => event.addListener((...args) => void deliver(name, args), ...filter);
const { runtime, alarms, webRequest } = chrome;

hear(runtime.onStartup, "startup");
hear(runtime.onInstalled, "installed");
hear(alarms.onAlarm, "alarm");

// A port's messages are dropped unless it has listeners when it arrives.
runtime.onConnect.addListener((port) => {
  deliver("connect", [port]);
  hear(port.onMessage, "port-message");
  hear(port.onDisconnect, "port-disconnect");
});

// One-way, but for the loader of content.wasm: a page's own script cannot read it, and no site can see it.
runtime.onMessage.addListener((message, sender, respond) => {
  if (message !== "content.wasm") return void deliver("message", [message, sender]);
  bytes("content.wasm").then((all) => respond(new Uint8Array(all).toBase64()), () => respond(null));
  return true;
});

// Whether a page's policy allows WebAssembly is read from its headers, never tried.
const [{ matches }] = runtime.getManifest().content_scripts;
hear(webRequest.onHeadersReceived, "headers", { urls: matches, types: ["main_frame"] }, ["responseHeaders"]);

const bytes = async (file) => (await fetch(runtime.getURL(file))).arrayBuffer();

bytes("background.wasm")
  .then((all) => init({ module_or_path: all }))
  .then(() => {
    deliver = on_event;
    for (const [name, args] of waiting) on_event(name, args);
    waiting = undefined;
  });
