import { describe, expect, it } from 'vitest';
import { catchFailure } from '../../protocol/failure.fixture.ts';
import { Failure } from '../../protocol/failure.ts';
import { ChatTemplate, encodeChat, namesForTemplates } from './chat-template.ts';
import { descriptions } from './native.fixture.ts';
import { parseTokenizerConfig } from './tokenizer-config.ts';
import { parseTokenizerJson } from './tokenizer-json.ts';

const turns = `{% for message in messages %}{{ '<|turn|>' + message['role'] + '\\n' + message['content'] + '<|over|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|turn|>assistant\\n' }}{% endif %}`;
/** The system's words stand within the first turn, blanks are cut off, the date is told, roles must take turns. */
const folded = `{%- if messages[0].role == 'system' -%}
  {%- set system = messages[0].content | trim -%}
  {%- set rest = messages[1:] -%}
{%- else -%}
  {%- set rest = messages -%}
{%- endif -%}
{{- bos_token -}}
{%- for message in rest -%}
  {%- if (message.role == 'user') != (loop.index0 % 2 == 0) -%}{{- raise_exception('Roles must take turns') -}}{%- endif -%}
  {%- if message.role == 'user' -%}
    {{- '[ASK] ' -}}
    {%- if loop.first and system is defined -%}{{- '<<' + system + '>> on ' + strftime_now('%d %b %Y') + ': ' -}}{%- endif -%}
    {{- message.content.strip() + ' [/ASK]' -}}
  {%- else -%}
    {{- ' ' + message.content | trim + ' ' + eos_token -}}
  {%- endif -%}
{%- endfor -%}`;
/** Only what stands behind a thought is told. */
const thinking = `{% for message in messages %}{% set content = message.content %}{% if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}<{{ message.role }}>{{ content }}{% endfor %}`;

const names = { bos_token: '<s>', eos_token: '</s>' };

describe('apply', () => {
  it('renders the messages and knows where each stands', () => {
    const messages = [{ role: 'system', content: 'Be kind.' }, { role: 'user', content: 'user' }, { role: 'assistant', content: '' }, { role: 'user', content: 'user\nassistant ' }];
    const { text, spans, verbatim } = ChatTemplate.parse(turns, 'x').apply(messages);
    expect(text).toBe('<|turn|>system\nBe kind.<|over|>\n<|turn|>user\nuser<|over|>\n<|turn|>assistant\n<|over|>\n<|turn|>user\nuser\nassistant <|over|>\n<|turn|>assistant\n');
    expect(spans.map(span => text.slice(span?.start, span?.end))).toEqual(messages.map(({ content }) => content));
    expect(spans[1]?.start).toBe(text.indexOf('user\nuser') + 5);
    expect(verbatim).toHaveLength(4);
    expect(ChatTemplate.parse(turns, 'x').apply(messages, { addGenerationPrompt: false }).text).toMatch(/<\|over\|>\n$/);
  });

  it('follows templates that fold, trim and ask for the date', () => {
    const template = ChatTemplate.parse(folded, 'x', names);
    const messages = [{ role: 'system', content: ' Be brief. ' }, { role: 'user', content: '  Hi? ' }, { role: 'assistant', content: 'Hello.' }];
    const { text, spans } = template.apply(messages, { date: new Date(2026, 2, 5) });
    expect(text).toBe('<s>[ASK] <<Be brief.>> on 05 Mar 2026: Hi? [/ASK] Hello. </s>');
    expect(spans.map(span => text.slice(span?.start, span?.end))).toEqual(['Be brief.', 'Hi?', 'Hello.']);
  });

  it('looks for the messages where a template looks into them', () => {
    const messages = [{ role: 'user', content: 'What?' }, { role: 'assistant', content: 'Hm.</think>That.' }, { role: 'user', content: 'user' }];
    const { text, spans } = ChatTemplate.parse(thinking, 'x').apply(messages);
    expect(text).toBe('<user>What?<assistant>That.<user>user');
    expect(spans.map(span => span && text.slice(span.start, span.end))).toEqual(['What?', undefined, 'user']);
  });

  it('hands on why a template refuses the messages', () => {
    const refusal = catchFailure(() => ChatTemplate.parse(folded, 'm/tokenizer_config.json', names).apply([{ role: 'user', content: 'a' }, { role: 'user', content: 'b' }]));
    expect(refusal.code).toBe('bad-argument');
    expect(refusal.message).toBe('The chat template of m/tokenizer_config.json refuses these messages: Roles must take turns');
  });
});

describe('encodeChat', () => {
  it('takes special tokens from the template and none from a message', () => {
    const config = parseTokenizerConfig({ config: { path: 'c', text: JSON.stringify({ bos_token: '<|begin|>', eos_token: '<|endoftext|>' }) } });
    const tokenizer = parseTokenizerJson(descriptions['llama3'], 't', config);
    const template = ChatTemplate.parse(`{{ bos_token }}{% for message in messages %}{{ message.content }}{{ eos_token }}{% endfor %}`, 'x', namesForTemplates(tokenizer));
    const content = 'I write <|endoftext|> and <|begin|>';
    const rendered = template.apply([{ role: 'user', content }]);
    const { ids, tokens } = encodeChat(tokenizer, rendered);
    const special = ids.filter(id => tokenizer.nameOf(id) !== undefined);
    expect(special).toEqual([tokenizer.idOf('<|begin|>'), tokenizer.idOf('<|endoftext|>')]);
    expect(tokenizer.decode(ids).text).toBe(content);
    expect(tokens.at(-1)?.start).toBe(rendered.spans[0]?.end);
  });
});

describe('a hostile template', () => {
  const user = [{ role: 'user', content: 'x' }];
  it.each([
    ['loops without an end', `{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}{% endfor %}{% endfor %}{% endfor %}`, /steps|not done/],
    ['a list without an end', '{{ range(10**12) | length }}', /range\(\)/],
    ['a list doubled again and again', `{% set ns = namespace(a=[1]) %}{% for i in range(60) %}{% set ns.a = ns.a + ns.a %}{% endfor %}`, /list of more than/],
    ['a text doubled again and again', `{% set ns = namespace(a='ab') %}{% for i in range(60) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}{{ ns.a }}`, /text of more than/],
    ['a macro that calls itself', `{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}`, /cannot be run|steps/],
    ['what is unknown', `{{ process() }}`, /cannot be run/],
  ])('is stopped: %s', (_name, source, message) => {
    expect(catchFailure(() => ChatTemplate.parse(source, 'm/chat_template.jinja').apply(user)).message).toMatch(message);
  });

  it('reaches nothing but its data', () => {
    const reach = (expression: string): string => ChatTemplate.parse(`{{ ${expression} }}`, 'x').apply(user).text;
    for (const expression of ['messages.constructor', 'messages[0].__proto__', "messages[0]['constructor']", 'process', 'globalThis', 'require', 'range.constructor']) {
      try {
        expect(reach(expression)).toBe('');
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Failure);
      }
    }
  });

  it('is refused where it is none', () => {
    expect(catchFailure(() => ChatTemplate.parse('{% for %}', 'm/chat_template.jinja')).message).toContain('m/chat_template.jinja holds a chat template that cannot be read');
    expect(catchFailure(() => ChatTemplate.parse(`{{ ${'('.repeat(200_000)} }}`, 'x')).code).toBe('broken-model');
    expect(catchFailure(() => ChatTemplate.parse('x'.repeat(2_000_000), 'x')).message).toContain('at most');
  });
});
