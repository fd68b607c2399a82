<#
.SYNOPSIS
The same networks as ONNX, through our operators, and as TorchScript, through libtorch's: how many images stay right.

.DESCRIPTION
Every model of the folder that is there as .onnx and as .pt is attacked in both forms, in turns, with the same seed. A row is
a model, an attack and an epsilon: the images that stay right in both, and the seconds. TorchScript runs its author's code:
compare models that you trust.

.PARAMETER Path
The folder of the models, such as tests/data/onnx.

.PARAMETER DataPath
The folder above the datasets.

.PARAMETER Destination
The CSV to write.

.EXAMPLE
./benchmarks/peers/Compare-OnnxTorchScript.ps1 -Path tests/data/onnx -DataPath ../shared/data -Destination onnx.csv
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $DataPath,
    [Parameter(Mandatory)] [string] $Destination,
    [string] $Dataset = 'mnist',
    [int] $First = 200,
    [string[]] $Attack = ('FGSM', 'PGD'),
    [string[]] $Epsilon = ('8', '25', '75'),
    [int] $Steps = 20,
    [int] $ThreadCount = 2
)

$ErrorActionPreference = 'Stop'
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'Thesis.psd1'))
$setting = @{
    Dataset = $Dataset; DataPath = $DataPath; First = $First; Attack = $Attack; Epsilon = $Epsilon; Steps = $Steps
    ThreadCount = $ThreadCount; TrustedCode = $true
}
$rows = foreach ($onnx in Get-ChildItem $Path -Filter *.onnx | Sort-Object Name) {
    $script = [System.IO.Path]::ChangeExtension($onnx.FullName, '.pt')
    if (-not (Test-Path $script)) { continue }
    $ours = @(Test-AdversarialRobustness $onnx.FullName @setting)
    $theirs = @(Test-AdversarialRobustness $script @setting)
    for ($i = 0; $i -lt $ours.Count; $i++) {
        [pscustomobject]@{
            Model = $onnx.BaseName
            Attack = $ours[$i].Attack
            Epsilon = $ours[$i].Epsilon
            Count = $ours[$i].Count
            OnnxCorrect = $ours[$i].Correct
            TorchScriptCorrect = $theirs[$i].Correct
            Difference = $ours[$i].Correct - $theirs[$i].Correct
            OnnxSeconds = [math]::Round($ours[$i].Seconds, 2)
            TorchScriptSeconds = [math]::Round($theirs[$i].Seconds, 2)
        }
    }
}
$rows | Export-Csv $Destination -NoTypeInformation
$rows | Format-Table -AutoSize | Out-String -Width 200
"Largest difference: $(($rows.Difference | ForEach-Object { [math]::Abs($_) } | Measure-Object -Maximum).Maximum) of $First images."
