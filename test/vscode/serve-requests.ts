/** The outer side of the harness: answers what the tests in the extension host ask, over HTTP on this machine. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { painted } from './painted.ts';
import { hoverUntil } from './act.ts';
import { click, hover, textOf } from './places.ts';
import type { Request } from './requests.ts';
import type { Workbench } from './workbench.ts';

export interface RequestServer extends AsyncDisposable {
  /** Goes into the extension host's environment. */
  readonly address: string;
  /** Until a workbench is there, only lines can be printed. */
  use(workbench: Workbench): void;
}

/** @param print whoever asked goes on when it is done */
export async function serveRequests(print: (line: string) => void | Promise<void>): Promise<RequestServer> {
  let workbench: Workbench | undefined;
  const answer = async (request: Request): Promise<string> => {
    if (request.do === 'print') {
      await print(request.line);
      return '';
    }
    if (workbench === undefined) throw new Error(`Asked to ${request.do} before the workbench was open.`);
    const page = workbench.page;
    switch (request.do) {
      case 'screenshot': return workbench.screenshot(request.name);
      case 'hover':
        if (request.shows === undefined) await hover(page, request.place);
        else await hoverUntil(page, request.place, page.locator(request.shows).filter({ visible: true }).first());
        return '';
      case 'click': await click(page, request.place); return '';
      case 'press': await page.keyboard.press(request.keys); return '';
      case 'type': await page.keyboard.type(request.text); return '';
      case 'text': return textOf(page, request.place);
      case 'value': return page.locator(request.selector).filter({ visible: true }).first().inputValue();
      case 'painted': return JSON.stringify(await painted(page));
    }
  };
  const server = createServer((incoming, outgoing) => {
    void bodyOf(incoming)
      .then(body => answer(JSON.parse(body) as Request))
      .then(
        text => outgoing.end(text),
        (error: unknown) => outgoing.writeHead(500).end(String(error)),
      );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    use: opened => (workbench = opened),
    [Symbol.asyncDispose]: () => new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
