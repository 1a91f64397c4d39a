// Choosing rules over recorded outcomes: of three candidates that break nothing and disagree, whose is taken? Ours is the
// program's own comparison (lib/evidence/rank.ts), told what it would know: files, likeness, nothing that was measured.
import { groupBy } from '../../../lib/core/group-by.ts';
import type { MeasuredCandidate } from '../../../lib/evidence/evidence.ts';
import { compareCandidates } from '../../../lib/evidence/rank.ts';
import { NO_TIE_BREAKS, rankContext } from '../../../lib/evidence/rank-context.ts';
import { drawnInterval, percent } from './interval.ts';
import type { Candidate, Measures, Triple } from './measures.ts';

/** The candidates that a rule leaves equal at the top: one of them is drawn. */
type Rule = (candidates: readonly Candidate[]) => readonly Candidate[];

const most =
  (...keys: ((candidate: Candidate, all: readonly Candidate[]) => number)[]): Rule =>
  (all) =>
    keys.reduce<readonly Candidate[]>((left, key) => {
      const best = Math.max(...left.map((each) => key(each, all)));
      return left.filter((each) => key(each, all) === best);
    }, all);

const size = ({ changed_lines }: Candidate): number => changed_lines;
const isMiddle = (candidate: Candidate, all: readonly Candidate[]): number =>
  Number(size(candidate) === all.map(size).sort((a, b) => a - b)[1]);
/** How many of the files that most candidates changed it changed too. */
const common = (candidate: Candidate, all: readonly Candidate[]): number =>
  candidate.files.filter((file) => all.filter(({ files }) => files.includes(file)).length * 2 > all.length).length;

const ours: Rule = (all) => {
  const candidates = all.map(
    ({ id, changed_lines }): MeasuredCandidate => ({
      id,
      evidence: { tree: id, gates: [], cross: [], size: changed_lines },
    }),
  );
  const context = rankContext([], candidates, new Map(all.map(({ id, files }) => [id, files.map(String)])), {
    ...NO_TIE_BREAKS,
    likeness: new Map(all.map(({ id, words }) => [id, words])),
  });
  const top = candidates.reduce((a, b) => (compareCandidates(b, a, context).order > 0 ? b : a));
  const equal = candidates.filter((each) => compareCandidates(each, top, context).order === 0).map(({ id }) => id);
  return all.filter(({ id }) => equal.includes(id));
};

export const RULES: Readonly<Record<string, Rule>> = {
  ours,
  random: (all) => all,
  'files of the majority': most(common),
  'most alike in added words': most(({ words }) => words),
  'middle size': most(isMiddle),
  'largest change': most(size),
  'smallest change': most((candidate) => -size(candidate)),
  'files of the majority, then the largest': most(common, size),
};

/** The share of tasks in which a rule takes a right one, each task counted once. */
export function shareOf(rule: Rule, triples: readonly Triple[]): number {
  const right = (all: readonly Candidate[]) => all.filter(({ resolved }) => resolved).length / all.length;
  const weight = triples.reduce((sum, triple) => sum + triple.weight, 0);
  return triples.reduce((sum, triple) => sum + triple.weight * right(rule(triple.candidates)), 0) / weight;
}

/** A 95 % interval of that share. */
export function interval(rule: Rule, triples: readonly Triple[]): readonly [from: number, to: number] {
  return drawnInterval([...groupBy(triples, ({ task }) => task).values()].map((own) => shareOf(rule, own)));
}

/** The table in Markdown, and last one line of JSON. */
export function chooseReport({ triples, skipped }: Measures): readonly string[] {
  const tasks = new Set(triples.map(({ task }) => task)).size;
  const languages = [...new Set(triples.map(({ language }) => language))].sort();
  const of = (language: string) => triples.filter((triple) => triple.language === language);
  const count = (language: string) => new Set(of(language).map(({ task }) => task)).size;
  const row = ([name, rule]: readonly [string, Rule]) => {
    const [from, to] = interval(rule, triples);
    const shares = languages.map((language) => percent(shareOf(rule, of(language))));
    return `| ${name} | ${percent(shareOf(rule, triples))} | ${percent(from)} to ${percent(to)} | ${shares.join(' | ')} |`;
  };
  const shares = Object.fromEntries(Object.entries(RULES).map(([name, rule]) => [name, shareOf(rule, triples)]));
  return [
    `${tasks} tasks with three candidates that break nothing and disagree (${triples.length} triples, each task counted once).`,
    `${skipped.length} tasks were left out.`,
    '',
    `| rule | right | 95 % interval | ${languages.map((language) => `${language} (${count(language)})`).join(' | ')} |`,
    `| --- | ---: | ---: |${' ---: |'.repeat(languages.length)}`,
    ...Object.entries(RULES).map(row),
    '',
    JSON.stringify({
      tasks,
      ours: shares.ours,
      random: shares.random,
      smallest: shares['smallest change'],
      rules: shares,
      languages: Object.fromEntries(
        languages.map((language) => [
          language,
          { tasks: count(language), ours: shareOf(ours, of(language)), random: shareOf(RULES.random!, of(language)) },
        ]),
      ),
    }),
  ];
}
