/** What the heads of a layer do, measured after what is looked at first: nobody waits for it. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { plainReading, type HeadsParams, type InspectedLayer } from '../../protocol/inspection.ts';
import type { Inspector } from './inspector.ts';
import { Latest } from './latest.ts';
import { rolesOf } from './model/facts.ts';

/** By then what is looked at has been asked for, in milliseconds; a layer that is only passed by is not. */
const pause = 400;

const none: readonly string[] = [];

interface Known {
  readonly asked: string;
  /** By head: "previous token 0.93, diagonal 0.81"; empty where it does nothing that has a name. */
  readonly roles: readonly string[];
}

export class HeadRoles implements ReactiveController {
  readonly #latest: Latest<Known>;
  #asked = '';
  #timer = 0;

  constructor(host: ReactiveControllerHost) {
    this.#latest = new Latest(host);
    host.addController(this);
  }

  /** Of the layer that was looked at last; none until they are known. */
  get roles(): readonly string[] {
    const { result } = this.#latest;
    return result?.asked === this.#asked ? result.roles : none;
  }

  look(inspector: Inspector, inspection: string, { kind, layer }: Pick<InspectedLayer, 'kind' | 'layer'>): void {
    const params: HeadsParams = { inspection, reading: plainReading, side: 1, layers: [{ kind, layer }] };
    const asked = JSON.stringify(params);
    if (asked === this.#asked) return;
    this.#asked = asked;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#latest.ask(async signal => {
      const roles: string[] = [];
      for (const head of await inspector.heads(params, signal)) roles[head.head] = rolesOf(head).join(', ');
      return { asked, roles };
    }), pause);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#asked = '';
  }
}
