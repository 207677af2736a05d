// On every page of a known host: is this a billing page? If so, says that once, and the service worker sends the
// rest. Nothing else happens here. The build puts in BILLFOLD_PAGES, the beginnings of their addresses.
const pages = BILLFOLD_PAGES;
let last;

const look = () => {
  const page = location.origin + location.pathname;
  if (page === last) return;
  last = page;
  // Without an id the extension was reloaded or removed, and this script is all that is left of it here.
  if (chrome.runtime?.id && pages.some((start) => page.startsWith(start))) {
    const policy = document.querySelector("meta[http-equiv='Content-Security-Policy' i]");
    chrome.runtime.sendMessage({
      "billing-page": location.href,
      "meta-policy": policy !== null,
      since: performance.timeOrigin,
    });
  }
};

look();
// Sites move between their pages without loading one.
navigation.addEventListener("currententrychange", look);
