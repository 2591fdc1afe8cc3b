// Passkeys on the pages of the account. Without scripts these parts stay hidden.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) =>
    letter.charCodeAt(0),
  );
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

async function post(path, body) {
  const answer = await fetch(`/api/store/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

const described = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

function told(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature"]) {
    if (response[name]) said[name] = text(response[name]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: said,
  };
}

async function signIn(part) {
  const path = part.dataset.passkey === "first" ? "session/passkey" : "session/second-factor/passkey";
  const { options } = await post(`${path}/options`);
  const credential = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: described(options.allowCredentials),
    },
  });
  await post(path, { credential: told(credential) });
  location.assign(part.dataset.next || "/");
}

async function register(form) {
  const { options } = await post("account/passkeys/options");
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: described(options.excludeCredentials),
    },
  });
  const name = form.elements.namedItem("name").value.trim();
  const made = await post("account/passkeys", { name, credential: told(credential) });
  if (made.recovery_codes.length === 0) {
    location.reload();
    return;
  }
  const shown = document.querySelector("[data-passkey-codes]");
  for (const code of made.recovery_codes) {
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("code"), { textContent: code }));
    shown.querySelector(".codes").append(item);
  }
  form.hidden = true;
  shown.hidden = false;
  shown.tabIndex = -1;
  shown.focus();
}

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey]")) {
    part.hidden = false;
    const work = part.dataset.passkey === "register" ? register : signIn;
    const refused = part.querySelector("[data-refused]");
    const button = part.querySelector("button");
    const run = async (event) => {
      event.preventDefault();
      refused.hidden = true;
      const could = !button.disabled;
      button.disabled = true;
      try {
        if (could) await work(part);
      } catch {
        refused.hidden = false;
      }
      button.disabled = !could;
    };
    if (part.tagName === "FORM") part.addEventListener("submit", run);
    else button.addEventListener("click", run);
  }
}
