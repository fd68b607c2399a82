#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    $script:root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
    Import-Module $root/Thesis.psd1 -Force

    # Average linkage and rank order on 600 generated faces.
    function Invoke-Sweep([switch] $WhatIf) {
        & $root/benchmarks/Invoke-Benchmark.ps1 -Config $root/configs/smoke.yaml -OutputPath $TestDrive/results `
            -Filter 'a??' -WhatIf:$WhatIf
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

Describe 'Compare-Reduction.ps1' {
    It 'scores every image and tests the differences from the baseline' {
        $tests = & $root/benchmarks/Compare-Reduction.ps1 $root/configs/smoke-tomography.yaml -OutputPath $TestDrive/compared `
            -Method None -Baseline LI -First 6
        $scores = Import-Csv $TestDrive/compared/scores.csv
        $scores | Should -HaveCount 12 -Because 'six cases are reduced by two methods'
        $scores.Mean | ForEach-Object { [double]$_ | Should -BeGreaterOrEqual 0 }
        $test = $tests | Where-Object { $_.Metric -eq 'RmseHu' -and $_.Group -eq 'all' }
        $mean = { param($method) ($scores | Where-Object Method -EQ $method | Measure-Object RmseHu -Average).Average }
        $test.Method | Should -Be 'None'
        [Math]::Abs($test.Difference - ((& $mean None) - (& $mean LI))) | Should -BeLessThan 1e-9 -Because 'every image is a pair'
    }
}

Describe 'Compare-ReducedImage.ps1' {
    It 'pairs the images of two methods that a benchmark has left' {
        $config = "$root/configs/smoke-tomography.yaml"
        $null = & $root/benchmarks/Invoke-Benchmark.ps1 -Config $config -OutputPath $TestDrive/reduced -Filter 'n*'
        $test = & $root/benchmarks/Compare-ReducedImage.ps1 $config -OutputPath $TestDrive/reduced -Method nmar -Baseline none |
            Where-Object { $_.Metric -eq 'RmseHu' -and $_.Group -eq 'all' }
        $rows = Import-Csv $TestDrive/reduced/results.csv | Where-Object { $_.metric -eq 'rmse_hu' -and -not $_.group }
        $mean = { param($method) [double]($rows | Where-Object method -EQ $method).value }
        $test.Count | Should -Be ($rows[0].n)
        [Math]::Abs($test.Difference - ((& $mean nmar) - (& $mean none))) | Should -BeLessThan 1e-9 -Because 'the benchmark has the same images'
        { & $root/benchmarks/Compare-ReducedImage.ps1 $config -OutputPath $TestDrive/reduced -Method nmr -Baseline none } |
            Should -Throw "*no method 'nmr'*"
        { & $root/benchmarks/Compare-ReducedImage.ps1 $config -OutputPath $TestDrive/reduced -Method nmar, none -Baseline none } |
            Should -Throw "*is the baseline*"
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

Describe 'The page of results' {
    It 'shows ours beside what is printed' {
        $lines = ConvertTo-BenchmarkTable $root/benchmarks/results/table-2.1
        $lines | Should -Contain '| pahc-k1 | 0.9197 (0.9894) |' -Because 'Table 2.1 prints .9894 for LFW'
        $lines -match '^Of \d+ published orders' | Should -HaveCount 1
    }

    It 'is in docs as its script makes it' {
        $null = & $root/benchmarks/New-ResultPage.ps1 $root/benchmarks/results $TestDrive/results.md
        Get-Content $TestDrive/results.md | Should -Be (Get-Content $root/docs/results.md)
    }

    It 'lists all configs for two cores and what they take' {
        $lines = & $root/benchmarks/Invoke-All.ps1 -Reduced -WhatIf
        $LASTEXITCODE | Should -Be 0
        $lines[0] | Should -Match '^\d+ configs, about \d\d:\d\d:\d\d left'
        $lines | Should -Contain '  table-4.2-reduced'
        $lines | Should -Not -Contain '  table-4.2'
        $lines | Should -Not -Contain '  table-5.4' -Because 'it takes all of CIFAR-10 and a GPU'
    }
}

Describe 'Export-BenchmarkReport' {
    It 'makes one file of several results' {
        $file = Get-ChildItem $root/benchmarks/results/table-* | Export-BenchmarkReport -Destination $TestDrive/report.html
        $html = Get-Content $file -Raw
        [regex]::Matches($html, '<section>').Count | Should -Be @(Get-ChildItem $root/benchmarks/results/table-*).Count
        $html | Should -Match '0\.9197 <small>\(0\.9894\)</small>' -Because 'Table 2.1 prints .9894 for PAHC on LFW'
    }

    It 'writes nothing with -WhatIf' {
        Export-BenchmarkReport $root/benchmarks/results/table-2.1 -Destination $TestDrive/none.html -WhatIf
        "$TestDrive/none.html" | Should -Not -Exist
    }
}

Describe 'Compare-BenchmarkResult' {
    BeforeAll {
        $script:stored = "$root/benchmarks/results/table-3.4"
        $null = New-Item -ItemType Directory $TestDrive/moved
        (Get-Content $stored/results.csv) -replace ',ahc,1,nmi,0\.\d+', ',ahc,1,nmi,0.5' | Set-Content $TestDrive/moved/results.csv
    }

    It 'finds nothing in what is equal' {
        Compare-BenchmarkResult $stored $stored -ErrorOnChange | Should -BeNullOrEmpty
    }

    It 'names what moved, and makes an error of it on demand' {
        $changes = Compare-BenchmarkResult $stored $TestDrive/moved -ErrorOnChange -ErrorVariable fault -ErrorAction SilentlyContinue
        $changes | ForEach-Object { "$($_.Change) $($_.Method) $($_.Metric) $($_.After)" } | Select-Object -Unique | Should -Be 'Moved ahc nmi 0.5'
        $fault.FullyQualifiedErrorId | Should -BeLike 'ResultsMoved,*'
    }
}
