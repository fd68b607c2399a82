# Peak memory of a shell that reduces a series of COUNT slices of 416 x 416 by LI, or another METHOD, in the dissertation's geometry.
# The slices are four simulated ones with titanium, copied under other names.
# Usage, in a shell of its own each: series-memory.ps1 FOLDER COUNT [METHOD]; COUNT 0 makes the slices.
param([string]$Folder, [int]$Count, [string]$Method = 'LI')
Import-Module "$PSScriptRoot/../../Thesis.psd1"
if ($Count -eq 0) {
    New-SyntheticScan -Size 416 -Count 4 -Destination "$Folder/scans" |
        New-MetalArtifact -Geometry dissertation -MetalSize 300, 600 -Destination "$Folder/metal" | Out-Null
}
else {
    $series = "$Folder/$Method-$Count"
    $null = New-Item -ItemType Directory $series
    foreach ($i in 1..$Count) { Copy-Item "$Folder/metal/scan-1-000$($i % 4).npy" "$series/s$($i.ToString('d3')).npy" }
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $written = @(Invoke-MetalArtifactReduction $series -Method $Method -Geometry dissertation -Destination "$Folder/out-$Method-$Count").Count
}
$peak = (Select-String '^VmHWM:\s+(\d+)' /proc/self/status).Matches[0].Groups[1].Value
[string]::Format(
    [cultureinfo]::InvariantCulture, '{0}, {1} slices, {2} written in {3:F1} s: peak {4} KiB',
    $Method, $Count, $written, $clock.Elapsed.TotalSeconds, $peak)
