// Sends whatever went wrong on this page to the replica, so that a test can assert that nothing did.
// Must be imported first: React warns through console.error.

function send(kind, text) {
  fetch("/replica/report", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind, text: String(text).slice(0, 4000), path: location.pathname }),
  }).catch(() => {});
}

for (const level of ["error", "warn"]) {
  const original = console[level];
  console[level] = (...args) => {
    send(`console.${level}`, args.map((a) => (a instanceof Error ? a.stack : String(a))).join(" "));
    original.apply(console, args);
  };
}

addEventListener("error", (event) => send("error", event.error?.stack ?? event.message));
addEventListener("unhandledrejection", (event) => send("unhandledrejection", event.reason?.stack ?? event.reason));
document.addEventListener("securitypolicyviolation", (event) =>
  send("securitypolicyviolation", `${event.effectiveDirective} ${event.blockedURI}`),
);

export { send };
