// A line of text that is being typed, edited by whole characters: an emoji or an accented letter is one.
import type { Key } from 'node:readline';

export interface EditedLine {
  /** What stands before and after the caret. */
  text(): { readonly before: string; readonly after: string };
  /** Takes one key of node:readline. */
  press(text: string, key: Key): void;
}

/** An empty line. */
export function editLine(): EditedLine {
  let [before, after] = ['', ''];
  const segmenter = new Intl.Segmenter();
  const parts = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment);
  return {
    text: () => ({ before, after }),
    press(text, key) {
      const name = key.ctrl ? `ctrl-${key.name}` : (key.name ?? '');
      if (name === 'left')
        [before, after] = [parts(before).slice(0, -1).join(''), (parts(before).at(-1) ?? '') + after];
      else if (name === 'right') [before, after] = [before + (parts(after)[0] ?? ''), parts(after).slice(1).join('')];
      else if (name === 'home' || name === 'ctrl-a') [before, after] = ['', before + after];
      else if (name === 'end' || name === 'ctrl-e') [before, after] = [before + after, ''];
      else if (name === 'backspace') before = parts(before).slice(0, -1).join('');
      else if (name === 'delete') after = parts(after).slice(1).join('');
      else if (name === 'ctrl-u') before = '';
      else if (name === 'ctrl-k') after = '';
      else if (name === 'ctrl-w') before = before.replace(/\S*\s*$/, '');
      else if (!key.ctrl && !key.meta && !/[\x00-\x1f\x7f]/.test(text)) before += text;
    },
  };
}
