// platform.openai.com/settings: client routing, an organisation switcher, and the billing history that
// arrives late. Structure and names of the table follow fixtures/portals/openai-billing-history.*.html.
import "./report.js";
import { useCallback, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { readConfig, start, subscribe } from "./live.js";
import { History } from "./history.jsx";
import { Sidebar } from "./sidebar.jsx";

const config = readConfig();

const HISTORY = ["/settings/organization/billing/history", "/account/billing/history"];
const TABS = [
  ["/settings/organization/billing/overview", "Overview"],
  ["/settings/organization/billing/payment-methods", "Payment methods"],
  ["/settings/organization/billing/history", "Billing history"],
  ["/settings/organization/billing/preferences", "Preferences"],
];

function usePath() {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const onPop = () => setPath(location.pathname);
    addEventListener("popstate", onPop);
    return () => removeEventListener("popstate", onPop);
  }, []);
  const go = useCallback((to) => {
    history.pushState(null, "", to);
    setPath(to);
  }, []);
  return [path, go];
}

function Link({ to, go, children, ...rest }) {
  const onClick = (event) => {
    if (event.metaKey || event.ctrlKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return <a href={to} onClick={onClick} {...rest}>{children}</a>;
}

function Billing({ path, go, organisation }) {
  return (
    <>
      <h2>Billing</h2>
      <nav className="tabs" aria-label="Billing">
        {TABS.map(([to, name]) => (
          <Link key={to} to={to} go={go} aria-current={path === to || (HISTORY.includes(path) && HISTORY[0] === to) ? "page" : undefined}>
            {name}
          </Link>
        ))}
      </nav>
      {HISTORY.includes(path)
        ? <History key={organisation.id} organisation={organisation} config={config} />
        : <Other path={path} />}
    </>
  );
}

function Other({ path }) {
  const name = path.split("/").filter(Boolean).pop() ?? "home";
  return (
    <section className="card">
      <h3>{name.replace(/-/g, " ").replace(/^./, (c) => c.toUpperCase())}</h3>
      <p className="muted">Nothing to change here.</p>
    </section>
  );
}

function App() {
  const [path, go] = usePath();
  const [organisation, setOrganisation] = useState(config.organisations[0]);
  useEffect(() => subscribe((name, detail) => name === "navigate" && go(detail)), [go]);
  useEffect(() => {
    document.title = HISTORY.includes(path) ? "Billing history - OpenAI API" : "Settings - OpenAI API";
  }, [path]);
  return (
    <div className="shell">
      <Sidebar {...{ Link, go, path, organisation, setOrganisation }} organisations={config.organisations} />
      <main>
        {path.includes("/billing") ? <Billing {...{ path, go, organisation }} /> : <Other path={path} />}
      </main>
    </div>
  );
}

function SignedOut() {
  return (
    <main>
      <h2>Welcome</h2>
      <p className="muted">Log in to see your organization.</p>
      <p><a className="onb-homepage-link" href="/">Home</a> <button type="button" data-color="primary" data-variant="soft">Log in</button></p>
    </main>
  );
}

function Site() {
  const [signedOut, setSignedOut] = useState(config.knobs.signed_out);
  useEffect(() => subscribe((name, detail) => name === "knobs" && setSignedOut(detail.signed_out)), []);
  return signedOut ? <SignedOut /> : <App />;
}

start(config);
createRoot(document.getElementById("root")).render(<Site />);
