# What several runs need is made once, however many sessions write one folder.

# EWOULDBLOCK of Linux and of macOS, and Windows' ERROR_SHARING_VIOLATION, as .NET hands them on.
$heldElsewhere = 11, 35, 0x80070020

<#
.SYNOPSIS
Makes a file by a script block, unless it is there. While another session makes it, this is the error ClaimedElsewhere, which
Add-BenchmarkResult takes for a run to be done later.

.DESCRIPTION
The claim is PATH.claim, which the operating system locks: one that a killed session left does not count. The script block writes
the file last of all, and whole at once.

.EXAMPLE
Invoke-Once models/a.safetensors { Build-Classifier digits -Destination models/a.safetensors -Resume | Out-Null }
#>
function Invoke-Once {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Path,
        [Parameter(Mandatory, Position = 1)] [scriptblock] $Make
    )

    if (Test-Path -LiteralPath $Path) { return }
    $null = New-Item -ItemType Directory -Force (Split-Path $Path) -ErrorAction Stop
    try {
        $claim = [IO.FileStream]::new("$Path.claim", 'OpenOrCreate', 'ReadWrite', 'None', 1, [IO.FileOptions]::DeleteOnClose)
    }
    catch [IO.IOException] {
        if ($_.Exception.HResult -notin $heldElsewhere) { throw }
        throw [Management.Automation.ErrorRecord]::new($_.Exception, 'ClaimedElsewhere', 'ResourceBusy', $Path)
    }
    try {
        if (-not (Test-Path -LiteralPath $Path)) { & $Make }
    }
    finally {
        $claim.Dispose()
    }
}

<#
.SYNOPSIS
Writes lines to a file that is there whole or not at all.
#>
function Set-Line {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Path,
        [Parameter(Mandatory, Position = 1)] [AllowEmptyCollection()] [string[]] $Line
    )

    Set-Content -LiteralPath "$Path.part" -Value $Line
    Move-Item -LiteralPath "$Path.part" -Destination $Path -Force
}
