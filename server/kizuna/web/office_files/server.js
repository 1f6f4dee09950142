/* The server as the pane and the functions in cells ask it. The token stays on this PC, never in the workbook. */

const KEY = "kizuna-token";

export function keptToken() {
  return window.localStorage.getItem(KEY) || "";
}

export function keepToken(token) {
  if (token) window.localStorage.setItem(KEY, token);
  else window.localStorage.removeItem(KEY);
}

export const language = (window.Office?.context?.displayLanguage || navigator.language || "ja").startsWith("ja") ? "ja" : "en";

export class ServerError extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

const OFFLINE = {
  ja: "サーバーにつながりません。ネットワークを確かめ、もう一度押してください。入力はブックに残っています。",
  en: "The server cannot be reached. Check the network and press again. What was typed is still in the workbook.",
};

/** Return the JSON answer of a request; throws ServerError with words for the person. */
export async function ask(path, body = undefined) {
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(keptToken() ? { Authorization: `Bearer ${keptToken()}` } : {}),
        "Accept-Language": language,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ServerError(OFFLINE[language], "offline");
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw new ServerError(answer?.error?.message || `HTTP ${response.status}`, answer?.error?.code || "unexpected");
}
