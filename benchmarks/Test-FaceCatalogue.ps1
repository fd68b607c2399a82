<#
.SYNOPSIS
Kills commands that change a catalogue of faces, again and again, and checks that each has happened whole or not at all.

.DESCRIPTION
A process of its own adds a day's faces (a file of features), names a cluster after the day, says so, and goes on with the
next day. At a random moment it is killed (SIGKILL on Linux), every second time while
it writes, and the catalogue is looked at: it is whole (Get-FaceCatalogue -Check), each day's faces
are all there or none, the name is that of the last day or of one before it, and what was said to be done is done. Then it goes
on. A second process may add faces of its own at the same time. Emits one object with the counts, and exits with 0 when all is well.

.PARAMETER OutputPath
A folder that does not exist yet.

.PARAMETER Kills
How many times the process is killed.

.PARAMETER Seed
The seed of the random moments.

.PARAMETER Longest
The longest time after the first day of a process, in milliseconds, after which it is killed.

.PARAMETER LongestWrite
Of every second kill, the longest time after the journal has appeared, in milliseconds.

.EXAMPLE
benchmarks/Test-FaceCatalogue.ps1 -OutputPath kills -Kills 50
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $OutputPath,
    [int] $Kills = 50,
    [int] $Seed = 1,
    [int] $Longest = 1200,
    [int] $LongestWrite = 20
)

$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot Shell.psm1)
$manifest = Join-Path $PSScriptRoot .. Thesis.psd1
if (-not (Get-Module Thesis)) { Import-Module $manifest }
$output = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputPath)
if (Test-Path -LiteralPath $output) { throw "'$output' exists already." }
$null = New-Item $output -ItemType Directory
$catalogue = Join-Path $output faces.db

$worker = Join-Path $output worker.ps1
@"
param([int] `$Day, [int] `$Faces, [string] `$Name)
`$ErrorActionPreference = 'Stop'
`$WarningPreference = 'SilentlyContinue'
Import-Module '$manifest'
`$centres = foreach (`$person in 1..80) {
    `$random = [Random]::new(`$person)
    , [double[]] `$(foreach (`$k in 1..32) { `$random.NextDouble() - .5 })
}
while (`$true) {
    # The same people from day to day, each face a little different.
    `$random = [Random]::new(@{ killed = 100000; one = 200000; two = 300000 }[`$Name] + `$Day)
    `$today = foreach (`$i in 1..`$Faces) {
        `$centre = `$centres[`$random.Next(80)]
        `$feature = [float[]]::new(32)
        for (`$k = 0; `$k -lt 32; `$k++) { `$feature[`$k] = `$centre[`$k] + .4 * (`$random.NextDouble() - .5) }
        [pscustomobject] @{ Id = "`$Name/`$Day/`$i"; Path = "/`$Name/`$Day/`$i.jpg"; Feature = `$feature }
    }
    `$today | Add-Face -CataloguePath '$catalogue' -Threshold .5 -LockTimeout 300 | Out-Null
    [Console]::Out.WriteLine("added `$Day")
    if (`$Name -eq 'killed') {
        Set-FaceCluster '$catalogue' 1 -Name "day `$Day" -LockTimeout 300 | Out-Null
        [Console]::Out.WriteLine("named `$Day")
    }
    elseif (`$Day -eq `$Faces) { break }
    `$Day++
}
"@ | Set-Content -LiteralPath $worker

$perDay = 300
$random = [Random]::new($Seed)
$count = @{ kills = 0; journals = 0; faults = 0 }

# What the catalogue says: the last day that is there, and whether all is as it must be.
function Test-Catalogue([int] $SaidAdded, [int] $SaidNamed) {
    $report = Get-FaceCatalogue $catalogue -Check
    if (-not $report.Whole) { return "it is not whole: $($report.Fault)" }
    $days = @(Get-Face $catalogue | Where-Object Photograph -like '/killed/*' | Group-Object { ($_.Photograph -split '/')[2] })
    foreach ($day in $days) { if ($day.Count -ne $perDay) { return "day $($day.Name) has $($day.Count) faces" } }
    $last = $days.Count
    if ($last -lt $SaidAdded) { return "day $SaidAdded was said to be added, and $last days are there" }
    $name = (Get-FaceCluster $catalogue -Cluster 1).Name
    $named = $name ? [int] ($name -replace 'day ') : 0
    # A process that was killed between the two commands of a day leaves that day without its name for good.
    $between = $named -eq $lastName -and $last -eq $lastDay + 1
    if ($named -notin $last, ($last - 1) -and -not $between) { return "the name is that of day $named, and $last days are there" }
    if ($named -lt [Math]::Max($SaidNamed, $lastName)) { return "day $SaidNamed was said to be the name, and day $named is" }
    ($script:lastDay, $script:lastName) = $last, $named
}

$lastDay = $lastName = 0
while ($count.kills -lt $Kills) {
    $process = Start-Shell -NoProfile -NonInteractive -File $worker -Day ($lastDay + 1) -Faces $perDay -Name killed
    $reader = $process.StandardOutput
    $first = $reader.ReadLineAsync()
    if (-not $first.Wait(300000)) { throw 'The process said nothing for five minutes.' }
    Start-Sleep -Milliseconds $random.Next($Longest)
    if ($count.kills % 2) {
        # While it writes: the journal is there from the first page that is changed to the end of the transaction.
        $clock = [Diagnostics.Stopwatch]::StartNew()
        while (-not [IO.File]::Exists("$catalogue-journal") -and $clock.ElapsedMilliseconds -lt 20000) { }
        $moment = $clock.ElapsedTicks + $random.Next([int] ([Diagnostics.Stopwatch]::Frequency * $LongestWrite / 1000))
        while ($clock.ElapsedTicks -lt $moment) { }
    }
    $process.Kill()
    $process.WaitForExit()
    $count.kills++
    $said = @($first.Result -split "`n") + @($reader.ReadToEnd() -split "`r?`n")
    if (Test-Path -LiteralPath "$catalogue-journal") { $count.journals++ }
    $added = [int] (($said -match '^added \d+$') | Select-Object -Last 1 | ForEach-Object { ($_ -split ' ')[1] })
    $named = [int] (($said -match '^named \d+$') | Select-Object -Last 1 | ForEach-Object { ($_ -split ' ')[1] })
    $fault = Test-Catalogue $added $named
    if ($fault) { $count.faults++; Write-Warning "Kill $($count.kills): $fault." }
    Write-Verbose "kill $($count.kills): day $lastDay, journal left $($count.journals) times"
}

# Two at once: a second writer adds days of its own; both wait for each other, and nothing is lost.
$writers = foreach ($name in 'one', 'two') { Start-Shell -NoProfile -NonInteractive -File $worker -Day 1 -Faces 8 -Name $name }
foreach ($writer in $writers) { $null = $writer.StandardOutput.ReadToEnd(); $writer.WaitForExit() }
$both = @(Get-Face $catalogue | Where-Object Photograph -match '^/(one|two)/').Count
$report = Get-FaceCatalogue $catalogue -Check
if ($both -ne 128 -or -not $report.Whole -or @($writers | Where-Object ExitCode -NE 0)) { $count.faults++; Write-Warning "Two writers: $both of 128 faces." }
[pscustomobject] @{
    kills = $count.kills; inside_a_transaction = $count.journals; days = $lastDay; faces = $report.Faces; clusters = $report.Clusters
    two_writers_faces = $both; faults = $count.faults
}
exit ($count.faults -eq 0 ? 0 : 1)
