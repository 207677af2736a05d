// What the replica tells an open page: changed knobs, and commands such as "reorder". Also on
// `window.replica`, for a test that holds the page itself.

const listeners = new Set();

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function command(name, detail) {
  for (const listener of [...listeners]) listener(name, detail);
}

export function start(config) {
  let timer;
  const apply = (knobs) => {
    clearInterval(timer);
    if (knobs.rerender_ms) timer = setInterval(() => command(knobs.remount ? "remount" : "rerender"), knobs.rerender_ms);
  };
  apply(config.knobs);
  window.replica = { command, config };
  const events = new EventSource("/replica/events");
  events.addEventListener("knobs", (event) => {
    const knobs = JSON.parse(event.data);
    if (JSON.stringify(knobs) === JSON.stringify(config.knobs)) return;
    config.knobs = knobs;
    apply(knobs);
    command("knobs", knobs);
  });
  events.addEventListener("command", (event) => {
    const { name, detail } = JSON.parse(event.data);
    command(name, detail);
  });
}

export function readConfig() {
  return JSON.parse(document.getElementById("replica_config").textContent);
}
