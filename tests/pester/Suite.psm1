# What several suites need.

<#
.SYNOPSIS
Skips the test where a folder of the real data is absent, and says so.
#>
function Skip-Without([string[]] $Folder) {
    $absent = $Folder | Where-Object { -not (Test-Path (Join-Path (Get-DataPath) $_)) }
    if ($absent) { Set-ItResult -Skipped -Because "THESIS_DATA has no $absent" }
}

<#
.SYNOPSIS
The folder of the real data.
#>
function Get-DataPath {
    $env:THESIS_DATA ? $env:THESIS_DATA : (Join-Path $PSScriptRoot '../../../shared/data')
}

# Pester's bounds let NaN pass on both sides: a number that is bounded is also asked to be one.
function Test-Finite($ActualValue, [switch] $Negate, [string] $Because) {
    $other = @($ActualValue | Where-Object { $null -eq $_ -or -not [double]::IsFinite($_) })
    [pscustomobject]@{
        Succeeded      = ($other.Count -eq 0) -ne $Negate
        FailureMessage = "Expected finite numbers, but got $ActualValue."
    }
}

if ('BeFinite' -notin (Get-ShouldOperator).Name) { Add-ShouldOperator BeFinite ${function:Test-Finite} -SupportsArrayInput }
