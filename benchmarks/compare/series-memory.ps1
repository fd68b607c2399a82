# Peak memory of a shell that reduces a series of COUNT slices of 416 x 416 by LI in the dissertation's geometry. The slices are
# four simulated ones with titanium, copied under other names.
# Usage, in a shell of its own each: series-memory.ps1 FOLDER COUNT; COUNT 0 makes the slices.
param([string]$Folder, [int]$Count)
Import-Module "$PSScriptRoot/../../Thesis.psd1"
if ($Count -eq 0) {
    New-SyntheticScan -Size 416 -Count 4 -Destination "$Folder/scans" |
        New-MetalArtifact -Geometry dissertation -MetalSize 300, 600 -Destination "$Folder/metal" | Out-Null
}
else {
    $null = New-Item -ItemType Directory "$Folder/$Count"
    foreach ($i in 1..$Count) { Copy-Item "$Folder/metal/scan-1-000$($i % 4).npy" "$Folder/$Count/s$($i.ToString('d3')).npy" }
    Invoke-MetalArtifactReduction "$Folder/$Count" -Method LI -Geometry dissertation -Destination "$Folder/out$Count" | Out-Null
}
$peak = (Select-String '^VmHWM:\s+(\d+)' /proc/self/status).Matches[0].Groups[1].Value
"{0} slices, {1} written: peak {2} KiB" -f $Count, @(Get-ChildItem "$Folder/out$Count/*.li.npy" -ErrorAction Ignore).Count, $peak
