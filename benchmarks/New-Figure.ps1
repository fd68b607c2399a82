<#
.SYNOPSIS
Draws figures of the dissertation, each by its name.

.DESCRIPTION
A figure with a script in benchmarks/figures is drawn of the records that the script makes by the public cmdlets; another one
of the results of its benchmark, wherever they lie below ResultPath. configs/figures says of each what it shows and how.

.PARAMETER Figure
The figures, such as figure-5.2, with wildcards.

.PARAMETER DataPath
The folder that holds the real datasets.

.PARAMETER ResultPath
The folder of the results; benchmarks/results unless given.

.PARAMETER OutputPath
The folder of the figures, and of what the scripts make on their way; figures unless given.

.EXAMPLE
benchmarks/New-Figure.ps1 figure-3.5 -DataPath ../shared/data

.EXAMPLE
benchmarks/New-Figure.ps1 'figure-4.*' -ResultPath results
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [SupportsWildcards()] [string[]] $Figure,
    [string] $DataPath = $env:THESIS_DATA,
    [string] $ResultPath = (Join-Path $PSScriptRoot results),
    [string] $OutputPath = 'figures'
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module Thesis)) { Import-Module (Join-Path $PSScriptRoot .. Thesis.psd1) }

$names = (Get-ChildItem (Join-Path $PSScriptRoot .. configs figures) -Filter *.yaml).BaseName | Sort-Object
# With -File a list arrives as one text.
$patterns = $Figure -split ',' | ForEach-Object Trim
$chosen = @($names | Where-Object { $name = $_; $patterns | Where-Object { $name -like $_ } })
if (-not $chosen) { throw "No figure matches '$Figure'. Figures: $($names -join ', ')." }
$null = New-Item -ItemType Directory -Force $OutputPath
$failed = @()
foreach ($name in $chosen) {
    $script = Join-Path $PSScriptRoot figures "$name.ps1"
    try {
        if (Test-Path -LiteralPath $script) {
            & $script -DataPath $DataPath -OutputPath (Join-Path $OutputPath "$name-data") |
                Export-Figure -Figure $name -Destination $OutputPath -Force
        } else {
            $description = Get-Content -LiteralPath (Join-Path $PSScriptRoot .. configs figures "$name.yaml")
            $wanted = [regex]::Matches(($description -match '^benchmarks:'), '[\w.*-]*\*|[\w.-]+').Value | Select-Object -Skip 1
            $folders = @(Get-ChildItem -LiteralPath $ResultPath -Filter results.csv -Recurse -Depth 1 |
                ForEach-Object Directory | Where-Object { $folder = $_.Name; $wanted | Where-Object { $folder -like $_ } })
            if (-not $folders) { throw "no results in '$ResultPath' of a benchmark named $($wanted -join ', ')" }
            foreach ($folder in $folders) {
                $target = if ($folders.Count -eq 1) { $OutputPath } else { Join-Path $OutputPath $folder.Name }
                Export-Figure -LiteralPath $folder.FullName -Figure $name -Destination $target -Force
            }
        }
    } catch {
        Write-Error "${name}: $_" -ErrorAction Continue
        $failed += $name
    }
}
if ($failed) { exit 1 }
exit 0
