<#
.SYNOPSIS
Some images of each dataset of faces that is there: LFW, ORL, cropped Yale B.
#>
param([string] $DataPath, [string] $OutputPath)

$ErrorActionPreference = 'Stop'
$samples = 8
$null = New-Item -ItemType Directory -Force $OutputPath
# The images that are shown, and no others of the thousands.
$archive = [IO.Compression.ZipFile]::OpenRead((Convert-Path -LiteralPath (Join-Path $DataPath lfw_aligned64 faces.zip)))
try {
    $people = @($archive.Entries | Where-Object Name | Sort-Object FullName | Group-Object { Split-Path $_.FullName } | Sort-Object Name)
    for ($i = 0; $i -lt $samples; $i++) {
        $image = $people[[int] [math]::Floor($i * $people.Count / $samples)].Group[0]
        $file = Join-Path (Convert-Path -LiteralPath $OutputPath) "lfw-$($i + 1)$([IO.Path]::GetExtension($image.Name))"
        [IO.Compression.ZipFileExtensions]::ExtractToFile($image, $file, $true)
        [pscustomobject]@{ Dataset = 'LFW'; Sample = $i + 1; Path = $file; Index = 0 }
    }
} finally {
    $archive.Dispose()
}
foreach ($set in @{ ORL = 'orl_faces/images.npy' }, @{ 'Yale B' = 'yaleb_cropped/images.npy.gz' }) {
    $file = Join-Path $DataPath "$($set.Values)"
    $count = (Get-Content -LiteralPath (Join-Path (Split-Path $file) labels.txt)).Count
    for ($i = 0; $i -lt $samples; $i++) {
        [pscustomobject]@{ Dataset = "$($set.Keys)"; Sample = $i + 1; Path = $file; Index = [int] [math]::Floor(($i + 0.5) * $count / $samples) }
    }
}
