// Starts the screens. It stands in a file of its own because the page allows no inline script.
import init from './ui.js';
// Older web views of macOS cannot compile what they still read, and the module that is loaded later asks for it.
WebAssembly.instantiateStreaming ??= async (response, imports) =>
  WebAssembly.instantiate(await (await response).arrayBuffer(), imports);
init({ module_or_path: './ui_bg.wasm' });
