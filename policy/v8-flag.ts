import { setFlagsFromString } from 'node:v8';

// Without this, V8 of Node 20 and 22 can end the process ("unreachable code", not catchable) while it
// deoptimises a function that inlined a WebAssembly call returning an externref. It must run before
// the Cedar module is loaded, hence a module of its own, imported first by cedar.ts.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');
