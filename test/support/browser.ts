// A real headless Chromium for a page on disk, and everything about the page that must not happen: errors, messages on
// the console, requests. Debian's package `chromium`; CHROMIUM names another one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Locator, type Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import { which } from './paths.ts';

/** Milliseconds: a machine with much to do is given time. */
const PATIENCE = 240_000;

export interface Browsing {
  readonly page: Page;
  /** Uncaught errors, messages on the console, dialogs, and requests beside the page itself. */
  readonly trouble: readonly string[];
}

export interface BrowseOptions {
  readonly dark?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** Opens the file in a browser of its own, hands the page over, and closes everything. */
export async function withPage<T>(
  file: string,
  { dark = false, width = 1440, height = 1000 }: BrowseOptions,
  work: (browsing: Browsing) => Promise<T>,
): Promise<T> {
  const executablePath = process.env.CHROMIUM ?? which('chromium') ?? which('chromium-browser');
  if (!executablePath) throw new Error('chromium is not installed: apt-get install chromium');
  const home = mkdtempSync(join(tmpdir(), 'mm-browser-'));
  const browser = await chromium.launch({
    executablePath,
    timeout: PATIENCE,
    args: ['--no-sandbox', '--disable-gpu'],
    env: { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8' },
  });
  try {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' });
    page.setDefaultTimeout(PATIENCE);
    const url = pathToFileURL(file).href;
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      trouble.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      const asked = request.url();
      if (asked.split('#')[0] !== url && !asked.startsWith('data:')) trouble.push(`request: ${asked}`);
    });
    await page.goto(url);
    return await work({ page, trouble });
  } finally {
    await browser.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Nothing happened that must not. */
export const quiet = ({ trouble }: Browsing): void => assert.equal(trouble, []);

/** What a reader sees of the first element that is meant. */
export const text = (page: Page, selector: string): Promise<string> => shownText(page.locator(selector).first());

/** What a reader sees of an element, which is brought into view: what lies far outside of it has no text. */
export async function shownText(locator: Locator): Promise<string> {
  for (;;) {
    const seen = await locator.innerText();
    if (seen.trim() !== '') return seen;
    await locator.evaluate((element) => (element as unknown as Scrolling).scrollIntoView({ block: 'nearest' }));
    await locator.page().evaluate('new Promise(requestAnimationFrame)');
  }
}

interface Scrolling {
  scrollIntoView(how: { readonly block: 'nearest' }): void;
}
