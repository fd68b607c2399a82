<#
.SYNOPSIS
An identity of LFW, ORL and cropped Yale B, and of the generated shapes of IJB-B and CFP, with the number of its faces.
#>
param([string] $DataPath, [string] $OutputPath)

$labels = [ordered]@{}
foreach ($set in @{ LFW = 'lfw_mobilefacenet128' }, @{ ORL = 'orl_faces' }, @{ 'Yale B' = 'yaleb_cropped' }) {
    $file = Join-Path $DataPath $set.Values labels.txt
    if ($DataPath -and (Test-Path -LiteralPath $file)) { $labels["$($set.Keys)"] = $file }
}
foreach ($protocol in 'ijbb-512', 'cfp') {
    $set = New-SyntheticFace -Protocol $protocol -Seed 1 -Destination (Join-Path $OutputPath $protocol) -Force
    $labels["$protocol, generated"] = Join-Path $OutputPath $protocol identities.txt
}
foreach ($name in $labels.Keys) {
    Get-Content -LiteralPath $labels[$name] | Group-Object | ForEach-Object { [pscustomobject]@{ Dataset = $name; Count = $_.Count } }
}
