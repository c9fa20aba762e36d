// Starts the app. A file of its own rather than Trunk's inline script, so that the content
// security policy allows no inline script at all.
const script = document.querySelector("script[data-wasm]");
const app = await import(script.dataset.js);
await app.default({ module_or_path: script.dataset.wasm });
