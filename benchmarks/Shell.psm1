# The shell that runs this, again, in a process of its own: pwsh, or dotnet with pwsh.dll where PowerShell is a .NET tool.

$program = [Environment]::ProcessPath
$leading = @(if ((Split-Path $program -LeafBase) -eq 'dotnet') { Join-Path $PSHOME pwsh.dll })

<#
.SYNOPSIS
Runs the shell with these arguments, and emits what it prints; $LASTEXITCODE is its exit code.

.EXAMPLE
Invoke-Shell -NoProfile -File script.ps1
#>
function Invoke-Shell { & $program @leading @args }

<#
.SYNOPSIS
Starts the shell with these arguments, and emits the process; its output is to be read.

.EXAMPLE
$process = Start-Shell -NoProfile -File script.ps1
#>
function Start-Shell {
    $start = [Diagnostics.ProcessStartInfo]::new($program, [string[]] ($leading + $args))
    $start.RedirectStandardOutput = $true
    [Diagnostics.Process]::Start($start)
}
