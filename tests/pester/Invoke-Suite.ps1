<#
.SYNOPSIS
Runs the suites of this folder and writes their counts as JSON; the exit code is 1 where one failed.

.PARAMETER PesterPath
Pester's manifest, as a restore puts it.

.PARAMETER ReportPath
The file of the counts.

.PARAMETER Name
The suites to run, such as Help; all unless given.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $PesterPath,
    [string] $ReportPath,
    [string[]] $Name = '*'
)

Import-Module $PesterPath -ErrorAction Stop
$suites = foreach ($one in $Name) { Join-Path $PSScriptRoot "$one.Tests.ps1" }
$result = Invoke-Pester -Path $suites -PassThru -Output Normal

# A suite that broke before its tests is a failure as well.
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
if ($ReportPath) {
    [pscustomobject]@{ Tests = 'Pester'; Passed = $result.PassedCount; Failed = $failed; Skipped = $result.SkippedCount } |
        ConvertTo-Json | Set-Content $ReportPath
}
exit [int] ($failed -gt 0)
