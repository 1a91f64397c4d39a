// What the far side of a lane prints, however it is cut into pieces.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FrameReader } from '../../../lib/system/remote/frames.ts';

function read(text: string, piece: number): readonly string[] {
  const said: string[] = [];
  const output: string[] = [];
  const keep = (bytes: Uint8Array) => void output.push(Buffer.from(bytes).toString('latin1'));
  const reader = new FrameReader('mm-nonce', {
    bytes: (_, bytes) => keep(bytes),
    value: (key, value) => void said.push(`${key}=${value}`),
    end: (code, why) => void said.push(`${code} ${why}`),
  });
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += piece) reader.feed(bytes.subarray(at, at + piece));
  return [...said, output.join('')];
}

test('frames are read in pieces of any size, after whatever came before the nonce', () => {
  for (const piece of [1, 2, 7, 1000]) {
    assert.equal(read('hi\nx 0 no\nnoisemm-nonce\nk tree /a b\no 3\na\nbe 2\n\n\nx 5 exit\nk late 1\n', piece), [
      'tree=/a b',
      '5 exit',
      'a\nb\n\n',
    ]);
    assert.equal(read('mm-nonce\nk tree x\np 5\nPACK\nx 0 whole\n', piece), ['tree=x', '0 whole', 'PACK\n']);
    assert.equal(read('mm-nonce\np 5\nPAC', piece), ['PAC']);
    assert.equal(read('mm-nonce\nwhat is this\nx 0 end\n', piece), ['']);
  }
});

test.run();
