// `node -r this-file some.ts`: tests start real processes from source, compiled as jest compiles it.
const { transformFileSync } = require('@swc/core');

const compile = (file) =>
  transformFileSync(file, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  }).code;

require.extensions['.ts'] = (module, file) => module._compile(compile(file), file);
