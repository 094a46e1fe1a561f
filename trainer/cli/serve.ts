import { badArgument, readArguments, type Command } from './command.ts';

export const serveCommand: Command = {
  help: `attention-scope serve --stdio

Serves the editor's extension as a language server on standard input and output, until the client goes.
`,
  run: async args => {
    const { values, positionals } = readArguments('serve', args, {
      stdio: { type: 'boolean' },
      // Language clients add it; the server then watches that process.
      clientProcessId: { type: 'string' },
    });
    if (positionals.length > 0) throw badArgument('serve', `"${positionals.join(' ')}" is not expected here.`);
    if (values.stdio !== true) throw badArgument('serve', 'Only --stdio is supported, and it was not given.');
    const { serve } = await import('../server/serve.ts');
    serve();
    return 0;
  },
};
