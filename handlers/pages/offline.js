// Shown when there is no connection: the urgent lines, and the plan if the person keeps it on this device.

import { drop, isKept, plan } from "./plan.js";

const section = document.getElementById("plan");
section.hidden = !isKept();
section.querySelector("p").textContent = plan();
document.getElementById("drop-plan").addEventListener("click", async () => {
  await drop();
  section.hidden = true;
});
