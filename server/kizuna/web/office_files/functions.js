/* Functions in cells: many cells' questions in one request, answers kept for one position of the data. */

import { ask, language } from "./server.js";
import { isoOfSerial } from "./workbook.js";

const PER_CELL = ["keys", "texts", "numbers"];
const GATHER = 20; // milliseconds in which cells that recalculate together come in
const FRESH = 30000; // milliseconds for which an answer is given again without asking
const WAITING = { ja: "接続待ち: サーバーにつながりません。", en: "Waiting: the server cannot be reached." };

/** Answers questions of cells; `send` posts calls and returns {position, results}. */
export class Asker {
  constructor(catalogue, send, now = () => Date.now()) {
    this.functions = new Map(catalogue.map((one) => [one.name, one]));
    this.send = send;
    this.now = now;
    this.queue = [];
    this.kept = new Map();
    this.position = null;
  }

  /** Return a promise of the cells that answer one question. */
  ask(name, values) {
    const shape = this.functions.get(String(name).toUpperCase());
    if (!shape) return Promise.reject(new Error(`${name}?`));
    const question = read(shape, values);
    const key = JSON.stringify([shape.name, question.arguments]);
    const known = this.kept.get(key);
    if (known && known.position === this.position && this.now() - known.asked < FRESH) return Promise.resolve(known.cells);
    return new Promise((resolve, reject) => {
      this.queue.push({ shape, ...question, key, resolve, reject });
      if (this.queue.length === 1) setTimeout(() => this.flush(), GATHER);
    });
  }

  /** Have everything asked for again; the last answers stand while the server is away. */
  expire() {
    this.position = null;
  }

  /** Send what has gathered as one request. */
  async flush() {
    const asked = this.queue.splice(0);
    const groups = plan(asked);
    try {
      const answer = await this.send(groups.map((group) => group.call));
      if (answer.position !== this.position) {
        this.kept.clear();
        this.position = answer.position;
      }
      groups.forEach((group, place) => this.settle(group, answer.results[place]));
    } catch (error) {
      for (const one of asked) {
        const known = this.kept.get(one.key);
        // A value of before is better than none while the server is away.
        if (known && error.code === "offline") one.resolve(known.cells);
        else one.reject(error);
      }
    }
  }

  settle(group, result) {
    for (const one of group.members) {
      if (result.error) {
        one.reject(new Error(result.error.message));
        continue;
      }
      const cells = cellsOf(one, result);
      this.kept.set(one.key, { cells, position: this.position, asked: this.now() });
      one.resolve(cells);
    }
  }
}

/** Return a question's arguments as the wire has them, and how many lines of cells it asks about. */
export function read(shape, values) {
  const found = {};
  let lines = 1;
  shape.arguments.forEach((argument, place) => {
    const flat = [values[place]].flat(2);
    if (flat.every((value) => value === null || value === undefined || value === "")) {
      if (!argument.required) return;
    }
    if (PER_CELL.includes(argument.type)) {
      found[argument.name] = flat.map((value) => plain(argument, value));
      lines = Math.max(lines, flat.length);
    } else {
      found[argument.name] = plain(argument, flat[0]);
    }
  });
  return { arguments: found, lines };
}

function plain(argument, value) {
  if (value === "" || value === undefined || value === null) return null;
  if (argument.type === "date" && typeof value === "number") return isoOfSerial(value)?.slice(0, 10) ?? value;
  return PER_CELL.slice(0, 2).includes(argument.type) ? String(value) : value;
}

/** Put questions about the same function with the same other arguments into one call, one value per line. */
export function plan(asked) {
  const groups = new Map();
  for (const one of asked) {
    const listed = one.shape.arguments.filter((argument) => PER_CELL.includes(argument.type)).map((argument) => argument.name);
    const together = one.shape.kind !== "table" && listed.some((name) => name in one.arguments);
    const shared = Object.entries(one.arguments).filter(([name]) => !together || !listed.includes(name));
    const key = JSON.stringify([one.shape.name, shared, together ? listed.filter((name) => name in one.arguments) : []]);
    const group = groups.get(key) || { call: { function: one.shape.name, arguments: Object.fromEntries(shared) }, members: [], lines: 0 };
    groups.set(key, group);
    one.first = together ? group.lines : 0;
    if (together) {
      for (const name of listed.filter((other) => other in one.arguments)) {
        const values = one.arguments[name];
        const filled = values.length === one.lines ? values : Array(one.lines).fill(values[0]);
        group.call.arguments[name] = [...(group.call.arguments[name] || []), ...filled];
      }
      group.lines += one.lines;
    }
    group.members.push(one);
  }
  return [...groups.values()];
}

function cellsOf(one, result) {
  const columns = result.columns;
  const heading = result.returns?.length ? [result.returns] : [];
  if (one.shape.kind === "table") {
    const height = columns[0]?.length || 0;
    return [...heading, ...Array.from({ length: height }, (_, line) => columns.map((column) => shown(column[line])))];
  }
  return Array.from({ length: one.lines }, (_, line) => {
    const values = columns.map((column) => column[one.first + line]);
    const reason = result.reasons?.[one.first + line];
    if (reason && values.every((value) => value === null)) return [reason.message, ...values.slice(1).map(shown)];
    return values.map(shown);
  });
}

function shown(value) {
  return value === null || value === undefined ? "" : value;
}

/** Tie the catalogue's functions, and CALL for any other, to their names in cells. */
export function startFunctions({ functions }) {
  if (!window.CustomFunctions) return;
  const asker = new Asker(functions, (calls) => ask("/functions", { calls }));
  window.addEventListener("kizuna-expired", () => asker.expire());
  const answer = (name, values) =>
    asker.ask(name, values).catch((error) => {
      const code = error.code === "offline" ? "notAvailable" : "invalidValue";
      throw new CustomFunctions.Error(CustomFunctions.ErrorCode[code], error.code === "offline" ? WAITING[language] : error.message);
    });
  for (const one of functions) {
    // The program passes one thing more, about the call itself.
    CustomFunctions.associate(one.name, (...values) => answer(one.name, values.slice(0, one.arguments.length)));
  }
  CustomFunctions.associate("CALL", (name, values) => answer([name].flat(2)[0], values));
}
