/** Which library a model was made with: the same layer is not the same in all of them. */
export interface Library {
  readonly name: 'keras' | 'tensorflow.js';
  readonly major: number;
  readonly minor: number;
}

/** @param version `keras_version` of a topology ("2.15.0", "2.1.6-tf", "tfjs-layers 4.22.0"), or what else names it */
export function libraryOf(version: string): Library {
  const [, major = '2', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return { name: /tfjs|tensorflow\.js/i.test(version) ? 'tensorflow.js' : 'keras', major: Number(major), minor: Number(minor) };
}

/** Whether it is Keras, of this version or later. */
export function isKeras({ name, major, minor }: Library, from: number, fromMinor = 0): boolean {
  return name === 'keras' && (major > from || (major === from && minor >= fromMinor));
}
