import assert from "node:assert/strict";
import { test } from "node:test";

import { Book, excel } from "./fake_excel.mjs";

globalThis.window = globalThis;
const { describe, isDateFormat, isoOfSerial, perform, serialOfIso } = await import("../../server/kizuna/web/office_files/workbook.js");

function opened() {
  const book = new Book("店.xlsx");
  const { Excel, Office } = excel(book);
  globalThis.Office = Office;
  return { book, look: () => Excel.run(describe), act: (...actions) => Excel.run((context) => perform(context, actions)) };
}

const action = (func, args = [], more = {}) => ({ func, args, values: null, sheet_position: 0, start_row: 0, start_column: 0, row_count: 1, column_count: 1, ...more });

test("formats of dates are known, durations and numbers are none", () => {
  assert.deepEqual(["yyyy/m/d", '[$-411]ggge"年"m"月"d"日"', "h:mm"].map(isDateFormat), [true, true, true]);
  assert.deepEqual(["General", "#,##0", "[h]:mm", '0"day"', "0.00E+00"].map(isDateFormat), [false, false, false, false, false]);
});

test("serials and dates agree with Excel on both sides of the day that never was", () => {
  for (const [serial, text] of [[1, "1900-01-01"], [59, "1900-02-28"], [61, "1900-03-01"], [43929, "2020-04-08"]]) {
    assert.equal(isoOfSerial(serial).slice(0, 10), text);
    assert.equal(serialOfIso(`${text}T00:00:00`), serial);
  }
});

test("what was written is described: dates as ISO text, codes as text, formulas by place", async () => {
  const { book, look, act } = opened();
  await act(
    action("setNumberFormat", ["@"], { column_count: 1, row_count: 2 }),
    action("kizunaSetValues", [], { row_count: 2, column_count: 3, values: [["007", "2020-04-08T00:00:00", 1.5], ["=1+1", null, true]], dates: [[0, 1]] }),
    action("kizunaSetFormula", ["=SUM(C1)"], { start_row: 4, start_column: 2 }),
  );

  const { sheets } = await look();

  assert.deepEqual(sheets[0].values[0], ["007", "2020-04-08T00:00:00.000Z", 1.5]);
  assert.deepEqual(sheets[0].values[1], ["=1+1", null, true]);
  assert.deepEqual(sheets[0].kizuna, { visible: -1, formulas: [[4, 2, "=SUM(C1)"]] });
  assert.equal(book.cell(book.sheets[0], 0, 1).format, "yyyy/m/d");
});

test("sheets, tables, names and hidden sheets are made and told", async () => {
  const { book, look, act } = opened();
  await act(
    action("addSheet", [1, "顧客 一覧"], { sheet_position: null }),
    action("kizunaSetValues", [], { sheet_position: 1, row_count: 1, column_count: 2, values: [["番号", "氏名"]], dates: [] }),
    action("addTable", ["$A$1:$B$2", true, "TableStyleMedium2", "kizuna_customers"], { sheet_position: 1 }),
    action("resizeTable", [0, "$A$1:$B$5"], { sheet_position: 1 }),
    action("namesAdd", ["_kz", "='顧客 一覧'!$B$1"], { sheet_position: null }),
    action("kizunaSheetVisible", [2]),
    action("kizunaSave", [], { sheet_position: null }),
  );

  const { sheets, names, book: told } = await look();

  assert.deepEqual(sheets.map((sheet) => [sheet.name, sheet.kizuna.visible]), [["Sheet1", 2], ["顧客 一覧", -1]]);
  assert.deepEqual([sheets[1].tables[0].name, sheets[1].tables[0].range_address], ["kizuna_customers", "A1:B5"]);
  assert.deepEqual([names[0].name, names[0].sheet_index, names[0].address], ["_kz", 1, "B1"]);
  assert.equal(told.active_sheet_index, 1);
  assert.equal(book.saved, 1);
});

test("inserting and deleting cells moves tables", async () => {
  const { look, act } = opened();
  await act(
    action("kizunaSetValues", [], { row_count: 3, values: [["番号"], ["a"], ["b"]], dates: [] }),
    action("addTable", ["$A$1:$A$3", true, "", "t"]),
    action("rangeInsert", ["down"], { start_row: 1 }),
    action("rangeDelete", ["up"], { start_row: 2 }),
  );

  const { sheets } = await look();

  assert.equal(sheets[0].tables[0].range_address, "A1:A3");
  assert.deepEqual(sheets[0].values, [["番号"], [null], ["b"]]);
});

test("an action that no client knows is refused by its name", async () => {
  const { act } = opened();

  await assert.rejects(act(action("makeCoffee")), /NotImplemented: makeCoffee/);
});

test("a table's filter is applied again, and one that is off stops nothing", async () => {
  const { book, act } = opened();
  await act(action("addTable", ["$A$1:$B$3", true, "", "one"]), action("addTable", ["$D$1:$E$3", true, "", "two"]));
  book.sheets[0].tables[1].filter = false;

  await act(action("kizunaFilterAgain", [0]), action("kizunaFilterAgain", [1]), action("kizunaSetValues", [], { values: [["x"]], dates: [] }));

  assert.deepEqual(book.sheets[0].tables.map((table) => table.filtered), [1, undefined]);
  assert.equal(book.cell(book.sheets[0], 0, 0).value, "x");
});

test("of several selected areas the first is told, and a selected chart is no trouble", async () => {
  const { book, look, act } = opened();
  await act(action("setSheetName", ["店, '本'"]));
  const sheet = book.sheets[0];
  const areas = [{ sheet, row: 2, column: 3, rows: 2, columns: 1 }, { sheet, row: 8, column: 0, rows: 1, columns: 1 }];

  const told = [];
  for (const selection of [{ areas }, "chart", areas[1]]) {
    book.selection = selection;
    told.push((await look()).book.selection);
  }

  assert.deepEqual(told, ["D3:D4", "A1", "A9"]);
});
