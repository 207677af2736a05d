// The settings sidebar and the organisation switcher, with the attributes that scrapers have relied on.
import { useState } from "react";

const GROUPS = [
  ["Settings", [["/settings/profile", "Profile"]]],
  ["Organization", [
    ["/settings/organization/general", "General"],
    ["/settings/organization/people", "People"],
    ["/settings/organization/projects", "Projects"],
    ["/settings/organization/billing/overview", "Billing"],
    ["/settings/organization/limits", "Limits"],
  ]],
];

function Switcher({ organisations, organisation, setOrganisation }) {
  const [open, setOpen] = useState(false);
  const choose = (chosen) => {
    setOrganisation(chosen);
    setOpen(false);
  };
  return (
    <div className="switcher">
      <button
        id="select-trigger-radix-:r3:"
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        data-state={open ? "open" : "closed"}
        onClick={() => setOpen(!open)}
      >
        <span className="avatar" aria-hidden="true">{organisation.name[0]}</span>
        <span>{organisation.name}</span>
        <svg aria-hidden="true" width="12" height="12" viewBox="0 0 12 12">
          <path d="M3 4.5 6 1.5l3 3M3 7.5l3 3 3-3" fill="none" stroke="currentColor" />
        </svg>
      </button>
      {open && (
        <div role="dialog" data-state="open" aria-label="Organization" className="menu">
          {organisations.map((each) => (
            <button
              key={each.id}
              type="button"
              role="option"
              data-option-id={each.id}
              aria-selected={each.id === organisation.id}
              onClick={() => choose(each)}
            >
              {each.name}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

export function Sidebar({ Link, go, path, ...switcher }) {
  const current = (to) => path === to || (to.includes("/billing") && path.includes("/billing"));
  return (
    <aside className="sidebar">
      <div className="brand" aria-hidden="true"><span className="mark" />Platform</div>
      <Switcher {...switcher} />
      {GROUPS.map(([group, links]) => (
        <nav key={group} aria-label={group}>
          <h4>{group}</h4>
          {links.map(([to, name]) => (
            <Link key={to} to={to} go={go} aria-current={current(to) ? "page" : undefined}>{name}</Link>
          ))}
        </nav>
      ))}
    </aside>
  );
}
