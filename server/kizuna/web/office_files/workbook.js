/* A workbook in Excel, told as the server's workbook services want it, and changed as they answer.
 *
 * The form of both is that of xlwings' clients; the actions whose names begin with "kizuna" are ours
 * (kizuna_addin/hosts/payload/extensions.py lists them).
 */

const VISIBLE = { Visible: -1, Hidden: 0, VeryHidden: 2 };
const STATES = { "-1": "Visible", 0: "Hidden", 2: "VeryHidden" };
const CELLS_AT_ONCE = 20000;
const DAY = 86400000;
const EPOCH = Date.UTC(1899, 11, 30);
const FIRST_TRUE_SERIAL = 61; // Excel counts 29 February 1900, which never was.
const LAST_SERIAL = 2958466;

/** Say whether a number format shows its number as a date or a time; durations such as [h]:mm are none. */
export function isDateFormat(code) {
  const first = String(code).split(";", 1)[0];
  if (/\[(h+|m+|s+)\]/i.test(first)) return false;
  const plain = first.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, "");
  if (/general|標準/i.test(plain)) return false;
  return /[ymdhs]|g+e|^e|\be\b|e(?![+-])/i.test(plain);
}

/** Return a date serial as ISO text, as xlwings' clients write dates; null where Excel shows ####. */
export function isoOfSerial(serial) {
  if (!(serial >= 0 && serial < LAST_SERIAL)) return null;
  const days = serial >= 1 && serial < FIRST_TRUE_SERIAL - 1 ? serial + 1 : serial;
  return new Date(EPOCH + Math.round(days * DAY)).toISOString();
}

/** Return the serial of ISO text without a time zone. */
export function serialOfIso(text) {
  const days = (Date.parse(text.endsWith("Z") ? text : text + "Z") - EPOCH) / DAY;
  return days > 1 && days < FIRST_TRUE_SERIAL ? days - 1 : days;
}

/** Return what xlwings' clients send for a workbook, with our additions. */
export async function describe(context) {
  const workbook = context.workbook;
  const sheets = workbook.worksheets;
  const active = sheets.getActiveWorksheet();
  workbook.load("name");
  sheets.load("items/name,items/visibility");
  active.load("name");
  workbook.names.load("items/name,items/type");
  await context.sync();

  const selected = await selectedAddress(context);

  const parts = sheets.items.map((sheet) => {
    const used = sheet.getUsedRangeOrNullObject(true);
    used.load("values,formulas,numberFormat,rowIndex,columnIndex");
    sheet.tables.load("items/name,items/showHeaders,items/showTotals,items/style,items/showFilterButton");
    return { sheet, used };
  });
  const named = workbook.names.items
    .filter((name) => name.type === "Range")
    .map((name) => ({ name, range: name.getRangeOrNullObject() }));
  named.forEach(({ range }) => range.load("address"));
  await context.sync();

  for (const part of parts) {
    part.tables = part.sheet.tables.items.map((table) => ({ table, range: table.getRange() }));
    part.tables.forEach(({ range }) => range.load("address"));
  }
  await context.sync();

  const places = sheets.items.map((sheet) => sheet.name);
  return {
    client: "Office.js",
    version: "1",
    kizuna: { version: 2 },
    book: {
      name: workbook.name,
      active_sheet_index: places.indexOf(active.name),
      selection: selected,
    },
    names: named.filter(({ range }) => !range.isNullObject).map(({ name, range }) => describeName(name, range, places)),
    sheets: parts.map(describeSheet),
  };
}

/** Return where the person is; of several areas the first. A chart or a picture is no place: A1 then. */
async function selectedAddress(context) {
  const supported = Office.context.requirements.isSetSupported("ExcelApi", "1.9");
  const selection = supported ? context.workbook.getSelectedRanges() : context.workbook.getSelectedRange();
  selection.load("address");
  try {
    await context.sync();
  } catch {
    return "A1";
  }
  return withoutSheet(firstArea(selection.address));
}

/** Return the first of areas joined by commas; a sheet's name in quotes may hold one too. */
function firstArea(address) {
  return /^(?:'(?:[^']|'')*'|[^',])*/.exec(address)[0];
}

function describeName(name, range, places) {
  return {
    name: name.name,
    sheet_index: places.indexOf(sheetOf(range.address)),
    address: withoutSheet(range.address),
    book_scope: true,
    scope_sheet_name: null,
    scope_sheet_index: null,
  };
}

function describeSheet({ sheet, used, tables }) {
  const { values, formulas } = used.isNullObject ? { values: [[]], formulas: [] } : cellsOf(used);
  return {
    name: sheet.name,
    values,
    pictures: [],
    tables: tables.map(({ table, range }) => ({
      name: table.name,
      range_address: withoutSheet(range.address),
      show_headers: table.showHeaders,
      show_totals: table.showTotals,
      table_style: table.style,
      show_autofilter: table.showFilterButton,
    })),
    kizuna: { visible: VISIBLE[sheet.visibility], formulas },
  };
}

/** Return the values from A1 on, dates as ISO text, and the formulas by place. */
function cellsOf(used) {
  const formulas = [];
  const before = Array(used.columnIndex).fill(null);
  const values = Array.from({ length: used.rowIndex }, () => [null]);
  used.values.forEach((line, down) => {
    values.push([
      ...before,
      ...line.map((value, across) => {
        const formula = used.formulas[down][across];
        // Text that only looks like a formula is its own value.
        if (typeof formula === "string" && formula.startsWith("=") && formula !== value) {
          formulas.push([used.rowIndex + down, used.columnIndex + across, formula]);
        }
        if (value === "") return null;
        if (typeof value !== "number" || !isDateFormat(used.numberFormat[down][across])) return value;
        return isoOfSerial(value) ?? value;
      }),
    ]);
  });
  return { values, formulas };
}

function withoutSheet(address) {
  return address.slice(address.lastIndexOf("!") + 1);
}

function sheetOf(address) {
  const name = address.slice(0, address.lastIndexOf("!"));
  return name.startsWith("'") ? name.slice(1, -1).replaceAll("''", "'") : name;
}

/** Do the server's actions in order; `tell` shows a text to the person, `bring` gives them a file. */
export async function perform(context, actions, tell = () => {}, bring = () => {}) {
  const workbook = context.workbook;
  workbook.worksheets.load("items/name");
  workbook.names.load("items/name");
  await context.sync();
  const sheets = [...workbook.worksheets.items];
  sheets.forEach((sheet) => sheet.tables.load("items/name"));
  await context.sync();
  const work = {
    context,
    workbook,
    sheets,
    tables: new Map(sheets.map((sheet) => [sheet, [...sheet.tables.items]])),
    names: new Set(workbook.names.items.map((name) => name.name)),
    tell,
    bring,
  };
  for (const action of actions) {
    const act = ACTIONS[action.func];
    if (!act) throw new Error(`NotImplemented: ${action.func}`);
    await act(work, action, ...action.args);
  }
  await context.sync();
}

function sheetFor(work, action) {
  return work.sheets[action.sheet_position];
}

function cellsFor(work, action) {
  return sheetFor(work, action).getRangeByIndexes(
    action.start_row,
    action.start_column,
    action.row_count,
    action.column_count,
  );
}

function tableFor(work, action, place) {
  return work.tables.get(sheetFor(work, action))[place];
}

async function setValues(work, action) {
  const dates = new Map((action.dates || []).map(([row, column]) => [`${row},${column}`, true]));
  // In this API null leaves a cell as it is; empty text empties it.
  const values = action.values.map((line, row) =>
    line.map((value, column) =>
      dates.has(`${row},${column}`) ? serialOfIso(value) : value === null ? "" : value,
    ),
  );
  const step = Math.max(1, Math.floor(CELLS_AT_ONCE / action.column_count));
  for (let first = 0; first < values.length; first += step) {
    const part = values.slice(first, first + step);
    const range = sheetFor(work, action).getRangeByIndexes(
      action.start_row + first,
      action.start_column,
      part.length,
      action.column_count,
    );
    range.values = part;
    if (values.length > step) await work.context.sync();
  }
  if (dates.size) await showDates(work, action);
}

/** Give date formats to cells that got a date and have no format of their own, as typing a date does. */
async function showDates(work, action) {
  const range = cellsFor(work, action);
  range.load("numberFormat");
  await work.context.sync();
  for (const [row, column] of action.dates) {
    if (range.numberFormat[row][column] === "General") {
      const timed = !action.values[row][column].endsWith("T00:00:00");
      range.getCell(row, column).numberFormat = [[timed ? "yyyy/m/d h:mm" : "yyyy/m/d"]];
    }
  }
}

async function colorByText(work, action, pairs) {
  const range = cellsFor(work, action);
  const formats = range.conditionalFormats;
  formats.load("items/type");
  await work.context.sync();
  const comparing = formats.items.filter((one) => one.type === "CellValue");
  comparing.forEach((one) => one.cellValue.load("rule"));
  await work.context.sync();
  // Only rules that say one of our words are ours; a person's own stay.
  const ours = new Set(pairs.map(([text]) => quoted(text)));
  comparing.filter((one) => ours.has(one.cellValue.rule.formula1)).forEach((one) => one.delete());
  for (const [text, color] of pairs) {
    const rule = formats.add("CellValue");
    rule.cellValue.format.fill.color = color;
    rule.cellValue.rule = { formula1: quoted(text), operator: "EqualTo" };
  }
}

function quoted(text) {
  return `="${text.replaceAll('"', '""')}"`;
}

function addSheet(work, action, place, name) {
  const sheet = work.workbook.worksheets.add(name);
  sheet.position = place;
  sheet.activate();
  work.sheets.splice(place, 0, sheet);
  work.tables.set(sheet, []);
}

function deleteSheet(work, action) {
  const sheet = sheetFor(work, action);
  // The program refuses to delete a sheet that it may not even show.
  sheet.visibility = "Visible";
  sheet.delete();
  work.sheets.splice(action.sheet_position, 1);
}

function addTable(work, action, address, hasHeaders, style, name) {
  const table = sheetFor(work, action).tables.add(address, hasHeaders);
  table.style = style;
  if (name) table.name = name;
  work.tables.get(sheetFor(work, action)).push(table);
}

function addName(work, action, name, refersTo) {
  const home = action.sheet_position === null ? work.workbook : sheetFor(work, action);
  if (action.sheet_position === null && work.names.has(name)) home.names.getItem(name).delete();
  home.names.add(name, refersTo);
  work.names.add(name);
}

function deleteName(work, action, name) {
  const [sheet, key] = name.includes("!") ? [sheetOf(name), withoutSheet(name)] : [null, name];
  const home = sheet === null ? work.workbook : work.workbook.worksheets.getItem(sheet);
  home.names.getItem(key).delete();
  work.names.delete(name);
}

function freeze(work, action, rows, columns) {
  const panes = sheetFor(work, action).freezePanes;
  if (rows && columns) panes.freezeAt(sheetFor(work, action).getRangeByIndexes(0, 0, rows, columns));
  else if (rows) panes.freezeRows(rows);
  else if (columns) panes.freezeColumns(columns);
  else panes.unfreeze();
}

async function filterAgain(work, action, place) {
  await work.context.sync();
  tableFor(work, action, place).reapplyFilters();
  try {
    await work.context.sync();
  } catch {
    // A table whose filter is off may refuse; its cells are as they should be.
  }
}

function offer(work, action, source, message, allowOther) {
  const rule = cellsFor(work, action).dataValidation;
  rule.clear();
  if (source === null) return;
  rule.rule = { list: { inCellDropDown: true, source } };
  rule.errorAlert = { showAlert: !allowOther, style: "Stop", title: "", message: message || "" };
}

function showMessage(work, action, message) {
  const rule = cellsFor(work, action).dataValidation;
  rule.clear();
  if (message) rule.prompt = { showPrompt: true, title: "", message };
}

function putNote(work, action, text) {
  // Notes came to this API late (ExcelApi 1.18); without them the sheet only lacks its explanations.
  if (!Office.context.requirements.isSetSupported("ExcelApi", "1.18")) return;
  const notes = sheetFor(work, action).notes;
  const cell = cellsFor(work, action).getCell(0, 0);
  if (text === null) notes.getItem(cell).delete();
  else notes.add(cell, text);
}

const on = (act) => (work, action, ...args) => act(cellsFor(work, action), ...args);
const onSheet = (act) => (work, action, ...args) => act(sheetFor(work, action), ...args);
const onTable = (act) => (work, action, place, ...args) => act(tableFor(work, action, place), ...args);

const ACTIONS = {
  // xlwings' own
  setValues: (work, action) => setValues(work, { ...action, dates: datesIn(action.values) }),
  rangeClearContents: on((cells) => cells.clear("Contents")),
  rangeClearFormats: on((cells) => cells.clear("Formats")),
  rangeClear: on((cells) => cells.clear("All")),
  addSheet,
  setSheetName: onSheet((sheet, name) => (sheet.name = name)),
  setAutofit: on((cells, axis) => (axis === "columns" ? cells.format.autofitColumns() : cells.format.autofitRows())),
  setRangeColor: on((cells, color) => (cells.format.fill.color = color)),
  activateSheet: (work, action, place) => work.sheets[place].activate(),
  addHyperlink: on((cells, address, textToDisplay, screenTip) => (cells.hyperlink = { address, textToDisplay, screenTip })),
  setNumberFormat: on((cells, code) => (cells.numberFormat = code)),
  alert: (work, action, text) => work.tell(text),
  setRangeName: (work, action, name) => {
    if (work.names.has(name)) work.workbook.names.getItem(name).delete();
    work.workbook.names.add(name, cellsFor(work, action));
    work.names.add(name);
  },
  namesAdd: addName,
  nameDelete: deleteName,
  rangeDelete: on((cells, way) => cells.delete(way === "up" ? "Up" : "Left")),
  rangeInsert: on((cells, way) => cells.insert(way === "down" ? "Down" : "Right")),
  rangeSelect: on((cells) => cells.select()),
  addTable,
  setTableName: onTable((table, name) => (table.name = name)),
  resizeTable: onTable((table, address) => table.resize(withoutSheet(address))),
  showAutofilterTable: onTable((table, shown) => (table.showFilterButton = shown)),
  showHeadersTable: onTable((table, shown) => (table.showHeaders = shown)),
  showTotalsTable: onTable((table, shown) => (table.showTotals = shown)),
  setTableStyle: onTable((table, style) => (table.style = style)),
  copyRange: (work, action, place, address) => work.sheets[place].getRange(address).copyFrom(cellsFor(work, action)),
  sheetDelete: deleteSheet,
  sheetClear: onSheet((sheet) => sheet.getRange().clear("All")),
  sheetClearContents: onSheet((sheet) => sheet.getRange().clear("Contents")),
  sheetClearFormats: onSheet((sheet) => sheet.getRange().clear("Formats")),
  // Ours
  kizunaSetValues: setValues,
  kizunaSetFormula: on((cells, formula) => (cells.formulas = formula)),
  // Widths count characters of the workbook's letters; 7 pixels each and 5 beside is what Excel's own default is made of.
  kizunaColumnWidth: on((cells, characters) => (cells.format.columnWidth = (characters * 7 + 5) * 0.75)),
  kizunaRowHeight: on((cells, points) => (cells.format.rowHeight = points)),
  kizunaHideColumns: on((cells, hidden) => (cells.columnHidden = hidden)),
  kizunaHideRows: on((cells, hidden) => (cells.rowHidden = hidden)),
  kizunaNoColor: on((cells) => cells.format.fill.clear()),
  kizunaFont: on((cells, property, value) => (cells.format.font[property] = value)),
  kizunaChoices: offer,
  kizunaMessage: showMessage,
  kizunaColorByText: colorByText,
  kizunaNote: putNote,
  kizunaSheetVisible: onSheet((sheet, state) => (sheet.visibility = STATES[state])),
  kizunaFreeze: freeze,
  kizunaNameDelete: deleteName,
  kizunaFilterAgain: filterAgain,
  kizunaStatus: (work, action, text) => work.tell(text || ""),
  kizunaCalculate: (work) => {
    window.dispatchEvent(new Event("kizuna-expired"));
    work.context.application.calculate("Full");
  },
  kizunaFile: (work, action, name, content) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    work.bring(name, new Blob([bytes]));
  },
  kizunaSave: async (work) => {
    await work.context.sync();
    if (Office.context.requirements.isSetSupported("ExcelApi", "1.11")) work.workbook.save("Save");
    await work.context.sync();
  },
};

/** Return where a block has dates, for clients' actions that do not say so: only text that is a whole moment is one. */
function datesIn(values) {
  const found = [];
  values.forEach((line, row) =>
    line.forEach((value, column) => {
      if (typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?$/.test(value)) found.push([row, column]);
    }),
  );
  return found;
}

export const actionNames = Object.keys(ACTIONS);
