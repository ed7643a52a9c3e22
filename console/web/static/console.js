// Beside the terminal: the bell is heard, a picture that stands still says so, nothing leads anywhere else.
"use strict";

const LOOK_EVERY_MS = 1000;
const SILENT_AFTER_MS = 5000;
const BELL = 7;
let heardAt = 0;
let socket = null;

window.open = () => null; // what somebody texted may hold an address; a console is no place to follow it

class Watched extends WebSocket {
  constructor(...given) {
    super(...given);
    socket = this;
    heardAt = Date.now();
    this.addEventListener("message", (event) => {
      heardAt = Date.now();
      if (event.data instanceof ArrayBuffer && event.data.byteLength === 1 && new Uint8Array(event.data)[0] === BELL) {
        ring();
      }
    });
  }
}
window.WebSocket = Watched;

let sound = null;

// A browser makes no sound before somebody has pressed a key in the page.
function wake() {
  sound = sound ?? new AudioContext();
  sound.resume();
}
window.addEventListener("keydown", wake, true);
window.addEventListener("pointerdown", wake, true);

function ring() {
  document.body.dataset.rung = Number(document.body.dataset.rung ?? 0) + 1;
  if (sound === null || sound.state !== "running") {
    document.body.classList.add("-unheard");
    return;
  }
  document.body.classList.remove("-unheard");
  for (const after of [0, 0.25]) {
    const tone = sound.createOscillator();
    tone.frequency.value = 880;
    tone.connect(sound.destination);
    tone.start(sound.currentTime + after);
    tone.stop(sound.currentTime + after + 0.15);
  }
}

setInterval(() => {
  if (socket === null || socket.readyState !== WebSocket.OPEN) {
    return;
  }
  const silent = Date.now() - heardAt > SILENT_AFTER_MS;
  document.body.classList.toggle("-silent", silent);
  if (silent) {
    document.querySelector("#since").textContent = new Date(heardAt).toLocaleTimeString();
  }
  socket.send(JSON.stringify(["alive"]));
}, LOOK_EVERY_MS);

// Keys go to the terminal from the first moment, without a click.
new MutationObserver((_changes, observer) => {
  const field = document.querySelector(".xterm-helper-textarea");
  if (field !== null) {
    observer.disconnect();
    field.focus();
  }
}).observe(document, { childList: true, subtree: true });
