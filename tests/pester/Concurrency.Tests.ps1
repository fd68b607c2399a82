#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    $script:manifest = (Resolve-Path (Join-Path $PSScriptRoot '../../Thesis.psd1')).Path
    Import-Module $manifest -Force
    Import-Module (Join-Path $PSScriptRoot '../../benchmarks/Shell.psm1')
    $script:set = New-SyntheticFace -Protocol smoke -Destination $TestDrive/faces
    $script:faces = $set.FeaturePath

    # What each seed gives alone.
    $script:alone = foreach ($seed in 1, 2) {
        (Invoke-FaceClustering $faces -Method KMeans -ClusterCount 60 -Seed $seed).Cluster -join ' '
    }
}

Describe 'Two jobs' {
    BeforeAll {
        $jobs = foreach ($seed in 1, 2) {
            Start-Job -ArgumentList $manifest, $faces, $seed {
                Import-Module $args[0]
                Invoke-FaceClustering $args[1] -Method KMeans -ClusterCount 60 -Seed $args[2]
            }
        }
        $null = $jobs | Wait-Job
        $script:first, $script:second = foreach ($job in $jobs) { , @($job | Receive-Job) }
        $jobs | Remove-Job
    }

    It 'give at once what they give alone' {
        $first.Cluster -join ' ' | Should -Be $alone[0]
        $second.Cluster -join ' ' | Should -Be $alone[1]
    }

    It 'give records that the next cmdlet takes' {
        ($first | Measure-FaceClustering -IdentityPath $set.IdentityPath).Count | Should -Be $set.Count
    }
}

Describe 'Clusterings at once' {
    It 'give in ForEach-Object -Parallel what they give alone' {
        $together = 1, 2, 1, 2 | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:manifest
            (Invoke-FaceClustering $using:faces -Method KMeans -ClusterCount 60 -Seed $_).Cluster -join ' '
        }
        $together | Should -HaveCount 4
        $together | Sort-Object -Unique | Should -Be ($alone | Sort-Object)
    }

    It 'give in a pool of runspaces what they give alone' {
        $state = [initialsessionstate]::CreateDefault2()
        $state.ImportPSModule($manifest)
        $pool = [runspacefactory]::CreateRunspacePool(1, 2, $state, $Host)
        $pool.Open()
        $running = foreach ($seed in 1, 2, 1) {
            $shell = [powershell]::Create()
            $shell.RunspacePool = $pool
            $null = $shell.AddCommand('Invoke-FaceClustering').AddParameters(
                @{ Path = $faces; Method = 'KMeans'; ClusterCount = 60; Seed = $seed })
            @{ Shell = $shell; Result = $shell.BeginInvoke() }
        }
        $together = foreach ($one in $running) { $one.Shell.EndInvoke($one.Result).Cluster -join ' ' }
        $pool.Dispose()
        $together | Should -Be $alone[0], $alone[1], $alone[0]
    }
}

Describe 'Ctrl+C' {
    BeforeAll {
        $null = New-SyntheticFace -Protocol ijbb-512 -Destination $TestDrive/many
    }

    It 'ends a long clustering within a second, and leaves no file' {
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$manifest'").AddStatement().AddCommand('Invoke-FaceClustering').AddParameters(
            @{ Path = "$TestDrive/many/features.npy"; Method = 'ARO'; DendrogramPath = "$TestDrive/many/z.npy" })
        $running = $shell.BeginInvoke()
        while ($shell.Streams.Progress.Count -eq 0 -and -not $running.IsCompleted) { Start-Sleep -Milliseconds 50 }
        Start-Sleep -Milliseconds 500
        $running.IsCompleted | Should -BeFalse

        # A second is the promise; a machine under load gets another.
        (Measure-Command { $shell.Stop() }).TotalSeconds | Should -BeLessThan 2
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $shell.Dispose()
        (Get-ChildItem -Force $TestDrive/many).Name | Should -Be 'features.npy', 'identities.txt'
    }

    It 'sent to the process ends it, and leaves no file' -Skip:$IsWindows {
        $process = Start-Shell -NoProfile -Command "Import-Module '$manifest'; 'ready'
            Invoke-FaceClustering '$TestDrive/many/features.npy' -Method ARO -DendrogramPath '$TestDrive/many/z.npy'; 'ended'"
        $process.StandardOutput.ReadLine() | Should -Be 'ready'
        Start-Sleep -Milliseconds 1500
        kill -INT $process.Id
        $process.WaitForExit(20000) | Should -BeTrue
        $process.StandardOutput.ReadToEnd() | Should -Not -Match 'ended'
        (Get-ChildItem -Force $TestDrive/many).Name | Should -Be 'features.npy', 'identities.txt'
    }
}
