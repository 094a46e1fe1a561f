import { describe, expect, it } from 'vitest';
import { scriptProblem } from './script.ts';

describe('scriptProblem', () => {
  it.each([
    ['Привет, мир', 'en', 'mostly in Cyrillic letters, but the model reads English, which is written in Latin letters'],
    ['日本語です', 'en', 'Han or Hiragana or Katakana letters'],
    ['שלום', 'en', 'Hebrew letters'],
    ['\u{10330}\u{10331}', 'en', 'other letters'],
    ['Hello', 'zh', 'the model reads Chinese, which is written in Han letters'],
  ])('%s is no text for %s', (text, language, message) => {
    expect(scriptProblem(text, language)).toContain(message);
  });

  it.each([
    ['Hello', 'en'], ['Ça alors, où ?', 'fr'], ['The word шум is Russian.', 'en'], ['123 😀 !', 'en'], ['', 'en'],
    ['中文', 'zh-TW'], ['Привет', 'ru'], ['Привет', 'no language'],
  ])('%j may be read as %s', (text, language) => {
    expect(scriptProblem(text, language)).toBeUndefined();
  });
});
