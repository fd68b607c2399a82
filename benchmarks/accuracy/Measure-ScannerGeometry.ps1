<#
.SYNOPSIS
    How well projection and filtered backprojection alone give real slices back, in the scanner's own geometry and others.
.DESCRIPTION
    Projects and reconstructs every slice of a DICOM series in each geometry, and measures it against itself: the root mean
    square difference in HU over all pixels, averaged over the slices. benchmarks/peers/dicom_series.py makes a series of a
    stack. Run as, from the root of the checkout:

    /usr/bin/python3 benchmarks/peers/dicom_series.py DATA/ct_hu/cmb_crc_01068.npy.gz SERIES --spacing 0.898438
    benchmarks/accuracy/Measure-ScannerGeometry.ps1 -Path SERIES
#>
param(
    [Parameter(Mandatory)] [string] $Path,
    [string[]] $Geometry = @('Auto', 'syndeeplesion', 'dissertation-fine', 'dissertation')
)

Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1')
$files = Get-ChildItem -LiteralPath $Path -Filter IM*.dcm
$folder = New-Item -ItemType Directory -Path ([IO.Path]::GetTempPath()) -Name ([guid]::NewGuid())
try {
    foreach ($name in $Geometry) {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $images = $files | ConvertTo-Sinogram -Geometry $name -Destination "$folder/$name" -WarningAction SilentlyContinue |
            ConvertFrom-Sinogram -Destination "$folder/$name"
        $seconds = $clock.Elapsed.TotalSeconds / $files.Count
        $errors = foreach ($image in $images) {
            $source = Join-Path $Path (($image.Name -replace '\.sinogram$') + '.dcm')
            (Measure-ImageQuality $image.ImagePath $source).RmseHu
        }
        $statistics = $errors | Measure-Object -Average -Minimum -Maximum
        [string]::Format(
            [cultureinfo]::InvariantCulture, '{0,-18} {1,6:F1} HU ({2:F1} to {3:F1}), {4} slices, {5:F2} s a slice',
            $name, $statistics.Average, $statistics.Minimum, $statistics.Maximum, $statistics.Count, $seconds)
    }
}
finally {
    Remove-Item -LiteralPath $folder -Recurse
}
