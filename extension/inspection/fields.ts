import { Failure } from '../../protocol/failure.ts';

/** An object out of a page's message, or out of what was stored, whose fields are read one by one and by what they must be. */
export class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #where: string;

  /**
   * @param where what messages call the object
   * @throws Failure `bad-argument`, as every reader does, where it is something else
   */
  constructor(value: unknown, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(where, value, 'an object');
    this.#fields = value as Readonly<Record<string, unknown>>;
    this.#where = where;
  }

  text(name: string, longest: number): string {
    return this.#read(name, (value): value is string => typeof value === 'string' && value.length <= longest, `a text of at most ${longest.toLocaleString('en')} characters`);
  }

  flag(name: string): boolean {
    return this.#read(name, (value): value is boolean => typeof value === 'boolean', 'true or false');
  }

  number(name: string, least: number, most: number): number {
    return this.#read(name, isNumber(least, most), `a number from ${least} to ${most}`);
  }

  index(name: string, most: number): number {
    return this.#read(name, isIndex(most), `a whole number from 0 to ${most}`);
  }

  indices(name: string, longest: number, most: number): readonly number[] {
    return this.list(name, longest, (value, where) => checked(value, isIndex(most), where, `a whole number from 0 to ${most}`));
  }

  one<Value>(name: string, values: readonly Value[]): Value {
    return this.#read(name, (value): value is Value => (values as readonly unknown[]).includes(value), `one of ${values.join(', ')}`);
  }

  fields(name: string): Fields {
    return new Fields(this.#fields[name], `${this.#where}.${name}`);
  }

  list<Value>(name: string, longest: number, read: (value: unknown, where: string) => Value): readonly Value[] {
    const where = `${this.#where}.${name}`;
    const value = this.#fields[name];
    if (!Array.isArray(value) || value.length > longest) throw wrong(where, value, `a list of at most ${longest.toLocaleString('en')}`);
    return value.map((item: unknown, index) => read(item, `${where}[${index}]`));
  }

  /** The field as an object's only one; none where it is left out. */
  optional<Name extends string, Value>(name: Name, read: (name: Name) => Value): { readonly [Key in Name]?: Value } {
    if (this.#fields[name] === undefined) return {};
    return { [name]: read(name) } as { readonly [Key in Name]?: Value };
  }

  is(name: string, value: unknown): boolean {
    return this.#fields[name] === value;
  }

  bytes(name: string, most: number): Uint8Array<ArrayBuffer> {
    return this.#read(name, (value): value is Uint8Array<ArrayBuffer> => value instanceof Uint8Array && value.length <= most, `at most ${most.toLocaleString('en')} bytes`);
  }

  /** As it is, for who reads it later. */
  any(name: string): unknown {
    return this.#fields[name];
  }

  #read<Value>(name: string, fits: (value: unknown) => value is Value, expected: string): Value {
    return checked(this.#fields[name], fits, `${this.#where}.${name}`, expected);
  }
}

function checked<Value>(value: unknown, fits: (value: unknown) => value is Value, where: string, expected: string): Value {
  if (!fits(value)) throw wrong(where, value, expected);
  return value;
}

function isNumber(least: number, most: number) {
  return (value: unknown): value is number => typeof value === 'number' && value >= least && value <= most;
}

function isIndex(most: number) {
  return (value: unknown): value is number => Number.isInteger(value) && isNumber(0, most)(value);
}

/** What was found may be large. */
const mostShown = 60;

function wrong(where: string, found: unknown, expected: string): Failure {
  const shown = typeof found === 'string' ? JSON.stringify(found.slice(0, mostShown)) : typeof found === 'number' ? found : typeof found;
  return new Failure('bad-argument', `${where} is ${shown}; ${expected} was expected.`, 'Reload the window, and ask again.');
}
