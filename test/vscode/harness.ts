/**
 * The side of the harness that tests in the extension host call. In a VS Code that the harness did not open (such as
 * the one of @vscode/test-electron) nobody holds the mouse: `isThere` is false, lines go to the console, and a test
 * that needs more must look at `isThere` first.
 */
import { harnessVariable, type PaintedEditor, type Place, type Request } from './requests.ts';

const address = process.env[harnessVariable];

async function ask(request: Request): Promise<string> {
  if (address === undefined) throw new Error(`No harness to ${request.do}: this test needs ${harnessVariable}.`);
  const reply = await fetch(address, { method: 'POST', body: JSON.stringify(request) });
  const text = await reply.text();
  if (!reply.ok) throw new Error(text);
  return text;
}

export const harness = {
  /** Whether there is somebody to ask for more than a printed line. */
  isThere: address !== undefined,
  async print(line: string): Promise<void> {
    if (address === undefined) console.log(line);
    else await ask({ do: 'print', line });
  },
  /** Saves test-output/vscode/NAME.png; does nothing without a harness. */
  async screenshot(name: string): Promise<void> {
    if (address !== undefined) await ask({ do: 'screenshot', name });
  },
  hover: async (place: Place, shows?: string): Promise<void> => void (await ask({ do: 'hover', place, ...(shows === undefined ? {} : { shows }) })),
  click: async (place: Place): Promise<void> => void (await ask({ do: 'click', place })),
  press: async (keys: string): Promise<void> => void (await ask({ do: 'press', keys })),
  type: async (text: string): Promise<void> => void (await ask({ do: 'type', text })),
  text: (place: Place): Promise<string> => ask({ do: 'text', place }),
  value: (selector: string): Promise<string> => ask({ do: 'value', selector }),
  painted: async (): Promise<readonly PaintedEditor[]> => JSON.parse(await ask({ do: 'painted' })),
} as const;
