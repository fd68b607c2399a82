<#
.SYNOPSIS
TV's objective in ten geometries: after the iterations that are given, and the seconds.

.DESCRIPTION
Run it with one build and then, on the same folder of cases, with another.

.EXAMPLE
pwsh benchmarks/compare/variation-geometries.ps1 . /tmp/cases 15, 100; pwsh benchmarks/compare/variation-geometries.ps1 ../base /tmp/cases 40
#>
param([string] $Root, [string] $Folder, [int[]] $Iterations)

$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $Root Thesis.psd1)
$invariant = [cultureinfo]::InvariantCulture
$geometries = [ordered]@{
    'dissertation' = 416; 'dissertation-fine' = 416; 'syndeeplesion' = 512; 'reduced-64' = 64; 'reduced-128' = 128
    'scanner' = @{ detector = 'arc'; views = 984; bins = 1031; bin_spacing_rad = 0.00092; image_size = 512; pixel_size_cm = 0.0742; source_distance_cm = 57 }
    'views-of-a-prime' = @{ detector = 'flat'; views = 97; bins = 201; bin_spacing_cm = 0.25; image_size = 128; pixel_size_cm = 0.15; source_distance_cm = 40; detector_distance_cm = 80 }
    'seventeen-subsets' = @{ detector = 'arc'; views = 799; bins = 641; bin_spacing_rad = 0.0012; image_size = 416; pixel_size_cm = 0.08; source_distance_cm = 57 }
    'parallel' = @{ detector = 'parallel'; views = 360; bins = 367; bin_spacing_cm = 0.06; image_size = 256; pixel_size_cm = 0.06; angular_range_rad = [math]::PI }
    'parallel-coarse' = @{ detector = 'parallel'; views = 90; bins = 91; bin_spacing_cm = 0.25; image_size = 256; pixel_size_cm = 0.06; angular_range_rad = [math]::PI }
}
foreach ($name in $geometries.Keys) {
    $case = Join-Path $Folder $name
    $geometry, $size = $name, $geometries[$name]
    if ($size -isnot [int]) {
        $null = New-Item -ItemType Directory -Force $case
        $size = $geometries[$name].image_size
        $geometry = Join-Path $case geometry.json
        $geometries[$name] | ConvertTo-Json | Set-Content $geometry
    }
    if (-not (Test-Path $case/metal)) {
        $null = New-SyntheticScan -Size $size -Count 1 -Seed 3 -Destination $case/scans |
            New-MetalArtifact -Geometry $geometry -MetalSize 300, 600 -Destination $case/metal
    }
    foreach ($count in $Iterations) {
        $made = Invoke-MetalArtifactReduction $case/metal -Method TV -Geometry $geometry -Iterations $count -Destination $case/reduced -Force
        [string]::Format($invariant, "{0,-18}{1,4} iterations  objective {2:F6}  {3:F2} s", $name, $made.Iterations, $made.Objective, $made.ElapsedSeconds)
    }
}
