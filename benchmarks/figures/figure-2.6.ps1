<#
.SYNOPSIS
The precision-recall curves of AHC on the faces of LFW with ten images or more, by two networks.

.DESCRIPTION
The dissertation's three networks are not to be had: in their place stand two MobileFaceNets (data/weights).
#>
param([string] $DataPath, [string] $OutputPath)

$ErrorActionPreference = 'Stop'
$null = New-Item -ItemType Directory -Force $OutputPath
$faces = Join-Path $OutputPath faces
if (-not (Test-Path -LiteralPath $faces)) {
    # The folder of this name is there whole or not at all: what was stopped is expanded anew.
    Expand-Archive -LiteralPath (Join-Path $DataPath lfw_aligned64 faces.zip) -DestinationPath "$faces.part" -Force
    Move-Item -LiteralPath "$faces.part" -Destination $faces
}
$networks = [ordered]@{
    'MobileFaceNet, 112 x 96'  = 'mobilefacenet_xiaoccer_112x96_bnfolded.onnx'
    'MobileFaceNet, 112 x 112' = 'mobilefacenet_relu6_112x112.onnx'
}
foreach ($name in $networks.Keys) {
    $features = Join-Path $OutputPath "$([IO.Path]::GetFileNameWithoutExtension($networks[$name])).npz"
    if (-not (Test-Path -LiteralPath $features)) {
        $network = Join-Path $DataPath weights $networks[$name]
        Get-FaceFeature $faces -Recurse -FolderIdentity -Aligned -ModelPath $network -FeaturePath $features | Out-Null
    }
    $tree = [IO.Path]::ChangeExtension($features, '.tree.npy')
    $curve = [IO.Path]::ChangeExtension($features, '.curve.csv')
    Invoke-FaceClustering -LiteralPath $features -Method AHC -Oracle -DendrogramPath $tree -Force | Out-Null
    Measure-FaceClustering -DendrogramPath $tree -IdentityPath $features -CurvePath $curve -Force | Out-Null
    $columns = '*', @{ n = 'Features'; e = { $name } }, @{ n = 'Dataset'; e = { 'LFW, ten images or more' } }
    Import-Csv -LiteralPath $curve | Select-Object $columns
}
