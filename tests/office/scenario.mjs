/* A person at the pane: signs in, makes a workbook, types, pushes, and asks functions; the test's server hears what came of it. */

import { Book, excel } from "/test/fake_excel.mjs";

const book = new Book("店.xlsx");
Object.assign(window, excel(book));
const functions = new Map();
window.CustomFunctions = {
  associate: (name, call) => functions.set(name, call),
  ErrorCode: { notAvailable: "#N/A", invalidValue: "#VALUE!" },
  Error: class extends Error {
    constructor(code, message) {
      super(message);
      this.code = code;
    }
  },
};

let requests = 0;
const fetched = window.fetch;
window.fetch = (...args) => {
  if (String(args[0]).endsWith("/api/v1/functions") && args[1].method === "POST") requests += 1;
  return fetched(...args);
};

const element = (id) => document.getElementById(id);
const until = async (what) => {
  for (let tries = 0; tries < 600; tries += 1) {
    if (what()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
};
const press = async (id) => {
  element(id).click();
  await until(() => !element(id).disabled);
  return { code: element("lines").className, lines: [...element("lines").children].map((line) => line.textContent) };
};

function grid(sheet) {
  const used = book.used(sheet);
  return Array.from({ length: used.row + used.rows }, (_, row) =>
    Array.from({ length: used.column + used.columns }, (_, place) => sheet.cells.get(`${row},${place}`)?.value ?? ""),
  );
}

/** Empty a column, then answer the pane's question about that with no, and the second time with yes. */
async function manyEmptied() {
  const sheet = book.sheet("顧客");
  const [, headings] = grid(sheet);
  const [name, phone] = ["氏名", "電話"].map((heading) => headings.indexOf(heading));
  for (let row = 5; row < 35; row += 1) {
    book.type(sheet, row, name, `客${row}`);
    book.type(sheet, row, phone, `03-${row}`);
  }
  const sent = await press("workbook.push");
  for (let row = 5; row < 35; row += 1) book.type(sheet, row, phone, "");
  const answers = {};
  for (const id of ["no", "yes"]) {
    element("workbook.push").click();
    await until(() => !element("asking").hidden);
    const question = element("lines").textContent;
    element(id).click();
    await until(() => !element("workbook.push").disabled);
    answers[id] = { question, code: element("lines").className, lines: element("lines").textContent };
  }
  // One question is open while more goes missing: the answer to it is not taken for the rest.
  for (let row = 5; row < 35; row += 1) book.type(sheet, row, phone, `04-${row}`);
  await press("workbook.push");
  for (let row = 5; row < 34; row += 1) book.type(sheet, row, phone, "");
  element("workbook.push").click();
  await until(() => !element("asking").hidden);
  const older = element("lines").textContent;
  book.type(sheet, 34, phone, "");
  element("yes").click();
  await until(() => !element("asking").hidden && element("lines").textContent !== older);
  const newer = element("lines").textContent;
  element("no").click();
  await until(() => !element("workbook.push").disabled);
  return { sent, answers, older, newer, asking: !element("asking").hidden };
}

async function scenario() {
  await until(() => document.body.className === "signed-out");
  element("sign-in").click();
  await until(() => element("code").textContent !== "");
  const code = element("code").textContent;
  const asked = element("lines").textContent;
  // A colleague approves it at another PC.
  const token = new URLSearchParams(location.search).get("token");
  await fetched("/api/v1/pairings/approve", {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ code }),
  });
  await until(() => document.body.className === "signed-in");

  const made = await press("workbook.new");
  if (new URLSearchParams(location.search).has("many")) return manyEmptied();
  const sheet = book.sheet("顧客");
  const [, headings] = grid(sheet);
  const at = (heading) => headings.indexOf(heading);
  const row = grid(sheet).findIndex((line) => line[at("顧客番号")] === "C0001");
  book.type(sheet, row, at("電話"), "090-0000-0001");
  book.type(sheet, 5, at("氏名"), "新田新");
  const pushed = await press("workbook.push");
  const pulled = await press("workbook.pull");

  const others = {};
  const every = new URLSearchParams(location.search).has("every");
  for (const id of every ? [...element("verbs").children].map((button) => button.id) : []) {
    if (["workbook.new", "workbook.push", "workbook.pull"].includes(id)) continue;
    book.active = sheet;
    book.selection = { sheet, row: 2, column: 3, rows: 1, columns: 1 };
    others[id] = { ...(await press(id)), files: [...element("files").children].map((link) => link.textContent) };
  }
  const shown = book.active.name;
  book.active = sheet;

  const answers = await Promise.all(Array.from({ length: 300 }, (_, place) => functions.get("RFM")([[`C000${1 + (place % 3)}`]])));
  const generic = await functions.get("CALL")("RFM", [["C0001"]]);
  return {
    code, asked, made, pushed, pulled, headings,
    rows: grid(sheet).slice(2).map((line) => Object.fromEntries(headings.map((heading, place) => [heading, line[place]]))),
    sheets: book.sheets.map((one) => [one.name, one.visibility]),
    buttons: [...element("verbs").children].map((button) => [button.id, button.textContent]),
    tables: sheet.tables.map((table) => [table.name, table.rows]),
    hidden: sheet.hidden.map((one) => one.column),
    frozen: sheet.frozen,
    saved: book.saved,
    formats: [at("顧客番号"), at("生年月日")].map((place) => book.cell(sheet, row, place).format),
    birthday: grid(sheet).find((line) => line[at("顧客番号")] === "C0002")[at("生年月日")],
    colored: (sheet.colored || []).length,
    functions: { requests, cells: answers.length, first: answers[0], generic },
    active: book.active.name,
    // A pane is low: what is told must be seen without scrolling.
    told: element("lines").getBoundingClientRect().bottom,
    others, shown, calculated: book.calculated,
  };
}

window.addEventListener("load", () => {
  scenario()
    .catch((error) => ({ error: String(error.stack || error), said: element("lines").textContent }))
    .then((result) => fetched("/test/result", { method: "POST", body: JSON.stringify(result) }));
});
