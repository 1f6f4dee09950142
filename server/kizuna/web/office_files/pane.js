/* The task pane: sign in, press a verb, read what it did. */

import { ask, keepToken, keptToken, language } from "./server.js";
import { describe, perform } from "./workbook.js";
import { startFunctions } from "./functions.js";

const TEXTS = {
  ja: {
    signIn: "サインイン", signOut: "サインアウト", yes: "はい", no: "いいえ", working: "{verb}しています…", row: "履歴を見る行（空なら選んだ行）", take: "競合で採る側",
    signedIn: "{name} さん", mine: "すべて自分", theirs: "すべてサーバー", chosen: "シートの選択",
    noExcel: "Excel の中で開いてください。",
    approve: "このコードを、サインイン済みの PC で「kizuna-addin approve {code}」、またはサーバーで「kizuna pair {code} スタッフ番号」として承認してもらってください。",
    nothingSent: "送信していません。",
    expired: "コードの期限が切れました。もう一度サインインを押してください。",
  },
  en: {
    signIn: "Sign in", signOut: "Sign out", yes: "Yes", no: "No", working: "{verb}…", row: "Row for History (empty: the selected one)", take: "Side to take in conflicts",
    signedIn: "{name}", mine: "All mine", theirs: "All the server's", chosen: "As chosen on the sheet",
    noExcel: "Open this inside Excel.",
    approve: "Have this code approved: “kizuna-addin approve {code}” on a PC that is signed in, or “kizuna pair {code} STAFF” on the server.",
    nothingSent: "Nothing was sent.",
    expired: "The code is too old. Press Sign in again.",
  },
}[language];

// Finishing a push is no button: the server asks for it. Plugins' actions have buttons of their own. Here cells compute
// themselves, so nobody needs their answers written beside them.
const NO_BUTTON = ["workbook.finish", "workbook.action", "workbook.calculate"];
const OURS = /(^|_)(today|labels)$/;
const LARGE = ["workbook.pull", "workbook.push"];
const element = (id) => document.getElementById(id);

/** Do a verb, and go on as long as the server says so or the person agrees; returns the lines of all its answers. */
export async function press(name, fields = {}) {
  const lines = [];
  let code = 0;
  let consent = {};
  for (let next = name; next; ) {
    let question = null;
    let asked = "";
    await Excel.run(async (context) => {
      while (next && !question) {
        const payload = await describe(context);
        const answer = await ask(`/services/${next}`, { ...payload, ...fields, ...consent, asks: true });
        await perform(context, answer.actions, (text) => lines.push(text), bring);
        lines.push(...answer.lines);
        question = answer.question;
        asked = answer.consent;
        if (!question) code = answer.code || code;
        next = question ? next : answer.again;
      }
    });
    if (!question) break;
    // No context of Excel is held while the person thinks.
    if (!(await agrees(question))) return { lines: [...lines, TEXTS.nothingSent], code: 3 };
    // Good for what the question told and no more: where more went missing meanwhile, the server asks again.
    consent = { consent: asked };
  }
  return { lines, code };
}

/** Show a question with two buttons, as the pane may open no window of its own; returns whether the answer is yes. */
async function agrees(question) {
  say([question], 3);
  element("asking").hidden = false;
  const [yes, no] = [element("yes"), element("no")];
  yes.disabled = no.disabled = false;
  no.focus();
  try {
    return await new Promise((resolve) => {
      yes.onclick = () => resolve(true);
      no.onclick = () => resolve(false);
    });
  } finally {
    element("asking").hidden = true;
  }
}

/** Give the person a file: into the downloads folder, and as a link for where the program allows no download by itself. */
function bring(name, blob) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name, textContent: name });
  element("files").append(link, " ");
  link.click();
}

function say(lines, code = 0) {
  element("lines").replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
  );
  element("lines").className = { 0: "done", 1: "failed", 3: "waiting" }[code];
  element("lines").scrollIntoView({ block: "nearest" });
}

async function pressed(button, service, fields) {
  const buttons = [...document.querySelectorAll("button")];
  buttons.forEach((one) => (one.disabled = true));
  say([TEXTS.working.replace("{verb}", service.label[language])]);
  element("files").replaceChildren();
  try {
    const { lines, code } = await press(service.name, fields());
    say(lines, code);
  } catch (error) {
    say([error.message], 1);
  } finally {
    buttons.forEach((one) => (one.disabled = false));
    button.focus();
  }
}

function fieldsOf(name) {
  if (name === "workbook.history") return { row: element("row").value.trim() };
  if (name === "workbook.resolve" && element("take").value) return { take: element("take").value };
  return {};
}

function buttonFor(id, service, fields) {
  const button = document.createElement("button");
  button.id = id;
  button.textContent = service.label[language];
  button.title = service.help?.[language] || "";
  if (LARGE.includes(id)) button.className = "large";
  button.addEventListener("click", () => pressed(button, service, fields));
  return button;
}

/** Say whether a press can give an action all that it must be told: keys come from the selection. */
function canBePressed(action) {
  return (action.arguments || []).every((one) => one.type === "keys" || !one.required);
}

async function showVerbs() {
  const { services } = await ask("/services");
  const { actions } = await ask("/actions");
  const found = services.filter((one) => one.name.startsWith("workbook.") && !NO_BUTTON.includes(one.name));
  const own = actions.filter((one) => !OURS.test(one.name) && canBePressed(one));
  element("verbs").replaceChildren(
    ...found.map((one) => buttonFor(one.name, one, () => fieldsOf(one.name))),
    ...own.map((one) => buttonFor(`action.${one.name}`, { ...one, name: "workbook.action" }, () => ({ action: one.name }))),
  );
}

async function enter() {
  try {
    const me = await ask("/me");
    element("who").textContent = TEXTS.signedIn.replace("{name}", me.staff?.name || "");
    await showVerbs();
    startFunctions(await ask("/functions"));
    document.body.className = "signed-in";
    say([]);
  } catch (error) {
    document.body.className = "signed-out";
    say(keptToken() ? [error.message] : [], 1);
  }
}

/** Show a code, wait until somebody who is signed in approves it, and keep the token that comes of it. */
async function pair() {
  const button = element("sign-in");
  button.disabled = true;
  try {
    const pairing = await ask("/pairings", { device: "Excel" });
    element("code").textContent = pairing.code;
    say([TEXTS.approve.replaceAll("{code}", pairing.code)], 3);
    for (const until = Date.now() + pairing.expires_in * 1000; Date.now() < until; ) {
      await new Promise((resolve) => setTimeout(resolve, pairing.interval * 1000));
      const { token } = await ask("/pairings/collect", { secret: pairing.secret });
      if (token) {
        keepToken(token);
        await enter();
        return;
      }
    }
    say([TEXTS.expired], 1);
  } catch (error) {
    say([error.message], 1);
  } finally {
    element("code").textContent = "";
    button.disabled = false;
  }
}

/** Make the pane alive. */
export async function start() {
  document.documentElement.lang = language;
  element("row").placeholder = "C0001";
  element("row-label").textContent = TEXTS.row;
  element("take-label").textContent = TEXTS.take;
  element("sign-in").textContent = TEXTS.signIn;
  element("sign-out").textContent = TEXTS.signOut;
  element("yes").textContent = TEXTS.yes;
  element("no").textContent = TEXTS.no;
  for (const [value, text] of [["", TEXTS.chosen], ["mine", TEXTS.mine], ["theirs", TEXTS.theirs]]) {
    element("take").add(new Option(text, value));
  }
  element("sign-in").addEventListener("click", pair);
  element("sign-out").addEventListener("click", () => {
    keepToken("");
    enter();
  });
  if (!window.Office) {
    document.body.className = "signed-out";
    say([TEXTS.noExcel], 1);
    return;
  }
  await Office.onReady();
  await enter();
}

start();
