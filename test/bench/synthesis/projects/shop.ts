// A shop's sums: prices, discounts, carts, taxes. Amounts are whole cents.
import type { Project } from '../project.ts';

export const shop: Project = {
  name: 'shop',
  files: {
    'src/money.js': {
      exports: ['parseAmount', 'roundCents'],
      base: 'export function roundCents(value) {\n  return Math.round(value);\n}\n\nexport function parseAmount(text) {\n  return Math.round(Number(text) * 100);\n}\n',
      right:
        "export function roundCents(value) {\n  return Math.sign(value) * Math.round(Number(Math.abs(value).toFixed(6)));\n}\n\nexport function parseAmount(text) {\n  const match = /^(-)?(\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.(\\d{1,2}))?$/.exec(text.trim().replace(/^(-?)[$€]\\s*/, '$1'));\n  if (!match) throw new RangeError(`not an amount: ${text}`);\n  const cents = Number(match[2].replaceAll(',', '')) * 100 + Number((match[3] ?? '').padEnd(2, '0'));\n  return match[1] ? -cents : cents;\n}\n",
      faults: [
        { name: 'one decimal digit is cents', edits: [[".padEnd(2, '0')", '']] },
        { name: 'first comma only', edits: [["replaceAll(',', '')", "replace(',', '')"]] },
        {
          name: 'NaN for nonsense',
          edits: [['if (!match) throw new RangeError(`not an amount: ${text}`);', 'if (!match) return NaN;']],
          belief: { name: 'parseAmount gives NaN for text', code: "assert.ok(Number.isNaN(parseAmount('abc')));" },
        },
        { name: 'minus is lost', edits: [['match[1] ? -cents : cents', 'cents']] },
        {
          name: 'halves of negative amounts',
          edits: [['Math.sign(value) * Math.round(Number(Math.abs(value).toFixed(6)))', 'Math.round(value)']],
        },
      ],
      existing: [{ name: 'parseAmount reads plain numbers', code: "assert.equal(parseAmount('12.34'), 1234);" }],
      likely: [
        { name: 'parseAmount reads thousands', code: "assert.equal(parseAmount('1,234.50'), 123450);" },
        { name: 'parseAmount reads a currency sign', code: "assert.equal(parseAmount('$5'), 500);" },
        { name: 'parseAmount reads one decimal', code: "assert.equal(parseAmount('1.5'), 150);" },
        { name: 'parseAmount refuses text', code: "assert.throws(() => parseAmount('abc'), RangeError);" },
        { name: 'parseAmount reads negative amounts', code: "assert.equal(parseAmount('-3.20'), -320);" },
      ],
      heldOut: [
        "parseAmount('0.9')",
        "parseAmount('€12,345,678.90')",
        "parseAmount('free')",
        "parseAmount('-$0.05')",
        'roundCents(-1.5)',
        'roundCents(0.5)',
        "parseAmount(' 42 ')",
        "parseAmount('1,00')",
      ],
      corners: [
        { name: 'amount in millions', code: "assert.equal(parseAmount('1,234,567'), 123456700);" },
        { name: 'round negative half', code: 'assert.equal(roundCents(-2.5), -3); assert.equal(roundCents(2.5), 3);' },
      ],
    },
    'src/discount.js': {
      exports: ['applyDiscounts'],
      base: 'export function applyDiscounts(cents, discounts) {\n  return discounts.reduce((rest, { amount }) => rest - amount, cents);\n}\n',
      right:
        "import { roundCents } from './money.js';\n\nexport function applyDiscounts(cents, discounts, { minimum = 0 } = {}) {\n  let rest = cents;\n  // Percentages first, on what is left each time; fixed amounts after them.\n  for (const { percent } of discounts) if (percent !== undefined) rest = roundCents(rest * (1 - percent / 100));\n  for (const { amount, from = 0 } of discounts) if (amount !== undefined && cents >= from) rest -= amount;\n  return Math.max(rest, minimum);\n}\n",
      faults: [
        { name: 'below zero', edits: [['Math.max(rest, minimum)', 'rest']] },
        {
          name: 'percentages are added up',
          edits: [['rest = roundCents(rest * (1 - percent / 100))', 'rest -= roundCents((cents * percent) / 100)']],
          belief: {
            name: 'applyDiscounts adds percentages',
            code: 'assert.equal(applyDiscounts(1000, [{ percent: 10 }, { percent: 10 }]), 800);',
          },
        },
        {
          name: 'order as given',
          edits: [
            [
              '  for (const { percent } of discounts) if (percent !== undefined) rest = roundCents(rest * (1 - percent / 100));\n  for (const { amount, from = 0 } of discounts) if (amount !== undefined && cents >= from) rest -= amount;',
              '  for (const { percent, amount, from = 0 } of discounts) {\n    if (percent !== undefined) rest = roundCents(rest * (1 - percent / 100));\n    if (amount !== undefined && cents >= from) rest -= amount;\n  }',
            ],
          ],
        },
        { name: 'threshold is exclusive', edits: [['cents >= from', 'cents > from']] },
        { name: 'threshold on the rest', edits: [['cents >= from', 'rest >= from']] },
      ],
      existing: [
        {
          name: 'applyDiscounts takes amounts off',
          code: 'assert.equal(applyDiscounts(1000, [{ amount: 100 }, { amount: 50 }]), 850);',
        },
      ],
      likely: [
        {
          name: 'applyDiscounts takes a percentage',
          code: 'assert.equal(applyDiscounts(1000, [{ percent: 10 }]), 900);',
        },
        {
          name: 'applyDiscounts chains percentages',
          code: 'assert.equal(applyDiscounts(1000, [{ percent: 10 }, { percent: 10 }]), 810);',
        },
        {
          name: 'applyDiscounts takes percentages first',
          code: 'assert.equal(applyDiscounts(1000, [{ amount: 100 }, { percent: 10 }]), 800);',
        },
        {
          name: 'applyDiscounts never goes below zero',
          code: 'assert.equal(applyDiscounts(100, [{ amount: 500 }]), 0);',
        },
        {
          name: 'applyDiscounts honours a threshold',
          code: 'assert.equal(applyDiscounts(1000, [{ amount: 100, from: 2000 }]), 1000);',
        },
      ],
      heldOut: [
        'applyDiscounts(500, [{ amount: 400 }, { amount: 200 }])',
        'applyDiscounts(2000, [{ percent: 25 }, { percent: 50 }])',
        'applyDiscounts(999, [{ amount: 99 }, { percent: 33 }])',
        'applyDiscounts(5000, [{ amount: 500, from: 5000 }])',
        'applyDiscounts(5000, [{ percent: 30 }, { amount: 500, from: 4000 }])',
        'applyDiscounts(300, [{ percent: 90 }], { minimum: 100 })',
      ],
      corners: [
        {
          name: 'discount at the threshold',
          code: 'assert.equal(applyDiscounts(2000, [{ percent: 50 }, { amount: 100, from: 2000 }]), 900);',
        },
        {
          name: 'discount minimum',
          code: 'assert.equal(applyDiscounts(100, [{ percent: 99 }], { minimum: 50 }), 50);',
        },
      ],
    },
    'src/cart.js': {
      exports: ['addItem', 'removeItem', 'subtotal'],
      base: 'export function addItem(cart, item) {\n  return [...cart, { quantity: 1, ...item }];\n}\n\nexport function subtotal(cart) {\n  return cart.reduce((sum, { price, quantity }) => sum + price * quantity, 0);\n}\n',
      right:
        "const same = (a, b) => a.sku === b.sku && a.price === b.price;\n\nexport function addItem(cart, item) {\n  const quantity = item.quantity ?? 1;\n  if (!Number.isInteger(quantity) || quantity < 1) throw new RangeError('quantity must be a whole number from 1');\n  if (!cart.some((line) => same(line, item))) return [...cart, { ...item, quantity }];\n  return cart.map((line) => (same(line, item) ? { ...line, quantity: line.quantity + quantity } : line));\n}\n\nexport function removeItem(cart, sku, quantity = Infinity) {\n  return cart\n    .map((line) => (line.sku === sku ? { ...line, quantity: line.quantity - quantity } : line))\n    .filter((line) => line.quantity > 0);\n}\n\nexport function subtotal(cart) {\n  return cart.reduce((sum, { price, quantity }) => sum + price * quantity, 0);\n}\n",
      faults: [
        {
          name: 'changes the cart it was given',
          edits: [
            [
              'return cart.map((line) => (same(line, item) ? { ...line, quantity: line.quantity + quantity } : line));',
              'const line = cart.find((each) => same(each, item));\n  line.quantity += quantity;\n  return cart;',
            ],
          ],
        },
        { name: 'merges different prices', edits: [[' && a.price === b.price', '']] },
        { name: 'keeps empty lines', edits: [['\n    .filter((line) => line.quantity > 0)', '']] },
        {
          name: 'accepts any quantity',
          edits: [
            [
              "  if (!Number.isInteger(quantity) || quantity < 1) throw new RangeError('quantity must be a whole number from 1');\n",
              '',
            ],
          ],
        },
        {
          name: 'replaces the quantity',
          edits: [['quantity: line.quantity + quantity', 'quantity']],
          belief: {
            name: 'addItem sets the quantity',
            code: "assert.equal(addItem([{ sku: 'a', price: 5, quantity: 2 }], { sku: 'a', price: 5, quantity: 3 })[0].quantity, 3);",
          },
        },
        {
          name: 'removes the whole line',
          edits: [['{ ...line, quantity: line.quantity - quantity }', '{ ...line, quantity: 0 }']],
        },
      ],
      existing: [
        {
          name: 'addItem appends',
          code: "assert.deepEqual(addItem([], { sku: 'a', price: 5 }), [{ sku: 'a', price: 5, quantity: 1 }]);",
        },
        { name: 'subtotal multiplies', code: "assert.equal(subtotal([{ sku: 'a', price: 5, quantity: 3 }]), 15);" },
      ],
      likely: [
        {
          name: 'addItem merges the same item',
          code: "const cart = addItem(addItem([], { sku: 'a', price: 5 }), { sku: 'a', price: 5, quantity: 2 });\n  assert.equal(cart.length, 1);\n  assert.equal(cart[0].quantity, 3);",
        },
        {
          name: 'addItem keeps different prices apart',
          code: "assert.equal(addItem([{ sku: 'a', price: 5, quantity: 1 }], { sku: 'a', price: 6 }).length, 2);",
        },
        {
          name: 'addItem refuses a quantity of zero',
          code: "assert.throws(() => addItem([], { sku: 'a', price: 5, quantity: 0 }), RangeError);",
        },
        {
          name: 'removeItem takes some away',
          code: "assert.equal(removeItem([{ sku: 'a', price: 5, quantity: 3 }], 'a', 1)[0].quantity, 2);",
        },
        {
          name: 'removeItem drops the line',
          code: "assert.deepEqual(removeItem([{ sku: 'a', price: 5, quantity: 3 }], 'a'), []);",
        },
      ],
      heldOut: [
        "(() => {\n  const cart = [{ sku: 'x', price: 2, quantity: 2 }];\n  addItem(cart, { sku: 'x', price: 2 });\n  return cart;\n})()",
        "addItem([{ sku: 'x', price: 2, quantity: 2 }], { sku: 'x', price: 3 })",
        "addItem([], { sku: 'x', price: 1, quantity: -1 })",
        "addItem([{ sku: 'x', price: 2, quantity: 4 }], { sku: 'x', price: 2, quantity: 5 })",
        "removeItem([{ sku: 'x', price: 2, quantity: 4 }, { sku: 'y', price: 1, quantity: 1 }], 'x', 3)",
        "removeItem([{ sku: 'x', price: 2, quantity: 4 }, { sku: 'y', price: 1, quantity: 1 }], 'y', 1)",
        'subtotal([{ price: 3, quantity: 4 }, { price: 1, quantity: 2 }])',
      ],
      corners: [
        {
          name: 'cart stays as it was',
          code: "const cart = [{ sku: 'a', price: 5, quantity: 1 }];\n  addItem(cart, { sku: 'a', price: 5 });\n  removeItem(cart, 'a');\n  assert.deepEqual(cart, [{ sku: 'a', price: 5, quantity: 1 }]);",
        },
        {
          name: 'remove too many',
          code: "assert.deepEqual(removeItem([{ sku: 'a', price: 5, quantity: 1 }], 'a', 2), []);\n  assert.throws(() => addItem([], { sku: 'a', price: 1, quantity: 1.5 }), RangeError);",
        },
      ],
    },
    'src/tax.js': {
      exports: ['taxOf'],
      base: null,
      right:
        "import { roundCents } from './money.js';\n\nexport function taxOf(lines, rates) {\n  const nets = new Map();\n  for (const { price, quantity, category } of lines) {\n    const rate = rates[category] ?? rates.standard;\n    nets.set(rate, (nets.get(rate) ?? 0) + price * quantity);\n  }\n  // Rounded once per rate, as the law wants, not once per line.\n  let tax = 0;\n  for (const [rate, net] of nets) tax += roundCents((net * rate) / 100);\n  return tax;\n}\n",
      faults: [
        {
          name: 'rounds every line',
          edits: [
            [
              'nets.set(rate, (nets.get(rate) ?? 0) + price * quantity);',
              'nets.set({ rate }, [rate, price * quantity]);',
            ],
            ['for (const [rate, net] of nets) tax', 'for (const [, [rate, net]] of nets) tax'],
          ],
          belief: {
            name: 'taxOf rounds each line',
            code: 'assert.equal(taxOf([{ price: 3, quantity: 1 }, { price: 3, quantity: 1 }], { standard: 20 }), 2);',
          },
        },
        {
          name: 'rate of zero is ignored',
          edits: [['rates[category] ?? rates.standard', 'rates[category] || rates.standard']],
        },
        { name: 'quantity is forgotten', edits: [['price * quantity);', 'price);']] },
        { name: 'no default rate', edits: [['rates[category] ?? rates.standard', 'rates[category]']] },
        { name: 'rounds down', edits: [['roundCents((net * rate) / 100)', 'Math.floor((net * rate) / 100)']] },
      ],
      existing: [],
      likely: [
        {
          name: 'taxOf takes the standard rate',
          code: 'assert.equal(taxOf([{ price: 1000, quantity: 1 }], { standard: 20 }), 200);',
        },
        {
          name: 'taxOf takes a category',
          code: "assert.equal(taxOf([{ price: 1000, quantity: 1, category: 'food' }], { standard: 20, food: 5 }), 50);",
        },
        {
          name: 'taxOf counts quantities',
          code: 'assert.equal(taxOf([{ price: 100, quantity: 3 }], { standard: 10 }), 30);',
        },
        {
          name: 'taxOf knows free categories',
          code: "assert.equal(taxOf([{ price: 1000, quantity: 1, category: 'books' }], { standard: 20, books: 0 }), 0);",
        },
      ],
      heldOut: [
        'taxOf(Array(3).fill({ price: 33, quantity: 1 }), { standard: 5 })',
        "taxOf([{ price: 200, quantity: 2, category: 'gift' }], { standard: 19, gift: 0 })",
        "taxOf([{ price: 250, quantity: 4, category: 'toys' }], { standard: 8 })",
        'taxOf([{ price: 10, quantity: 1 }], { standard: 25 })',
      ],
      corners: [
        {
          name: 'tax rounds per rate',
          code: 'assert.equal(taxOf([{ price: 3, quantity: 1 }, { price: 3, quantity: 1 }], { standard: 20 }), 1);',
        },
        { name: 'tax rounds half up', code: 'assert.equal(taxOf([{ price: 5, quantity: 1 }], { standard: 10 }), 1);' },
      ],
    },
  },
};
