/**
 * Reads a Python pickle without running it: what it would call stays a record of the call (protocols 0 to 5, as in Python's
 * pickletools). Names that are not allowed end the reading.
 */
import { broken, quoted } from './broken.ts';
import { PickleBytes } from './pickle-bytes.ts';

export type Pickled = null | boolean | number | bigint | string | Uint8Array | Pickled[] | Tuple | Dict | Global | Call | Persistent;

export class Tuple {
  constructor(readonly items: readonly Pickled[]) {}
}

export class Dict {
  readonly entries = new Map<Pickled, Pickled>();
}

/** A class or function, by its name: `collections.OrderedDict`. */
export class Global {
  constructor(readonly name: string) {}
}

/** What a call or a class would have given. */
export class Call {
  state: Pickled = null;
  /** What was put into it as into a dictionary or a list. */
  entries: Map<Pickled, Pickled> | undefined;
  items: Pickled[] | undefined;

  constructor(
    readonly of: Global,
    readonly given: readonly Pickled[],
  ) {}
}

/** What the pickle's owner keeps elsewhere. */
export class Persistent {
  constructor(readonly id: Pickled) {}
}

export interface PickleLimits {
  /** Names the file and the part of it, in messages. */
  readonly where: string;
  /** Whether a class or function may be named. */
  readonly allows: (name: string) => boolean;
  /** What to do where one may not. */
  readonly hint: string;
}

/** Lists, tuples, dictionaries and calls: each takes more memory than the byte that makes it. */
const mostContainers = 1_000_000;
/** Values and marks on the stack. */
const deepest = 4_000_000;

/** @throws Failure `broken-model` where it is no whole pickle, or names what is not allowed */
export function unpickle(bytes: Buffer, limits: PickleLimits): Pickled {
  return new Machine(bytes, limits).run();
}

/** Codes are those of pickletools, by their names there. */
class Machine {
  readonly #bytes: PickleBytes;
  readonly #stack: Pickled[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, Pickled>();
  #containers = 0;

  constructor(
    bytes: Buffer,
    readonly limits: PickleLimits,
  ) {
    this.#bytes = new PickleBytes(bytes, limits.where);
  }

  run(): Pickled {
    for (;;) {
      const code = this.#bytes.unsigned(1);
      if (code === 0x2e) return this.#pop(); // STOP
      if (!this.#scalar(code) && !this.#container(code) && !this.#object(code) && !this.#shuffle(code)) {
        throw this.#broken(`has the code 0x${code.toString(16)}`, 'one of Python\'s pickles');
      }
    }
  }

  #scalar(code: number): boolean {
    const value = this.#bytes.scalar(code);
    if (value === undefined) return false;
    this.#put(value);
    return true;
  }

  #container(code: number): boolean {
    switch (code) {
      case 0x5d: // EMPTY_LIST
        this.#push([]);
        return true;
      case 0x6c: // LIST
      case 0x91: // FROZENSET
        this.#push(this.#toMark());
        return true;
      case 0x8f: // EMPTY_SET
        this.#push([]);
        return true;
      case 0x61: { // APPEND
        const item = this.#pop();
        this.#append([item]);
        return true;
      }
      case 0x65: // APPENDS
      case 0x90: // ADDITEMS
        this.#append(this.#toMark());
        return true;
      case 0x29: // EMPTY_TUPLE
        this.#push(new Tuple([]));
        return true;
      case 0x74: // TUPLE
        this.#push(new Tuple(this.#toMark()));
        return true;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.#push(new Tuple(this.#take(code - 0x84)));
        return true;
      case 0x7d: // EMPTY_DICT
        this.#push(new Dict());
        return true;
      case 0x64: { // DICT
        const pairs = this.#toMark();
        this.#push(new Dict());
        this.#set(pairs);
        return true;
      }
      case 0x73: { // SETITEM
        const pair = this.#take(2);
        this.#set(pair);
        return true;
      }
      case 0x75: // SETITEMS
        this.#set(this.#toMark());
        return true;
      default:
        return false;
    }
  }

  #object(code: number): boolean {
    switch (code) {
      case 0x63: // GLOBAL
        this.#push(this.#global(this.#bytes.line(), this.#bytes.line()));
        return true;
      case 0x93: { // STACK_GLOBAL
        const [module, name] = this.#take(2);
        if (typeof module !== 'string' || typeof name !== 'string') throw this.#broken('names a class by something else', 'two texts');
        this.#push(this.#global(module, name));
        return true;
      }
      case 0x52: // REDUCE
      case 0x81: { // NEWOBJ
        const [of, given] = this.#take(2);
        this.#call(of, given);
        return true;
      }
      case 0x92: { // NEWOBJ_EX
        const [of, given] = this.#take(3);
        this.#call(of, given);
        return true;
      }
      case 0x69: { // INST
        const of = this.#global(this.#bytes.line(), this.#bytes.line());
        this.#call(of, new Tuple(this.#toMark()));
        return true;
      }
      case 0x6f: { // OBJ
        const [of, ...given] = this.#toMark();
        this.#call(of, new Tuple(given));
        return true;
      }
      case 0x62: { // BUILD
        const state = this.#pop();
        const object = this.#top();
        if (object instanceof Call) object.state = state;
        return true;
      }
      case 0x50: // PERSID
        this.#push(new Persistent(this.#bytes.line()));
        return true;
      case 0x51: // BINPERSID
        this.#push(new Persistent(this.#pop()));
        return true;
      default:
        return false;
    }
  }

  #shuffle(code: number): boolean {
    switch (code) {
      case 0x80: // PROTO
        this.#bytes.unsigned(1);
        return true;
      case 0x95: // FRAME
        this.#bytes.take(8);
        return true;
      case 0x28: // MARK
        this.#marks.push(this.#stack.length);
        return true;
      case 0x30: // POP
        this.#pop();
        return true;
      case 0x31: // POP_MARK
        this.#toMark();
        return true;
      case 0x32: // DUP
        this.#put(this.#top());
        return true;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return true;
      case 0x71: // BINPUT
      case 0x72: // LONG_BINPUT
      case 0x70: // PUT
        this.#memo.set(this.#key(code, 0x71, 0x72), this.#top());
        return true;
      case 0x68: // BINGET
      case 0x6a: // LONG_BINGET
      case 0x67: { // GET
        const key = this.#key(code, 0x68, 0x6a);
        const value = this.#memo.get(key);
        if (value === undefined) throw this.#broken(`takes what was kept as ${key}`, 'something kept before');
        this.#put(value);
        return true;
      }
      default:
        return false;
    }
  }

  #key(code: number, short: number, long: number): number {
    return code === short ? this.#bytes.unsigned(1) : code === long ? this.#bytes.unsigned(4) : Number(this.#bytes.line());
  }

  #push(value: Pickled): void {
    if (++this.#containers > mostContainers) throw this.#broken(`makes more than ${mostContainers} lists and calls`, 'fewer');
    this.#put(value);
  }

  #put(value: Pickled): void {
    if (this.#stack.length + this.#marks.length >= deepest) throw this.#broken(`holds ${deepest} values at once`, 'fewer');
    this.#stack.push(value);
  }

  #global(module: string, name: string): Global {
    const full = `${module}.${name}`;
    if (!this.limits.allows(full)) {
      throw broken(this.limits.where, `at byte ${this.#bytes.at} it would use ${quoted(full)}, and was not run`, 'tensors in dictionaries and lists', this.limits.hint);
    }
    return new Global(full);
  }

  #call(of: Pickled | undefined, given: Pickled | undefined): void {
    if (!(of instanceof Global) || !(given instanceof Tuple)) throw this.#broken('calls what is no function', 'a function and a tuple');
    this.#push(new Call(of, given.items));
  }

  #append(items: readonly Pickled[]): void {
    const list = this.#top();
    const into = Array.isArray(list) ? list : list instanceof Call ? (list.items ??= []) : undefined;
    if (into === undefined) throw this.#broken('appends to what is no list', 'a list');
    for (const item of items) into.push(item);
  }

  #set(pairs: readonly Pickled[]): void {
    const dict = this.#top();
    const into = dict instanceof Dict ? dict.entries : dict instanceof Call ? (dict.entries ??= new Map<Pickled, Pickled>()) : undefined;
    if (into === undefined || pairs.length % 2 !== 0) throw this.#broken('sets keys of what is no dictionary', 'a dictionary, keys and values');
    for (let index = 0; index < pairs.length; index += 2) into.set(pairs[index] ?? null, pairs[index + 1] ?? null);
  }

  #top(): Pickled {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.#broken('takes from an empty stack', 'a value on it');
    return value;
  }

  #pop(): Pickled {
    const value = this.#stack.pop();
    if (value === undefined) throw this.#broken('takes from an empty stack', 'a value on it');
    return value;
  }

  #take(count: number): Pickled[] {
    if (this.#stack.length < count) throw this.#broken(`takes ${count} values from a stack of ${this.#stack.length}`, 'as many on it');
    return this.#stack.splice(-count);
  }

  #toMark(): Pickled[] {
    const mark = this.#marks.pop();
    if (mark === undefined || mark > this.#stack.length) throw this.#broken('goes back to a mark that it did not set', 'a mark');
    return this.#stack.splice(mark);
  }

  #broken(found: string, expected: string): Error {
    return broken(this.limits.where, `at byte ${this.#bytes.at} it ${found}`, expected);
  }
}
