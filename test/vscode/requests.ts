/** What tests inside the extension host may ask of the harness outside, which holds the mouse and the keyboard. */

/** Somewhere in the workbench. */
export type Place =
  /** An element of the workbench by a Playwright selector. */
  | { readonly in: 'workbench'; readonly selector: string }
  /** An element inside the webview that is shown. */
  | { readonly in: 'webview'; readonly selector: string }
  /** The first occurrence of a text (within one line, without spaces) in the active text editor. */
  | { readonly in: 'editor'; readonly text: string };

export type Request =
  /** Shows a line in the output of the test run. */
  | { readonly do: 'print'; readonly line: string }
  /** Saves test-output/vscode/NAME.png. */
  | { readonly do: 'screenshot'; readonly name: string }
  /** Rests the pointer on a place; with `shows`, comes back to it until an element of the workbench is there. */
  | { readonly do: 'hover'; readonly place: Place; readonly shows?: string }
  | { readonly do: 'click'; readonly place: Place }
  /** Presses keys by Playwright's names: `Control+Shift+P`, `Escape`. */
  | { readonly do: 'press'; readonly keys: string }
  /** Types a text where the focus is. */
  | { readonly do: 'type'; readonly text: string }
  /** Answers the text of a place, waiting until it is there. */
  | { readonly do: 'text'; readonly place: Place }
  /** Answers what stands in a field of the workbench, waiting until it is there. */
  | { readonly do: 'value'; readonly selector: string }
  /** Answers what is painted over each text editor on the screen: `PaintedEditor[]`, as JSON. */
  | { readonly do: 'painted' };

/** What a user sees over the text of one editor. */
export interface PaintedEditor {
  /** The words with a tint or a border of the extension's, in the order of the text. */
  readonly tinted: readonly string[];
  /** Each line that something is written after, and what. */
  readonly after: readonly { readonly line: string; readonly text: string }[];
}

/** The environment variable that tells the extension host where the harness listens. */
export const harnessVariable = 'ATTENTION_SCOPE_TEST_HARNESS';
