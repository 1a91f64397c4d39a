// A Slurm of a test's own: its controller and one node, on the loopback of this machine, as this user; without munge and
// without systemd. They end with `stop`.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { which } from './paths.ts';
import { freePort } from './sshd.ts';

export interface Slurm {
  /** What its commands need to find it. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => void;
}

/** Its commands, as a user has them. */
export const SLURM_COMMANDS = ['srun', 'sbatch', 'scancel', 'sinfo', 'squeue'];

const daemon = (name: string): string | null =>
  [`/usr/sbin/${name}`, `/usr/local/sbin/${name}`].find((file) => existsSync(file)) ?? which(name);

/** @returns why there is none, in words */
export async function startSlurm(dir: string): Promise<Slurm | string> {
  const [controller, node] = [daemon('slurmctld'), daemon('slurmd')];
  const missing = SLURM_COMMANDS.filter((name) => which(name) === null);
  if (controller === null || node === null || missing.length > 0) return 'there is no Slurm here';
  for (const name of ['ctl', 'spool']) mkdirSync(join(dir, name), { recursive: true });
  const conf = join(dir, 'slurm.conf');
  writeFileSync(conf, configuration(dir, await freePort(), await freePort()));
  const env = { SLURM_CONF: conf };
  const around = { ...process.env, ...env };
  const started: ChildProcess[] = [];
  const start = (program: string, ...args: readonly string[]) => {
    const child = spawn(program, ['-D', '-f', conf, ...args], { stdio: 'ignore', env: around });
    started.push(child);
  };
  start(controller);
  start(node, '-N', 'n1');
  const stop = () => {
    // what a test that failed has left would live on
    spawnSync('scancel', ['--user', userInfo().username], {
      timeout: 5000,
      stdio: 'ignore',
      env: around,
    });
    for (const child of started.reverse()) child.kill('SIGKILL');
  };
  for (let tries = 0; tries < TRIES && started.every(({ exitCode }) => exitCode === null); tries++) {
    const seen = spawnSync('sinfo', ['-h', '-N', '-o', '%t'], { encoding: 'utf8', env: around });
    if (/^(idle|mix|alloc)$/m.test(seen.stdout)) {
      const tried = spawnSync('srun', ['--quiet', 'true'], {
        timeout: 10_000,
        encoding: 'utf8',
        env: around,
      });
      if (tried.status === 0) return { env, stop };
      stop();
      return `Slurm runs nothing here: ${tried.stderr.trim().split('\n').at(-1) || 'no answer'}`;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  stop();
  return `Slurm does not start here; ${join(dir, 'log')} says why`;
}

const TRIES = 100;
const PAUSE_MS = 100;

function configuration(dir: string, controllerPort: number, nodePort: number): string {
  const name = hostname().split('.')[0];
  const user = userInfo().username;
  return `ClusterName=mm
SlurmctldHost=${name}(127.0.0.1)
SlurmctldPort=${controllerPort}
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/none
CredType=cred/none
StateSaveLocation=${dir}/ctl
SlurmdSpoolDir=${dir}/spool
SlurmctldPidFile=${dir}/slurmctld.pid
SlurmdPidFile=${dir}/slurmd.pid
SlurmctldLogFile=${dir}/log
SlurmdLogFile=${dir}/log.node
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
KillWait=5
InactiveLimit=0
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
NodeName=n1 NodeHostname=${name} NodeAddr=127.0.0.1 Port=${nodePort} CPUs=8 State=UNKNOWN
PreemptType=preempt/partition_prio
PreemptMode=CANCEL
PartitionName=main Nodes=n1 Default=YES MaxTime=INFINITE State=UP OverSubscribe=YES PriorityTier=1
PartitionName=urgent Nodes=n1 MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
`;
}
