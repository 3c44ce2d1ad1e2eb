// Starts the screens. It stands in a file of its own because the page allows no inline script.
import init from './ui.js';
init({ module_or_path: './ui_bg.wasm' });
