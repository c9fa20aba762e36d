// Starts the app. A file of its own rather than Trunk's inline script, so that the content
// security policy allows no inline script at all.
//
// The release is bundled as two rooms, of which an address opens one (`src/logic/rooms.rs`): the charts, and
// the office with everything about people and the practice. While it is developed there is one bundle.
const script = document.querySelector("script[data-wasm]");
const office = /^\/(account|audit|deletions|disclosures|emergency-access|forgotten-password|governance|invitation|new-password|notes|people|practice|requests|retention|sign-up)(\/|$)/;
const isOffice = script.dataset.officeJs && office.test(location.pathname);
const [js, wasm] = isOffice ? ["officeJs", "officeWasm"] : ["js", "wasm"];
const bytes = fetch(script.dataset[wasm]);
const app = await import(script.dataset[js]);
await app.default({ module_or_path: bytes });
