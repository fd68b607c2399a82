#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    $script:root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
    Import-Module $root/Thesis.psd1 -Force

    # Average linkage and rank order on 600 generated faces.
    function Invoke-Sweep([switch] $WhatIf) {
        & $root/benchmarks/Invoke-Benchmark.ps1 -Config $root/configs/smoke.yaml -OutputPath $TestDrive/results `
            -Filter 'a*' -WhatIf:$WhatIf
    }
}

Describe 'Invoke-Benchmark.ps1' {
    It 'prints a plan with -WhatIf' {
        $lines = Invoke-Sweep -WhatIf
        $LASTEXITCODE | Should -Be 0
        $lines[0] | Should -Be '2 runs'
        "$TestDrive/results" | Should -Not -Exist
    }

    It 'does the runs, and none of them twice' {
        $null = Invoke-Sweep
        $LASTEXITCODE | Should -Be 0
        $first = Get-Content $TestDrive/results/results.csv
        $null = Invoke-Sweep
        Get-Content $TestDrive/results/results.csv | Should -Be $first
        Import-Csv $TestDrive/results/results.csv | Select-Object -ExpandProperty method -Unique | Should -Be 'ahc', 'aro'
    }

    It 'says by its exit code that a run failed' {
        # The first negative must lie beyond the five positives.
        'version: 1
benchmark: failing
title: A method that cannot run
task: face-clustering
datasets:
  - { name: smoke, protocol: smoke }
methods:
  - { name: pahc, method: PAHC, parameters: { NeighbourCount: 5, NegativeOffset: 2 } }
seeds: [1]' | Set-Content $TestDrive/failing.yaml
        $null = & $root/benchmarks/Invoke-Benchmark.ps1 -Config $TestDrive/failing.yaml -OutputPath $TestDrive/failing
        $LASTEXITCODE | Should -Be 1
        (Import-Csv $TestDrive/failing/results.csv).status | Should -Be 'failed'
    }
}

Describe 'Read-BenchmarkResult' {
    It 'gives numbers that sort and average' {
        $null = Invoke-Sweep
        $scores = Read-BenchmarkResult $TestDrive/results | Where-Object Metric -EQ bcubed_f | Sort-Object Value
        $scores.Method | Should -Be 'aro', 'ahc'
        ($scores | Measure-Object Value -Average).Average | Should -Be (($scores[0].Value + $scores[1].Value) / 2)
    }
}
