<#
.SYNOPSIS
Figure 2.6 at home, and the loop of section 6.2: networks trained on faces with wrong labels, before and after these are
curated, and what their features are worth on people whom they have not seen.

.DESCRIPTION
Of the people of lfw_aligned64 and ORL every second one is trained on; the others are clustered. Each training image is put
into the folder of another person with the probability Rate. Networks are trained on that noisy set; on what
Invoke-FaceCuration keeps of it by the features of the network itself, anew in each round (section 6.2); on what it keeps
by the features of another network, which has seen other data (section 2.5.1); and on the set without wrong labels. The
faces of the others are clustered by AHC: a row for each network and set of faces.

What is done already is kept: a run that was stopped goes on.

.PARAMETER DataPath
The folder of lfw_aligned64, orl_faces and weights.

.PARAMETER OutputPath
The folder of images, models, features and curves; embedding.csv in it has the rows, figure-2.6.csv the curves for
Export-Figure.

.PARAMETER Config
The parameters of Build-FaceEmbedder.

.PARAMETER Rate
The share of wrong labels.

.PARAMETER Round
How often the network curates its own training set.

.PARAMETER CuratorPath
The network of other data, ONNX; data/weights' MobileFaceNet unless given.

.EXAMPLE
./benchmarks/Measure-FaceEmbedding.ps1 ../shared/data /tmp/embedding
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $DataPath,
    [Parameter(Mandatory)] [string] $OutputPath,
    [string] $Config = (Join-Path $PSScriptRoot '../configs/models/face-embedder-small.psd1'),
    [ValidateRange(0.0, 0.9)] [double] $Rate = .3,
    [int] $Round = 2,
    [string] $CuratorPath,
    [int] $MinimumImages = 3,
    [int] $Seed = 1
)
$ErrorActionPreference = 'Stop'
if (-not (Get-Module Thesis)) { Import-Module (Join-Path $PSScriptRoot '../Thesis.psd1') }
Import-Module (Join-Path $PSScriptRoot Png.psm1)
$culture = [cultureinfo]::InvariantCulture
$settings = Import-PowerShellDataFile -LiteralPath $Config
$threads = $settings.ThreadCount ? @{ ThreadCount = $settings.ThreadCount } : @{}
$reading = @{ Aligned = $true; Recurse = $true; FolderIdentity = $true; Mirrored = $true } + $threads
if (-not $CuratorPath) { $CuratorPath = Join-Path $DataPath weights mobilefacenet_xiaoccer_112x96_bnfolded.onnx }
$OutputPath = (New-Item -ItemType Directory -Force $OutputPath).FullName

# Makes a folder whole or not at all: what was stopped is made anew.
function New-Whole([string] $Folder, [scriptblock] $Make) {
    if (Test-Path -LiteralPath $Folder) { return }
    Remove-Item -LiteralPath "$Folder.part" -Recurse -Force -ErrorAction Ignore
    & $Make "$Folder.part"
    Move-Item -LiteralPath "$Folder.part" -Destination $Folder
}

# A person's images have the person's name, and a number.
function Get-Person([string] $File) { [IO.Path]::GetFileNameWithoutExtension($File) -replace '_\d+$' }

function Copy-Face([string[]] $File, [string] $Folder, [string] $Person) {
    $null = New-Item -ItemType Directory -Force (Join-Path $Folder $Person)
    foreach ($one in $File) { [IO.File]::Copy($one, (Join-Path $Folder $Person (Split-Path $one -Leaf))) }
}

$all = Join-Path $OutputPath all
New-Whole $all {
    param($folder)
    Expand-Archive -LiteralPath (Join-Path $DataPath lfw_aligned64 faces.zip) -DestinationPath (Join-Path $folder lfw)
    $subjects = [IO.File]::ReadAllLines((Join-Path $DataPath orl_faces labels.txt))
    # 112 x 92: the middle square of each.
    Export-GreyPng (Join-Path $DataPath orl_faces images.npy) -Top 10 -Side 92 -Path {
        param($index)
        $subject = 's{0:00}' -f [int] $subjects[$index]
        Join-Path $folder orl $subject ('{0}_{1:000}.png' -f $subject, $index)
    }
}

# Every second person is seen.
$seen = [Collections.Generic.List[string]]::new()
New-Whole (Join-Path $OutputPath unseen) {
    param($folder)
    foreach ($set in 'lfw', 'orl') {
        $people = @(Get-ChildItem -Directory (Join-Path $all $set) | Sort-Object Name -Culture '')
        for ($i = 0; $i -lt $people.Count; $i += 2) {
            Copy-Face (Get-ChildItem $people[$i]).FullName (Join-Path $folder $set) $people[$i].Name
        }
    }
}
foreach ($set in 'lfw', 'orl') {
    foreach ($person in Get-ChildItem -Directory (Join-Path $all $set) | Sort-Object Name -Culture '') {
        if (-not (Test-Path -LiteralPath (Join-Path $OutputPath unseen $set $person.Name))) { $seen.Add($person.FullName) }
    }
}
$names = @($seen | Split-Path -Leaf)
New-Whole (Join-Path $OutputPath clean) {
    param($folder)
    foreach ($person in $seen) { Copy-Face (Get-ChildItem $person).FullName $folder (Split-Path $person -Leaf) }
}
New-Whole (Join-Path $OutputPath noisy) {
    param($folder)
    $random = [Random]::new($Seed)
    for ($i = 0; $i -lt $seen.Count; $i++) {
        foreach ($file in (Get-ChildItem $seen[$i]).FullName | Sort-Object -Culture '') {
            $place = $random.NextDouble() -ge $Rate ? $i : ($i + 1 + $random.Next($seen.Count - 1)) % $seen.Count
            Copy-Face $file $folder $names[$place]
        }
    }
}

# Trains on a folder, unless that was done.
function Build-Model([string] $Name) {
    $model = Join-Path $OutputPath "$Name.safetensors"
    if (-not (Test-Path -LiteralPath $model)) {
        $folder = Join-Path $OutputPath $Name
        Build-FaceEmbedder -LiteralPath $folder -Destination $model @settings -Seed $Seed -Resume | Out-Null
    }
    $model
}

# Links what is kept of the noisy set by the features of a model.
function Invoke-Curation([string] $Name, [string] $Model, [hashtable] $Pixel = @{}) {
    $noisy = Join-Path $OutputPath noisy
    New-Whole (Join-Path $OutputPath $Name) {
        param($folder)
        $features = Join-Path $OutputPath "$Name-noisy.npz"
        Get-FaceFeature -LiteralPath $noisy @reading -ModelPath $Model @Pixel -FeaturePath $features -Force | Out-Null
        $report = Join-Path $OutputPath "$Name-curation"
        $curation = @{ MinimumImages = $MinimumImages; SourceFolder = $noisy; Destination = $report; LinkKept = $folder }
        Invoke-FaceCuration -LiteralPath $features @curation -NoPicture @threads | Out-Null
    }
}

# What a model's features are worth, and how right the labels were that it was trained on.
function Measure-Model([string] $Name, [string] $Training, [string] $Model, [hashtable] $Pixel = @{}) {
    $images = $right = $people = ''
    if (Test-Path -LiteralPath (Join-Path $OutputPath $Name)) {
        $files = @(Get-ChildItem -LiteralPath (Join-Path $OutputPath $Name) -Recurse -File)
        $images = $files.Count
        $right = @($files | Where-Object { (Get-Person $_.Name) -ceq $_.Directory.Name }).Count
        $people = @($files.Directory.Name | Select-Object -Unique).Count
    }
    foreach ($set in 'lfw', 'orl') {
        $features = Join-Path $OutputPath "$Name-$set.npz"
        if (-not (Test-Path -LiteralPath $features)) {
            $unseen = Join-Path $OutputPath unseen $set
            Get-FaceFeature -LiteralPath $unseen @reading -ModelPath $Model @Pixel -FeaturePath $features | Out-Null
        }
        $tree, $curve = 'tree.npy', 'curve.csv' | ForEach-Object { Join-Path $OutputPath "$Name-$set.$_" }
        $best = Invoke-FaceClustering -LiteralPath $features -Method AHC -Oracle @threads -DendrogramPath $tree -Force |
            Measure-FaceClustering
        $cut = Invoke-FaceClustering -LiteralPath $features -Method AHC @threads -WarningAction Ignore |
            Measure-FaceClustering
        Measure-FaceClustering -DendrogramPath $tree -IdentityPath $features -CurvePath $curve -Force | Out-Null
        $dataset = "$($set.ToUpperInvariant()), people not seen"
        Import-Csv -LiteralPath $curve |
            Select-Object *, @{ n = 'Features'; e = { $Training } }, @{ n = 'Dataset'; e = { $dataset } } |
            Export-Csv (Join-Path $OutputPath figure-2.6.csv) -Append -UseQuotes AsNeeded
        [pscustomobject] @{
            training = $Training; set = $set; rate = $Rate.ToString($culture); seed = $Seed
            people_seen = $people; images = $images; right_labels = $right; people = $best.Identities; faces = $best.Count
            best_f = $best.BCubedF.ToString('F4', $culture); best_precision = $best.BCubedPrecision.ToString('F4', $culture)
            best_recall = $best.BCubedRecall.ToString('F4', $culture); default_f = $cut.BCubedF.ToString('F4', $culture)
        }
    }
}

$table = Join-Path $OutputPath embedding.csv
Remove-Item -LiteralPath $table, (Join-Path $OutputPath figure-2.6.csv) -ErrorAction Ignore
function Add-Row {
    param([Parameter(ValueFromPipeline)] $Row)
    process {
        $Row | Export-Csv $table -Append -UseQuotes AsNeeded
        $Row
    }
}

$model = Build-Model noisy
Measure-Model noisy 'wrong labels' $model | Add-Row
for ($i = 1; $i -le $Round; $i++) {
    Invoke-Curation "round$i" $model
    $model = Build-Model "round$i"
    Measure-Model "round$i" "curated by itself, round $i" $model | Add-Row
}
Invoke-Curation curated $CuratorPath @{ PixelScale = 128 }
Measure-Model curated 'curated by another network' (Build-Model curated) | Add-Row
Measure-Model clean 'no wrong label' (Build-Model clean) | Add-Row
Measure-Model curator 'the other network itself' $CuratorPath @{ PixelScale = 128 } | Add-Row
