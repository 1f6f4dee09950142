/* A stand-in for Excel's JavaScript API: a workbook in memory behind objects that queue, load and sync as the real ones do.
 *
 * Faithful where the pane depends on it: what was not loaded cannot be read; nothing happens before sync; null in values
 * leaves a cell alone; text that looks like a number becomes one unless the cell is formatted as text; a first apostrophe
 * is taken away. It is not Excel, and knows only what the pane uses.
 */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

function letters(column) {
  let text = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) text = LETTERS[(rest - 1) % 26] + text;
  return text;
}

function column(text) {
  return [...text].reduce((sum, letter) => sum * 26 + LETTERS.indexOf(letter) + 1, 0) - 1;
}

function address({ sheet, row, column: left, rows, columns }) {
  const name = /^\w+$/u.test(sheet.name) ? sheet.name : `'${sheet.name.replaceAll("'", "''")}'`;
  const first = `${letters(left)}${row + 1}`;
  const last = `${letters(left + columns - 1)}${row + rows}`;
  return `${name}!${first === last ? first : `${first}:${last}`}`;
}

function area(book, home, text) {
  const plain = text.replace(/^=/, "");
  const mark = plain.lastIndexOf("!");
  const named = plain.slice(0, Math.max(mark, 0)).replace(/^'|'$/g, "").replaceAll("''", "'");
  const sheet = mark < 0 ? home : book.sheets.find((one) => one.name === named);
  const [, a, b, c, d] = /^([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?$/.exec(plain.slice(mark + 1).replaceAll("$", ""));
  const [top, left] = [Number(b) - 1, column(a)];
  return { sheet, row: top, column: left, rows: d ? Number(d) - top : 1, columns: c ? column(c) - left + 1 : 1 };
}

/** The workbook as a person would look at it. */
export class Book {
  constructor(name) {
    this.name = name;
    this.sheets = [];
    this.names = new Map();
    this.saved = 0;
    this.syncs = 0;
    this.active = this.addSheet("Sheet1");
  }

  addSheet(name) {
    const sheet = { name, visibility: "Visible", cells: new Map(), tables: [], rules: [], notes: [], widths: [], hidden: [], columnFormats: [], frozen: null };
    this.sheets.push(sheet);
    return sheet;
  }

  sheet(name) {
    return this.sheets.find((one) => one.name === name);
  }

  cell(sheet, row, place) {
    const key = `${row},${place}`;
    if (!sheet.cells.has(key)) {
      const format = sheet.columnFormats.findLast((one) => place >= one.first && place <= one.last);
      sheet.cells.set(key, { value: "", formula: "", format: format ? format.code : "General" });
    }
    return sheet.cells.get(key);
  }

  type(sheet, row, place, value) {
    const cell = this.cell(sheet, row, place);
    let entered = value;
    if (typeof value === "string") {
      if (cell.format === "@") entered = value.replace(/^'/, "");
      else if (value.startsWith("=")) {
        cell.formula = value;
        cell.value = 0;
        return;
      } else if (value.startsWith("'")) entered = value.slice(1);
      else if (value.trim() !== "" && Number.isFinite(Number(value))) entered = Number(value);
    }
    cell.value = entered;
    cell.formula = entered;
  }

  used(sheet) {
    const places = [...sheet.cells].filter(([, cell]) => cell.value !== "").map(([key]) => key.split(",").map(Number));
    if (!places.length) return null;
    const [rows, columns] = [places.map(([row]) => row), places.map(([, place]) => place)];
    const [row, left] = [Math.min(...rows), Math.min(...columns)];
    return { sheet, row, column: left, rows: Math.max(...rows) - row + 1, columns: Math.max(...columns) - left + 1 };
  }

  /** Move cells, tables and names that lie below or right of an area; negative counts delete. */
  shift(at, byRows, count) {
    const sheet = at.sheet;
    const inside = (row, place) => (byRows ? place >= at.column && place < at.column + at.columns : row >= at.row && row < at.row + at.rows);
    const start = byRows ? at.row : at.column;
    const moved = new Map();
    for (const [key, cell] of sheet.cells) {
      const [row, place] = key.split(",").map(Number);
      const here = byRows ? row : place;
      if (!inside(row, place) || here < start) moved.set(key, cell);
      else if (count < 0 && here < start - count) continue;
      else moved.set(byRows ? `${row + count},${place}` : `${row},${place + count}`, cell);
    }
    sheet.cells = moved;
    const after = (place) => (place >= start - Math.min(count, 0) ? place + count : Math.min(place, place >= start ? start : place));
    for (const table of sheet.tables) {
      const over = byRows ? at.column <= table.column && at.column + at.columns >= table.column + table.columns : at.row <= table.row && at.row + at.rows >= table.row + table.rows;
      if (!over) continue;
      const [first, size] = byRows ? ["row", "rows"] : ["column", "columns"];
      const end = table[first] + table[size];
      if (table[first] >= start) table[first] = after(table[first]);
      if (end > start) table[size] = after(end) - table[first];
    }
    for (const name of this.names.values()) {
      if (name.sheet === sheet && inside(name.row, name.column)) {
        const first = byRows ? "row" : "column";
        if (name[first] >= start) name[first] += count;
      }
    }
  }
}

class Client {
  constructor(context, fields) {
    const loaded = (this._loaded = new Map());
    this._context = context;
    for (const [name, field] of Object.entries(fields)) {
      Object.defineProperty(this, name, {
        get() {
          if (!loaded.has(name)) throw new Error(`PropertyNotLoaded: ${name}`);
          return loaded.get(name);
        },
        set(value) {
          if (!field.set) throw new Error(`${name} is read-only`);
          context.later(() => field.set(value));
        },
      });
    }
    this._fields = fields;
  }

  load(names) {
    for (const path of names.split(",").map((one) => one.trim())) {
      const [name, ...rest] = path.split("/");
      this._context.later(() => {
        this._loaded.set(name, this._fields[name].get(rest.join("/")));
        return undefined;
      });
    }
    return this;
  }
}

function collection(context, list, make, more = {}) {
  const made = new Map();
  const one = (item) => made.get(item) || made.set(item, make(item)).get(item);
  const found = new Client(context, {
    items: {
      get: (path) => list().map((item) => {
        const object = one(item);
        if (path) object._loaded.set(path, object._fields[path].get());
        return object;
      }),
    },
  });
  const load = found.load.bind(found);
  // Each path adds a property to the same objects.
  found.load = (names) => load(names);
  return Object.assign(found, more);
}

function rangeOf(context, find) {
  const book = context.book;
  const each = (act) => {
    const at = find();
    for (let row = 0; row < at.rows; row++) for (let place = 0; place < at.columns; place++) act(at.sheet, at.row + row, at.column + place, row, place);
  };
  const block = (read) => {
    const at = find();
    return Array.from({ length: at.rows }, (_, row) => Array.from({ length: at.columns }, (_, place) => read(at.sheet.cells.get(`${at.row + row},${at.column + place}`))));
  };
  const write = (value) => each((sheet, row, place, down, across) => {
    const one = Array.isArray(value) ? value[down][across] : value;
    if (one !== null) book.type(sheet, row, place, one);
  });
  const setFormat = (value) => {
    const at = find();
    if (at.rows > 100000) at.sheet.columnFormats.push({ first: at.column, last: at.column + at.columns - 1, code: value });
    else each((sheet, row, place, down, across) => (book.cell(sheet, row, place).format = Array.isArray(value) ? value[down][across] : value));
  };
  const look = (name) => (value) => each((sheet, row, place) => {
    const cell = book.cell(sheet, row, place);
    cell.looks = { ...cell.looks, [name]: value };
  });
  const range = new Client(context, {
    values: { get: () => block((cell) => cell?.value ?? ""), set: write },
    formulas: { get: () => block((cell) => (cell?.formula || cell?.value) ?? ""), set: write },
    numberFormat: { get: () => block((cell) => cell?.format ?? "General"), set: setFormat },
    address: { get: () => address(find()) },
    rowIndex: { get: () => find().row },
    columnIndex: { get: () => find().column },
    columnHidden: { set: (hidden) => find().sheet.hidden.push({ ...find(), hidden }) },
    rowHidden: { set: () => {} },
    hyperlink: { set: () => {} },
  });
  range.getRangeAt = find;
  range.getCell = (row, place) => rangeOf(context, () => ({ ...find(), row: find().row + row, column: find().column + place, rows: 1, columns: 1 }));
  range.clear = (what) => context.later(() => each((sheet, row, place) => {
    const cell = book.cell(sheet, row, place);
    if (what !== "Formats") Object.assign(cell, { value: "", formula: "" });
    if (what !== "Contents") Object.assign(cell, { format: "General", looks: undefined });
  }));
  range.insert = (way) => context.later(() => book.shift(find(), way === "Down", way === "Down" ? find().rows : find().columns));
  range.delete = (way) => context.later(() => book.shift(find(), way === "Up", -(way === "Up" ? find().rows : find().columns)));
  range.select = () => context.later(() => (book.selection = find()));
  range.format = new Client(context, { columnWidth: { set: (width) => find().sheet.widths.push({ ...find(), width }) }, rowHeight: { set: () => {} } });
  range.format.fill = new Client(context, { color: { set: look("fill") } });
  range.format.fill.clear = () => context.later(() => look("fill")(undefined));
  range.format.font = new Client(context, Object.fromEntries(["bold", "italic", "size", "name", "color"].map((name) => [name, { set: look(name) }])));
  range.format.autofitColumns = range.format.autofitRows = () => {};
  const rule = (kind) => ({ set: (value) => find().sheet.rules.push({ at: address(find()), kind, value }) });
  range.dataValidation = new Client(context, { rule: rule("rule"), errorAlert: rule("alert"), prompt: rule("prompt") });
  range.dataValidation.clear = () => context.later(() => (find().sheet.rules = find().sheet.rules.filter((one) => one.at !== address(find()))));
  const colored = () => (find().sheet.colored ||= []);
  range.conditionalFormats = collection(context, colored, (one) => {
    const format = new Client(context, { type: { get: () => one.type } });
    format.cellValue = new Client(context, { rule: { get: () => one.rule, set: (value) => (one.rule = value) } });
    format.cellValue.format = { fill: new Client(context, { color: { set: (value) => (one.color = value) } }) };
    format.delete = () => context.later(() => colored().splice(colored().indexOf(one), 1));
    return format;
  });
  range.conditionalFormats.add = (type) => {
    const one = { type, at: null };
    context.later(() => colored().push(one));
    const format = { cellValue: new Client(context, { rule: { set: (value) => (one.rule = value) } }) };
    format.cellValue.format = { fill: new Client(context, { color: { set: (value) => (one.color = value) } }) };
    return format;
  };
  range.isNullObject = false;
  return range;
}

function tableOf(context, table) {
  const found = new Client(context, {
    name: { get: () => table.name, set: (value) => (table.name = value) },
    showHeaders: { get: () => table.showHeaders, set: (value) => (table.showHeaders = value) },
    showTotals: { get: () => table.showTotals, set: (value) => (table.showTotals = value) },
    style: { get: () => table.style, set: (value) => (table.style = value) },
    showFilterButton: { get: () => table.filter, set: (value) => (table.filter = value) },
  });
  found.getRange = () => rangeOf(context, () => table);
  found.reapplyFilters = () => context.later(() => {
    if (!table.filter) throw new Error("InvalidOperation");
    table.filtered = (table.filtered || 0) + 1;
  });
  found.resize = (text) => context.later(() => Object.assign(table, area(context.book, table.sheet, text)));
  return found;
}

function sheetOf(context, sheet) {
  const book = context.book;
  const found = new Client(context, {
    name: { get: () => sheet.name, set: (value) => (sheet.name = value) },
    visibility: { get: () => sheet.visibility, set: (value) => (sheet.visibility = value) },
    position: { set: (place) => book.sheets.splice(place, 0, ...book.sheets.splice(book.sheets.indexOf(sheet), 1)) },
  });
  found.tables = collection(context, () => sheet.tables, (table) => tableOf(context, table), {
    add: (text, showHeaders) => {
      const table = { name: `Table${sheet.tables.length + 1}`, style: "", showHeaders, showTotals: false, filter: true };
      context.later(() => sheet.tables.push(Object.assign(table, area(book, sheet, text))));
      return tableOf(context, table);
    },
  });
  found.names = { add: () => { throw new Error("NotImplemented"); } };
  found.notes = { add: (cell, text) => context.later(() => sheet.notes.push([address(cell.getRangeAt()), text])) };
  found.freezePanes = {
    freezeRows: (rows) => context.later(() => (sheet.frozen = [rows, 0])),
    freezeColumns: (columns) => context.later(() => (sheet.frozen = [0, columns])),
    freezeAt: (range) => context.later(() => (sheet.frozen = [range.getRangeAt().rows, range.getRangeAt().columns])),
    unfreeze: () => context.later(() => (sheet.frozen = null)),
  };
  found.getRangeByIndexes = (row, place, rows, columns) => rangeOf(context, () => ({ sheet, row, column: place, rows, columns }));
  found.getRange = (text) => rangeOf(context, () => (text ? area(book, sheet, text) : book.used(sheet) || { sheet, row: 0, column: 0, rows: 1, columns: 1 }));
  found.getUsedRangeOrNullObject = () => {
    const range = rangeOf(context, () => book.used(sheet) || { sheet, row: 0, column: 0, rows: 1, columns: 1 });
    context.later(() => (range.isNullObject = book.used(sheet) === null));
    return range;
  };
  found.activate = () => context.later(() => (book.active = sheet));
  found.delete = () => context.later(() => {
    book.sheets.splice(book.sheets.indexOf(sheet), 1);
    if (book.active === sheet) book.active = book.sheets[0];
  });
  return found;
}

/** Excel.run and Office for a book. */
export function excel(book) {
  const run = async (batch) => {
    const queue = [];
    const context = { book, later: (job) => void queue.push(job) };
    const sheets = new Map();
    const sheet = (one) => sheets.get(one) || sheets.set(one, sheetOf(context, one)).get(one);
    const workbook = new Client(context, { name: { get: () => book.name } });
    workbook.worksheets = collection(context, () => book.sheets, sheet, {
      getActiveWorksheet: () => sheet(book.active),
      getItem: (name) => sheet(book.sheet(name)),
      add: (name) => {
        const added = { name, visibility: "Visible", cells: new Map(), tables: [], rules: [], notes: [], widths: [], hidden: [], columnFormats: [], frozen: null };
        context.later(() => book.sheets.push(added));
        return sheet(added);
      },
    });
    workbook.names = collection(context, () => [...book.names.keys()], (name) => {
      const found = new Client(context, { name: { get: () => name }, type: { get: () => "Range" } });
      found.getRangeOrNullObject = () => rangeOf(context, () => book.names.get(name));
      return found;
    }, {
      add: (name, refersTo) => context.later(() => {
        if (book.names.has(name)) throw new Error(`the name ${name} is there already`);
        book.names.set(name, typeof refersTo === "string" ? area(book, null, refersTo) : refersTo.getRangeAt());
      }),
      getItem: (name) => ({ delete: () => context.later(() => book.names.delete(name)) }),
    });
    workbook.getSelectedRanges = () => {
      const areas = () => (book.selection?.areas || [book.selection || { sheet: book.active, row: 0, column: 0, rows: 1, columns: 1 }]);
      return new Client(context, {
        address: {
          get: () => {
            if (book.selection === "chart") throw new Error("InvalidSelection");
            return areas().map(address).join(",");
          },
        },
      });
    };
    workbook.getSelectedRange = () => rangeOf(context, () => book.selection || { sheet: book.active, row: 0, column: 0, rows: 1, columns: 1 });
    context.application = { calculate: (how) => context.later(() => (book.calculated = [...(book.calculated || []), how])) };
    workbook.save = () => context.later(() => (book.saved += 1));
    context.workbook = workbook;
    context.sync = async () => {
      book.syncs += 1;
      for (const job of queue.splice(0)) job();
    };
    const result = await batch(context);
    await context.sync();
    return result;
  };
  const Office = {
    onReady: async () => ({ host: "Excel", platform: "PC" }),
    context: { displayLanguage: "ja-JP", requirements: { isSetSupported: () => true } },
  };
  return { Excel: { run }, Office };
}
