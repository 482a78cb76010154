// Signing in with a passkey, and making one. What a browser and its owner do between them stays between them.

const can = "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;
const asking = document.getElementById("ask-passkey");
const making = document.getElementById("make-passkey");
const told = document.getElementById("passkey-told");

async function post(address, body) {
  const answer = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

async function signIn() {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await post("/desk/passkey/ask", {}));
  const answer = await navigator.credentials.get({ publicKey });
  await post("/desk/passkey/sign-in", { answer: answer.toJSON() });
  location.replace("/desk");
}

async function make() {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await post("/desk/passkey/make", {}));
  const answer = await navigator.credentials.create({ publicKey });
  await post("/desk/passkey/keep", { name: document.getElementById("passkey-name").value, answer: answer.toJSON() });
  location.reload();
}

function when(button, act) {
  button?.addEventListener("click", async () => {
    told.textContent = "";
    button.disabled = true;
    try {
      await act();
    } catch {
      told.textContent = button.dataset.failed; // refused, cancelled, or not known here: the browser says no more
    }
    button.disabled = false;
  });
}

if (can) document.getElementById("with-passkey")?.removeAttribute("hidden");
if (making) making.disabled = !can;
when(asking, signIn);
when(making, make);
