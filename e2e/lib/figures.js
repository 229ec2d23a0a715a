// Figures as pages and files write them in French, read back to be compared.

/** « −2 285,96 € » as −228596: every digit counts, whatever the decimals. */
export const digits = (text) => {
  const kept = text.replace(/[−-]/g, "-").replace(/[^\d-]/g, "");
  return kept === "" || kept === "-" ? null : Number(kept);
};

/** The texts of one column of the rows, not of the sum above them. */
export const column = (page, number, table = "main table.data") =>
  page.locator(`${table} > tbody:not(.sum) > tr > :nth-child(${number})`).allInnerTexts();

/** A file as a French or English browser gets it. */
export async function download(href, language = "fr-FR") {
  const answer = await fetch(href, { headers: { "accept-language": language } });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, name: answer.headers.get("content-disposition") ?? "", bytes };
}
