import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.window = globalThis;
globalThis.navigator ??= { language: "ja" };
globalThis.localStorage = { getItem: () => "", setItem: () => {}, removeItem: () => {} };
const { Asker } = await import("../../server/kizuna/web/office_files/functions.js");

const argument = (name, type, required = true) => ({ name, type, required });
const CATALOGUE = [
  { name: "RFM", kind: "row", arguments: [argument("customer", "keys"), argument("as_of", "date", false)] },
  { name: "TOP", kind: "table", arguments: [argument("count", "integer")] },
];

function asker(answers, now = () => 0) {
  const requests = [];
  const send = async (calls) => {
    requests.push(calls);
    const answer = answers(calls, requests.length);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asker: new Asker(CATALOGUE, send, now), requests };
}

const rows = (position) => (calls) => ({
  position,
  results: calls.map((call) => ({ function: call.function, returns: ["R", "F"], columns: [call.arguments.customer.map((key) => `R${key}`), call.arguments.customer.map(() => null)], reasons: {} })),
});

test("ten thousand cells of one function cost one request", async () => {
  const { asker: one, requests } = asker(rows("p1"));

  const cells = await Promise.all(Array.from({ length: 10000 }, (_, place) => one.ask("RFM", [[[`C${place}`]]])));

  assert.equal(requests.length, 1);
  assert.equal(requests[0].length, 1);
  assert.equal(requests[0][0].arguments.customer.length, 10000);
  assert.deepEqual(cells[9999], [["RC9999", ""]]);
});

test("a range spills one line for each of its cells", async () => {
  const { asker: one } = asker(rows("p1"));

  assert.deepEqual(await one.ask("RFM", [[["C1"], ["C2"]]]), [["RC1", ""], ["RC2", ""]]);
});

test("an answer is given again until the data have moved on", async () => {
  let clock = 0;
  const { asker: one, requests } = asker((calls, number) => rows(number < 2 ? "p1" : "p2")(calls), () => clock);
  await one.ask("RFM", [[["C1"]]]);
  await one.ask("RFM", [[["C1"]]]);
  const before = requests.length;

  await one.ask("RFM", [[["C2"]]]);
  await one.ask("RFM", [[["C1"]]]);
  clock = 60000;
  await one.ask("RFM", [[["C1"]]]);

  assert.equal(before, 1);
  assert.equal(requests.length, 4);
});

test("other arguments and tables are asked for apart, still in one request", async () => {
  const { asker: one, requests } = asker((calls) => ({ position: "p", results: calls.map((call) => (call.function === "TOP" ? { returns: ["番号"], columns: [["C1", "C2"]] } : rows("p")([call]).results[0])) }));

  const [, , table] = await Promise.all([one.ask("RFM", [[["C1"]]]), one.ask("RFM", [[["C1"]], 38807]), one.ask("TOP", [2])]);

  assert.equal(requests.length, 1);
  assert.deepEqual(requests[0].map((call) => call.arguments.as_of), [undefined, "2006-03-31", undefined]);
  assert.deepEqual(table, [["番号"], ["C1"], ["C2"]]);
});

test("a reason stands in the cell, a failed call only fails its own cells", async () => {
  const { asker: one } = asker(() => ({ position: "p", results: [{ columns: [[null]], reasons: { 0: { message: "顧客がありません" } } }, { error: { message: "だめ" } }] }));

  const [first, second] = await Promise.allSettled([one.ask("RFM", [[["X"]]]), one.ask("TOP", [2])]);

  assert.deepEqual(first.value, [["顧客がありません"]]);
  assert.equal(second.reason.message, "だめ");
});

test("the last value stands while the server is away", async () => {
  let clock = 0;
  const offline = Object.assign(new Error("offline"), { code: "offline" });
  const { asker: one } = asker((calls, number) => (number === 1 ? rows("p1")(calls) : offline), () => clock);
  await one.ask("RFM", [[["C1"]]]);
  clock = 60000;

  assert.deepEqual(await one.ask("RFM", [[["C1"]]]), [["RC1", ""]]);
  await assert.rejects(one.ask("RFM", [[["C9"]]]), { code: "offline" });
});
