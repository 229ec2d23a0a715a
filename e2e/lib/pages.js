// Which pages there are: what the navigation leads to, the tabs and parts of those pages, and one
// record of each kind, found by following the first link of its list.
import { visit } from "./browser.js";

const FILTERS = "period=30d&shop=ferme&compare=previous";

/** Lists and matrices, each with the link that opens one of its records. */
const LISTS = [
  ["/orders", ".listing tbody:not(.sum) th a"],
  ["/products", ".products tbody:not(.sum) th.product a"],
  ["/customers", ".listing tbody:not(.sum) th a"],
  ["/loyalty?view=cohorts", "table.cohorts td a"],
];

/** Pages in states that the navigation does not show: other views, nothing found, large figures. */
const STATES = [
  `/revenue?${FILTERS}&by=product&then=customer_type`,
  `/revenue?${FILTERS}&by=channel&where=customer_type:new`,
  `/orders?${FILTERS}&q=xyzzy`,
  `/products?${FILTERS}&filter=units%3E%3D1000000`,
  `/why?shop=ferme&period=30d&compare=none`,
  `/?shop=online-retail`,
  `/products?shop=online-retail`,
  `/settings?shop=online-retail`,
  `/explain?${FILTERS}&metric=revenue`,
  `/connect`,
  `/connections`,
  `/connections/new?platform=woocommerce`,
];

const INSIDE = ".tabs a, .sections a";

const links = (page, selector) => page.locator(selector).evaluateAll((all) => all.map((one) => one.href));

/** The address of every page worth looking at, once each. */
export async function everyPage({ browser, url }) {
  const found = new Set();
  const add = (all) => {
    const own = all.filter((href) => href.startsWith(url)).map((href) => href.split("#")[0]);
    const fresh = own.filter((href) => !found.has(href));
    for (const href of fresh) found.add(href);
    return fresh;
  };
  await visit(browser, `${url}/?${FILTERS}`, { javaScriptEnabled: false }, async (page) => {
    let next = add([page.url(), ...(await links(page, "nav a, footer a"))]);
    while (next.length > 0) {
      const [href, ...rest] = next;
      await page.goto(href);
      next = [...rest, ...add(await links(page, INSIDE))];
    }
    for (const [path, record] of LISTS) {
      await page.goto(`${url}${path}${path.includes("?") ? "&" : "?"}shop=ferme`);
      const [first] = await links(page, record);
      if (!first) throw new Error(`${path} has no ${record}`);
      add([first]);
    }
  });
  return [...found];
}

/** The addresses of pages in states of their own. */
export const states = ({ url }) => STATES.map((state) => `${url}${state}`);
