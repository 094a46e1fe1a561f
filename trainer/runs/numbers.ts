/** Numbers in memory, eight bytes each, of which there come more. */
export class Numbers {
  #values: Float64Array<ArrayBuffer>;
  #length: number;

  constructor(values: Float64Array<ArrayBuffer> = new Float64Array(0)) {
    this.#values = values;
    this.#length = values.length;
  }

  get length(): number {
    return this.#length;
  }

  /** NaN where there is none. */
  at(index: number): number {
    return index < this.#length ? (this.#values[index] ?? Number.NaN) : Number.NaN;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) this.#grow();
    this.#values[this.#length++] = value;
  }

  set(index: number, value: number): void {
    if (index < this.#length) this.#values[index] = value;
  }

  /** Lengthened with `value`, or cut. */
  resize(length: number, value: number): void {
    while (this.#length < length) this.push(value);
    this.#length = length;
  }

  /** Those there are now, not copied. */
  view(): Float64Array<ArrayBuffer> {
    return this.#values.subarray(0, this.#length);
  }

  #grow(): void {
    const larger = new Float64Array(Math.max(64, Math.ceil(this.#values.length * 1.5)));
    larger.set(this.#values);
    this.#values = larger;
  }
}
