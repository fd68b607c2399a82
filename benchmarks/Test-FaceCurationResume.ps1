<#
.SYNOPSIS
Kills Invoke-FaceCuration and Undo-FaceCuration while they move files, again and again, and checks that no file is lost or moved twice.

.DESCRIPTION
A dataset of generated faces, half of them under the wrong name, each with a small file of its own for an image, is curated with
-LinkKept and -MoveDropped in a process of its own, which is killed (SIGKILL on Linux) at a random moment, four times of five while it moves.
Then every image is looked for: each must be there exactly once, with its own content, in its place or in that of its step in the
manifest. The command is given again until it ends by itself; then Undo-FaceCuration takes all back, killed in the same way. Emits
one object with the counts, and exits with 0 when all is well.

.PARAMETER OutputPath
A folder that does not exist yet.

.PARAMETER Kills
How many times a process is killed.

.PARAMETER People
The identities of the dataset, of forty images each.

.PARAMETER Seed
The seed of the random moments.

.PARAMETER Longest
The longest time after the first move of a process, in milliseconds, after which it is killed.

.EXAMPLE
benchmarks/Test-FaceCurationResume.ps1 -OutputPath curation -Kills 50
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $OutputPath,
    [int] $Kills = 50,
    [int] $People = 100,
    [int] $Seed = 1,
    [int] $Longest = 150
)

$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot Shell.psm1)
$manifest = Join-Path $PSScriptRoot .. Thesis.psd1
if (-not (Get-Module Thesis)) { Import-Module $manifest }
$output = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputPath)
if (Test-Path -LiteralPath $output) { throw "'$output' exists already." }
$culture = [cultureinfo]::InvariantCulture
$data, $kept, $dropped, $report = 'data', 'kept', 'dropped', 'report' | ForEach-Object { Join-Path $output $_ }
$random = [Random]::new($Seed)

# The faces: a table with ids, which are the images' paths, identities and sixteen values.
$centres = foreach ($person in 0..($People - 1)) { , [double[]] @(foreach ($k in 1..16) { $random.NextDouble() - .5 }) }
$lines = [Collections.Generic.List[string]]::new()
$lines.Add('id,identity,' + (@(0..15 | ForEach-Object { "f$_" }) -join ','))
$images = [Collections.Generic.Dictionary[string, string]]::new()
foreach ($person in 0..($People - 1)) {
    $folder = (New-Item (Join-Path $data "p$person") -ItemType Directory).FullName
    foreach ($i in 0..39) {
        $image = Join-Path $folder "$i.jpg"
        [IO.File]::WriteAllText($image, $image)
        $images.Add($image, $image)
        $own = $random.NextDouble() -lt .5 ? $person : $random.Next($People)
        $values = foreach ($value in $centres[$own]) { ($value + .3 * ($random.NextDouble() - .5)).ToString('F5', $culture) }
        $lines.Add("$image,p$person," + ($values -join ','))
    }
}
$features = Join-Path $output features.csv
[IO.File]::WriteAllLines($features, $lines)

$curate = Join-Path $output curate.ps1
@"
Import-Module '$manifest'
Invoke-FaceCuration '$features' -MinimumImages 3 -SourceFolder '$data' -Destination '$report' -NoPicture -LinkKept '$kept' -MoveDropped '$dropped' -WarningAction Ignore -ErrorVariable faults | Out-Null
exit `$faults.Count
"@ | Set-Content -LiteralPath $curate
$undo = Join-Path $output undo.ps1
@"
Import-Module '$manifest'
Undo-FaceCuration '$report/manifest.json' -ErrorVariable faults | Out-Null
exit `$faults.Count
"@ | Set-Content -LiteralPath $undo

# Where each image is now, by its content; two places are a copy, none is a loss.
function Test-Image {
    $places = [Collections.Generic.Dictionary[string, int]]::new()
    $count.parts = $count.there = 0
    foreach ($root in $data, $dropped) {
        if (-not [IO.Directory]::Exists($root)) { continue }
        foreach ($file in [IO.Directory]::EnumerateFiles($root, '*', 'AllDirectories')) {
            $content = [IO.File]::ReadAllText($file)
            if (-not $images.ContainsKey($content)) { return "'$file' holds no image" }
            $places[$content] = 1 + ($places.ContainsKey($content) ? $places[$content] : 0)
            if ($root -eq $dropped) { $count.there++ }
            if ($file.EndsWith('.part')) { $count.parts++ }
        }
    }
    $twice = @($places.Keys | Where-Object { $places[$_] -gt 1 })
    if ($twice) { return "$($twice.Count) images are there twice, such as '$($twice[0])'" }
    if ($places.Count -ne $images.Count) { return "$($images.Count - $places.Count) images are lost" }
}

# How many images lie where the dropped ones go.
function Get-Moved {
    $moved = 0
    if ([IO.Directory]::Exists($dropped)) { foreach ($file in [IO.Directory]::EnumerateFiles($dropped, '*', 'AllDirectories')) { $moved++ } }
    $moved
}

$count = @{ kills = 0; midway = 0; faults = 0; whole = 0; parts = 0; there = 0; left = 0 }
$script = $curate
while ($count.kills -lt $Kills) {
    $before = $count.there
    $process = Start-Shell -NoProfile -NonInteractive -File $script
    # Four times of five it is killed while it moves, else at any moment.
    if ($count.kills % 5 -eq 4) { Start-Sleep -Milliseconds $random.Next(4000) }
    else { while (-not $process.HasExited -and (Get-Moved) -eq $before) { } }
    Start-Sleep -Milliseconds $random.Next($Longest)
    $ended = $process.HasExited
    if (-not $ended) { $process.Kill(); $process.WaitForExit(); $count.kills++ }
    $fault = Test-Image
    if ($fault) { $count.faults++; Write-Warning "After kill $($count.kills): $fault." }
    $count.left += $count.parts
    if (-not $ended -and $count.there -ne $before) { $count.midway++ }
    Write-Verbose "$([IO.Path]::GetFileName($script)): kill $($count.kills), ended $ended, $($count.there) images moved, $($count.parts) parts"
    if (-not $ended) { continue }
    if ($process.ExitCode -ne 0) { $count.faults++; Write-Warning "$script ended with $($process.ExitCode) errors." }
    if ($script -eq $undo -and $count.there -ne 0) { $count.faults++; Write-Warning "$($count.there) images did not go back." }
    $count.whole++
    if ($script -eq $undo) { Remove-Item -LiteralPath $report/manifest.json }
    $script = $script -eq $curate ? $undo : $curate
}

# Once more to the end.
foreach ($last in $curate, $undo) {
    $process = Start-Shell -NoProfile -NonInteractive -File $last
    $null = $process.StandardOutput.ReadToEnd()
    $process.WaitForExit()
    $fault = Test-Image
    if ($fault -or $process.ExitCode -ne 0) { $count.faults++; Write-Warning "${last}: $fault, exit code $($process.ExitCode)." }
    if ($last -eq $curate) { $moved = $count.there }
}
if ($count.there -ne 0) { $count.faults++; Write-Warning "$($count.there) images did not go back." }
[pscustomobject] @{
    kills = $count.kills; while_moving = $count.midway; images = $images.Count; moved_in_a_whole_run = $moved; ended_by_themselves = $count.whole
    part_files_seen = $count.left; faults = $count.faults
}
exit ($count.faults -eq 0 ? 0 : 1)
