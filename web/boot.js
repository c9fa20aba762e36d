// Starts the app. A file of its own rather than Trunk's inline script, so that the content
// security policy allows no inline script at all.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const bytes = fetch(wasm);
const app = await import(js);
await app.default({ module_or_path: bytes });
