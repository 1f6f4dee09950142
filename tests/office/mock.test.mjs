/* The pane's reading and writing against Microsoft's own mock, which refuses properties that were not loaded. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

// Where npm put the mock is told by NODE_PATH, which only require() follows.
const { OfficeMockObject } = createRequire(import.meta.url)("office-addin-mock");

globalThis.window = globalThis;
globalThis.Office = { context: { requirements: { isSetSupported: () => true } } };
const { describe, perform } = await import("../../server/kizuna/web/office_files/workbook.js");

/** The mock knows no collections, so these are plain, and what is in them are mocks. */
function mocked() {
  const collection = (...items) => ({ load() {}, items });
  const sheet = new OfficeMockObject({
    name: "Sheet1",
    visibility: "Visible",
    range: {
      values: [["番号"]],
      formulas: [["番号"]],
      numberFormat: [["@"]],
      rowIndex: 0,
      columnIndex: 0,
      isNullObject: false,
      format: { fill: { color: "" } },
    },
    getRangeByIndexes() {
      return this.range;
    },
    getUsedRangeOrNullObject() {
      return this.range;
    },
  });
  sheet.range.isNullObject = false;
  sheet.tables = collection();
  const context = new OfficeMockObject({ workbook: { name: "店.xlsx", selection: { address: "Sheet1!A1" } } });
  context.workbook.getSelectedRanges = () => context.workbook.selection;
  context.workbook.names = collection();
  context.workbook.worksheets = { ...collection(sheet), getActiveWorksheet: () => sheet };
  const sync = context.sync.bind(context);
  context.sync = async () => {
    await sync();
    await sheet.sync();
  };
  return { context, sheet };
}

test("values, format and colour reach the mock's range", async () => {
  const { context, sheet } = mocked();
  const cells = { sheet_position: 0, start_row: 0, start_column: 0, row_count: 1, column_count: 2 };

  await perform(context, [
    { func: "setNumberFormat", args: ["@"], ...cells },
    { func: "kizunaSetValues", args: [], values: [["007", null]], dates: [], ...cells },
    { func: "setRangeColor", args: ["#FFE699"], ...cells },
  ]);

  assert.deepEqual(sheet.range.values, [["007", ""]]);
  assert.equal(sheet.range.numberFormat, "@");
  assert.equal(sheet.range.format.fill.color, "#FFE699");
});

test("describing reads nothing that it did not load", async () => {
  const { context, sheet } = mocked();
  // The mock only knows names of one level; the path says the same of each item.
  sheet.load("name,visibility");

  const told = await describe(context);

  assert.deepEqual(told.sheets[0].values, [["番号"]]);
  assert.equal(told.book.name, "店.xlsx");
  assert.equal(told.book.selection, "A1");
});
