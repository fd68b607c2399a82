#!/bin/bash
# Usage: test-slurm.sh. The launcher under a real Slurm on this machine: a controller, a node and munge on loopback, in a temporary folder.
# The demonstration's config, by six seeds, as an array of two; one task is killed in the middle and submitted again alone; the shards are merged
# and must be what one machine makes of the config. Needs root and Debian's slurm-wlm and munge, and the module built; about three minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d); host=$(hostname -s)
export SLURM_CONF=$folder/slurm.conf CONFIG=$folder/smoke.yaml OUTPUT=$folder/results SHARDS=2
trap 'kill $(cat "$folder"/*.pid) 2> /dev/null || true; sleep 1; rm -rf "$folder"' EXIT
mkdir "$folder/state" "$folder/spool"; chmod 755 "$folder"
dd if=/dev/urandom of="$folder/key" bs=1024 count=1 2> /dev/null; chmod 400 "$folder/key"
munged --force --key-file="$folder/key" --socket="$folder/munge" --pid-file="$folder/munge.pid" --log-file="$folder/munge.log" --seed-file="$folder/seed"
cat > "$SLURM_CONF" << END
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
SlurmctldPort=46817
SlurmdPort=46818
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc)
PartitionName=all Nodes=$host Default=YES State=UP
END
slurmctld; slurmd
sed 's/^seeds:.*/seeds: [1, 2, 3, 4, 5, 6]/' configs/smoke.yaml > "$CONFIG"
grep -q 'seeds: \[1, 2' "$CONFIG"
shell() { dotnet tool exec --yes powershell -- -NoProfile -NonInteractive -Command "$1"; }
rows() { if [ -f "$1/results.csv" ]; then wc -l < "$1/results.csv"; else echo 0; fi; }
submit() { sbatch --parsable --array="$1" --output="$folder/%A-%a.out" --cpus-per-task=1 benchmarks/launch/slurm.sbatch; }
finish() { while squeue --noheader --jobs="$1" 2> /dev/null | grep -q .; do sleep 1; done; }

slurmctld -V
job=$(submit 0-1)
while [ "$(rows "$OUTPUT/shard-1-of-2")" -lt 3 ]; do
  squeue --noheader --jobs="$job" | grep -q . || { echo "Task 1 ended before it could be killed."; exit 1; }
  sleep 0.2
done
scancel --signal=KILL --full "${job}_1"
finish "$job"
killed=$(rows "$OUTPUT/shard-1-of-2")
echo "task 0: $(rows "$OUTPUT/shard-0-of-2") lines; task 1, killed: $killed lines"
job=$(submit 1); finish "$job"
whole=$(rows "$OUTPUT/shard-1-of-2")
echo "task 1 again: $whole lines, $(grep -c ' skipped' "$folder/${job}-1.out") runs skipped"
[ "$whole" -gt "$killed" ] || { echo "The second time did nothing."; exit 1; }
shell "\$ErrorActionPreference = 'Stop'; \$WarningPreference = 'SilentlyContinue'; Import-Module ./Thesis.psd1
  \$null = Merge-BenchmarkResult '$OUTPUT/shard-0-of-2', '$OUTPUT/shard-1-of-2' -Destination '$OUTPUT'
  benchmarks/Invoke-Benchmark.ps1 -Config $CONFIG -OutputPath '$folder/one' | Out-Null
  Compare-BenchmarkResult '$folder/one' '$OUTPUT' -Tolerance 0 -ErrorOnChange
  '{0} values of {1} runs, all those of one machine' -f @(Compare-BenchmarkResult '$folder/one' '$OUTPUT' -IncludeEqual).Count, @(Import-Csv '$OUTPUT/results.csv' | Sort-Object run_id -Unique).Count"
