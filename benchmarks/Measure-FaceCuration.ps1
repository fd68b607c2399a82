<#
.SYNOPSIS
Precision and recall of what Invoke-FaceCuration keeps of faces with planted wrong labels.

.DESCRIPTION
Of labelled features the identities with enough faces are taken. Each label is exchanged, with the rate's probability, for that of another of
these identities at random; the set is curated; a kept face is right when its label is its own. Precision is the share of right ones among the
kept, recall the share of the kept among those whose labels were left alone. A row for each rate and seed.

.PARAMETER FeaturePath
Features, as Invoke-FaceClustering takes them.

.PARAMETER IdentityPath
One identity a line; not needed where the features have identities.

.PARAMETER Name
The name of the set in the rows.

.PARAMETER OutputPath
The CSV file; rows are added to one that is there.

.PARAMETER LeastFaces
The least number of faces of an identity that is taken.

.PARAMETER MinimumImages
That of Invoke-FaceCuration.

.PARAMETER BatchSize
That of Invoke-FaceCuration.

.PARAMETER Rate
The probabilities with which a label is exchanged.

.PARAMETER Seed
The seeds of the exchanges.

.EXAMPLE
./benchmarks/Measure-FaceCuration.ps1 ../shared/data/lfw_mobilefacenet128/features.npy ../shared/data/lfw_mobilefacenet128/labels.txt -Name lfw -OutputPath curation.csv
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $FeaturePath,
    [string] $IdentityPath,
    [Parameter(Mandatory)] [string] $Name,
    [Parameter(Mandatory)] [string] $OutputPath,
    [int] $LeastFaces = 10,
    [int] $MinimumImages = 3,
    [int] $BatchSize = 50,
    [double[]] $Rate = @(.1, .3, .5),
    [int[]] $Seed = @(1, 2, 3)
)
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../Thesis.psd1')
$culture = [cultureinfo]::InvariantCulture

# Clustering into one cluster a face is the way to read ids, identities and rows of any file.
$given = if ($IdentityPath) { @{ IdentityPath = $IdentityPath } } else { @{} }
$truth = @(Invoke-FaceClustering $FeaturePath @given -Method AHC -Threshold 0 | Sort-Object Index | ForEach-Object Identity)
$people = @($truth | Where-Object { $_ } | Group-Object -CaseSensitive | Where-Object Count -ge $LeastFaces | ForEach-Object Name |
    Sort-Object -CaseSensitive -Culture '')
$place = [System.Collections.Generic.Dictionary[string, int]]::new([StringComparer]::Ordinal)
for ($i = 0; $i -lt $people.Count; $i++) { $place[$people[$i]] = $i }
$temporary = [IO.Path]::GetTempFileName()
try {
    $rows = foreach ($share in $Rate) {
        foreach ($draw in $Seed) {
            # A blank identity is left out of the curation.
            $random = [Random]::new($draw)
            $labels = foreach ($person in $truth) {
                if (-not $person -or -not $place.ContainsKey($person)) { '' }
                elseif ($random.NextDouble() -ge $share) { $person }
                else { $people[($place[$person] + 1 + $random.Next($people.Count - 1)) % $people.Count] }
            }
            [IO.File]::WriteAllLines($temporary, [string[]] $labels)
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $faces = Invoke-FaceCuration $FeaturePath -IdentityPath $temporary -BatchSize $BatchSize -MinimumImages $MinimumImages -Detailed -WarningAction Ignore
            $seconds = $watch.Elapsed.TotalSeconds
            $kept = $right = $clean = 0
            foreach ($face in $faces) {
                if ($face.Reason -eq 'IdentityMissing') { continue }
                $own = $face.Identity -ceq $truth[$face.Index]
                if ($own) { $clean++ }
                if ($face.Verdict -eq 'Keep') { $kept++; if ($own) { $right++ } }
            }
            [pscustomobject] @{
                set = $Name; rate = $share.ToString($culture); seed = $draw; identities = $people.Count; faces = @($labels -ne '').Count
                minimum_images = $MinimumImages; batch_size = $BatchSize; kept = $kept
                precision = ($right / [Math]::Max(1, $kept)).ToString('F4', $culture); recall = ($right / $clean).ToString('F4', $culture)
                seconds = $seconds.ToString('F1', $culture)
            }
            Write-Verbose "$Name, rate $share, seed ${draw}: precision $($right / $kept), recall $($right / $clean)."
        }
    }
}
finally {
    [IO.File]::Delete($temporary)
}
$rows | Export-Csv $OutputPath -UseQuotes AsNeeded -Append
$rows
