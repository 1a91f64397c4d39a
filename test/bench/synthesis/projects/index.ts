// All projects of the benchmark.
import type { Project } from '../project.ts';
import { shop } from './shop.ts';
import { store } from './store.ts';
import { table } from './table.ts';
import { text } from './text.ts';
import { time } from './time.ts';
import { web } from './web.ts';

export const projects: readonly Project[] = [text, shop, time, table, web, store];
