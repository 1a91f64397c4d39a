// Models in containers, by the lines of recipes/hosts/: one in podman's, one in what stands for a cluster's pod, a kubectl
// that calls podman. Skipped, with the reason, where podman starts no container.
// deadline: 600
// runtime: node
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, stringify } from 'yaml';
import { withCrew } from '../support/crew.ts';
import { PROJECT } from '../support/paths.ts';
import { startPodman } from '../support/podman.ts';

const LONG = { deadline: 150_000 };

/** Takes exactly what recipes/hosts/kubectl.yaml calls. `exec` behaves alike: arguments are not split, nothing is set. */
const KUBECTL = `#!/bin/sh
case "$1 $2 $3 $4 $5 $6" in
  "run $2 --image=mm-lane --restart=Never --command --") name=$2; shift 6; exec podman run --detach --name "$name" localhost/mm-lane "$@" ;;
  "exec -i $3 -- "*) name=$3; shift 4; exec podman exec -i "$name" "$@" ;;
  "delete pod $3 "*) exec podman rm --force --ignore --time 0 "$3" ;;
esac
echo "kubectl: $*" >&2
exit 2
`;

test('gemini works in a container of podman, gpt in what stands for a pod; both are gone afterwards', () =>
  withCrew({}, async (repo) => {
    const podman = startPodman(repo);
    if (typeof podman === 'string') {
      console.log(`skipped: ${podman}`);
      return;
    }
    try {
      repo.installTool('kubectl', KUBECTL);
      const recipe = join(repo.root, 'containers.yaml');
      const { pod } = parse(readFileSync(join(PROJECT, 'recipes/hosts/kubectl.yaml'), 'utf8')).hosts;
      const set = { 'slots.gpt.host': 'cluster' };
      const hosts = { cluster: pod };
      writeFileSync(recipe, stringify({ recipe: 1, name: 'containers', extends: 'hosts/podman', hosts, set }));
      const result = await repo.runMm([recipe, 'Write greetings', '--headless', '--yes'], LONG);
      assert.is(result.code, 0, result.stderr);
      for (const line of ['Gemini: gemini (on pod)', 'GPT: codex (on cluster)'])
        assert.ok(result.stderr.includes(line), result.stderr);
      assert.is(repo.read('src/a.txt'), 'a, BEST\n');
      assert.is(repo.read('src/b.txt'), 'b, BEST\n');
      assert.is(repo.read('src/c.txt'), 'c of gpt\n');
      assert.equal(podman.containers(), []);
    } finally {
      podman.stop();
    }
  }));

test.run();
